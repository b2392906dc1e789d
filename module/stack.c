// SPDX-License-Identifier: GPL-2.0
/*
 * One stack per network namespace that uses GoNet: starting its layers, and
 * stopping them.
 *
 * A stack is stopped when its namespace goes or the module does. By then nothing
 * can find it any more (rtnetlink and generic netlink work through the namespace),
 * and its devices, wherever they were moved, are unregistered, so no frame enters.
 * Then all its processes are stopped together: each closes its inputs, steps what
 * waits and ends, and what it still sends is lost and counted. Only when the last
 * has ended are the tables freed that they looked into.
 */
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/netns/generic.h>

#include <gonet/control.h>
#include <gonet/iface.h>
#include <gonet/igmp.h>
#include <gonet/ipv4.h>
#include <gonet/neigh.h>
#include <gonet/protocol.h>
#include <gonet/route.h>
#include <gonet/stack.h>
#include <gonet/tcp.h>
#include <gonet/udp.h>

#include "link/link.h"

static unsigned int gonet_net_id;

/* Two first uses of a namespace at once must start one stack, not two. */
static DEFINE_MUTEX(gonet_start_lock);

/**
 * struct gonet_net - what GoNet keeps in a namespace
 * @stack: its stack, or NULL until it is first used; set once
 */
struct gonet_net {
	struct gonet_stack *stack;
};

static const struct gonet_conf gonet_conf_default = {
	.ip_default_ttl = 64,
	.ipfrag_time = 30,
	.ipfrag_max = 1024,
	.ipfrag_high_thresh = 4 << 20,
	.icmp_ratelimit = 1000,
	.icmp_msgs_per_sec = 1000,
	.icmp_msgs_burst = 50,
	.icmp_echo_ignore_all = 0,
	.icmp_echo_ignore_broadcasts = 1,
	.accept_redirects = 1,
	.redirect_time = 300,
	.ip_no_pmtu_disc = 0,
	.mtu_expires = 600,
	.min_pmtu = 552,
	.ping_max = 4096,
	.igmp_max_memberships = 20,
	.igmp_max_msf = 10,
	.ip_local_port_range = { 32768, 60999 },
	.ip_unprivileged_port_start = 1024,
	.tcp_rmem = { 4096, 131072, 6291456 },
	.tcp_wmem = { 4096, 16384, 4194304 },
	.tcp_moderate_rcvbuf = 1,
	.tcp_window_scaling = 1,
	.tcp_timestamps = 1,
	.tcp_sack = 1,
	.tcp_ecn = 2,
	.tcp_syncookies = 1,
	.tcp_fastopen = 1,
	.tcp_syn_retries = 6,
	.tcp_synack_retries = 5,
	.tcp_base_mss = 1024,
	.tcp_mtu_probe_floor = 48,
	.tcp_probe_interval = 600,
	.tcp_retries1 = 3,
	.tcp_retries2 = 15,
	.tcp_orphan_retries = 0,
	.tcp_fin_timeout = 60,
	.tcp_max_syn_backlog = 1024,
	.tcp_max_tw_buckets = 65536,
	.tcp_tw_reuse = 2,
	.tcp_keepalive_time = 7200,
	.tcp_keepalive_intvl = 75,
	.tcp_keepalive_probes = 9,
	.tcp_slow_start_after_idle = 1,
	.tcp_notsent_lowat = UINT_MAX,
	.ping_group_range = { 1, 0 },
};

/**
 * gonet_stack_find() - the stack of a namespace
 * @net: the namespace, kept by the caller
 *
 * Return: the stack, or NULL if the namespace has not used GoNet.
 */
struct gonet_stack *gonet_stack_find(struct net *net)
{
	struct gonet_net *gn = net_generic(net, gonet_net_id);

	/* Pairs with gonet_stack_start(): whoever sees the stack sees it complete. */
	return smp_load_acquire(&gn->stack);
}

static int gonet_keep(struct csp_proc **slot, struct csp_proc *proc)
{
	if (IS_ERR(proc))
		return PTR_ERR(proc);
	*slot = proc;
	return 0;
}

/* A process is started after those that it sends to; the loopback closes the circle. */
static int gonet_layers_start(struct gonet_stack *stack)
{
	unsigned int i;
	int err;

	err = gonet_keep(&stack->arp, gonet_arp_start(stack));
	if (!err)
		err = gonet_keep(&stack->ipv4_tx, gonet_ipv4_tx_start(stack));
	if (!err)
		err = gonet_keep(&stack->igmp, gonet_igmp_start(stack));
	for (i = 0; !err && i < stack->n_repliers; i++)
		err = gonet_keep(&stack->replier[i], gonet_ping_replier_start(stack, i));
	if (!err)
		err = gonet_keep(&stack->ping, gonet_ping_start(stack));
	if (!err)
		err = gonet_keep(&stack->udp_rx, gonet_udp_start(stack));
	if (!err)
		err = gonet_keep(&stack->tcp_tw, gonet_tcp_tw_start(stack));
	if (!err)
		err = gonet_keep(&stack->tcp_rx, gonet_tcp_start(stack));
	if (!err)
		err = gonet_keep(&stack->raw, gonet_raw_start(stack));
	if (!err)
		err = gonet_keep(&stack->icmp, gonet_icmp_start(stack));
	for (i = 0; !err && i < stack->n_readers; i++)
		err = gonet_keep(&stack->reader[i], gonet_ipv4_reader_start(stack, i));
	if (!err)
		err = gonet_keep(&stack->ipv4_rx, gonet_ipv4_rx_start(stack));
	if (!err)
		err = gonet_loopback_connect(stack);
	if (!err)
		err = gonet_protocols_start(stack);
	return err;
}

static void gonet_layers_stop(struct gonet_stack *stack)
{
	unsigned int i;

	gonet_protocols_stop(stack);
	csp_group_stop(&stack->group);
	gonet_protocols_free(stack);
	for (i = 0; i < GONET_READERS_MAX; i++)
		csp_proc_put(stack->reader[i]);
	csp_proc_put(stack->icmp);
	csp_proc_put(stack->raw);
	csp_proc_put(stack->tcp_rx);
	csp_proc_put(stack->tcp_tw);
	csp_proc_put(stack->udp_rx);
	csp_proc_put(stack->ping);
	for (i = 0; i < GONET_REPLIERS_MAX; i++)
		csp_proc_put(stack->replier[i]);
	csp_proc_put(stack->igmp);
	csp_proc_put(stack->ipv4_tx);
	csp_proc_put(stack->ipv4_rx);
	csp_proc_put(stack->arp);
}

static struct gonet_stack *gonet_stack_new(struct net *net)
{
	struct gonet_stack *stack = kzalloc(sizeof(*stack), GFP_KERNEL);
	int err = -ENOMEM;

	if (!stack)
		return ERR_PTR(-ENOMEM);
	stack->net = net;
	stack->conf = gonet_conf_default;
	stack->n_readers = min_t(unsigned int, num_online_cpus(), GONET_READERS_MAX);
	stack->n_repliers = min_t(unsigned int, num_online_cpus(), GONET_REPLIERS_MAX);
	csp_group_init(&stack->group, "gonet");
	INIT_LIST_HEAD(&stack->protocols);
	INIT_LIST_HEAD(&stack->protocols_node);
	xa_init_flags(&stack->ifaces, XA_FLAGS_ALLOC1);
	xa_init_flags(&stack->socks, XA_FLAGS_LOCK_BH | XA_FLAGS_ACCOUNT);
	stack->counters = alloc_percpu_gfp(struct gonet_counters, GFP_KERNEL | __GFP_NOWARN);
	if (!stack->counters)
		goto err_free;
	err = gonet_loopback_add(stack);
	if (err)
		goto err_counters;
	err = gonet_neigh_init(stack);
	if (err)
		goto err_loopback;
	err = gonet_udp_init(stack);
	if (err)
		goto err_neigh;
	err = gonet_tcp_init(stack);
	if (err)
		goto err_udp;
	err = gonet_igmp_init(stack);
	if (err)
		goto err_tcp;
	err = gonet_fib_init(stack);
	if (err)
		goto err_group;
	err = gonet_layers_start(stack);
	if (err)
		goto err_fib;
	err = gonet_sysctl_start(stack);
	if (err)
		goto err_fib;
	return stack;

err_fib:
	gonet_layers_stop(stack);
	gonet_fib_destroy(stack);
	goto err_igmp;
err_group:
	csp_group_stop(&stack->group);
err_igmp:
	gonet_igmp_destroy(stack);
err_tcp:
	gonet_tcp_destroy(stack);
err_udp:
	gonet_udp_destroy(stack);
err_neigh:
	gonet_neigh_destroy(stack);
err_loopback:
	gonet_loopback_del(stack);
err_counters:
	free_percpu(stack->counters);
err_free:
	xa_destroy(&stack->socks);
	xa_destroy(&stack->ifaces);
	kfree(stack);
	return ERR_PTR(err);
}

/* No device of the stack is left, and nobody else can find it. */
static void gonet_stack_free(struct gonet_stack *stack)
{
	gonet_sysctl_stop(stack);
	gonet_layers_stop(stack);
	gonet_igmp_destroy(stack);
	gonet_tcp_destroy(stack);
	gonet_udp_destroy(stack);
	gonet_fib_destroy(stack);
	gonet_neigh_destroy(stack);
	gonet_loopback_del(stack);
	/*
	 * Processes that have ended may still be referenced by RCU callbacks and
	 * timers, but those no longer reach the stack; packets do not outlive them.
	 */
	synchronize_rcu();
	xa_destroy(&stack->socks);
	xa_destroy(&stack->ifaces);
	free_percpu(stack->counters);
	kfree(stack);
}

/**
 * gonet_stack_start() - the stack of a namespace, started if need be
 * @net: the namespace, kept by the caller
 *
 * Context: process; may sleep.
 *
 * Return: the stack, or ERR_PTR(): -ENOMEM.
 */
struct gonet_stack *gonet_stack_start(struct net *net)
{
	struct gonet_net *gn = net_generic(net, gonet_net_id);
	struct gonet_stack *stack;

	mutex_lock(&gonet_start_lock);
	stack = gn->stack;
	if (!stack) {
		stack = gonet_stack_new(net);
		if (!IS_ERR(stack))
			smp_store_release(&gn->stack, stack);	/* see gonet_stack_find() */
	}
	mutex_unlock(&gonet_start_lock);
	return stack;
}

static void __net_exit gonet_net_exit(struct net *net)
{
	struct gonet_net *gn = net_generic(net, gonet_net_id);
	struct gonet_stack *stack = gn->stack;

	if (!stack)
		return;
	gonet_devices_del(stack);
	gn->stack = NULL;
	gonet_stack_free(stack);
}

static struct pernet_operations gonet_net_ops = {
	.exit = gonet_net_exit,
	.id = &gonet_net_id,
	.size = sizeof(struct gonet_net),
};

/**
 * gonet_stacks_init() - be told of namespaces that go
 *
 * A pernet device, so that stacks, and with them the devices whose far end they
 * are, go before the namespace's other devices do.
 *
 * Return: 0 or -ENOMEM.
 */
int gonet_stacks_init(void)
{
	return register_pernet_device(&gonet_net_ops);
}

/**
 * gonet_stacks_exit() - stop every stack
 */
void gonet_stacks_exit(void)
{
	unregister_pernet_device(&gonet_net_ops);
}
