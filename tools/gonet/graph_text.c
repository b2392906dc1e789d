// SPDX-License-Identifier: GPL-2.0
/*
 * The network of processes drawn with characters: a tree along the outputs. It
 * begins at the processes that no other one sends to. A process to which several
 * ways lead is drawn where the first one comes to it, and named at the others.
 */
#include <inttypes.h>
#include <langinfo.h>
#include <stdio.h>
#include <string.h>

#include "graph.h"

#define INDENT_MAX	256
#define ALIKE_MAX	4	/* drawn of what may be many of one kind */

/**
 * struct art - the characters to draw with
 * @fork: before an output that others follow
 * @last: before the last output
 * @pass: beside what hangs on an output that others follow
 * @none: beside what hangs on the last one
 * @back: before the name of a process that is drawn elsewhere
 */
struct art {
	const char *fork;
	const char *last;
	const char *pass;
	const char *none;
	const char *back;
};

static const struct art utf8 = {
	"\u251c\u2500\u25b6 ", "\u2514\u2500\u25b6 ", "\u2502   ", "    ", "\u21b7 ",
};

static const struct art ascii = { "|-> ", "`-> ", "|   ", "    ", "^ " };

static const struct art *art;

static void print_proc(const struct proc *proc)
{
	printf("%s (%" PRIu64 " messages, %s, %s)", proc->name, proc->messages,
	       text_time(proc->busy), proc_state_name(proc->state));
}

static void print_edge(const struct graph *graph, const struct out *out)
{
	const struct chan *chan = chan_find(graph, out->to, out->to_input);

	printf("%s %" PRIu64, out->to_name, out->sent);
	if (chan && chan->len)
		printf(", %u of %u wait", chan->len, chan->depth);
	if (chan && chan->lost_full)
		printf(", %" PRIu64 " lost", chan->lost_full);
	printf(": ");
}

/* Return: the next output of @proc after @out (NULL: the first), or NULL. */
static const struct out *next_out(const struct graph *graph, const struct proc *proc,
				  const struct out *out)
{
	for (out = out ? out + 1 : graph->outs; out < graph->outs + graph->n_outs; out++)
		if (out->proc == proc->id && proc_find(graph, out->to))
			return out;
	return NULL;
}

/* How many outputs of @out's process come before it and lead to the same kind. */
static unsigned int alike_before(const struct graph *graph, const struct out *out)
{
	const struct proc *to = proc_find(graph, out->to);
	const struct out *other;
	unsigned int n = 0;

	for (other = graph->outs; other < out; other++) {
		const struct proc *other_to = proc_find(graph, other->to);

		if (other->proc == out->proc && other_to && !strcmp(other_to->kind, to->kind))
			n++;
	}
	return n;
}

/* Return: the next output to draw, counting those passed over in @skipped. */
static const struct out *next_drawn(const struct graph *graph, const struct proc *proc,
				    const struct out *out, unsigned int *skipped)
{
	do {
		out = next_out(graph, proc, out);
		if (!out || alike_before(graph, out) < ALIKE_MAX)
			return out;
		++*skipped;
	} while (true);
}

static void draw_outs(const struct graph *graph, const struct proc *proc, const char *indent);

static void draw_out(const struct graph *graph, const struct out *out, const char *indent,
		     bool last)
{
	struct proc *to = proc_find(graph, out->to);
	char deeper[INDENT_MAX];

	printf("%s%s", indent, last ? art->last : art->fork);
	print_edge(graph, out);
	if (to->drawn) {
		printf("%s%s\n", art->back, to->name);
		return;
	}
	to->drawn = true;
	print_proc(to);
	printf("\n");
	if (snprintf(deeper, sizeof(deeper), "%s%s", indent, last ? art->none : art->pass) <
	    (int)sizeof(deeper))
		draw_outs(graph, to, deeper);
}

static void draw_outs(const struct graph *graph, const struct proc *proc, const char *indent)
{
	unsigned int skipped = 0;
	const struct out *out, *next;

	for (out = next_drawn(graph, proc, NULL, &skipped); out; out = next) {
		next = next_drawn(graph, proc, out, &skipped);
		draw_out(graph, out, indent, !next && !skipped);
	}
	if (skipped)
		printf("%s%sand %u more\n", indent, art->last, skipped);
}

static bool is_sent_to(const struct graph *graph, const struct proc *proc)
{
	size_t i;

	for (i = 0; i < graph->n_outs; i++)
		if (graph->outs[i].to == proc->id && graph->outs[i].proc != proc->id)
			return true;
	return false;
}

static void draw_root(const struct graph *graph, struct proc *proc)
{
	const struct proc *parent = proc_find(graph, proc->parent);

	proc->drawn = true;
	print_proc(proc);
	if (parent)
		printf(", started by %s", parent->name);
	printf("\n");
	draw_outs(graph, proc, "");
}

static bool is_root(const struct graph *graph, const struct proc *proc)
{
	return !is_sent_to(graph, proc);
}

static bool is_left(const struct graph *graph, const struct proc *proc)
{
	return !proc->drawn;
}

/* Draws the processes that @wanted picks, the first of each kind, and counts the rest. */
static void draw_roots(const struct graph *graph,
		       bool (*wanted)(const struct graph *graph, const struct proc *proc))
{
	unsigned int alike;
	size_t i, j;

	for (i = 0; i < graph->n_procs; i++) {
		if (graph->procs[i].drawn || !wanted(graph, &graph->procs[i]))
			continue;
		alike = 0;
		for (j = i; j < graph->n_procs; j++) {
			if (graph->procs[j].drawn || !wanted(graph, &graph->procs[j]) ||
			    strcmp(graph->procs[j].kind, graph->procs[i].kind))
				continue;
			if (alike++ < ALIKE_MAX)
				draw_root(graph, &graph->procs[j]);
			else
				graph->procs[j].drawn = true;
		}
		if (alike > ALIKE_MAX)
			printf("and %u more of kind %s\n", alike - ALIKE_MAX,
			       graph->procs[i].kind);
	}
}

/**
 * graph_print_text() - draw the network
 * @graph: the network
 */
void graph_print_text(const struct graph *graph)
{
	art = strcmp(nl_langinfo(CODESET), "UTF-8") ? &ascii : &utf8;
	draw_roots(graph, is_root);
	/* what is left is sent to only from within a ring */
	draw_roots(graph, is_left);
}
