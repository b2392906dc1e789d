// SPDX-License-Identifier: GPL-2.0
/* gonet link: interfaces. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gonet.h"

static const char usage[] =
	"Usage: gonet link [ show ] [ [ dev ] DEVICE ] [ up ]\n"
	"       gonet link set [ dev ] DEVICE [ { up | down } ] [ address LLADDR ]\n";

static struct link *links;

/**
 * links_forget() - forget what is known of interfaces
 */
void links_forget(void)
{
	struct link *next;

	for (; links; links = next) {
		next = links->next;
		free(links);
	}
}

static void link_read(struct link *link, const struct nlattr *const tb[])
{
	link->index = attr_number(tb[GONET_A_LINK_IFINDEX]);
	link->peer_index = attr_number(tb[GONET_A_LINK_PEER_IFINDEX]);
	link->mtu = attr_number(tb[GONET_A_LINK_MTU]);
	snprintf(link->name, sizeof(link->name), "%s", attr_string(tb[GONET_A_LINK_IFNAME]));
	attr_mac(tb[GONET_A_LINK_ADDRESS], link->mac);
	attr_mac(tb[GONET_A_LINK_PEER_ADDRESS], link->peer_mac);
	link->up = attr_number(tb[GONET_A_LINK_UP]);
	link->running = attr_number(tb[GONET_A_LINK_RUNNING]);
	link->rx_packets = attr_number(tb[GONET_A_LINK_RX_PACKETS]);
	link->rx_bytes = attr_number(tb[GONET_A_LINK_RX_BYTES]);
	link->tx_packets = attr_number(tb[GONET_A_LINK_TX_PACKETS]);
	link->tx_bytes = attr_number(tb[GONET_A_LINK_TX_BYTES]);
}

/**
 * link_learn() - learn of an interface
 * @tb: its attributes
 */
void link_learn(const struct nlattr *const tb[])
{
	uint32_t index = attr_number(tb[GONET_A_LINK_IFINDEX]);
	struct link **at, *link;

	for (at = &links; *at && (*at)->index < index; at = &(*at)->next)
		;
	if (!*at || (*at)->index != index) {
		link = calloc(1, sizeof(*link));
		if (!link)
			abort();
		link->next = *at;
		*at = link;
	}
	link_read(*at, tb);
}

static enum status link_learn_one(const struct nlattr *const tb[], void *arg)
{
	link_learn(tb);
	return OK;
}

/**
 * links_load() - learn of all interfaces
 *
 * Return: OK, or a status whose reason has been printed.
 */
enum status links_load(void)
{
	links_forget();
	return nl_dump(GONET_CMD_LINK_GET, GONET_A_LINK_MAX, link_learn_one, NULL);
}

/**
 * links_first() - the interfaces that are known
 *
 * Return: the one with the lowest number, or NULL.
 */
const struct link *links_first(void)
{
	return links;
}

static const struct link *link_by_index(uint32_t index)
{
	const struct link *link = links;

	while (link && link->index != index)
		link = link->next;
	return link;
}

/**
 * link_name() - the name of an interface
 * @index: its number
 *
 * Return: the name, or one made of the number until the next call.
 */
const char *link_name(uint32_t index)
{
	static char buffer[16];
	const struct link *link = link_by_index(index);

	if (link)
		return link->name;
	snprintf(buffer, sizeof(buffer), "if%u", index);
	return buffer;
}

/**
 * link_find() - find an interface
 * @name: its name, or "if" and its number
 * @index: set to its number
 *
 * Return: OK, or a status whose reason has been printed.
 */
enum status link_find(const char *name, uint32_t *index)
{
	const struct link *link = links;
	unsigned int number = 0;
	char rest;

	while (link && strcmp(link->name, name))
		link = link->next;
	if (!link && sscanf(name, "if%u%c", &number, &rest) == 1)
		link = link_by_index(number);
	if (!link) {
		fprintf(stderr, "Cannot find device \"%s\"\n", name);
		return FAILED;
	}
	*index = link->index;
	return OK;
}

static const char *link_state(const struct link *link)
{
	if (!link->peer_index)
		return link->up ? "UNKNOWN" : "DOWN";
	return link->running ? "UP" : link->up ? "LOWERLAYERDOWN" : "DOWN";
}

static const char *link_flags(const struct link *link)
{
	static char buffer[48];

	snprintf(buffer, sizeof(buffer), "%s%s%s%s",
		 link->up && !link->running ? "NO-CARRIER," : "",
		 link->peer_index ? "BROADCAST" : "LOOPBACK", link->up ? ",UP" : "",
		 link->running ? ",LOWER_UP" : "");
	return buffer;
}

static void link_print_brief(const struct link *link)
{
	printf("%-16s %-14s %s <%s>\n", link->name, link_state(link), text_mac(link->mac),
	       link_flags(link));
}

static void link_print_stats(const struct link *link)
{
	printf("%s    RX:  %12s %10s%s         %12" PRIu64 " %10" PRIu64, line_break(), "bytes",
	       "packets", line_break(), link->rx_bytes, link->rx_packets);
	printf("%s    TX:  %12s %10s%s         %12" PRIu64 " %10" PRIu64, line_break(), "bytes",
	       "packets", line_break(), link->tx_bytes, link->tx_packets);
}

/**
 * link_print() - print an interface
 * @link: the interface
 */
void link_print(const struct link *link)
{
	printf("%u: %s: <%s> mtu %u state %s%s    link/%s %s", link->index, link->name,
	       link_flags(link), link->mtu, link_state(link), line_break(),
	       link->peer_index ? "ether" : "loopback", text_mac(link->mac));
	if (link->peer_index)
		printf(" brd ff:ff:ff:ff:ff:ff peer %s", text_mac(link->peer_mac));
	if (link->peer_index && options.details)
		printf(" peer-ifindex %u", link->peer_index);
	if (options.stats)
		link_print_stats(link);
	printf("\n");
}

static void link_json_stats(struct json_object *object, const struct link *link)
{
	struct json_object *stats = json_object_new_object();
	struct json_object *rx = json_object_new_object();
	struct json_object *tx = json_object_new_object();

	json_num(rx, "bytes", link->rx_bytes);
	json_num(rx, "packets", link->rx_packets);
	json_num(tx, "bytes", link->tx_bytes);
	json_num(tx, "packets", link->tx_packets);
	json_object_object_add(stats, "rx", rx);
	json_object_object_add(stats, "tx", tx);
	json_object_object_add(object, "stats64", stats);
}

/**
 * link_json() - an interface in JSON
 * @link: the interface
 *
 * Return: the object.
 */
struct json_object *link_json(const struct link *link)
{
	struct json_object *object = json_object_new_object();
	struct json_object *flags = json_object_new_array();
	char words[48], *word, *rest;

	strcpy(words, link_flags(link));
	for (word = strtok_r(words, ",", &rest); word; word = strtok_r(NULL, ",", &rest))
		json_object_array_add(flags, json_object_new_string(word));
	json_num(object, "ifindex", link->index);
	json_str(object, "ifname", link->name);
	json_object_object_add(object, "flags", flags);
	json_num(object, "mtu", link->mtu);
	json_str(object, "operstate", link_state(link));
	json_str(object, "link_type", link->peer_index ? "ether" : "loopback");
	json_str(object, "address", text_mac(link->mac));
	if (link->peer_index) {
		json_str(object, "broadcast", "ff:ff:ff:ff:ff:ff");
		json_str(object, "peer", text_mac(link->peer_mac));
		json_num(object, "peer_ifindex", link->peer_index);
	}
	if (options.stats)
		link_json_stats(object, link);
	return object;
}

static enum status link_show_parse(struct args *args, uint32_t *index, bool *up)
{
	const char *dev = NULL, *word;

	while ((word = shift(args))) {
		if (wants_help(word, usage))
			return USAGE;
		if (!strcmp(word, "up")) {
			*up = true;
		} else {
			if (!strcmp(word, "dev") && value(args, &word))
				return USAGE;
			if (dev)
				return duplicate("dev", word);
			dev = word;
		}
	}
	return dev ? link_find(dev, index) : OK;
}

static enum status link_show(struct args *args)
{
	struct json_object *array = options.json ? json_object_new_array() : NULL;
	enum status status = links_load();
	const struct link *link;
	uint32_t index = 0;
	bool up = false;

	if (status == OK)
		status = link_show_parse(args, &index, &up);
	for (link = status == OK ? links : NULL; link; link = link->next) {
		if ((index && link->index != index) || (up && !link->up))
			continue;
		if (array)
			json_object_array_add(array, link_json(link));
		else if (options.brief)
			link_print_brief(link);
		else
			link_print(link);
	}
	if (status == OK && array)
		json_print(array);
	else
		json_object_put(array);
	return status;
}

/**
 * struct link_change - what to change of an interface
 * @dev: its name
 * @address: its new address is @mac
 * @mac: see @address
 * @up: 1 up, 0 down, -1 as it is
 */
struct link_change {
	const char *dev;
	bool address;
	uint8_t mac[6];
	int up;
};

static enum status link_set_parse(struct args *args, struct link_change *change)
{
	const char *word;

	while ((word = shift(args))) {
		if (!strcmp(word, "up")) {
			change->up = 1;
		} else if (!strcmp(word, "down")) {
			change->up = 0;
		} else if (matches(word, "address")) {
			if (value(args, &word) || parse_mac(word, change->mac))
				return USAGE;
			change->address = true;
		} else {
			if (!strcmp(word, "dev") && value(args, &word))
				return USAGE;
			if (change->dev)
				return duplicate("dev", word);
			change->dev = word;
		}
	}
	if (!change->dev) {
		fprintf(stderr, "Not enough of information: \"dev\" argument is required.\n");
		return USAGE;
	}
	return OK;
}

static enum status link_set(struct args *args)
{
	struct link_change change = { .up = -1 };
	enum status status = link_set_parse(args, &change);
	struct nlmsghdr *nlh;
	uint32_t index;

	if (status == OK)
		status = links_load();
	if (status == OK)
		status = link_find(change.dev, &index);
	if (status != OK)
		return status;
	nlh = nl_begin(GONET_CMD_LINK_SET, 0);
	mnl_attr_put_u32(nlh, GONET_A_LINK_IFINDEX, index);
	if (change.address)
		mnl_attr_put(nlh, GONET_A_LINK_ADDRESS, sizeof(change.mac), change.mac);
	if (change.up >= 0)
		mnl_attr_put_u8(nlh, GONET_A_LINK_UP, change.up);
	return nl_change(nlh);
}

static enum status link_help(struct args *args)
{
	return help(usage);
}

static const struct command commands[] = {
	{ "set", link_set },
	{ "show", link_show },
	{ "lst", link_show },
	{ "list", link_show },
	{ "help", link_help },
};

/**
 * do_link() - the object "link"
 * @args: what follows it
 *
 * Return: the exit status.
 */
enum status do_link(struct args *args)
{
	return run_command(args, commands, ARRAY_SIZE(commands), "link", link_show);
}
