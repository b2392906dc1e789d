// SPDX-License-Identifier: GPL-2.0
/*
 * Stands in for libFuzzer where there is none: calls the fuzzing function with the files
 * of the folders that are named, and with mutations of these and of random bytes. It does
 * not see which code an input reaches. A file that is named is run once, to look at it.
 *
 * Options are libFuzzer's: -seed=, -runs=, -max_len=, -max_total_time=, -timeout=,
 * -artifact_prefix=; others are ignored.
 *
 * The inputs are run in a child, which has the input at hand in memory that its parent sees:
 * whatever the child dies of, the input can still be written to a file.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "ktap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define POOL_MAX	4096
#define ROUND		256	/* runs between two looks at the clock */
#define EXIT_FOUND	77	/* libFuzzer's */

struct input {
	uint8_t *data;
	size_t size;
};

/**
 * struct shared - what the parent sees of the child
 * @runs: how many there were
 * @size: bytes of the input at hand
 * @data: these
 */
struct shared {
	unsigned long runs;
	size_t size;
	uint8_t data[];
};

static unsigned long runs = ~0UL, max_len = 4096, max_time, timeout = 1200;
static const char *artifact_prefix = "./";
static bool named_files;
static struct input pool[POOL_MAX];
static unsigned int n_pool;
static struct shared *shared;

static void read_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	struct input *in = &pool[n_pool];

	if (!file || n_pool == POOL_MAX) {
		fprintf(stderr, "cannot read %s\n", path);
		exit(1);
	}
	in->data = malloc(max_len);
	in->size = fread(in->data, 1, max_len, file);
	n_pool++;
	fclose(file);
}

static void read_folder(const char *path)
{
	struct dirent **entries;
	int i, n = scandir(path, &entries, NULL, alphasort);
	char name[4096];

	for (i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "%s/%s", path, entries[i]->d_name);
		if (entries[i]->d_name[0] != '.' && n_pool < POOL_MAX)
			read_file(name);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
}

static void read_corpus(const char *path)
{
	struct stat st;

	if (stat(path, &st)) {
		fprintf(stderr, "there is no %s\n", path);
		exit(1);
	}
	if (S_ISDIR(st.st_mode)) {
		read_folder(path);
	} else {
		named_files = true;
		read_file(path);
	}
}

static bool number(const char *arg, const char *name, unsigned long *value)
{
	size_t len = strlen(name);

	if (strncmp(arg, name, len))
		return false;
	*value = strtoul(arg + len, NULL, 10);
	return true;
}

static void read_options(int argc, char **argv)
{
	unsigned long seed = 1;
	int i;

	for (i = 1; i < argc; i++) {
		if (number(argv[i], "-runs=", &runs) || number(argv[i], "-seed=", &seed) ||
		    number(argv[i], "-max_len=", &max_len) ||
		    number(argv[i], "-max_total_time=", &max_time) ||
		    number(argv[i], "-timeout=", &timeout))
			continue;
		if (!strncmp(argv[i], "-artifact_prefix=", 17))
			artifact_prefix = argv[i] + 17;
	}
	ktap_seed += seed * 0x9e3779b97f4a7c15ULL;
	if (!ktap_seed)
		ktap_seed = 1;
	for (i = 1; i < argc; i++)
		if (argv[i][0] != '-')
			read_corpus(argv[i]);
}

/* In a heap block of the exact size, so that the sanitizer sees its end. */
static void run(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);

	memcpy(copy, data, size);
	memcpy(shared->data, data, size);
	shared->size = size;
	LLVMFuzzerTestOneInput(copy, size);
	free(copy);
	shared->runs++;
}

static size_t below(size_t n)
{
	return ktap_random((unsigned int)n);
}

/* Puts bytes of another input, or of this one, over some of this or between them. */
static void splice(uint8_t *data, size_t *size, const struct input *from, bool insert)
{
	size_t at, len, start;
	uint8_t piece[256];

	if (!from->size)
		return;
	start = below(from->size);
	len = 1 + below(from->size - start);
	if (len > sizeof(piece))
		len = sizeof(piece);
	memcpy(piece, from->data + start, len);
	at = below(*size + 1);
	if (insert) {
		if (*size + len > max_len)
			return;
		memmove(data + at + len, data + at, *size - at);
		*size += len;
	} else if (at + len > *size) {
		len = *size - at;
	}
	memcpy(data + at, piece, len);
}

static void mutate(uint8_t *data, size_t *size)
{
	static const uint8_t edges[] = { 0, 1, 0x7f, 0x80, 0xff, 0xfe, 4, 8, 20, 64 };
	struct input self = { data, *size };
	size_t at = *size ? below(*size) : 0, len;

	switch (*size ? below(8) : 7) {
	case 0:
		data[at] ^= (uint8_t)(1 << below(8));
		break;
	case 1:
		data[at] = edges[below(sizeof(edges))];
		break;
	case 2:
		data[at] = (uint8_t)(data[at] + below(17) - 8);
		break;
	case 3:
		len = 1 + below(*size - at);
		memmove(data + at, data + at + len, *size - at - len);
		*size -= len;
		break;
	case 4:
		splice(data, size, &pool[below(n_pool)], false);
		break;
	case 5:
		splice(data, size, &pool[below(n_pool)], true);
		break;
	case 6:
		splice(data, size, &self, below(2));
		break;
	default:
		if (*size < max_len)
			data[(*size)++] = (uint8_t)below(256);
		data[at] = (uint8_t)below(256);
		break;
	}
}

static size_t random_bytes(uint8_t *data)
{
	size_t i, size = 1 + below(below(3) ? 80 : max_len);

	if (size > max_len)
		size = max_len;
	for (i = 0; i < size; i++)
		data[i] = (uint8_t)below(256);
	return size;
}

/* Some mutations one after the other of each file, and of random bytes. */
static void fuzz(void)
{
	uint8_t *data = malloc(max_len);
	time_t end = time(NULL) + (time_t)max_time;
	size_t size = 0, n;

	for (n = 0; n < n_pool && shared->runs < runs; n++)
		run(pool[n].data, pool[n].size);
	if (!n_pool)
		pool[n_pool++] = (struct input){ malloc(1), 0 };
	while (shared->runs < runs) {
		if (shared->runs % ROUND == 0) {
			alarm((unsigned int)timeout);
			if (max_time && time(NULL) >= end)
				break;
		}
		if (shared->runs % 64 == 0) {
			size = random_bytes(data);
		} else if (shared->runs % 8 == 0) {
			n = below(n_pool);
			size = pool[n].size;
			memcpy(data, pool[n].data, size);
		}
		for (n = 1 + below(4); n; n--)
			mutate(data, &size);
		run(data, size);
	}
	free(data);
}

static void child(void)
{
	unsigned int i;

	alarm((unsigned int)timeout);
	for (i = 0; named_files && i < n_pool; i++)
		run(pool[i].data, pool[i].size);
	if (!named_files)
		fuzz();
	for (i = 0; i < n_pool; i++)
		free(pool[i].data);
	memset(pool, 0, sizeof(pool));
}

/* The input of which the child died, by the name that libFuzzer would give it, or nearly. */
static void write_input(bool hung)
{
	uint64_t hash = 0xcbf29ce484222325ULL;
	char path[4096];
	FILE *file;
	size_t i;

	for (i = 0; i < shared->size; i++)
		hash = (hash ^ shared->data[i]) * 0x100000001b3ULL;
	snprintf(path, sizeof(path), "%s%s-%016llx", artifact_prefix, hung ? "timeout" : "crash",
		 (unsigned long long)hash);
	file = fopen(path, "wb");
	if (!file || fwrite(shared->data, 1, shared->size, file) != shared->size || fclose(file))
		fprintf(stderr, "cannot write %s\n", path);
	else
		fprintf(stderr, "Test unit written to %s\n", path);
}

int main(int argc, char **argv)
{
	int status = 0;
	pid_t pid;

	read_options(argc, argv);
	shared = mmap(NULL, sizeof(*shared) + max_len, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		return 1;
	pid = fork();
	if (!pid) {
		child();
		return 0;
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return 1;
	fprintf(stderr, "stat::number_of_executed_units: %lu\n", shared->runs);
	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return 0;
	if (WIFSIGNALED(status))
		fprintf(stderr, "died of signal %d\n", WTERMSIG(status));
	if (!named_files)
		write_input(WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM);
	return EXIT_FOUND;
}
