/* SPDX-License-Identifier: GPL-2.0 */
/* gonet socket: what its files share. */
#ifndef GONET_SOCKET_H
#define GONET_SOCKET_H

#include <sys/types.h>

#include <linux/tcp.h>

#include "graph.h"

#define SOCKET_MEMS	9	/* numbers that SK_MEMINFO_* names */

/**
 * struct socket - a socket
 * @id: its number in its stack
 * @inode: its file's
 * @kind: enum gonet_socket_kind
 * @protocol: IPPROTO_*
 * @state: enum gonet_socket_state
 * @bound: it is restricted to an interface
 * @local: own address
 * @remote: the peer's
 * @lport: own port, identifier or protocol, or 0
 * @rport: the peer's port, or 0
 * @ifindex: interface that it is restricted to, or 0 if the stack has no such one
 * @peer_ifindex: that interface's native end
 * @recv_queue: bytes waiting to be received
 * @send_queue: bytes sent and still in the stack, of TCP those not acknowledged; of a
 *	listener, connections that may await accept(), and @recv_queue those that do
 * @uid: whose it is
 * @opts: enum gonet_socket_opt
 * @flags: enum gonet_socket_flag
 * @mem: SK_MEMINFO_*
 * @reader: number of its reader process, or 0
 * @reader_name: its name
 * @sender: number of the send half of a TCP connection, or 0
 * @sender_name: its name
 * @cc: of TCP, its congestion control
 * @has_info: there is @info
 * @info: what a TCP connection says of itself
 */
struct socket {
	uint64_t id;
	uint64_t inode;
	uint8_t kind;
	uint8_t protocol;
	uint8_t state;
	bool bound;
	struct prefix local;
	struct prefix remote;
	uint16_t lport;
	uint16_t rport;
	uint32_t ifindex;
	uint32_t peer_ifindex;
	uint32_t recv_queue;
	uint32_t send_queue;
	uint32_t uid;
	uint32_t opts;
	uint32_t flags;
	uint32_t mem[SOCKET_MEMS];
	uint32_t reader;
	char reader_name[32];
	uint32_t sender;
	char sender_name[32];
	char cc[16];
	bool has_info;
	struct tcp_info info;
};

/**
 * struct socket_user - a process that has a socket's file open
 * @inode: the file's
 * @pid: the process
 * @fd: by which number
 * @name: its name
 */
struct socket_user {
	uint64_t inode;
	pid_t pid;
	int fd;
	char name[16];
};

/**
 * struct socket_list - sockets, and what is to be said of them
 * @all: the sockets
 * @n: how many
 * @users: who has them open, by inode
 * @n_users: how many
 * @graph: processes of the stack and their channels
 * @kinds: which kinds are wanted, bits
 * @states: which states are wanted, bits
 * @filter: what else must be true of them, or NULL
 * @json: print JSON
 * @no_header: print no header
 * @numeric: do not look names of services up
 * @processes: say who has them open
 * @memory: say what memory they use
 * @info: say what their readers have done
 * @extended: say whose they are, and what is switched on
 * @oneline: print each on a line of its own
 */
struct socket_list {
	struct socket *all;
	size_t n;
	struct socket_user *users;
	size_t n_users;
	struct graph graph;
	uint32_t kinds;
	uint32_t states;
	struct condition *filter;
	bool json;
	bool no_header;
	bool numeric;
	bool processes;
	bool memory;
	bool info;
	bool extended;
	bool oneline;
};

/* socket_filter.c */
enum status filter_parse(struct args *args, struct socket_list *list);
void filter_put(const struct socket_list *list, struct nlmsghdr *nlh);
bool filter_true(const struct condition *c, const struct socket *s);
void filter_free(struct condition *c);

/* socket_users.c */
void socket_users_load(struct socket_list *list);
const struct socket_user *socket_users_of(const struct socket_list *list, uint64_t inode,
					  size_t *n);

/* socket_print.c */
const char *socket_kind_name(uint8_t kind);
const char *socket_device(const struct socket *s);
void sockets_print(const struct socket_list *list);
void sockets_print_json(const struct socket_list *list);

/* socket_tcp.c */
enum status tcp_info_load(struct socket *s);
void tcp_info_print(const struct socket *s);
struct json_object *tcp_info_json(const struct socket *s);

#endif /* GONET_SOCKET_H */
