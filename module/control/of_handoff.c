// SPDX-License-Identifier: GPL-2.0
/*
 * Handoff, as nodes of a device tree choose it. There is one choice for the whole module,
 * so nodes that make one must make the same; when the last of them is gone it stays as
 * it is. The parameter can be written nevertheless: the tree says how it begins.
 */
#include <linux/mutex.h>

#include <csp/csp.h>

#include "of.h"

static DEFINE_MUTEX(gonet_of_lock);	/* guards both */
static unsigned int gonet_of_choosers;
static bool gonet_of_choice;

/**
 * gonet_of_handoff_get() - choose
 * @handoff: what
 *
 * Return: 0, or -EBUSY when another node has chosen otherwise.
 */
int gonet_of_handoff_get(bool handoff)
{
	int err = 0;

	mutex_lock(&gonet_of_lock);
	if (!gonet_of_choosers) {
		gonet_of_choice = handoff;
		csp_set_handoff(handoff);
	} else if (gonet_of_choice != handoff) {
		err = -EBUSY;
	}
	if (!err)
		gonet_of_choosers++;
	mutex_unlock(&gonet_of_lock);
	return err;
}

/**
 * gonet_of_handoff_put() - a node that has chosen is gone
 */
void gonet_of_handoff_put(void)
{
	mutex_lock(&gonet_of_lock);
	gonet_of_choosers--;
	mutex_unlock(&gonet_of_lock);
}
