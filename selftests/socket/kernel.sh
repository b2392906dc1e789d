#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Sockets where other parts of the kernel use them: io_uring, eBPF.

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

uring=$tree/build/selftests/socket/uring
ebpf=$tree/build/selftests/socket/ebpf
need "$uring" "$ebpf"

ns_new NS && net_up 1 || exit

check "io_uring, inside the stack" native "$uring" 10.0.0.2
check "io_uring, on the loopback" native "$uring" 127.0.0.1
check "eBPF filters" native "$ebpf" 10.0.0.2
check "the kernel reports nothing" dmesg_clean
finish
