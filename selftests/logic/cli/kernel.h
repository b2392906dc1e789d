/* SPDX-License-Identifier: GPL-2.0 */
/* A kernel for the command under test: what its requests must be, and what is answered. */
#ifndef _SELFTESTS_LOGIC_CLI_KERNEL_H
#define _SELFTESTS_LOGIC_CLI_KERNEL_H

#include <linux/netlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct mood - how the kernel is disposed
 * @errnum: requests are refused with this errno, or 0
 * @after: so many are granted first
 * @interrupted: the first dump is, by a change
 * @events: how many events there are for who listens
 */
struct mood {
	int errnum;
	unsigned int after;
	bool interrupted;
	unsigned int events;
};

/* policy.c */
void policy_check(const struct nlmsghdr *nlh);

/* kernel.c */
void kernel_begin(const struct mood *mood);
void kernel_end(void);
bool kernel_has_answer(void);

/* objects.c: what there is in this stack. */
#define FAMILY	0x20

size_t objects_put(struct nlmsghdr *nlh, uint8_t cmd, unsigned int index);
void objects_put_ping(struct nlmsghdr *nlh, unsigned int index);

#endif /* _SELFTESTS_LOGIC_CLI_KERNEL_H */
