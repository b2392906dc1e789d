/* SPDX-License-Identifier: GPL-2.0 */
/* A stack: one per network namespace that uses GoNet. */
#ifndef _GONET_STACK_H
#define _GONET_STACK_H

#include <linux/bitmap.h>
#include <linux/list.h>
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
struct gonet_tcp;
struct gonet_udp;
struct tcp_cc_ops;

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
 * @tcp_rmem: least, first and greatest receive buffer of a connection, bytes
 * @tcp_wmem: least, first and greatest send buffer
 * @tcp_mem: pages that connections take together: above which their buffers do not grow,
 *	above which that is too much, above which they take nothing new
 * @tcp_moderate_rcvbuf: receive buffers grow by themselves
 * @tcp_window_scaling: RFC 7323's window scale is used
 * @tcp_timestamps: and its timestamps
 * @tcp_sack: RFC 2018's selective acknowledgments are
 * @tcp_ecn: RFC 3168: 0 never, 1 always asked for, 2 if the peer asks
 * @tcp_syncookies: SYN cookies: 0 never, 1 when a backlog is full, 2 always
 * @tcp_fastopen: RFC 7413: bits TCP_FO_* of tcp/logic/fastopen.h, as natively
 * @tcp_syn_retries: how often a SYN is sent again
 * @tcp_synack_retries: and a SYN with ACK
 * @tcp_mtu_probing: when the size that a path takes is found out: &enum tcp_mtu_probing
 * @tcp_base_mss: the size with which that begins, bytes of payload
 * @tcp_mtu_probe_floor: and never less than this
 * @tcp_probe_interval: for how many seconds one that was found holds
 * @tcp_retries1: timeouts in a row after which the route is doubted (R1)
 * @tcp_retries2: after which a connection is given up (R2)
 * @tcp_orphan_retries: the same when no program has it any more; 0 for 8
 * @tcp_fin_timeout: seconds for which such a one waits for the peer's FIN
 * @tcp_max_syn_backlog: connections being opened by peers, of one listener, most
 * @tcp_max_tw_buckets: connections that are over and remembered, most
 * @tcp_tw_reuse: whether such a one makes way for one to the same peer: &enum tcp_tw_reuse
 * @tcp_keepalive_time: seconds without a segment after which a peer is probed
 * @tcp_keepalive_intvl: between probes
 * @tcp_keepalive_probes: unanswered ones after which it is gone
 * @tcp_slow_start_after_idle: RFC 5681 4.1
 * @tcp_rfc1337: a RST does not end TIME-WAIT
 * @tcp_abort_on_overflow: a connection for which a listener has no room is reset
 * @tcp_notsent_lowat: bytes not yet sent below which a socket is writable
 * @tcp_congestion_control: what connections begin with; NULL for the first that there is
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
	int tcp_rmem[3];
	int tcp_wmem[3];
	unsigned long tcp_mem[3];
	u8 tcp_moderate_rcvbuf;
	u8 tcp_window_scaling;
	u8 tcp_timestamps;
	u8 tcp_sack;
	u8 tcp_ecn;
	u8 tcp_syncookies;
	int tcp_fastopen;
	u8 tcp_syn_retries;
	u8 tcp_synack_retries;
	u8 tcp_mtu_probing;
	int tcp_base_mss;
	int tcp_mtu_probe_floor;
	unsigned int tcp_probe_interval;
	u8 tcp_retries1;
	u8 tcp_retries2;
	u8 tcp_orphan_retries;
	int tcp_fin_timeout;
	int tcp_max_syn_backlog;
	int tcp_max_tw_buckets;
	u8 tcp_tw_reuse;
	int tcp_keepalive_time;
	int tcp_keepalive_intvl;
	u8 tcp_keepalive_probes;
	u8 tcp_slow_start_after_idle;
	u8 tcp_rfc1337;
	u8 tcp_abort_on_overflow;
	unsigned int tcp_notsent_lowat;
	const struct tcp_cc_ops *tcp_congestion_control;
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
 * @tcp: TCP connections and ports (tcp/tcp_table.c, tcp/tcp_port.c)
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
 * @tcp_rx: the TCP dealer
 * @tcp_tw: keeps connections that are over (TIME-WAIT)
 * @raw: the raw dealer
 * @raw_protocols: those of which there are raw sockets; the raw dealer alone writes it
 * @protocols: &struct protocol_run: the protocols that other modules have added
 *	(ip/protocol.c)
 * @protocols_node: in the list of stacks that run them, under the same lock
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
	struct gonet_tcp *tcp;
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
	struct csp_proc *tcp_rx;
	struct csp_proc *tcp_tw;
	struct csp_proc *raw;
	DECLARE_BITMAP(raw_protocols, 256);
	struct list_head protocols;
	struct list_head protocols_node;
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
