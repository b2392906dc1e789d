// SPDX-License-Identifier: GPL-2.0
/* Who has a socket open: the processes whose files in /proc are sockets. */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "socket.h"

static void read_name(int dir, char *name, size_t size)
{
	int fd = openat(dir, "comm", O_RDONLY | O_CLOEXEC);
	ssize_t len = fd < 0 ? 0 : read(fd, name, size - 1), i;

	if (fd >= 0)
		close(fd);
	if (len > 0 && name[len - 1] == '\n')
		len--;
	name[len < 0 ? 0 : len] = 0;
	/* a process gives itself its name; a terminal is not to obey it */
	for (i = 0; i < len; i++)
		if (!isprint((unsigned char)name[i]) || name[i] == '"')
			name[i] = '?';
}

static void add_user(struct socket_list *list, const struct socket_user *user)
{
	list->users = grow(list->users, list->n_users, sizeof(*user));
	list->users[list->n_users++] = *user;
}

/* The files of a process, which may not be ours to see, or which may have gone. */
static void read_files(struct socket_list *list, int proc, struct socket_user *user)
{
	int fd = openat(proc, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	char link[64], rest;
	ssize_t len;

	if (!dir) {
		if (fd >= 0)
			close(fd);
		return;
	}
	*user->name = 0;
	while ((entry = readdir(dir))) {
		len = readlinkat(fd, entry->d_name, link, sizeof(link) - 1);
		if (len <= 0)
			continue;
		link[len] = 0;
		if (sscanf(link, "socket:[%" SCNu64 "%c", &user->inode, &rest) != 2 || rest != ']')
			continue;
		if (!*user->name)
			read_name(proc, user->name, sizeof(user->name));
		user->fd = atoi(entry->d_name);
		add_user(list, user);
	}
	closedir(dir);
}

static int compare_users(const void *a, const void *b)
{
	const struct socket_user *x = a, *y = b;

	if (x->inode != y->inode)
		return x->inode < y->inode ? -1 : 1;
	if (x->pid != y->pid)
		return x->pid < y->pid ? -1 : 1;
	return x->fd - y->fd;
}

/**
 * socket_users_load() - learn who has which socket open
 * @list: where to put it; processes that we may not look into are left out
 */
void socket_users_load(struct socket_list *list)
{
	DIR *proc = opendir("/proc");
	struct socket_user user = {};
	const struct dirent *entry;
	int dir;

	if (!proc)
		return;
	while ((entry = readdir(proc))) {
		user.pid = atoi(entry->d_name);
		if (user.pid <= 0)
			continue;
		dir = openat(dirfd(proc), entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (dir < 0)
			continue;
		read_files(list, dir, &user);
		close(dir);
	}
	closedir(proc);
	if (list->n_users)
		qsort(list->users, list->n_users, sizeof(*list->users), compare_users);
}

/**
 * socket_users_of() - who has a socket open
 * @list: with its users
 * @inode: the socket's
 * @n: set to how many
 *
 * Return: the first of them, or NULL.
 */
const struct socket_user *socket_users_of(const struct socket_list *list, uint64_t inode,
					  size_t *n)
{
	size_t low = 0, high = list->n_users, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (list->users[middle].inode < inode)
			low = middle + 1;
		else
			high = middle;
	}
	for (*n = 0; low + *n < list->n_users && list->users[low + *n].inode == inode; )
		++*n;
	/* no arithmetic on NULL, which is what there is when nobody is known */
	return *n ? list->users + low : NULL;
}
