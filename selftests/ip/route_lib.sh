# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2317,SC2329 # functions are called by name
#
# For the tests of addresses and routes, after lib.sh. What the native stack does
# with the same commands is the measure: a namespace with dummy devices of the same
# names gets them too, and exit statuses, tables and lookups must be the same.
#
#	pair_new	both stacks, with gonet0 and gonet1 and nothing else: $NS and $REF
#	pair_clear	without addresses and routes again
#	addrs_up	pair_clear, then 10.0.0.2/24 and 10.0.1.2/24
#	both, both_refuse, same_tables, same_path, same_paths, path_is, no_path: below

need jq awk ping gonet
modprobe dummy 2>/dev/null

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
	# what `ip` makes of the bit that means a group here
	line=${line/ rt_offload_failed/}
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

addrs_up()
{
	pair_clear && both addr add 10.0.0.2/24 dev gonet0 && both addr add 10.0.1.2/24 dev gonet1
}
