// SPDX-License-Identifier: GPL-2.0
/*
 * Devices that a device tree describes (dts/gonet,stack.yaml): a node is a platform device,
 * and the driver here makes it a gonet device, with the addresses and routes of its far
 * end, in the initial namespace. What cannot be had exactly as the tree says is refused,
 * and then there is no device.
 *
 * The node's device keeps the number of the far end, not a pointer: the gonet device
 * can be deleted at any time, as any other of its kind, and another may have its name.
 */
#include <linux/etherdevice.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/platform_device.h>

#include <gonet/control.h>
#include <gonet/stack.h>

#include "../link/link.h"
#include "of.h"

/* More than that would only keep memory; the bytes are bounded in any case. */
#define GONET_OF_DEPTH_MAX	65536

static const char gonet_of_mtu[] = GONET_OF_PREFIX "mtu";
static const char gonet_of_rx_depth[] = GONET_OF_PREFIX "rx-depth";
static const char gonet_of_tx_depth[] = GONET_OF_PREFIX "tx-depth";
static const char gonet_of_handoff[] = GONET_OF_PREFIX "handoff";

static const char *const gonet_of_names[] = {
	gonet_of_mtu, gonet_of_rx_depth, gonet_of_tx_depth, gonet_of_handoff, NULL
};

static const char *const gonet_of_stack_names[] = { GONET_OF_PREFIX "addresses", NULL };

/**
 * struct gonet_of - what a node has been made into
 * @index: the number of the device's far end
 */
struct gonet_of {
	u32 index;
};

static void gonet_of_delete(void *data)
{
	struct gonet_of *of = data;

	gonet_device_del(gonet_stack_find(&init_net), of->index);
}

static void gonet_of_unchoose(void *data)
{
	gonet_of_handoff_put();
}

/* What the node says of the device itself; the strings and addresses are the caller's. */
static int gonet_of_plan(struct device *dev, struct gonet_device_plan *plan)
{
	const struct device_node *np = dev->of_node;
	int err;

	err = gonet_of_known(dev, np, gonet_of_names);
	if (!err)
		err = gonet_of_string(dev, np, "label", &plan->name);
	if (err >= 0)
		err = gonet_of_u32(dev, np, gonet_of_mtu, ETH_MIN_MTU, ETH_MAX_MTU, &plan->mtu);
	if (err >= 0)
		err = gonet_of_u32(dev, np, gonet_of_rx_depth, 1, GONET_OF_DEPTH_MAX,
				   &plan->rx_depth);
	if (err >= 0)
		err = gonet_of_u32(dev, np, gonet_of_tx_depth, 1, GONET_OF_DEPTH_MAX,
				   &plan->tx_depth);
	return err < 0 ? err : 0;
}

/* The addresses of both ends: @macs has room for them. @np: the stack's end, or NULL. */
static int gonet_of_plan_macs(struct device *dev, struct device_node *np,
			      struct gonet_device_plan *plan, u8 macs[2][ETH_ALEN])
{
	int ret = gonet_of_mac(dev, dev->of_node, macs[0]);

	if (ret > 0)
		plan->native_mac = macs[0];
	if (ret < 0 || !np)
		return ret < 0 ? ret : 0;
	ret = gonet_of_mac(dev, np, macs[1]);
	if (ret > 0)
		plan->stack_mac = macs[1];
	return ret < 0 ? ret : 0;
}

/* The device, which goes again with the node's. @np: the stack's end, or NULL. */
static int gonet_of_create(struct device *dev, struct device_node *np, struct gonet_of *of)
{
	struct gonet_device_plan plan = { .name = "gonet%d", .parent = dev };
	struct netlink_ext_ack extack = {};
	u8 macs[2][ETH_ALEN];
	int ret;

	ret = gonet_of_plan(dev, &plan);
	if (!ret && np)
		ret = gonet_of_known(dev, np, gonet_of_stack_names);
	if (!ret)
		ret = gonet_of_plan_macs(dev, np, &plan, macs);
	if (ret)
		return ret;
	ret = gonet_device_create(&init_net, &plan, &extack);
	if (ret < 0)
		return gonet_of_refuse(dev, dev->of_node, "label", ret,
				       extack._msg ? extack._msg : "Cannot create the device");
	of->index = ret;
	return devm_add_action_or_reset(dev, gonet_of_delete, of);
}

static int gonet_of_choose(struct device *dev)
{
	u32 handoff;
	int ret = gonet_of_u32(dev, dev->of_node, gonet_of_handoff, 0, 1, &handoff);

	if (ret <= 0)
		return ret;
	ret = gonet_of_handoff_get(handoff);
	if (ret)
		return gonet_of_refuse(dev, dev->of_node, gonet_of_handoff, ret,
				       "Another node says otherwise");
	return devm_add_action_or_reset(dev, gonet_of_unchoose, NULL);
}

/* The node of the stack's end, referenced, or NULL if there is none; no other is known. */
static struct device_node *gonet_of_stack_node(struct device *dev)
{
	struct device_node *child, *found = NULL;

	for_each_available_child_of_node(dev->of_node, child) {
		if (of_node_name_eq(child, "stack") && !found) {
			found = of_node_get(child);
			continue;
		}
		dev_err_probe(dev, -EINVAL, "%pOF: Not the stack's end\n", child);
		of_node_put(child);
		of_node_put(found);
		return ERR_PTR(-EINVAL);
	}
	return found;
}

static int gonet_of_probe(struct platform_device *pdev)
{
	struct device *dev = &pdev->dev;
	struct gonet_stack *stack;
	struct device_node *np;
	struct gonet_of *of;
	int err;

	if (!dev->of_node)
		return -ENODEV;
	of = devm_kzalloc(dev, sizeof(*of), GFP_KERNEL);
	if (!of)
		return -ENOMEM;
	np = gonet_of_stack_node(dev);
	if (IS_ERR(np))
		return PTR_ERR(np);
	err = gonet_of_create(dev, np, of);
	if (!err && np) {
		stack = gonet_stack_find(&init_net);
		err = gonet_of_addrs(dev, np, stack, of->index);
		if (!err)
			err = gonet_of_routes(dev, np, stack, of->index);
	}
	of_node_put(np);
	return err ? err : gonet_of_choose(dev);
}

static const struct of_device_id gonet_of_ids[] = {
	{ .compatible = "gonet,stack" },
	{}
};
MODULE_DEVICE_TABLE(of, gonet_of_ids);

static struct platform_driver gonet_of_driver = {
	.driver = {
		.name = "gonet",
		.of_match_table = gonet_of_ids,
	},
	.probe = gonet_of_probe,
};

/**
 * gonet_of_init() - make devices of the nodes that there are, and of those that come
 *
 * Context: process, when all else but sockets is there.
 *
 * Return: 0 or a negative errno; a node that is refused is no error.
 */
int gonet_of_init(void)
{
	return IS_ENABLED(CONFIG_OF) ? platform_driver_register(&gonet_of_driver) : 0;
}

/**
 * gonet_of_exit() - delete the devices that nodes were made into
 */
void gonet_of_exit(void)
{
	if (IS_ENABLED(CONFIG_OF))
		platform_driver_unregister(&gonet_of_driver);
}
