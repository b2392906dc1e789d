// SPDX-License-Identifier: GPL-2.0
/*
 * IPv4 options: walked safely, record routes and timestamps filled in. Calls
 * nothing of the kernel.
 */
#include "ipv4_header.h"
#include "ipv4_options.h"

/**
 * struct ipv4_option - one option
 * @at: its offset
 * @len: its bytes, type and length included
 * @type: its type
 */
struct ipv4_option {
	size_t at;
	size_t len;
	u8 type;
};

/*
 * Steps from the option in @opt (at first: all zero) to the next one that is
 * neither a NOP nor the end.
 * Return: 1; 0 when there is none; -1 when its length is wrong, @opt->at is then the
 * octet in error.
 */
static int ipv4_option_next(const u8 *opts, size_t len, struct ipv4_option *opt)
{
	size_t at = opt->at + opt->len;

	while (at < len && opts[at] == IPV4_OPT_NOP)
		at++;
	opt->at = at;
	if (at >= len || opts[at] == IPV4_OPT_END)
		return 0;
	if (len - at < 2)
		return -1;
	opt->type = opts[at];
	opt->len = opts[at + 1];
	if (opt->len < 2 || opt->len > len - at) {
		opt->at = at + 1;
		return -1;
	}
	return 1;
}

static bool ipv4_is_own(const struct ipv4_options_in *in, const u8 *p)
{
	__be32 addr;

	memcpy(&addr, p, 4);
	return in->is_own ? in->is_own(addr, in->arg) : addr == in->own;
}

/*
 * Record route (RFC 791 p. 20): the pointer counts from 1 and is 4 at least; past
 * the end the option is full and stays as it is.
 * Return: 0, or which octet of the option is in error.
 */
static size_t ipv4_option_record(u8 *p, size_t len, const struct ipv4_options_in *in,
				 bool *changed)
{
	if (len < 3)
		return 1;
	if (p[2] < 4)
		return 2;
	if (p[2] > len)
		return 0;
	if ((size_t)p[2] + 3 > len)
		return 2;
	memcpy(p + p[2] - 1, &in->own, 4);
	p[2] = (u8)(p[2] + 4);
	*changed = true;
	return 0;
}

/* The timestamp option has no room: its overflow counter says how many could not stamp. */
static size_t ipv4_option_stamp_full(u8 *p, bool *changed)
{
	if ((p[3] & 0x0f) == IPV4_TS_PRESPEC)
		return 0;
	if (p[3] >> 4 == 15)
		return 3;
	p[3] = (u8)(p[3] + 0x10);
	*changed = true;
	return 0;
}

/*
 * Timestamp (RFC 791 p. 22): the pointer counts from 1 and is 5 at least.
 * Return: 0, or which octet of the option is in error.
 */
static size_t ipv4_option_stamp(u8 *p, size_t len, const struct ipv4_options_in *in,
				bool *changed)
{
	size_t need;
	u8 *slot;

	if (len < 4)
		return 1;
	if (p[2] < 5)
		return 2;
	switch (p[3] & 0x0f) {
	case IPV4_TS_ONLY:
		need = 4;
		break;
	case IPV4_TS_ADDR:
	case IPV4_TS_PRESPEC:
		need = 8;
		break;
	default:
		return 0;
	}
	if (p[2] > len)
		return ipv4_option_stamp_full(p, changed);
	if (p[2] + need - 1 > len)
		return 2;

	slot = p + p[2] - 1;
	if ((p[3] & 0x0f) == IPV4_TS_PRESPEC && !ipv4_is_own(in, slot))
		return 0;
	if ((p[3] & 0x0f) == IPV4_TS_ADDR)
		memcpy(slot, &in->own, 4);
	pure_put32(slot + need - 4, in->now_ms);
	p[2] = (u8)(p[2] + need);
	*changed = true;
	return 0;
}

/*
 * One option of a received header. Record route and timestamp appear at most once.
 * Return: 0, or which octet of the option is in error, counted from 1.
 */
static size_t ipv4_option_process(u8 *opts, const struct ipv4_option *opt,
				  const struct ipv4_options_in *in,
				  struct ipv4_options_out *out)
{
	u8 *p = opts + opt->at;
	size_t bad;

	switch (opt->type) {
	case IPV4_OPT_RR:
		if (out->rr >= 0)
			return 1;
		out->rr = (signed char)opt->at;
		bad = ipv4_option_record(p, opt->len, in, &out->changed);
		break;
	case IPV4_OPT_TS:
		if (out->ts >= 0)
			return 1;
		out->ts = (signed char)opt->at;
		bad = ipv4_option_stamp(p, opt->len, in, &out->changed);
		break;
	case IPV4_OPT_ROUTER_ALERT:
		if (opt->len != 4)
			return 2;
		out->router_alert = !p[2] && !p[3];
		return 0;
	default:
		return 0;
	}
	return bad ? bad + 1 : 0;
}

/**
 * ipv4_options_process() - check the options of a received packet and act on them
 * @opts: the options, all of the header behind its first 20 bytes; record route
 *	and timestamp are filled in here, so this may be a copy
 * @len: their bytes, 0 to 40
 * @in: what the host adds
 * @out: what was found
 *
 * Options that are not known, and those of RFC 791 that ask nothing of a host
 * (security, stream identifier), are passed over (RFC 1122 3.2.1.8). What follows the
 * end of the list is not looked at. Source routes are found and left alone.
 *
 * Return: a verdict.
 */
enum ipv4_options_verdict ipv4_options_process(u8 *opts, size_t len,
					       const struct ipv4_options_in *in,
					       struct ipv4_options_out *out)
{
	struct ipv4_option opt = {};
	bool source_route = false;
	size_t bad;
	int more;

	memset(out, 0, sizeof(*out));
	out->rr = -1;
	out->ts = -1;
	if (len > IPV4_OPTIONS_MAX)
		len = IPV4_OPTIONS_MAX;
	while ((more = ipv4_option_next(opts, len, &opt)) > 0) {
		if (opt.type == IPV4_OPT_LSRR || opt.type == IPV4_OPT_SSRR)
			source_route = true;
		bad = ipv4_option_process(opts, &opt, in, out);
		if (bad) {
			out->pointer = (u8)(IPV4_HLEN_MIN + opt.at + bad - 1);
			return IPV4_OPTIONS_PROBLEM;
		}
	}
	if (more < 0) {
		out->pointer = (u8)(IPV4_HLEN_MIN + opt.at);
		return IPV4_OPTIONS_PROBLEM;
	}
	return source_route ? IPV4_OPTIONS_SOURCE_ROUTE : IPV4_OPTIONS_OK;
}

/* Copies the options that @want picks, and pads them to a multiple of 4 bytes. */
static size_t ipv4_options_pick(const u8 *opts, size_t len, u8 *to, bool (*want)(u8 type))
{
	struct ipv4_option opt = {};
	size_t n = 0;

	if (len > IPV4_OPTIONS_MAX)
		len = IPV4_OPTIONS_MAX;
	while (ipv4_option_next(opts, len, &opt) > 0) {
		if (!want(opt.type))
			continue;
		memcpy(to + n, opts + opt.at, opt.len);
		n += opt.len;
	}
	while (n % 4)
		to[n++] = IPV4_OPT_END;
	return n;
}

static bool ipv4_option_echoed(u8 type)
{
	return type == IPV4_OPT_RR || type == IPV4_OPT_TS;
}

static bool ipv4_option_is_copied(u8 type)
{
	return type & IPV4_OPT_COPIED;
}

/**
 * ipv4_options_echo() - the options of the reply to an echo request
 * @opts: the request's, as ipv4_options_process() left them
 * @len: their bytes
 * @echo: where the reply's are put
 *
 * Record route and timestamp go back, whole, so that the route is recorded for the
 * round trip (RFC 1122 3.2.2.6).
 *
 * Return: the reply's bytes of options, a multiple of 4.
 */
size_t ipv4_options_echo(const u8 *opts, size_t len, u8 echo[IPV4_OPTIONS_MAX])
{
	return ipv4_options_pick(opts, len, echo, ipv4_option_echoed);
}

/**
 * ipv4_options_copied() - the options of every fragment but the first
 * @opts: the datagram's
 * @len: their bytes
 * @copied: where the fragments' are put
 *
 * Those whose type says so (RFC 791 3.1, the copied flag).
 *
 * Return: the fragments' bytes of options, a multiple of 4.
 */
size_t ipv4_options_copied(const u8 *opts, size_t len, u8 copied[IPV4_OPTIONS_MAX])
{
	return ipv4_options_pick(opts, len, copied, ipv4_option_is_copied);
}
