// SPDX-License-Identifier: GPL-2.0
/* The runtime's beginning and end. */
#include "internal.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

/**
 * csp_init() - start the runtime
 *
 * Context: process; may sleep.
 *
 * Return: 0, or why the first thread could not be started.
 */
int csp_init(void)
{
	return csp_pool_init();
}

/**
 * csp_exit() - end the runtime
 *
 * All groups have stopped. Waits for the last references to processes, so
 * whoever holds one puts it first.
 *
 * Context: process; may sleep.
 */
void csp_exit(void)
{
	csp_procs_wait();
	csp_pool_exit();
}
