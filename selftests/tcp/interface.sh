#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: timeout=200
#
# What TCP and IP, and programs and TCP, say to each other: programs/tcp_interface.py.
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=wire_lib.sh
. "$(dirname "$0")/wire_lib.sh"

need python3 jq gonet

wire_up || { not_ok "a stack and a peer"; finish; exit; }
wire_cases tcp_interface
check "the kernel reports nothing" dmesg_clean
finish
