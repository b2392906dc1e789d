// SPDX-License-Identifier: GPL-2.0
/* gonet stat: counters. */
#include <fnmatch.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gonet.h"

static const char usage[] =
	"Usage: gonet stat [ show ] [ PATTERN ]...\n"
	"Those that are 0 are shown with -s.\n";

/**
 * struct stat_list - counters being listed
 * @patterns: names that are meant, or none for all
 * @events: counters of events, in JSON
 * @drops: counters of drops, in JSON
 * @texts: what their names mean, in JSON
 * @in_drops: a drop has been printed
 */
struct stat_list {
	struct args *patterns;
	struct json_object *events;
	struct json_object *drops;
	struct json_object *texts;
	bool in_drops;
};

static bool stat_wanted(const struct stat_list *list, const char *name, uint64_t value)
{
	int i;

	if (!value && !options.stats)
		return false;
	for (i = 0; i < list->patterns->argc; i++)
		if (!fnmatch(list->patterns->argv[i], name, FNM_CASEFOLD))
			return true;
	return !list->patterns->argc;
}

static void stat_print(struct stat_list *list, const char *name, const char *text,
		       uint64_t value, bool drop)
{
	if (!drop) {
		printf("%-32s%-16" PRIu64 "\n", name, value);
		return;
	}
	if (!list->in_drops)
		printf("#drops\n");
	list->in_drops = true;
	printf("%-32s%-16" PRIu64 "%s\n", name, value, text);
}

static enum status stat_list_one(const struct nlattr *const tb[], void *arg)
{
	uint64_t value = attr_number(tb[GONET_A_STAT_VALUE]);
	const char *name = attr_string(tb[GONET_A_STAT_NAME]);
	const char *text = attr_string(tb[GONET_A_STAT_TEXT]);
	struct stat_list *list = arg;

	if (!stat_wanted(list, name, value))
		return OK;
	if (!options.json) {
		stat_print(list, name, text, value, tb[GONET_A_STAT_DROP]);
	} else if (tb[GONET_A_STAT_DROP]) {
		json_num(list->drops, name, value);
		json_str(list->texts, name, text);
	} else {
		json_num(list->events, name, value);
	}
	return OK;
}

static enum status stat_show(struct args *args)
{
	struct json_object *object = json_object_new_object();
	struct stat_list list = {
		.patterns = args,
		.events = json_object_new_object(),
		.drops = json_object_new_object(),
		.texts = json_object_new_object(),
	};
	enum status status;

	json_object_object_add(object, "counters", list.events);
	json_object_object_add(object, "drops", list.drops);
	json_object_object_add(object, "texts", list.texts);
	if (!options.json)
		printf("#gonet\n");
	status = nl_dump(GONET_CMD_STAT_GET, GONET_A_STAT_MAX, stat_list_one, &list);
	if (!options.details)
		json_object_object_del(object, "texts");
	if (status == OK && options.json)
		json_print(object);
	else
		json_object_put(object);
	return status;
}

/**
 * do_stat() - the object "stat"
 * @args: what follows it
 *
 * Return: the exit status.
 */
enum status do_stat(struct args *args)
{
	const char *word = peek(args);

	if (word && !strcmp(word, "help"))
		return help(usage);
	if (word && (matches(word, "show") || matches(word, "list")))
		shift(args);
	return stat_show(args);
}
