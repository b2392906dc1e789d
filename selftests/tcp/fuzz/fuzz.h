/* SPDX-License-Identifier: GPL-2.0 */
/* Random segments to connections that are open. */
#ifndef TCP_FUZZ_H
#define TCP_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define FRAME	1600	/* bytes, most */

enum { FIN = 1, SYN = 2, RST = 4, PSH = 8, ACK = 16, URG = 32 };

/**
 * struct ends - who faces whom
 * @stack_mac: MAC address of the stack
 * @peer_mac: and of the peer
 * @stack: IP address of the stack, host order
 * @peer: and of the peer
 * @port: where a program listens
 */
struct ends {
	uint8_t stack_mac[6];
	uint8_t peer_mac[6];
	uint32_t stack;
	uint32_t peer;
	uint16_t port;
};

/**
 * struct conn - the peer's end of a connection
 * @port: its port
 * @open: the stack has answered its SYN
 * @acked: and has been answered in turn
 * @tries: turns in which it has not
 * @isn: its initial sequence number
 * @nxt: the next that it should send
 * @ack: what the stack has sent, up to here
 * @ts: the last timestamp sent
 * @echo: the stack's last timestamp
 */
struct conn {
	uint16_t port;
	bool open;
	bool acked;
	unsigned int tries;
	uint32_t isn;
	uint32_t nxt;
	uint32_t ack;
	uint32_t ts;
	uint32_t echo;
};

extern struct ends ends;
extern uint64_t seed;

void die(const char *what);
pid_t program_start(int family);
size_t make_segment(uint8_t *f, const struct conn *c, uint8_t flags, uint32_t seq, uint32_t ack);
size_t make_random(uint8_t *f, const struct conn *c);

/* xorshift64* */
static inline uint32_t rnd(void)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return (uint32_t)((seed * 0x2545f4914f6cdd1dULL) >> 32);
}

static inline uint32_t below(uint32_t limit)
{
	return rnd() % limit;
}

static inline bool once_in(uint32_t times)
{
	return !below(times);
}

static inline void put16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static inline void put32(uint8_t *p, uint32_t v)
{
	put16(p, (uint16_t)(v >> 16));
	put16(p + 2, (uint16_t)v);
}

static inline uint16_t get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t get32(const uint8_t *p)
{
	return (uint32_t)get16(p) << 16 | get16(p + 2);
}

#endif /* TCP_FUZZ_H */
