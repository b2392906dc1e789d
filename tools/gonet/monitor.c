// SPDX-License-Identifier: GPL-2.0
/* gonet monitor: changes, as they happen. */
#include <errno.h>
#include <linux/genetlink.h>
#include <stdio.h>
#include <string.h>

#include "gonet.h"

static const char usage[] =
	"Usage: gonet monitor [ all | OBJECTS ] [ label ]\n"
	"OBJECTS := { link | address | route | neigh }...\n";

/**
 * struct topic - a kind of object that is watched
 * @name: what it is asked for by
 * @label: what its lines begin with
 * @cmd_new: event: new or changed
 * @cmd_del: event: gone
 * @max: greatest type of its attributes
 * @print: prints it
 * @json: makes it JSON
 */
struct topic {
	const char *name;
	const char *label;
	uint8_t cmd_new;
	uint8_t cmd_del;
	uint16_t max;
	void (*print)(const struct nlattr *const tb[]);
	struct json_object *(*json)(const struct nlattr *const tb[]);
};

static const struct link *link_of(const struct nlattr *const tb[])
{
	const struct link *link = links_first();
	uint32_t index = attr_number(tb[GONET_A_LINK_IFINDEX]);

	while (link && link->index != index)
		link = link->next;
	return link;
}

static void monitor_print_link(const struct nlattr *const tb[])
{
	link_print(link_of(tb));
}

static struct json_object *monitor_json_link(const struct nlattr *const tb[])
{
	return link_json(link_of(tb));
}

static const struct topic topics[] = {
	{ "link", "[LINK]", GONET_CMD_LINK_NTF, GONET_CMD_LINK_DEL_NTF, GONET_A_LINK_MAX,
	  monitor_print_link, monitor_json_link },
	{ "address", "[ADDR]", GONET_CMD_ADDR_NTF, GONET_CMD_ADDR_DEL_NTF, GONET_A_ADDR_MAX,
	  addr_print_line, addr_json },
	{ "route", "[ROUTE]", GONET_CMD_ROUTE_NTF, GONET_CMD_ROUTE_DEL_NTF, GONET_A_ROUTE_MAX,
	  route_print_line, route_json },
	{ "neigh", "[NEIGH]", GONET_CMD_NEIGH_NTF, GONET_CMD_NEIGH_DEL_NTF, GONET_A_NEIGH_MAX,
	  neigh_print_line, neigh_json },
};

/**
 * struct monitor - what is watched
 * @topics: a bit for each of them
 * @label: say what each line is about
 */
struct monitor {
	unsigned int topics;
	bool label;
};

static void monitor_show(const struct monitor *monitor, const struct topic *topic, bool gone,
			 const struct nlattr *const tb[])
{
	struct json_object *object;

	if (options.json) {
		object = topic->json(tb);
		json_str(object, "object", topic->name);
		json_str(object, "event", gone ? "del" : "new");
		json_print(object);
	} else {
		printf("%s%s", monitor->label ? topic->label : "", gone ? "Deleted " : "");
		topic->print(tb);
	}
	fflush(stdout);
}

static void monitor_message(const struct monitor *monitor, const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *tb[64];
	size_t i;

	if (nlh->nlmsg_type != nl_family_id() || mnl_nlmsg_get_payload_len(nlh) < sizeof(*genl))
		return;
	for (i = 0; i < ARRAY_SIZE(topics); i++) {
		if (genl->cmd != topics[i].cmd_new && genl->cmd != topics[i].cmd_del)
			continue;
		nl_parse(nlh, tb, topics[i].max);
		if (!strcmp(topics[i].name, "link"))
			link_learn(tb);
		if (monitor->topics & 1 << i)
			monitor_show(monitor, &topics[i], genl->cmd == topics[i].cmd_del, tb);
	}
}

static enum status monitor_parse(struct args *args, struct monitor *monitor)
{
	const char *word;
	size_t i;

	while ((word = shift(args))) {
		if (wants_help(word, usage))
			return USAGE;
		if (matches(word, "label")) {
			monitor->label = true;
			continue;
		}
		if (!strcmp(word, "all")) {
			monitor->topics = (1 << ARRAY_SIZE(topics)) - 1;
			monitor->label = true;
			continue;
		}
		for (i = 0; i < ARRAY_SIZE(topics); i++)
			if (matches(word, topics[i].name))
				break;
		if (i == ARRAY_SIZE(topics)) {
			fprintf(stderr,
				"Argument \"%s\" is unknown, try \"gonet monitor help\".\n", word);
			return USAGE;
		}
		monitor->topics |= 1 << i;
	}
	if (!monitor->topics)
		monitor->topics = (1 << ARRAY_SIZE(topics)) - 1;
	return OK;
}

static enum status monitor_run(const struct monitor *monitor, struct mnl_socket *nl)
{
	static char data[65536];
	const struct nlmsghdr *msg;
	ssize_t len;
	int left;

	for (;;) {
		len = mnl_socket_recvfrom(nl, data, sizeof(data));
		if (len < 0 && errno == ENOBUFS) {
			fprintf(stderr, "Events were lost.\n");
			continue;
		}
		if (len < 0 && errno == EINTR)
			continue;
		if (len <= 0) {
			fprintf(stderr, "Cannot hear the kernel: %s\n", strerror(errno));
			return FAILED;
		}
		left = len;
		for (msg = (void *)data; mnl_nlmsg_ok(msg, left);
		     msg = mnl_nlmsg_next(msg, &left))
			monitor_message(monitor, msg);
	}
}

/**
 * do_monitor() - the object "monitor"
 * @args: what follows it
 *
 * Return: the exit status; never, as long as nothing fails.
 */
enum status do_monitor(struct args *args)
{
	struct monitor monitor = {};
	struct mnl_socket *nl;
	enum status status;

	if (peek(args) && !strcmp(peek(args), "help"))
		return help(usage);
	status = monitor_parse(args, &monitor);
	if (status != OK)
		return status;
	if (!nl_socket(&nl)) {
		fprintf(stderr, "Cannot reach the kernel: %s\n", strerror(errno));
		return FAILED;
	}
	status = nl_join_events(nl);
	if (status == OK)
		status = links_load();
	if (status == OK)
		status = monitor_run(&monitor, nl);
	mnl_socket_close(nl);
	return status;
}
