// SPDX-License-Identifier: GPL-2.0
/* TCP's options (RFC 9293 3.2): read, and written. Calls nothing of the kernel. */
#include "segment.h"

/* Kinds, and the length of those that have but one. */
#define OPT_END		0
#define OPT_NOP		1
#define OPT_MSS		2
#define OPT_MSS_LEN	4
#define OPT_WSCALE	3
#define OPT_WSCALE_LEN	3
#define OPT_SACK_OK	4
#define OPT_SACK_OK_LEN	2
#define OPT_SACK	5
#define OPT_SACK_BLOCK	8	/* bytes of each block, behind the 2 of kind and length */
#define OPT_TS		8
#define OPT_TS_LEN	10
#define OPT_COOKIE	34

#define COOKIE_MIN	4	/* RFC 7413 4.1.1 */

static void options_parse_sack(const u8 *p, u8 len, struct tcp_options *o)
{
	u8 i, n = (u8)((len - 2) / OPT_SACK_BLOCK);

	if (len != 2 + n * OPT_SACK_BLOCK || n > TCP_SACK_MAX)
		return;
	for (i = 0; i < n; i++) {
		o->sack[i].start = pure_get32(p + 2 + i * OPT_SACK_BLOCK);
		o->sack[i].end = pure_get32(p + 6 + i * OPT_SACK_BLOCK);
	}
	o->n_sack = n;
}

/* RFC 7413 4.1.1: an even number of bytes; none asks for a cookie. */
static void options_parse_cookie(const u8 *p, u8 len, struct tcp_options *o)
{
	u8 n = (u8)(len - 2);

	if (n % 2 || n > TCP_COOKIE_MAX || (n && n < COOKIE_MIN))
		return;
	o->present |= TCP_HAS_COOKIE;
	o->cookie_len = n;
	memcpy(o->cookie, p + 2, n);
}

static void options_parse_wscale(u8 wscale, struct tcp_options *o)
{
	o->present |= TCP_HAS_WSCALE;
	o->wscale = wscale > TCP_WSCALE_MAX ? TCP_WSCALE_MAX : wscale;
}

/* An MSS of 0 would be none to work with; it is as if there were no such option. */
static void options_parse_mss(const u8 *p, struct tcp_options *o)
{
	u16 mss = pure_get16(p + 2);

	if (!mss)
		return;
	o->present |= TCP_HAS_MSS;
	o->mss = mss;
}

/* Those that are of the handshake. */
static void options_parse_syn(const u8 *p, u8 len, struct tcp_options *o)
{
	switch (p[0]) {
	case OPT_MSS:
		if (len == OPT_MSS_LEN)
			options_parse_mss(p, o);
		break;
	case OPT_WSCALE:
		if (len == OPT_WSCALE_LEN)
			options_parse_wscale(p[2], o);
		break;
	case OPT_SACK_OK:
		if (len == OPT_SACK_OK_LEN)
			o->present |= TCP_HAS_SACK_OK;
		break;
	case OPT_COOKIE:
		options_parse_cookie(p, len, o);
		break;
	default:
		break;
	}
}

/* The option at @p, of @len bytes, all of which are there. */
static void options_parse_one(const u8 *p, u8 len, bool syn, struct tcp_options *o)
{
	if (p[0] == OPT_TS && len == OPT_TS_LEN) {
		o->present |= TCP_HAS_TS;
		o->tsval = pure_get32(p + 2);
		o->tsecr = pure_get32(p + 6);
	} else if (p[0] == OPT_SACK && !syn) {
		options_parse_sack(p, len, o);
	} else if (syn) {
		options_parse_syn(p, len, o);
	}
}

/**
 * tcp_options_parse() - read the options of a segment
 * @p: the options
 * @len: bytes of them
 * @syn: the segment has SYN set
 * @o: set to what they say
 *
 * MSS, window scale, SACK-permitted and the cookie count only with @syn, SACK blocks only
 * without. A length that is less than an option's own two bytes, or more than what is
 * left, ends the reading, and what was read before counts (MUST-7). What is unknown, or
 * has another length than its kind, is skipped (MUST-6); of options that come twice the
 * last one counts.
 */
void tcp_options_parse(const u8 *p, size_t len, bool syn, struct tcp_options *o)
{
	memset(o, 0, sizeof(*o));
	while (len && p[0] != OPT_END) {
		size_t step = 1;

		if (p[0] != OPT_NOP) {
			if (len < 2 || p[1] < 2 || p[1] > len)
				return;
			step = p[1];
			options_parse_one(p, p[1], syn, o);
		}
		p += step;
		len -= step;
	}
}

static size_t options_cookie_len(const struct tcp_options *o)
{
	return o->cookie_len < TCP_COOKIE_MAX ? o->cookie_len : TCP_COOKIE_MAX;
}

/* Bytes of all but SACK blocks; all together, they fill a header to the last byte. */
static size_t options_len_fixed(const struct tcp_options *o)
{
	size_t len = 0;

	if (o->present & TCP_HAS_MSS)
		len += OPT_MSS_LEN;
	if (o->present & TCP_HAS_TS)
		len += 2 + OPT_TS_LEN;
	else if (o->present & TCP_HAS_SACK_OK)
		len += 2 + OPT_SACK_OK_LEN;
	if (o->present & TCP_HAS_WSCALE)
		len += 1 + OPT_WSCALE_LEN;
	if (o->present & TCP_HAS_COOKIE)
		len += (2 + options_cookie_len(o) + 3) / 4 * 4;
	return len;
}

/* How many SACK blocks fit, with the two bytes of padding before them. */
static u8 options_sack_fit(const struct tcp_options *o)
{
	size_t used = options_len_fixed(o) + 4, fit;
	u8 n = o->n_sack < TCP_SACK_MAX ? o->n_sack : TCP_SACK_MAX;

	fit = used < TCP_OPTIONS_MAX ? (TCP_OPTIONS_MAX - used) / OPT_SACK_BLOCK : 0;
	return n < fit ? n : (u8)fit;
}

/**
 * tcp_options_len() - bytes that options take
 * @o: the options
 *
 * Return: a multiple of 4, at most TCP_OPTIONS_MAX: SACK blocks that do not fit are left
 * out, from the last one.
 */
size_t tcp_options_len(const struct tcp_options *o)
{
	u8 n = options_sack_fit(o);

	return options_len_fixed(o) + (n ? 4 + (size_t)n * OPT_SACK_BLOCK : 0);
}

/* Kind and length, so that what follows them ends at a multiple of 4. */
static u8 *options_put(u8 *p, u8 kind, u8 len)
{
	u8 pad;

	for (pad = (u8)(-len & 3); pad; pad--)
		*p++ = OPT_NOP;
	*p++ = kind;
	*p++ = len;
	return p;
}

static u8 *options_put32(u8 *p, u32 v)
{
	pure_put32(p, v);
	return p + 4;
}

/* SACK-permitted takes the place of the padding, where there are timestamps. */
static u8 *options_build_ts(u8 *p, const struct tcp_options *o)
{
	if (o->present & TCP_HAS_SACK_OK) {
		*p++ = OPT_SACK_OK;
		*p++ = OPT_SACK_OK_LEN;
		*p++ = OPT_TS;
		*p++ = OPT_TS_LEN;
	} else {
		p = options_put(p, OPT_TS, OPT_TS_LEN);
	}
	p = options_put32(p, o->tsval);
	return options_put32(p, o->tsecr);
}

static u8 *options_build_sack(u8 *p, const struct tcp_options *o)
{
	u8 i, n = options_sack_fit(o);

	if (!n)
		return p;
	p = options_put(p, OPT_SACK, (u8)(2 + n * OPT_SACK_BLOCK));
	for (i = 0; i < n; i++) {
		p = options_put32(p, o->sack[i].start);
		p = options_put32(p, o->sack[i].end);
	}
	return p;
}

/* Padded behind: an option of a length that the peer may not know comes last. */
static u8 *options_build_cookie(u8 *p, const struct tcp_options *o)
{
	size_t n = options_cookie_len(o), pad;

	*p++ = OPT_COOKIE;
	*p++ = (u8)(2 + n);
	memcpy(p, o->cookie, n);
	p += n;
	for (pad = -(2 + n) & 3; pad; pad--)
		*p++ = OPT_NOP;
	return p;
}

/**
 * tcp_options_build() - write options, in Linux's order
 * @p: where; there is room for tcp_options_len() bytes
 * @o: the options
 *
 * Return: the bytes written, tcp_options_len().
 */
size_t tcp_options_build(u8 *p, const struct tcp_options *o)
{
	u8 *start = p;

	if (o->present & TCP_HAS_MSS) {
		p = options_put(p, OPT_MSS, OPT_MSS_LEN);
		pure_put16(p, o->mss);
		p += 2;
	}
	if (o->present & TCP_HAS_TS)
		p = options_build_ts(p, o);
	else if (o->present & TCP_HAS_SACK_OK)
		p = options_put(p, OPT_SACK_OK, OPT_SACK_OK_LEN);
	if (o->present & TCP_HAS_WSCALE) {
		p = options_put(p, OPT_WSCALE, OPT_WSCALE_LEN);
		*p++ = o->wscale;
	}
	p = options_build_sack(p, o);
	if (o->present & TCP_HAS_COOKIE)
		p = options_build_cookie(p, o);
	return (size_t)(p - start);
}
