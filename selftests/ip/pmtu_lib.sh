# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# A path that is narrower behind its first link. Twice the same, with the same
# addresses: for the stack, and for the native one to compare with.
#
#	10.0.0.2 --1500-- 10.0.0.1 router 192.168.9.1 --1400-- 192.168.9.2, .3, ...
#
#	path_up		the stack of $NS is 10.0.0.2, the native one of $NS the router;
#			$FAR is behind it
#	path_up_native	a native stack in $HOST is 10.0.0.2, $MIDDLE the router, $FAR2
#			behind it

far_up()
{
	local router=$1 far=$2 i

	ip -n "$router" link add far0 mtu 1400 type veth peer name down0 mtu 1400 netns "$far" &&
		ip -n "$router" addr add 192.168.9.1/24 dev far0 &&
		ip -n "$router" link set far0 up && ip -n "$far" link set down0 up || return
	for i in 2 3 4 5 6 7 8 9; do
		ip -n "$far" addr add "192.168.9.$i/24" dev down0 || return
	done
	ip -n "$far" route add default via 192.168.9.1 &&
		ip netns exec "$router" sysctl -q -w net.ipv4.ip_forward=1 || return
}

path_up()
{
	ns_new NS && ns_new FAR && far_up "$NS" "$FAR" && net_up 1 &&
		stack route add default via 10.0.0.1
}

path_up_native()
{
	ns_new HOST && ns_new MIDDLE && ns_new FAR2 && far_up "$MIDDLE" "$FAR2" &&
		ip -n "$MIDDLE" link add net0 type veth peer name gonet0 netns "$HOST" &&
		ip -n "$MIDDLE" addr add 10.0.0.1/24 dev net0 &&
		ip -n "$HOST" addr add 10.0.0.2/24 dev gonet0 &&
		ip -n "$MIDDLE" link set net0 up && ip -n "$HOST" link set gonet0 up &&
		ip -n "$HOST" route add default via 10.0.0.1 &&
		wait_for 10 ip netns exec "$HOST" ping -q -c 1 -W 1 192.168.9.9 >/dev/null
}
