/* SPDX-License-Identifier: GPL-2.0 */
/* Tracepoint of the packets that a stack drops. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM gonet

#if !defined(_GONET_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _GONET_TRACE_H

#include <linux/skbuff.h>
#include <linux/tracepoint.h>

#include <gonet/stack.h>

#define X(name, ...) TRACE_DEFINE_ENUM(GONET_DROP_##name);
GONET_DROPS(X)
#undef X

#define GONET_DROP_SYMBOL(name, ...) { GONET_DROP_##name, #name },

TRACE_EVENT(gonet_drop,
	TP_PROTO(const struct gonet_stack *stack, const struct sk_buff *skb,
		 enum gonet_drop reason),
	TP_ARGS(stack, skb, reason),
	TP_STRUCT__entry(
		__field(const void *, skbaddr)
		__field(unsigned int, netns)
		__field(unsigned int, len)
		__field(unsigned int, reason)
	),
	TP_fast_assign(
		__entry->skbaddr = skb;
		__entry->netns = stack ? stack->net->ns.inum : 0;
		__entry->len = skb->len;
		__entry->reason = reason;
	),
	TP_printk("skbaddr=%p netns=%u len=%u reason=%s",
		  __entry->skbaddr, __entry->netns, __entry->len,
		  __print_symbolic(__entry->reason,
				   GONET_DROPS(GONET_DROP_SYMBOL) { -1, NULL }))
);

#endif /* _GONET_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
