// SPDX-License-Identifier: GPL-2.0
/*
 * Fast Open of connections that peers open (RFC 7413 4.2.2): what a listener makes of a SYN
 * with the option. One with a good cookie comes from where it says, so its connection is made
 * at once, and has the SYN's data; of those whose handshake is not done there are at most
 * as many as TCP_FASTOPEN says. Any other SYN is as if there were no such option, but that
 * the answer may have a cookie.
 */
#include <linux/slab.h>
#include <net/sock.h>

#include "logic/fastopen.h"
#include "tcp_listen.h"

#define TCP_FAST_PENALTY	(60 * HZ)	/* RFC 7413 5.1 */

/* As the native stack has it, so that hosts with the same key know each other's. */
static u64 tcp_fast_hash(const struct tcp_tuple *key, const siphash_key_t *secret)
{
	const __be32 of[2] = { key->raddr, key->laddr };

	return siphash(of, sizeof(of), secret);
}

/* The listener's keys, or the stack's. Under RCU. */
static const struct gonet_tcp_keys *tcp_fast_keys(const struct tcp_listen *s)
{
	const struct gonet_tcp_keys *keys = rcu_dereference(s->gt->fast_keys);

	return keys ? keys : &s->stack->tcp->fast_keys;
}

/*
 * Connections that wait, and those whose peer has reset them a while ago: who sends SYNs in the
 * name of others, to have them reset, gains nothing by it.
 */
static u32 tcp_fast_pending(struct gonet_stream *gt)
{
	u32 resets = atomic_read(&gt->fast_resets);

	if (resets && time_after(jiffies, READ_ONCE(gt->fast_reset_at) + TCP_FAST_PENALTY)) {
		atomic_sub(resets, &gt->fast_resets);
		resets = 0;
	}
	return atomic_read(&gt->fast_pending) + resets;
}

/* Whether the cookie is good; if it is of the older key, @give is set to a newer one. */
static bool tcp_fast_check(struct tcp_listen *s, const struct tcp_tuple *key,
			   const struct tcp_options *o, struct tcp_options *give)
{
	const struct gonet_tcp_keys *keys = tcp_fast_keys(s);
	u64 hash = tcp_fast_hash(key, &keys->key[0]);

	if (tcp_fo_cookie_is(hash, o))
		return true;
	tcp_fo_cookie_put(hash, give);
	if (keys->n < 2 || !tcp_fo_cookie_is(tcp_fast_hash(key, &keys->key[1]), o))
		return false;
	gonet_count(s->stack, TcpExtTCPFastOpenPassiveAltKey);
	return true;
}

/**
 * tcp_fast_verdict() - what becomes of a SYN
 * @s: the listener
 * @seg: the SYN
 * @key: of the connection
 * @give: options; the cookie that the answer is to have is added
 *
 * Return: true if the connection is to be made at once.
 */
bool tcp_fast_verdict(struct tcp_listen *s, const struct tcp_seg *seg,
		      const struct tcp_tuple *key, struct tcp_options *give)
{
	const struct tcp_fo_server v = {
		.bits = READ_ONCE(s->stack->conf.tcp_fastopen),
		.no_cookie = READ_ONCE(s->gt->o.fastopen_no_cookie),
		.most = READ_ONCE(s->gt->o.fastopen),
		.pending = tcp_fast_pending(s->gt),
	};
	bool good;

	if (seg->o.present & TCP_HAS_COOKIE && !seg->o.cookie_len)
		gonet_count(s->stack, TcpExtTCPFastOpenCookieReqd);
	switch (tcp_fo_syn(&v, &seg->o, seg->len)) {
	case TCP_FO_ACCEPT:
		return true;
	case TCP_FO_CHECK:
		rcu_read_lock();
		good = tcp_fast_check(s, key, &seg->o, give);
		rcu_read_unlock();
		if (!good)
			gonet_count(s->stack, TcpExtTCPFastOpenPassiveFail);
		return good;
	case TCP_FO_GIVE:
		rcu_read_lock();
		tcp_fo_cookie_put(tcp_fast_hash(key, &tcp_fast_keys(s)->key[0]), give);
		rcu_read_unlock();
		return false;
	case TCP_FO_FULL:
		gonet_count(s->stack, TcpExtTCPFastOpenListenOverflow);
		return false;
	case TCP_FO_ORDINARY:
		break;
	}
	return false;
}

/**
 * tcp_fast_pend() - a connection whose handshake is not done takes a place at its listener
 * @listener: the listener
 *
 * Context: the listener's step.
 */
void tcp_fast_pend(struct gonet_stream *listener)
{
	sock_hold(&listener->gs.inet.sk);
	atomic_inc(&listener->fast_pending);
}

/**
 * tcp_fast_unpend() - and gives it back
 * @listener: the listener, which may have ended; let go of
 * @reset: the peer has reset it
 *
 * Context: any but hard interrupt.
 */
void tcp_fast_unpend(struct gonet_stream *listener, bool reset)
{
	if (reset) {
		WRITE_ONCE(listener->fast_reset_at, jiffies);
		atomic_inc(&listener->fast_resets);
	}
	atomic_dec(&listener->fast_pending);
	sock_put(&listener->gs.inet.sk);
}

/**
 * tcp_fast_listen() - a socket begins to listen
 * @gt: the socket
 * @backlog: how many connections may await accept()
 *
 * Some namespaces want Fast Open of every listener.
 *
 * Context: process, under lock_sock().
 */
void tcp_fast_listen(struct gonet_stream *gt, u32 backlog)
{
	u32 every = TCP_FO_SERVER | TCP_FO_EVERY_LISTENER;

	if (!gt->o.fastopen && (READ_ONCE(gt->gs.stack->conf.tcp_fastopen) & every) == every)
		WRITE_ONCE(gt->o.fastopen, backlog);
}

/**
 * gonet_tcp_fast_set_keys() - a listener gets keys of its own
 * @gt: the listener
 * @raw: the keys, of 16 bytes each
 * @n: how many, at most GONET_TCP_KEYS
 *
 * Context: process, under lock_sock(); may sleep.
 *
 * Return: 0; -ENOMEM.
 */
int gonet_tcp_fast_set_keys(struct gonet_stream *gt, const u8 *raw, unsigned int n)
{
	struct gonet_tcp_keys *keys = kzalloc(sizeof(*keys), GFP_KERNEL), *old;
	unsigned int i;

	if (!keys)
		return -ENOMEM;
	keys->n = n;
	for (i = 0; i < n; i++) {
		__le64 key[2];

		memcpy(key, raw + i * sizeof(key), sizeof(key));
		keys->key[i].key[0] = le64_to_cpu(key[0]);
		keys->key[i].key[1] = le64_to_cpu(key[1]);
	}
	old = rcu_replace_pointer(gt->fast_keys, keys, true);
	if (old)
		kfree_rcu(old, rcu);
	return 0;
}

/**
 * gonet_tcp_fast_get_keys() - which keys a listener uses
 * @gt: the listener
 * @raw: where to put them, of 16 bytes each
 *
 * Context: process, under lock_sock().
 *
 * Return: how many there are.
 */
unsigned int gonet_tcp_fast_get_keys(struct gonet_stream *gt, u8 *raw)
{
	const struct gonet_tcp_keys *keys = rcu_dereference_protected(gt->fast_keys, true);
	unsigned int i;

	if (!keys)
		keys = &gt->gs.stack->tcp->fast_keys;
	for (i = 0; i < keys->n; i++) {
		const __le64 key[2] = {
			cpu_to_le64(keys->key[i].key[0]), cpu_to_le64(keys->key[i].key[1]),
		};

		memcpy(raw + i * sizeof(key), key, sizeof(key));
	}
	return keys->n;
}
