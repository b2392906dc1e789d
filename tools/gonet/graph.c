// SPDX-License-Identifier: GPL-2.0
/* gonet graph: the running processes and channels as a drawing. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "graph.h"

static const char usage[] =
	"Usage: gonet graph [ dot | text ]\n"
	"dot is for Graphviz: gonet graph | dot -Tsvg >gonet.svg\n"
	"Of many of a kind the first are drawn, with -d all.\n";

static enum status out_collect(const struct nlattr *const tb[], void *arg)
{
	struct graph *graph = arg;
	struct out *out;

	graph->outs = grow(graph->outs, graph->n_outs, sizeof(*out));
	out = &graph->outs[graph->n_outs++];
	memset(out, 0, sizeof(*out));
	out->proc = attr_number(tb[GONET_A_OUT_PROC]);
	out->to = attr_number(tb[GONET_A_OUT_TO]);
	out->to_input = attr_number(tb[GONET_A_OUT_TO_INPUT]);
	out->sent = attr_number(tb[GONET_A_OUT_SENT]);
	snprintf(out->to_name, sizeof(out->to_name), "%s", attr_string(tb[GONET_A_OUT_TO_NAME]));
	return OK;
}

static enum status graph_load(struct graph *graph)
{
	enum status status = procs_load(graph);

	if (status == OK)
		status = chans_load(graph);
	if (status == OK)
		status = nl_dump(GONET_CMD_OUT_GET, GONET_A_OUT_MAX, out_collect, graph);
	return status;
}

/*
 * Finds out which processes are of one kind, and which outputs of a process lead to
 * one kind. There may be ten thousands of either, but the kinds are few.
 */
static void graph_relate(struct graph *graph)
{
	uint32_t *procs = NULL, *outs = NULL;
	struct proc *proc, *to;
	const char **kinds = NULL;
	size_t i, kind, n = 0;

	for (i = 0; i < graph->n_procs; i++) {
		proc = &graph->procs[i];
		for (kind = 0; kind < n && strcmp(kinds[kind], proc->kind); kind++)
			;
		if (kind == n) {
			kinds = grow(kinds, n, sizeof(*kinds));
			procs = grow(procs, n, sizeof(*procs));
			outs = grow(outs, n, sizeof(*outs));
			procs[n] = 0;
			kinds[n++] = proc->kind;
		}
		proc->kind_no = kind;
		proc->alike = procs[kind]++;
	}
	for (i = 0; i < graph->n_outs; i++) {
		if (!i || graph->outs[i].proc != graph->outs[i - 1].proc)
			memset(outs, 0, n * sizeof(*outs));
		to = proc_find(graph, graph->outs[i].to);
		if (!to)
			continue;
		if (graph->outs[i].proc != to->id)
			to->sent_to = true;
		graph->outs[i].alike = outs[to->kind_no]++;
	}
	free(kinds);
	free(procs);
	free(outs);
}

static void graph_print_json(const struct graph *graph)
{
	struct json_object *object = json_object_new_object(), *edge;
	struct json_object *procs = json_object_new_array();
	struct json_object *chans = json_object_new_array();
	struct json_object *edges = json_object_new_array();
	size_t i;

	for (i = 0; i < graph->n_procs; i++)
		json_object_array_add(procs, proc_json(&graph->procs[i]));
	for (i = 0; i < graph->n_chans; i++)
		json_object_array_add(chans, chan_json(graph, &graph->chans[i]));
	for (i = 0; i < graph->n_outs; i++) {
		edge = json_object_new_object();
		json_num(edge, "from", graph->outs[i].proc);
		json_num(edge, "to", graph->outs[i].to);
		json_num(edge, "input", graph->outs[i].to_input);
		json_str(edge, "name", graph->outs[i].to_name);
		json_num(edge, "sent", graph->outs[i].sent);
		json_object_array_add(edges, edge);
	}
	json_object_object_add(object, "processes", procs);
	json_object_object_add(object, "channels", chans);
	json_object_object_add(object, "edges", edges);
	json_print(object);
}

/**
 * do_graph() - the object "graph"
 * @args: what follows it
 *
 * Return: the exit status.
 */
enum status do_graph(struct args *args)
{
	const char *word = shift(args);
	struct graph graph = {};
	enum status status;

	if (word && matches(word, "help"))
		return help(usage);
	if (word && !matches(word, "dot") && !matches(word, "text"))
		return invalid("\"dot\" or \"text\" expected", word);
	if (peek(args))
		return duplicate(word, peek(args));
	status = graph_load(&graph);
	if (status == OK)
		graph_relate(&graph);
	if (status == OK && options.json)
		graph_print_json(&graph);
	else if (status == OK && word && matches(word, "text"))
		graph_print_text(&graph);
	else if (status == OK)
		graph_print_dot(&graph);
	graph_free(&graph);
	return status;
}
