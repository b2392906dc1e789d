#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: timeout=400
#
# Keep-alives, floods, and peers that mean no good: programs/tcp_guard.py.
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=wire_lib.sh
. "$(dirname "$0")/wire_lib.sh"

need python3 jq

wire_up || { not_ok "a stack and a peer"; finish; exit; }
wire_cases tcp_guard
check "the kernel reports nothing" dmesg_clean
finish
