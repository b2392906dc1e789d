// SPDX-License-Identifier: GPL-2.0
/* Fast Open (RFC 7413). Calls nothing of the kernel. */
#include "fastopen.h"

/**
 * tcp_fo_syn() - what becomes of a SYN at a listener
 * @v: what the listener allows
 * @o: the SYN's options
 * @len: bytes of its data
 *
 * RFC 7413 4.2.2; and 5.1: how many connections there may be that nobody has shown to have
 * sent is asked first, so that a flood of forged ones costs no hash.
 *
 * Return: the verdict.
 */
enum tcp_fo_verdict tcp_fo_syn(const struct tcp_fo_server *v, const struct tcp_options *o, u32 len)
{
	bool option = o->present & TCP_HAS_COOKIE;

	if (!(v->bits & TCP_FO_SERVER) || !v->most || (!option && !len))
		return TCP_FO_ORDINARY;
	if (v->pending >= v->most)
		return TCP_FO_FULL;
	if (v->no_cookie || v->bits & TCP_FO_SERVER_NO_COOKIE)
		return TCP_FO_ACCEPT;
	if (!option)
		return TCP_FO_ORDINARY;
	return o->cookie_len ? TCP_FO_CHECK : TCP_FO_GIVE;
}

static void fo_cookie(u64 hash, u8 cookie[TCP_FO_COOKIE_LEN])
{
	int i;

	/* The lowest byte first, as native stacks with the same key have it. */
	for (i = 0; i < TCP_FO_COOKIE_LEN; i++)
		cookie[i] = (u8)(hash >> (8 * i));
}

/**
 * tcp_fo_cookie_put() - put a cookie into options
 * @hash: a keyed hash of the peer's address and ours
 * @o: the options
 */
void tcp_fo_cookie_put(u64 hash, struct tcp_options *o)
{
	o->present |= TCP_HAS_COOKIE;
	o->cookie_len = TCP_FO_COOKIE_LEN;
	fo_cookie(hash, o->cookie);
}

/**
 * tcp_fo_cookie_is() - whether a cookie is good
 * @hash: the hash of which it should be
 * @o: the options that have it
 *
 * How long this takes does not tell how much of it is right.
 *
 * Return: true if so.
 */
bool tcp_fo_cookie_is(u64 hash, const struct tcp_options *o)
{
	u8 right[TCP_FO_COOKIE_LEN], differ = 0;
	int i;

	if (!(o->present & TCP_HAS_COOKIE) || o->cookie_len != TCP_FO_COOKIE_LEN)
		return false;
	fo_cookie(hash, right);
	for (i = 0; i < TCP_FO_COOKIE_LEN; i++)
		differ |= right[i] ^ o->cookie[i];
	return !differ;
}

/**
 * tcp_fo_room() - how much data a SYN may carry
 * @mss: bytes of payload that fit the path without options
 * @peer_mss: what the peer is known to take, or 0
 *
 * RFC 7413 4.2.1; there is room for all the options that a header can have.
 *
 * Return: bytes.
 */
u32 tcp_fo_room(u32 mss, u16 peer_mss)
{
	if (!peer_mss)
		peer_mss = TCP_MSS_ASSUMED;
	if (mss > peer_mss)
		mss = peer_mss;
	return mss > TCP_OPTIONS_MAX ? mss - TCP_OPTIONS_MAX : 0;
}

/**
 * tcp_fo_answer() - what the answer to a SYN tells
 * @t: the SYN
 * @ack: what is acknowledged: the SYN, and some, all or none of its data
 * @o: the answer's options
 *
 * RFC 7413 4.2.2 and 4.1.3: data that is not acknowledged is sent again as any other. When an
 * answer comes only to a SYN without data and option, those that have them are lost somewhere.
 * A cookie that was not asked for is none.
 *
 * Return: what it tells.
 */
struct tcp_fo_outcome tcp_fo_answer(const struct tcp_fo_try *t, u32 ack,
				    const struct tcp_options *o)
{
	bool cookie = o->present & TCP_HAS_COOKIE && o->cookie_len;
	u32 acked = ack - (t->iss + 1);
	struct tcp_fo_outcome out = {
		.acked = acked <= t->carried ? acked : 0,
		.learn = t->option && cookie,
	};

	if (out.acked)
		return out;
	if (t->carried)
		out.fail = t->again ? TCP_FO_FAIL_SENT_AGAIN : TCP_FO_FAIL_NOT_ACKED;
	else if (t->option)
		out.fail = TCP_FO_FAIL_NO_COOKIE;
	out.lost = t->again && t->carried && !cookie;
	return out;
}
