// SPDX-License-Identifier: GPL-2.0
/*
 * Any words as the command line of `gonet`, and any lines as a batch of it: the whole
 * command but for the kernel (cli/kernel.c) and the machine (cli/world.c). Every request is
 * one that the module's policies let pass; the exit status is one of those that there are;
 * JSON is JSON; no memory is lost and nothing stays open.
 *
 * The input: two bytes for the mood of the kernel, the words, each on a line, and after an
 * empty line the batch.
 */
#include <json-c/json.h>

#include "fuzz_input.h"

#include "cli/kernel.h"
#include "cli/world.h"
#include "tools/gonet/gonet.h"

#define WORDS_MAX	64

static FILE *nowhere;

static struct mood read_mood(const uint8_t *data)
{
	static const int errors[] = { 0, 0, 0, 0, 1, 2, 17, 105 };

	return (struct mood){
		.errnum = errors[data[0] & 7],
		.after = data[1] & 7,
		.interrupted = data[0] & 8,
		.events = data[1] >> 3 & 15,
	};
}

/* Splits @text, in place, up to an empty line. Return: where the rest begins. */
static char *read_words(char *text, char *end, char **argv, int *argc)
{
	char *line_end;

	for (; text < end && *argc < WORDS_MAX; text = line_end + 1) {
		line_end = memchr(text, '\n', (size_t)(end - text));
		if (!line_end)
			line_end = end;
		*line_end = 0;
		if (text == line_end)
			return line_end + 1;
		argv[(*argc)++] = text;
	}
	return text;
}

/* Whether it is documents of JSON, one after the other. */
static bool is_json(const char *text, size_t len)
{
	struct json_tokener *tokener = json_tokener_new();
	struct json_object *object;
	bool good = true;
	size_t at = 0;

	while (good && at < len) {
		object = json_tokener_parse_ex(tokener, text + at, (int)(len - at));
		at += json_tokener_get_parse_end(tokener);
		good = json_tokener_get_error(tokener) == json_tokener_success;
		json_object_put(object);
		at += strspn(text + at, "\n");
	}
	json_tokener_free(tokener);
	return good;
}

/* As the shell calls it; what it prints is in *@text. Return: the exit status. */
static int run(int argc, char **argv, char **text, size_t *len)
{
	FILE *out = open_memstream(text, len), *was_out = stdout, *was_err = stderr;
	int status;

	options = (struct options){};
	stdout = out;
	stderr = nowhere;
	if (setjmp(world_exit))
		status = world_exit_status;
	else
		status = gonet_main(argc, argv);
	stdout = was_out;
	stderr = was_err;
	fclose(out);
	return status;
}

/*
 * Help, the version and what has been flushed are for people; and each line of a batch is for
 * itself.
 */
static bool prints_other_than_json(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++) {
		const char *word = argv[i] + strspn(argv[i], "-");

		if (matches(word, "help") || matches(word, "flush") || matches(word, "Version") ||
		    matches(word, "batch") || (*argv[i] == '-' && strchr(word, 'h')))
			return true;
	}
	return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *copy, *batch, *argv[WORDS_MAX + 2] = { "gonet" }, *text = NULL;
	struct mood mood;
	int argc = 1, status;
	size_t len = 0;

	if (size < 2 || memchr(data, 0, size))
		return 0;
	if (!nowhere)
		nowhere = fopen("/dev/null", "w");
	if (!freopen("/dev/null", "r", stdin))
		return 0;
	mood = read_mood(data);
	copy = malloc(size - 1);
	memcpy(copy, data + 2, size - 2);
	copy[size - 2] = 0;
	batch = read_words(copy, copy + size - 2, argv, &argc);
	kernel_begin(&mood);
	world_begin(batch, batch < copy + size - 2 ? (size_t)(copy + size - 2 - batch) : 0);
	status = run(argc, argv, &text, &len);
	EXPECT(status == OK || status == FAILED || status == REFUSED || status == USAGE);
	if (options.json && status == OK && !prints_other_than_json(argc, argv))
		EXPECT(is_json(text, len));
	kernel_end();
	free(text);
	free(copy);
	return 0;
}
