// SPDX-License-Identifier: GPL-2.0
/*
 * Reading properties of a device tree strictly: what is there has exactly the type and
 * the length that the binding says, or is refused. The kernel's own helpers are lenient;
 * they take the first cell of several, and pass over a MAC address of the wrong length.
 */
#include <linux/ctype.h>
#include <linux/etherdevice.h>
#include <linux/inet.h>
#include <linux/of_net.h>

#include "../ip/logic/prefix.h"
#include "of.h"

/**
 * gonet_of_known() - refuse properties of the binding's prefix that it does not have
 * @dev: for the message
 * @np: the node
 * @names: those that it has here, NULL behind the last
 *
 * Return: 0 or -EINVAL.
 */
int gonet_of_known(struct device *dev, const struct device_node *np, const char *const *names)
{
	const struct property *prop;
	const char *const *name;

	/* for_each_property_of_node() is not for kernels without CONFIG_OF */
	for (prop = np->properties; prop; prop = prop->next) {
		if (!strstarts(prop->name, GONET_OF_PREFIX))
			continue;
		for (name = names; *name && strcmp(*name, prop->name); name++)
			;
		if (!*name)
			return gonet_of_refuse(dev, np, prop->name, -EINVAL,
					       "No property of this node");
	}
	return 0;
}

/**
 * gonet_of_u32() - read a number
 * @dev: for the message
 * @np: the node
 * @name: the property
 * @min: the least that it may be
 * @max: the greatest
 * @value: set to the number; left alone if the property is not there
 *
 * Return: 1, or 0 if it is not there; -EINVAL, -ERANGE.
 */
int gonet_of_u32(struct device *dev, const struct device_node *np, const char *name, u32 min,
		 u32 max, u32 *value)
{
	u32 read;

	if (!of_find_property(np, name, NULL))
		return 0;
	if (of_property_count_u32_elems(np, name) != 1 || of_property_read_u32(np, name, &read))
		return gonet_of_refuse(dev, np, name, -EINVAL, "Not one 32-bit number");
	if (read < min || read > max)
		return dev_err_probe(dev, -ERANGE, "%pOF: %s: %u is not between %u and %u\n", np,
				     name, read, min, max);
	*value = read;
	return 1;
}

/**
 * gonet_of_string() - read a string
 * @dev: for the message
 * @np: the node
 * @name: the property
 * @text: set to the string; left alone if the property is not there
 *
 * Return: 1, or 0 if it is not there; -EINVAL.
 */
int gonet_of_string(struct device *dev, const struct device_node *np, const char *name,
		    const char **text)
{
	if (!of_find_property(np, name, NULL))
		return 0;
	if (of_property_count_strings(np, name) != 1 || of_property_read_string(np, name, text))
		return gonet_of_refuse(dev, np, name, -EINVAL, "Not one string");
	return 1;
}

/**
 * gonet_of_parse() - read an IPv4 address from a string
 * @text: "A.B.C.D/N", or "A.B.C.D" if @plen is NULL
 * @addr: set to the address
 * @plen: set to the length behind it, or NULL
 *
 * Return: false if the string is none.
 */
bool gonet_of_parse(const char *text, __be32 *addr, u8 *plen)
{
	const char *rest;

	if (!in4_pton(text, -1, (u8 *)addr, plen ? '/' : -1, &rest))
		return false;
	if (!plen)
		return !*rest;
	/* kstrtou8() takes a sign and a line's end, too */
	if (rest[0] != '/' || !isdigit(rest[1]) || !isdigit(rest[strlen(rest) - 1]))
		return false;
	return !kstrtou8(rest + 1, 10, plen) && *plen <= PREFIX_BITS;
}

/* Those in which of_get_mac_address() looks for an address, before nvmem. */
static const char *const gonet_of_macs[] = { "mac-address", "local-mac-address", "address" };

/**
 * gonet_of_mac() - read a MAC address, wherever the tree has it
 * @dev: for the message
 * @np: the node: has a property with the address, or an nvmem cell of that name
 * @mac: set to the address; left alone if the node says none
 *
 * Return: 1, or 0 if it says none; -EPROBE_DEFER while the cell's provider is not
 * there, or another error of that; -EINVAL, -EADDRNOTAVAIL.
 */
int gonet_of_mac(struct device *dev, struct device_node *np, u8 *mac)
{
	const char *said = NULL;
	const void *value;
	unsigned int i;
	int err, len;

	for (i = 0; i < ARRAY_SIZE(gonet_of_macs); i++) {
		value = of_get_property(np, gonet_of_macs[i], &len);
		if (!value)
			continue;
		said = gonet_of_macs[i];
		if (len != ETH_ALEN)
			return gonet_of_refuse(dev, np, said, -EINVAL,
					       "A MAC address has six bytes");
		if (!is_valid_ether_addr(value))
			return gonet_of_refuse(dev, np, said, -EADDRNOTAVAIL,
					       "Not a unicast MAC address");
	}
	if (!said && of_property_match_string(np, "nvmem-cell-names", "mac-address") >= 0)
		said = "nvmem-cells";
	if (!said)
		return 0;
	err = of_get_mac_address(np, mac);
	return err ? gonet_of_refuse(dev, np, said, err, "No MAC address there") : 1;
}
