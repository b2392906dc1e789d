# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Debian's packages without installing them: for scripts that define say() and die(),
# which tell of progress and of the end. What is fetched is kept in $cache, which is
# GONET_CACHE, by default ~/.cache/gonet.

cache=${GONET_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/gonet}
apt_opts=()
# another architecture than the machine's, to fetch packages of; dpkg is not told
apt_arch=

# An apt of our own: the machine's sources, but its own lists and archives, so
# that lists that are old or absent do not matter and nobody must be root.
# $1: its name, $2: optional folder with sources to use in place of the machine's
apt_init()
{
	local root=$cache/apt/$1${apt_arch:+-$apt_arch}

	mkdir -p "$root/lists/partial" "$root/archives/partial"
	: >"$root/status"
	apt_opts=(-o "Dir::State=$root" -o "Dir::State::lists=$root/lists"
		  -o "Dir::State::status=$root/status"
		  -o "Dir::Cache=$root" -o "Dir::Cache::archives=$root/archives"
		  -o Debug::NoLocking=1 -o "APT::Sandbox::User=$(id -un)"
		  -o Acquire::Retries=3 -o Acquire::Languages=none)
	[ -z "$apt_arch" ] ||
		apt_opts+=(-o "APT::Architecture=$apt_arch" -o "APT::Architectures::=$apt_arch")
	if [ $# -gt 1 ]; then
		apt_opts+=(-o Dir::Etc::sourcelist=/dev/null
			   -o "Dir::Etc::sourceparts=$2")
	fi
	if [ -z "$(find "$root/updated" -mmin -60 2>/dev/null)" ]; then
		say "reading the package lists (${root##*/})"
		# one list may be missing while a mirror is updated: what the others have is
		# signed, too, and what none of them has is missed when it is wanted
		if apt-get "${apt_opts[@]}" -qq update >&2; then
			touch "$root/updated"
		else
			say "not all of the package lists could be read"
		fi
	fi
}

# A suite that the machine does not have configured, from the mirror it uses.
apt_init_suite()
{
	local suite=$1 parts=$cache/apt/$1.sources mirror

	apt_init machine
	# shellcheck disable=SC2016 # apt's variables
	mirror=$(apt-get "${apt_opts[@]}" indextargets \
		--format '$(REPO_URI) $(COMPONENT) $(ORIGIN) $(LABEL) $(CREATED_BY)' |
		awk '$2 == "main" && $3 == "Debian" && $4 == "Debian" { print $1; exit }')
	[ -n "$mirror" ] || die "apt has no Debian mirror configured"
	mkdir -p "$parts"
	cat >"$parts/suite.sources" <<-END
	Types: deb
	URIs: $mirror
	Suites: $suite
	Components: main
	Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
	END
	apt_init "$suite" "$parts"
}

# Name of the newest package that matches the whole of a regular expression.
newest_package()
{
	apt-cache "${apt_opts[@]}" search --names-only "^$1\$" |
		awk '{ print $1 }' | sort -V | tail -n 1
}

package_depends()
{
	apt-cache "${apt_opts[@]}" show --no-all-versions "$1" |
		sed -n 's/^Depends: //p' | tr ',' '\n' | awk '{ print $1 }'
}

# Download packages into a new folder and print its name.
download()
{
	local dir

	dir=$(mktemp -d "$cache/download.XXXXXX")
	# as its own user apt may not enter a private home
	(cd "$dir" && apt-get "${apt_opts[@]}" -qq download "$@" >&2)
	echo "$dir"
}

# The same with all that they depend on, as if nothing were installed.
download_all()
{
	local dir

	dir=$(mktemp -d "$cache/download.XXXXXX")
	mkdir "$dir/partial"
	apt-get "${apt_opts[@]}" -o "Dir::Cache::archives=$dir" -qq --download-only -y \
		--no-install-recommends install "$@" >&2 || return
	rm -rf "$dir/partial" "$dir/lock"
	echo "$dir"
}
