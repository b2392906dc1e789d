/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _FAULTS_H
#define _FAULTS_H

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#define LIMIT	20	/* seconds, after which a call that waits gives up */

/**
 * struct flow - one way of a connection
 * @sent: bytes that sendmsg() has taken
 * @read: bytes that have been read, each of which was the right one
 */
struct flow {
	uint64_t sent, read;
};

/**
 * struct walk - one step of a walk: what a case keeps between its functions
 * @family: of the peer: the native stack's, or this one's
 * @host: the peer's address
 * @a: the socket under test, of this stack; -1 if there is none
 * @b: the peer's
 * @listener: what one of them has connected to
 * @name: an address that the case has chosen
 * @number: of the last datagram
 * @out: from @a to @b
 * @in: from @b to @a
 */
struct walk {
	int family;
	const char *host;
	int a;
	int b;
	int listener;
	struct sockaddr_in name;
	uint32_t number;
	struct flow out;
	struct flow in;
};

/* Whether something of a call can fail in the module, in the kernel around it, or both. */
enum where { MODULE = 1, CORE = 2, BOTH = 3 };

/**
 * struct fault_case - a system call of which everything that can fail is to fail once
 * @name: what the walk is called
 * @where: what can fail in it
 * @alone: has no peer, so it is walked once
 * @begin: makes what it needs, if anything; nothing fails
 * @call: makes the call, alone; as a system call, returns a negative number with errno set
 * @works: after a call that succeeded, in this or the second try, all is as it should be
 */
struct fault_case {
	const char *name;
	enum where where;
	bool alone;
	void (*begin)(struct walk *w);
	int (*call)(struct walk *w);
	void (*works)(struct walk *w);
};

/* net.c */
void limit_waiting(int fd);
int open_socket(int family, int type, int protocol);
struct sockaddr_in address(const char *host);
struct sockaddr_in bind_to(int fd, const char *host);
int call_bind(struct walk *w);
int call_connect(struct walk *w);
int must(int ret, const char *what);
void send_datagram(struct walk *w, int fd, const struct sockaddr_in *to, size_t len);
int put_datagram(struct walk *w, int fd, const struct sockaddr_in *to, size_t len, int flags);
bool take_datagram(struct walk *w, int fd, struct sockaddr_in *from);
void receive_datagram(struct walk *w, int fd, struct sockaddr_in *from);
void exchange(struct walk *w, size_t len);
int send_stream(struct flow *flow, int fd, size_t len, int flags);
int read_stream(struct flow *flow, int fd, size_t len, int flags);
void finish_flow(struct flow *flow, int to);
void transfer(struct walk *w, size_t len);

/* traffic.c */
void traffic(unsigned int seconds);

extern const struct fault_case dgram_cases[], other_cases[], stream_cases[];

#endif /* _FAULTS_H */
