// SPDX-License-Identifier: GPL-2.0
/* gonet addr: own addresses. */
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gonet.h"

static const char usage[] =
	"Usage: gonet address { add | replace } [ local ] IFADDR [ brd { + | ADDR } ]\n"
	"                                       [ scope SCOPE-ID ] dev IFNAME\n"
	"       gonet address del [ local ] IFADDR dev IFNAME\n"
	"       gonet address [ show ] [ [ dev ] IFNAME ] [ scope SCOPE-ID ] [ to PREFIX ]\n"
	"                     [ up ]\n"
	"       gonet address flush [ dev ] IFNAME [ scope SCOPE-ID ] [ to PREFIX ]\n"
	"IFADDR := ADDRESS[/PREFIX-LENGTH]\n"
	"SCOPE-ID := [ host | link | global | NUMBER ]\n";

/**
 * struct addr - an own address
 * @next: the one that comes after it
 * @ifindex: of its interface
 * @local: the address
 * @broadcast: of its network, if there is one
 * @scope: RT_SCOPE_*
 * @flags: IFA_F_*
 */
struct addr {
	struct addr *next;
	uint32_t ifindex;
	struct prefix local;
	struct prefix broadcast;
	uint8_t scope;
	uint32_t flags;
};

/**
 * struct addr_filter - which addresses are meant
 * @ifindex: of this interface, or 0
 * @scope: of this scope, or -1
 * @to: in this network, if given
 * @up: of interfaces that are up
 */
struct addr_filter {
	uint32_t ifindex;
	int scope;
	struct prefix to;
	bool up;
};

static void addr_read(struct addr *addr, const struct nlattr *const tb[])
{
	addr->ifindex = attr_number(tb[GONET_A_ADDR_IFINDEX]);
	attr_prefix(tb[GONET_A_ADDR_LOCAL], &addr->local);
	addr->local.plen = attr_number(tb[GONET_A_ADDR_PREFIX_LEN]);
	attr_prefix(tb[GONET_A_ADDR_BROADCAST], &addr->broadcast);
	addr->scope = attr_number(tb[GONET_A_ADDR_SCOPE]);
	addr->flags = attr_number(tb[GONET_A_ADDR_FLAGS]);
}

static enum status addr_collect(const struct nlattr *const tb[], void *arg)
{
	struct addr ***tail = arg, *addr = calloc(1, sizeof(*addr));

	if (!addr)
		abort();
	addr_read(addr, tb);
	**tail = addr;
	*tail = &addr->next;
	return OK;
}

/* Return: all addresses, to be freed with addrs_free(). */
static enum status addrs_load(struct addr **addrs)
{
	struct addr **tail = addrs;

	*addrs = NULL;
	return nl_dump(GONET_CMD_ADDR_GET, GONET_A_ADDR_MAX, addr_collect, &tail);
}

static void addrs_free(struct addr *addrs)
{
	struct addr *next;

	for (; addrs; addrs = next) {
		next = addrs->next;
		free(addrs);
	}
}

static void addr_print_text(const struct addr *addr)
{
	printf("    inet %s/%u ", text_addr(&addr->local), addr->local.plen);
	if (addr->broadcast.given)
		printf("brd %s ", text_addr(&addr->broadcast));
	printf("scope %s ", scope_name(addr->scope));
	if (addr->flags & IFA_F_SECONDARY)
		printf("secondary ");
	if (addr->flags & IFA_F_TENTATIVE)
		printf("tentative ");
	if (addr->flags & IFA_F_DADFAILED)
		printf("dadfailed ");
	if (options.details && addr->flags & IFA_F_NOPREFIXROUTE)
		printf("noprefixroute ");
	printf("%s\n", link_name(addr->ifindex));
}

/**
 * addr_print_line() - print an address on a line that says all of it
 * @tb: its attributes
 */
void addr_print_line(const struct nlattr *const tb[])
{
	struct addr addr;

	addr_read(&addr, tb);
	printf("%u: %s", addr.ifindex, link_name(addr.ifindex));
	addr_print_text(&addr);
}

static struct json_object *addr_to_json(const struct addr *addr)
{
	struct json_object *object = json_object_new_object();

	json_str(object, "family", "inet");
	json_str(object, "local", text_addr(&addr->local));
	json_num(object, "prefixlen", addr->local.plen);
	if (addr->broadcast.given)
		json_str(object, "broadcast", text_addr(&addr->broadcast));
	json_str(object, "scope", scope_name(addr->scope));
	if (addr->flags & IFA_F_SECONDARY)
		json_yes(object, "secondary", true);
	if (addr->flags & IFA_F_TENTATIVE)
		json_yes(object, "tentative", true);
	if (addr->flags & IFA_F_DADFAILED)
		json_yes(object, "dadfailed", true);
	if (addr->flags & IFA_F_NOPREFIXROUTE)
		json_yes(object, "noprefixroute", true);
	json_str(object, "label", link_name(addr->ifindex));
	return object;
}

/**
 * addr_json() - an address in JSON, with its interface
 * @tb: its attributes
 *
 * Return: the object.
 */
struct json_object *addr_json(const struct nlattr *const tb[])
{
	struct json_object *object;
	struct addr addr;

	addr_read(&addr, tb);
	object = addr_to_json(&addr);
	json_num(object, "ifindex", addr.ifindex);
	json_str(object, "dev", link_name(addr.ifindex));
	return object;
}

static bool addr_wanted(const struct addr *addr, const struct addr_filter *filter)
{
	if (filter->ifindex && addr->ifindex != filter->ifindex)
		return false;
	if (filter->scope >= 0 && addr->scope != filter->scope)
		return false;
	if (filter->to.given) {
		struct prefix host = addr->local;

		host.plen = 32;
		return prefix_covers(&filter->to, &host);
	}
	return true;
}

static enum status addr_filter_parse(struct args *args, struct addr_filter *filter)
{
	const char *dev = NULL, *word;

	while ((word = shift(args))) {
		if (wants_help(word, usage))
			return USAGE;
		if (!strcmp(word, "to")) {
			if (value(args, &word) || parse_prefix(word, &filter->to))
				return USAGE;
		} else if (!strcmp(word, "scope")) {
			if (value(args, &word))
				return USAGE;
			filter->scope = !strcmp(word, "all") ? -1 : scope_number(word);
			if (filter->scope < 0 && strcmp(word, "all"))
				return invalid("invalid \"scope\"", word);
		} else if (!strcmp(word, "up")) {
			filter->up = true;
		} else {
			if (!strcmp(word, "dev") && value(args, &word))
				return USAGE;
			if (dev)
				return duplicate("dev", word);
			dev = word;
		}
	}
	return dev ? link_find(dev, &filter->ifindex) : OK;
}

static void addr_show_brief(const struct link *link, const struct addr *addrs,
			    const struct addr_filter *filter)
{
	printf("%-16s %-14s ", link->name, link->running ? "UP" : "DOWN");
	for (; addrs; addrs = addrs->next)
		if (addrs->ifindex == link->index && addr_wanted(addrs, filter))
			printf("%s/%u ", text_addr(&addrs->local), addrs->local.plen);
	printf("\n");
}

static void addr_show_text(const struct link *link, const struct addr *addrs,
			   const struct addr_filter *filter)
{
	if (!options.oneline)
		link_print(link);
	for (; addrs; addrs = addrs->next) {
		if (addrs->ifindex != link->index || !addr_wanted(addrs, filter))
			continue;
		if (options.oneline)
			printf("%u: %s", link->index, link->name);
		addr_print_text(addrs);
	}
}

static struct json_object *addr_show_json(const struct link *link, const struct addr *addrs,
					  const struct addr_filter *filter)
{
	struct json_object *object = link_json(link), *info = json_object_new_array();

	for (; addrs; addrs = addrs->next)
		if (addrs->ifindex == link->index && addr_wanted(addrs, filter))
			json_object_array_add(info, addr_to_json(addrs));
	json_object_object_add(object, "addr_info", info);
	return object;
}

static bool link_has_wanted(const struct link *link, const struct addr *addrs,
			    const struct addr_filter *filter)
{
	for (; addrs; addrs = addrs->next)
		if (addrs->ifindex == link->index && addr_wanted(addrs, filter))
			return true;
	return false;
}

/* Interfaces without an address that is asked for by scope or network are left out. */
static bool addr_show_link(const struct link *link, const struct addr *addrs,
			   const struct addr_filter *filter)
{
	if ((filter->ifindex && link->index != filter->ifindex) || (filter->up && !link->up))
		return false;
	return (filter->scope < 0 && !filter->to.given) || link_has_wanted(link, addrs, filter);
}

static enum status addr_show(struct args *args)
{
	struct json_object *array = options.json ? json_object_new_array() : NULL;
	struct addr_filter filter = { .scope = -1 };
	enum status status = links_load();
	struct addr *addrs = NULL;
	const struct link *link;

	if (status == OK)
		status = addr_filter_parse(args, &filter);
	if (status == OK)
		status = addrs_load(&addrs);
	for (link = status == OK ? links_first() : NULL; link; link = link->next) {
		if (!addr_show_link(link, addrs, &filter))
			continue;
		if (array)
			json_object_array_add(array, addr_show_json(link, addrs, &filter));
		else if (options.brief)
			addr_show_brief(link, addrs, &filter);
		else
			addr_show_text(link, addrs, &filter);
	}
	if (status == OK && array)
		json_print(array);
	else
		json_object_put(array);
	addrs_free(addrs);
	return status;
}

static struct nlmsghdr *addr_request(uint8_t cmd, const struct addr *addr)
{
	struct nlmsghdr *nlh = nl_begin(cmd, 0);

	mnl_attr_put_u8(nlh, GONET_A_ADDR_FAMILY, AF_INET);
	mnl_attr_put_u32(nlh, GONET_A_ADDR_IFINDEX, addr->ifindex);
	put_prefix(nlh, GONET_A_ADDR_LOCAL, &addr->local);
	mnl_attr_put_u8(nlh, GONET_A_ADDR_PREFIX_LEN, addr->local.plen);
	return nlh;
}

static enum status addr_flush(struct args *args)
{
	struct addr *addrs = NULL, *addr;
	struct addr_filter filter = { .scope = -1 };
	unsigned int count = 0;
	enum status status;

	if (!peek(args)) {
		fprintf(stderr, "Flush requires arguments.\n");
		return FAILED;
	}
	status = links_load();
	if (status == OK)
		status = addr_filter_parse(args, &filter);
	if (status == OK)
		status = addrs_load(&addrs);
	for (addr = addrs; status == OK && addr; addr = addr->next) {
		if (!addr_wanted(addr, &filter))
			continue;
		status = nl_remove(addr_request(GONET_CMD_ADDR_DEL, addr), &count);
	}
	if (status == OK && options.stats)
		print_flushed(count, "addresses");
	addrs_free(addrs);
	return status;
}

/* "+" is the network's own broadcast address, which the stack takes by itself. */
static enum status addr_parse_broadcast(struct args *args, struct addr *addr)
{
	const char *word;

	if (value(args, &word))
		return USAGE;
	if (!strcmp(word, "+"))
		return OK;
	return parse_address(word, &addr->broadcast);
}

static enum status addr_parse(struct args *args, struct addr *addr, int *scope)
{
	const char *dev = NULL, *word;

	while ((word = shift(args))) {
		if (wants_help(word, usage))
			return USAGE;
		if (!strcmp(word, "dev")) {
			if (value_once(args, "dev", &dev))
				return USAGE;
		} else if (!strcmp(word, "brd") || matches(word, "broadcast")) {
			if (addr_parse_broadcast(args, addr))
				return USAGE;
		} else if (!strcmp(word, "scope")) {
			if (value(args, &word))
				return USAGE;
			*scope = scope_number(word);
			if (*scope < 0)
				return invalid("invalid scope value.", word);
		} else {
			if (!strcmp(word, "local") && value(args, &word))
				return USAGE;
			if (addr->local.given)
				return duplicate("local", word);
			if (parse_prefix(word, &addr->local))
				return USAGE;
		}
	}
	if (!dev) {
		fprintf(stderr, "Not enough information: \"dev\" argument is required.\n");
		return USAGE;
	}
	if (!addr->local.given)
		return missing("local");
	return link_find(dev, &addr->ifindex);
}

static enum status addr_change(struct args *args, uint8_t cmd, uint16_t flags)
{
	enum status status = links_load();
	struct addr addr = {};
	struct nlmsghdr *nlh;
	int scope = -1;

	if (status == OK)
		status = addr_parse(args, &addr, &scope);
	if (status != OK)
		return status;
	nlh = addr_request(cmd, &addr);
	if (cmd == GONET_CMD_ADDR_NEW) {
		put_prefix(nlh, GONET_A_ADDR_BROADCAST, &addr.broadcast);
		if (scope >= 0)
			mnl_attr_put_u8(nlh, GONET_A_ADDR_SCOPE, scope);
		mnl_attr_put_u16(nlh, GONET_A_ADDR_NL_FLAGS, flags);
	}
	return nl_change(nlh);
}

static enum status addr_add(struct args *args)
{
	return addr_change(args, GONET_CMD_ADDR_NEW, NLM_F_CREATE | NLM_F_EXCL);
}

static enum status addr_replace(struct args *args)
{
	return addr_change(args, GONET_CMD_ADDR_NEW, NLM_F_CREATE | NLM_F_REPLACE);
}

static enum status addr_del(struct args *args)
{
	return addr_change(args, GONET_CMD_ADDR_DEL, 0);
}

static enum status addr_help(struct args *args)
{
	return help(usage);
}

static const struct command commands[] = {
	{ "add", addr_add },
	{ "change", addr_replace },
	{ "chg", addr_replace },
	{ "replace", addr_replace },
	{ "delete", addr_del },
	{ "show", addr_show },
	{ "lst", addr_show },
	{ "list", addr_show },
	{ "flush", addr_flush },
	{ "help", addr_help },
};

/**
 * do_addr() - the object "address"
 * @args: what follows it
 *
 * Return: the exit status.
 */
enum status do_addr(struct args *args)
{
	return run_command(args, commands, ARRAY_SIZE(commands), "address", addr_show);
}
