// SPDX-License-Identifier: GPL-2.0
/*
 * The network of processes for Graphviz. Of a kind of which there are many, such as
 * the readers of sockets, the first few are drawn, and the others as one node: its
 * edges are theirs, added up.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "graph.h"

#define ALIKE_MAX	8	/* drawn of a kind, before the rest is one node */

/**
 * struct node - what a process is drawn as
 * @letter: 'p' for itself, 'k' for the rest of its kind
 * @number: the process's, or the kind's
 */
struct node {
	char letter;
	uint32_t number;
};

/**
 * struct edge - outputs between the same two nodes, to inputs of the same name
 * @from: from here
 * @to: to there
 * @name: the inputs' name; NULL for who started whom
 * @outs: how many there are
 * @sent: messages given to them
 * @len: messages that wait in their inputs
 * @lost: messages that those have lost
 */
struct edge {
	struct node from;
	struct node to;
	const char *name;
	unsigned int outs;
	uint64_t sent;
	uint64_t len;
	uint64_t lost;
};

/**
 * struct rest - edges from or to what stands for many processes
 * @edges: the edges
 * @n: how many
 */
struct rest {
	struct edge *edges;
	size_t n;
};

/* Prints @text as part of a quoted string. */
static void dot_print(const char *text)
{
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			putchar('\\');
		putchar(*text);
	}
}

static const char *dot_color(uint8_t state)
{
	switch (state) {
	case GONET_PROC_STATE_RUNNING:
		return "palegreen";
	case GONET_PROC_STATE_READY:
		return "khaki";
	case GONET_PROC_STATE_IDLE:
		return "white";
	default:
		return "gray95";
	}
}

static bool is_folded(const struct proc *proc)
{
	return !options.details && proc->alike >= ALIKE_MAX;
}

static struct node dot_node_of(const struct proc *proc)
{
	if (is_folded(proc))
		return (struct node) { 'k', proc->kind_no };
	return (struct node) { 'p', proc->id };
}

static void dot_node(const struct proc *proc)
{
	printf("\t\tp%u [label=\"", proc->id);
	dot_print(proc->name);
	printf("\\n%" PRIu64 " messages, %s\\n%s\" fillcolor=%s];\n", proc->messages,
	       text_time(proc->busy), proc_state_name(proc->state), dot_color(proc->state));
}

/* Processes of one kind share a box, and where they are many a node. */
static void dot_kind(const struct graph *graph, const struct proc *first)
{
	uint64_t messages = 0, busy = 0;
	unsigned int folded = 0;
	const struct proc *proc;

	printf("\tsubgraph \"cluster_");
	dot_print(first->kind);
	printf("\" {\n\t\tlabel=\"");
	dot_print(first->kind);
	printf("\";\n");
	for (proc = first; proc < graph->procs + graph->n_procs; proc++) {
		if (proc->kind_no != first->kind_no)
			continue;
		if (!is_folded(proc)) {
			dot_node(proc);
			continue;
		}
		folded++;
		messages += proc->messages;
		busy += proc->busy;
	}
	if (folded)
		printf("\t\tk%u [label=\"and %u more\\n%" PRIu64 " messages, %s\" peripheries=2 "
		       "fillcolor=white];\n", first->kind_no, folded, messages, text_time(busy));
	printf("\t}\n");
}

static void print_edge(const struct edge *edge)
{
	printf("\t%c%u -> %c%u [", edge->from.letter, edge->from.number, edge->to.letter,
	       edge->to.number);
	if (!edge->name) {
		printf("style=dotted arrowhead=open];\n");
		return;
	}
	printf("label=\"");
	dot_print(edge->name);
	if (edge->outs > 1)
		printf(" of %u", edge->outs);
	printf("\\n%" PRIu64 " sent", edge->sent);
}

static bool same_node(struct node a, struct node b)
{
	return a.letter == b.letter && a.number == b.number;
}

static bool same_name(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

/* Adds an edge to those of the same nodes and name. */
static void rest_add(struct rest *rest, const struct edge *edge)
{
	struct edge *other;

	for (other = rest->edges; other < rest->edges + rest->n; other++) {
		if (!same_node(edge->from, other->from) || !same_node(edge->to, other->to) ||
		    !same_name(edge->name, other->name))
			continue;
		other->outs += edge->outs;
		other->sent += edge->sent;
		other->len += edge->len;
		other->lost += edge->lost;
		return;
	}
	rest->edges = grow(rest->edges, rest->n, sizeof(*edge));
	rest->edges[rest->n++] = *edge;
}

static void dot_edge(const struct graph *graph, const struct out *out, struct rest *rest)
{
	const struct chan *chan = chan_find(graph, out->to, out->to_input);
	const struct proc *from = proc_find(graph, out->proc), *to = proc_find(graph, out->to);
	struct edge edge = {
		.name = out->to_name,
		.outs = 1,
		.sent = out->sent,
		.len = chan ? chan->len : 0,
		.lost = chan ? chan->lost_full : 0,
	};

	/* it may have started or ended since the processes were listed */
	if (!from || !to)
		return;
	edge.from = dot_node_of(from);
	edge.to = dot_node_of(to);
	if (is_folded(from) || is_folded(to)) {
		rest_add(rest, &edge);
		return;
	}
	print_edge(&edge);
	if (chan)
		printf("\\n%u/%u wait", chan->len, chan->depth);
	printf("\"%s];\n", edge.lost ? " color=red" : "");
}

/* Who started a process that nobody has an output to is shown by a dotted line. */
static void dot_parent(const struct graph *graph, const struct proc *proc, struct rest *rest)
{
	const struct proc *parent = proc_find(graph, proc->parent);
	struct edge edge = { .outs = 1 };

	if (!parent || proc->sent_to)
		return;
	edge.from = dot_node_of(parent);
	edge.to = dot_node_of(proc);
	rest_add(rest, &edge);
}

static void dot_rest(const struct rest *rest)
{
	size_t i;

	for (i = 0; i < rest->n; i++) {
		const struct edge *edge = &rest->edges[i];

		print_edge(edge);
		if (edge->name)
			printf("\\n%" PRIu64 " wait\"%s];\n", edge->len,
			       edge->lost ? " color=red" : "");
	}
}

/**
 * graph_print_dot() - draw the network for Graphviz
 * @graph: the network, related
 */
void graph_print_dot(const struct graph *graph)
{
	struct rest rest = {};
	size_t i;

	printf("digraph gonet {\n\trankdir=LR;\n"
	       "\tgraph [fontname=\"sans-serif\" color=gray fontcolor=gray40];\n"
	       "\tnode [fontname=\"sans-serif\" shape=box style=\"rounded,filled\"];\n"
	       "\tedge [fontname=\"sans-serif\" fontsize=10];\n");
	for (i = 0; i < graph->n_procs; i++)
		if (!graph->procs[i].alike)
			dot_kind(graph, &graph->procs[i]);
	for (i = 0; i < graph->n_outs; i++)
		dot_edge(graph, &graph->outs[i], &rest);
	for (i = 0; i < graph->n_procs; i++)
		dot_parent(graph, &graph->procs[i], &rest);
	dot_rest(&rest);
	free(rest.edges);
	printf("}\n");
}
