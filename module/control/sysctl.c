// SPDX-License-Identifier: GPL-2.0
/*
 * The sysctls net.gonet.* of a namespace: the fields of its stack's struct
 * gonet_conf by their names. Readers of those take them as they find them.
 */
#include <linux/slab.h>
#include <linux/sysctl.h>
#include <net/net_namespace.h>

#include <gonet/control.h>
#include <gonet/igmp.h>
#include <gonet/stack.h>

#include "compat/compat.h"

static int gonet_ttl_max = 255;
static int gonet_time_max = 3600;
static int gonet_count_max = 65536;
static int gonet_port_max = 65535;
static int gonet_msf_max = GONET_MSF_MAX;
static int gonet_mtu_min = 68;
static int gonet_mtu_max = 65535;
static unsigned long gonet_thresh_max = 1UL << 30;

/* One of the integers of struct gonet_conf, and its limits. */
#define GONET_SYSCTL_INT(_field, _min, _max) {				\
	.procname = #_field,						\
	.data = (void *)offsetof(struct gonet_conf, _field),		\
	.maxlen = sizeof(int),						\
	.mode = 0644,							\
	.proc_handler = proc_dointvec_minmax,				\
	.extra1 = (_min),						\
	.extra2 = (_max),						\
}

/* One of its switches. */
#define GONET_SYSCTL_BOOL(_field) {					\
	.procname = #_field,						\
	.data = (void *)offsetof(struct gonet_conf, _field),		\
	.maxlen = sizeof(u8),						\
	.mode = 0644,							\
	.proc_handler = proc_dou8vec_minmax,				\
	.extra1 = SYSCTL_ZERO,						\
	.extra2 = SYSCTL_ONE,						\
}

/* The table of a stack is a copy, in which the offsets have become addresses. */
static const struct ctl_table gonet_sysctls[] = {
	GONET_SYSCTL_INT(ip_default_ttl, SYSCTL_ONE, &gonet_ttl_max),
	GONET_SYSCTL_INT(ipfrag_time, SYSCTL_ONE, &gonet_time_max),
	GONET_SYSCTL_INT(ipfrag_max, SYSCTL_ZERO, &gonet_count_max),
	{
		.procname = "ipfrag_high_thresh",
		.data = (void *)offsetof(struct gonet_conf, ipfrag_high_thresh),
		.maxlen = sizeof(unsigned long),
		.mode = 0644,
		.proc_handler = proc_doulongvec_minmax,
		.extra2 = &gonet_thresh_max,
	},
	GONET_SYSCTL_INT(icmp_ratelimit, SYSCTL_ZERO, SYSCTL_INT_MAX),
	GONET_SYSCTL_INT(icmp_msgs_per_sec, SYSCTL_ZERO, SYSCTL_INT_MAX),
	GONET_SYSCTL_INT(icmp_msgs_burst, SYSCTL_ZERO, SYSCTL_INT_MAX),
	GONET_SYSCTL_BOOL(icmp_echo_ignore_all),
	GONET_SYSCTL_BOOL(icmp_echo_ignore_broadcasts),
	GONET_SYSCTL_BOOL(accept_redirects),
	GONET_SYSCTL_INT(redirect_time, SYSCTL_ONE, &gonet_time_max),
	GONET_SYSCTL_INT(ip_no_pmtu_disc, SYSCTL_ZERO, SYSCTL_THREE),
	GONET_SYSCTL_INT(mtu_expires, SYSCTL_ONE, &gonet_time_max),
	GONET_SYSCTL_INT(min_pmtu, &gonet_mtu_min, &gonet_mtu_max),
	GONET_SYSCTL_INT(ping_max, SYSCTL_ZERO, &gonet_count_max),
	GONET_SYSCTL_INT(igmp_max_memberships, SYSCTL_ZERO, &gonet_count_max),
	GONET_SYSCTL_INT(igmp_max_msf, SYSCTL_ZERO, &gonet_msf_max),
	{
		.procname = "ip_local_port_range",
		.data = (void *)offsetof(struct gonet_conf, ip_local_port_range),
		.maxlen = sizeof_field(struct gonet_conf, ip_local_port_range),
		.mode = 0644,
		.proc_handler = proc_dointvec_minmax,
		.extra1 = SYSCTL_ONE,
		.extra2 = &gonet_port_max,
	},
	GONET_SYSCTL_INT(ip_unprivileged_port_start, SYSCTL_ZERO, &gonet_port_max),
	{
		.procname = "ping_group_range",
		.data = (void *)offsetof(struct gonet_conf, ping_group_range),
		.maxlen = sizeof_field(struct gonet_conf, ping_group_range),
		.mode = 0644,
		.proc_handler = proc_dointvec_minmax,
		.extra1 = SYSCTL_ZERO,
		.extra2 = SYSCTL_INT_MAX,
	},
};

/**
 * gonet_sysctl_start() - register the sysctls of a stack
 * @stack: the stack
 *
 * Context: process; may sleep.
 *
 * Return: 0 or -ENOMEM.
 */
int gonet_sysctl_start(struct gonet_stack *stack)
{
	struct ctl_table *table;
	unsigned int i;

	/* the entry that stays empty is compat.h's end of the table */
	table = kcalloc(ARRAY_SIZE(gonet_sysctls) + 1, sizeof(*table), GFP_KERNEL);
	if (!table)
		return -ENOMEM;
	memcpy(table, gonet_sysctls, sizeof(gonet_sysctls));
	for (i = 0; i < ARRAY_SIZE(gonet_sysctls); i++)
		table[i].data = (void *)&stack->conf + (unsigned long)table[i].data;
	stack->sysctl = register_net_sysctl_sz(stack->net, "net/gonet", table,
					       ARRAY_SIZE(gonet_sysctls));
	if (stack->sysctl)
		return 0;
	kfree(table);
	return -ENOMEM;
}

/**
 * gonet_sysctl_stop() - unregister them
 * @stack: the stack; nobody reads or writes one of them when this returns
 *
 * Context: process; may sleep.
 */
void gonet_sysctl_stop(struct gonet_stack *stack)
{
	const struct ctl_table *table;

	if (!stack->sysctl)
		return;
	table = stack->sysctl->ctl_table_arg;
	unregister_net_sysctl_table(stack->sysctl);
	kfree(table);
	stack->sysctl = NULL;
}
