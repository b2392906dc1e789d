/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _FUZZ_H
#define _FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SLOTS	48	/* descriptors of a worker */
#define CALLS	32	/* at most, in the table of calls.c */

/**
 * struct worker - one process that makes calls
 * @random: state of its generator, never 0
 * @family: of the sockets
 * @fd: the descriptors, -1 where there is none; the first were inherited, so that
 *	all workers have them
 * @page: memory of which all can be read and written; the page after it cannot be touched
 * @read_only: a page that cannot be written
 */
struct worker {
	uint64_t random;
	int family;
	int fd[SLOTS];
	char *page;
	char *read_only;
};

#define PAGES	20	/* of 4096 bytes in @page */

/* calls.c */
extern const char * const call_names[CALLS];
unsigned int make_call(struct worker *worker, bool *success);
void open_first(struct worker *worker, int n);

/* random.c */
uint32_t number(struct worker *worker);
uint32_t below(struct worker *worker, uint32_t limit);
bool one_in(struct worker *worker, uint32_t n);
long any_number(struct worker *worker);
size_t any_length(struct worker *worker, size_t right);
void *any_memory(struct worker *worker, size_t len);
void fill(struct worker *worker, void *at, size_t len);

#endif /* _FUZZ_H */
