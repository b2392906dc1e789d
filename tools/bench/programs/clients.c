// SPDX-License-Identifier: GPL-2.0
/*
 * clients - the throughput test of the paper (its figure 4): N clients at a time, each
 * of which opens a connection, sends BYTES, and closes; ROUNDS of that.
 *
 * With "thread" a client is a thread that is started inside the measurement, as in the
 * paper; with "pool" the threads wait for the beginning of each round. A client is over
 * when the server has closed its end too, having looked at every byte.
 */
#include <err.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "load.h"

#define BYTES_MAX	1048576
#define N_MAX		4000

static unsigned int n, bytes, rounds;
static unsigned int failed;
static pthread_barrier_t begin, over;
static double elapsed;

static bool send_and_close(int fd, uint8_t seed)
{
	char *data = malloc(bytes), answer;
	unsigned int i, sent;
	ssize_t put;

	for (i = 0; data && i < bytes; i++)
		data[i] = byte_at(seed, i);
	for (sent = 0; data && sent < bytes; sent += put) {
		put = net_send(fd, data + sent, bytes - sent, 0);
		if (put <= 0)
			break;
	}
	free(data);
	return sent == bytes && !net_shutdown(fd, SHUT_WR) && !net_recv(fd, &answer, 1, 0);
}

static void *client(void *arg)
{
	struct sockaddr_in to = service_at(SERVICE_TAKE);
	int fd = net_socket(SOCK_STREAM);

	if (fd < 0 || net_connect(fd, (struct sockaddr *)&to, sizeof(to)) ||
	    !send_and_close(fd, (uintptr_t)arg))
		__atomic_add_fetch(&failed, 1, __ATOMIC_RELAXED);
	if (fd >= 0)
		net_close(fd);
	return NULL;
}

static void *waiting_client(void *arg)
{
	unsigned int i;

	for (i = 0; i < rounds; i++) {
		pthread_barrier_wait(&begin);
		client(arg);
		pthread_barrier_wait(&over);
	}
	return NULL;
}

/* The one that is no client tells when a round begins, and measures it. */
static void *pool(void *arg)
{
	double start;
	unsigned int i;

	if (arg)
		return waiting_client(arg);
	for (i = 0; i < rounds; i++) {
		start = now_s();
		pthread_barrier_wait(&begin);
		pthread_barrier_wait(&over);
		elapsed += now_s() - start;
	}
	return NULL;
}

/**
 * do_clients() - the command "clients"
 * @argc: the number of words
 * @argv: they: clients thread|pool N BYTES ROUNDS
 *
 * Return: the exit status.
 */
int do_clients(int argc, char **argv)
{
	unsigned int i;
	double start;

	if (argc != 5)
		return 2;
	n = atoi(argv[2]);
	bytes = atoi(argv[3]);
	rounds = atoi(argv[4]);
	if (!n || n > N_MAX || !bytes || bytes > BYTES_MAX || !rounds)
		return 2;
	if (!strcmp(argv[1], "thread")) {
		for (i = 0; i < rounds; i++) {
			start = now_s();
			threads_run(n, client);
			elapsed += now_s() - start;
		}
	} else {
		pthread_barrier_init(&begin, NULL, n + 1);
		pthread_barrier_init(&over, NULL, n + 1);
		threads_run(n + 1, pool);
	}
	printf("mbit_s %.3f\nfailed %u\n",
	       bytes * ((double)n * rounds - failed) * 8 / 1e6 / elapsed, failed);
	return 0;
}
