/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A case is a script of system calls. It runs once for each of two sides, and what
 * the calls gave, as text, must be the same.
 *
 * Statements end with ';'. A statement is a call, the socket that it is for (a letter),
 * and words, some of them KEY=VALUE. calls.c lists them. Addresses are ADDRESS:PORT,
 * with names as in address.c; the port @a is the one that socket a is bound to.
 * Data is a word, or #N for N bytes.
 */
#ifndef _COMPARE_RUN_H
#define _COMPARE_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/socket.h>

#define SOCKETS		26
#define WORDS		16
#define WAIT_MS		3000	/* for what must come */
#define SILENCE_MS	300	/* in which what must not come does not */

/* Where a case runs: the family, and namespaces with 10.0.0.2 and, beside it, 10.0.0.1. */
struct side {
	const char *name;
	int family;
	int netns;
	int peer_netns;
};

struct run {
	const struct side *side;
	FILE *out;
	int fd[SOCKETS];
	int epoll;
};

struct words {
	char *word[WORDS];
	int n;
};

struct test_case {
	const char *name;
	const char *script;
};

/* Each ends with a case that has no name. */
extern const struct test_case address_cases[];
extern const struct test_case data_cases[];
extern const struct test_case error_cases[];
extern const struct test_case raw_cases[];
extern const struct test_case stream_cases[];

/* An option: what it is set to, and what is got, for each type of socket. */
struct option_case {
	const char *option;
	const char *values;	/* divided by spaces */
};

extern const struct option_case option_cases[];

/* script.c */
void script_run(struct run *run, const char *script);
const char *word_at(const struct words *words, int at);
const char *word_key(const struct words *words, const char *key);
long word_key_number(const struct words *words, const char *key, long otherwise);
bool statement_run(struct run *run, const struct words *words);
_Noreturn void broken(const char *what, const char *word);

/* names.c */
struct option {
	const char *name;
	int level;
	int number;
};

long number_of(const char *word);
struct option option_of(const char *word);
void print_bits(FILE *out, const char *prefix, unsigned long value);

/* address.c */
struct address {
	struct sockaddr_storage storage;
	struct sockaddr *sa;	/* NULL if the call is to get none */
	socklen_t len;
};

int socket_of(const struct run *run, const char *word);
void address_of(const struct run *run, const struct words *words, const char *word,
		struct address *address);
void print_address(FILE *out, const void *address, socklen_t len);

/* message.c */
void do_sendmsg(struct run *run, const struct words *words, int fd);
void do_recv(struct run *run, const struct words *words, int fd);
void do_errqueue(struct run *run, const struct words *words, int fd);
char *data_of(const char *word, size_t *len);
void print_data(FILE *out, const char *data, size_t len);
int wait_events(int fd, short events, int ms);

/* control.c */
void print_control(const struct run *run, struct msghdr *message);
size_t build_control(const struct run *run, const struct words *words, char *buffer, size_t size);
void print_interface(const struct run *run, unsigned int index);

/* value.c */
size_t option_value(const struct run *run, const char *word, char *buffer, size_t size);
void print_value(const struct run *run, const struct option *option, const char *value,
		 size_t len);

/* calls.c */
void print_result(const struct run *run, long result);

#endif /* _COMPARE_RUN_H */
