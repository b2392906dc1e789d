/* SPDX-License-Identifier: GPL-2.0 */
/* Waiting on several channels at once. */
#ifndef _CSP_SELECT_H
#define _CSP_SELECT_H

#include <csp/chan.h>

#define CSP_SELECT_MAX	16	/* cases; each costs a wait entry on the stack */

enum csp_dir {
	CSP_RECV,
	CSP_SEND,
};

/**
 * struct csp_case - one alternative of csp_select()
 * @ch: the channel
 * @dir: receive from it, or send to it
 * @msg: to send: the message, still the caller's unless this case is chosen
 *	with @err 0; received: where the message is put
 * @err: for the chosen case: 0, or -EPIPE when the channel is closed (and,
 *	to receive, empty)
 */
struct csp_case {
	struct csp_chan *ch;
	enum csp_dir dir;
	void *msg;
	int err;
};

int csp_select(struct csp_case *cases, unsigned int n, long timeout);

#endif /* _CSP_SELECT_H */
