/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GONET_PROGRAM_H
#define _GONET_PROGRAM_H

#include <stdbool.h>

/* Why a program would not use the preloaded library. */
enum obstacle {
	OBSTACLE_NONE,
	OBSTACLE_STATIC,	/* no dynamic linker runs */
	OBSTACLE_FOREIGN,	/* of another machine or word size */
	OBSTACLE_SETID,		/* setuid or setgid to somebody else */
	OBSTACLE_CAPS,		/* has file capabilities */
	OBSTACLE_GO,		/* makes its system calls itself */
};

#define PROGRAM_PATH_MAX	4096

bool program_find(const char *name, char *path);
enum obstacle program_obstacle(const char *path, char *culprit);

#endif /* _GONET_PROGRAM_H */
