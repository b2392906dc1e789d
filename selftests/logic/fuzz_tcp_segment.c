// SPDX-License-Identifier: GPL-2.0
/*
 * Any bytes as a TCP segment: options lie within the header, and what was read is read
 * again the same after it has been written.
 */
#include <stdint.h>
#include <stdlib.h>

#include "tcp/logic/segment.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool what)
{
	if (!what)
		abort();
}

/* Written and read, in a block of exactly the size that was announced. */
static void round_trip(const struct tcp_options *o, bool syn)
{
	size_t len = tcp_options_len(o);
	struct tcp_options back;
	u8 *p = malloc(len ? len : 1);

	expect(len <= TCP_OPTIONS_MAX && len % 4 == 0);
	expect(tcp_options_build(p, o) == len);
	tcp_options_parse(p, len, syn, &back);
	expect(back.present == o->present && back.mss == o->mss && back.wscale == o->wscale);
	expect(back.tsval == o->tsval && back.tsecr == o->tsecr);
	expect(back.cookie_len == o->cookie_len);
	expect(!memcmp(back.cookie, o->cookie, o->cookie_len));
	expect(back.n_sack == o->n_sack);
	expect(!memcmp(back.sack, o->sack, o->n_sack * sizeof(o->sack[0])));
	free(p);
}

static void options(const uint8_t *data, size_t size, bool syn)
{
	struct tcp_options o;

	tcp_options_parse(data, size, syn, &o);
	expect(o.n_sack <= TCP_SACK_MAX && o.cookie_len <= TCP_COOKIE_MAX);
	expect(o.wscale <= TCP_WSCALE_MAX && (!(o.present & TCP_HAS_MSS) || o.mss));
	expect(syn ? !o.n_sack : !(o.present & ~TCP_HAS_TS));
	/* From a header all that was read fits in a header, unless NOPs were left out. */
	if (size <= TCP_OPTIONS_MAX && (o.n_sack < TCP_SACK_MAX || !o.present))
		round_trip(&o, syn);
}

/* Whatever is in the structure, writing it keeps to what was announced. */
static void build_anything(const uint8_t *data, size_t size)
{
	struct tcp_options o = {};
	size_t len;
	u8 *p;

	memcpy(&o, data, size < sizeof(o) ? size : sizeof(o));
	len = tcp_options_len(&o);
	expect(len <= TCP_OPTIONS_MAX && len % 4 == 0);
	p = malloc(len ? len : 1);
	expect(tcp_options_build(p, &o) == len);
	free(p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tcp_fields f, again;
	u8 p[TCP_HLEN];

	options(data, size, true);
	options(data, size, false);
	build_anything(data, size);
	if (!tcp_header_parse(data, size, size, &f))
		return 0;
	expect(f.hlen >= TCP_HLEN && f.hlen <= TCP_HLEN_MAX && f.hlen <= size);
	tcp_header_build(p, &f);
	expect(tcp_header_parse(p, TCP_HLEN, size, &again));
	expect(f.seq == again.seq && f.ack == again.ack && f.flags == again.flags);
	expect(f.hlen == again.hlen && f.window == again.window && f.urgent == again.urgent);
	expect(!memcmp(p, data, 12) && p[13] == data[13]);
	options(data + TCP_HLEN, (size_t)f.hlen - TCP_HLEN, f.flags & TCP_SYN);
	return 0;
}
