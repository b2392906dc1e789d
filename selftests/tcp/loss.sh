#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: alone
# gonet: timeout=400
#
# What is lost is sent again; ICMP errors: programs/tcp_loss.py.
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=wire_lib.sh
. "$(dirname "$0")/wire_lib.sh"

need python3 jq

wire_up || { not_ok "a stack and a peer"; finish; exit; }
wire_cases tcp_loss
check "the kernel reports nothing" dmesg_clean
finish
