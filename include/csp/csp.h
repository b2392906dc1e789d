/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Communicating sequential processes for the kernel: the runtime's whole face.
 * Nothing in here knows what a packet is.
 */
#ifndef _CSP_CSP_H
#define _CSP_CSP_H

#include <csp/chan.h>
#include <csp/group.h>
#include <csp/listing.h>
#include <csp/proc.h>
#include <csp/select.h>
#include <csp/timer.h>

int csp_init(void);
void csp_exit(void);
void csp_set_handoff(bool handoff);

#endif /* _CSP_CSP_H */
