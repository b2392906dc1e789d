// SPDX-License-Identifier: GPL-2.0
/* gonet: shows and changes the GoNet stack of a network namespace. */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gonet.h"

#define NETNS_RUN_DIR	"/run/netns"
#define WORDS_MAX	256	/* of a line of a batch */

struct options options;

static const char usage[] =
	"Usage: gonet [ OPTIONS ] OBJECT { COMMAND | help }\n"
	"       gonet [ -force ] -batch filename\n"
	"where  OBJECT := { address | chan | graph | link | maddress | monitor |\n"
	"                   neighbour | ping | proc | route | socket | stat }\n"
	"       OPTIONS := { -V[ersion] | -s[tatistics] | -d[etails] | -4 | -o[neline] |\n"
	"                    -br[ief] | -j[son] | -p[retty] | -n[etns] name |\n"
	"                    -b[atch] [filename] | -force }\n";

static enum status do_help(struct args *args)
{
	return help(usage);
}

static const struct command objects[] = {
	{ "address", do_addr },
	{ "route", do_route },
	{ "link", do_link },
	{ "neighbour", do_neigh },
	{ "neighbor", do_neigh },
	{ "proc", do_proc },
	{ "chan", do_chan },
	{ "stat", do_stat },
	{ "socket", do_socket },
	{ "graph", do_graph },
	{ "monitor", do_monitor },
	{ "maddress", do_maddr },
	{ "ping", do_ping },
	{ "help", do_help },
};

static enum status run_object(struct args *args)
{
	const char *word = shift(args);
	enum status status;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(objects); i++) {
		if (!matches(word, objects[i].name))
			continue;
		if (objects[i].run != do_help && !(peek(args) && !strcmp(peek(args), "help"))) {
			status = nl_open();
			if (status != OK)
				return status;
		}
		status = objects[i].run(args);
		links_forget();
		return status;
	}
	fprintf(stderr, "Object \"%s\" is unknown, try \"gonet help\".\n", word);
	return FAILED;
}

/*
 * Splits a line into words, in place: at white space, except between quotes, up to
 * a '#'. Return: how many, or -1 if there are too many or a quote is open.
 */
static int split(char *line, char **words)
{
	int n = 0;
	char *end;

	for (;;) {
		line += strspn(line, " \t\r\n");
		if (!*line || *line == '#')
			return n;
		if (n == WORDS_MAX)
			return -1;
		if (*line == '"' || *line == '\'') {
			end = strchr(line + 1, *line);
			if (!end)
				return -1;
			line++;
		} else {
			end = line + strcspn(line, " \t\r\n");
		}
		words[n++] = line;
		if (!*end)
			return n;
		*end = 0;
		line = end + 1;
	}
}

/* Appends a line to @line as long as the last one ends in a backslash. */
static ssize_t read_line(FILE *file, char **line, size_t *size, unsigned int *number)
{
	char *more = NULL;
	size_t more_size = 0;
	ssize_t len, more_len;

	len = getline(line, size, file);
	if (len < 0)
		return len;
	++*number;
	while (len >= 2 && !strcmp(*line + len - 2, "\\\n")) {
		more_len = getline(&more, &more_size, file);
		if (more_len < 0)
			break;
		++*number;
		len -= 2;
		if (len + more_len + 1 > (ssize_t)*size) {
			*size = len + more_len + 1;
			*line = realloc(*line, *size);
			if (!*line)
				abort();
		}
		memcpy(*line + len, more, more_len + 1);
		len += more_len;
	}
	free(more);
	return len;
}

static enum status run_batch(const char *name, bool force)
{
	enum status status, result = OK;
	char *words[WORDS_MAX];
	char *line = NULL;
	unsigned int number = 0;
	size_t size = 0;
	FILE *file = stdin;
	int n;

	if (strcmp(name, "-"))
		file = fopen(name, "re");
	if (!file) {
		fprintf(stderr, "Cannot open file \"%s\" for reading: %s\n", name,
			strerror(errno));
		return FAILED;
	}
	while (read_line(file, &line, &size, &number) >= 0) {
		n = split(line, words);
		if (!n)
			continue;
		status = n < 0 ? USAGE : run_object(&(struct args){ words, n });
		fflush(stdout);
		if (status == OK)
			continue;
		fprintf(stderr, "Command failed %s:%u\n", name, number);
		result = FAILED;
		if (!force)
			break;
	}
	free(line);
	if (file != stdin)
		fclose(file);
	return result;
}

static enum status enter_netns(const char *name)
{
	char path[4096];
	int fd;

	snprintf(path, sizeof(path), strchr(name, '/') ? "%s" : NETNS_RUN_DIR "/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		fprintf(stderr, "Cannot open network namespace \"%s\": %s\n", name,
			strerror(errno));
		return FAILED;
	}
	if (setns(fd, CLONE_NEWNET) < 0) {
		fprintf(stderr, "setting the network namespace \"%s\" failed: %s\n", name,
			strerror(errno));
		close(fd);
		return FAILED;
	}
	close(fd);
	return OK;
}

/**
 * struct start - what the options say to do, other than how to print
 * @batch: file with commands, or NULL
 * @force: go on when one of them fails
 * @version: print the version and do nothing
 */
struct start {
	const char *batch;
	bool force;
	bool version;
};

static enum status parse_option(struct args *args, const char *word, struct start *start)
{
	if (matches(word, "-statistics") || matches(word, "-stats")) {
		options.stats++;
	} else if (matches(word, "-details")) {
		options.details++;
	} else if (!strcmp(word, "-4")) {
		;
	} else if (!strcmp(word, "-6")) {
		fprintf(stderr, "Error: IPv6 is not supported yet.\n");
		return USAGE;
	} else if (matches(word, "-oneline")) {
		options.oneline = true;
	} else if (matches(word, "-json")) {
		options.json = true;
	} else if (matches(word, "-pretty")) {
		options.pretty = true;
	} else if (matches(word, "-netns")) {
		return value(args, &word) ? USAGE : enter_netns(word);
	} else if (matches(word, "-batch")) {
		return value(args, &start->batch);
	} else if (matches(word, "-brief")) {
		options.brief = true;
	} else if (matches(word, "-force")) {
		start->force = true;
	} else if (matches(word, "-Version")) {
		start->version = true;
	} else if (matches(word, "-help")) {
		help(usage);
		exit(OK);
	} else {
		fprintf(stderr, "Option \"%s\" is unknown, try \"gonet -help\".\n", word);
		return USAGE;
	}
	return OK;
}

static enum status parse_options(struct args *args, struct start *start)
{
	enum status status;
	const char *word;

	while (peek(args) && *peek(args) == '-') {
		word = shift(args);
		if (!strcmp(word, "--"))
			break;
		status = parse_option(args, word + (word[1] == '-'), start);
		if (status != OK)
			return status;
	}
	return OK;
}

int main(int argc, char **argv)
{
	struct args args = { argv + 1, argc - 1 };
	struct start start = {};
	enum status status;

	setlocale(LC_CTYPE, "");
	status = parse_options(&args, &start);
	if (status != OK)
		return status;
	if (start.version) {
		printf("gonet utility, gonet-%s\n", GONET_VERSION);
		return OK;
	}
	if (start.batch) {
		status = run_batch(start.batch, start.force);
	} else if (peek(&args)) {
		status = run_object(&args);
	} else {
		fputs(usage, stderr);
		return USAGE;
	}
	nl_close();
	if (fflush(stdout) || ferror(stdout)) {
		fprintf(stderr, "Cannot write: %s\n", strerror(errno));
		return FAILED;
	}
	return status;
}
