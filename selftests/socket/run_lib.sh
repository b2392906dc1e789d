# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# For tests of programs: a stack in the namespace $NS with 10.0.0.2, and the native end
# of its cable, alone, with 10.0.0.1 in $FAR. Nothing of the native stack leads from
# $NS there, so a program in $NS that gets through does so by GoNet.
#
#	far COMMAND...	runs COMMAND at the native end
#	run COMMAND...	runs COMMAND with gonet-run on the stack

ns_new NS && ns_new FAR || exit
native ip link add gonet0 type gonet || exit
stack addr add 10.0.0.2/24 dev gonet0 || exit
native ip link set gonet0 netns "$FAR" || exit
ip -n "$FAR" addr add 10.0.0.1/24 dev gonet0
ip -n "$FAR" link set gonet0 up
far() { ip netns exec "$FAR" "$@"; }
run() { gonet-run -n "$NS" "$@"; }
wait_for 20 far ping -q -c 1 -W 1 10.0.0.2 >/dev/null || exit
