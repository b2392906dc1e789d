// SPDX-License-Identifier: GPL-2.0
/*
 * Processes under load from threads and softirqs on all CPUs: order is kept, no
 * process runs twice at once, and every message is accounted for whatever ends
 * meanwhile. The messages are those of a flow; see csp_test_flow.c.
 */
#include <linux/delay.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "csp_test.h"

static struct csp_proc *ct_sink_start(struct ct *t, const struct csp_kind *kind,
				      struct csp_proc *to, unsigned int exit_at)
{
	struct ct_sink_arg arg = { .to = to, .exit_at = exit_at };

	return csp_proc_start(&t->group, kind, &arg, GFP_KERNEL, "%s", kind->name);
}

/* One receiver, senders of both kinds. */
static void ct_order(struct ct *t, const struct csp_kind *kind, enum ct_how how)
{
	struct ct_flow flow = {
		.how = how, .threads = 4, .timers = 2, .each = ct_scaled(6000),
	};
	struct csp_proc *p = ct_sink_start(t, kind, NULL, 0);
	unsigned int got;

	if (!CT_CHECK(t, !IS_ERR(p)))
		return;
	flow.ch = &p->in[0];
	CT_EQ(t, ct_flow_start(&flow), 0);
	ct_flow_join(&flow);
	csp_proc_stop(p);
	got = ct_flow_count(&flow, false);
	CT_EQ(t, got + ct_flow_count(&flow, true), 6 * flow.each);
	if (how == CT_WAIT)	/* only the timers' are ever lost */
		CT_CHECK(t, got >= 4 * flow.each);
	if (kind == &ct_deep_kind)
		CT_EQ(t, got, 6 * flow.each);
	ct_flow_check(t, &flow);
	csp_group_stop(&t->group);
	ct_flow_free(&flow);
}

static void ct_stress_order_drop(struct ct *t)
{
	ct_order(t, &ct_sink_kind, CT_SEND);
}

static void ct_stress_order_block(struct ct *t)
{
	ct_order(t, &ct_sink_kind, CT_WAIT);
}

static void ct_stress_order_deep(struct ct *t)
{
	ct_order(t, &ct_deep_kind, CT_SEND);
}

/* The same with the parameter turned on and off all the while. */
static void ct_stress_order_flips(struct ct *t)
{
	bool handoff = ct_handoff();
	struct ct_flow flow = {
		.how = CT_WAIT, .threads = 4, .timers = 2, .each = ct_scaled(6000),
	};
	struct csp_proc *p = ct_sink_start(t, &ct_sink_kind, NULL, 0);
	unsigned int last = 0, got, i;

	if (!CT_CHECK(t, !IS_ERR(p)))
		return;
	flow.ch = &p->in[0];
	CT_EQ(t, ct_flow_start(&flow), 0);
	for (i = 0; (got = atomic_read(&flow.received)) != last || i < 20; i++) {
		CT_EQ(t, ct_param_set("handoff", i % 2 ? "1" : "0"), 0);
		last = got;
		usleep_range(1000, 2000);
	}
	ct_flow_join(&flow);
	CT_EQ(t, ct_param_set("handoff", handoff ? "1" : "0"), 0);
	csp_proc_stop(p);
	ct_flow_check(t, &flow);
	csp_group_stop(&t->group);
	ct_flow_free(&flow);
}

/* Four inputs from four senders: one process, so one step at a time. */
static void ct_stress_inputs(struct ct *t)
{
	struct ct_flow *flow = kcalloc(4, sizeof(*flow), GFP_KERNEL);
	struct csp_proc *p = ct_sink_start(t, &ct_four_kind, NULL, 0);
	unsigned int i;

	if (!CT_CHECK(t, !IS_ERR(p)) || !CT_CHECK(t, flow))
		return;
	for (i = 0; i < 4; i++) {
		flow[i].ch = &p->in[i];
		flow[i].first = 2 * i;
		flow[i].how = CT_WAIT;
		flow[i].threads = 1;
		flow[i].timers = 1;
		flow[i].each = ct_scaled(5000);
		CT_EQ(t, ct_flow_start(&flow[i]), 0);
	}
	for (i = 0; i < 4; i++)
		ct_flow_join(&flow[i]);
	csp_proc_stop(p);
	for (i = 0; i < 4; i++) {
		CT_CHECK(t, ct_flow_count(&flow[i], false) >= flow[i].each);
		ct_flow_check(t, &flow[i]);
		ct_flow_free(&flow[i]);
	}
	csp_group_stop(&t->group);
	kfree(flow);
}

/* A pipeline of five, with senders also into its middle; stopped in the way of the flow. */
static void ct_stress_pipeline(struct ct *t)
{
	struct ct_flow head = {
		.threads = 2, .timers = 1, .each = ct_scaled(8000),
	};
	struct ct_flow middle = {
		.first = 3, .threads = 1, .timers = 1, .each = ct_scaled(8000),
	};
	struct csp_proc *p[5] = {};
	int i;

	for (i = 4; i >= 0; i--) {
		p[i] = ct_sink_start(t, &ct_deep_kind, i < 4 ? p[i + 1] : NULL, 0);
		if (!CT_CHECK(t, !IS_ERR(p[i])))
			return;
	}
	head.ch = &p[0]->in[0];
	middle.ch = &p[2]->in[0];
	CT_EQ(t, ct_flow_start(&head), 0);
	CT_EQ(t, ct_flow_start(&middle), 0);
	ct_flow_join(&head);
	ct_flow_join(&middle);
	for (i = 0; i < 5; i++)
		csp_proc_stop(p[i]);
	CT_EQ(t, ct_flow_count(&head, false), 3 * head.each);
	CT_EQ(t, ct_flow_count(&middle, false), 2 * middle.each);
	ct_flow_check(t, &head);
	ct_flow_check(t, &middle);
	csp_group_stop(&t->group);
	ct_flow_free(&head);
	ct_flow_free(&middle);
}

/* Senders go on while their receiver ends, by itself (@exit_at) or from outside. */
static void ct_end_under_load(struct ct *t, unsigned int exit_at, bool group)
{
	struct ct_flow flow = {
		.how = ct_random(3), .threads = 3, .timers = 1, .each = 20000,
	};
	struct csp_proc *p = ct_sink_start(t, &ct_sink_kind, NULL, exit_at);

	if (!CT_CHECK(t, !IS_ERR(p)))
		return;
	flow.ch = &p->in[0];
	CT_EQ(t, ct_flow_start(&flow), 0);
	if (!exit_at) {
		CT_SOON(t, atomic_read(&flow.received) > 10);
		udelay(ct_random(300));
		if (group)
			csp_group_stop(&t->group);
		else
			csp_proc_close(p);
	}
	csp_proc_join(p);
	WRITE_ONCE(flow.over, true);
	udelay(ct_random(300));
	WRITE_ONCE(flow.stop, true);
	ct_flow_join(&flow);
	if (exit_at)
		CT_EQ(t, ct_flow_count(&flow, false), exit_at);
	ct_flow_check(t, &flow);
	csp_proc_put(p);
	ct_flow_free(&flow);
}

static void ct_stress_close(struct ct *t)
{
	unsigned int i, n = ct_scaled(60);

	for (i = 0; i < n && !t->failed; i++)
		ct_end_under_load(t, 0, false);
	csp_group_stop(&t->group);
}

static void ct_stress_group(struct ct *t)
{
	unsigned int i, n = ct_scaled(60);

	for (i = 0; i < n && !t->failed; i++) {
		ct_end_under_load(t, 0, true);
		csp_group_init(&t->group, "test");
	}
}

static void ct_stress_exit(struct ct *t)
{
	unsigned int i, n = ct_scaled(60);

	for (i = 0; i < n && !t->failed; i++)
		ct_end_under_load(t, 1 + ct_random(500), false);
	csp_group_stop(&t->group);
}

/*
 * Everybody sends to everybody: tokens go round for as long as there is room for
 * them, and the group is stopped while they do.
 */
#define CT_NODES	6
#define CT_TOKENS	64

struct ct_node {
	struct ct_seat seat;
	struct csp_out out[CT_NODES];
	u32 dice;
};

static void ct_node_step(struct csp_proc *proc, void *msg)
{
	struct ct_node *node = csp_state(proc);
	struct ct_msg *m = msg;

	/* Tokens take all ways, so their order means nothing. */
	memset(node->seat.next, 0, sizeof(node->seat.next));
	ct_seat_enter(&node->seat, m);
	atomic_inc(&m->flow->received);
	ct_seat_leave(&node->seat, m);
	node->dice = node->dice * 1664525 + 1013904223;
	csp_out_send(&node->out[(node->dice >> 16) % CT_NODES], m);
}

static void ct_node_wire(struct csp_proc *proc, void *msg)
{
	struct ct_node *node = csp_state(proc);
	struct csp_proc **all = msg;
	unsigned int i;

	node->dice = proc->id;
	for (i = 0; i < CT_NODES; i++)
		csp_out_open(&node->out[i], proc, all[i], 0);
}

static void ct_node_unwired(void *msg, enum csp_lost why)
{
}

static const struct csp_kind ct_node_kind = {
	.name = "node",
	.state_size = sizeof(struct ct_node),
	.n_inputs = 2,
	.inputs = {
		{
			.name = "tokens", .depth = 2 * CT_TOKENS, .full = CSP_DROP,
			.step = ct_node_step, .lost = ct_msg_lost,
		}, {
			.name = "wire", .depth = 1, .full = CSP_DROP,
			.step = ct_node_wire, .lost = ct_node_unwired,
		},
	},
};

static void ct_cycle(struct ct *t)
{
	struct ct_flow flow = { .threads = 1, .each = CT_TOKENS };
	struct csp_proc *p[CT_NODES];
	unsigned int i, enough = ct_scaled(5000);

	for (i = 0; i < CT_NODES; i++) {
		p[i] = csp_proc_start(&t->group, &ct_node_kind, NULL, GFP_KERNEL, "node%u", i);
		if (!CT_CHECK(t, !IS_ERR(p[i])))
			return;
	}
	for (i = 0; i < CT_NODES; i++) {
		CT_EQ(t, csp_send(&p[i]->in[1], p), 0);
		CT_SOON(t, !csp_chan_len(&p[i]->in[1]));
	}
	flow.ch = &p[0]->in[0];
	CT_EQ(t, ct_flow_start(&flow), 0);
	CT_SOON(t, atomic_read(&flow.received) > enough);
	csp_group_stop(&t->group);
	WRITE_ONCE(flow.over, true);
	ct_flow_join(&flow);
	/* There was room for every token, so each ended with the first closed input. */
	CT_EQ(t, ct_flow_count(&flow, true), CT_TOKENS);
	ct_flow_check(t, &flow);
	for (i = 0; i < CT_NODES; i++)
		csp_proc_put(p[i]);
	ct_flow_free(&flow);
}

static void ct_stress_cycle(struct ct *t)
{
	unsigned int i;

	for (i = 0; i < 10 && !t->failed; i++) {
		csp_group_init(&t->group, "test");
		ct_cycle(t);
	}
}

const struct ct_case ct_stress_cases[] = {
	{ "stress__order_dropping", ct_stress_order_drop },
	{ "stress__order_blocking", ct_stress_order_block },
	{ "stress__order_deep", ct_stress_order_deep },
	{ "stress__order_while_handoff_flips", ct_stress_order_flips },
	{ "stress__several_inputs", ct_stress_inputs },
	{ "stress__pipeline", ct_stress_pipeline },
	{ "stress__close_under_load", ct_stress_close },
	{ "stress__group_stop_under_load", ct_stress_group },
	{ "stress__exit_under_load", ct_stress_exit },
	{ "stress__cycles_stop", ct_stress_cycle },
	{}
};
