# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# For tools/kernel, the compiler of a newer Debian than the machine's: the headers of a
# kernel name the one that has built it, which has options that an older one does not know.
# It is unpacked beside them, and run by that Debian's own loader and libraries.
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

# What a compiler consists of, and the libraries that it wants.
newer_packages()
{
	local package

	for package in "$1-${triplet//_/-}" "cpp-${1#gcc-}-${triplet//_/-}"; do
		echo "$package"
		package_depends "$package" | grep -E '^(lib|zlib)' | grep -v -- '-dev$'
	done | sort -u
}

# Has the headers of the kernel that is unpacked in $1 name a compiler that runs here.
newer_compiler()
{
	local top=$1 variables compiler triplet newer part debs deb suite packages

	variables=$(echo "$top"/usr/src/linux-headers-*/.kernelvariables)
	# shellcheck disable=SC2016 # make's variable
	compiler=$(sed -nE 's/^CC = .*\$\(CROSS_COMPILE\)(gcc-[0-9]+)$/\1/p' "$variables")
	triplet=$(gcc -dumpmachine)
	newer=$top/newer
	if [ -z "$compiler" ] || command -v "$triplet-$compiler" >/dev/null; then
		return
	fi
	for suite in '' sid; do
		if [ -z "$suite" ]; then apt_init machine; else apt_init_suite "$suite"; fi
		[ -z "$(newest_package "$compiler-${triplet//_/-}")" ] || break
	done
	mapfile -t packages < <(newer_packages "$compiler")
	[ ${#packages[@]} -gt 2 ] || die "no package of $compiler, which the headers name"
	say "downloading $compiler, which the headers name: ${packages[*]}"
	debs=$(download "${packages[@]}") || die "the download failed"
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
	# -B is where it looks for cc1
	newer_command "$newer/bin/$compiler" "$newer/usr/bin/$triplet-$compiler" "-B$newer/bin/"
	sed -i "s,\$(CROSS_COMPILE)$compiler\$,$newer/bin/$compiler," "$variables"
}
