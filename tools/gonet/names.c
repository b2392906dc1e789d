// SPDX-License-Identifier: GPL-2.0
/* Numbers that have names: those of the kernel's headers, as iproute2 calls them. */
#include <ctype.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gonet.h"

struct name {
	uint8_t number;
	const char *name;
};

static const struct name scopes[] = {
	{ RT_SCOPE_UNIVERSE, "global" },
	{ RT_SCOPE_NOWHERE, "nowhere" },
	{ RT_SCOPE_HOST, "host" },
	{ RT_SCOPE_LINK, "link" },
	{ RT_SCOPE_SITE, "site" },
};

static const struct name protocols[] = {
	{ RTPROT_UNSPEC, "unspec" },
	{ RTPROT_REDIRECT, "redirect" },
	{ RTPROT_KERNEL, "kernel" },
	{ RTPROT_BOOT, "boot" },
	{ RTPROT_STATIC, "static" },
	{ RTPROT_RA, "ra" },
	{ RTPROT_DHCP, "dhcp" },
	{ RTPROT_BIRD, "bird" },
};

static const struct name route_types[] = {
	{ RTN_UNICAST, "unicast" },
	{ RTN_LOCAL, "local" },
	{ RTN_BROADCAST, "broadcast" },
	{ RTN_MULTICAST, "multicast" },
	{ RTN_BLACKHOLE, "blackhole" },
	{ RTN_UNREACHABLE, "unreachable" },
	{ RTN_PROHIBIT, "prohibit" },
};

static const struct name nuds[] = {
	{ NUD_NONE, "none" },
	{ NUD_INCOMPLETE, "incomplete" },
	{ NUD_REACHABLE, "reachable" },
	{ NUD_STALE, "stale" },
	{ NUD_DELAY, "delay" },
	{ NUD_PROBE, "probe" },
	{ NUD_FAILED, "failed" },
	{ NUD_NOARP, "noarp" },
	{ NUD_PERMANENT, "permanent" },
};

static const char *to_name(const struct name *names, size_t count, uint8_t number)
{
	static char buffer[8];
	size_t i;

	for (i = 0; i < count; i++)
		if (names[i].number == number)
			return names[i].name;
	snprintf(buffer, sizeof(buffer), "%u", number);
	return buffer;
}

/* Return: the number, or -1. */
static int to_number(const struct name *names, size_t count, const char *name)
{
	unsigned long number;
	char *end;
	size_t i;

	for (i = 0; i < count; i++)
		if (!strcmp(names[i].name, name))
			return names[i].number;
	number = strtoul(name, &end, 0);
	return end == name || *end || number > 255 ? -1 : (int)number;
}

/**
 * scope_name() - the name of a scope
 * @scope: RT_SCOPE_*
 *
 * Return: the name, or its number until the next call.
 */
const char *scope_name(uint8_t scope)
{
	return to_name(scopes, ARRAY_SIZE(scopes), scope);
}

/**
 * scope_number() - the number of a scope
 * @name: name or number
 *
 * Return: RT_SCOPE_*, or -1.
 */
int scope_number(const char *name)
{
	return to_number(scopes, ARRAY_SIZE(scopes), name);
}

/**
 * protocol_name() - the name of a routing protocol
 * @protocol: RTPROT_*
 *
 * Return: the name, or its number until the next call.
 */
const char *protocol_name(uint8_t protocol)
{
	return to_name(protocols, ARRAY_SIZE(protocols), protocol);
}

/**
 * protocol_number() - the number of a routing protocol
 * @name: name or number
 *
 * Return: RTPROT_*, or -1.
 */
int protocol_number(const char *name)
{
	return to_number(protocols, ARRAY_SIZE(protocols), name);
}

/**
 * route_type_name() - the name of a type of route
 * @type: RTN_*
 *
 * Return: the name, or its number until the next call.
 */
const char *route_type_name(uint8_t type)
{
	return to_name(route_types, ARRAY_SIZE(route_types), type);
}

/**
 * route_type_number() - the number of a type of route
 * @name: the name; a number is none, as it could begin an address
 *
 * Return: RTN_*, or -1.
 */
int route_type_number(const char *name)
{
	/* strtoul() takes "-0" and " 7" for numbers, too */
	if (!isalpha((unsigned char)*name))
		return -1;
	return to_number(route_types, ARRAY_SIZE(route_types), name);
}

/**
 * nud_name() - the name of a neighbour's state
 * @state: NUD_*
 *
 * Return: the name, or its number until the next call.
 */
const char *nud_name(uint8_t state)
{
	return to_name(nuds, ARRAY_SIZE(nuds), state);
}

/**
 * nud_number() - the number of a neighbour's state
 * @name: name or number
 *
 * Return: NUD_*, or -1.
 */
int nud_number(const char *name)
{
	return to_number(nuds, ARRAY_SIZE(nuds), name);
}
