// SPDX-License-Identifier: GPL-2.0
/*
 * An IP protocol of one's own on the GoNet stack: every packet goes back to its sender.
 * Its number, 253, is one of the two for experiments (RFC 3692, RFC 4727). README.md
 * beside this file goes through it line by line.
 *
 * Two echoes that have each other's address would never end, so an answer has one hop
 * less to live than the packet that it answers, and one without any left is none.
 */
#include <linux/module.h>
#include <linux/rtnetlink.h>

#include <gonet/ipv4.h>
#include <gonet/protocol.h>
#include <gonet/stack.h>

static u8 number = 253;
module_param(number, byte, 0444);
MODULE_PARM_DESC(number, "number of the IP protocol that is answered (default 253)");

/* Counts the processes of this module, of all kinds that name it. */
static DEFINE_CSP_OWNER(echo_owner);

/**
 * struct echo - the state of an echo process; it alone touches this
 * @ipv4_tx: to the IPv4 writer
 */
struct echo {
	struct csp_out ipv4_tx;
};

/* GONET_CB() turns from what was received into what is to be sent. */
static void echo_turn_round(struct gonet_cb *cb)
{
	swap(cb->saddr, cb->daddr);
	cb->ttl--;
	cb->oif = 0;		/* wherever the route leads */
	cb->optlen = 0;		/* options are not sent back */
	cb->flags = 0;
}

static void echo_in(struct csp_proc *proc, void *msg)
{
	struct echo *s = csp_state(proc);
	struct sk_buff *skb = msg;
	struct gonet_cb *cb = GONET_CB(skb);

	/* RFC 1122 3.2.2: what was sent to a group is not answered by all of it. */
	if (cb->addr_type != RTN_LOCAL || cb->ttl < 2) {
		consume_skb(skb);
		return;
	}
	gonet_ipv4_no_offload(skb);
	skb->ip_summed = CHECKSUM_NONE;
	skb->priority = 0;
	echo_turn_round(cb);
	csp_out_send(&s->ipv4_tx, skb);
}

/* Somebody did not want an answer. `gonet chan` counts these; nobody else wants to know. */
static void echo_error(struct csp_proc *proc, void *msg)
{
	consume_skb(msg);
}

static int echo_proc_init(struct csp_proc *proc, void *arg)
{
	struct gonet_stack *stack = arg;
	struct echo *s = csp_state(proc);

	csp_out_open(&s->ipv4_tx, proc, stack->ipv4_tx, GONET_IPV4_TX_IN);
	return 0;
}

static const struct csp_kind echo_kind = {
	.name = "echo",
	.state_size = sizeof(struct echo),
	.n_inputs = 2,
	.inputs = {
		[GONET_TRANSPORT_IN] = GONET_SKB_PORT("in", echo_in),
		[GONET_TRANSPORT_ERROR] = GONET_ERROR_PORT(echo_error),
	},
	.init = echo_proc_init,
	.owner = &echo_owner,
};

static struct gonet_protocol echo_protocol = {
	.errors = true,
	.kind = &echo_kind,
};

static int __init gonet_echo_init(void)
{
	echo_protocol.number = number;
	return gonet_protocol_register(&echo_protocol);
}

static void __exit gonet_echo_exit(void)
{
	gonet_protocol_unregister(&echo_protocol);
}

module_init(gonet_echo_init);
module_exit(gonet_echo_exit);

MODULE_DESCRIPTION("An example of a protocol on the GoNet stack: every packet goes back");
MODULE_LICENSE("GPL");
