// SPDX-License-Identifier: GPL-2.0
/*
 * Requests about processes, their channels and the threads they run on. A dump
 * goes through the processes by number, so one that lives through the whole dump
 * is met exactly once, whatever starts and ends meanwhile.
 */
#include <linux/build_bug.h>

#include "netlink.h"

static_assert((int)GONET_PROC_STATE_IDLE_NO_THREAD == (int)CSP_IDLE_NO_THREAD);
static_assert((int)GONET_PROC_STATE_IDLE == (int)CSP_IDLE);
static_assert((int)GONET_PROC_STATE_READY == (int)CSP_READY);
static_assert((int)GONET_PROC_STATE_RUNNING == (int)CSP_RUNNING);
static_assert((int)GONET_PROC_STATE_ENDED == (int)CSP_ENDED);
static_assert((int)GONET_FULL_DROP == (int)CSP_DROP);
static_assert((int)GONET_FULL_BLOCK == (int)CSP_BLOCK);

/**
 * struct gonet_nl_input - an input of a process
 * @proc: the process, referenced
 * @input: number of the input
 */
struct gonet_nl_input {
	struct csp_proc *proc;
	unsigned int input;
};

/**
 * struct gonet_nl_out - a snapshot of an output
 * @proc: number of the process that sends
 * @index: number of the output
 * @to: number of the process that receives
 * @input: number of its input
 * @name: and the input's name
 * @sent: messages given to it
 */
struct gonet_nl_out {
	u32 proc;
	u32 index;
	u32 to;
	u32 input;
	const char *name;
	u64 sent;
};

/* Writes what there is to say of a process, from place *@at on; -EMSGSIZE at *@at. */
typedef int (*gonet_nl_proc_t)(const struct gonet_nl_msg *msg, struct csp_proc *proc,
			       unsigned long *at);

static int gonet_nl_proc_fill(const struct gonet_nl_msg *msg, const void *object)
{
	/* a snapshot changes nothing but takes the process's lock */
	struct csp_proc *proc = (struct csp_proc *)object;
	struct sk_buff *skb = msg->skb;
	struct csp_proc_info info;
	void *hdr = gonet_nl_begin(msg);

	if (!hdr)
		return -EMSGSIZE;
	csp_proc_info(proc, &info);
	if (nla_put_u32(skb, GONET_A_PROC_ID, proc->id) ||
	    nla_put_u32(skb, GONET_A_PROC_PARENT, proc->parent) ||
	    nla_put_string(skb, GONET_A_PROC_NAME, proc->name) ||
	    nla_put_string(skb, GONET_A_PROC_KIND, proc->kind->name) ||
	    nla_put_u8(skb, GONET_A_PROC_STATE, info.where) ||
	    nla_put_u32(skb, GONET_A_PROC_TID, info.tid) ||
	    nla_put_u32(skb, GONET_A_PROC_INPUTS, proc->kind->n_inputs) ||
	    nla_put_u64_64bit(skb, GONET_A_PROC_MESSAGES, info.stats.messages,
			      GONET_A_PROC_PAD) ||
	    nla_put_u64_64bit(skb, GONET_A_PROC_RUNS, info.stats.runs, GONET_A_PROC_PAD) ||
	    nla_put_u64_64bit(skb, GONET_A_PROC_WAKEUPS, info.stats.wakeups,
			      GONET_A_PROC_PAD) ||
	    nla_put_u64_64bit(skb, GONET_A_PROC_BUSY, info.stats.busy_ns, GONET_A_PROC_PAD) ||
	    nla_put_u64_64bit(skb, GONET_A_PROC_AGE, info.age_ms, GONET_A_PROC_PAD)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

static int gonet_nl_chan_fill(const struct gonet_nl_msg *msg, const void *object)
{
	const struct gonet_nl_input *input = object;
	struct csp_chan *ch = &input->proc->in[input->input];
	struct sk_buff *skb = msg->skb;
	struct csp_chan_info info;
	void *hdr = gonet_nl_begin(msg);

	if (!hdr)
		return -EMSGSIZE;
	csp_chan_info(ch, &info);
	if (nla_put_u32(skb, GONET_A_CHAN_PROC, input->proc->id) ||
	    nla_put_u32(skb, GONET_A_CHAN_INPUT, input->input) ||
	    nla_put_string(skb, GONET_A_CHAN_NAME, ch->port->name) ||
	    nla_put_u32(skb, GONET_A_CHAN_LEN, info.len) ||
	    nla_put_u32(skb, GONET_A_CHAN_DEPTH, info.depth) ||
	    nla_put_u8(skb, GONET_A_CHAN_FULL, info.full) ||
	    (info.closed && nla_put_flag(skb, GONET_A_CHAN_CLOSED)) ||
	    nla_put_u32(skb, GONET_A_CHAN_DEEPEST, info.stats.deepest) ||
	    nla_put_u64_64bit(skb, GONET_A_CHAN_QUEUED, info.stats.queued,
			      GONET_A_CHAN_PAD) ||
	    nla_put_u64_64bit(skb, GONET_A_CHAN_HANDED, info.stats.handed,
			      GONET_A_CHAN_PAD) ||
	    nla_put_u64_64bit(skb, GONET_A_CHAN_LOST_FULL, info.stats.full,
			      GONET_A_CHAN_PAD) ||
	    nla_put_u64_64bit(skb, GONET_A_CHAN_LOST_CLOSED, info.stats.closed,
			      GONET_A_CHAN_PAD)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

static int gonet_nl_out_fill(const struct gonet_nl_msg *msg, const void *object)
{
	const struct gonet_nl_out *out = object;
	struct sk_buff *skb = msg->skb;
	void *hdr = gonet_nl_begin(msg);

	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_u32(skb, GONET_A_OUT_PROC, out->proc) ||
	    nla_put_u32(skb, GONET_A_OUT_INDEX, out->index) ||
	    nla_put_u32(skb, GONET_A_OUT_TO, out->to) ||
	    nla_put_u32(skb, GONET_A_OUT_TO_INPUT, out->input) ||
	    nla_put_string(skb, GONET_A_OUT_TO_NAME, out->name) ||
	    nla_put_u64_64bit(skb, GONET_A_OUT_SENT, out->sent, GONET_A_OUT_PAD)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

static int gonet_nl_pool_fill(const struct gonet_nl_msg *msg, const void *object)
{
	const struct csp_pool_info *pool = object;
	struct sk_buff *skb = msg->skb;
	void *hdr = gonet_nl_begin(msg);

	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_u32(skb, GONET_A_POOL_THREADS, pool->threads) ||
	    nla_put_u32(skb, GONET_A_POOL_IDLE, pool->idle) ||
	    nla_put_u32(skb, GONET_A_POOL_WAITING, pool->waiting) ||
	    nla_put_u32(skb, GONET_A_POOL_LIMIT, pool->max) ||
	    nla_put_u64_64bit(skb, GONET_A_POOL_STARTED, pool->started, GONET_A_POOL_PAD) ||
	    nla_put_u32(skb, GONET_A_POOL_PROCS, csp_procs_allocated())) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

/* Return: the process that a request names, referenced, or ERR_PTR(). */
static struct csp_proc *gonet_nl_proc_find(struct genl_info *info, int attr)
{
	struct gonet_stack *stack = gonet_nl_stack(info);
	struct csp_proc *proc;
	u32 want, id;

	if (IS_ERR(stack))
		return ERR_CAST(stack);
	if (gonet_nl_missing(info, attr, "Number of the process missing"))
		return ERR_PTR(-EINVAL);
	want = nla_get_u32(info->attrs[attr]);
	id = want - 1;
	proc = csp_proc_next(&stack->group, &id);
	if (proc && id == want)
		return proc;
	csp_proc_put(proc);
	NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[attr], "No such process");
	return ERR_PTR(-ESRCH);
}

int gonet_nl_proc_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct csp_proc *proc = gonet_nl_proc_find(info, GONET_A_PROC_ID);
	int err;

	if (IS_ERR(proc))
		return PTR_ERR(proc);
	err = gonet_nl_reply(info, GONET_CMD_PROC_GET, gonet_nl_proc_fill, proc);
	csp_proc_put(proc);
	return err;
}

int gonet_nl_chan_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *nla = info->attrs[GONET_A_CHAN_INPUT];
	struct gonet_nl_input input = {};
	int err = -EINVAL;

	input.proc = gonet_nl_proc_find(info, GONET_A_CHAN_PROC);
	if (IS_ERR(input.proc))
		return PTR_ERR(input.proc);
	if (gonet_nl_missing(info, GONET_A_CHAN_INPUT, "Number of the input missing"))
		goto out;
	input.input = nla_get_u32(nla);
	if (input.input < input.proc->kind->n_inputs) {
		err = gonet_nl_reply(info, GONET_CMD_CHAN_GET, gonet_nl_chan_fill, &input);
	} else {
		NL_SET_ERR_MSG_ATTR(info->extack, nla, "The process has no such input");
		err = -ENOENT;
	}
out:
	csp_proc_put(input.proc);
	return err;
}

/**
 * struct gonet_nl_out_walk - goes through the outputs of a process
 * @msg: where to write them, or NULL to take one as @out
 * @proc: the process's number
 * @skip: outputs not to be written, or that come before the one to be taken
 * @index: number of the output that is next
 * @out: the output last met
 */
struct gonet_nl_out_walk {
	const struct gonet_nl_msg *msg;
	u32 proc;
	unsigned long skip;
	unsigned long index;
	struct gonet_nl_out out;
};

static int gonet_nl_out_one(const struct csp_out *out, void *arg)
{
	struct gonet_nl_out_walk *walk = arg;

	if (walk->index < walk->skip) {
		walk->index++;
		return 0;
	}
	walk->out = (struct gonet_nl_out) {
		.proc = walk->proc,
		.index = walk->index,
		.to = out->to->id,
		.input = out->ch - out->to->in,
		.name = out->ch->port->name,
		.sent = READ_ONCE(out->sent),
	};
	if (!walk->msg)
		return 1;
	if (gonet_nl_out_fill(walk->msg, &walk->out))
		return -EMSGSIZE;
	walk->index++;
	return 0;
}

int gonet_nl_out_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *nla = info->attrs[GONET_A_OUT_INDEX];
	struct gonet_nl_out_walk walk = {};
	struct csp_proc *proc;
	int err = -EINVAL;

	proc = gonet_nl_proc_find(info, GONET_A_OUT_PROC);
	if (IS_ERR(proc))
		return PTR_ERR(proc);
	if (gonet_nl_missing(info, GONET_A_OUT_INDEX, "Number of the output missing"))
		goto out;
	walk.proc = proc->id;
	walk.skip = nla_get_u32(nla);
	if (csp_for_each_out(proc, gonet_nl_out_one, &walk)) {
		err = gonet_nl_reply(info, GONET_CMD_OUT_GET, gonet_nl_out_fill, &walk.out);
	} else {
		NL_SET_ERR_MSG_ATTR(info->extack, nla, "The process has no such output");
		err = -ENOENT;
	}
out:
	csp_proc_put(proc);
	return err;
}

static int gonet_nl_proc_one(const struct gonet_nl_msg *msg, struct csp_proc *proc,
			     unsigned long *at)
{
	return gonet_nl_proc_fill(msg, proc);
}

static int gonet_nl_chans_of(const struct gonet_nl_msg *msg, struct csp_proc *proc,
			     unsigned long *at)
{
	struct gonet_nl_input input = { .proc = proc };
	int err = 0;

	for (; !err && *at < proc->kind->n_inputs; *at += !err) {
		input.input = *at;
		err = gonet_nl_chan_fill(msg, &input);
	}
	return err;
}

static int gonet_nl_outs_of(const struct gonet_nl_msg *msg, struct csp_proc *proc,
			    unsigned long *at)
{
	struct gonet_nl_out_walk walk = { .msg = msg, .proc = proc->id, .skip = *at };
	int err = csp_for_each_out(proc, gonet_nl_out_one, &walk);

	*at = walk.index;
	return err;
}

/*
 * Dumps what @one writes for each process. Kept between the rounds: the number of
 * the last process that is done with; that of the one begun, and how far it got.
 */
static int gonet_nl_procs_dump(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd,
			       gonet_nl_proc_t one)
{
	struct gonet_stack *stack;
	struct gonet_nl_msg msg;
	struct csp_proc *proc;
	u32 id = cb->args[0];
	int err;

	err = gonet_nl_dump_begin(&msg, skb, cb, cmd, &stack);
	if (err || !stack)
		return err;
	while (!err && (proc = csp_proc_next(&stack->group, &id))) {
		if (id != cb->args[1])
			cb->args[2] = 0;
		cb->args[1] = id;
		err = one(&msg, proc, (unsigned long *)&cb->args[2]);
		if (!err)
			cb->args[0] = id;
		csp_proc_put(proc);
	}
	return skb->len;
}

int gonet_nl_proc_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return gonet_nl_procs_dump(skb, cb, GONET_CMD_PROC_GET, gonet_nl_proc_one);
}

int gonet_nl_chan_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return gonet_nl_procs_dump(skb, cb, GONET_CMD_CHAN_GET, gonet_nl_chans_of);
}

int gonet_nl_out_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return gonet_nl_procs_dump(skb, cb, GONET_CMD_OUT_GET, gonet_nl_outs_of);
}

int gonet_nl_pool_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct csp_pool_info pool;

	csp_pool_info(&pool);
	return gonet_nl_reply(info, GONET_CMD_POOL_GET, gonet_nl_pool_fill, &pool);
}
