// SPDX-License-Identifier: GPL-2.0
/* Addresses of the stack's end, from its node of a device tree. */
#include <linux/rtnetlink.h>

#include <gonet/route.h>

#include "../ip/logic/prefix.h"
#include "of.h"

static const char gonet_of_name[] = GONET_OF_PREFIX "addresses";

static int gonet_of_addr(struct device *dev, const struct device_node *np,
			 struct gonet_stack *stack, struct gonet_addr *addr, const char *text)
{
	struct netlink_ext_ack extack = {};
	int err;

	if (!gonet_of_parse(text, &addr->local, &addr->plen))
		return dev_err_probe(dev, -EINVAL, "%pOF: %s: \"%s\" is not A.B.C.D/LENGTH\n", np,
				     gonet_of_name, text);
	if (!addr_is_host_of(addr->local, addr->plen))
		return dev_err_probe(dev, -EADDRNOTAVAIL,
				     "%pOF: %s: \"%s\" is no address of a host\n", np,
				     gonet_of_name, text);
	err = gonet_addr_new(stack, addr, &extack);
	if (err)
		return dev_err_probe(dev, err, "%pOF: %s: \"%s\": %s\n", np, gonet_of_name,
				     text, extack._msg ? extack._msg : "Refused");
	return 0;
}

/**
 * gonet_of_addrs() - give the stack's end its addresses
 * @dev: for the message
 * @np: the node of the stack's end
 * @stack: the stack
 * @ifindex: its end
 *
 * Context: process; may sleep.
 *
 * Return: 0 or a negative errno; what was added by then stays.
 */
int gonet_of_addrs(struct device *dev, const struct device_node *np, struct gonet_stack *stack,
		   u32 ifindex)
{
	const char *text;
	int err, i, n;

	if (!of_find_property(np, gonet_of_name, NULL))
		return 0;
	n = of_property_count_strings(np, gonet_of_name);
	if (n <= 0)
		return gonet_of_refuse(dev, np, gonet_of_name, -EINVAL, "Not strings");
	for (i = 0; i < n; i++) {
		struct gonet_addr addr = { .ifindex = ifindex, .scope = RT_SCOPE_UNIVERSE };

		err = of_property_read_string_index(np, gonet_of_name, i, &text);
		if (!err)
			err = gonet_of_addr(dev, np, stack, &addr, text);
		if (err)
			return err;
	}
	return 0;
}
