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

/* Return: the first output of a process, or the place where it would be. */
static const struct out *first_out(const struct graph *graph, const struct proc *proc)
{
	size_t low = 0, high = graph->n_outs, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (graph->outs[middle].proc < proc->id)
			low = middle + 1;
		else
			high = middle;
	}
	return graph->outs + low;
}

/*
 * Return: the next output of @proc to draw after @out (NULL: the first), or NULL. Those
 * passed over are counted in @skipped, and what they lead to is not drawn elsewhere.
 */
static const struct out *next_drawn(const struct graph *graph, const struct proc *proc,
				    const struct out *out, unsigned int *skipped)
{
	const struct out *end = graph->outs + graph->n_outs;
	struct proc *to;

	for (out = out ? out + 1 : first_out(graph, proc); out < end && out->proc == proc->id;
	     out++) {
		to = proc_find(graph, out->to);
		if (to && (options.details || out->alike < ALIKE_MAX))
			return out;
		if (!to)
			continue;
		to->drawn = true;
		++*skipped;
	}
	return NULL;
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
	return !proc->sent_to;
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
			if (alike++ < ALIKE_MAX || options.details)
				draw_root(graph, &graph->procs[j]);
			else
				graph->procs[j].drawn = true;
		}
		if (alike > ALIKE_MAX && !options.details)
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
