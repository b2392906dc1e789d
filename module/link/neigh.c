// SPDX-License-Identifier: GPL-2.0
/*
 * The table of neighbours: finding, adding and removing entries, their order by
 * age and by deadline, and what others may read of them. Which state follows from
 * what is arp_nud.c's business.
 *
 * Writers: the ARP dealer alone. Readers: anybody, under RCU.
 */
#include <linux/slab.h>

#include <gonet/route.h>

#include "arp.h"

static const struct rhashtable_params neigh_hash_params = {
	.key_len = sizeof(struct gonet_neigh_key),
	.key_offset = offsetof(struct gonet_neigh, key),
	.head_offset = offsetof(struct gonet_neigh, node),
	.automatic_shrinking = true,
};

/**
 * gonet_neigh_init() - make a stack's table of neighbours
 * @stack: the stack, before its ARP dealer starts
 *
 * Context: process; may sleep.
 *
 * Return: 0 or -ENOMEM.
 */
int gonet_neigh_init(struct gonet_stack *stack)
{
	struct gonet_neigh_table *table = kzalloc(sizeof(*table), GFP_KERNEL);
	unsigned int i;
	int err;

	if (!table)
		return -ENOMEM;
	err = rhashtable_init(&table->hash, &neigh_hash_params);
	if (err) {
		kfree(table);
		return err;
	}
	xa_init_flags(&table->by_id, XA_FLAGS_ALLOC1 | XA_FLAGS_LOCK_BH);
	table->due = RB_ROOT_CACHED;
	for (i = 0; i < NEIGH_CLASSES; i++)
		INIT_LIST_HEAD(&table->classes[i]);
	stack->neigh = table;
	return 0;
}

/**
 * gonet_neigh_destroy() - free a stack's table of neighbours
 * @stack: the stack; all its processes have ended, the dealer has emptied the table,
 *	and nobody looks into it any more
 *
 * Context: process; may sleep.
 */
void gonet_neigh_destroy(struct gonet_stack *stack)
{
	struct gonet_neigh_table *table = stack->neigh;

	if (!table)
		return;
	WARN_ON(!xa_empty(&table->by_id));
	stack->neigh = NULL;
	rhashtable_destroy(&table->hash);
	xa_destroy(&table->by_id);
	kfree(table);
}

/**
 * neigh_find() - find an entry
 * @table: the table
 * @ifindex: on which interface
 * @addr: whose
 *
 * Context: under RCU, or the dealer.
 *
 * Return: the entry or NULL.
 */
struct gonet_neigh *neigh_find(struct gonet_neigh_table *table, u32 ifindex, __be32 addr)
{
	struct gonet_neigh_key key = { .addr = addr, .ifindex = ifindex };

	return rhashtable_lookup_fast(&table->hash, &key, neigh_hash_params);
}

/**
 * neigh_add() - add an entry in NUD_NONE
 * @table: the table, without such an entry
 * @ifindex: on which interface
 * @addr: whose
 *
 * Context: the dealer.
 *
 * Return: the entry, or NULL if there is no memory.
 */
struct gonet_neigh *neigh_add(struct gonet_neigh_table *table, u32 ifindex, __be32 addr)
{
	struct gonet_neigh *neigh = kzalloc(sizeof(*neigh), GFP_ATOMIC | __GFP_NOWARN);

	if (!neigh)
		return NULL;
	neigh->key.addr = addr;
	neigh->key.ifindex = ifindex;
	neigh->used = jiffies;
	neigh->updated = jiffies;
	neigh->confirmed = jiffies - 2 * ARP_BASE_REACHABLE;
	__skb_queue_head_init(&neigh->held);
	RB_CLEAR_NODE(&neigh->due);
	if (xa_alloc_cyclic_bh(&table->by_id, &neigh->id, neigh, xa_limit_32b, &table->next_id,
			       GFP_ATOMIC | __GFP_NOWARN) < 0)
		goto err_free;
	if (rhashtable_insert_fast(&table->hash, &neigh->node, neigh_hash_params))
		goto err_id;
	neigh->class = NEIGH_SPARE;
	list_add_tail(&neigh->list, &table->classes[NEIGH_SPARE]);
	table->count++;
	return neigh;

err_id:
	/* A walk may have seen it. */
	xa_erase_bh(&table->by_id, neigh->id);
err_free:
	kfree_rcu(neigh, rcu);
	return NULL;
}

/**
 * neigh_remove() - remove an entry
 * @table: the table
 * @neigh: the entry, which holds no packet and for which no process asks
 *
 * Context: the dealer. The memory stays for those who found it under RCU.
 */
void neigh_remove(struct gonet_neigh_table *table, struct gonet_neigh *neigh)
{
	WARN_ON_ONCE(!skb_queue_empty(&neigh->held) || neigh->request.to);
	neigh_due_never(table, neigh);
	list_del(&neigh->list);
	if (neigh->class != NEIGH_FIXED)
		table->count--;
	rhashtable_remove_fast(&table->hash, &neigh->node, neigh_hash_params);
	xa_erase_bh(&table->by_id, neigh->id);
	kfree_rcu(neigh, rcu);
}

static enum neigh_class neigh_class_of(const struct gonet_neigh *neigh)
{
	u8 state = neigh_state(neigh);

	if (state & NUD_FIXED)
		return NEIGH_FIXED;
	if (state == NUD_INCOMPLETE)
		return NEIGH_PENDING;
	if (!(state & NUD_KNOWN))
		return NEIGH_SPARE;
	return neigh->wanted ? NEIGH_ACTIVE : NEIGH_SPARE;
}

/**
 * neigh_classify() - put an entry into the list that its state asks for
 * @table: the table
 * @neigh: the entry, whose state has changed
 *
 * Context: the dealer.
 */
void neigh_classify(struct gonet_neigh_table *table, struct gonet_neigh *neigh)
{
	enum neigh_class class = neigh_class_of(neigh);

	if (class == neigh->class)
		return;
	table->count += neigh->class == NEIGH_FIXED;
	table->count -= class == NEIGH_FIXED;
	neigh->class = class;
	/* Those that failed are the first to go. */
	if (neigh_state(neigh) & NUD_KNOWN || class != NEIGH_SPARE)
		list_move_tail(&neigh->list, &table->classes[class]);
	else
		list_move(&neigh->list, &table->classes[class]);
}

/**
 * neigh_victim() - which entry to give up for another
 * @table: the table
 *
 * A flood of senders that ask for our address fills the spare list and displaces
 * what is in it, oldest first, so it costs no entry that is in use, and no search.
 *
 * Context: the dealer.
 *
 * Return: the entry, or NULL if all that there are have a request pending.
 */
struct gonet_neigh *neigh_victim(struct gonet_neigh_table *table)
{
	struct gonet_neigh *neigh, *oldest;

	oldest = list_first_entry_or_null(&table->classes[NEIGH_SPARE], struct gonet_neigh, list);
	if (oldest)
		return oldest;
	list_for_each_entry(neigh, &table->classes[NEIGH_ACTIVE], list)
		if (!oldest || time_before(READ_ONCE(neigh->used), READ_ONCE(oldest->used)))
			oldest = neigh;
	return oldest;
}

static bool neigh_due_less(struct rb_node *a, const struct rb_node *b)
{
	return rb_entry(a, struct gonet_neigh, due)->due_at <
	       rb_entry(b, struct gonet_neigh, due)->due_at;
}

/**
 * neigh_due_in() - have the dealer look at an entry after a time
 * @table: the table
 * @neigh: the entry; an earlier appointment is forgotten
 * @delay: jiffies
 *
 * Context: the dealer.
 */
void neigh_due_in(struct gonet_neigh_table *table, struct gonet_neigh *neigh, unsigned long delay)
{
	neigh_due_never(table, neigh);
	neigh->due_at = get_jiffies_64() + delay;
	rb_add_cached(&neigh->due, &table->due, neigh_due_less);
}

/**
 * neigh_due_never() - forget the appointment
 * @table: the table
 * @neigh: the entry
 *
 * Context: the dealer.
 */
void neigh_due_never(struct gonet_neigh_table *table, struct gonet_neigh *neigh)
{
	if (RB_EMPTY_NODE(&neigh->due))
		return;
	rb_erase_cached(&neigh->due, &table->due);
	RB_CLEAR_NODE(&neigh->due);
}

/**
 * neigh_due_first() - the entry with the earliest appointment
 * @table: the table
 *
 * Context: the dealer.
 *
 * Return: the entry or NULL.
 */
struct gonet_neigh *neigh_due_first(struct gonet_neigh_table *table)
{
	struct rb_node *first = rb_first_cached(&table->due);

	return first ? rb_entry(first, struct gonet_neigh, due) : NULL;
}

/* Tells the dealer, once, that a stale neighbour is in use. */
static void neigh_post_used(struct gonet_stack *stack, struct gonet_neigh *neigh)
{
	struct arp_event *ev;

	if (READ_ONCE(neigh->use_posted) || test_and_set_bit(0, &neigh->use_posted))
		return;
	ev = arp_event_alloc(stack, ARP_EVENT_USED, neigh->key.ifindex, neigh->key.addr, 0);
	if (ev)
		arp_event_post(ev);
	else
		clear_bit(0, &neigh->use_posted);
}

/**
 * gonet_neigh_lookup() - the MAC address to send to
 * @stack: whose table
 * @ifindex: on which interface
 * @addr: to which neighbour
 * @mac: filled in when it is known
 *
 * Counts as a use of the neighbour: if its address is old, it will be verified.
 *
 * Context: under RCU; any but hard interrupt.
 *
 * Return: false if the address is not known; the packet then goes to the ARP dealer.
 */
bool gonet_neigh_lookup(struct gonet_stack *stack, u32 ifindex, __be32 addr, u8 *mac)
{
	struct gonet_neigh *neigh = neigh_find(stack->neigh, ifindex, addr);
	unsigned long now = jiffies;
	u64 link;
	u8 state;

	if (!neigh)
		return false;
	link = atomic64_read(&neigh->link);
	state = (u8)(link >> 48);
	if (!(state & NUD_KNOWN))
		return false;
	if (READ_ONCE(neigh->used) != now)
		WRITE_ONCE(neigh->used, now);
	if (state == NUD_STALE)
		neigh_post_used(stack, neigh);
	u64_to_ether_addr(link & GENMASK_ULL(47, 0), mac);
	return true;
}

/* Requests are ARP_RETRANS apart, so their number follows from the time. */
static u32 neigh_probes(const struct gonet_neigh *neigh, u8 state)
{
	if (state == NUD_FAILED)
		return ARP_RETRIES;
	if (!(state & (NUD_INCOMPLETE | NUD_PROBE)))
		return 0;
	return min_t(unsigned long, ARP_RETRIES,
		     1 + (jiffies - READ_ONCE(neigh->requested)) / ARP_RETRANS);
}

/**
 * neigh_info() - describe an entry
 * @neigh: the entry
 * @info: filled in
 *
 * Context: under RCU, or the dealer.
 */
void neigh_info(const struct gonet_neigh *neigh, struct gonet_neigh_info *info)
{
	u64 link = atomic64_read(&neigh->link);
	unsigned long now = jiffies;

	memset(info, 0, sizeof(*info));
	info->addr = neigh->key.addr;
	info->ifindex = neigh->key.ifindex;
	info->state = (u8)(link >> 48);
	if (info->state & NUD_KNOWN)
		u64_to_ether_addr(link & GENMASK_ULL(47, 0), info->mac);
	info->used_ms = jiffies_to_msecs(now - READ_ONCE(neigh->used));
	info->confirmed_ms = jiffies_to_msecs(now - READ_ONCE(neigh->confirmed));
	info->updated_ms = jiffies_to_msecs(now - READ_ONCE(neigh->updated));
	info->probes = neigh_probes(neigh, info->state);
	info->queued = skb_queue_len_lockless(&neigh->held);
}

/**
 * gonet_neigh_walk() - call a function for every neighbour
 * @stack: whose neighbours
 * @pos: where to begin, 0 at first; on return where to go on
 * @fn: the function; may not sleep; other than 0 ends the walk, and the neighbour it
 *	said so for is the first of the next
 * @arg: for @fn
 *
 * Context: any but hard interrupt.
 *
 * Return: what @fn said last, or 0.
 */
int gonet_neigh_walk(struct gonet_stack *stack, unsigned long *pos,
		     int (*fn)(const struct gonet_neigh_info *info, void *arg), void *arg)
{
	struct gonet_neigh_info info;
	struct gonet_neigh *neigh;
	unsigned long id;
	int err = 0;

	rcu_read_lock();
	xa_for_each_start(&stack->neigh->by_id, id, neigh, *pos) {
		neigh_info(neigh, &info);
		if (!info.state)
			continue;
		err = fn(&info, arg);
		if (err)
			break;
	}
	*pos = err ? id : ULONG_MAX;
	rcu_read_unlock();
	return err;
}
