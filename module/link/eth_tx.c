// SPDX-License-Identifier: GPL-2.0
/*
 * The Ethernet writer of an interface: hands complete frames to the native end of
 * the cable.
 */
#include <gonet/ipv4.h>
#include <gonet/stamp.h>

#include "link.h"

/**
 * struct eth_tx - the writer's state
 * @iface: its interface
 */
struct eth_tx {
	struct gonet_iface *iface;
};

static void eth_tx_step(struct csp_proc *proc, void *msg)
{
	struct eth_tx *s = csp_state(proc);
	struct sk_buff *skb = msg;

	if (unlikely(!gonet_iface_running(s->iface))) {
		gonet_drop(s->iface->stack, skb, GONET_DROP_LINK_DOWN);
		return;
	}
	gonet_stamp_sent(skb);
	gonet_device_deliver(s->iface->dev, skb);
}

static void eth_tx_batch_end(struct csp_proc *proc)
{
	struct eth_tx *s = csp_state(proc);

	gonet_device_flush(s->iface->dev);
}

static int eth_tx_init(struct csp_proc *proc, void *arg)
{
	struct eth_tx *s = csp_state(proc);

	s->iface = arg;
	return 0;
}

static const struct csp_kind eth_tx_kind = {
	.name = "eth_tx",
	.state_size = sizeof(struct eth_tx),
	.n_inputs = 1,
	.inputs = {
		[GONET_ETH_TX_IN] = GONET_SKB_PORT("in", eth_tx_step),
	},
	.init = eth_tx_init,
	.batch_end = eth_tx_batch_end,
};

/**
 * gonet_eth_tx_start() - start an interface's Ethernet writer
 * @iface: the interface
 *
 * Return: the process with a reference, or ERR_PTR().
 */
struct csp_proc *gonet_eth_tx_start(struct gonet_iface *iface)
{
	return csp_proc_start(&iface->stack->group, &eth_tx_kind, iface, GFP_KERNEL,
			      "eth_tx/%s", iface->name);
}
