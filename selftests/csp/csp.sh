#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# gonet: alone
# gonet: noload
# gonet: timeout=300
#
# The runtime's own tests: a kernel module that runs them and reports in KTAP. They
# count all processes, so the module is loaded anew: a stack in a namespace that is
# about to go, but not yet gone, would take its processes with it meanwhile.

set -e
module=$(dirname "$GONET_KO")/csp_test.ko
if [ ! -e "$module" ]; then
	echo "1..0 # SKIP no $module"
	exit 4
fi
debugfs=/sys/kernel/debug
if [ ! -d "$debugfs/bdi" ]; then
	mount -t debugfs debugfs "$debugfs"
fi
insmod "$GONET_KO" "handoff=${GONET_HANDOFF:-1}"
trap 'rmmod gonet' EXIT
# Arguments are parameters of the module, as in `csp.sh only=timer__* scale=500`.
insmod "$module" "$@"
status=0
awk '{ print; fflush() } /^not ok/ { bad = 1 } END { exit bad }' \
	"$debugfs/csp_test/results" || status=1
rmmod csp_test
exit "$status"
