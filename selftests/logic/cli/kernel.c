// SPDX-License-Identifier: GPL-2.0
/*
 * The netlink sockets of libmnl, with a kernel behind them that is in the same program. It
 * checks every request, and never leaves one without an answer: who asks for more than has
 * been said would wait for ever.
 */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/gonet_netlink.h>

#include "fuzz_input.h"
#include "kernel.h"

#define DATAGRAMS	64
#define DATAGRAM_SIZE	8192
#define SOCKETS		2	/* that the command has open at once */
#define EVENTS_GROUP	7

struct datagram {
	size_t len;
	char data[DATAGRAM_SIZE];
};

/**
 * struct mnl_socket - one of the command's
 * @open: it is
 * @listens: to events
 * @first: the datagram that is read next
 * @n: how many there are
 * @lost: there was no room for others
 * @datagrams: what has been answered
 */
struct mnl_socket {
	bool open;
	bool listens;
	unsigned int first;
	unsigned int n;
	bool lost;
	struct datagram datagrams[DATAGRAMS];
};

static struct mnl_socket sockets[SOCKETS];
static struct mood mood;
static unsigned int requests;

void kernel_begin(const struct mood *m)
{
	mood = *m;
	requests = 0;
}

/* The command leaves nothing open. */
void kernel_end(void)
{
	int i;

	for (i = 0; i < SOCKETS; i++)
		EXPECT(!sockets[i].open);
}

bool kernel_has_answer(void)
{
	int i;

	for (i = 0; i < SOCKETS; i++)
		if (sockets[i].open && sockets[i].n)
			return true;
	return false;
}

static struct datagram *datagram_new(struct mnl_socket *nl)
{
	struct datagram *d;

	if (nl->n == DATAGRAMS) {
		nl->lost = true;
		return NULL;
	}
	d = &nl->datagrams[(nl->first + nl->n++) % DATAGRAMS];
	d->len = 0;
	return d;
}

/* Behind what is in the datagram, of which there is always room for one more. */
static struct nlmsghdr *message_new(struct datagram *d, uint16_t type, uint16_t flags,
				    uint32_t seq)
{
	struct nlmsghdr *nlh;

	EXPECT(d->len + 1024 < sizeof(d->data));
	nlh = mnl_nlmsg_put_header(d->data + d->len);
	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = flags;
	nlh->nlmsg_seq = seq;
	return nlh;
}

static void message_end(struct datagram *d, const struct nlmsghdr *nlh)
{
	d->len += MNL_ALIGN(nlh->nlmsg_len);
}

static struct nlmsghdr *object_new(struct datagram *d, uint8_t cmd, uint16_t flags, uint32_t seq)
{
	struct nlmsghdr *nlh = message_new(d, FAMILY, flags, seq);
	struct genlmsghdr *genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));

	genl->cmd = cmd;
	return nlh;
}

/* The verdict, with what the request was and a word of explanation. */
static void put_verdict(struct datagram *d, const struct nlmsghdr *request, int errnum)
{
	struct nlmsghdr *nlh = message_new(d, NLMSG_ERROR,
					   NLM_F_CAPPED | (errnum ? NLM_F_ACK_TLVS : 0),
					   request->nlmsg_seq);
	struct nlmsgerr *err = mnl_nlmsg_put_extra_header(nlh, sizeof(*err));

	err->error = -errnum;
	err->msg = *request;
	if (errnum)
		mnl_attr_put_strz(nlh, NLMSGERR_ATTR_MSG, "The kernel is not in the mood");
	message_end(d, nlh);
}

static void put_done(struct datagram *d, uint32_t seq, uint16_t flags)
{
	struct nlmsghdr *nlh = message_new(d, NLMSG_DONE, NLM_F_MULTI | flags, seq);

	*(int *)mnl_nlmsg_put_extra_header(nlh, sizeof(int)) = 0;
	message_end(d, nlh);
}

static void answer_family(struct datagram *d, const struct nlmsghdr *request)
{
	struct nlmsghdr *nlh = message_new(d, GENL_ID_CTRL, 0, request->nlmsg_seq);
	struct genlmsghdr *genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	struct nlattr *groups, *group;

	genl->cmd = CTRL_CMD_NEWFAMILY;
	mnl_attr_put_u16(nlh, CTRL_ATTR_FAMILY_ID, FAMILY);
	groups = mnl_attr_nest_start(nlh, CTRL_ATTR_MCAST_GROUPS);
	group = mnl_attr_nest_start(nlh, 1);
	mnl_attr_put_strz(nlh, CTRL_ATTR_MCAST_GRP_NAME, GONET_MCGRP_EVENTS);
	mnl_attr_put_u32(nlh, CTRL_ATTR_MCAST_GRP_ID, EVENTS_GROUP);
	mnl_attr_nest_end(nlh, group);
	mnl_attr_nest_end(nlh, groups);
	message_end(d, nlh);
	put_verdict(d, request, 0);
}

static void answer_dump(struct mnl_socket *nl, struct datagram *d, const struct nlmsghdr *request,
			uint8_t cmd)
{
	uint16_t flags = mood.interrupted ? NLM_F_DUMP_INTR : 0;
	unsigned int i;

	mood.interrupted = false;
	for (i = 0;; i++) {
		struct nlmsghdr *nlh = object_new(d, cmd, NLM_F_MULTI | flags, request->nlmsg_seq);

		if (!objects_put(nlh, cmd, i))
			break;
		message_end(d, nlh);
	}
	/* In two parts, as long dumps come. */
	d = datagram_new(nl);
	EXPECT(d);
	put_done(d, request->nlmsg_seq, flags);
}

static void answer_do(struct datagram *d, const struct nlmsghdr *request, uint8_t cmd)
{
	struct nlmsghdr *nlh = object_new(d, cmd, 0, request->nlmsg_seq);

	if (objects_put(nlh, cmd, 0))
		message_end(d, nlh);
	if (request->nlmsg_flags & NLM_F_ACK)
		put_verdict(d, request, 0);
}

static void answer_ping(struct mnl_socket *nl, const struct nlmsghdr *request)
{
	struct datagram *d = datagram_new(nl);
	struct nlmsghdr *nlh;

	if (!d)
		return;
	if (request->nlmsg_flags & NLM_F_ACK)
		put_verdict(d, request, 0);
	nlh = object_new(d, GONET_CMD_PING, 0, request->nlmsg_seq);
	objects_put_ping(nlh, requests);
	message_end(d, nlh);
}

static void answer(struct mnl_socket *nl, const struct nlmsghdr *request)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(request);
	bool refused = mood.errnum && requests++ >= mood.after;
	struct datagram *d;

	if (request->nlmsg_type == FAMILY && genl->cmd == GONET_CMD_PING && !refused) {
		answer_ping(nl, request);
		return;
	}
	d = datagram_new(nl);
	if (!d)
		return;
	if (refused)
		put_verdict(d, request, mood.errnum);
	else if (request->nlmsg_type == GENL_ID_CTRL)
		answer_family(d, request);
	else if (request->nlmsg_flags & NLM_F_DUMP)
		answer_dump(nl, d, request, genl->cmd);
	else
		answer_do(d, request, genl->cmd);
}

struct mnl_socket *mnl_socket_open(int bus)
{
	int i;

	EXPECT(bus == NETLINK_GENERIC);
	for (i = 0; i < SOCKETS; i++) {
		if (sockets[i].open)
			continue;
		sockets[i].open = true;
		sockets[i].listens = false;
		sockets[i].lost = false;
		sockets[i].n = 0;
		return &sockets[i];
	}
	EXPECT(!"as many sockets as the command has open");
	return NULL;
}

int mnl_socket_bind(struct mnl_socket *nl, unsigned int groups, pid_t pid)
{
	EXPECT(nl->open && !groups && !pid);
	return 0;
}

int mnl_socket_close(struct mnl_socket *nl)
{
	EXPECT(nl->open);
	nl->open = false;
	return 0;
}

int mnl_socket_get_fd(const struct mnl_socket *nl)
{
	EXPECT(nl->open);
	return -1;
}

static void put_event(struct mnl_socket *nl, unsigned int i)
{
	static const uint8_t events[][2] = {
		{ GONET_CMD_LINK_NTF, GONET_CMD_LINK_GET },
		{ GONET_CMD_ADDR_NTF, GONET_CMD_ADDR_GET },
		{ GONET_CMD_ROUTE_NTF, GONET_CMD_ROUTE_GET },
		{ GONET_CMD_NEIGH_NTF, GONET_CMD_NEIGH_GET },
		{ GONET_CMD_NEIGH_DEL_NTF, GONET_CMD_NEIGH_GET },
		{ GONET_CMD_ROUTE_DEL_NTF, GONET_CMD_ROUTE_GET },
		{ GONET_CMD_ADDR_DEL_NTF, GONET_CMD_ADDR_GET },
		{ GONET_CMD_LINK_DEL_NTF, GONET_CMD_LINK_GET },
	};
	const uint8_t *event = events[i % (sizeof(events) / sizeof(events[0]))];
	struct datagram *d = datagram_new(nl);
	struct nlmsghdr *nlh;

	if (!d)
		return;
	nlh = object_new(d, event[0], 0, 0);
	objects_put(nlh, event[1], i % 2);
	message_end(d, nlh);
}

int mnl_socket_setsockopt(const struct mnl_socket *nl, int type, void *buf, socklen_t len)
{
	struct mnl_socket *mine = &sockets[nl - sockets];
	unsigned int i;

	EXPECT(nl->open && len == sizeof(int));
	if (type != NETLINK_ADD_MEMBERSHIP)
		return 0;
	EXPECT(*(uint32_t *)buf == EVENTS_GROUP);
	mine->listens = true;
	for (i = 0; i < mood.events; i++)
		put_event(mine, i);
	return 0;
}

ssize_t mnl_socket_sendto(const struct mnl_socket *nl, const void *req, size_t size)
{
	const struct nlmsghdr *nlh = req;
	struct nlmsghdr *copy;

	EXPECT(nl->open && size == nlh->nlmsg_len);
	EXPECT(size >= NLMSG_HDRLEN + GENL_HDRLEN && size % NLMSG_ALIGNTO == 0);
	EXPECT(nlh->nlmsg_flags & NLM_F_REQUEST);
	EXPECT(nlh->nlmsg_type == FAMILY || nlh->nlmsg_type == GENL_ID_CTRL);
	/* As the kernel has it: a block of its own, beyond whose end nothing is read. */
	copy = malloc(size);
	memcpy(copy, req, size);
	if (copy->nlmsg_type == FAMILY)
		policy_check(copy);
	answer(&sockets[nl - sockets], copy);
	free(copy);
	return (ssize_t)size;
}

ssize_t mnl_socket_recvfrom(const struct mnl_socket *nl, void *buf, size_t size)
{
	struct mnl_socket *mine = &sockets[nl - sockets];
	const struct datagram *d;

	EXPECT(nl->open);
	if (mine->lost) {
		mine->lost = false;
		errno = ENOBUFS;
		return -1;
	}
	if (!mine->n) {
		EXPECT(mine->listens);
		errno = EIO;
		return -1;
	}
	d = &mine->datagrams[mine->first];
	mine->first = (mine->first + 1) % DATAGRAMS;
	mine->n--;
	EXPECT(d->len <= size);
	memcpy(buf, d->data, d->len);
	return (ssize_t)d->len;
}
