# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# For tools/kernel, the compiler of a newer Debian than the machine's: the headers of a
# kernel name the one that has built it, which has options that an older one does not know,
# and writes for an assembler that is as new. It is unpacked beside them, and run by that
# Debian's own loader and libraries, as are those programs of the headers that want them.
# shellcheck disable=SC2154 # cache is apt.sh's

# Writes a command that runs a program so: newer_command COMMAND PROGRAM [ARG...]
newer_command()
{
	local command=$1

	shift
	printf '#!/bin/sh\nexec %s --library-path %s %s "$@"\n' \
		"$(find "$newer/usr" -name 'ld-linux*.so.*' -print -quit)" \
		"$newer/usr/lib/$triplet" "$*" >"$command"
	chmod 755 "$command"
}

# Programs of the headers in the folder $1 that the machine's libraries are too old for.
newer_programs()
{
	local program programs

	mapfile -t programs < <(find "$1" -type f -perm -u+x ! -name '*.newer')
	for program in "${programs[@]}"; do
		if ldd "$program" 2>&1 | grep -q 'not found'; then
			mv "$program" "$program.newer"
			newer_command "$program" "$program.newer"
		fi
	done
}

# Has the headers of the kernel that is unpacked in $1 name programs that run here.
newer_compiler()
{
	local top=$1 variables compiler triplet newer part debs deb suite packages

	variables=$(echo "$top"/usr/src/linux-headers-*/.kernelvariables)
	# that of the package, or what this has made of it
	compiler=$(sed -nE 's,^CC = .*[)/](gcc-[0-9]+)$,\1,p' "$variables")
	triplet=$(gcc -dumpmachine)
	newer=$top/newer
	if [ -z "$compiler" ] || [ -e "$newer/complete" ] ||
	   command -v "$triplet-$compiler" >/dev/null; then
		return
	fi
	# what its programs depend on comes with the headers' own package of them
	packages=("$compiler-${triplet//_/-}" "$(basename "$top"/usr/lib/linux-kbuild-*)")
	for suite in '' sid; do
		if [ -z "$suite" ]; then apt_init machine; else apt_init_suite "$suite"; fi
		[ -z "$(newest_package "${packages[0]}")" ] || break
	done
	say "downloading $compiler, which the headers name, and what it depends on"
	debs=$(download_all "${packages[@]}") || die "the download of ${packages[*]} failed"
	rm -rf "$newer"
	part=$(mktemp -d "$cache/kernels/.part.XXXXXX")
	chmod 755 "$part"
	for deb in "$debs"/*.deb; do
		dpkg-deb -x "$deb" "$part"
	done
	rm -r "$debs"
	mv "$part" "$newer"
	mkdir "$newer/bin"
	newer_command "$newer/bin/cc1" "$newer/usr/libexec/gcc/$triplet/${compiler#gcc-}/cc1"
	newer_command "$newer/bin/as" "$newer/usr/bin/$triplet-as"
	newer_command "$newer/bin/pahole" "$newer/usr/bin/pahole"
	# -B is where it looks for the first two
	newer_command "$newer/bin/$compiler" "$newer/usr/bin/$triplet-$compiler" "-B$newer/bin/"
	newer_programs "$top/usr/lib/"linux-kbuild-*
	sed -i "s,\$(CROSS_COMPILE)$compiler\$,$newer/bin/$compiler,; /^override PAHOLE/d" "$variables"
	echo "override PAHOLE = $newer/bin/pahole" >>"$variables"
	touch "$newer/complete"
}
