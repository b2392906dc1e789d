#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: timeout=400
#
# Paths that lose segments that are too large for them: programs/tcp_mtu.py.
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=wire_lib.sh
. "$(dirname "$0")/wire_lib.sh"

need python3 jq

wire_up || { not_ok "a stack and a peer"; finish; exit; }
wire_cases tcp_mtu
check "the kernel reports nothing" dmesg_clean
finish
