// SPDX-License-Identifier: GPL-2.0
/*
 * fuzz - system calls with arguments by chance, on the sockets of one family.
 *
 *	fuzz COUNT SEED SECONDS [inet]
 *
 * Several processes without any right make COUNT calls together, within SECONDS; they
 * share the sockets that were opened before. Runs in the test VM only, since what it
 * does to the network is by chance as well. Prints how often each call was made and
 * succeeded. Exits with 1 if a process died, if the time was not enough, or if a call
 * that can succeed never did: then nothing would have been tested.
 */
#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <linux/gonet.h>

#include "fuzz.h"

#define WORKERS	4
#define SHARED	12	/* sockets that all workers have */
#define NOBODY	65534
#define TICK_US	20000	/* after which a call that blocks is interrupted */

struct counts {
	unsigned long made[CALLS], succeeded[CALLS];
};

/* Those that fail in this family whatever their arguments. */
static const char * const may_fail[] = { "listen", "mmap", "splice" };

static void on_tick(int number)
{
	(void)number;
}

static _Noreturn void fail(const char *what)
{
	fprintf(stderr, "fuzz: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void drop_rights(void)
{
	if (setgroups(0, NULL) || setresgid(NOBODY, NOBODY, NOBODY) ||
	    setresuid(NOBODY, NOBODY, NOBODY))
		fail("dropping rights");
}

/* What the workers write through wrong pointers must not be what they live on. */
static void map_memory(struct worker *worker)
{
	worker->page = mmap(NULL, (PAGES + 1) * 4096, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	worker->read_only = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (worker->page == MAP_FAILED || worker->read_only == MAP_FAILED ||
	    mprotect(worker->page + PAGES * 4096, 4096, PROT_NONE))
		fail("memory");
}

static _Noreturn void work(struct worker *worker, unsigned long count, time_t end,
			   struct counts *counts)
{
	const struct sigaction tick = { .sa_handler = on_tick };
	const struct itimerval interval = { { 0, TICK_US }, { 0, TICK_US } };
	bool success;
	unsigned int call;

	drop_rights();
	map_memory(worker);
	signal(SIGIO, SIG_IGN);
	signal(SIGURG, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	sigaction(SIGALRM, &tick, NULL);
	setitimer(ITIMER_REAL, &interval, NULL);
	for (; count; count--) {
		if (!(count % 256) && time(NULL) >= end)
			_exit(3);
		call = make_call(worker, &success);
		counts->made[call]++;
		counts->succeeded[call] += success;
	}
	_exit(0);
}

static bool can_fail(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(may_fail) / sizeof(*may_fail); i++) {
		if (!strcmp(may_fail[i], name))
			return true;
	}
	return false;
}

/* Adds up what the workers did. Return: whether it was worth the name. */
static bool report(const struct counts *counts)
{
	unsigned long made, succeeded, total = 0;
	bool good = true;
	int call, i;

	for (call = 0; call < CALLS && call_names[call]; call++) {
		made = 0;
		succeeded = 0;
		for (i = 0; i < WORKERS; i++) {
			made += counts[i].made[call];
			succeeded += counts[i].succeeded[call];
		}
		total += made;
		printf("# %-12s %9lu made %9lu succeeded\n", call_names[call], made, succeeded);
		if (!succeeded && !can_fail(call_names[call])) {
			printf("# %s never succeeded\n", call_names[call]);
			good = false;
		}
	}
	printf("# %lu calls\n", total);
	return good;
}

static bool in_vm(void)
{
	struct utsname name;

	return getenv("GONET_VM") && !uname(&name) && !strcmp(name.nodename, "gonet-vm");
}

int main(int argc, char **argv)
{
	struct worker worker = { 0 };
	struct counts *counts;
	unsigned long count;
	uint64_t seed;
	time_t end;
	int i, status;
	bool good = true;

	if (argc < 4) {
		fputs("usage: fuzz COUNT SEED SECONDS [inet]\n", stderr);
		return 2;
	}
	if (!in_vm()) {
		fputs("fuzz: runs in the test VM only\n", stderr);
		return 2;
	}
	count = strtoul(argv[1], NULL, 0);
	seed = strtoull(argv[2], NULL, 0);
	end = time(NULL) + atoi(argv[3]);
	worker.family = argc > 4 && !strcmp(argv[4], "inet") ? AF_INET : AF_GONET;
	printf("# seed %llu\n", (unsigned long long)seed);
	fflush(stdout);

	for (i = 0; i < SLOTS; i++)
		worker.fd[i] = -1;
	open_first(&worker, SHARED);
	if (worker.fd[0] < 0)
		fail("socket");
	counts = mmap(NULL, WORKERS * sizeof(*counts), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (counts == MAP_FAILED)
		fail("memory");
	for (i = 0; i < WORKERS; i++) {
		worker.random = (seed + i) * 0x9e3779b97f4a7c15ULL | 1;
		if (!fork())
			work(&worker, count / WORKERS, end, &counts[i]);
	}
	for (i = 0; i < WORKERS; i++) {
		wait(&status);
		if (WIFSIGNALED(status))
			printf("# a process died of signal %d\n", WTERMSIG(status));
		else if (WEXITSTATUS(status) == 3)
			puts("# the time was not enough");
		good &= !status;
	}
	good &= report(counts);
	return !good;
}
