// SPDX-License-Identifier: GPL-2.0
/* gonet socket: columns as ss(8) prints them, and JSON. */
#include <inttypes.h>
#include <netdb.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "socket.h"

#define TEXT_MAX	64

static const char *const opt_names[] = {
	"pktinfo", "recvttl", "recvtos", "recvorigdst", "recverr", "freebind", "no_port",
	"cork", "hdrincl", "no_multicast_loop", "no_multicast_all", "gro",
};

static const char *const flag_names[] = {
	"reuseaddr", "reuseport", "broadcast", "dontroute", "no_check", "timestamp",
};

#define FLAGS_SHUT	(GONET_SOCKET_FLAG_SHUT_RD | GONET_SOCKET_FLAG_SHUT_WR)

/**
 * enum column - the columns that have a width
 * @NETID: what it is
 * @STATE: its state
 * @RECVQ: bytes waiting to be received
 * @SENDQ: bytes waiting to be sent
 * @LOCAL: own address
 * @LPORT: own port
 * @PEER: the peer's address
 * @PPORT: its port
 * @COLUMNS: how many there are
 */
enum column { NETID, STATE, RECVQ, SENDQ, LOCAL, LPORT, PEER, PPORT, COLUMNS };

/**
 * struct row - a socket as text
 * @text: by column
 */
struct row {
	char text[COLUMNS][TEXT_MAX];
};

/**
 * socket_kind_name() - what a kind of socket is called
 * @kind: enum gonet_socket_kind
 *
 * Return: the name.
 */
const char *socket_kind_name(uint8_t kind)
{
	static const char *const names[] = {
		[GONET_SOCKET_KIND_UDP] = "udp",
		[GONET_SOCKET_KIND_PING] = "ping",
		[GONET_SOCKET_KIND_RAW] = "raw",
		[GONET_SOCKET_KIND_TCP] = "tcp",
	};

	return kind < ARRAY_SIZE(names) ? names[kind] : "?";
}

static const char *state_name(uint8_t state)
{
	static const char *const names[] = {
		[GONET_SOCKET_STATE_ESTABLISHED] = "ESTAB",
		[GONET_SOCKET_STATE_SYN_SENT] = "SYN-SENT",
		[GONET_SOCKET_STATE_SYN_RECV] = "SYN-RECV",
		[GONET_SOCKET_STATE_FIN_WAIT_1] = "FIN-WAIT-1",
		[GONET_SOCKET_STATE_FIN_WAIT_2] = "FIN-WAIT-2",
		[GONET_SOCKET_STATE_TIME_WAIT] = "TIME-WAIT",
		[GONET_SOCKET_STATE_CLOSE] = "UNCONN",
		[GONET_SOCKET_STATE_CLOSE_WAIT] = "CLOSE-WAIT",
		[GONET_SOCKET_STATE_LAST_ACK] = "LAST-ACK",
		[GONET_SOCKET_STATE_LISTEN] = "LISTEN",
		[GONET_SOCKET_STATE_CLOSING] = "CLOSING",
	};

	return state < ARRAY_SIZE(names) && names[state] ? names[state] : "?";
}

/**
 * socket_device() - the interface that a socket is restricted to
 * @s: the socket, which is
 *
 * Return: its name; where the stack has none, the native device's, until the next call.
 */
const char *socket_device(const struct socket *s)
{
	static char name[IF_NAMESIZE];

	if (s->ifindex)
		return link_name(s->ifindex);
	if (!if_indextoname(s->peer_ifindex, name))
		snprintf(name, sizeof(name), "if%u", s->peer_ifindex);
	return name;
}

/* As ss has it: a raw socket's port is its protocol, and what is not set a star. */
static void port_text(const struct socket_list *list, const struct socket *s, uint16_t port,
		      char *text)
{
	const struct protoent *protocol;
	const struct servent *service = NULL;

	if (!port) {
		strcpy(text, "*");
		return;
	}
	if (!list->numeric && s->kind == GONET_SOCKET_KIND_RAW && port == s->lport) {
		protocol = getprotobynumber(port);
		if (protocol)
			snprintf(text, TEXT_MAX, "%s", protocol->p_name);
		else
			snprintf(text, TEXT_MAX, "ipproto-%u", port);
		return;
	}
	if (!list->numeric &&
	    (s->kind == GONET_SOCKET_KIND_UDP || s->kind == GONET_SOCKET_KIND_TCP))
		service = getservbyport(htons(port), socket_kind_name(s->kind));
	if (service)
		snprintf(text, TEXT_MAX, "%s", service->s_name);
	else
		snprintf(text, TEXT_MAX, "%u", port);
}

static void row_fill(const struct socket_list *list, const struct socket *s, struct row *row)
{
	strcpy(row->text[NETID], socket_kind_name(s->kind));
	strcpy(row->text[STATE], state_name(s->state));
	snprintf(row->text[RECVQ], TEXT_MAX, "%u", s->recv_queue);
	snprintf(row->text[SENDQ], TEXT_MAX, "%u", s->send_queue);
	snprintf(row->text[LOCAL], TEXT_MAX, s->bound ? "%s%%%s" : "%s", text_addr(&s->local),
		 s->bound ? socket_device(s) : "");
	port_text(list, s, s->lport, row->text[LPORT]);
	snprintf(row->text[PEER], TEXT_MAX, "%s", text_addr(&s->remote));
	port_text(list, s, s->rport, row->text[PPORT]);
}

/* The names of the bits of a mask; those that have none yet, by number. */
static void bits_json(struct json_object *array, const char *const *names, size_t n, uint32_t mask)
{
	char number[16];
	size_t i;

	for (i = 0; i < 32; i++) {
		if (!(mask & 1U << i))
			continue;
		snprintf(number, sizeof(number), "bit%zu", i);
		json_object_array_add(array, json_object_new_string(i < n ? names[i] : number));
	}
}

static struct json_object *options_json(const struct socket *s)
{
	struct json_object *array = json_object_new_array();

	bits_json(array, opt_names, ARRAY_SIZE(opt_names), s->opts);
	bits_json(array, flag_names, ARRAY_SIZE(flag_names), s->flags & ~FLAGS_SHUT);
	return array;
}

static void print_users(const struct socket_list *list, const struct socket *s)
{
	const struct socket_user *user;
	size_t n, i;

	user = socket_users_of(list, s->inode, &n);
	for (i = 0; i < n; i++)
		printf("%s(\"%s\",pid=%d,fd=%d)", i ? "," : " users:(", user[i].name,
		       user[i].pid, user[i].fd);
	if (n)
		putchar(')');
}

static void print_extended(const struct socket *s)
{
	struct json_object *names = options_json(s);
	size_t i, n = json_object_array_length(names);

	if (s->uid)
		printf(" uid:%u", s->uid);
	printf(" ino:%" PRIu64 " sk:%" PRIx64, s->inode, s->id);
	for (i = 0; i < n; i++)
		printf("%s%s", i ? "," : " opts:(",
		       json_object_get_string(json_object_array_get_idx(names, i)));
	printf("%s %c-%c", n ? ")" : "", s->flags & GONET_SOCKET_FLAG_SHUT_RD ? '-' : '<',
	       s->flags & GONET_SOCKET_FLAG_SHUT_WR ? '-' : '>');
	json_object_put(names);
}

static void print_memory(const struct socket *s)
{
	printf(" skmem:(r%u,rb%u,t%u,tb%u,f%u,w%u,o%u,bl%u,d%u)", s->mem[0], s->mem[1], s->mem[2],
	       s->mem[3], s->mem[4], s->mem[5], s->mem[6], s->mem[7], s->mem[8]);
}

/* What waits in the inputs of a reader, and what they lost. */
static void reader_sums(const struct graph *graph, const struct proc *proc, uint64_t *waiting,
			uint64_t *lost)
{
	const struct chan *chan;
	uint32_t input;

	*waiting = 0;
	*lost = 0;
	for (input = 0; input < proc->inputs; input++) {
		chan = chan_find(graph, proc->id, input);
		if (!chan)
			continue;
		*waiting += chan->len;
		*lost += chan->lost_full + chan->lost_closed;
	}
}

static void print_proc(const struct socket_list *list, const char *what, uint32_t id,
		       const char *name)
{
	const struct proc *proc = proc_find(&list->graph, id);
	uint64_t waiting, lost;

	if (!id)
		return;
	printf(" %s:(%s,id=%u", what, name, id);
	if (proc) {
		reader_sums(&list->graph, proc, &waiting, &lost);
		printf(",%s,messages=%" PRIu64 ",runs=%" PRIu64 ",wakeups=%" PRIu64 ",busy=%s"
		       ",waiting=%" PRIu64 ",lost=%" PRIu64, proc_state_name(proc->state),
		       proc->messages, proc->runs, proc->wakeups, text_time(proc->busy), waiting,
		       lost);
	}
	putchar(')');
}

static void print_info(const struct socket_list *list, const struct socket *s)
{
	if (s->has_info)
		tcp_info_print(s);
	print_proc(list, "reader", s->reader, s->reader_name);
	print_proc(list, "sender", s->sender, s->sender_name);
}

/* Without the blanks that would be at the end of the line. */
static void print_row(const struct row *row, const int *width, bool more)
{
	printf("%-*s %-*s %-*s %-*s %*s:%-*s %*s:%-*s", width[NETID], row->text[NETID],
	       width[STATE], row->text[STATE], width[RECVQ], row->text[RECVQ], width[SENDQ],
	       row->text[SENDQ], width[LOCAL], row->text[LOCAL], width[LPORT], row->text[LPORT],
	       width[PEER], row->text[PEER], more ? width[PPORT] : 0, row->text[PPORT]);
}

static void widen(int *width, const struct row *row)
{
	enum column column;
	int len;

	for (column = 0; column < COLUMNS; column++) {
		len = strlen(row->text[column]);
		if (len > width[column])
			width[column] = len;
	}
}

/**
 * sockets_print() - print sockets in columns
 * @list: the sockets
 */
void sockets_print(const struct socket_list *list)
{
	static const struct row header = { {
		"Netid", "State", "Recv-Q", "Send-Q", "Local Address", "Port", "Peer Address",
		"Port",
	} };
	const char *second = list->oneline ? "" : "\n\t";
	int width[COLUMNS] = {};
	struct row row = {};
	size_t i, n;

	widen(width, &header);
	for (i = 0; i < list->n; i++) {
		row_fill(list, &list->all[i], &row);
		widen(width, &row);
	}
	if (!list->no_header) {
		print_row(&header, width, list->processes);
		printf("%s\n", list->processes ? " Process" : "");
	}
	for (i = 0; i < list->n; i++) {
		n = 0;
		if (list->processes)
			socket_users_of(list, list->all[i].inode, &n);
		row_fill(list, &list->all[i], &row);
		print_row(&row, width, n || list->extended);
		if (list->processes)
			print_users(list, &list->all[i]);
		if (list->extended)
			print_extended(&list->all[i]);
		if (list->memory ||
		    (list->info && (list->all[i].reader || list->all[i].has_info)))
			printf("%s", second);
		if (list->memory)
			print_memory(&list->all[i]);
		if (list->info)
			print_info(list, &list->all[i]);
		putchar('\n');
	}
}

static struct json_object *users_json(const struct socket_list *list, const struct socket *s)
{
	struct json_object *array = json_object_new_array(), *object;
	const struct socket_user *user;
	size_t n, i;

	user = socket_users_of(list, s->inode, &n);
	for (i = 0; i < n; i++) {
		object = json_object_new_object();
		json_str(object, "name", user[i].name);
		json_num(object, "pid", user[i].pid);
		json_num(object, "fd", user[i].fd);
		json_object_array_add(array, object);
	}
	return array;
}

static struct json_object *memory_json(const struct socket *s)
{
	static const char *const names[SOCKET_MEMS] = {
		"rmem_alloc", "rcvbuf", "wmem_alloc", "sndbuf", "fwd_alloc", "wmem_queued",
		"optmem", "backlog", "drops",
	};
	struct json_object *object = json_object_new_object();
	size_t i;

	for (i = 0; i < SOCKET_MEMS; i++)
		json_num(object, names[i], s->mem[i]);
	return object;
}

static struct json_object *reader_json(const struct socket_list *list, uint32_t id,
				       const char *name)
{
	const struct proc *proc = proc_find(&list->graph, id);
	struct json_object *object;
	uint64_t waiting, lost;

	if (!proc) {
		object = json_object_new_object();
		json_num(object, "id", id);
		json_str(object, "name", name);
		return object;
	}
	reader_sums(&list->graph, proc, &waiting, &lost);
	object = proc_json(proc);
	json_num(object, "waiting", waiting);
	json_num(object, "lost", lost);
	return object;
}

static struct json_object *socket_json(const struct socket_list *list, const struct socket *s)
{
	struct json_object *object = json_object_new_object();

	json_str(object, "netid", socket_kind_name(s->kind));
	json_num(object, "protocol", s->protocol);
	json_str(object, "state", state_name(s->state));
	json_num(object, "recv_q", s->recv_queue);
	json_num(object, "send_q", s->send_queue);
	json_str(object, "local", text_addr(&s->local));
	json_num(object, "local_port", s->lport);
	json_str(object, "peer", text_addr(&s->remote));
	json_num(object, "peer_port", s->rport);
	if (s->bound)
		json_str(object, "dev", socket_device(s));
	if (list->processes)
		json_object_object_add(object, "users", users_json(list, s));
	if (list->extended) {
		json_num(object, "uid", s->uid);
		json_num(object, "inode", s->inode);
		json_num(object, "id", s->id);
		json_object_object_add(object, "opts", options_json(s));
		json_yes(object, "shut_rd", s->flags & GONET_SOCKET_FLAG_SHUT_RD);
		json_yes(object, "shut_wr", s->flags & GONET_SOCKET_FLAG_SHUT_WR);
	}
	if (list->memory)
		json_object_object_add(object, "skmem", memory_json(s));
	if (s->has_info)
		json_object_object_add(object, "tcp_info", tcp_info_json(s));
	if (list->info && s->reader)
		json_object_object_add(object, "reader",
				       reader_json(list, s->reader, s->reader_name));
	if (list->info && s->sender)
		json_object_object_add(object, "sender",
				       reader_json(list, s->sender, s->sender_name));
	return object;
}

/**
 * sockets_print_json() - print sockets as JSON
 * @list: the sockets
 */
void sockets_print_json(const struct socket_list *list)
{
	struct json_object *array = json_object_new_array();
	size_t i;

	for (i = 0; i < list->n; i++)
		json_object_array_add(array, socket_json(list, &list->all[i]));
	json_print(array);
}
