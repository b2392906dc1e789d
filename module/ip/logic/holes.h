/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which parts of a fragmented datagram are there and which are missing (RFC 791
 * 3.2, RFC 815): pure logic.
 *
 * Pieces never overlap, so the bytes that are there are the sum of the pieces'
 * lengths: a datagram whose sum equals its total has no hole. Pieces are kept in a
 * splay tree by their place, so that fragments in order or in reverse find theirs at
 * the root, and in any other order, chosen by an enemy or not, n of them cost
 * n log n. The nodes are the caller's pieces: nothing is allocated.
 */
#ifndef _GONET_HOLES_H
#define _GONET_HOLES_H

#include "pure.h"

/**
 * enum holes_verdict - what holes_add() did with a piece
 * @HOLES_NEW: it fills a hole, and is part of the datagram now
 * @HOLES_DUPLICATE: these very bytes are there already; ignore the piece
 * @HOLES_BAD: no fragment can be like this; ignore the piece
 * @HOLES_OVERLAP: it overlaps others; the whole datagram is to be dropped, and what
 *	would still come of it too (RFC 5722's rule, for IPv4)
 * @HOLES_CONFLICT: it and others differ about where the datagram ends; to be
 *	dropped likewise
 */
enum holes_verdict {
	HOLES_NEW,
	HOLES_DUPLICATE,
	HOLES_BAD,
	HOLES_OVERLAP,
	HOLES_CONFLICT,
};

/**
 * struct holes_piece - a piece of a datagram; part of the caller's fragment
 * @left: the pieces before it in its part of the tree
 * @right: the pieces after it
 * @start: offset of its first byte
 * @end: offset after its last byte
 */
struct holes_piece {
	struct holes_piece *left;
	struct holes_piece *right;
	u16 start;
	u16 end;
};

/**
 * struct holes - a datagram
 * @root: the pieces
 * @got: bytes that are there
 * @highest: offset after the last byte that is there
 * @total: bytes of the whole datagram's payload; 0 while it is not known
 * @pieces: how many pieces there are; at most one for each 8 bytes
 *
 * All zero at first. Pieces belong to the caller, who must not change or free them
 * while they are in here.
 */
struct holes {
	struct holes_piece *root;
	u32 got;
	u32 highest;
	u32 total;
	u32 pieces;
};

enum holes_verdict holes_check(u32 offset, u32 len, bool more, u32 hlen);
enum holes_verdict holes_add(struct holes *h, struct holes_piece *piece, u32 offset, u32 len,
			     bool more, u32 hlen);
struct holes_piece *holes_take(struct holes *h);

/**
 * holes_complete() - whether nothing is missing
 * @h: the datagram
 *
 * Return: true if all bytes are there.
 */
static inline bool holes_complete(const struct holes *h)
{
	return h->total && h->got == h->total;
}

#endif /* _GONET_HOLES_H */
