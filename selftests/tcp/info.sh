#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: alone
# gonet: timeout=200
#
# `gonet socket -i` and TCP_INFO, beside what was seen: programs/tcp_info.py.
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=wire_lib.sh
. "$(dirname "$0")/wire_lib.sh"

need python3 jq gonet

wire_up || { not_ok "a stack and a peer"; finish; exit; }
wire_cases tcp_info
check "the kernel reports nothing" dmesg_clean
finish
