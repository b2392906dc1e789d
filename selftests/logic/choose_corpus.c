// SPDX-License-Identifier: GPL-2.0
/*
 * Chooses the few inputs of many that together reach the most code: in place of libFuzzer
 * with a fuzzing function that clang has instrumented. (libFuzzer's own -merge=1 takes the
 * smallest inputs that add anything, which are hundreds.)
 *
 *	choose_FUZZER MOST BYTES FOLDER...
 *
 * Prints the names of at most MOST files of the folders, none larger than BYTES: each the
 * one that adds most to those before it, of several the smallest.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz_input.h"

#define FILES_MAX	20000

/**
 * struct file - an input
 * @name: where it is
 * @size: bytes of it
 * @reached: for each edge whether it is reached
 */
struct file {
	char *name;
	size_t size;
	uint8_t *reached;
};

/* The edges' counters, of which each object has some. */
static struct {
	uint8_t *start;
	size_t n;
} parts[1024];

static size_t n_parts, n_edges;
static struct file files[FILES_MAX];
static size_t n_files;

void __sanitizer_cov_8bit_counters_init(uint8_t *start, uint8_t *stop)
{
	size_t i;

	for (i = 0; i < n_parts; i++)
		if (parts[i].start == start)
			return;
	if (start == stop || n_parts == sizeof(parts) / sizeof(parts[0]))
		return;
	parts[n_parts].start = start;
	parts[n_parts++].n = (size_t)(stop - start);
	n_edges += (size_t)(stop - start);
}

static void run(struct file *file, uint8_t *data)
{
	uint8_t *copy = malloc(file->size ? file->size : 1), *to;
	size_t i;

	memcpy(copy, data, file->size);
	for (i = 0; i < n_parts; i++)
		memset(parts[i].start, 0, parts[i].n);
	LLVMFuzzerTestOneInput(copy, file->size);
	free(copy);
	to = malloc(n_edges);
	file->reached = to;
	for (i = 0; i < n_parts; to += parts[i++].n)
		memcpy(to, parts[i].start, parts[i].n);
}

static void try_file(const char *folder, const char *name, size_t bytes)
{
	struct file *file = &files[n_files];
	char path[4096];
	uint8_t *data;
	FILE *in;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	in = fopen(path, "rb");
	if (!in || n_files == FILES_MAX)
		exit(1);
	data = malloc(bytes + 1);
	file->size = fread(data, 1, bytes + 1, in);
	fclose(in);
	if (file->size <= bytes) {
		run(file, data);
		file->name = strdup(path);
		n_files++;
	}
	free(data);
}

static void try_folder(const char *folder, size_t bytes)
{
	struct dirent **entries;
	int i, n = scandir(folder, &entries, NULL, alphasort);

	for (i = 0; i < n; i++) {
		if (entries[i]->d_name[0] != '.')
			try_file(folder, entries[i]->d_name, bytes);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
}

static size_t added(const struct file *file, const uint8_t *known)
{
	size_t i, n = 0;

	for (i = 0; i < n_edges; i++)
		n += file->reached[i] && !known[i];
	return n;
}

/* Return: the one that adds most, or NULL when none adds anything. */
static const struct file *best(const uint8_t *known)
{
	const struct file *found = NULL;
	size_t i, n, most = 0;

	for (i = 0; i < n_files; i++) {
		n = added(&files[i], known);
		if (n < most || !n || (n == most && files[i].size >= found->size))
			continue;
		most = n;
		found = &files[i];
	}
	return found;
}

int main(int argc, char **argv)
{
	const struct file *file;
	uint8_t *known;
	size_t i, left;
	int a;

	if (argc < 4 || !n_edges)
		return 1;
	for (a = 3; a < argc; a++)
		try_folder(argv[a], strtoul(argv[2], NULL, 10));
	known = calloc(1, n_edges);
	for (left = strtoul(argv[1], NULL, 10); left && (file = best(known)); left--) {
		for (i = 0; i < n_edges; i++)
			known[i] |= file->reached[i];
		printf("%s\n", file->name);
	}
	free(known);
	for (i = 0; i < n_files; i++) {
		free(files[i].name);
		free(files[i].reached);
	}
	return 0;
}
