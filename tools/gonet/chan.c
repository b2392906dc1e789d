// SPDX-License-Identifier: GPL-2.0
/* gonet chan: the input channels of processes. */
#include <fnmatch.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "graph.h"

static const char usage[] =
	"Usage: gonet chan [ show ] [ [ proc ] PATTERN ]\n"
	"PATTERN is a process's number, or matches its name.\n";

static enum status chan_collect(const struct nlattr *const tb[], void *arg)
{
	struct graph *graph = arg;
	struct chan *chan;

	graph->chans = grow(graph->chans, graph->n_chans, sizeof(*chan));
	chan = &graph->chans[graph->n_chans++];
	memset(chan, 0, sizeof(*chan));
	chan->proc = attr_number(tb[GONET_A_CHAN_PROC]);
	chan->input = attr_number(tb[GONET_A_CHAN_INPUT]);
	chan->len = attr_number(tb[GONET_A_CHAN_LEN]);
	chan->depth = attr_number(tb[GONET_A_CHAN_DEPTH]);
	chan->full = attr_number(tb[GONET_A_CHAN_FULL]);
	chan->closed = tb[GONET_A_CHAN_CLOSED];
	chan->deepest = attr_number(tb[GONET_A_CHAN_DEEPEST]);
	chan->queued = attr_number(tb[GONET_A_CHAN_QUEUED]);
	chan->handed = attr_number(tb[GONET_A_CHAN_HANDED]);
	chan->lost_full = attr_number(tb[GONET_A_CHAN_LOST_FULL]);
	chan->lost_closed = attr_number(tb[GONET_A_CHAN_LOST_CLOSED]);
	snprintf(chan->name, sizeof(chan->name), "%s", attr_string(tb[GONET_A_CHAN_NAME]));
	return OK;
}

/**
 * chans_load() - learn of all channels
 * @graph: where to put them; they come by process and input
 *
 * Return: OK, or a status whose reason has been printed.
 */
enum status chans_load(struct graph *graph)
{
	return nl_dump(GONET_CMD_CHAN_GET, GONET_A_CHAN_MAX, chan_collect, graph);
}

static int chan_compare(const void *key, const void *element)
{
	const struct chan *a = key, *b = element;

	if (a->proc != b->proc)
		return a->proc < b->proc ? -1 : 1;
	return a->input < b->input ? -1 : a->input > b->input;
}

/**
 * chan_find() - find a channel
 * @graph: the channels
 * @proc: number of the process whose input it is
 * @input: number of the input
 *
 * Return: the channel, or NULL.
 */
const struct chan *chan_find(const struct graph *graph, uint32_t proc, uint32_t input)
{
	const struct chan key = { .proc = proc, .input = input };

	if (!graph->n_chans)
		return NULL;
	return bsearch(&key, graph->chans, graph->n_chans, sizeof(key), chan_compare);
}

static const char *chan_full(const struct chan *chan)
{
	return chan->full == GONET_FULL_BLOCK ? "block" : "drop";
}

static const char *chan_proc_name(const struct graph *graph, const struct chan *chan)
{
	const struct proc *proc = proc_find(graph, chan->proc);

	return proc ? proc->name : "?";
}

/**
 * chan_json() - a channel in JSON
 * @graph: processes
 * @chan: the channel
 *
 * Return: the object.
 */
struct json_object *chan_json(const struct graph *graph, const struct chan *chan)
{
	struct json_object *object = json_object_new_object();

	json_num(object, "proc", chan->proc);
	json_str(object, "proc_name", chan_proc_name(graph, chan));
	json_num(object, "input", chan->input);
	json_str(object, "name", chan->name);
	json_num(object, "len", chan->len);
	json_num(object, "depth", chan->depth);
	json_str(object, "full", chan_full(chan));
	json_yes(object, "closed", chan->closed);
	json_num(object, "deepest", chan->deepest);
	json_num(object, "queued", chan->queued);
	json_num(object, "handed", chan->handed);
	json_num(object, "lost_full", chan->lost_full);
	json_num(object, "lost_closed", chan->lost_closed);
	return object;
}

static void chan_print(const struct graph *graph, const struct chan *chan)
{
	printf("%6u %5u %6u/%-6u %-6s %7u %10" PRIu64 " %10" PRIu64 " %9" PRIu64 " %9" PRIu64
	       " %-10s %s\n",
	       chan->proc, chan->input, chan->len, chan->depth,
	       chan->closed ? "closed" : chan_full(chan), chan->deepest, chan->queued,
	       chan->handed, chan->lost_full, chan->lost_closed, chan->name,
	       chan_proc_name(graph, chan));
}

static bool chan_wanted(const struct graph *graph, const struct chan *chan, const char *pattern)
{
	char number[16];

	if (!pattern)
		return true;
	snprintf(number, sizeof(number), "%u", chan->proc);
	return !strcmp(pattern, number) || !fnmatch(pattern, chan_proc_name(graph, chan), 0);
}

static enum status chan_show(const char *pattern)
{
	struct json_object *array = NULL;
	struct graph graph = {};
	enum status status;
	size_t i;

	status = procs_load(&graph);
	if (status == OK)
		status = chans_load(&graph);
	if (status == OK && options.json)
		array = json_object_new_array();
	else if (status == OK)
		printf("%6s %5s %6s/%-6s %-6s %7s %10s %10s %9s %9s %-10s %s\n", "PROC", "INPUT",
		       "LEN", "DEPTH", "POLICY", "DEEPEST", "QUEUED", "HANDED", "FULL",
		       "CLOSED", "NAME", "PROCESS");
	for (i = 0; i < graph.n_chans; i++) {
		if (!chan_wanted(&graph, &graph.chans[i], pattern))
			continue;
		if (array)
			json_object_array_add(array, chan_json(&graph, &graph.chans[i]));
		else
			chan_print(&graph, &graph.chans[i]);
	}
	if (array)
		json_print(array);
	graph_free(&graph);
	return status;
}

/**
 * do_chan() - the object "chan"
 * @args: what follows it
 *
 * Return: the exit status.
 */
enum status do_chan(struct args *args)
{
	const char *word = peek(args);

	if (word && !strcmp(word, "help"))
		return help(usage);
	if (word && (matches(word, "show") || matches(word, "list")))
		shift(args);
	word = shift(args);
	if (word && !strcmp(word, "proc") && value(args, &word))
		return USAGE;
	if (peek(args))
		return duplicate("proc", peek(args));
	return chan_show(word);
}
