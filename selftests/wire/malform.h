/* SPDX-License-Identifier: GPL-2.0 */
/* What malform's files tell each other. */
#ifndef WIRE_MALFORM_H
#define WIRE_MALFORM_H

#include "frame.h"

/**
 * struct wire - the way to the stack, and the account of what went over it
 * @hosts: its two ends
 * @mtu: most bytes of an IP packet
 * @full: every value of the fields of 16 bits, not only a choice
 * @sent: frames sent
 * @refused: frames that the kernel did not want to send
 * @unsure: of those sent, the ones the oracle is silent about
 */
struct wire {
	struct hosts hosts;
	unsigned int mtu;
	bool full;
	unsigned long sent;
	unsigned long refused;
	unsigned long unsure;
};

/**
 * struct class - frames that have the same field broken
 * @name: of the class
 * @run: sends them
 */
struct class {
	const char *name;
	void (*run)(struct wire *w);
};

extern const struct class classes[];

/* malform.c */
void wire_send(struct wire *w, const struct frame *f);
void wire_send_vnet(struct wire *w, const struct frame *f, const void *header, size_t len);

/* mutate.c */
extern uint64_t seed;
extern unsigned long n_random;
uint32_t rnd(void);
uint32_t rnd_below(uint32_t n);
void class_random(struct wire *w);
void class_vnet(struct wire *w);

#endif /* WIRE_MALFORM_H */
