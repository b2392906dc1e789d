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
#include <gonet/tcp.h>

#include "compat/compat.h"

static int gonet_ttl_max = 255;
static int gonet_time_max = 3600;
static int gonet_count_max = 65536;
static int gonet_port_max = 65535;
static int gonet_msf_max = GONET_MSF_MAX;
static int gonet_mtu_min = 68;
static int gonet_mtu_max = 65535;
static int gonet_mss_min = 48;
static int gonet_keep_max = 32767;
static int gonet_linger_max = 86400;
static int gonet_probes_max = 127;
static unsigned long gonet_thresh_max = 1UL << 30;
static unsigned long gonet_pages_max = LONG_MAX >> PAGE_SHIFT;

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

/* One of its small numbers. */
#define GONET_SYSCTL_U8(_field, _min, _max) {				\
	.procname = #_field,						\
	.data = (void *)offsetof(struct gonet_conf, _field),		\
	.maxlen = sizeof(u8),						\
	.mode = 0644,							\
	.proc_handler = proc_dou8vec_minmax,				\
	.extra1 = (_min),						\
	.extra2 = (_max),						\
}

/* One of its switches. */
#define GONET_SYSCTL_BOOL(_field)	GONET_SYSCTL_U8(_field, SYSCTL_ZERO, SYSCTL_ONE)

/* The least, the first and the greatest size of buffers. */
#define GONET_SYSCTL_SIZES(_field) {					\
	.procname = #_field,						\
	.data = (void *)offsetof(struct gonet_conf, _field),		\
	.maxlen = sizeof_field(struct gonet_conf, _field),		\
	.mode = 0644,							\
	.proc_handler = proc_dointvec_minmax,				\
	.extra1 = SYSCTL_ONE,						\
}

/*
 * How much memory, in pages. Whoever administers a namespace may take less; more than
 * there was is for the administrator of the machine, as natively.
 */
static int gonet_sysctl_pages(gonet_compat_ctl_table *table, int write, void *buffer,
			      size_t *lenp, loff_t *ppos)
{
	unsigned long *at = table->data, pages[3];
	struct ctl_table copy = {
		.data = pages, .maxlen = sizeof(pages), .extra2 = &gonet_pages_max,
	};
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(pages); i++)
		pages[i] = READ_ONCE(at[i]);
	err = proc_doulongvec_minmax(&copy, write, buffer, lenp, ppos);
	if (err || !write)
		return err;
	for (i = 0; i < ARRAY_SIZE(pages); i++)
		if (pages[i] > READ_ONCE(at[i]) && !capable(CAP_NET_ADMIN))
			return -EPERM;
	for (i = 0; i < ARRAY_SIZE(pages); i++)
		WRITE_ONCE(at[i], pages[i]);
	return 0;
}

/* What new connections control congestion with, by name. */
static int gonet_sysctl_cc(gonet_compat_ctl_table *table, int write, void *buffer, size_t *lenp,
			   loff_t *ppos)
{
	const struct tcp_cc_ops **at = table->data, *cc = READ_ONCE(*at);
	char name[GONET_TCP_CC_NAME_MAX];
	struct ctl_table text = { .data = name, .maxlen = sizeof(name) };
	int err;

	strscpy(name, gonet_tcp_cc_name(cc ? cc : gonet_tcp_cc_nth(0)), sizeof(name));
	err = proc_dostring(&text, write, buffer, lenp, ppos);
	if (err || !write)
		return err;
	cc = gonet_tcp_cc_find(name);
	if (!cc)
		return -ENOENT;
	WRITE_ONCE(*at, cc);
	return 0;
}

/* And the names that there are. */
static int gonet_sysctl_cc_all(gonet_compat_ctl_table *table, int write, void *buffer,
			       size_t *lenp, loff_t *ppos)
{
	char names[16 * GONET_TCP_CC_NAME_MAX] = "";
	struct ctl_table text = { .data = names, .maxlen = sizeof(names) };
	const struct tcp_cc_ops *cc;
	unsigned int i;

	for (i = 0; (cc = gonet_tcp_cc_nth(i)); i++) {
		if (i)
			strlcat(names, " ", sizeof(names));
		strlcat(names, gonet_tcp_cc_name(cc), sizeof(names));
	}
	return proc_dostring(&text, write, buffer, lenp, ppos);
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
	GONET_SYSCTL_SIZES(tcp_rmem),
	GONET_SYSCTL_SIZES(tcp_wmem),
	{
		.procname = "tcp_mem",
		.data = (void *)offsetof(struct gonet_conf, tcp_mem),
		.maxlen = sizeof_field(struct gonet_conf, tcp_mem),
		.mode = 0644,
		.proc_handler = gonet_sysctl_pages,
	},
	GONET_SYSCTL_BOOL(tcp_moderate_rcvbuf),
	GONET_SYSCTL_BOOL(tcp_window_scaling),
	GONET_SYSCTL_BOOL(tcp_timestamps),
	GONET_SYSCTL_BOOL(tcp_sack),
	GONET_SYSCTL_U8(tcp_ecn, SYSCTL_ZERO, SYSCTL_TWO),
	GONET_SYSCTL_U8(tcp_syncookies, SYSCTL_ZERO, SYSCTL_TWO),
	GONET_SYSCTL_INT(tcp_fastopen, SYSCTL_ZERO, SYSCTL_INT_MAX),
	GONET_SYSCTL_U8(tcp_syn_retries, SYSCTL_ONE, &gonet_probes_max),
	GONET_SYSCTL_U8(tcp_synack_retries, SYSCTL_ZERO, &gonet_ttl_max),
	GONET_SYSCTL_U8(tcp_mtu_probing, SYSCTL_ZERO, SYSCTL_TWO),
	GONET_SYSCTL_INT(tcp_base_mss, &gonet_mss_min, &gonet_mtu_max),
	GONET_SYSCTL_INT(tcp_mtu_probe_floor, &gonet_mss_min, &gonet_mtu_max),
	{
		.procname = "tcp_probe_interval",
		.data = (void *)offsetof(struct gonet_conf, tcp_probe_interval),
		.maxlen = sizeof(unsigned int),
		.mode = 0644,
		.proc_handler = proc_douintvec,
	},
	GONET_SYSCTL_U8(tcp_retries1, SYSCTL_ZERO, &gonet_ttl_max),
	GONET_SYSCTL_U8(tcp_retries2, SYSCTL_ZERO, &gonet_ttl_max),
	GONET_SYSCTL_U8(tcp_orphan_retries, SYSCTL_ZERO, &gonet_ttl_max),
	GONET_SYSCTL_INT(tcp_fin_timeout, SYSCTL_ZERO, &gonet_linger_max),
	GONET_SYSCTL_INT(tcp_max_syn_backlog, SYSCTL_ZERO, &gonet_count_max),
	GONET_SYSCTL_INT(tcp_max_tw_buckets, SYSCTL_ZERO, &gonet_count_max),
	GONET_SYSCTL_U8(tcp_tw_reuse, SYSCTL_ZERO, SYSCTL_TWO),
	GONET_SYSCTL_INT(tcp_keepalive_time, SYSCTL_ONE, &gonet_keep_max),
	GONET_SYSCTL_INT(tcp_keepalive_intvl, SYSCTL_ONE, &gonet_keep_max),
	GONET_SYSCTL_U8(tcp_keepalive_probes, SYSCTL_ONE, &gonet_probes_max),
	GONET_SYSCTL_BOOL(tcp_slow_start_after_idle),
	GONET_SYSCTL_BOOL(tcp_rfc1337),
	GONET_SYSCTL_BOOL(tcp_abort_on_overflow),
	{
		.procname = "tcp_notsent_lowat",
		.data = (void *)offsetof(struct gonet_conf, tcp_notsent_lowat),
		.maxlen = sizeof(unsigned int),
		.mode = 0644,
		.proc_handler = proc_douintvec,
	},
	{
		.procname = "tcp_congestion_control",
		.data = (void *)offsetof(struct gonet_conf, tcp_congestion_control),
		.mode = 0644,
		.maxlen = GONET_TCP_CC_NAME_MAX,
		.proc_handler = gonet_sysctl_cc,
	},
	{
		.procname = "tcp_available_congestion_control",
		.mode = 0444,
		.maxlen = 16 * GONET_TCP_CC_NAME_MAX,
		.proc_handler = gonet_sysctl_cc_all,
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
