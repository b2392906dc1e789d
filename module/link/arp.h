/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the ARP layer tell each other.
 *
 * The ARP dealer (arp.c) owns everything declared here: the table of neighbours,
 * its view of the interfaces and the own addresses it defends. arp_iface.c,
 * arp_nud.c, arp_resolve.c, arp_addr.c and neigh_admin.c are steps of it that have a
 * file of their own. The processes it starts, one per pending request (arp_request.c) and
 * one per address that is probed for (arp_acd.c), talk to it by messages alone.
 */
#ifndef _GONET_ARP_H
#define _GONET_ARP_H

#include <linux/etherdevice.h>
#include <linux/hashtable.h>
#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/rbtree.h>
#include <linux/rhashtable.h>
#include <linux/skbuff.h>
#include <linux/xarray.h>

#include <csp/csp.h>
#include <gonet/iface.h>
#include <gonet/ipv4.h>
#include <gonet/neigh.h>
#include <gonet/stack.h>

#include "logic/arp_packet.h"
#include "logic/nud.h"

/* Times: the native stack's defaults, and RFC 5227 1.1. */
#define ARP_RETRANS		(1 * HZ)	/* between requests */
#define ARP_RETRIES		3		/* requests, then there is no such neighbour */
#define ARP_BASE_REACHABLE	(30 * HZ)	/* times 0.5 to 1.5 (RFC 4861 6.3.2) */
#define ARP_DELAY_FIRST_PROBE	(5 * HZ)	/* in NUD_DELAY */
#define ARP_GC_STALE		(60 * HZ)	/* unused, then the entry may go */
#define ARP_LOCKTIME		(1 * HZ)	/* the first of several answers holds so long */
#define ARP_DEFEND_INTERVAL	(10 * HZ)	/* between two defences of an address */

/* Limits on what others can make the dealer keep; per stack. */
#define NEIGH_MAX		1024	/* entries, those of an administrator not counted */
#define NEIGH_GC_MIN		128	/* as few are kept however old they are */
#define ARP_REQUESTS_MAX	256	/* pending requests, a process each */
#define ARP_PROBES_MAX		128	/* of these, those to neighbours known before */
#define ARP_REQUEST_MIN_AGE	(HZ / 50 + 1)	/* before a newer one may displace it */
#define NEIGH_HELD_BYTES	212992	/* waiting for one neighbour, in truesize */
#define NEIGH_HELD_BYTES_ALL	(4 << 20)	/* and for all */

/**
 * enum neigh_class - the lists of a table, in the order in which entries are given up
 * @NEIGH_SPARE: failed, or told us its address and was never needed; oldest first
 * @NEIGH_ACTIVE: we have sent to it
 * @NEIGH_PENDING: NUD_INCOMPLETE; oldest first
 * @NEIGH_FIXED: an administrator's; never given up
 */
enum neigh_class {
	NEIGH_SPARE,
	NEIGH_ACTIVE,
	NEIGH_PENDING,
	NEIGH_FIXED,
};

#define NEIGH_CLASSES	(NEIGH_FIXED + 1)

/**
 * struct gonet_neigh_key - what names a neighbour
 * @addr: IPv4 address
 * @ifindex: &gonet_iface.index
 */
struct gonet_neigh_key {
	__be32 addr;
	u32 ifindex;
};

/**
 * struct gonet_neigh - a neighbour
 * @node: in &gonet_neigh_table.hash
 * @key: who
 * @link: NUD_* above 48 bits of MAC address, so that readers see both of one moment
 * @used: when last looked up, in jiffies; whoever looks up writes it
 * @use_posted: bit 0: the dealer has been told that the stale entry is in use
 * @confirmed: when it last proved to be there, in jiffies
 * @updated: when state or MAC address last changed, in jiffies
 * @requested: when the first of @request's requests went out, in jiffies
 * @id: in &gonet_neigh_table.by_id
 * @wanted: we have sent to it
 * @class: in which list it is
 * @list: its place there
 * @due: its place in &gonet_neigh_table.due, if it has one
 * @due_at: when the time of its state is over, in jiffies of 64 bits
 * @held: packets that wait for its MAC address
 * @held_bytes: their truesize
 * @request: to the process that asks for it, open while there is one
 * @serial: of that process, to know its report from an earlier one's
 * @rcu: frees the memory
 *
 * The dealer alone writes it but for @used and @use_posted, and alone reads what is
 * below @id. Readers find it under RCU, which keeps the memory.
 */
struct gonet_neigh {
	struct rhash_head node;
	struct gonet_neigh_key key;
	atomic64_t link;
	unsigned long used;
	unsigned long use_posted;
	unsigned long confirmed;
	unsigned long updated;
	unsigned long requested;
	u32 id;
	bool wanted;
	enum neigh_class class;
	struct list_head list;
	struct rb_node due;
	u64 due_at;
	struct sk_buff_head held;
	unsigned int held_bytes;
	struct csp_out request;
	u32 serial;
	struct rcu_head rcu;
};

/**
 * struct gonet_neigh_table - the neighbours of a stack
 * @hash: by &struct gonet_neigh_key; readers under RCU
 * @by_id: by a number, in order of creation, for walks; readers under RCU
 * @next_id: where the search for a free number goes on
 * @due: entries by &gonet_neigh.due_at
 * @classes: lists by &enum neigh_class
 * @count: entries but for the fixed ones
 * @requests: entries with an open &gonet_neigh.request
 * @held_bytes: truesize of all held packets
 *
 * Written by the dealer alone; it may be read until gonet_neigh_destroy().
 */
struct gonet_neigh_table {
	struct rhashtable hash;
	struct xarray by_id;
	u32 next_id;
	struct rb_root_cached due;
	struct list_head classes[NEIGH_CLASSES];
	unsigned int count;
	unsigned int requests;
	unsigned long held_bytes;
};

/**
 * struct arp_iface - an interface, as the dealer knows it
 * @node: in &arp_dealer.ifaces
 * @index: &gonet_iface.index
 * @mac: its own MAC address
 * @running: it can carry frames
 * @out: to its Ethernet writer
 */
struct arp_iface {
	struct hlist_node node;
	u32 index;
	u8 mac[ETH_ALEN];
	bool running;
	struct csp_out out;
};

/**
 * struct arp_dealer - the dealer's state
 * @proc: the process
 * @stack: whose
 * @table: &gonet_stack.neigh
 * @ifaces: &struct arp_iface by index
 * @addrs: own addresses by address (arp_addr.c)
 * @timer: set for the first entry that is due
 * @timer_at: for when, in jiffies of 64 bits; 0 when not set
 * @serial: given to the last process that was started
 */
struct arp_dealer {
	struct csp_proc *proc;
	struct gonet_stack *stack;
	struct gonet_neigh_table *table;
	DECLARE_HASHTABLE(ifaces, 4);
	DECLARE_HASHTABLE(addrs, 4);
	struct csp_timer timer;
	u64 timer_at;
	u32 serial;
};

/**
 * enum arp_event_type - what a &struct arp_event says
 * @ARP_EVENT_USED: somebody sent to a stale neighbour
 * @ARP_EVENT_UNANSWERED: a request process got no answer and ends
 * @ARP_EVENT_ADDR_ADDED: there is an own address to probe for
 * @ARP_EVENT_ADDR_REMOVED: there no longer is
 * @ARP_EVENT_ADDR_PROBED: no other host has it
 * @ARP_EVENT_ADDR_ANNOUNCED: it has been announced; its process ends
 * @ARP_EVENT_NEIGH_NEW: &struct arp_admin: set an entry
 * @ARP_EVENT_NEIGH_DEL: &struct arp_admin: remove an entry
 */
enum arp_event_type {
	ARP_EVENT_USED,
	ARP_EVENT_UNANSWERED,
	ARP_EVENT_ADDR_ADDED,
	ARP_EVENT_ADDR_REMOVED,
	ARP_EVENT_ADDR_PROBED,
	ARP_EVENT_ADDR_ANNOUNCED,
	ARP_EVENT_NEIGH_NEW,
	ARP_EVENT_NEIGH_DEL,
};

/**
 * struct arp_event - message to the dealer at GONET_ARP_EVENT
 * @type: what it says
 * @ifindex: about what interface
 * @addr: and address
 * @serial: from a process: the number it was started with
 * @stack: whose
 *
 * Allocated by the sender and freed by the dealer, but for an administrator's,
 * which is on the stack of a thread that waits.
 */
struct arp_event {
	enum arp_event_type type;
	u32 ifindex;
	__be32 addr;
	u32 serial;
	struct gonet_stack *stack;
};

/**
 * struct arp_admin - message: an administrator's change
 * @event: ARP_EVENT_NEIGH_*
 * @call: to be answered
 * @info: what to set
 * @replace: whether the entry may be there already
 * @extack: for the reason of a refusal, or NULL
 */
struct arp_admin {
	struct arp_event event;
	struct csp_call call;
	const struct gonet_neigh_info *info;
	bool replace;
	struct netlink_ext_ack *extack;
};

/* Inputs of a request process. */
enum {
	ARP_REQUEST_IN,		/* from the dealer: begin, or end */
	ARP_REQUEST_TIMER,
};

/**
 * struct arp_request_start - what a request process is to ask
 * @ifindex: on which interface
 * @addr: for which address
 * @saddr: own address that asks, if it still is one, or 0
 * @serial: to be put into its report
 * @mac: the interface's own MAC address
 * @dest: whom to ask: everybody, or the neighbour as it is known
 * @eth_tx: the interface's Ethernet writer
 */
struct arp_request_start {
	u32 ifindex;
	__be32 addr;
	__be32 saddr;
	u32 serial;
	u8 mac[ETH_ALEN];
	u8 dest[ETH_ALEN];
	struct csp_proc *eth_tx;
};

/* Inputs of a process that probes for an own address. */
enum {
	ARP_ACD_TIMER,
};

/**
 * struct arp_acd_start - what the process is to do
 * @ifindex: on which interface
 * @addr: for which address
 * @serial: to be put into its messages
 * @mac: the interface's own MAC address
 * @announce_only: nobody else has it, as is known already
 * @eth_tx: the interface's Ethernet writer
 */
struct arp_acd_start {
	u32 ifindex;
	__be32 addr;
	u32 serial;
	u8 mac[ETH_ALEN];
	bool announce_only;
	struct csp_proc *eth_tx;
};

/* arp.c */
struct arp_event *arp_event_alloc(struct gonet_stack *stack, enum arp_event_type type,
				  u32 ifindex, __be32 addr, u32 serial);
void arp_event_post(struct arp_event *ev);

/* arp_iface.c */
struct arp_iface *arp_iface_find(struct arp_dealer *s, u32 index);
void arp_iface_del(struct arp_dealer *s, struct arp_iface *iface);
void arp_iface_event(struct arp_dealer *s, struct gonet_iface_ctl *ctl);

/* arp_tx.c */
void arp_transmit(struct gonet_stack *stack, struct csp_out *out, const struct arp_packet *arp,
		  const u8 *dest);
void arp_ask(struct gonet_stack *stack, struct csp_out *out, const u8 *mac, __be32 spa,
	     __be32 tpa);

/* arp_nud.c */
void arp_neigh_hear(struct arp_dealer *s, struct arp_iface *iface, struct gonet_neigh *neigh,
		    const u8 *mac, bool solicited, bool override);
struct gonet_neigh *arp_neigh_create(struct arp_dealer *s, u32 ifindex, __be32 addr);
void arp_neigh_set(struct arp_dealer *s, struct gonet_neigh *neigh, u8 state, const u8 *mac);
void arp_neigh_forget(struct arp_dealer *s, struct gonet_neigh *neigh, enum gonet_drop why);
void arp_neigh_used(struct arp_dealer *s, const struct arp_event *ev);
void arp_neigh_unanswered(struct arp_dealer *s, const struct arp_event *ev);
void arp_neigh_probe(struct arp_dealer *s, struct gonet_neigh *neigh);
void arp_neigh_flush(struct arp_dealer *s, u32 ifindex, bool fixed);
void arp_neigh_ask_again(struct arp_dealer *s, struct arp_iface *iface);
void arp_neigh_expire(struct arp_dealer *s);

/* arp_resolve.c */
void arp_resolve(struct arp_dealer *s, struct sk_buff *skb);
void arp_held_send(struct arp_dealer *s, struct arp_iface *iface, struct gonet_neigh *neigh,
		   const u8 *mac);
void arp_held_take(struct arp_dealer *s, struct gonet_neigh *neigh, struct sk_buff_head *to);
void arp_held_drop(struct arp_dealer *s, struct gonet_neigh *neigh, enum gonet_drop why);
int arp_request(struct arp_dealer *s, struct arp_iface *iface, struct gonet_neigh *neigh,
		__be32 saddr);
void arp_request_done(struct arp_dealer *s, struct gonet_neigh *neigh);

/* arp_request.c */
struct csp_proc *arp_request_start(struct gonet_stack *stack,
				   const struct arp_request_start *start);
void arp_request_go(struct csp_out *request);
void arp_request_end(struct csp_out *request);

/* arp_acd.c */
struct csp_proc *arp_acd_start(struct gonet_stack *stack, const struct arp_acd_start *start);
void arp_acd_end(struct csp_out *acd);

/* arp_addr.c */
void arp_addr_added(struct arp_dealer *s, const struct arp_event *ev);
void arp_addr_removed(struct arp_dealer *s, const struct arp_event *ev);
void arp_addr_probed(struct arp_dealer *s, const struct arp_event *ev);
void arp_addr_announced(struct arp_dealer *s, const struct arp_event *ev);
void arp_addr_iface_up(struct arp_dealer *s, struct arp_iface *iface);
void arp_addr_iface_down(struct arp_dealer *s, u32 ifindex);
void arp_addr_iface_gone(struct arp_dealer *s, u32 ifindex);
bool arp_addr_conflicts(struct arp_dealer *s, struct arp_iface *iface,
			const struct arp_packet *arp);

/* neigh_admin.c */
void arp_neigh_new(struct arp_dealer *s, struct arp_admin *admin);
void arp_neigh_del(struct arp_dealer *s, struct arp_admin *admin);

/* neigh.c */
struct gonet_neigh *neigh_find(struct gonet_neigh_table *table, u32 ifindex, __be32 addr);
struct gonet_neigh *neigh_add(struct gonet_neigh_table *table, u32 ifindex, __be32 addr);
void neigh_remove(struct gonet_neigh_table *table, struct gonet_neigh *neigh);
void neigh_classify(struct gonet_neigh_table *table, struct gonet_neigh *neigh);
struct gonet_neigh *neigh_victim(struct gonet_neigh_table *table);
void neigh_due_in(struct gonet_neigh_table *table, struct gonet_neigh *neigh, unsigned long delay);
void neigh_due_never(struct gonet_neigh_table *table, struct gonet_neigh *neigh);
struct gonet_neigh *neigh_due_first(struct gonet_neigh_table *table);
void neigh_info(const struct gonet_neigh *neigh, struct gonet_neigh_info *info);

static inline u8 neigh_state(const struct gonet_neigh *neigh)
{
	return (u8)(atomic64_read(&neigh->link) >> 48);
}

static inline void neigh_mac(const struct gonet_neigh *neigh, u8 *mac)
{
	u64_to_ether_addr(atomic64_read(&neigh->link) & GENMASK_ULL(47, 0), mac);
}

static inline void neigh_link_set(struct gonet_neigh *neigh, u8 state, const u8 *mac)
{
	atomic64_set(&neigh->link, (u64)state << 48 | ether_addr_to_u64(mac));
}

#endif /* _GONET_ARP_H */
