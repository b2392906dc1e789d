// SPDX-License-Identifier: GPL-2.0
/*
 * Talking to the kernel: one request at a time, and dumps, over one socket.
 *
 * A dump is read as a whole before any of it is handed on, so that one which was
 * interrupted by a change can be begun again.
 */
#include <errno.h>
#include <linux/genetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "gonet.h"

#define BUFFER_SIZE	32768	/* what the kernel fills at most in one round of a dump */
#define DUMP_TRIES	8

/**
 * struct family - what the kernel calls the netlink family
 * @id: its number
 * @events: number of its group of events
 */
struct family {
	uint16_t id;
	uint32_t events;
};

/**
 * struct buffer - messages one after another
 * @data: the messages
 * @len: their bytes
 * @size: room for so many
 */
struct buffer {
	char *data;
	size_t len;
	size_t size;
};

static struct mnl_socket *socket_;
static struct family family;
static uint32_t sequence;
static char request[4096];

/**
 * nl_family_id() - the number of the netlink family
 *
 * Return: the number; nl_open() has succeeded.
 */
uint16_t nl_family_id(void)
{
	return family.id;
}

static int parse_attr(const struct nlattr *attr, void *data)
{
	const struct nlattr **tb = ((void **)data)[0];
	uint16_t type = mnl_attr_get_type(attr), max = *(uint16_t *)((void **)data)[1];

	if (type <= max)
		tb[type] = attr;
	return MNL_CB_OK;
}

static void parse_from(const struct nlmsghdr *nlh, size_t offset, const struct nlattr **tb,
		       uint16_t max)
{
	void *data[2] = { (void *)tb, &max };

	memset(tb, 0, (max + 1) * sizeof(*tb));
	mnl_attr_parse(nlh, offset, parse_attr, data);
}

/**
 * nl_parse() - find the attributes of a message
 * @nlh: the message
 * @tb: set to the attributes by type, NULL for those it has not
 * @max: greatest type
 */
void nl_parse(const struct nlmsghdr *nlh, const struct nlattr **tb, uint16_t max)
{
	parse_from(nlh, sizeof(struct genlmsghdr), tb, max);
}

/**
 * nl_print_error() - print why a request was refused, in the kernel's words
 * @nlh: the kernel's message
 * @error: positive errno
 */
void nl_print_error(const struct nlmsghdr *nlh, int error)
{
	const struct nlattr *tb[NLMSGERR_ATTR_MAX + 1] = {};
	const struct nlmsgerr *err = mnl_nlmsg_get_payload(nlh);
	size_t offset = sizeof(*err);
	const char *text;

	if (nlh->nlmsg_type == NLMSG_DONE)
		offset = sizeof(int);
	else if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		offset += err->msg.nlmsg_len - sizeof(err->msg);
	if (nlh->nlmsg_flags & NLM_F_ACK_TLVS && offset <= mnl_nlmsg_get_payload_len(nlh))
		parse_from(nlh, offset, tb, NLMSGERR_ATTR_MAX);
	if (!tb[NLMSGERR_ATTR_MSG]) {
		fprintf(stderr, "GoNet answers: %s\n", strerror(error));
		return;
	}
	text = attr_string(tb[NLMSGERR_ATTR_MSG]);
	fprintf(stderr, "Error: %s%s\n", text,
		*text && strchr(".!", text[strlen(text) - 1]) ? "" : ".");
}

/* Return: the kernel's verdict at the end of an answer, as a positive errno. */
static int message_error(const struct nlmsghdr *nlh)
{
	int error = 0;

	if (mnl_nlmsg_get_payload_len(nlh) >= sizeof(error))
		memcpy(&error, mnl_nlmsg_get_payload(nlh), sizeof(error));
	return error < 0 ? -error : 0;
}

/**
 * nl_socket() - open a socket of one's own
 * @nl: set to the socket
 *
 * Return: the socket, or NULL with errno.
 */
struct mnl_socket *nl_socket(struct mnl_socket **nl)
{
	int on = 1;

	*nl = mnl_socket_open(NETLINK_GENERIC);
	if (!*nl)
		return NULL;
	if (mnl_socket_bind(*nl, 0, MNL_SOCKET_AUTOPID) < 0) {
		mnl_socket_close(*nl);
		*nl = NULL;
		return NULL;
	}
	/* without these the answers are only poorer */
	mnl_socket_setsockopt(*nl, NETLINK_EXT_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(*nl, NETLINK_CAP_ACK, &on, sizeof(on));
	return *nl;
}

static void learn_group(const struct nlattr *groups)
{
	const struct nlattr *group, *attr;
	const char *name;
	uint32_t id;

	mnl_attr_for_each_nested(group, groups) {
		name = "";
		id = 0;
		mnl_attr_for_each_nested(attr, group) {
			if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GRP_NAME)
				name = attr_string(attr);
			else if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GRP_ID)
				id = attr_number(attr);
		}
		if (!strcmp(name, GONET_MCGRP_EVENTS))
			family.events = id;
	}
}

static enum status learn_family(const struct nlattr *const tb[], void *arg)
{
	family.id = attr_number(tb[CTRL_ATTR_FAMILY_ID]);
	if (tb[CTRL_ATTR_MCAST_GROUPS])
		learn_group(tb[CTRL_ATTR_MCAST_GROUPS]);
	return OK;
}

static struct nlmsghdr *begin(uint16_t type, uint8_t cmd, uint8_t version, uint16_t flags)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(request);
	struct genlmsghdr *genl;

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	nlh->nlmsg_seq = ++sequence;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = version;
	return nlh;
}

/**
 * nl_begin() - begin a request
 * @cmd: GONET_CMD_*
 * @flags: NLM_F_*, without NLM_F_REQUEST
 *
 * Return: the request, until the next one is begun.
 */
struct nlmsghdr *nl_begin(uint8_t cmd, uint16_t flags)
{
	return begin(family.id, cmd, GONET_FAMILY_VERSION, flags);
}

static enum status failed(const char *what)
{
	fprintf(stderr, "Cannot %s the kernel: %s\n", what, strerror(errno));
	return FAILED;
}

/* Return: bytes received, 0 or less on failure; a lost answer shows as ENOBUFS. */
static ssize_t receive(char *data, size_t size)
{
	ssize_t len;

	do {
		len = mnl_socket_recvfrom(socket_, data, size);
	} while (len < 0 && errno == EINTR);
	return len;
}

static bool all_errors(int error)
{
	return true;
}

/* What the kernel says of an object that is not there any more. */
static bool gone(int error)
{
	return error == ENOENT || error == ESRCH || error == ENODEV || error == EADDRNOTAVAIL;
}

/*
 * Sends a request; calls @reader for its answer; the verdict as a positive errno, printed
 * unless it is one of the @silent.
 */
static enum status talk(struct nlmsghdr *nlh, uint16_t max, nl_reader_t reader, void *arg,
			bool (*silent)(int error), int *verdict)
{
	static char data[BUFFER_SIZE];
	const struct nlattr *tb[64];
	const struct nlmsghdr *msg;
	enum status status = OK;
	ssize_t len;
	int left;

	nlh->nlmsg_flags |= NLM_F_ACK;
	if (mnl_socket_sendto(socket_, nlh, nlh->nlmsg_len) < 0)
		return failed("ask");
	for (;;) {
		len = receive(data, sizeof(data));
		if (len <= 0)
			return failed("hear");
		left = len;
		for (msg = (void *)data; mnl_nlmsg_ok(msg, left);
		     msg = mnl_nlmsg_next(msg, &left)) {
			if (msg->nlmsg_seq != nlh->nlmsg_seq)
				continue;
			if (msg->nlmsg_type == NLMSG_ERROR) {
				*verdict = message_error(msg);
				if (*verdict && !(silent && silent(*verdict)))
					nl_print_error(msg, *verdict);
				return *verdict ? REFUSED : status;
			}
			if (reader && status == OK) {
				nl_parse(msg, tb, max);
				status = reader(tb, arg);
			}
		}
	}
}

/**
 * nl_change() - make a request that is answered with yes or no
 * @nlh: the request
 *
 * Return: OK, or a status whose reason has been printed.
 */
enum status nl_change(struct nlmsghdr *nlh)
{
	int verdict;

	return talk(nlh, 0, NULL, NULL, NULL, &verdict);
}

/**
 * nl_remove() - remove one of the objects that a dump has listed
 * @nlh: the request
 * @count: grows by one if it was still there
 *
 * Return: OK, also if somebody else was faster, or a status whose reason has been
 * printed.
 */
enum status nl_remove(struct nlmsghdr *nlh, unsigned int *count)
{
	enum status status;
	int verdict = 0;

	status = talk(nlh, 0, NULL, NULL, gone, &verdict);
	if (status == OK)
		(*count)++;
	return gone(verdict) ? OK : status;
}

/**
 * nl_get() - make a request that is answered with one object
 * @nlh: the request
 * @max: greatest type of attribute, below 64
 * @reader: called with the attributes
 * @arg: for @reader
 *
 * Return: what @reader returned, or a status whose reason has been printed.
 */
enum status nl_get(struct nlmsghdr *nlh, uint16_t max, nl_reader_t reader, void *arg)
{
	int verdict;

	return talk(nlh, max, reader, arg, NULL, &verdict);
}

/**
 * nl_get_more() - ask for more of one of the objects that a dump has listed
 * @nlh: the request
 * @max: greatest type of attribute, below 64
 * @reader: called with the attributes, if it is still there
 * @arg: for @reader
 *
 * Return: what @reader returned; OK also if it is not there any more; or a status whose
 * reason has been printed.
 */
enum status nl_get_more(struct nlmsghdr *nlh, uint16_t max, nl_reader_t reader, void *arg)
{
	enum status status;
	int verdict = 0;

	status = talk(nlh, max, reader, arg, gone, &verdict);
	return gone(verdict) ? OK : status;
}

static bool keep(struct buffer *buffer, const struct nlmsghdr *nlh)
{
	size_t len = MNL_ALIGN(nlh->nlmsg_len);

	if (buffer->len + len > buffer->size) {
		size_t size = 2 * (buffer->size + len);
		char *data = realloc(buffer->data, size);

		if (!data)
			return false;
		buffer->data = data;
		buffer->size = size;
	}
	memset(buffer->data + buffer->len, 0, len);
	memcpy(buffer->data + buffer->len, nlh, nlh->nlmsg_len);
	buffer->len += len;
	return true;
}

/* Reads a dump to its end. Return: as nl_dump(); @interrupted if it saw a change. */
static enum status dump_read(uint32_t seq, struct buffer *buffer, bool *interrupted)
{
	static char data[BUFFER_SIZE];
	const struct nlmsghdr *msg;
	int left, verdict;
	ssize_t len;

	for (;;) {
		len = receive(data, sizeof(data));
		if (len <= 0)
			return failed("hear");
		left = len;
		for (msg = (void *)data; mnl_nlmsg_ok(msg, left);
		     msg = mnl_nlmsg_next(msg, &left)) {
			if (msg->nlmsg_seq != seq)
				continue;
			if (msg->nlmsg_flags & NLM_F_DUMP_INTR)
				*interrupted = true;
			if (msg->nlmsg_type == NLMSG_DONE || msg->nlmsg_type == NLMSG_ERROR) {
				verdict = message_error(msg);
				if (verdict)
					nl_print_error(msg, verdict);
				return verdict ? REFUSED : OK;
			}
			if (!keep(buffer, msg)) {
				errno = ENOMEM;
				return failed("remember");
			}
		}
	}
}

static enum status dump_deliver(const struct buffer *buffer, uint16_t max, nl_reader_t reader,
				void *arg)
{
	const struct nlmsghdr *msg = (void *)buffer->data;
	enum status status = OK;
	const struct nlattr *tb[64];
	int left = buffer->len;

	for (; status == OK && left > 0 && mnl_nlmsg_ok(msg, left);
	     msg = mnl_nlmsg_next(msg, &left)) {
		nl_parse(msg, tb, max);
		status = reader(tb, arg);
	}
	return status;
}

/**
 * nl_dump_request() - list the objects that a request asks for
 * @nlh: the request, begun with NLM_F_DUMP
 * @max: greatest type of attribute, below 64
 * @reader: called with the attributes of each, until it returns other than OK
 * @arg: for @reader
 *
 * Return: what @reader returned last, or a status whose reason has been printed.
 */
enum status nl_dump_request(struct nlmsghdr *nlh, uint16_t max, nl_reader_t reader, void *arg)
{
	struct buffer buffer = {};
	enum status status = OK;
	bool interrupted = true;
	int tries;

	for (tries = 0; status == OK && interrupted && tries < DUMP_TRIES; tries++) {
		interrupted = false;
		buffer.len = 0;
		nlh->nlmsg_seq = ++sequence;
		if (mnl_socket_sendto(socket_, nlh, nlh->nlmsg_len) < 0)
			status = failed("ask");
		else
			status = dump_read(nlh->nlmsg_seq, &buffer, &interrupted);
	}
	if (status == OK && interrupted)
		fprintf(stderr, "Dump was interrupted and may be inconsistent.\n");
	if (status == OK)
		status = dump_deliver(&buffer, max, reader, arg);
	free(buffer.data);
	return status;
}

/**
 * nl_dump() - list all objects of a kind
 * @cmd: GONET_CMD_*
 * @max: greatest type of attribute, below 64
 * @reader: called with the attributes of each, until it returns other than OK
 * @arg: for @reader
 *
 * Return: as nl_dump_request().
 */
enum status nl_dump(uint8_t cmd, uint16_t max, nl_reader_t reader, void *arg)
{
	return nl_dump_request(nl_begin(cmd, NLM_F_DUMP), max, reader, arg);
}

/**
 * nl_open() - open the socket, once
 *
 * Return: OK, or a status whose reason has been printed.
 */
enum status nl_open(void)
{
	struct nlmsghdr *nlh;
	enum status status;
	int verdict = 0;

	if (socket_)
		return OK;
	if (!nl_socket(&socket_))
		return failed("reach");
	sequence = time(NULL);
	nlh = begin(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 1, 0);
	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, GONET_FAMILY_NAME);
	status = talk(nlh, CTRL_ATTR_MAX, learn_family, NULL, all_errors, &verdict);
	if (status == REFUSED) {
		fprintf(stderr, "Error: %s.\n", verdict == ENOENT ?
			"The kernel module gonet is not loaded" : strerror(verdict));
		nl_close();
	}
	return status;
}

/**
 * nl_close() - close the socket
 */
void nl_close(void)
{
	if (socket_)
		mnl_socket_close(socket_);
	socket_ = NULL;
}

/**
 * nl_join_events() - listen to the group of events
 * @nl: the socket to listen with
 *
 * Return: OK, or a status whose reason has been printed.
 */
enum status nl_join_events(struct mnl_socket *nl)
{
	if (mnl_socket_setsockopt(nl, NETLINK_ADD_MEMBERSHIP, &family.events,
				  sizeof(family.events)) < 0)
		return failed("listen to");
	return OK;
}

/**
 * attr_number() - the number in an attribute
 * @attr: the attribute, of any width, or NULL
 *
 * Return: the number; 0 if there is none.
 */
uint64_t attr_number(const struct nlattr *attr)
{
	uint64_t u64;
	uint32_t u32;
	uint16_t u16;

	if (!attr)
		return 0;
	switch (mnl_attr_get_payload_len(attr)) {
	case 1:
		return *(uint8_t *)mnl_attr_get_payload(attr);
	case 2:
		memcpy(&u16, mnl_attr_get_payload(attr), sizeof(u16));
		return u16;
	case 4:
		memcpy(&u32, mnl_attr_get_payload(attr), sizeof(u32));
		return u32;
	case 8:
		memcpy(&u64, mnl_attr_get_payload(attr), sizeof(u64));
		return u64;
	default:
		return 0;
	}
}

/**
 * attr_string() - the text in an attribute
 * @attr: the attribute, or NULL
 *
 * Return: the text, as long as the message is; empty if there is none.
 */
const char *attr_string(const struct nlattr *attr)
{
	const char *text;

	if (!attr || !mnl_attr_get_payload_len(attr))
		return "";
	text = mnl_attr_get_payload(attr);
	return memchr(text, 0, mnl_attr_get_payload_len(attr)) ? text : "";
}

/**
 * attr_prefix() - the address in an attribute
 * @attr: the attribute, or NULL
 * @prefix: set to the address; not given if there is none
 */
void attr_prefix(const struct nlattr *attr, struct prefix *prefix)
{
	memset(prefix, 0, sizeof(*prefix));
	prefix->family = AF_INET;
	if (!attr || mnl_attr_get_payload_len(attr) != sizeof(prefix->addr))
		return;
	prefix->given = true;
	prefix->plen = 32;
	memcpy(prefix->addr, mnl_attr_get_payload(attr), sizeof(prefix->addr));
}

/**
 * attr_mac() - the MAC address in an attribute
 * @attr: the attribute, or NULL
 * @mac: set to the address, if there is one
 *
 * Return: true if there is.
 */
bool attr_mac(const struct nlattr *attr, uint8_t mac[6])
{
	if (!attr || mnl_attr_get_payload_len(attr) != 6)
		return false;
	memcpy(mac, mnl_attr_get_payload(attr), 6);
	return true;
}

/**
 * put_prefix() - add an address to a request
 * @nlh: the request
 * @type: the attribute
 * @prefix: the address; left out if not given
 */
void put_prefix(struct nlmsghdr *nlh, uint16_t type, const struct prefix *prefix)
{
	if (prefix->given)
		mnl_attr_put(nlh, type, sizeof(prefix->addr), prefix->addr);
}
