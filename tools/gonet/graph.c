// SPDX-License-Identifier: GPL-2.0
/* gonet graph: the running processes and channels as a drawing. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "graph.h"

static const char usage[] =
	"Usage: gonet graph [ dot | text ]\n"
	"dot is for Graphviz: gonet graph | dot -Tsvg >gonet.svg\n";

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

static void dot_node(const struct proc *proc)
{
	printf("\t\tp%u [label=\"", proc->id);
	dot_print(proc->name);
	printf("\\n%" PRIu64 " messages, %s\\n%s\" fillcolor=%s];\n", proc->messages,
	       text_time(proc->busy), proc_state_name(proc->state), dot_color(proc->state));
}

static bool kind_is_first(const struct graph *graph, size_t at)
{
	size_t i;

	for (i = 0; i < at; i++)
		if (!strcmp(graph->procs[i].kind, graph->procs[at].kind))
			return false;
	return true;
}

/* Processes of one kind share a box. */
static void dot_kinds(const struct graph *graph)
{
	size_t i, j;

	for (i = 0; i < graph->n_procs; i++) {
		if (!kind_is_first(graph, i))
			continue;
		printf("\tsubgraph \"cluster_");
		dot_print(graph->procs[i].kind);
		printf("\" {\n\t\tlabel=\"");
		dot_print(graph->procs[i].kind);
		printf("\";\n");
		for (j = i; j < graph->n_procs; j++)
			if (!strcmp(graph->procs[i].kind, graph->procs[j].kind))
				dot_node(&graph->procs[j]);
		printf("\t}\n");
	}
}

static void dot_edge(const struct graph *graph, const struct out *out)
{
	const struct chan *chan = chan_find(graph, out->to, out->to_input);

	/* it may have started or ended since the processes were listed */
	if (!proc_find(graph, out->proc) || !proc_find(graph, out->to))
		return;
	printf("\tp%u -> p%u [label=\"", out->proc, out->to);
	dot_print(out->to_name);
	printf("\\n%" PRIu64 " sent", out->sent);
	if (chan)
		printf("\\n%u/%u wait", chan->len, chan->depth);
	printf("\"%s];\n", chan && chan->lost_full ? " color=red" : "");
}

/* Who started a process that nobody has an output to is shown by a dotted line. */
static void dot_parent(const struct graph *graph, const struct proc *proc)
{
	size_t i;

	if (!proc_find(graph, proc->parent))
		return;
	for (i = 0; i < graph->n_outs; i++)
		if (graph->outs[i].to == proc->id)
			return;
	printf("\tp%u -> p%u [style=dotted arrowhead=open];\n", proc->parent, proc->id);
}

static void graph_print_dot(const struct graph *graph)
{
	size_t i;

	printf("digraph gonet {\n\trankdir=LR;\n"
	       "\tgraph [fontname=\"sans-serif\" color=gray fontcolor=gray40];\n"
	       "\tnode [fontname=\"sans-serif\" shape=box style=\"rounded,filled\"];\n"
	       "\tedge [fontname=\"sans-serif\" fontsize=10];\n");
	dot_kinds(graph);
	for (i = 0; i < graph->n_outs; i++)
		dot_edge(graph, &graph->outs[i]);
	for (i = 0; i < graph->n_procs; i++)
		dot_parent(graph, &graph->procs[i]);
	printf("}\n");
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
	if (status == OK && options.json)
		graph_print_json(&graph);
	else if (status == OK && word && matches(word, "text"))
		graph_print_text(&graph);
	else if (status == OK)
		graph_print_dot(&graph);
	graph_free(&graph);
	return status;
}
