// SPDX-License-Identifier: GPL-2.0
/* The machine on which the command under test believes to run. */
#include <errno.h>

#include "fuzz_input.h"
#include "kernel.h"
#include "world.h"

#define POLLS_MAX	100	/* until somebody presses ^C */

jmp_buf world_exit;
int world_exit_status;

static const char *batch;
static size_t batch_size;
static unsigned int polls;
static uint64_t now_ns;
static void (*handlers[NSIG])(int number);

/* @data: what is in each file that is opened */
void world_begin(const char *data, size_t size)
{
	batch = data;
	batch_size = size;
	polls = 0;
	now_ns = 1000000000;
	memset(handlers, 0, sizeof(handlers));
}

/* Who waits for an answer has it in a millisecond; else time passes. */
int world_ppoll(const struct pollfd *fds, const struct timespec *timeout)
{
	EXPECT(fds->events == POLLIN && timeout->tv_sec >= 0);
	EXPECT(timeout->tv_nsec >= 0 && timeout->tv_nsec < 1000000000);
	polls++;
	if (polls % POLLS_MAX == POLLS_MAX / 2)
		handlers[SIGQUIT](SIGQUIT);
	/* Again and again: a batch may have several pings. */
	if (polls % POLLS_MAX == 0)
		handlers[SIGINT](SIGINT);
	if (kernel_has_answer()) {
		now_ns += 1000000;
		return 1;
	}
	now_ns += (uint64_t)timeout->tv_sec * 1000000000 + (uint64_t)timeout->tv_nsec;
	return 0;
}

int world_clock(struct timespec *now)
{
	now->tv_sec = (time_t)(now_ns / 1000000000);
	now->tv_nsec = (long)(now_ns % 1000000000);
	return 0;
}

int world_sigaction(int number, const struct sigaction *action)
{
	handlers[number] = action->sa_handler;
	return 0;
}

/* Every name is known. */
int world_getaddrinfo(const char *name, const struct addrinfo *hints, struct addrinfo **found)
{
	struct {
		struct addrinfo info;
		struct sockaddr_in addr;
	} *both;

	EXPECT(hints->ai_family == AF_INET);
	if (!*name || *name == '-')
		return EAI_NONAME;
	both = calloc(1, sizeof(*both));
	both->addr.sin_addr.s_addr = htonl(0x0a000001);
	both->info.ai_addr = (struct sockaddr *)&both->addr;
	*found = &both->info;
	return 0;
}

FILE *world_fopen(void)
{
	if (batch_size)
		return fmemopen((void *)batch, batch_size, "r");
	errno = ENOENT;
	return NULL;
}
