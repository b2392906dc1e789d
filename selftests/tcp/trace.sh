#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: alone
# gonet: timeout=300
#
# TCP's tracepoints, beside what is seen on the wire: programs/tcp_trace.py.
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=wire_lib.sh
. "$(dirname "$0")/wire_lib.sh"

need python3 jq gonet
grep -qw tracefs /proc/filesystems || skip_all "no tracefs here"

wire_up || { not_ok "a stack and a peer"; finish; exit; }
wire_cases tcp_trace
check "the kernel reports nothing" dmesg_clean
finish
