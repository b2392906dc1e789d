// SPDX-License-Identifier: GPL-2.0
/*
 * UDP on the GoNet stack, as a program sees it that opens the family itself.
 *
 *	udp_echo PORT			sends back what comes to PORT, until it is killed
 *	udp_echo ADDRESS PORT WORD...	sends each word and prints what comes back
 *
 * socket() is the only line in which it differs from a program of the native stack:
 * addresses are sockaddr_in with AF_INET.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <linux/gonet.h>

_Noreturn static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static void serve(int fd, const struct sockaddr_in *own)
{
	static char data[65536];
	struct sockaddr_in peer;
	socklen_t peer_len;
	ssize_t len;

	if (bind(fd, (const struct sockaddr *)own, sizeof(*own)))
		fail("bind");
	for (;;) {
		peer_len = sizeof(peer);
		len = recvfrom(fd, data, sizeof(data), 0, (struct sockaddr *)&peer, &peer_len);
		if (len < 0)
			fail("recvfrom");
		if (sendto(fd, data, len, 0, (struct sockaddr *)&peer, peer_len) < 0)
			perror("sendto");
	}
}

static void ask(int fd, const struct sockaddr_in *server, char **words)
{
	const struct timeval patience = { .tv_sec = 5 };
	char data[65536];
	ssize_t len;

	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)))
		fail("SO_RCVTIMEO");
	if (connect(fd, (const struct sockaddr *)server, sizeof(*server)))
		fail("connect");
	for (; *words; words++) {
		if (send(fd, *words, strlen(*words), 0) < 0)
			fail("send");
		len = recv(fd, data, sizeof(data), 0);
		if (len < 0)
			fail("recv");
		printf("%.*s\n", (int)len, data);
	}
}

int main(int argc, char **argv)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	int fd;

	if (argc != 2 && argc < 4) {
		fputs("usage: udp_echo PORT | udp_echo ADDRESS PORT WORD...\n", stderr);
		return 2;
	}
	address.sin_port = htons(atoi(argv[argc == 2 ? 1 : 2]));
	if (argc > 2 && inet_pton(AF_INET, argv[1], &address.sin_addr) != 1) {
		fprintf(stderr, "udp_echo: %s is no address\n", argv[1]);
		return 2;
	}

	fd = socket(AF_GONET, SOCK_DGRAM, 0);
	if (fd < 0)
		fail("socket");
	if (argc == 2)
		serve(fd, &address);
	ask(fd, &address, argv + 3);
	close(fd);
	return 0;
}
