# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# The machine of tools/vm that runs the instrumented kernels: user-mode Linux, a program
# of the host that reads the host's files itself. `init-uml` puts the layer of memory
# over them. The command's output comes through a serial line, the kernel's log through
# the console, which is the program's standard error.
# shellcheck disable=SC2034,SC2154 # the variables of tools/vm

# Looks up the kernel, which may have to be built: sets release and title.
machine_find()
{
	local tool

	for tool in busybox nc setsid; do
		command -v "$tool" >/dev/null || die 126 "no $tool: run tools/packages"
	done
	case $kernel in
	uml-up)
		cpus=${cpus:-1}
		[ "$cpus" = 1 ] || die 2 "uml-up has only one CPU"
		;;
	*)	cpus=${cpus:-2} ;;
	esac
	release=$("$tree/tools/kernel" release "$kernel")
	image=$("$tree/tools/kernel" image "$kernel")
	title="user-mode Linux; exit ends it"
}

# Sets command to what starts the VM. As oops=panic, so that it dies with a report.
machine_command()
{
	local args

	args="root=none rootfstype=hostfs ro init=$parts/init-uml gonet.run=$run/control"
	args+=" gonet.out=$out mem=$memory uml_dir=$run/ umid=machine stderr=1"
	args+=" con=null con0=null,fd:2 ssl=null ssl0=fd:0,fd:1 console=tty0 loglevel=5"
	args+=" panic=-1 oops=panic softlockup_panic=1 watchdog_thresh=30 hung_task_panic=1"
	args+=" sysrq_always_enabled printk.devkmsg=on kasan_multi_shot seccomp=on"
	[ "$kernel" = uml-up ] || args+=" ncpus=$cpus"
	# at its end it signals its whole process group, so it has one of its own
	read -ra command <<<"setsid $image $args $append"
}

# The memory is a file, which belongs where no disk is.
in_memory()
{
	ulimit -c 0
	[ ! -w /dev/shm ] || export TMPDIR=/dev/shm
}

machine_terminal()
{
	(in_memory && exec "${command[@]}" 2>"$log")
}

# Its standard input and output are the command's.
machine_start()
{
	in_memory
	exec "${command[@]}" 2>"$log"
}

# The VM hangs: the kernel says where, if it still listens to its management console
# (blocked tasks, CPUs, memory); else the host says what its CPUs do.
machine_diagnose()
{
	local key before thread

	before=$(stat -c %s "$log")
	for key in 9 w l m; do
		tell "sysrq $key"
		sleep 1
	done
	[ $(($(stat -c %s "$log") - before)) -lt 200 ] || return 0
	say "the kernel does not answer; its threads on the host:"
	for thread in /proc/"$pid"/task/*; do
		paste -s -d' ' "$thread/comm" "$thread/wchan" "$thread/syscall"
	done >&2 2>/dev/null
}

# Sends the management console a command in one datagram: magic number, version, length,
# text.
tell()
{
	# shellcheck disable=SC2059 # the length is an escape
	printf "\\xbe\\xba\\xfe\\xca\\x02\\0\\0\\0\\x$(printf %02x ${#1})\\0\\0\\0%s" "$1" |
		timeout 2 nc -u -U -N -w 1 "$run/machine/mconsole" >/dev/null 2>&1 || true
}
