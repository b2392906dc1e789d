/* SPDX-License-Identifier: GPL-2.0 */
/* Allocations that fail on request, for KUnit's tests of what happens without memory. */
#ifndef _GONET_FAIL_NTH_H
#define _GONET_FAIL_NTH_H

#include <linux/sched.h>

/**
 * fail_nth_alloc() - have an allocation of this thread fail
 * @n: the first (1), the second, ... from now on
 *
 * Nothing else may be allocated before fail_nth_failed().
 */
static inline void fail_nth_alloc(unsigned int n)
{
#ifdef CONFIG_FAULT_INJECTION
	WRITE_ONCE(current->fail_nth, n);
#endif
}

/**
 * fail_nth_failed() - whether it has failed; from now on none does
 *
 * Return: false if there were fewer allocations, or if the kernel cannot do this.
 */
static inline bool fail_nth_failed(void)
{
#ifdef CONFIG_FAULT_INJECTION
	bool failed = !READ_ONCE(current->fail_nth);

	WRITE_ONCE(current->fail_nth, 0);
	return failed;
#else
	return false;
#endif
}

#endif /* _GONET_FAIL_NTH_H */
