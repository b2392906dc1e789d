// SPDX-License-Identifier: GPL-2.0
/* Random mutations of good frames. The seed decides all of it. */
#include <linux/virtio_net.h>
#include <string.h>

#include "malform.h"

uint64_t seed = 1;
unsigned long n_random = 100000;

/* splitmix64 */
uint32_t rnd(void)
{
	uint64_t z = seed += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return (uint32_t)((z ^ z >> 31) >> 16);
}

uint32_t rnd_below(uint32_t n)
{
	return (uint32_t)((uint64_t)rnd() * n >> 32);
}

static void base_options(struct wire *w, struct frame *f)
{
	uint8_t options[40] = { 0 };
	size_t n = 4 + rnd_below(37);

	options[0] = rnd_below(2) ? 7 : 68;
	options[1] = (uint8_t)n;
	options[2] = options[0] == 7 ? 4 : 5;
	if (rnd_below(4) == 0)
		options[0] = (uint8_t)rnd();
	if (rnd_below(4) == 0)
		options[1 + rnd_below(3)] = (uint8_t)rnd_below(44);
	frame_echo(f, &w->hosts, options, n, rnd_below(200));
}

static void base_fragment(struct wire *w, struct frame *f)
{
	frame_ipv4(f, &w->hosts, rnd_below(4) ? 1 : 17, NULL, 0, 8 * rnd_below(20));
	put16(f->data + AT_IP_ID, (uint16_t)rnd());
	put16(f->data + AT_IP_FRAG, (uint16_t)((rnd_below(2) ? 0x2000 : 0) |
					    (rnd_below(2) ? rnd_below(0x2000) : rnd_below(20))));
	frame_fix_ip(f);
}

/* One of the frames that the stack knows what to do with. */
static void base(struct wire *w, struct frame *f)
{
	static const uint8_t error_types[] = { 3, 4, 5, 11, 12 };
	const struct hosts *h = &w->hosts;

	switch (rnd_below(12)) {
	case 0:
		frame_arp(f, h, 1, h->spare, h->stack);
		break;
	case 1:
		frame_arp(f, h, 2, h->spare, h->stack);
		break;
	case 2:
	case 3:
		base_options(w, f);
		break;
	case 4:
	case 5:
		base_fragment(w, f);
		break;
	case 6:
		frame_icmp_error(f, h, error_types[rnd_below(5)], (uint8_t)rnd_below(17),
				 rnd_below(80));
		break;
	case 7:
		frame_timestamp(f, h);
		break;
	case 8:
		frame_ipv4(f, h, (uint8_t)rnd(), NULL, 0, rnd_below(100));
		break;
	case 9:
		frame_echo(f, h, NULL, 0, rnd_below(100));
		frame_tag(f, (uint16_t)(rnd_below(2) ? 0xe000 : rnd()));
		break;
	case 10:
		frame_echo(f, h, NULL, 0, rnd_below(w->mtu - 28));
		break;
	default:
		frame_echo(f, h, NULL, 0, rnd_below(100));
	}
}

static void mutate(struct frame *f)
{
	static const uint8_t edges[] = { 0, 1, 2, 4, 0x7f, 0x80, 0xfe, 0xff };
	/* Mostly where the headers are. */
	size_t at = rnd_below(4) ? rnd_below(f->len < 60 ? (uint32_t)f->len : 60) :
		    rnd_below((uint32_t)f->len);
	size_t to, n;

	switch (rnd_below(10)) {
	case 0:
	case 1:
		f->data[at] ^= (uint8_t)(1 << rnd_below(8));
		break;
	case 2:
	case 3:
		f->data[at] = (uint8_t)rnd();
		break;
	case 4:
	case 5:
		f->data[at] = edges[rnd_below(sizeof(edges))];
		break;
	case 6:
		if (at + 1 < f->len)
			put16(f->data + at, (uint16_t)(rnd_below(2) ? f->len : rnd()));
		break;
	case 7:
		f->len = AT_IP + rnd_below((uint32_t)(f->len - AT_IP) + 1);
		break;
	case 8:
		n = rnd_below(64);
		memset(f->data + f->len, (int)(rnd() & 0xff), n);
		f->len += n;
		break;
	default:
		to = rnd_below((uint32_t)f->len);
		n = rnd_below(8);
		if (at + n <= f->len && to + n <= f->len)
			memmove(f->data + to, f->data + at, n);
	}
	if (f->len < AT_IP)
		f->len = AT_IP;
}

static void random_frame(struct wire *w, struct frame *f)
{
	uint32_t n = rnd_below(5);

	base(w, f);
	while (n--)
		mutate(f);
	if (rnd_below(10) < 5)
		frame_fix_icmp(f);
	if (rnd_below(10) < 8)
		frame_fix_ip(f);
	if (f->len > w->mtu + AT_IP)
		f->len = w->mtu + AT_IP;
}

void class_random(struct wire *w)
{
	static struct frame f;
	unsigned long i;

	for (i = 0; i < n_random; i++) {
		random_frame(w, &f);
		wire_send(w, &f);
	}
}

/*
 * What a virtual machine's network card, or the host's own upper layers, hand
 * over: checksums still to be computed, segments still to be cut, in places where
 * there are none. The kernel refuses some of it; the stack gets the rest.
 */
void class_vnet(struct wire *w)
{
	static const uint8_t gso_types[] = {
		VIRTIO_NET_HDR_GSO_NONE, VIRTIO_NET_HDR_GSO_NONE, VIRTIO_NET_HDR_GSO_TCPV4,
		VIRTIO_NET_HDR_GSO_UDP, VIRTIO_NET_HDR_GSO_TCPV4 | VIRTIO_NET_HDR_GSO_ECN,
	};
	struct virtio_net_hdr v;
	static struct frame f;
	unsigned int i;

	for (i = 0; i < 4000; i++) {
		if (rnd_below(3))
			frame_echo(&f, &w->hosts, NULL, 0, rnd_below(w->mtu - 28));
		else
			random_frame(w, &f);
		memset(&v, 0, sizeof(v));
		v.flags = rnd_below(4) ? VIRTIO_NET_HDR_F_NEEDS_CSUM : 0;
		v.gso_type = gso_types[rnd_below(sizeof(gso_types))];
		v.hdr_len = (uint16_t)(rnd_below(4) ? 42 + rnd_below(20) : rnd_below(0x10000));
		v.gso_size = (uint16_t)(rnd_below(4) ? 1 + rnd_below(1500) : rnd_below(0x10000));
		v.csum_start = (uint16_t)(rnd_below(2) ? AT_ICMP : rnd_below((uint32_t)f.len + 4));
		v.csum_offset = (uint16_t)(rnd_below(2) ? 2 : rnd_below(40));
		wire_send_vnet(w, &f, &v, sizeof(v));
	}
}
