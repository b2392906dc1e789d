// SPDX-License-Identifier: GPL-2.0
/* gonet neigh: neighbours. */
#include <ctype.h>
#include <linux/neighbour.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "gonet.h"

static const char usage[] =
	"Usage: gonet neigh { add | replace | change } ADDR lladdr LLADDR [ nud STATE ] dev DEV\n"
	"       gonet neigh del ADDR dev DEV\n"
	"       gonet neigh get ADDR dev DEV\n"
	"       gonet neigh { show | flush } [ to PREFIX ] [ dev DEV ] [ nud STATE ]\n"
	"STATE := { permanent | noarp | stale | reachable | none | incomplete |\n"
	"           delay | probe | failed | all }\n";

/**
 * struct neigh - a neighbour
 * @next: the one that comes after it
 * @ifindex: its interface
 * @addr: its address
 * @has_mac: its MAC address is known
 * @mac: its MAC address
 * @state: NUD_*
 * @used: milliseconds since it was last used
 * @confirmed: milliseconds since it last proved to be there
 * @updated: milliseconds since it last changed
 * @probes: requests sent without an answer
 * @queued: packets that wait for its MAC address
 */
struct neigh {
	struct neigh *next;
	uint32_t ifindex;
	struct prefix addr;
	bool has_mac;
	uint8_t mac[6];
	uint8_t state;
	uint32_t used;
	uint32_t confirmed;
	uint32_t updated;
	uint32_t probes;
	uint32_t queued;
};

/**
 * struct neigh_list - neighbours being listed
 * @ifindex: those of this interface, or 0
 * @to: those in this network, if given
 * @states: those of these states, or 0
 * @array: where they are put, or NULL to print them
 * @tail: where they are put to be gone through later, or NULL
 */
struct neigh_list {
	uint32_t ifindex;
	struct prefix to;
	uint8_t states;
	struct json_object *array;
	struct neigh **tail;
};

static void neigh_read(struct neigh *neigh, const struct nlattr *const tb[])
{
	memset(neigh, 0, sizeof(*neigh));
	neigh->ifindex = attr_number(tb[GONET_A_NEIGH_IFINDEX]);
	attr_prefix(tb[GONET_A_NEIGH_DST], &neigh->addr);
	neigh->has_mac = attr_mac(tb[GONET_A_NEIGH_LLADDR], neigh->mac);
	neigh->state = attr_number(tb[GONET_A_NEIGH_STATE]);
	neigh->used = attr_number(tb[GONET_A_NEIGH_USED]);
	neigh->confirmed = attr_number(tb[GONET_A_NEIGH_CONFIRMED]);
	neigh->updated = attr_number(tb[GONET_A_NEIGH_UPDATED]);
	neigh->probes = attr_number(tb[GONET_A_NEIGH_PROBES]);
	neigh->queued = attr_number(tb[GONET_A_NEIGH_QUEUED]);
}

static const char *neigh_state(const struct neigh *neigh)
{
	static char buffer[16];
	const char *name = nud_name(neigh->state);
	size_t i;

	for (i = 0; name[i] && i < sizeof(buffer) - 1; i++)
		buffer[i] = toupper((unsigned char)name[i]);
	buffer[i] = 0;
	return buffer;
}

static void neigh_print(const struct neigh *neigh)
{
	if (options.brief) {
		printf("%-39s %-16s %s\n", text_addr(&neigh->addr), link_name(neigh->ifindex),
		       neigh->has_mac ? text_mac(neigh->mac) : "");
		return;
	}
	printf("%s dev %s ", text_addr(&neigh->addr), link_name(neigh->ifindex));
	if (neigh->has_mac)
		printf("lladdr %s ", text_mac(neigh->mac));
	if (options.stats) {
		printf("used %u/%u/%u ", neigh->used / 1000, neigh->confirmed / 1000,
		       neigh->updated / 1000);
		printf("probes %u queued %u ", neigh->probes, neigh->queued);
	}
	printf("%s\n", neigh_state(neigh));
}

static struct json_object *neigh_to_json(const struct neigh *neigh)
{
	struct json_object *object = json_object_new_object();
	struct json_object *state = json_object_new_array();

	json_str(object, "dst", text_addr(&neigh->addr));
	json_str(object, "dev", link_name(neigh->ifindex));
	if (neigh->has_mac)
		json_str(object, "lladdr", text_mac(neigh->mac));
	if (options.stats) {
		json_num(object, "used", neigh->used / 1000);
		json_num(object, "confirmed", neigh->confirmed / 1000);
		json_num(object, "updated", neigh->updated / 1000);
		json_num(object, "probes", neigh->probes);
		json_num(object, "queued", neigh->queued);
	}
	json_object_array_add(state, json_object_new_string(neigh_state(neigh)));
	json_object_object_add(object, "state", state);
	return object;
}

/**
 * neigh_print_line() - print a neighbour
 * @tb: its attributes
 */
void neigh_print_line(const struct nlattr *const tb[])
{
	struct neigh neigh;

	neigh_read(&neigh, tb);
	neigh_print(&neigh);
}

/**
 * neigh_json() - a neighbour in JSON
 * @tb: its attributes
 *
 * Return: the object.
 */
struct json_object *neigh_json(const struct nlattr *const tb[])
{
	struct neigh neigh;

	neigh_read(&neigh, tb);
	return neigh_to_json(&neigh);
}

static enum status neigh_list_one(const struct nlattr *const tb[], void *arg)
{
	struct neigh_list *list = arg;
	struct neigh neigh, *copy;

	neigh_read(&neigh, tb);
	if ((list->ifindex && neigh.ifindex != list->ifindex) ||
	    (list->to.given && !prefix_covers(&list->to, &neigh.addr)) ||
	    (list->states && !(neigh.state & list->states)))
		return OK;
	if (list->array) {
		json_object_array_add(list->array, neigh_to_json(&neigh));
	} else if (list->tail) {
		copy = malloc(sizeof(*copy));
		if (!copy)
			abort();
		*copy = neigh;
		*list->tail = copy;
		list->tail = &copy->next;
	} else {
		neigh_print(&neigh);
	}
	return OK;
}

static enum status neigh_parse_nud(struct args *args, struct neigh_list *list)
{
	const char *word;
	int state;

	if (value(args, &word))
		return USAGE;
	if (!strcmp(word, "all")) {
		list->states = 0xff;
		return OK;
	}
	state = nud_number(word);
	if (state < 0)
		return invalid("nud state is bad", word);
	/* those given by name add up */
	list->states |= state;
	return OK;
}

static enum status neigh_list_parse(struct args *args, struct neigh_list *list)
{
	const char *dev = NULL, *word;

	while ((word = shift(args))) {
		if (wants_help(word, usage))
			return USAGE;
		if (!strcmp(word, "dev")) {
			if (value_once(args, "dev", &dev))
				return USAGE;
		} else if (!strcmp(word, "nud")) {
			if (neigh_parse_nud(args, list))
				return USAGE;
		} else {
			if (!strcmp(word, "to") && value(args, &word))
				return USAGE;
			if (list->to.given)
				return duplicate("to", word);
			if (parse_prefix(word, &list->to))
				return USAGE;
		}
	}
	return dev ? link_find(dev, &list->ifindex) : OK;
}

static enum status neigh_show(struct args *args)
{
	struct neigh_list list = {};
	enum status status = links_load();

	if (status == OK)
		status = neigh_list_parse(args, &list);
	if (status != OK)
		return status;
	if (!list.states)
		list.states = 0xff & ~NUD_NOARP;
	if (options.json)
		list.array = json_object_new_array();
	status = nl_dump(GONET_CMD_NEIGH_GET, GONET_A_NEIGH_MAX, neigh_list_one, &list);
	if (status == OK && list.array)
		json_print(list.array);
	else
		json_object_put(list.array);
	return status;
}

static struct nlmsghdr *neigh_request(uint8_t cmd, const struct neigh *neigh)
{
	struct nlmsghdr *nlh = nl_begin(cmd, 0);

	mnl_attr_put_u8(nlh, GONET_A_NEIGH_FAMILY, AF_INET);
	mnl_attr_put_u32(nlh, GONET_A_NEIGH_IFINDEX, neigh->ifindex);
	put_prefix(nlh, GONET_A_NEIGH_DST, &neigh->addr);
	return nlh;
}

/* Permanent ones stay unless they are asked for by name. */
static enum status neigh_flush(struct args *args)
{
	struct neigh *neighs = NULL, *next;
	struct neigh_list list = { .tail = &neighs };
	unsigned int count = 0;
	enum status status;

	if (!peek(args)) {
		fprintf(stderr, "Flush requires arguments.\n");
		return FAILED;
	}
	status = links_load();
	if (status == OK)
		status = neigh_list_parse(args, &list);
	if (!list.states)
		list.states = 0xff & ~(NUD_PERMANENT | NUD_NOARP);
	if (status == OK)
		status = nl_dump(GONET_CMD_NEIGH_GET, GONET_A_NEIGH_MAX, neigh_list_one, &list);
	for (; neighs; neighs = next) {
		next = neighs->next;
		if (status == OK)
			status = nl_remove(neigh_request(GONET_CMD_NEIGH_DEL, neighs), &count);
		free(neighs);
	}
	if (status == OK && options.stats)
		print_flushed(count, "entries");
	return status;
}

static enum status neigh_parse(struct args *args, struct neigh *neigh, int *state)
{
	const char *dev = NULL, *word;

	while ((word = shift(args))) {
		if (wants_help(word, usage))
			return USAGE;
		if (!strcmp(word, "lladdr")) {
			if (value(args, &word) || parse_mac(word, neigh->mac))
				return USAGE;
			neigh->has_mac = true;
		} else if (!strcmp(word, "nud")) {
			if (value(args, &word))
				return USAGE;
			*state = nud_number(word);
			if (*state < 0)
				return invalid("nud state is bad", word);
		} else if (!strcmp(word, "dev")) {
			if (value_once(args, "dev", &dev))
				return USAGE;
		} else {
			if (!strcmp(word, "to") && value(args, &word))
				return USAGE;
			if (neigh->addr.given)
				return duplicate("to", word);
			if (parse_address(word, &neigh->addr))
				return USAGE;
		}
	}
	if (!dev || !neigh->addr.given) {
		fprintf(stderr, "Device and destination are required arguments.\n");
		return USAGE;
	}
	return link_find(dev, &neigh->ifindex);
}

static enum status neigh_change(struct args *args, uint8_t cmd, uint16_t flags)
{
	enum status status = links_load();
	struct neigh neigh = {};
	struct nlmsghdr *nlh;
	int state = -1;

	if (status == OK)
		status = neigh_parse(args, &neigh, &state);
	if (status != OK)
		return status;
	nlh = neigh_request(cmd, &neigh);
	if (cmd == GONET_CMD_NEIGH_NEW)
		mnl_attr_put_u16(nlh, GONET_A_NEIGH_NL_FLAGS, flags);
	if (cmd == GONET_CMD_NEIGH_NEW && neigh.has_mac)
		mnl_attr_put(nlh, GONET_A_NEIGH_LLADDR, sizeof(neigh.mac), neigh.mac);
	if (cmd == GONET_CMD_NEIGH_NEW && state >= 0)
		mnl_attr_put_u8(nlh, GONET_A_NEIGH_STATE, state);
	return nl_change(nlh);
}

static enum status neigh_add(struct args *args)
{
	return neigh_change(args, GONET_CMD_NEIGH_NEW, NLM_F_CREATE | NLM_F_EXCL);
}

static enum status neigh_replace(struct args *args)
{
	return neigh_change(args, GONET_CMD_NEIGH_NEW, NLM_F_CREATE | NLM_F_REPLACE);
}

static enum status neigh_alter(struct args *args)
{
	return neigh_change(args, GONET_CMD_NEIGH_NEW, NLM_F_REPLACE);
}

static enum status neigh_del(struct args *args)
{
	return neigh_change(args, GONET_CMD_NEIGH_DEL, 0);
}

static enum status neigh_get(struct args *args)
{
	struct neigh_list list = {};
	enum status status = links_load();
	struct neigh neigh = {};
	int state;

	if (status == OK)
		status = neigh_parse(args, &neigh, &state);
	if (status != OK)
		return status;
	if (options.json)
		list.array = json_object_new_array();
	status = nl_get(neigh_request(GONET_CMD_NEIGH_GET, &neigh), GONET_A_NEIGH_MAX,
			neigh_list_one, &list);
	if (status == OK && list.array)
		json_print(list.array);
	else
		json_object_put(list.array);
	return status;
}

static enum status neigh_help(struct args *args)
{
	return help(usage);
}

static const struct command commands[] = {
	{ "add", neigh_add },
	{ "change", neigh_alter },
	{ "chg", neigh_alter },
	{ "replace", neigh_replace },
	{ "delete", neigh_del },
	{ "get", neigh_get },
	{ "show", neigh_show },
	{ "lst", neigh_show },
	{ "list", neigh_show },
	{ "flush", neigh_flush },
	{ "help", neigh_help },
};

/**
 * do_neigh() - the object "neighbour"
 * @args: what follows it
 *
 * Return: the exit status.
 */
enum status do_neigh(struct args *args)
{
	return run_command(args, commands, ARRAY_SIZE(commands), "neighbour", neigh_show);
}
