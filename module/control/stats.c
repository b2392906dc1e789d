// SPDX-License-Identifier: GPL-2.0
/* Counters: their names, their sums, and the one way to drop a packet. */
#include <linux/percpu.h>

#include <gonet/stack.h>

#define CREATE_TRACE_POINTS
#include "trace.h"

const char *const gonet_mib_names[GONET_MIB_MAX] = {
#define X(name) \
	[GONET_MIB_##name] = #name,
	GONET_MIBS(X)
#undef X
};

const char *const gonet_drop_names[GONET_DROP_MAX] = {
#define X(name, ...) \
	[GONET_DROP_##name] = #name,
	GONET_DROPS(X)
#undef X
};

const char *const gonet_drop_texts[GONET_DROP_MAX] = {
#define X(name, core, text) \
	[GONET_DROP_##name] = (text),
	GONET_DROPS(X)
#undef X
};

/* What the kernel's own kfree_skb tracepoint and drop monitor are told. */
static const enum skb_drop_reason gonet_drop_core[GONET_DROP_MAX] = {
#define X(name, core, ...) \
	[GONET_DROP_##name] = SKB_DROP_REASON_##core,
	GONET_DROPS(X)
#undef X
};

/**
 * gonet_drop() - drop a packet, and say so everywhere where one may look
 * @stack: whose packet it is, or NULL when that is not known
 * @skb: the packet, given away; a list linked by &sk_buff.frag_list counts once
 * @reason: why
 *
 * Context: any but hard interrupt.
 */
void gonet_drop(struct gonet_stack *stack, struct sk_buff *skb, enum gonet_drop reason)
{
	if (stack)
		this_cpu_inc(stack->counters->drop[reason]);
	trace_gonet_drop(stack, skb, reason);
	kfree_skb_reason(skb, gonet_drop_core[reason]);
}
EXPORT_SYMBOL_GPL(gonet_drop);

/**
 * gonet_mib_read() - read a counter
 * @stack: the stack
 * @which: which of its counters
 *
 * Context: any.
 *
 * Return: the sum over all CPUs; each may count on meanwhile.
 */
u64 gonet_mib_read(struct gonet_stack *stack, enum gonet_mib which)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(stack->counters, cpu)->mib[which]);
	return sum;
}

/**
 * gonet_drops_read() - read how many packets were dropped for a reason
 * @stack: the stack
 * @which: the reason
 *
 * Context: any.
 *
 * Return: the sum over all CPUs; each may count on meanwhile.
 */
u64 gonet_drops_read(struct gonet_stack *stack, enum gonet_drop which)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(stack->counters, cpu)->drop[which]);
	return sum;
}
