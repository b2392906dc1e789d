/* SPDX-License-Identifier: GPL-2.0 */
/* What the files that read a device tree share. */
#ifndef _GONET_OF_H
#define _GONET_OF_H

#include <linux/device.h>
#include <linux/of.h>

struct gonet_stack;

#define GONET_OF_PREFIX	"gonet,"	/* of the properties that are the binding's own */

/**
 * gonet_of_refuse() - say which property of which node cannot be honoured
 * @dev: the device that fails
 * @np: the node
 * @name: the property
 * @err: with what it fails
 * @why: why, as a string
 *
 * Return: @err.
 */
#define gonet_of_refuse(dev, np, name, err, why) \
	dev_err_probe(dev, err, "%pOF: %s: %s\n", np, name, why)

/* of_read.c */
int gonet_of_known(struct device *dev, const struct device_node *np, const char *const *names);
int gonet_of_u32(struct device *dev, const struct device_node *np, const char *name, u32 min,
		 u32 max, u32 *value);
int gonet_of_string(struct device *dev, const struct device_node *np, const char *name,
		    const char **text);
bool gonet_of_parse(const char *text, __be32 *addr, u8 *plen);
int gonet_of_mac(struct device *dev, struct device_node *np, u8 *mac);

/* of_addr.c */
int gonet_of_addrs(struct device *dev, const struct device_node *np, struct gonet_stack *stack,
		   u32 ifindex);
/* of_route.c */
int gonet_of_routes(struct device *dev, const struct device_node *np, struct gonet_stack *stack,
		    u32 ifindex);

/* of_handoff.c */
int gonet_of_handoff_get(bool handoff);
void gonet_of_handoff_put(void);

#endif /* _GONET_OF_H */
