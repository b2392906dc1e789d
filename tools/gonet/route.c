// SPDX-License-Identifier: GPL-2.0
/* gonet route: routes. */
#include <inttypes.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "route.h"

static void route_read(struct route *route, const struct nlattr *const tb[])
{
	attr_prefix(tb[GONET_A_ROUTE_DST], &route->dst);
	route->dst.given = true;
	route->dst.plen = attr_number(tb[GONET_A_ROUTE_DST_LEN]);
	attr_prefix(tb[GONET_A_ROUTE_GATEWAY], &route->gateway);
	attr_prefix(tb[GONET_A_ROUTE_PREFSRC], &route->prefsrc);
	route->ifindex = attr_number(tb[GONET_A_ROUTE_IFINDEX]);
	route->metric = attr_number(tb[GONET_A_ROUTE_METRIC]);
	route->type = attr_number(tb[GONET_A_ROUTE_TYPE]);
	route->scope = attr_number(tb[GONET_A_ROUTE_SCOPE]);
	route->protocol = attr_number(tb[GONET_A_ROUTE_PROTOCOL]);
}

/* Where a packet goes has neither a protocol nor a scope. */
static void route_print(const struct route *route, bool path)
{
	if (route->type != RTN_UNICAST || options.details)
		printf("%s ", route_type_name(route->type));
	printf("%s ", text_prefix(&route->dst));
	if (route->gateway.given)
		printf("via %s ", text_addr(&route->gateway));
	if (route->ifindex)
		printf("dev %s ", link_name(route->ifindex));
	if (!path && (route->protocol != RTPROT_BOOT || options.details))
		printf("proto %s ", protocol_name(route->protocol));
	if (!path && (route->scope != RT_SCOPE_UNIVERSE || options.details))
		printf("scope %s ", scope_name(route->scope));
	if (route->prefsrc.given)
		printf("src %s ", text_addr(&route->prefsrc));
	if (route->metric)
		printf("metric %u ", route->metric);
	printf("\n");
}

static struct json_object *route_to_json(const struct route *route, bool path)
{
	struct json_object *object = json_object_new_object();

	if (route->type != RTN_UNICAST || options.details)
		json_str(object, "type", route_type_name(route->type));
	json_str(object, "dst", text_prefix(&route->dst));
	if (route->gateway.given)
		json_str(object, "gateway", text_addr(&route->gateway));
	if (route->ifindex)
		json_str(object, "dev", link_name(route->ifindex));
	if (!path && (route->protocol != RTPROT_BOOT || options.details))
		json_str(object, "protocol", protocol_name(route->protocol));
	if (!path && (route->scope != RT_SCOPE_UNIVERSE || options.details))
		json_str(object, "scope", scope_name(route->scope));
	if (route->prefsrc.given)
		json_str(object, "prefsrc", text_addr(&route->prefsrc));
	if (route->metric)
		json_num(object, "metric", route->metric);
	json_object_object_add(object, "flags", json_object_new_array());
	return object;
}

/**
 * route_print_line() - print a route
 * @tb: its attributes
 */
void route_print_line(const struct nlattr *const tb[])
{
	struct route route;

	route_read(&route, tb);
	route_print(&route, false);
}

/**
 * route_json() - a route in JSON
 * @tb: its attributes
 *
 * Return: the object.
 */
struct json_object *route_json(const struct nlattr *const tb[])
{
	struct route route;

	route_read(&route, tb);
	return route_to_json(&route, false);
}

/**
 * struct route_list - routes being listed
 * @filter: which are meant
 * @array: where they are put, or NULL to print them
 * @tail: where they are put to be gone through later, or NULL
 */
struct route_list {
	struct route_filter filter;
	struct json_object *array;
	struct route **tail;
};

static enum status route_list_one(const struct nlattr *const tb[], void *arg)
{
	struct route_list *list = arg;
	struct route route;

	route_read(&route, tb);
	if (!route_wanted(&route, &list->filter))
		return OK;
	if (list->array) {
		json_object_array_add(list->array, route_to_json(&route, false));
	} else if (list->tail) {
		struct route *copy = malloc(sizeof(*copy));

		if (!copy)
			abort();
		*copy = route;
		copy->next = NULL;
		*list->tail = copy;
		list->tail = &copy->next;
	} else {
		route_print(&route, false);
	}
	return OK;
}

static enum status route_show(struct args *args)
{
	struct route_list list = {};
	enum status status = links_load();

	if (status == OK)
		status = route_filter_parse(args, &list.filter);
	if (status != OK)
		return status;
	if (options.json)
		list.array = json_object_new_array();
	status = nl_dump(GONET_CMD_ROUTE_GET, GONET_A_ROUTE_MAX, route_list_one, &list);
	if (status == OK && list.array)
		json_print(list.array);
	else
		json_object_put(list.array);
	return status;
}

/* What others said of the ways to single destinations. It has no selector. */
static enum status route_flush_cache(struct args *args)
{
	struct nlmsghdr *nlh;
	enum status status;

	shift(args);
	if (peek(args))
		return invalid("\"cache\" is all or nothing", peek(args));
	nlh = nl_begin(GONET_CMD_ROUTE_FORGET, 0);
	mnl_attr_put_u8(nlh, GONET_A_ROUTE_FAMILY, AF_INET);
	status = nl_change(nlh);
	if (status == OK && options.stats)
		printf("*** IPv4 routing cache is flushed.\n");
	return status;
}

static enum status route_flush(struct args *args)
{
	struct route *routes = NULL, *next;
	struct route_list list = { .tail = &routes };
	unsigned int count = 0;
	enum status status;

	if (!peek(args)) {
		fprintf(stderr, "\"gonet route flush\" requires arguments.\n");
		return FAILED;
	}
	if (matches(peek(args), "cache"))
		return route_flush_cache(args);
	status = links_load();
	if (status == OK)
		status = route_filter_parse(args, &list.filter);
	if (status == OK)
		status = nl_dump(GONET_CMD_ROUTE_GET, GONET_A_ROUTE_MAX, route_list_one, &list);
	for (; routes; routes = next) {
		next = routes->next;
		if (status == OK)
			status = nl_remove(route_request(GONET_CMD_ROUTE_DEL, routes), &count);
		free(routes);
	}
	if (status == OK && options.stats)
		print_flushed(count, "routes");
	return status;
}

/* What has been learnt of the way to one destination, as iproute2 says it. */
static void route_print_cache(const struct nlattr *const tb[])
{
	if (!tb[GONET_A_ROUTE_REDIRECTED] && !tb[GONET_A_ROUTE_MTU])
		return;
	printf("    cache");
	if (tb[GONET_A_ROUTE_REDIRECTED])
		printf(" <redirected>");
	if (tb[GONET_A_ROUTE_MTU])
		printf(" expires %" PRIu64 "sec mtu %s%" PRIu64,
		       attr_number(tb[GONET_A_ROUTE_EXPIRES]),
		       tb[GONET_A_ROUTE_MTU_LOCKED] ? "lock " : "",
		       attr_number(tb[GONET_A_ROUTE_MTU]));
	printf("\n");
}

static void route_cache_to_json(struct json_object *object, const struct nlattr *const tb[])
{
	struct json_object *cache = json_object_new_array(), *metrics, *mtu;

	if (tb[GONET_A_ROUTE_REDIRECTED])
		json_object_array_add(cache, json_object_new_string("redirected"));
	json_object_object_add(object, "cache", cache);
	if (!tb[GONET_A_ROUTE_MTU])
		return;
	json_num(object, "expires", attr_number(tb[GONET_A_ROUTE_EXPIRES]));
	metrics = json_object_new_array();
	mtu = json_object_new_object();
	json_num(mtu, "mtu", attr_number(tb[GONET_A_ROUTE_MTU]));
	if (tb[GONET_A_ROUTE_MTU_LOCKED])
		json_object_object_add(mtu, "lock", json_object_new_boolean(true));
	json_object_array_add(metrics, mtu);
	json_object_object_add(object, "metrics", metrics);
}

static enum status route_print_path(const struct nlattr *const tb[], void *arg)
{
	struct json_object *array, *object;
	struct route route;

	route_read(&route, tb);
	if (!options.json) {
		route_print(&route, true);
		route_print_cache(tb);
		return OK;
	}
	array = json_object_new_array();
	object = route_to_json(&route, true);
	route_cache_to_json(object, tb);
	json_object_array_add(array, object);
	json_print(array);
	return OK;
}

static enum status route_get_parse(struct args *args, struct prefix *dst, struct prefix *src,
				   uint32_t *oif)
{
	const char *dev = NULL, *word;

	while ((word = shift(args))) {
		if (wants_help(word, route_usage))
			return USAGE;
		if (matches(word, "from")) {
			if (value(args, &word) || parse_address(word, src))
				return USAGE;
		} else if (matches(word, "oif") || !strcmp(word, "dev")) {
			if (value_once(args, "oif", &dev))
				return USAGE;
		} else {
			if (!strcmp(word, "to") && value(args, &word))
				return USAGE;
			if (dst->given)
				return duplicate("to", word);
			if (parse_address(word, dst))
				return USAGE;
		}
	}
	if (!dst->given) {
		fprintf(stderr, "need at least a destination address\n");
		return USAGE;
	}
	return dev ? link_find(dev, oif) : OK;
}

static enum status route_get(struct args *args)
{
	struct prefix dst = {}, src = {};
	enum status status = links_load();
	struct nlmsghdr *nlh;
	uint32_t oif = 0;

	if (status == OK)
		status = route_get_parse(args, &dst, &src, &oif);
	if (status != OK)
		return status;
	nlh = nl_begin(GONET_CMD_ROUTE_GET, 0);
	mnl_attr_put_u8(nlh, GONET_A_ROUTE_FAMILY, AF_INET);
	put_prefix(nlh, GONET_A_ROUTE_DST, &dst);
	put_prefix(nlh, GONET_A_ROUTE_SRC, &src);
	if (oif)
		mnl_attr_put_u32(nlh, GONET_A_ROUTE_IFINDEX, oif);
	return nl_get(nlh, GONET_A_ROUTE_MAX, route_print_path, NULL);
}

static enum status route_change(struct args *args, uint8_t cmd, uint16_t flags)
{
	enum status status = links_load();
	struct nlmsghdr *nlh;
	struct route route;

	if (status == OK)
		status = route_parse(args, &route);
	if (status != OK)
		return status;
	nlh = route_request(cmd, &route);
	if (cmd == GONET_CMD_ROUTE_NEW)
		mnl_attr_put_u16(nlh, GONET_A_ROUTE_NL_FLAGS, flags);
	return nl_change(nlh);
}

static enum status route_add(struct args *args)
{
	return route_change(args, GONET_CMD_ROUTE_NEW, NLM_F_CREATE | NLM_F_EXCL);
}

static enum status route_replace(struct args *args)
{
	return route_change(args, GONET_CMD_ROUTE_NEW, NLM_F_CREATE | NLM_F_REPLACE);
}

static enum status route_alter(struct args *args)
{
	return route_change(args, GONET_CMD_ROUTE_NEW, NLM_F_REPLACE);
}

static enum status route_append(struct args *args)
{
	return route_change(args, GONET_CMD_ROUTE_NEW, NLM_F_CREATE | NLM_F_APPEND);
}

static enum status route_prepend(struct args *args)
{
	return route_change(args, GONET_CMD_ROUTE_NEW, NLM_F_CREATE);
}

static enum status route_del(struct args *args)
{
	return route_change(args, GONET_CMD_ROUTE_DEL, 0);
}

static enum status route_help(struct args *args)
{
	return help(route_usage);
}

static const struct command commands[] = {
	{ "list", route_show },
	{ "show", route_show },
	{ "lst", route_show },
	{ "get", route_get },
	{ "add", route_add },
	{ "change", route_alter },
	{ "chg", route_alter },
	{ "replace", route_replace },
	{ "append", route_append },
	{ "prepend", route_prepend },
	{ "delete", route_del },
	{ "flush", route_flush },
	{ "help", route_help },
};

/**
 * do_route() - the object "route"
 * @args: what follows it
 *
 * Return: the exit status.
 */
enum status do_route(struct args *args)
{
	return run_command(args, commands, ARRAY_SIZE(commands), "route", route_show);
}
