// SPDX-License-Identifier: GPL-2.0
/* The window that is advertised (RFC 9293 3.8.6). Calls nothing of the kernel. */
#include "receiver_internal.h"

/* A multiple of the scale, and no more than fits in the header (RFC 7323 2.3). */
static u32 window_scaled(const struct tcp_receiver *r, u32 bytes)
{
	u32 max = 65535U << r->wscale;

	return (bytes < max ? bytes : max) >> r->wscale << r->wscale;
}

/*
 * What may be offered: what there is room for, if that is more by a segment or half of the
 * buffer than what is offered already (RFC 9293 3.8.6.2.2); else that, as the edge does not
 * go back (SHLD-14). It is rounded up, unless there is no room for that: the edge then seems to
 * go back by less than the scale can say (RFC 7323 2.4), as otherwise a peer that sends byte
 * by byte could move it on for ever.
 */
static u32 window_offer(const struct tcp_receiver *r, u32 room, u32 buffer)
{
	u32 open = tcp_receiver_open(r), new = window_scaled(r, room);
	u32 step = r->mss < buffer / 2 ? r->mss : buffer / 2;
	u32 up = (open + (1U << r->wscale) - 1) >> r->wscale << r->wscale;

	if (new > open && new - open >= step)
		return new;
	return up <= room ? up : window_scaled(r, open);
}

/**
 * tcp_receiver_window() - the window to advertise, and to be bound by from then on
 * @r: the receive space
 * @room: bytes that may still be taken
 * @buffer: bytes that may be held at all
 *
 * Return: bytes, a multiple of 1 << @r->wscale, at most 65535 << @r->wscale.
 */
u32 tcp_receiver_window(struct tcp_receiver *r, u32 room, u32 buffer)
{
	u32 wnd = window_offer(r, room, buffer);

	r->edge = seq_max(r->edge, r->nxt + wnd);
	return wnd;
}

/**
 * tcp_receiver_window_opened() - whether the peer should be told of a larger window at once
 * @r: the receive space
 * @room: bytes that may still be taken, after the program has read
 * @buffer: bytes that may be held at all
 *
 * As Linux has it, when the window would be at least twice as large. A peer that has sent its
 * FIN is told nothing.
 *
 * Return: true if so.
 */
bool tcp_receiver_window_opened(const struct tcp_receiver *r, u32 room, u32 buffer)
{
	u32 open = tcp_receiver_open(r), new = window_offer(r, room, buffer);

	return !r->finished && new > open && new / 2 >= open;
}
