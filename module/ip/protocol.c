// SPDX-License-Identifier: GPL-2.0
/*
 * Protocols that other modules add. Each has a process in every stack; IPv4 readers
 * have an output to it, which they open and close when they are told to, so a packet
 * finds it as it finds the stack's own transports, without a lock. So has the ICMP
 * dealer, for errors.
 *
 * The end: the readers and the ICMP dealer close their outputs, so nothing new comes;
 * the process steps what waits, and ends; then whoever still has a reference to it, a
 * listing or a thread, is waited for, in every stack, also in those that are about to
 * go. After that nothing reaches the module of the protocol any more.
 */
#include <linux/in.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#include <gonet/ipv4.h>
#include <gonet/protocol.h>
#include <gonet/stack.h>

#include "protocol.h"

/**
 * struct protocol_run - a protocol in a stack
 * @node: in &gonet_stack.protocols
 * @protocol: which
 * @proc: its process, referenced
 * @error: the ICMP dealer's output to it; the dealer's, as long as it is open
 * @in: the readers' outputs to it, the same
 */
struct protocol_run {
	struct list_head node;
	const struct gonet_protocol *protocol;
	struct csp_proc *proc;
	struct csp_out error;
	struct csp_out in[GONET_READERS_MAX];
};

/*
 * Guards which protocols there are and which stacks, and that each of these stacks
 * runs each of these protocols. Inside gonet_start_lock and RTNL.
 */
static DEFINE_MUTEX(protocol_lock);
static const struct gonet_protocol *protocol_table[PROTOCOLS];
static LIST_HEAD(protocol_stacks);	/* &gonet_stack.protocols_node */

/**
 * protocol_serve() - what a process does that is told who takes a protocol
 * @proc: the process
 * @outs: its outputs, by protocol
 * @input: index of the input to which they lead
 * @ctl: what it is told; answered
 */
void protocol_serve(struct csp_proc *proc, struct csp_out **outs, unsigned int input,
		    struct protocol_ctl *ctl)
{
	if (ctl->to) {
		csp_out_open(ctl->out, proc, ctl->to, input);
		outs[ctl->number] = ctl->out;
	} else {
		outs[ctl->number] = NULL;
		csp_out_close(ctl->out, proc);
	}
	csp_reply(&ctl->call, 0);
}

/**
 * protocol_ctl_lost() - the lost() of PROTOCOL_PORT()
 * @msg: the message
 * @why: why
 */
void protocol_ctl_lost(void *msg, enum csp_lost why)
{
	struct protocol_ctl *ctl = msg;

	csp_call_lost(&ctl->call, why);
}

/* Has a process of a stack that is listed open @out to @to, or close it. */
static void protocol_tell(struct csp_proc *proc, unsigned int input, u8 number,
			  struct csp_out *out, struct csp_proc *to)
{
	struct protocol_ctl ctl = {
		.number = number,
		.out = out,
		.to = to,
	};

	lockdep_assert_held(&protocol_lock);
	/* The process lives, and nobody else tells it anything. */
	WARN_ON_ONCE(csp_ask(&proc->in[input], &ctl, &ctl.call));
}

static void protocol_tell_all(struct gonet_stack *stack, struct protocol_run *run,
			      struct csp_proc *to)
{
	const struct gonet_protocol *protocol = run->protocol;
	unsigned int i;

	for (i = 0; i < stack->n_readers; i++)
		protocol_tell(stack->reader[i], GONET_IPV4_READER_PROTOCOL, protocol->number,
			      &run->in[i], to);
	if (protocol->errors)
		protocol_tell(stack->icmp, GONET_ICMP_PROTOCOL, protocol->number,
			      &run->error, to);
}

static int protocol_run_start(struct gonet_stack *stack, const struct gonet_protocol *protocol)
{
	struct protocol_run *run = kzalloc(sizeof(*run), GFP_KERNEL);
	struct csp_proc *proc;

	if (!run)
		return -ENOMEM;
	proc = csp_proc_start(&stack->group, protocol->kind, stack, GFP_KERNEL, "%s",
			      protocol->kind->name);
	if (IS_ERR(proc)) {
		kfree(run);
		return PTR_ERR(proc);
	}
	run->protocol = protocol;
	run->proc = proc;
	list_add_tail(&run->node, &stack->protocols);
	protocol_tell_all(stack, run, proc);
	return 0;
}

static void protocol_run_end(struct gonet_stack *stack, const struct gonet_protocol *protocol)
{
	struct protocol_run *run;

	list_for_each_entry(run, &stack->protocols, node) {
		if (run->protocol != protocol)
			continue;
		protocol_tell_all(stack, run, NULL);
		csp_proc_stop(run->proc);
		list_del(&run->node);
		kfree(run);
		return;
	}
}

/* Those for which a reader has an output from its beginning: see reader_init(). */
static bool protocol_is_own(u8 number)
{
	return number == IPPROTO_ICMP || number == IPPROTO_IGMP || number == IPPROTO_UDP ||
	       number == IPPROTO_TCP;
}

static bool protocol_is_complete(const struct gonet_protocol *protocol)
{
	const struct csp_kind *kind = protocol->kind;

	if (!kind->owner)
		return false;
	return kind->n_inputs > (protocol->errors ? GONET_TRANSPORT_ERROR : GONET_TRANSPORT_IN);
}

static void protocol_end_everywhere(const struct gonet_protocol *protocol)
{
	struct gonet_stack *stack;

	lockdep_assert_held(&protocol_lock);
	protocol_table[protocol->number] = NULL;
	list_for_each_entry(stack, &protocol_stacks, protocols_node)
		protocol_run_end(stack, protocol);
}

static int protocol_start_everywhere(const struct gonet_protocol *protocol)
{
	struct gonet_stack *stack;
	int err;

	lockdep_assert_held(&protocol_lock);
	if (protocol_is_own(protocol->number) || protocol_table[protocol->number])
		return -EEXIST;
	protocol_table[protocol->number] = protocol;
	list_for_each_entry(stack, &protocol_stacks, protocols_node) {
		err = protocol_run_start(stack, protocol);
		if (err) {
			protocol_end_everywhere(protocol);
			return err;
		}
	}
	return 0;
}

/*
 * Waits until nothing uses what a protocol that is in no stack any more consists of;
 * but the processes of the same module's other protocols go on, and the last of these
 * to be unregistered waits for all.
 */
static void protocol_wait(const struct gonet_protocol *protocol)
{
	struct csp_owner *owner = protocol->kind->owner;
	bool others = false;
	unsigned int i;

	mutex_lock(&protocol_lock);
	for (i = 0; i < PROTOCOLS; i++)
		if (protocol_table[i] && protocol_table[i]->kind->owner == owner)
			others = true;
	mutex_unlock(&protocol_lock);
	if (!others)
		csp_owner_wait(owner);
}

/**
 * gonet_protocol_register() - add a protocol to every stack
 * @protocol: the protocol
 *
 * Every stack that there is, and every one that begins, runs a process for it until
 * it is unregistered. A raw socket for this number goes on getting its copies.
 *
 * Context: process, not under RTNL; may sleep.
 *
 * Return: 0; -EEXIST when the number is one of the stack's own or already registered;
 * -EINVAL when the kind has no owner or too few inputs; -ENOMEM; what &csp_kind.init
 * said in one of the stacks. With an error no stack has it.
 */
int gonet_protocol_register(const struct gonet_protocol *protocol)
{
	int err;

	if (!protocol_is_complete(protocol))
		return -EINVAL;
	mutex_lock(&protocol_lock);
	err = protocol_start_everywhere(protocol);
	mutex_unlock(&protocol_lock);
	if (err)
		protocol_wait(protocol);
	return err;
}
EXPORT_SYMBOL_GPL(gonet_protocol_register);

/**
 * gonet_protocol_unregister() - take a protocol out of every stack
 * @protocol: the protocol, registered
 *
 * What has arrived is still stepped. When this returns nothing goes to the protocol any
 * more; and for the last protocol of an owner, no process of its kinds has any memory
 * left, so the module may go.
 *
 * Context: process, not under RTNL; may sleep.
 */
void gonet_protocol_unregister(const struct gonet_protocol *protocol)
{
	mutex_lock(&protocol_lock);
	protocol_end_everywhere(protocol);
	mutex_unlock(&protocol_lock);
	protocol_wait(protocol);
}
EXPORT_SYMBOL_GPL(gonet_protocol_unregister);

/**
 * gonet_protocols_start() - run all protocols in a stack, from now on
 * @stack: the stack, all of whose own processes have been started
 *
 * Context: process; may sleep.
 *
 * Return: 0; -ENOMEM, or what &csp_kind.init of a protocol said. In either case
 * gonet_protocols_stop() and gonet_protocols_free() follow in the end.
 */
int gonet_protocols_start(struct gonet_stack *stack)
{
	unsigned int i;
	int err = 0;

	mutex_lock(&protocol_lock);
	list_add_tail(&stack->protocols_node, &protocol_stacks);
	for (i = 0; !err && i < PROTOCOLS; i++)
		if (protocol_table[i])
			err = protocol_run_start(stack, protocol_table[i]);
	mutex_unlock(&protocol_lock);
	return err;
}

/**
 * gonet_protocols_stop() - no protocol comes to a stack or leaves it any more
 * @stack: the stack, none of whose processes has been stopped; protocols may not have
 *	been started
 *
 * Their processes go on; they end with all others of the stack.
 *
 * Context: process; may sleep.
 */
void gonet_protocols_stop(struct gonet_stack *stack)
{
	mutex_lock(&protocol_lock);
	list_del_init(&stack->protocols_node);
	mutex_unlock(&protocol_lock);
}

/**
 * gonet_protocols_free() - free what a stack has of the protocols
 * @stack: the stack, all of whose processes have ended
 */
void gonet_protocols_free(struct gonet_stack *stack)
{
	struct protocol_run *run, *next;

	list_for_each_entry_safe(run, next, &stack->protocols, node) {
		csp_proc_put(run->proc);
		kfree(run);
	}
	INIT_LIST_HEAD(&stack->protocols);
}
