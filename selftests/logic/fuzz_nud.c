// SPDX-License-Identifier: GPL-2.0
/*
 * Any life of a neighbour: ARP packets of it and time. What an administrator has set stays;
 * an address is never kept without one that was heard; only an answer to us makes it
 * reachable, and another's address is only believed where it may be; one that says nothing
 * more is not asked for ever.
 */
#include "fuzz_input.h"
#include "link/logic/nud.h"

#define STATES	9

static const u8 states[STATES] = {
	NUD_NONE, NUD_INCOMPLETE, NUD_REACHABLE, NUD_STALE, NUD_DELAY, NUD_PROBE, NUD_FAILED,
	NUD_NOARP, NUD_PERMANENT,
};

static bool valid(u8 state)
{
	size_t i;

	for (i = 0; i < STATES; i++)
		if (states[i] == state)
			return true;
	return false;
}

/* As the ARP process has it: what it knows of the neighbour, and what it hears. */
static u8 hear(u8 state, u8 how, u8 *mac)
{
	u8 heard_mac = how >> 2 & 3, next;
	struct nud_heard heard = {
		.same_mac = heard_mac == *mac,
		.solicited = how & 0x10,
		.override = how & 0x20,
	};
	bool known = state & NUD_KNOWN, take = true;

	next = nud_after_packet(state, &heard, &take);
	EXPECT(valid(next));
	if (state & NUD_FIXED) {
		EXPECT(next == state && !take);
		return next;
	}
	EXPECT(next & NUD_KNOWN && !(next & NUD_FIXED));
	EXPECT(known || take);
	EXPECT(!take || !known || (heard.override && !heard.same_mac));
	EXPECT(next != NUD_REACHABLE || state == NUD_REACHABLE || heard.solicited);
	EXPECT(!heard.solicited || !(heard.same_mac || take) || next == NUD_REACHABLE);
	/* What is known by another address is not confirmed, nor doubted. */
	EXPECT(take || heard.same_mac || next == state);
	EXPECT(!take || heard.solicited || next == NUD_STALE);
	if (take)
		*mac = heard_mac;
	return next;
}

static u8 pass(u8 state, bool used)
{
	u8 next = nud_after_time(state, used);

	EXPECT(valid(next));
	EXPECT(next != NUD_REACHABLE);
	if (state & NUD_FIXED)
		EXPECT(next == state);
	/* An address that is not known does not come of itself. */
	if (!(state & NUD_KNOWN))
		EXPECT(!(next & NUD_KNOWN));
	/* Nobody is asked for whom nothing is to be sent. */
	if (!used && state != NUD_DELAY)
		EXPECT(next != NUD_PROBE && next != NUD_DELAY);
	return next;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size };
	u8 state = states[fuzz_byte(&in) % STATES], mac = 0, i;

	while (in.left) {
		u8 how = fuzz_byte(&in);

		if (how & 1)
			state = hear(state, how, &mac);
		else
			state = pass(state, how & 2);
	}
	for (i = 0; i < 4; i++)
		state = pass(state, true);
	EXPECT(state & NUD_FIXED || state == NUD_FAILED || state == NUD_NONE);
	return 0;
}
