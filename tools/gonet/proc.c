// SPDX-License-Identifier: GPL-2.0
/* gonet proc: processes, and the threads that they run on. */
#include <fnmatch.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "graph.h"

static const char usage[] =
	"Usage: gonet proc [ show ] [ [ id ] NUMBER | [ name ] PATTERN | kind KIND | state STATE ]...\n"
	"       gonet proc pool\n"
	"STATE := { idle | idle-no-thread | ready | running | ended }\n";

/**
 * struct proc_filter - which processes are meant
 * @id: the one of this number, or 0
 * @name: those whose names match this pattern, or NULL
 * @kind: those of this kind, or NULL
 * @state: those in this state, or NULL
 */
struct proc_filter {
	uint32_t id;
	const char *name;
	const char *kind;
	const char *state;
};

/**
 * grow() - make room for one more element of an array
 * @array: the array, or NULL
 * @n: how many elements there are
 * @size: bytes of each
 *
 * Return: the array, with at least @n + 1 elements.
 */
void *grow(void *array, size_t n, size_t size)
{
	if (n & (n - 1))
		return array;
	array = realloc(array, (n ? 2 * n : 1) * size);
	if (!array)
		abort();
	return array;
}

/**
 * graph_free() - free processes, channels and outputs
 * @graph: what has been loaded
 */
void graph_free(struct graph *graph)
{
	free(graph->procs);
	free(graph->chans);
	free(graph->outs);
	memset(graph, 0, sizeof(*graph));
}

/**
 * proc_find() - find a process
 * @graph: the processes
 * @id: its number
 *
 * Return: the process, or NULL.
 */
struct proc *proc_find(const struct graph *graph, uint32_t id)
{
	size_t low = 0, high = graph->n_procs;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (graph->procs[middle].id == id)
			return &graph->procs[middle];
		if (graph->procs[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/**
 * proc_state_name() - the name of a state
 * @state: enum gonet_proc_state
 *
 * Return: the name.
 */
const char *proc_state_name(uint8_t state)
{
	static const char *const names[] = {
		[GONET_PROC_STATE_IDLE_NO_THREAD] = "idle-no-thread",
		[GONET_PROC_STATE_IDLE] = "idle",
		[GONET_PROC_STATE_READY] = "ready",
		[GONET_PROC_STATE_RUNNING] = "running",
		[GONET_PROC_STATE_ENDED] = "ended",
	};

	return state < ARRAY_SIZE(names) ? names[state] : "?";
}

/**
 * text_time() - a time as text, short
 * @ns: nanoseconds
 *
 * Return: the text, until the fourth call from now.
 */
const char *text_time(uint64_t ns)
{
	static char buffers[4][32];
	static unsigned int next;
	char *buffer = buffers[next++ % ARRAY_SIZE(buffers)];
	uint64_t s = ns / 1000000000;

	if (ns < 1000)
		snprintf(buffer, sizeof(buffers[0]), "%" PRIu64 "ns", ns);
	else if (ns < 1000000)
		snprintf(buffer, sizeof(buffers[0]), "%.1fus", ns / 1e3);
	else if (s < 1)
		snprintf(buffer, sizeof(buffers[0]), "%.1fms", ns / 1e6);
	else if (s < 60)
		snprintf(buffer, sizeof(buffers[0]), "%.1fs", ns / 1e9);
	else if (s < 3600)
		snprintf(buffer, sizeof(buffers[0]), "%" PRIu64 "m%02" PRIu64 "s", s / 60, s % 60);
	else
		snprintf(buffer, sizeof(buffers[0]), "%" PRIu64 "h%02" PRIu64 "m", s / 3600,
			 s / 60 % 60);
	return buffer;
}

static enum status proc_collect(const struct nlattr *const tb[], void *arg)
{
	struct graph *graph = arg;
	struct proc *proc;

	graph->procs = grow(graph->procs, graph->n_procs, sizeof(*proc));
	proc = &graph->procs[graph->n_procs++];
	memset(proc, 0, sizeof(*proc));
	proc->id = attr_number(tb[GONET_A_PROC_ID]);
	proc->parent = attr_number(tb[GONET_A_PROC_PARENT]);
	proc->state = attr_number(tb[GONET_A_PROC_STATE]);
	proc->tid = attr_number(tb[GONET_A_PROC_TID]);
	proc->inputs = attr_number(tb[GONET_A_PROC_INPUTS]);
	proc->messages = attr_number(tb[GONET_A_PROC_MESSAGES]);
	proc->runs = attr_number(tb[GONET_A_PROC_RUNS]);
	proc->wakeups = attr_number(tb[GONET_A_PROC_WAKEUPS]);
	proc->busy = attr_number(tb[GONET_A_PROC_BUSY]);
	proc->age = attr_number(tb[GONET_A_PROC_AGE]);
	snprintf(proc->name, sizeof(proc->name), "%s", attr_string(tb[GONET_A_PROC_NAME]));
	snprintf(proc->kind, sizeof(proc->kind), "%s", attr_string(tb[GONET_A_PROC_KIND]));
	return OK;
}

/**
 * procs_load() - learn of all processes
 * @graph: where to put them; they come by number
 *
 * Return: OK, or a status whose reason has been printed.
 */
enum status procs_load(struct graph *graph)
{
	return nl_dump(GONET_CMD_PROC_GET, GONET_A_PROC_MAX, proc_collect, graph);
}

/**
 * proc_json() - a process in JSON
 * @proc: the process
 *
 * Return: the object.
 */
struct json_object *proc_json(const struct proc *proc)
{
	struct json_object *object = json_object_new_object();

	json_num(object, "id", proc->id);
	json_num(object, "parent", proc->parent);
	json_str(object, "name", proc->name);
	json_str(object, "kind", proc->kind);
	json_str(object, "state", proc_state_name(proc->state));
	json_num(object, "tid", proc->tid);
	json_num(object, "inputs", proc->inputs);
	json_num(object, "messages", proc->messages);
	json_num(object, "runs", proc->runs);
	json_num(object, "wakeups", proc->wakeups);
	json_num(object, "busy_ns", proc->busy);
	json_num(object, "age_ms", proc->age);
	return object;
}

static void proc_print(const struct proc *proc)
{
	char tid[16] = "-";

	if (proc->tid)
		snprintf(tid, sizeof(tid), "%u", proc->tid);
	printf("%6u %6u %7s %-14s %10" PRIu64 " %10" PRIu64 " %10" PRIu64 " %8s %8s %-14s %s\n",
	       proc->id, proc->parent, tid, proc_state_name(proc->state), proc->messages,
	       proc->runs, proc->wakeups, text_time(proc->busy), text_time(proc->age * 1000000),
	       proc->kind, proc->name);
}

static bool proc_wanted(const struct proc *proc, const struct proc_filter *filter)
{
	return (!filter->id || proc->id == filter->id) &&
	       (!filter->name || !fnmatch(filter->name, proc->name, 0)) &&
	       (!filter->kind || !strcmp(filter->kind, proc->kind)) &&
	       (!filter->state || !strcmp(filter->state, proc_state_name(proc->state)));
}

static enum status proc_parse_id(const char *word, struct proc_filter *filter)
{
	char *end;
	unsigned long id = strtoul(word, &end, 10);

	if (*end || !id || id > UINT32_MAX)
		return invalid("number of a process expected", word);
	filter->id = id;
	return OK;
}

static enum status proc_filter_parse(struct args *args, struct proc_filter *filter)
{
	const char *word;

	while ((word = shift(args))) {
		if (!strcmp(word, "id")) {
			if (value(args, &word) || proc_parse_id(word, filter))
				return USAGE;
		} else if (!strcmp(word, "name")) {
			if (value_once(args, "name", &filter->name))
				return USAGE;
		} else if (!strcmp(word, "kind")) {
			if (value_once(args, "kind", &filter->kind))
				return USAGE;
		} else if (!strcmp(word, "state")) {
			if (value_once(args, "state", &filter->state))
				return USAGE;
		} else if (*word >= '0' && *word <= '9') {
			if (proc_parse_id(word, filter))
				return USAGE;
		} else if (!filter->name) {
			filter->name = word;
		} else {
			return duplicate("name", word);
		}
	}
	return OK;
}

static enum status proc_show(struct args *args)
{
	struct json_object *array = NULL;
	struct proc_filter filter = {};
	struct graph graph = {};
	enum status status;
	size_t i;

	status = proc_filter_parse(args, &filter);
	if (status == OK)
		status = procs_load(&graph);
	if (status == OK && options.json)
		array = json_object_new_array();
	else if (status == OK)
		printf("%6s %6s %7s %-14s %10s %10s %10s %8s %8s %-14s %s\n", "ID", "PARENT",
		       "TID", "STATE", "MESSAGES", "RUNS", "WAKEUPS", "BUSY", "AGE", "KIND",
		       "NAME");
	for (i = 0; i < graph.n_procs; i++) {
		if (!proc_wanted(&graph.procs[i], &filter))
			continue;
		if (array)
			json_object_array_add(array, proc_json(&graph.procs[i]));
		else
			proc_print(&graph.procs[i]);
	}
	if (array)
		json_print(array);
	graph_free(&graph);
	return status;
}

static enum status pool_print(const struct nlattr *const tb[], void *arg)
{
	uint64_t threads = attr_number(tb[GONET_A_POOL_THREADS]);
	uint64_t idle = attr_number(tb[GONET_A_POOL_IDLE]);
	uint64_t waiting = attr_number(tb[GONET_A_POOL_WAITING]);
	uint64_t limit = attr_number(tb[GONET_A_POOL_LIMIT]);
	uint64_t started = attr_number(tb[GONET_A_POOL_STARTED]);
	uint64_t procs = attr_number(tb[GONET_A_POOL_PROCS]);
	struct json_object *object;

	if (!options.json) {
		printf("threads %" PRIu64 " idle %" PRIu64 " limit %" PRIu64 " started %" PRIu64
		       " processes %" PRIu64 " waiting %" PRIu64 "\n",
		       threads, idle, limit, started, procs, waiting);
		return OK;
	}
	object = json_object_new_object();
	json_num(object, "threads", threads);
	json_num(object, "idle", idle);
	json_num(object, "limit", limit);
	json_num(object, "started", started);
	json_num(object, "processes", procs);
	json_num(object, "waiting", waiting);
	json_print(object);
	return OK;
}

/**
 * do_proc() - the object "proc"
 * @args: what follows it
 *
 * Return: the exit status.
 */
enum status do_proc(struct args *args)
{
	const char *word = peek(args);

	if (word && !strcmp(word, "help"))
		return help(usage);
	if (word && !strcmp(word, "pool"))
		return nl_get(nl_begin(GONET_CMD_POOL_GET, 0), GONET_A_POOL_MAX, pool_print, NULL);
	if (word && (matches(word, "show") || matches(word, "list")))
		shift(args);
	return proc_show(args);
}
