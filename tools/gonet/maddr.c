// SPDX-License-Identifier: GPL-2.0
/* gonet maddress: multicast groups. */
#include <stdio.h>
#include <string.h>

#include "gonet.h"

static const char usage[] =
	"Usage: gonet maddress [ show ] [ [ dev ] IFNAME ]\n";

/**
 * struct maddr - a group that an interface is a member of
 * @ifindex: the interface
 * @group: the group
 * @users: how many sockets are members
 * @exclude: the sources are those that are not wanted
 * @sources: how many sources there are
 */
struct maddr {
	uint32_t ifindex;
	struct prefix group;
	uint32_t users;
	bool exclude;
	uint32_t sources;
};

/**
 * struct maddr_list - groups being listed
 * @ifindex: those of this interface, or 0
 * @last: interface of the one that came last, or 0
 * @array: interfaces, in JSON, or NULL to print
 * @groups: groups of @last, in JSON
 */
struct maddr_list {
	uint32_t ifindex;
	uint32_t last;
	struct json_object *array;
	struct json_object *groups;
};

static void maddr_read(struct maddr *maddr, const struct nlattr *const tb[])
{
	memset(maddr, 0, sizeof(*maddr));
	maddr->ifindex = attr_number(tb[GONET_A_MADDR_IFINDEX]);
	attr_prefix(tb[GONET_A_MADDR_GROUP], &maddr->group);
	maddr->users = attr_number(tb[GONET_A_MADDR_USERS]);
	maddr->exclude = tb[GONET_A_MADDR_EXCLUDE];
	maddr->sources = attr_number(tb[GONET_A_MADDR_SOURCES]);
}

static void maddr_print(const struct maddr *maddr)
{
	printf("%s\tinet  %s", line_break(), text_addr(&maddr->group));
	if (maddr->users > 1)
		printf(" users %u", maddr->users);
	if (options.details && (maddr->sources || !maddr->exclude))
		printf(" %s %u sources", maddr->exclude ? "exclude" : "include", maddr->sources);
}

static struct json_object *maddr_to_json(const struct maddr *maddr)
{
	struct json_object *object = json_object_new_object();

	json_str(object, "family", "inet");
	json_str(object, "address", text_addr(&maddr->group));
	if (maddr->users > 1)
		json_num(object, "users", maddr->users);
	if (options.details) {
		json_str(object, "mode", maddr->exclude ? "exclude" : "include");
		json_num(object, "sources", maddr->sources);
	}
	return object;
}

/* The head of an interface's groups. */
static void maddr_begin(struct maddr_list *list, uint32_t ifindex)
{
	struct json_object *object;

	if (!list->array) {
		printf("%s%u:\t%s", list->last ? "\n" : "", ifindex, link_name(ifindex));
		return;
	}
	object = json_object_new_object();
	json_num(object, "ifindex", ifindex);
	json_str(object, "ifname", link_name(ifindex));
	list->groups = json_object_new_array();
	json_object_object_add(object, "maddr", list->groups);
	json_object_array_add(list->array, object);
}

/* They come by interface. */
static enum status maddr_list_one(const struct nlattr *const tb[], void *arg)
{
	struct maddr_list *list = arg;
	struct maddr maddr;

	maddr_read(&maddr, tb);
	if (list->ifindex && maddr.ifindex != list->ifindex)
		return OK;
	if (maddr.ifindex != list->last)
		maddr_begin(list, maddr.ifindex);
	list->last = maddr.ifindex;
	if (list->array)
		json_object_array_add(list->groups, maddr_to_json(&maddr));
	else
		maddr_print(&maddr);
	return OK;
}

static enum status maddr_parse(struct args *args, struct maddr_list *list)
{
	const char *dev = NULL, *word;

	while ((word = shift(args))) {
		if (wants_help(word, usage))
			return USAGE;
		if (!strcmp(word, "dev") && value(args, &word))
			return USAGE;
		if (dev)
			return duplicate("dev", word);
		dev = word;
	}
	return dev ? link_find(dev, &list->ifindex) : OK;
}

static enum status maddr_show(struct args *args)
{
	struct maddr_list list = {};
	enum status status = links_load();

	if (status == OK)
		status = maddr_parse(args, &list);
	if (status != OK)
		return status;
	if (options.json)
		list.array = json_object_new_array();
	status = nl_dump(GONET_CMD_MADDR_GET, GONET_A_MADDR_MAX, maddr_list_one, &list);
	if (!list.array && list.last)
		printf("\n");
	if (status == OK && list.array)
		json_print(list.array);
	else
		json_object_put(list.array);
	return status;
}

static enum status maddr_help(struct args *args)
{
	return help(usage);
}

static const struct command commands[] = {
	{ "show", maddr_show },
	{ "lst", maddr_show },
	{ "list", maddr_show },
	{ "help", maddr_help },
};

/**
 * do_maddr() - the object "maddress"
 * @args: what follows it
 *
 * Return: the exit status.
 */
enum status do_maddr(struct args *args)
{
	return run_command(args, commands, ARRAY_SIZE(commands), "maddress", maddr_show);
}
