// SPDX-License-Identifier: GPL-2.0
/*
 * ebpf - eBPF filters on a GoNet socket: one that lets pass what its payload says, one
 * that cuts off, none again; and what cannot be attached.
 *
 *	ebpf ADDRESS
 */
#include <err.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/bpf.h>
#include <linux/gonet.h>

#include "bound.h"

/* Passes what begins with a 'y'; the packet begins with the UDP header. */
static const struct bpf_insn choose[] = {
	{ .code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = 6, .src_reg = 1 },
	{ .code = BPF_LD | BPF_ABS | BPF_B, .imm = 8 },
	{ .code = BPF_JMP | BPF_JEQ | BPF_K, .off = 2, .imm = 'y' },
	{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = 0 },
	{ .code = BPF_JMP | BPF_EXIT },
	{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = 65535 },
	{ .code = BPF_JMP | BPF_EXIT },
};

/* Leaves 3 bytes of the payload. */
static const struct bpf_insn cut[] = {
	{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = 8 + 3 },
	{ .code = BPF_JMP | BPF_EXIT },
};

static int load(const struct bpf_insn *insns, unsigned int n)
{
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_SOCKET_FILTER,
		.insns = (uintptr_t)insns,
		.insn_cnt = n,
		.license = (uintptr_t)"GPL",
	};
	int fd = syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));

	if (fd < 0)
		err(1, "BPF_PROG_LOAD");
	return fd;
}

static void attach(int fd, const struct bpf_insn *insns, unsigned int n)
{
	int program = load(insns, n);

	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_BPF, &program, sizeof(program)))
		err(1, "SO_ATTACH_BPF");
	close(program);
}

static void pass(int from, int to, const char *sent, const char *expected)
{
	char got[16];
	ssize_t len;

	if (send(from, sent, strlen(sent), 0) < 0)
		err(1, "send");
	if (!expected)
		return;
	len = recv(to, got, sizeof(got), 0);
	if (len != (ssize_t)strlen(expected) || memcmp(got, expected, len))
		errx(1, "of \"%s\" came \"%.*s\", not \"%s\"", sent, (int)len, got, expected);
	printf("%s: %.*s\n", sent, (int)len, got);
}

int main(int argc, char **argv)
{
	struct timeval patience = { .tv_sec = 30 };
	struct sockaddr_in name;
	int a, b, no_program = 0;

	if (argc != 2)
		errx(2, "usage: ebpf ADDRESS");
	a = socket(AF_GONET, SOCK_DGRAM, 0);
	b = open_bound(AF_GONET, argv[1], &name);
	if (a < 0 || connect(a, (void *)&name, sizeof(name)) ||
	    setsockopt(b, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)))
		err(1, "sockets at %s", argv[1]);

	attach(b, choose, sizeof(choose) / sizeof(*choose));
	pass(a, b, "no", NULL);
	pass(a, b, "yes", "yes");
	attach(b, cut, sizeof(cut) / sizeof(*cut));
	pass(a, b, "shorter", "sho");
	if (!setsockopt(b, SOL_SOCKET, SO_ATTACH_BPF, &no_program, sizeof(no_program)))
		errx(1, "standard input is attached");
	pass(a, b, "shorter", "sho");
	if (setsockopt(b, SOL_SOCKET, SO_DETACH_FILTER, &no_program, sizeof(no_program)))
		err(1, "SO_DETACH_FILTER");
	pass(a, b, "whole", "whole");
	return 0;
}
