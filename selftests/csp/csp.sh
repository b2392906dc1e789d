#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# gonet: alone
# gonet: timeout=300
#
# The runtime's own tests: a kernel module that runs them and reports in KTAP.

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
# Arguments are parameters of the module, as in `csp.sh only=timer__* scale=500`.
insmod "$module" "$@"
status=0
awk '{ print; fflush() } /^not ok/ { bad = 1 } END { exit bad }' \
	"$debugfs/csp_test/results" || status=1
rmmod csp_test
exit "$status"
