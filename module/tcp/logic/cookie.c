// SPDX-License-Identifier: GPL-2.0
/*
 * SYN cookies (RFC 4987 3.6). Calls nothing of the kernel.
 *
 * A cookie is, modulo 2^32, the sum of the peer's sequence number, a hash of the connection,
 * the minute in the upper eight bits, and in the lower 24 a hash of connection and minute to
 * which the class of MSS is added. So its numbers grow with the peer's, as initial sequence
 * numbers should, and one in 2^28 of numbers that are made up is taken for a cookie.
 */
#include "cookie.h"

#define COUNT_SHIFT	24
#define COUNT_MASK	0xffU
#define LOW_MASK	0xffffffU
#define SALT_FLOW	0		/* salts: below 1 << 8 none is that of a minute */
#define SALT_MINUTE	0x100U

/* Lower bits of the timestamp. */
#define TS_BITS		6
#define TS_WSCALE	0x0fU
#define TS_NO_WSCALE	0x0fU		/* no scale that there may be */
#define TS_SACK		0x10U
#define TS_ECN		0x20U

/*
 * Classes of MSS: what Ethernet, tunnels over it and jumbo frames leave, what must be assumed
 * where nothing is said, and some for paths that are narrower.
 */
static const u16 cookie_mss[] = { 48, 256, 536, 1300, 1400, 1440, 1460, 8960 };

#define N_CLASSES	8U

static u32 cookie_base(const struct tcp_cookie_flow *flow)
{
	return flow->hash(flow->ctx, SALT_FLOW) + flow->irs;
}

static u32 cookie_minute(const struct tcp_cookie_flow *flow, u32 minute)
{
	return flow->hash(flow->ctx, SALT_MINUTE + (minute & COUNT_MASK));
}

/**
 * tcp_cookie_make() - an initial sequence number that is a cookie
 * @flow: whose it is
 * @minute: of a clock that never goes back
 * @mss: the peer's maximum segment size; set to what the cookie keeps of it, which is
 *	no more, unless there was no sense in it
 *
 * Return: the sequence number.
 */
u32 tcp_cookie_make(const struct tcp_cookie_flow *flow, u32 minute, u16 *mss)
{
	u32 class = N_CLASSES - 1;

	while (class && cookie_mss[class] > *mss)
		class--;
	*mss = cookie_mss[class];
	return cookie_base(flow) + ((minute & COUNT_MASK) << COUNT_SHIFT) +
	       ((cookie_minute(flow, minute) + class) & LOW_MASK);
}

/**
 * tcp_cookie_check() - whether what a peer acknowledges is a cookie of ours
 * @flow: whose it would be; @flow->irs is one less than the ACK's sequence number
 * @minute: of the clock
 * @cookie: one less than the ACK's acknowledgment number
 *
 * Return: the MSS that it has kept, or 0 if it is none, or older than TCP_COOKIE_MINUTES.
 */
u16 tcp_cookie_check(const struct tcp_cookie_flow *flow, u32 minute, u32 cookie)
{
	u32 age, class;

	cookie -= cookie_base(flow);
	age = (minute - (cookie >> COUNT_SHIFT)) & COUNT_MASK;
	if (age >= TCP_COOKIE_MINUTES)
		return 0;
	class = (cookie - cookie_minute(flow, minute - age)) & LOW_MASK;
	return class < N_CLASSES ? cookie_mss[class] : 0;
}

/**
 * tcp_cookie_tsval() - the timestamp of a SYN-ACK with a cookie
 * @now: what it would be otherwise
 * @o: the options that it is to keep
 *
 * Return: the timestamp: @now or up to 63 ticks before it, as later ones must not be smaller
 * (RFC 7323 5.3).
 */
u32 tcp_cookie_tsval(u32 now, const struct tcp_cookie_options *o)
{
	u32 ts = now >> TS_BITS << TS_BITS;

	ts |= o->has_wscale && o->wscale <= TCP_WSCALE_MAX ? o->wscale : TS_NO_WSCALE;
	ts |= o->sack_ok ? TS_SACK : 0;
	ts |= o->ecn_ok ? TS_ECN : 0;
	return (int)(ts - now) > 0 ? ts - (1U << TS_BITS) : ts;
}

/**
 * tcp_cookie_tsecr() - the options that a timestamp has kept
 * @tsecr: what the peer echoes, with a cookie that is good
 *
 * The peer may have changed it, and would harm nobody but itself.
 *
 * Return: the options.
 */
struct tcp_cookie_options tcp_cookie_tsecr(u32 tsecr)
{
	struct tcp_cookie_options o = {
		.sack_ok = tsecr & TS_SACK,
		.ecn_ok = tsecr & TS_ECN,
	};

	if ((tsecr & TS_WSCALE) != TS_NO_WSCALE) {
		o.has_wscale = true;
		o.wscale = tsecr & TS_WSCALE;
	}
	return o;
}
