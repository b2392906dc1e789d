/* SPDX-License-Identifier: GPL-2.0 */
/* Tracepoints of the runtime: the life of processes and of their threads. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM csp

#if !defined(_CSP_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _CSP_TRACE_H

#include <linux/tracepoint.h>

#include <csp/proc.h>

TRACE_EVENT(csp_proc_start,
	TP_PROTO(const struct csp_proc *proc, int err),
	TP_ARGS(proc, err),
	TP_STRUCT__entry(
		__array(char, name, CSP_NAME_MAX)
		__field(u32, id)
		__field(u32, parent)
		__field(int, err)
	),
	TP_fast_assign(
		memcpy(__entry->name, proc->name, CSP_NAME_MAX);
		__entry->id = proc->id;
		__entry->parent = proc->parent;
		__entry->err = err;
	),
	TP_printk("id=%u name=%s parent=%u err=%d",
		  __entry->id, __entry->name, __entry->parent, __entry->err)
);

TRACE_EVENT(csp_proc_end,
	TP_PROTO(const struct csp_proc *proc),
	TP_ARGS(proc),
	TP_STRUCT__entry(
		__array(char, name, CSP_NAME_MAX)
		__field(u32, id)
		__field(unsigned long, messages)
	),
	TP_fast_assign(
		memcpy(__entry->name, proc->name, CSP_NAME_MAX);
		__entry->id = proc->id;
		__entry->messages = proc->stats.messages;
	),
	TP_printk("id=%u name=%s messages=%lu",
		  __entry->id, __entry->name, __entry->messages)
);

TRACE_EVENT(csp_thread,
	TP_PROTO(const struct csp_proc *proc, bool attached),
	TP_ARGS(proc, attached),
	TP_STRUCT__entry(
		__array(char, name, CSP_NAME_MAX)
		__field(u32, id)
		__field(bool, attached)
	),
	TP_fast_assign(
		memcpy(__entry->name, proc->name, CSP_NAME_MAX);
		__entry->id = proc->id;
		__entry->attached = attached;
	),
	TP_printk("id=%u name=%s %s", __entry->id, __entry->name,
		  __entry->attached ? "attached" : "given back")
);

#endif /* _CSP_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
