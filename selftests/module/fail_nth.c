// SPDX-License-Identifier: GPL-2.0
/*
 * fail_nth - a command of which something fails
 *
 *	fail_nth N FILE COMMAND ARGUMENT...
 *
 * The N-th thing fails that COMMAND does in the kernel and that can; what counts, the
 * filters in debugfs say. FILE gets "fired" if there was an N-th, else "over". The status
 * is COMMAND's; 128 and the signal's number if one killed it.
 */
#include <string.h>
#include <sys/wait.h>

#include "fail_nth.h"

static _Noreturn void run(unsigned int n, char **argv)
{
	nth_arm(nth_open(0), n);
	execvp(argv[0], argv);
	_exit(127);
}

int main(int argc, char **argv)
{
	siginfo_t info;
	FILE *file;
	int nth;
	pid_t pid;

	if (argc < 4) {
		fputs("usage: fail_nth N FILE COMMAND ARGUMENT...\n", stderr);
		return 2;
	}
	file = fopen(argv[2], "w");
	if (!file)
		err(2, "%s", argv[2]);
	pid = fork();
	if (pid < 0)
		err(2, "fork");
	if (!pid)
		run(atoi(argv[1]), argv + 3);
	nth = nth_open(pid);
	/* not reaped, so that it can still be asked */
	if (waitid(P_PID, pid, &info, WEXITED | WNOWAIT))
		err(2, "waitid");
	fputs(nth_fired(nth) ? "fired\n" : "over\n", file);
	if (fclose(file))
		err(2, "%s", argv[2]);
	return info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
}
