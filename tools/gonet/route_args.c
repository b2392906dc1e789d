// SPDX-License-Identifier: GPL-2.0
/* gonet route: reading what routes are meant. */
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>

#include "route.h"

const char route_usage[] =
	"Usage: gonet route [ show ] [ SELECTOR ]\n"
	"       gonet route flush { SELECTOR | cache }\n"
	"       gonet route get ADDRESS [ from ADDRESS ] [ oif STRING ]\n"
	"       gonet route { add | del | change | append | prepend | replace } ROUTE\n"
	"SELECTOR := [ root PREFIX ] [ match PREFIX ] [ exact PREFIX ] [ table TABLE_ID ]\n"
	"            [ proto RTPROTO ] [ type TYPE ] [ scope SCOPE ] [ via ADDRESS ]\n"
	"            [ dev STRING ] [ src ADDRESS ]\n"
	"ROUTE := [ TYPE ] PREFIX [ via ADDRESS ] [ dev STRING ] [ src ADDRESS ]\n"
	"         [ metric METRIC ] [ proto RTPROTO ] [ scope SCOPE ]\n"
	"TYPE := { unicast | local | broadcast | blackhole | unreachable | prohibit }\n"
	"TABLE_ID := [ local | main | all ]\n"
	"SCOPE := [ host | link | global | NUMBER ]\n"
	"RTPROTO := [ kernel | boot | static | NUMBER ]\n";

static const struct route nothing = { .type = -1, .scope = -1, .protocol = -1 };

/*
 * Reads what a route and a selector of routes have in common. Return: OK; FAILED if
 * @word is none of it; USAGE.
 */
static enum status route_parse_common(struct args *args, const char *word, struct route *route,
				      const char **dev)
{
	if (!strcmp(word, "via")) {
		if (value(args, &word) || (!strcmp(word, "inet") && value(args, &word)))
			return USAGE;
		return parse_address(word, &route->gateway);
	}
	if (!strcmp(word, "dev") || !strcmp(word, "oif"))
		return value_once(args, "dev", dev);
	if (!strcmp(word, "src"))
		return value(args, &word) ? USAGE : parse_address(word, &route->prefsrc);
	if (matches(word, "protocol")) {
		if (value(args, &word))
			return USAGE;
		route->protocol = protocol_number(word);
		return route->protocol < 0 ? invalid("\"protocol\" value is invalid", word) : OK;
	}
	if (matches(word, "scope")) {
		if (value(args, &word))
			return USAGE;
		route->scope = scope_number(word);
		return route->scope < 0 ? invalid("\"scope\" value is invalid", word) : OK;
	}
	return FAILED;
}

/* Return: OK; FAILED if @word is none of what only a route has; USAGE. */
static enum status route_parse_metric(struct args *args, const char *word, struct route *route)
{
	unsigned long number;

	if (!matches(word, "metric") && !matches(word, "priority") &&
	    strcmp(word, "preference"))
		return FAILED;
	if (value_number(args, "\"metric\" value is invalid", 0, UINT32_MAX, &number))
		return USAGE;
	route->metric = number;
	return OK;
}

static enum status route_parse_dst(struct args *args, const char *word, struct route *route)
{
	int type;

	if (!strcmp(word, "to") && value(args, &word))
		return USAGE;
	type = route_type_number(word);
	if (type >= 0) {
		route->type = type;
		if (value(args, &word))
			return USAGE;
	}
	if (wants_help(word, route_usage))
		return USAGE;
	if (route->dst.given)
		return duplicate("to", word);
	return parse_prefix(word, &route->dst);
}

/**
 * route_parse() - read a route
 * @args: the words
 * @route: set to the route
 *
 * Return: OK, or a status whose reason has been printed.
 */
enum status route_parse(struct args *args, struct route *route)
{
	const char *dev = NULL, *word;
	enum status status;

	*route = nothing;
	while ((word = shift(args))) {
		status = route_parse_common(args, word, route, &dev);
		if (status == FAILED)
			status = route_parse_metric(args, word, route);
		if (status == FAILED)
			status = route_parse_dst(args, word, route);
		if (status != OK)
			return status;
	}
	if (!route->dst.given)
		return missing("to");
	return dev ? link_find(dev, &route->ifindex) : OK;
}

static enum status route_parse_table(struct args *args, struct route_filter *filter)
{
	const char *word;

	if (value(args, &word))
		return USAGE;
	filter->main = matches(word, "main") || matches(word, "all");
	filter->local = matches(word, "local") || matches(word, "all");
	return filter->main || filter->local ? OK : invalid("table id value is invalid", word);
}

/* Return: OK; FAILED if @word is none of what only a selector has; USAGE. */
static enum status route_parse_selector(struct args *args, const char *word,
					struct route_filter *filter)
{
	if (matches(word, "table"))
		return route_parse_table(args, filter);
	if (!strcmp(word, "type")) {
		if (value(args, &word))
			return USAGE;
		filter->like.type = route_type_number(word);
		filter->local = true;
		return filter->like.type < 0 ? invalid("type value is invalid", word) : OK;
	}
	if (!strcmp(word, "root"))
		return value(args, &word) ? USAGE : parse_prefix(word, &filter->root);
	if (!strcmp(word, "match"))
		return value(args, &word) ? USAGE : parse_prefix(word, &filter->match);
	return FAILED;
}

static enum status route_parse_exact(struct args *args, const char *word,
				     struct route_filter *filter)
{
	if (wants_help(word, route_usage))
		return USAGE;
	if ((!strcmp(word, "exact") || !strcmp(word, "to")) && value(args, &word))
		return USAGE;
	return parse_prefix(word, &filter->exact);
}

/**
 * route_filter_parse() - read which routes are meant
 * @args: the words
 * @filter: set to what they say
 *
 * Return: OK, or a status whose reason has been printed.
 */
enum status route_filter_parse(struct args *args, struct route_filter *filter)
{
	const char *dev = NULL, *word;
	enum status status;

	*filter = (struct route_filter) { .like = nothing, .main = true };
	while ((word = shift(args))) {
		status = route_parse_selector(args, word, filter);
		if (status == FAILED)
			status = route_parse_common(args, word, &filter->like, &dev);
		if (status == FAILED)
			status = route_parse_exact(args, word, filter);
		if (status != OK)
			return status;
	}
	return dev ? link_find(dev, &filter->like.ifindex) : OK;
}

static bool route_of_local_table(const struct route *route)
{
	return route->type == RTN_LOCAL || route->type == RTN_BROADCAST;
}

/**
 * route_wanted() - whether a route is one of those that are meant
 * @route: the route
 * @filter: which are
 *
 * Return: true if it is.
 */
bool route_wanted(const struct route *route, const struct route_filter *filter)
{
	const struct route *like = &filter->like;

	if (!(route_of_local_table(route) ? filter->local : filter->main))
		return false;
	if ((like->type >= 0 && route->type != like->type) ||
	    (like->scope >= 0 && route->scope != like->scope) ||
	    (like->protocol >= 0 && route->protocol != like->protocol) ||
	    (like->ifindex && route->ifindex != like->ifindex))
		return false;
	if (like->gateway.given &&
	    (!route->gateway.given || !prefix_equal(&route->gateway, &like->gateway)))
		return false;
	if (like->prefsrc.given &&
	    (!route->prefsrc.given || !prefix_equal(&route->prefsrc, &like->prefsrc)))
		return false;
	return (!filter->exact.given || prefix_equal(&route->dst, &filter->exact)) &&
	       (!filter->root.given || prefix_covers(&filter->root, &route->dst)) &&
	       (!filter->match.given || prefix_covers(&route->dst, &filter->match));
}

/**
 * route_request() - begin a request about a route
 * @cmd: GONET_CMD_*
 * @route: the route
 *
 * Return: the request.
 */
struct nlmsghdr *route_request(uint8_t cmd, const struct route *route)
{
	struct nlmsghdr *nlh = nl_begin(cmd, 0);

	mnl_attr_put_u8(nlh, GONET_A_ROUTE_FAMILY, AF_INET);
	if (route->dst.plen) {
		put_prefix(nlh, GONET_A_ROUTE_DST, &route->dst);
		mnl_attr_put_u8(nlh, GONET_A_ROUTE_DST_LEN, route->dst.plen);
	}
	if (route->type >= 0)
		mnl_attr_put_u8(nlh, GONET_A_ROUTE_TYPE, route->type);
	if (route->scope >= 0)
		mnl_attr_put_u8(nlh, GONET_A_ROUTE_SCOPE, route->scope);
	if (route->protocol >= 0)
		mnl_attr_put_u8(nlh, GONET_A_ROUTE_PROTOCOL, route->protocol);
	put_prefix(nlh, GONET_A_ROUTE_GATEWAY, &route->gateway);
	if (route->ifindex)
		mnl_attr_put_u32(nlh, GONET_A_ROUTE_IFINDEX, route->ifindex);
	put_prefix(nlh, GONET_A_ROUTE_PREFSRC, &route->prefsrc);
	if (route->metric)
		mnl_attr_put_u32(nlh, GONET_A_ROUTE_METRIC, route->metric);
	return nlh;
}
