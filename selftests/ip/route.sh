#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: timeout=600 by-name
#
# Addresses and routes of the stack. What the native stack does with the same
# commands is the measure: a namespace with dummy devices of the same names gets
# them too, and exit statuses, tables and lookups must be the same.
# shellcheck disable=SC2317,SC2329 # functions are called by name

. "$(dirname "$0")/../lib.sh"

need jq awk ping gonet
modprobe dummy 2>/dev/null

SEED=${SEED:-$RANDOM}

# A process that takes commands and keeps its network namespace: NAME COMMAND...
# It is much faster than a process for each command.
engine_start()
{
	local name=$1 fd

	shift
	mkfifo "$TMP/$name.in" "$TMP/$name.out" || return
	stdbuf -oL "$@" -force -batch - <"$TMP/$name.in" >"$TMP/$name.out" 2>&1 &
	defer kill $!
	exec {fd}>"$TMP/$name.in"
	to[$name]=$fd
	exec {fd}<"$TMP/$name.out"
	from[$name]=$fd
	sent[$name]=0
}
declare -A to from sent

# ask NAME WORDS...: the answer is in answer[], and the status tells whether it was
# refused. After every command comes one that nobody knows: its error is the end. Words
# that are wrong in themselves end `ip`, so they are not for it.
ask()
{
	local name=$1 line status=0 n

	shift
	answer=()
	[ -n "${to[$name]}" ] || fail "$name does not answer any more" || return 3
	printf '%s\nend-of-answer\n' "$*" >&"${to[$name]}"
	n=$((sent[$name] + 2))
	sent[$name]=$n
	while IFS= read -r -t 30 -u "${from[$name]}" line; do
		case $line in
		"Command failed -:$n")		return "$status" ;;
		"Command failed -:"*)		status=2 ;;
		*end-of-answer*)		;;
		*)				answer+=("$line") ;;
		esac
	done
	# Answers that come later would be taken for those to other questions.
	to[$name]=
	fail "$name has no answer to '$*'; it said: ${answer[*]}"
	return 3
}

# Both stacks, with the same devices and nothing else. The native one is in REF.
pair_new()
{
	local dev

	ns_new NS && ns_new REF || return
	# As systemd sets it, and as the stack always does.
	ip netns exec "$REF" sysctl -q -w net.ipv4.conf.all.promote_secondaries=1 || return
	for dev in gonet0 gonet1; do
		ip -n "$REF" link add "$dev" type dummy || skip_all "no dummy devices here"
		ip -n "$REF" link set "$dev" up || return
		native ip link add "$dev" type gonet && native ip link set "$dev" up || return
	done
	engine_start native ip -n "$REF" -4 && engine_start stack gonet -n "$NS"
}

# Forgets all addresses, and with them all routes but those that need no device.
pair_clear()
{
	local dev name

	for name in native stack; do
		for dev in gonet0 gonet1; do
			ask "$name" addr flush dev "$dev"
		done
		ask "$name" route flush table main
		[ -n "${to[$name]}" ] || fail "$name is of no use" || return
	done
}

# The same words to both; both take them, or both refuse.
both()
{
	local ref ref_status our_status

	ask native "$@"
	ref_status=$?
	ref=${answer[*]}
	ask stack "$@"
	our_status=$?
	[[ $ref_status != 3 && $ref_status = "$our_status" ]] ||
		fail "'$*': native $ref_status ($ref), stack $our_status (${answer[*]})"
}

# The words are refused by both, and the stack says TEXT.
both_refuse()
{
	local text=$1

	shift
	both "$@" || return
	! ask stack "$@" || fail "'$*' is not refused" || return
	[[ ${answer[*],,} == *"${text,,}"* ]] ||
		fail "'$*' says '${answer[*]}', not '$text'"
}

# Leaves in answer[] what counts of a listing of routes. Of the broadcast address that
# several own addresses share, the stack keeps one route.
answer_routes()
{
	local i line

	for i in "${!answer[@]}"; do
		line=${answer[i]/ linkdown/}
		[[ $line != broadcast* ]] || line=${line/ src */}
		answer[i]=${line%"${line##*[! ]}"}
	done
}

# The same of addresses.
answer_addrs()
{
	local line
	local -a kept=()

	for line in "${answer[@]}"; do
		[[ $line =~ inet\ ([^ ]+) ]] || continue
		line="${BASH_REMATCH[1]} ${line#*scope}"
		kept+=("${line/ tentative/}")
	done
	answer=("${kept[@]}")
}

# What `route get` says, without what only one of them says.
answer_path()
{
	local line=${answer[0]}

	line=${line/ uid 0/}
	if [[ $line =~ (.*)\ from\ ([^ ]+)(.*) ]]; then
		line="${BASH_REMATCH[1]}${BASH_REMATCH[3]% } src ${BASH_REMATCH[2]}"
	fi
	answer=("${line%"${line##*[! ]}"}")
}

# same KIND WORDS...: both answer the same to a question, whatever the order
same()
{
	local kind=$1 line
	local -A lines=()
	local -a more=()

	shift
	ask native "$@" || return
	"answer_$kind"
	for line in "${answer[@]}"; do
		lines[$line]=1
	done
	ask stack "$@" || return
	"answer_$kind"
	for line in "${answer[@]}"; do
		[ -n "${lines[$line]}" ] || more+=("$line")
		lines[$line]=2
	done
	for line in "${!lines[@]}"; do
		[ "${lines[$line]}" = 2 ] || more+=("missing: $line")
	done
	[ ${#more[@]} = 0 ] || fail "'$*': the stack differs:" "${more[@]/#/; }"
}

# The tables of both are the same, and so are their addresses.
same_tables()
{
	same routes route show table main && same routes route show table local &&
		same addrs addr show
}

# What `route get` says of a way that there is not.
answer_error()
{
	case ${answer[*]} in
	*"black hole"*)		answer=("Invalid argument") ;;
	*prohibits*)		answer=("Permission denied") ;;
	*"host is unreachable"*)	answer=("No route to host") ;;
	*"No route to the dest"*)	answer=("Network is unreachable") ;;
	*)			answer=("${answer[*]#*answers: }") ;;
	esac
}

# Both find the same way, or none for the same reason.
same_path()
{
	local ref

	if ask native route get "$@"; then
		answer_path
	else
		answer_error
	fi
	ref=${answer[*]}
	if ask stack route get "$@"; then
		answer_path
	else
		answer_error
	fi
	[ "$ref" = "${answer[*]}" ] || fail "to $*: native '$ref', stack '${answer[*]}'"
}

# What `route get` prints in a batch, and the errors by the number of the line.
paths() { sed -E '/^ /d; s/ uid 0//; s/ cache.*//; s/ +$//'; }

errors()
{
	awk '
	/Command failed/	{ sub(/.*:/, ""); print "line " $0 " " what; next }
	/black hole/		{ what = "Invalid argument"; next }
	/prohibits/		{ what = "Permission denied"; next }
	/host is unreachable/	{ what = "No route to host"; next }
	/No route to the dest/	{ what = "Network is unreachable"; next }
				{ what = $0; sub(/.*answers: /, "", what) }'
}

same_files()
{
	diff "$TMP/native" "$TMP/stack" >"$TMP/diff" ||
		fail "$1: native (<) and stack (>) differ:" "$(cat "$TMP/diff")"
}

# Both find the same ways for a file of `route get`.
same_paths()
{
	ip -n "$REF" -4 -force -batch "$1" 2>"$TMP/native.err" | paths >"$TMP/native"
	stack -force -batch "$1" 2>"$TMP/stack.err" | paths >"$TMP/stack"
	same_files "paths" || return
	errors <"$TMP/native.err" >"$TMP/native"
	errors <"$TMP/stack.err" >"$TMP/stack"
	same_files "errors"
}

# path_is WORD... -- TO...: the way is printed with these words in it, in this order
path_is()
{
	local want=

	while [ "$1" != -- ]; do
		want+="$1 "
		shift
	done
	shift
	ask stack route get "$@" || fail "no way to $*: ${answer[*]}" || return
	[[ "${answer[0]} " == *"$want"* ]] || fail "to $*: '${answer[0]}', not '$want'"
}

no_path()
{
	ask stack route get "$@"
	[ $? = 2 ] || fail "to $*: not refused: ${answer[*]}"
}


is() { [ "$1" = "$2" ] || fail "is '$1', not '$2'"; }

test_loopback_is_there()
{
	same_tables && same_path 127.0.0.1 && same_path 127.200.1.2 && same_path 127.255.255.255
}

test_addr_add_del()
{
	both addr add 10.0.0.2/24 dev gonet0 && same_tables &&
		both addr add 10.0.1.2/16 brd 10.0.255.255 dev gonet1 && same_tables &&
		both addr add 192.168.3.4/30 dev gonet1 && same_tables &&
		both addr del 10.0.1.2/16 dev gonet1 && same_tables &&
		both addr del 192.168.3.4/30 dev gonet1 && same_tables &&
		both addr del 10.0.0.2/24 dev gonet0 && same_tables
}

test_addr_short_networks()
{
	local plen

	for plen in 32 31 30 29 17 9 8 1; do
		both addr add "11.130.5.6/$plen" dev gonet0 && same_tables || return
		same_path 11.130.5.7 && same_path 11.130.5.4 && same_path 11.130.5.6 || return
		both addr del "11.130.5.6/$plen" dev gonet0 && same_tables || return
	done
}

test_addr_same_network_twice()
{
	local first

	for first in 10.0.0.2 10.0.0.3 10.0.0.4; do
		both addr add 10.0.0.2/24 dev gonet0 && both addr add 10.0.0.3/24 dev gonet0 &&
			both addr add 10.0.0.4/24 dev gonet0 || return
		both addr del "$first/24" dev gonet0 || return
		# Only the source of the secondaries' local routes differs: theirs is their own.
		same routes route show table main && same addrs addr show || return
		path_is "$first" dev gonet0 -- "$first" && path_is broadcast -- 10.0.0.255 || return
		pair_clear
		same_tables || return
	done
}

test_addr_overlapping_networks()
{
	both addr add 10.0.0.2/24 dev gonet0 && both addr add 10.0.0.200/25 dev gonet0 &&
		both addr add 10.0.0.2/16 dev gonet0 && same_tables &&
		both addr del 10.0.0.200/25 dev gonet0 && same_tables &&
		path_is broadcast -- 10.0.0.255 &&
		both addr del 10.0.0.2/24 dev gonet0 && same_tables &&
		path_is local -- 10.0.0.2
}

test_addr_on_two_devices()
{
	both addr add 10.0.0.2/24 dev gonet0 && both addr add 10.0.0.2/24 dev gonet1 &&
		same_tables && same_path 10.0.0.9 && both addr del 10.0.0.2/24 dev gonet0 &&
		same_tables && same_path 10.0.0.9 && path_is local -- 10.0.0.2
}

test_addr_errors()
{
	both addr add 10.0.0.2/24 dev gonet0 || return
	both_refuse "already assigned" addr add 10.0.0.2/24 dev gonet0 &&
		both addr add 10.0.0.2/25 dev gonet0 &&
		both_refuse "" addr add 10.0.0.2/24 dev nosuch &&
		both_refuse "scope" addr add 10.0.0.3/24 scope link dev gonet0 &&
		both_refuse "not found" addr del 10.0.0.3/24 dev gonet0 &&
		both_refuse "not found" addr del 10.0.0.2/23 dev gonet0 &&
		both_refuse "not found" addr del 10.0.0.2/24 dev gonet1 && same_tables || return
	# Where the native stack takes what no host may have.
	! stack addr add 224.0.0.1/24 dev gonet0 || fail "a group as an own address" || return
	! stack addr add 255.255.255.255/32 dev gonet0 || fail "broadcast as an own address" ||
		return
	! stack addr add 0.0.0.0/8 dev gonet0 || fail "0.0.0.0 as an own address" || return
	same_tables
}

test_last_addr_takes_routes()
{
	both addr add 10.0.0.2/24 dev gonet0 && both addr add 10.0.1.2/24 dev gonet1 &&
		both route add 20.0.0.0/8 via 10.0.0.1 && both route add 21.0.0.0/8 dev gonet0 &&
		both route add 22.0.0.0/8 via 10.0.1.1 && both route add prohibit 23.0.0.0/8 &&
		both route add 24.0.0.0/8 via 10.0.1.1 src 10.0.0.2 && same_tables &&
		both addr del 10.0.0.2/24 dev gonet0 && same_tables
}

addrs_up()
{
	pair_clear && both addr add 10.0.0.2/24 dev gonet0 && both addr add 10.0.1.2/24 dev gonet1
}

test_route_add_del()
{
	addrs_up || return
	both route add 20.1.0.0/16 via 10.0.0.1 && both route add 20.1.2.0/24 dev gonet1 &&
		both route add 20.1.2.3 via 10.0.1.1 metric 7 &&
		both route add default via 10.0.0.254 && both route add default via 10.0.1.254 metric 5 &&
		both route add unreachable 30.0.0.0/8 && both route add prohibit 30.1.0.0/16 &&
		both route add blackhole 30.1.2.0/24 && both route add 40.0.0.0/8 via 10.0.0.1 proto static &&
		both route add 41.0.0.0/8 dev gonet1 src 10.0.0.2 &&
		both route add local 42.0.0.0/8 dev gonet0 && same_tables || return
	for to in 20.1.2.3 20.1.2.4 20.1.3.3 20.2.3.4 30.2.3.4 30.1.3.4 30.1.2.4 40.1.1.1 41.1.1.1 \
		42.1.2.3; do
		same_path "$to" || return
	done
	both route del 20.1.2.3 && both route del 20.1.0.0/16 && both route del default metric 5 &&
		both route del unreachable 30.0.0.0/8 && both route del 30.1.0.0/16 &&
		both route del blackhole 30.1.2.0/24 && both route del local 42.0.0.0/8 dev gonet0 &&
		same_tables && same_path 20.1.2.3 && same_path 30.1.2.4
}

test_route_errors()
{
	addrs_up || return
	both_refuse "prefix" route add 20.0.0.1/24 via 10.0.0.1 &&
		both_refuse "Nexthop has invalid gateway" route add 20.0.0.0/8 via 99.0.0.1 &&
		both_refuse "Nexthop has invalid gateway" route add 20.0.0.0/8 via 10.0.0.1 dev gonet1 &&
		both_refuse "Nexthop has invalid gateway" route add 20.0.0.0/8 via 10.0.0.255 &&
		both_refuse "Nexthop has invalid gateway" \
			route add 20.0.0.0/8 via 10.0.0.1 scope link &&
		both_refuse "" route add 20.0.0.0/8 &&
		both_refuse "" route add 20.0.0.0/8 dev nosuch &&
		both_refuse "can not be specified" route add prohibit 20.0.0.0/8 dev gonet0 &&
		both_refuse "prefsrc" route add 20.0.0.0/8 via 10.0.0.1 src 10.0.0.3 &&
		both_refuse "scope" route add local 20.0.0.0/8 dev gonet0 scope link &&
		both_refuse "gateway" route add local 20.0.0.0/8 via 10.0.0.1 dev gonet0 &&
		both_refuse "" route del 20.0.0.0/8 && both_refuse "" route del default &&
		both_refuse "" route change 20.0.0.0/8 via 10.0.0.1 &&
		both route add 20.0.0.0/8 via 10.0.0.1 &&
		both_refuse "exists" route add 20.0.0.0/8 via 10.0.0.9 &&
		both_refuse "Nexthop has invalid gateway" route add 21.0.0.0/8 via 20.0.0.1 &&
		same_tables
}

test_gateway_over_down_device()
{
	addrs_up && stack link set dev gonet1 down || return
	! ask stack route add 20.0.0.0/8 via 10.0.1.1 || fail "gateway over it" || return
	! ask stack route add 20.0.0.0/8 dev gonet1 || fail "route over it" || return
	[[ ${answer[*]} == *"not up"* ]] || fail "says '${answer[*]}'" || return
	stack link set dev gonet1 up && stack route add 20.0.0.0/8 via 10.0.1.1 &&
		stack route del 20.0.0.0/8
}

test_route_flags()
{
	addrs_up || return
	both route add 20.0.0.0/8 via 10.0.0.1 && both route append 20.0.0.0/8 via 10.0.0.3 &&
		both route prepend 20.0.0.0/8 via 10.0.0.4 && same_tables && same_path 20.1.1.1 &&
		both_refuse "exists" route append 20.0.0.0/8 via 10.0.0.3 &&
		both_refuse "exists" route replace 20.0.0.0/8 via 10.0.0.3 &&
		both route replace 20.0.0.0/8 via 10.0.0.4 && both route replace 20.0.0.0/8 via 10.0.0.5 &&
		same_tables && same_path 20.1.1.1 &&
		both route change 20.0.0.0/8 via 10.0.1.6 && same_tables && same_path 20.1.1.1 &&
		both route replace 20.0.0.0/8 via 10.0.0.1 metric 3 && same_tables &&
		both route change 20.0.0.0/8 via 10.0.0.7 metric 3 && same_tables &&
		both_refuse "" route change 20.0.0.0/8 via 10.0.0.7 metric 4 &&
		both route replace prohibit 20.0.0.0/8 && same_tables && same_path 20.1.1.1
}

test_route_del_matches()
{
	addrs_up || return
	both route add 20.0.0.0/8 via 10.0.0.1 metric 1 && both route add 20.0.0.0/8 via 10.0.1.1 metric 2 &&
		both route add 20.0.0.0/8 dev gonet1 metric 3 &&
		both route add 20.0.0.0/8 via 10.0.0.9 metric 4 proto static &&
		both route add 20.0.0.0/8 via 10.0.0.9 metric 5 src 10.0.1.2 &&
		both route add prohibit 20.0.0.0/8 metric 6 && same_tables || return
	both_refuse "" route del 20.0.0.0/8 metric 9 && both_refuse "" route del 20.0.0.0/8 via 10.0.0.2 &&
		both_refuse "" route del 20.0.0.0/9 && both_refuse "" route del 20.0.0.0/8 proto kernel &&
		both_refuse "" route del blackhole 20.0.0.0/8 && same_tables &&
		both route del 20.0.0.0/8 dev gonet1 && same_tables &&
		both route del 20.0.0.0/8 proto static && same_tables &&
		both route del 20.0.0.0/8 via 10.0.0.9 src 10.0.1.2 && same_tables &&
		both route del prohibit 20.0.0.0/8 && same_tables &&
		both route del 20.0.0.0/8 dev gonet1 && same_tables &&
		both route del 20.0.0.0/8 && same_tables && both_refuse "" route del 20.0.0.0/8
}

# With `from` and `oif`, and to what is no single host.
test_special_destinations()
{
	local to

	addrs_up || return
	for to in 10.0.0.2 10.0.1.2 10.0.0.1 10.0.0.0 10.0.0.255 10.0.1.255 127.0.0.1 127.9.9.9 \
		1.2.3.4 0.1.2.3 224.0.0.1 239.1.2.3 240.1.1.1; do
		same_path "$to" || return
		same_path "$to" from 10.0.1.2 || return
		same_path "$to" oif gonet1 || return
		same_path "$to" from 10.0.0.2 oif gonet1 || return
	done
	same_path 255.255.255.255 oif gonet1 && same_path 255.255.255.255 from 10.0.1.2 || return
	# Without any hint the native stack does not know where to.
	path_is broadcast 255.255.255.255 dev gonet0 -- 255.255.255.255 || return
	both route add default via 10.0.1.1 || return
	for to in 1.2.3.4 0.1.2.3 224.0.0.1 239.1.2.3 240.1.1.1 255.255.255.255; do
		same_path "$to" || return
		same_path "$to" from 10.0.0.2 || return
		same_path "$to" oif gonet0 || return
		same_path "$to" oif gonet1 || return
	done
	both route add 239.0.0.0/8 via 10.0.0.9 && same_path 239.1.2.3 && same_path 239.1.2.3 oif gonet1
}

# Routes that are nested, doubled and refused, in the language of -batch.
random_routes()
{
	awk -v seed="$1" -v n="$2" '
	function pick(a, b)	{ return a + int(rand() * (b - a + 1)) }
	function cut(v, plen,	unit) { unit = 2 ^ (32 - plen); return v - v % unit }
	function text(v)	{ return int(v / 16777216) "." int(v / 65536) % 256 "." \
					 int(v / 256) % 256 "." v % 256 }
	BEGIN {
		srand(seed)
		for (i = 0; i < 24; i++)
			base[i] = pick(11, 126) * 16777216 + pick(0, 16777215)
		print "route add default via 10.0.0.254 metric 50"
		for (i = 0; i < n; i++) {
			plen = pick(0, 3) ? pick(8, 32) : pick(1, 32)
			v = base[pick(0, 23)]
			if (pick(0, 1))
				v += pick(-70000, 70000)
			v = cut(v, plen)
			if (v < 11 * 16777216 && plen > 3)
				v = cut(11 * 16777216, plen)
			to = text(v) "/" plen
			kind = pick(0, 11)
			metric = pick(0, 2) ? "" : " metric " pick(0, 3)
			verb = pick(0, 9) ? "add" : pick(0, 1) ? "replace" : "append"
			if (kind == 0)		words = "unreachable " to
			else if (kind == 1)	words = "prohibit " to
			else if (kind == 2)	words = "blackhole " to
			else if (kind < 5)	words = to " dev gonet" pick(0, 1)
			else			words = to " via 10.0." pick(0, 1) "." pick(1, 1) pick(0, 9)
			print "route " verb " " words metric
		}
	}'
}

# Addresses at and around the edges of the prefixes of a batch, and anywhere.
random_destinations()
{
	awk -v seed="$1" -v n="$2" '
	function pick(a, b)	{ return a + int(rand() * (b - a + 1)) }
	function text(v)	{ return int(v / 16777216) "." int(v / 65536) % 256 "." \
					 int(v / 256) % 256 "." v % 256 }
	BEGIN { srand(seed) }
	match($0, /[0-9.]+\/[0-9]+/) {
		split(substr($0, RSTART, RLENGTH), p, /[.\/]/)
		net[m] = ((p[1] * 256 + p[2]) * 256 + p[3]) * 256 + p[4]
		size[m++] = 2 ^ (32 - p[5])
	}
	END {
		for (i = 0; i < n; i++) {
			j = pick(0, m - 1)
			v = net[j]
			k = pick(0, 5)
			if (k == 0)		v -= 1
			else if (k == 1)	v += size[j] - 1
			else if (k == 2)	v += size[j]
			else if (k == 3)	v += int(rand() * size[j])
			else if (k == 4)	v = pick(1, 223) * 16777216 + pick(0, 16777215)
			# no own network: sources are chosen there as the ARP tests want it
			if (v >= 16777216 && v < 3758096384)
				print "route get " text(v)
		}
	}' "$3"
}

test_random_tables()
{
	local round

	for round in 1 2; do
		addrs_up || return
		note "seed $((SEED + round))"
		random_routes $((SEED + round)) 300 >"$TMP/routes"
		ip -n "$REF" -4 -force -batch "$TMP/routes" 2>&1 | grep -c failed >"$TMP/native"
		stack -force -batch "$TMP/routes" 2>&1 | grep -c failed >"$TMP/stack"
		same_files "number of refusals, seed $((SEED + round))" || return
		same_tables || return
		random_destinations $((SEED + round)) 1500 "$TMP/routes" >"$TMP/gets"
		same_paths "$TMP/gets" || fail "seed $((SEED + round))" || return
		# and when half of them have gone
		sed -n 'n; s/^route [a-z]* /route del /p' "$TMP/routes" >"$TMP/dels"
		random_destinations "$round" 700 "$TMP/routes" >"$TMP/gets"
		ip -n "$REF" -4 -force -batch "$TMP/dels" 2>&1 | grep -c failed >"$TMP/native"
		stack -force -batch "$TMP/dels" 2>&1 | grep -c failed >"$TMP/stack"
		same_files "number of refused deletions, seed $((SEED + round))" || return
		same_tables && same_paths "$TMP/gets" || fail "seed $((SEED + round))" || return
	done
}

test_down_is_passed_over()
{
	addrs_up || return
	stack route add 20.0.0.0/8 via 10.0.0.1 metric 1 &&
		stack route add 20.0.0.0/8 via 10.0.1.1 metric 2 &&
		stack route add 20.1.0.0/16 dev gonet0 || return
	path_is via 10.0.0.1 -- 20.0.0.1 && path_is 20.1.0.1 dev gonet0 -- 20.1.0.1 || return
	for end in "stack link set dev" "native ip link set dev"; do
		$end gonet0 down || return
		path_is via 10.0.1.1 -- 20.0.0.1 && path_is via 10.0.1.1 -- 20.1.0.1 &&
			path_is local -- 10.0.0.2 && no_path 10.0.0.1 &&
			no_path 20.0.0.1 oif gonet0 || return
		$end gonet0 up || return
		path_is via 10.0.0.1 -- 20.0.0.1 && path_is 20.1.0.1 dev gonet0 -- 20.1.0.1 ||
			return
	done
	ask stack route add unreachable 20.0.0.0/8 && no_path 20.0.0.1 &&
		ask stack route del 20.0.0.0/8 && ask stack route del 20.0.0.0/8 &&
		ask stack route del 20.0.0.0/8 && no_path 20.0.0.1 &&
		path_is 20.1.0.1 dev gonet0 -- 20.1.0.1
}

test_device_takes_its_own()
{
	addrs_up && stack route add 20.0.0.0/8 via 10.0.1.1 && stack route add 21.0.0.0/8 dev gonet1 &&
		stack route add 22.0.0.0/8 via 10.0.0.1 src 10.0.1.2 &&
		stack route add 23.0.0.0/8 via 10.0.0.1 || return
	native ip link del gonet1 || return
	is "$(stack -j route show table all | jq '[.[] | select(.dev == "gonet1")] | length')" 0 &&
		is "$(stack -j addr show | jq '[.[].addr_info[]] | length')" 2 &&
		path_is via 10.0.0.1 -- 23.1.1.1 && no_path 22.1.1.1 || return
	native ip link add gonet1 type gonet && native ip link set gonet1 up &&
		stack addr add 10.0.1.2/24 dev gonet1 && path_is dev gonet1 -- 10.0.1.1
}

test_conflict_withdraws()
{
	addrs_up || return
	stack addr add 10.0.7.2/24 dev gonet0 && native ip addr add 10.0.7.2/24 dev gonet0 || return
	wait_for 20 conflict_seen || fail "no conflict seen" || return
	no_path 10.0.7.2 && no_path 10.0.7.1 || return
	stack addr del 10.0.7.2/24 dev gonet0 && native ip addr del 10.0.7.2/24 dev gonet0
}

conflict_seen()
{
	# the question for this one names who asks
	native ping -q -c 1 -W 1 10.0.7.3 >/dev/null
	stack -j addr show dev gonet0 | jq -e '.[0].addr_info[] | select(.dadfailed)' >/dev/null
}

# NS is the gateway between the stack and FAR.
gateway_up()
{
	pair_clear
	ns_new FAR && ip -n "$NS" link add up0 type veth peer name down0 netns "$FAR" &&
		native ip addr add 192.168.9.1/24 dev up0 && native ip link set up0 up &&
		ip -n "$FAR" addr add 192.168.9.2/24 dev down0 && ip -n "$FAR" link set down0 up &&
		ip -n "$FAR" route add default via 192.168.9.1 &&
		native sysctl -q -w net.ipv4.ip_forward=1 &&
		native ip addr add 10.0.0.1/24 dev gonet0 && native ip addr add 10.0.1.1/24 dev gonet1 &&
		stack addr add 10.0.0.2/24 dev gonet0 && stack addr add 10.0.1.2/24 dev gonet1
}

far_answered() { ip netns exec "$FAR" ping -q -c 1 -W 1 "$1"; }

test_through_a_gateway()
{
	gateway_up || return
	! stack ping -c 1 -W 1 192.168.9.2 || fail "answered without a route" || return
	stack route add default via 10.0.0.1 || return
	wait_for 10 far_answered 10.0.0.2 || return
	stack ping -c 3 -i 0.2 -W 2 192.168.9.2 || return
	stack ping -c 1 -W 2 192.168.9.1
}

test_longest_prefix_carries()
{
	local n=0

	stack route add 192.168.9.0/24 via 10.0.1.1 && stack route add 192.168.9.2/32 via 10.0.0.1 ||
		return
	n=$(native cat /sys/class/net/gonet0/statistics/rx_packets)
	stack ping -c 3 -i 0.2 -W 2 192.168.9.2 || return
	[ $(($(native cat /sys/class/net/gonet0/statistics/rx_packets) - n)) -ge 3 ] ||
		fail "not by the longest prefix" || return
	stack route add 192.168.9.2/31 via 10.0.0.77 && stack ping -c 1 -W 2 192.168.9.2 || return
	stack route del 192.168.9.2/31 && stack route del 192.168.9.2 &&
		stack route del 192.168.9.0/24
}

test_metric_carries()
{
	stack route add 192.168.9.0/24 via 10.0.0.77 metric 20 &&
		stack route add 192.168.9.0/24 via 10.0.1.1 metric 10 &&
		stack ping -c 1 -W 2 192.168.9.2 && stack route del 192.168.9.0/24 metric 20 &&
		stack route del 192.168.9.0/24 metric 10
}

test_refusing_routes()
{
	local type

	for type in unreachable prohibit blackhole; do
		stack route add "$type" 192.168.9.2/32 || return
		! stack ping -c 1 -W 1 192.168.9.2 || fail "$type route answered" || return
		stack ping -c 1 -W 2 192.168.9.1 || return
		stack route del "$type" 192.168.9.2 || return
		stack ping -c 1 -W 2 192.168.9.2 || return
	done
}

# Sources follow the route: FAR sees where a packet comes from.
test_source_follows_route()
{
	stack addr add 10.5.5.5/32 dev gonet0 && native ip route add 10.5.5.5/32 dev gonet0 || return
	stack route add 192.168.9.2/32 via 10.0.0.1 src 10.5.5.5 || return
	path_is src 10.5.5.5 -- 192.168.9.2 &&
		stack ping -c 1 -W 2 192.168.9.2 || return
	stack addr del 10.5.5.5/32 dev gonet0 || return
	path_is src 10.0.0.2 -- 192.168.9.2
}

# While unrelated routes come and go, and the way itself is replaced, nothing is lost.
test_changes_under_traffic()
{
	local i pid

	for i in $(seq 1 250); do
		echo "route add 50.$i.0.0/16 via 10.0.0.1"
		echo "route add 50.$i.$i.0/24 dev gonet1"
		echo "route replace default via 10.0.$((i % 2)).1"
		echo "route replace 192.168.9.0/24 via 10.0.$((i / 2 % 2)).1"
	done >"$TMP/adds"
	for i in $(seq 1 250); do
		echo "route del 50.$i.0.0/16"
		echo "route del 50.$i.$i.0/24"
	done >"$TMP/dels"
	stack route replace 192.168.9.0/24 via 10.0.0.1 || return
	far_answered 10.0.0.2 && far_answered 10.0.1.2 || return
	ip netns exec "$FAR" ping -q -f -c 3000 -W 5 10.0.0.2 >"$TMP/ping" &
	pid=$!
	while kill -0 "$pid" 2>/dev/null; do
		stack -batch "$TMP/adds" && stack -batch "$TMP/dels" || return
	done
	cat "$TMP/ping"
	wait "$pid" && grep -q " 0% packet loss" "$TMP/ping"
}

pair_new || exit
check "127.0.0.0/8 is there from the start" test_loopback_is_there
check "addresses come and go with what they imply" test_addr_add_del
check "networks of every size" test_addr_short_networks
check "three addresses of one network, and the first goes" test_addr_same_network_twice
pair_clear
check "addresses of overlapping networks" test_addr_overlapping_networks
pair_clear
check "an address on two devices" test_addr_on_two_devices
pair_clear
check "addresses are refused as natively" test_addr_errors
pair_clear
check "the last address takes the device's routes along" test_last_addr_takes_routes
check "routes come and go" test_route_add_del
check "routes are refused as natively" test_route_errors
check "no gateway over a device that is down" test_gateway_over_down_device
check "add, append, prepend, replace, change" test_route_flags
check "deletion by what is given" test_route_del_matches
check "destinations that are no single host" test_special_destinations
check "random tables are those of the native stack" test_random_tables
check "routes over devices that are down are passed over" test_down_is_passed_over
check "a device takes its addresses and routes along" test_device_takes_its_own
check "an address in conflict is not used" test_conflict_withdraws
check "pings through a gateway" test_through_a_gateway
check "the longest prefix carries the packet" test_longest_prefix_carries
check "the lowest metric carries the packet" test_metric_carries
check "unreachable, prohibit and blackhole" test_refusing_routes
check "the source follows the route" test_source_follows_route
check "changes under traffic lose nothing" test_changes_under_traffic
finish
