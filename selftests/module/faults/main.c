// SPDX-License-Identifier: GPL-2.0
/*
 * faults - system calls in which one thing after another fails
 *
 *	faults list module|core
 *	faults CASE [N]
 *	faults try CASE
 *	faults traffic SECONDS
 *
 * Walks CASE: makes its call with its first allocation failing, then with the second,
 * until nothing is left to fail; or takes the N-th step alone. In each the call succeeds,
 * or returns an error that says what was missing and then succeeds when it is made
 * again; and afterwards it has done what it should.
 *
 * The third form only makes the call of a case that needs nothing for it, until it succeeds,
 * which must be at the third time: somebody else has two things fail in a row.
 *
 * What counts as something that can fail, faults_lib.sh has said: all that the module has
 * called for, or what the kernel around it has as well. The device is net_up's:
 * the peer is at 10.0.0.1, the stack's own address is 10.0.0.2.
 */
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/gonet.h>

#include "fail_nth.h"
#include "faults.h"

#define STEPS		5000	/* more than any call has; a walk that does not end is a fault */
#define STEP_LIMIT	120	/* seconds for a step, that none takes which does not hang */
#define TRAFFIC_LIMIT	600	/* and for traffic, which waits long after a segment lost again */

static const struct fault_case * const tables[] = { dgram_cases, other_cases, stream_cases };
static char doing[160];	/* for who asks why it ended */

static void too_long(int signal)
{
	(void)signal;
	if (write(2, doing, strlen(doing)) < 0 || write(2, ": hangs\n", 8) < 0)
		_exit(4);
	_exit(3);
}

/* What tells a program that there was no memory, or that its own cannot be copied. */
static bool sensible(int error)
{
	/* ENFILE is what the core says when it has no memory for a socket */
	return error == ENOMEM || error == ENOBUFS || error == ENFILE || error == EFAULT;
}

static void close_all(const struct walk *w)
{
	const int fds[] = { w->a, w->b, w->listener };
	size_t i;

	for (i = 0; i < sizeof(fds) / sizeof(*fds); i++) {
		if (fds[i] >= 0)
			close(fds[i]);
	}
}

/* Return: whether there was something to fail. */
static bool step(const struct fault_case *c, int family, unsigned int n, int nth)
{
	struct walk w = {
		.family = family,
		.host = family == AF_INET ? "10.0.0.1" : "10.0.0.2",
		.a = -1, .b = -1, .listener = -1,
	};
	bool fired;
	int ret, error;

	snprintf(doing, sizeof(doing), "%s, peer of family %d, step %u", c->name, family, n);
	alarm(STEP_LIMIT);
	if (c->begin)
		c->begin(&w);
	nth_arm(nth, n);
	ret = c->call(&w);
	error = errno;
	fired = nth_fired(nth);
	nth_arm(nth, 0);
	if (ret < 0 && (!fired || !sensible(error)))
		errx(1, "%s: %s%s", doing, strerror(error),
		     fired ? "" : ", and nothing had failed");
	if (ret < 0 && c->call(&w) < 0)
		err(1, "%s: failed (%s), and the second time", doing, strerror(error));
	if (w.a >= 0)
		limit_waiting(w.a);
	c->works(&w);
	close_all(&w);
	alarm(0);
	return fired;
}

static int try_case(const struct fault_case *c)
{
	struct walk w = { .a = -1, .b = -1, .listener = -1 };
	int n;

	snprintf(doing, sizeof(doing), "%s", c->name);
	alarm(STEP_LIMIT);
	for (n = 0; n < 3; n++) {
		if (c->call(&w) >= 0)
			return 0;
		if (!sensible(errno))
			break;
	}
	err(1, "%s", doing);
}

/* Return: how many steps it had. */
static unsigned int walk(const struct fault_case *c, int family, int nth)
{
	unsigned int n = 1;

	while (n < STEPS && step(c, family, n, nth))
		n++;
	if (n == STEPS)
		errx(1, "%s: no end after %u steps", c->name, n);
	printf("%s, peer of family %d: %u steps\n", c->name, family, n - 1);
	return n - 1;
}

static void list(enum where where)
{
	const struct fault_case *c;
	size_t i;

	for (i = 0; i < sizeof(tables) / sizeof(*tables); i++) {
		for (c = tables[i]; c->name; c++) {
			if (c->where & where)
				puts(c->name);
		}
	}
}

static const struct fault_case *find(const char *name)
{
	const struct fault_case *c;
	size_t i;

	for (i = 0; i < sizeof(tables) / sizeof(*tables); i++) {
		for (c = tables[i]; c->name; c++) {
			if (!strcmp(c->name, name))
				return c;
		}
	}
	return NULL;
}

int main(int argc, char **argv)
{
	const int families[] = { AF_INET, AF_GONET };
	const struct fault_case *c;
	unsigned int steps = 0;
	int i, nth;

	if (argc == 3 && !strcmp(argv[1], "list")) {
		list(strcmp(argv[2], "core") ? MODULE : CORE);
		return 0;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGALRM, too_long);
	if (argc == 3 && !strcmp(argv[1], "traffic")) {
		snprintf(doing, sizeof(doing), "traffic");
		alarm(atoi(argv[2]) + TRAFFIC_LIMIT);
		traffic(atoi(argv[2]));
		return 0;
	}
	if (argc == 3 && !strcmp(argv[1], "try") && find(argv[2]))
		return try_case(find(argv[2]));
	c = argc > 1 ? find(argv[1]) : NULL;
	if (!c) {
		fputs("usage: faults list module|core | traffic SECONDS | try CASE | CASE [N]\n",
		      stderr);
		return 2;
	}
	nth = nth_open(0);
	for (i = 0; i < (c->alone ? 1 : 2); i++) {
		if (argc > 2)
			printf("%d: %s\n", families[i], step(c, families[i], atoi(argv[2]), nth) ?
			       "failed" : "nothing failed");
		else
			steps += walk(c, families[i], nth);
	}
	if (argc == 2 && !steps)
		errx(1, "%s: nothing was there to fail", c->name);
	return 0;
}
