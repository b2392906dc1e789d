/* SPDX-License-Identifier: GPL-2.0 */
/* The running processes and channels, as proc, chan and graph see them. */
#ifndef GONET_GRAPH_H
#define GONET_GRAPH_H

#include "gonet.h"

/**
 * struct chan - an input channel of a process
 * @proc: the process's number
 * @input: number of the input
 * @len: messages that wait
 * @depth: most that may wait
 * @full: enum gonet_full
 * @closed: it takes no more
 * @deepest: most that ever waited
 * @queued: messages put into the queue
 * @handed: messages stepped on the spot by their sender
 * @lost_full: messages lost because there was no room
 * @lost_closed: messages lost because it was closed
 * @name: its name
 */
struct chan {
	uint32_t proc;
	uint32_t input;
	uint32_t len;
	uint32_t depth;
	uint8_t full;
	bool closed;
	uint32_t deepest;
	uint64_t queued;
	uint64_t handed;
	uint64_t lost_full;
	uint64_t lost_closed;
	char name[32];
};

/**
 * struct out - an output of a process
 * @proc: number of the process that sends
 * @to: number of the process that receives
 * @to_input: number of its input
 * @sent: messages given to it
 * @to_name: the input's name
 * @alike: how many outputs of the process before it lead to the same kind
 */
struct out {
	uint32_t proc;
	uint32_t to;
	uint32_t to_input;
	uint64_t sent;
	char to_name[32];
	uint32_t alike;
};

/**
 * struct proc - a process
 * @id: its number
 * @parent: number of the process that started it, or 0
 * @state: enum gonet_proc_state
 * @tid: its thread, or 0
 * @inputs: how many inputs it has
 * @messages: steps taken
 * @runs: times it went from idle to running
 * @wakeups: times its thread was woken
 * @busy: nanoseconds in its steps
 * @age: milliseconds since it started
 * @name: its name
 * @kind: its kind
 * @kind_no: number of its kind
 * @alike: how many of its kind come before it
 * @sent_to: another process has an output to it
 * @drawn: it has been drawn (graph_text.c)
 */
struct proc {
	uint32_t id;
	uint32_t parent;
	uint8_t state;
	uint32_t tid;
	uint32_t inputs;
	uint64_t messages;
	uint64_t runs;
	uint64_t wakeups;
	uint64_t busy;
	uint64_t age;
	char name[32];
	char kind[32];
	uint32_t kind_no;
	uint32_t alike;
	bool sent_to;
	bool drawn;
};

/**
 * struct graph - all processes, by number, with their channels and outputs
 * @procs: the processes
 * @chans: their inputs, in the same order
 * @outs: their outputs, in the same order
 * @n_procs: how many processes
 * @n_chans: how many inputs
 * @n_outs: how many outputs
 */
struct graph {
	struct proc *procs;
	struct chan *chans;
	struct out *outs;
	size_t n_procs;
	size_t n_chans;
	size_t n_outs;
};

/* proc.c */
enum status procs_load(struct graph *graph);
void graph_free(struct graph *graph);
void *grow(void *array, size_t n, size_t size);
struct proc *proc_find(const struct graph *graph, uint32_t id);
const char *proc_state_name(uint8_t state);
const char *text_time(uint64_t ns);
struct json_object *proc_json(const struct proc *proc);

/* chan.c */
enum status chans_load(struct graph *graph);
const struct chan *chan_find(const struct graph *graph, uint32_t proc, uint32_t input);
struct json_object *chan_json(const struct graph *graph, const struct chan *chan);

/* graph_dot.c */
void graph_print_dot(const struct graph *graph);

/* graph_text.c */
void graph_print_text(const struct graph *graph);

#endif /* GONET_GRAPH_H */
