// SPDX-License-Identifier: GPL-2.0
/* The pieces and holes of a fragmented datagram. Calls nothing of the kernel. */
#include "holes.h"
#include "ipv4_header.h"

/*
 * Brings the last piece that starts at @key or before, or the first that starts
 * after it, to the root: the top-down splay of Sleator and Tarjan. @t is not NULL.
 */
static struct holes_piece *holes_splay(struct holes_piece *t, u32 key)
{
	struct holes_piece head = {};
	struct holes_piece *l = &head, *r = &head, *y;

	for (;;) {
		if (key < t->start) {
			if (t->left && key < t->left->start) {
				y = t->left;
				t->left = y->right;
				y->right = t;
				t = y;
			}
			if (!t->left)
				break;
			r->left = t;
			r = t;
			t = t->left;
		} else {
			if (t->right && key >= t->right->start) {
				y = t->right;
				t->right = y->left;
				y->left = t;
				t = y;
			}
			if (!t->right)
				break;
			l->right = t;
			l = t;
			t = t->right;
		}
	}
	l->right = t->left;
	r->left = t->right;
	t->left = head.right;
	t->right = head.left;
	return t;
}

/*
 * Splits the tree into the pieces that start at @start or before, with the last of
 * them as root, and those after it, with the first of them as root.
 */
static void holes_split(struct holes *h, u32 start, struct holes_piece **before,
			struct holes_piece **after)
{
	struct holes_piece *root = h->root;

	*before = NULL;
	*after = NULL;
	if (!root)
		return;
	root = holes_splay(root, start);
	if (root->start <= start) {
		*before = root;
		if (root->right)
			*after = holes_splay(root->right, 0);
		root->right = NULL;
	} else {
		*after = root;
		if (root->left)
			*before = holes_splay(root->left, start);
		root->left = NULL;
	}
}

/* Puts the two parts together again; nothing comes after the root of @before in it. */
static struct holes_piece *holes_join(struct holes_piece *before, struct holes_piece *after)
{
	if (!before)
		return after;
	before->right = after;
	return before;
}

/**
 * holes_check() - whether a fragment is possible at all
 * @offset: of its first byte in the datagram's payload
 * @len: its bytes of payload
 * @more: others follow it
 * @hlen: bytes of its IP header
 *
 * RFC 791 3.2: all but the last are a multiple of 8 bytes long. An empty fragment
 * says nothing, and one that ends beyond 65535 bytes, the header counted, would
 * wrap the total length ("ping of death").
 *
 * Return: HOLES_NEW or HOLES_BAD.
 */
enum holes_verdict holes_check(u32 offset, u32 len, bool more, u32 hlen)
{
	if (!len || len > IPV4_LEN_MAX || offset > IPV4_LEN_MAX)
		return HOLES_BAD;
	if (hlen + offset + len > IPV4_LEN_MAX)
		return HOLES_BAD;
	if (offset % 8 || (more && len % 8))
		return HOLES_BAD;
	return HOLES_NEW;
}

/* Whether fragment and datagram agree about the end of the datagram. */
static bool holes_end_agrees(const struct holes *h, u32 end, bool more)
{
	if (!more)
		return h->total ? end == h->total : end >= h->highest;
	return !h->total || end <= h->total;
}

/**
 * holes_add() - add a piece
 * @h: the datagram
 * @piece: the piece; in use only after HOLES_NEW
 * @offset: of its first byte in the datagram's payload
 * @len: its bytes of payload
 * @more: others follow it
 * @hlen: bytes of its IP header
 *
 * Return: a verdict; after any but HOLES_NEW the datagram is as it was.
 */
enum holes_verdict holes_add(struct holes *h, struct holes_piece *piece, u32 offset, u32 len,
			     bool more, u32 hlen)
{
	struct holes_piece *before, *after;
	u32 end = offset + len;

	if (holes_check(offset, len, more, hlen) == HOLES_BAD)
		return HOLES_BAD;
	if (!holes_end_agrees(h, end, more))
		return HOLES_CONFLICT;

	holes_split(h, offset, &before, &after);
	if ((before && before->end > offset) || (after && after->start < end)) {
		h->root = holes_join(before, after);
		if (!before || before->start != offset || before->end != end)
			return HOLES_OVERLAP;
		return !more == (end == h->total) ? HOLES_DUPLICATE : HOLES_CONFLICT;
	}

	piece->start = (u16)offset;
	piece->end = (u16)end;
	piece->left = before;
	piece->right = after;
	h->root = piece;
	h->got += len;
	h->pieces++;
	if (end > h->highest)
		h->highest = end;
	if (!more)
		h->total = end;
	return HOLES_NEW;
}

/**
 * holes_take() - take the first piece out
 * @h: the datagram
 *
 * For the end of a datagram, complete or not: nothing can be added any more. Taking
 * all of n pieces out costs n.
 *
 * Return: the piece with the lowest offset, or NULL when there is none left.
 */
struct holes_piece *holes_take(struct holes *h)
{
	struct holes_piece *first = h->root;

	if (!first)
		return NULL;
	while (first->left) {		/* rotate until nothing is before the root */
		struct holes_piece *up = first->left;

		first->left = up->right;
		up->right = first;
		first = up;
	}
	h->root = first->right;
	return first;
}
