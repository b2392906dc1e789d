# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# The machine of tools/vm that runs stock kernels, and the one that looks for races: QEMU,
# which exports the root (read-only), the control folder and the results folder over 9p.
# `init`, in an initramfs, mounts them. The command's output comes through a virtio port, the
# kernel's log through the serial port.
# shellcheck disable=SC2034,SC2154 # the variables of tools/vm

# What is not the same for all architectures, by Debian's names of these.
architecture()
{
	case $1 in
	amd64)
		qemu=(qemu-system-x86_64)
		newer=(qemu-system-x86 qemu-system-data seabios)
		# "rep movsb", which ERMS makes the kernel copy with, is emulated byte by
		# byte: without it data passes several times as fast
		emulated=(-cpu "max,-erms,-fsrm")
		console=ttyS0,115200
		# reboot=t with -no-reboot is the fastest way out. Without watchdogs on the
		# clock, and with tsc=reliable and no_timer_check, a busy host does not look
		# like a broken clock.
		arguments="reboot=t nmi_watchdog=0 unknown_nmi_panic tsc=reliable"
		arguments+=" no_timer_check no5lvl"
		nmi=1
		group=vm
		;;
	arm64)
		qemu=(qemu-system-aarch64 -machine "virt,gic-version=3")
		newer=(qemu-system-arm qemu-system-data)
		emulated=(-cpu cortex-a72)
		console=ttyAMA0
		arguments='' nmi=''
		group="vm arm64"
		;;
	*)
		die 126 "no machine for kernels of $1"
		;;
	esac
}

# Looks up the kernel and what boots it: sets release, modules, programs and title.
machine_find()
{
	local tool top arch host newer group

	release=$("$tree/tools/kernel" release "$kernel")
	host=$(dpkg --print-architecture)
	# stock kernels end with it
	arch=$host
	[ "$kernel" = kcsan ] || arch=${release##*-}
	architecture "$arch"
	for tool in "${qemu[0]}" busybox cpio nc; do
		command -v "$tool" >/dev/null || die 126 "no $tool: run tools/packages $group"
	done
	newer_qemu
	cpus=${cpus:-2}
	root=/ busybox=$(command -v busybox) foreign=''
	if [ "$arch" != "$host" ]; then
		foreign=$arch
		root=$("$parts/root" "$arch")
		busybox=$root/bin/busybox
		programs=$tree/build/$arch
	fi
	if [ "$kernel" = kcsan ]; then
		# all that it has is built in
		top=$("$tree/tools/kernel" build-dir "$kernel")
		image=$("$tree/tools/kernel" image "$kernel")
	else
		top=$cache/kernels/$release
		image=$top/boot/vmlinuz-$release
		modules=$top/lib/modules/$release
	fi
	initramfs=$top/initramfs-$(cat "$parts/init" "$busybox" | sha256sum | cut -c1-12)
	[ -e "$initramfs" ] || make_initramfs "$initramfs" "$modules" "$release"
	accel=$(accelerator)
	title="$accel; C-a x kills it"
}

# Before 8.1 an emulated CPU may go on for ever with an instruction that another has
# replaced meanwhile, as the kernel does with its static keys. Where the machine's
# QEMU is older, Debian's backport of a newer one is used.
newer_qemu()
{
	local version codename dir

	version=$("${qemu[0]}" --version | sed -nE '1s/.* version ([0-9]+\.[0-9]+).*/\1/p')
	[ "$(printf '%s\n' 8.1 "$version" | sort -V | head -n 1)" != 8.1 ] || return 0
	codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
	if ! dir=$("$tree/tools/unpack" -s "$codename-backports" "${newer[@]}"); then
		say "no newer QEMU; $version may hang where the kernel patches itself"
		return
	fi
	qemu=("$dir/usr/bin/${qemu[0]}" -L "$dir/usr/share/qemu" -L "$dir/usr/share/seabios"
	      "${qemu[@]:1}")
}

# Writes an initramfs with busybox and the modules that the root needs, if there are any.
make_initramfs()
{
	local file=$1 modules=$2 release=$3 dir module

	dir=$(mktemp -d "$cache/initramfs.XXXXXX")
	mkdir "$dir"/{bin,dev,proc,sys,lower,upper,root,modules}
	cp "$busybox" "$dir/bin/busybox"
	install -m 755 "$parts/init" "$dir/init"
	: >"$dir/modules/list"
	for module in ${modules:+virtio_pci virtio_console 9pnet_virtio 9p overlay}; do
		/sbin/modprobe -d "${modules%/lib/modules/*}" -S "$release" \
			--show-depends "$module"
	done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' |
	while read -r module; do
		case $module in
		*.xz)	xz -dc "$module" >"$dir/modules/$(basename "$module" .xz)" ;;
		*.zst)	zstd -qdc "$module" >"$dir/modules/$(basename "$module" .zst)" ;;
		*)	cp "$module" "$dir/modules/" ;;
		esac
		module=${module##*/}
		module=${module%.xz}
		echo "${module%.zst}" >>"$dir/modules/list"
	done
	# not compressed: unpacking costs the guest more than reading
	(cd "$dir" && find . | cpio -o -H newc --quiet -R 0:0) >"$file.$$"
	mv "$file.$$" "$file"
	rm -r "$dir"
}

# KVM that is there may still not work for this kernel (nested, restricted), so
# it must boot once before it is used. The verdict holds until the host reboots.
accelerator()
{
	local verdict log

	if [ -n "$foreign" ] || [ ! -r /dev/kvm ] || [ ! -w /dev/kvm ]; then
		echo tcg
		return
	fi
	verdict=$cache/kvm.$(cat /proc/sys/kernel/random/boot_id).$release
	exec 8>"$cache/kvm.lock"
	flock 8
	if [ ! -e "$verdict" ]; then
		log=$(mktemp)
		timeout -k 1 12 "${qemu[@]}" -accel kvm -cpu host -m 512M -smp 2 \
			-nodefaults -display none -nic none -no-reboot \
			-serial "file:$log" -kernel "$image" -initrd "$initramfs" \
			-append "console=$console panic=-1 $arguments gonet.trial" \
			</dev/null >/dev/null 2>&1 || true
		rm -f "$cache"/kvm.*-*."$release"
		if grep -q 'gonet-vm: trial passed' "$log"; then
			echo kvm >"$verdict"
		else
			say "KVM does not work here, so emulating (remembered until reboot)"
			echo tcg >"$verdict"
		fi
		rm -f "$log"
	fi
	flock -u 8
	cat "$verdict"
}

# Offers a folder to the guest under a name, to be read.
share()
{
	# shellcheck disable=SC2054 # commas are QEMU's
	command+=(-fsdev "local,id=$1,path=$2,security_model=none,readonly=on,multidevs=remap"
		-device virtio-9p-pci,fsdev="$1",mount_tag="$1")
}

# Sets command to what starts the VM.
machine_command()
{
	local args

	# oops=panic and the lockup panics: better to die with a report than to go on
	args="console=$console loglevel=5 panic=-1 oops=panic $arguments"
	args+=" softlockup_panic=1 watchdog_thresh=30"
	args+=" rcupdate.rcu_cpu_stall_timeout=60 sysrq_always_enabled"
	args+=" hung_task_panic=1 log_buf_len=4M mitigations=off"
	args+=" random.trust_cpu=on nokaslr printk.devkmsg=on"
	# it looks for races only when it is told to; oftener than by default, for tests are
	# short, though they take twice as long
	[ "$kernel" != kcsan ] || args+=" kcsan.early_enable=1 kcsan.skip_watch=1000"
	args+=" $append"

	# shellcheck disable=SC2054 # commas are QEMU's
	command=("${qemu[@]}" -nodefaults -display none -nic none -no-reboot
		-m "$memory" -smp "$cpus" -kernel "$image" -initrd "$initramfs"
		-append "$args"
		-chardev "socket,id=serial,path=$run/serial,server=on,wait=off,logfile=$log"
		-serial chardev:serial
		-chardev "socket,id=monitor,path=$run/monitor,server=on,wait=off"
		-mon chardev=monitor,mode=readline
		-device virtio-serial-pci
		-fsdev "local,id=run,path=$run/control,security_model=none"
		-device virtio-9p-pci,fsdev=run,mount_tag=run
		-fsdev "local,id=out,path=$out,security_model=none"
		-device virtio-9p-pci,fsdev=out,mount_tag=out)
	if [ "$accel" = kvm ]; then
		command+=(-accel kvm -cpu host)
	else
		command+=(-accel "tcg,thread=multi" "${emulated[@]}")
	fi
	share root "$root"
	[ -z "$foreign" ] || {
		share tree "$tree"
		share modules "$modules"
	}
}

machine_terminal()
{
	"${command[@]}" -chardev stdio,id=con,mux=on,signal=off \
		-device virtconsole,chardev=con
}

# Its standard input and output are the command's.
machine_start()
{
	exec "${command[@]}" -chardev stdio,id=out,signal=off \
		-device virtserialport,chardev=out,name=gonet.out
}

# The VM hangs: let the kernel say where. First through the serial console
# (blocked tasks, CPUs, memory), then, if it is too stuck for that, by NMI, where the
# machine has one.
machine_diagnose()
{
	local key before after

	before=$(stat -c %s "$log")
	for key in w l m; do
		tell monitor 'chardev-send-break serial\n'
		tell serial "$key"
		sleep 1
	done
	after=$(stat -c %s "$log")
	if [ $((after - before)) -lt 200 ] && [ -n "$nmi" ]; then
		tell monitor 'nmi\n'
		sleep 3
	fi
	[ "$(stat -c %s "$log")" -gt "$before" ] ||
		say "the kernel does not even answer${nmi:+ to an NMI}"
}

# Writes to one of QEMU's sockets. It may itself hang and never read.
tell()
{
	printf '%b' "$2" | timeout 2 nc -N -U "$run/$1" >/dev/null 2>&1 || true
}
