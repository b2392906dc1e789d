/* SPDX-License-Identifier: GPL-2.0 */
/* A stack: one per network namespace that uses GoNet. */
#ifndef _GONET_STACK_H
#define _GONET_STACK_H

#include <linux/bitmap.h>
#include <linux/xarray.h>
#include <net/net_namespace.h>

#include <csp/csp.h>
#include <gonet/drop.h>
#include <gonet/mib.h>

#define GONET_READERS_MAX	8
#define GONET_REPLIERS_MAX	4

struct ctl_table_header;
struct gonet_fib;
struct gonet_iface;
struct gonet_igmp;
struct gonet_neigh_table;
struct gonet_udp;

/**
 * struct gonet_conf - what net.gonet.* sets; read with READ_ONCE() anywhere
 * @ip_default_ttl: TTL of packets that do not say otherwise, 1 to 255
 * @ipfrag_time: seconds until an incomplete datagram is given up
 * @ipfrag_max: reassemblies at once, most
 * @ipfrag_high_thresh: bytes of fragments held at once, most
 * @icmp_ratelimit: milliseconds between ICMP errors to one destination, least
 * @icmp_msgs_per_sec: ICMP errors a second to all, most
 * @icmp_msgs_burst: and how many of them at once
 * @icmp_echo_ignore_all: answer no echo request
 * @icmp_echo_ignore_broadcasts: answer none that was sent to a group
 * @accept_redirects: follow what gateways say of nearer ones
 * @redirect_time: seconds for which they are believed
 * @ip_no_pmtu_disc: find out no path MTUs (1); as 1, and hear of none (2, 3)
 * @mtu_expires: seconds for which a path's MTU is believed
 * @min_pmtu: the least to which it is believed to fall
 * @ping_max: echo requests awaiting an answer at once, most
 * @igmp_max_memberships: groups that a socket may be a member of, most
 * @igmp_max_msf: sources that it may name for each of them, most
 * @ip_local_port_range: first and last port that sockets get that ask for none
 * @ip_unprivileged_port_start: the first that needs no CAP_NET_BIND_SERVICE
 * @ping_group_range: first and last group that may open ping sockets, as the
 *	namespace's owner numbers them; none if the first is the larger
 */
struct gonet_conf {
	int ip_default_ttl;
	int ipfrag_time;
	int ipfrag_max;
	unsigned long ipfrag_high_thresh;
	int icmp_ratelimit;
	int icmp_msgs_per_sec;
	int icmp_msgs_burst;
	u8 icmp_echo_ignore_all;
	u8 icmp_echo_ignore_broadcasts;
	u8 accept_redirects;
	int redirect_time;
	int ip_no_pmtu_disc;
	int mtu_expires;
	int min_pmtu;
	int ping_max;
	int igmp_max_memberships;
	int igmp_max_msf;
	int ip_local_port_range[2];
	int ip_unprivileged_port_start;
	int ping_group_range[2];
};

/**
 * struct gonet_frag_use - what a reader's reassemblies use
 * @bytes: memory of the fragments they hold or are being sent
 * @count: how many there are; the reader alone writes it
 * @asked: another reader's request to make room is under way
 */
struct gonet_frag_use {
	atomic_long_t bytes;
	unsigned int count;
	atomic_t asked;
} ____cacheline_aligned_in_smp;

/**
 * struct gonet_stack - a stack
 * @net: the namespace it belongs to; not referenced, its exit stops the stack
 * @group: every process of the stack
 * @counters: per CPU
 * @conf: settings
 * @ifaces: &struct gonet_iface by index; written under RTNL, read under RCU
 * @next_iface: where the search for a free index goes on; RTNL
 * @fib: addresses and routes (ip/route.c)
 * @neigh: neighbours (link/neigh.c)
 * @udp: UDP ports (udp/port.c)
 * @igmp_groups: multicast groups (ip/igmp.c)
 * @arp: the ARP dealer
 * @ipv4_rx: the IPv4 dealer
 * @reader: the IPv4 readers, @n_readers of them
 * @frags: what the reassemblies use, by the reader that started them
 * @icmp: the ICMP dealer
 * @ping: the ping dealer
 * @replier: the ping repliers, @n_repliers of them
 * @ipv4_tx: the IPv4 writer
 * @igmp: the IGMP process
 * @udp_rx: the UDP dealer
 * @raw: the raw dealer
 * @raw_protocols: those of which there are raw sockets; the raw dealer alone writes it
 * @n_readers: see @reader
 * @n_repliers: see @replier
 * @socks: &struct gonet_sock by number, those that are open; written by socket() and
 *	close() under its lock, read under RCU (socket/table.c)
 * @newest_sock: the greatest number given, under @socks's lock
 * @changes: counts changes to interfaces, addresses and routes, so that a listing
 *	can tell that it was interrupted by one (control/netlink.c)
 * @sysctl: net.gonet.* (control/sysctl.c)
 *
 * Lifetime: gonet_stack_start() to the namespace's exit or the module's. The
 * processes named here are referenced by the stack until every process of @group
 * has ended, so whoever runs in one of them, or is excluded with the namespace's
 * exit, may use them all.
 */
struct gonet_stack {
	struct net *net;
	struct csp_group group;
	struct gonet_counters __percpu *counters;
	struct gonet_conf conf;
	struct xarray ifaces;
	u32 next_iface;
	struct gonet_fib *fib;
	struct gonet_neigh_table *neigh;
	struct gonet_udp *udp;
	struct gonet_igmp *igmp_groups;
	struct csp_proc *arp;
	struct csp_proc *ipv4_rx;
	struct csp_proc *reader[GONET_READERS_MAX];
	struct gonet_frag_use frags[GONET_READERS_MAX];
	struct csp_proc *icmp;
	struct csp_proc *ping;
	struct csp_proc *replier[GONET_REPLIERS_MAX];
	struct csp_proc *ipv4_tx;
	struct csp_proc *igmp;
	struct csp_proc *udp_rx;
	struct csp_proc *raw;
	DECLARE_BITMAP(raw_protocols, 256);
	unsigned int n_readers;
	unsigned int n_repliers;
	struct xarray socks;
	unsigned long newest_sock;
	atomic_t changes;
	struct ctl_table_header *sysctl;
};

struct gonet_stack *gonet_stack_start(struct net *net);
struct gonet_stack *gonet_stack_find(struct net *net);
int gonet_stacks_init(void);
void gonet_stacks_exit(void);

#endif /* _GONET_STACK_H */
