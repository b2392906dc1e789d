#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: timeout=400
#
# Every state of a connection with every combination of flags: programs/tcp_states.py.
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=wire_lib.sh
. "$(dirname "$0")/wire_lib.sh"

need python3 jq

wire_up || { not_ok "a stack and a peer"; finish; exit; }
wire_cases tcp_states
check "the kernel reports nothing" dmesg_clean
finish
