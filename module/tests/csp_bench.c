// SPDX-License-Identifier: GPL-2.0
/*
 * What the CSP runtime costs. Reading the file csp_bench/results in debugfs
 * measures and gives lines of "name value unit". Parameters of the runtime are
 * changed meanwhile and set back; nothing else should use it.
 */
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include <csp/csp.h>

static unsigned int rounds = 30;
module_param(rounds, uint, 0644);
MODULE_PARM_DESC(rounds, "each figure is the best of so many short rounds (default 30)");

#define CB_PATIENCE	(60 * HZ)

static struct csp_group cb_group;
static struct dentry *cb_dir;

/*
 * The runtime's parameters, through the files that every user has. What is read
 * must have room for 7 characters.
 */
static int cb_param(const char *name, char *value, bool set)
{
	char path[64];
	struct file *file;
	loff_t pos = 0;
	ssize_t n;

	snprintf(path, sizeof(path), "/sys/module/gonet/parameters/%s", name);
	file = filp_open(path, set ? O_WRONLY : O_RDONLY, 0);
	if (IS_ERR(file))
		return PTR_ERR(file);
	n = set ? kernel_write(file, value, strlen(value), &pos) :
		  kernel_read(file, value, 7, &pos);
	filp_close(file, NULL);
	if (n >= 0 && !set)
		value[n] = '\0';
	return n < 0 ? n : 0;
}

/**
 * struct cb_bench - a figure
 * @name: its name
 * @n: operations in a round
 * @handoff: value of the parameter meanwhile
 * @cpu: where the second thread is, -1 for anywhere
 * @run: does them; returns how many were done, or an error
 */
struct cb_bench {
	const char *name;
	unsigned int n;
	bool handoff;
	int cpu;
	long (*run)(const struct cb_bench *b);
};

/* A message's lost(): what is lost here is not missed. */
static void cb_lost(void *msg, enum csp_lost why)
{
}

#define CB_PORT(_step, _depth) { \
	.name = "in", .depth = (_depth), .full = CSP_DROP, .step = (_step), .lost = cb_lost, \
}

static void cb_sink_step(struct csp_proc *proc, void *msg)
{
	if (msg)
		complete(msg);
}

static const struct csp_kind cb_sink_kind = {
	.name = "sink",
	.n_inputs = 1,
	.inputs = { CB_PORT(cb_sink_step, 1024) },
};

static void cb_exit_step(struct csp_proc *proc, void *msg)
{
	csp_proc_exit(proc);
}

static const struct csp_kind cb_exit_kind = {
	.name = "brief",
	.n_inputs = 1,
	.inputs = { CB_PORT(cb_exit_step, 4) },
};

/* Two that send each other a ball so many times. */
struct cb_player {
	struct csp_out out;
	unsigned int left;
};

static struct completion cb_over;

static void cb_player_step(struct csp_proc *proc, void *msg)
{
	struct cb_player *player = csp_state(proc);

	if (!player->left--)
		complete(&cb_over);
	else
		csp_out_send(&player->out, msg);
}

static void cb_player_set(struct csp_proc *proc, void *msg)
{
	struct cb_player *player = csp_state(proc);

	player->left = *(unsigned int *)msg;
	complete(&cb_over);
}

static void cb_player_meet(struct csp_proc *proc, void *msg)
{
	struct cb_player *player = csp_state(proc);

	csp_out_open(&player->out, proc, msg, 0);
	complete(&cb_over);
}

static const struct csp_kind cb_player_kind = {
	.name = "player",
	.state_size = sizeof(struct cb_player),
	.n_inputs = 3,
	.inputs = {
		CB_PORT(cb_player_step, 4), CB_PORT(cb_player_set, 4),
		CB_PORT(cb_player_meet, 4),
	},
};

static struct csp_proc *cb_start(const struct csp_kind *kind)
{
	return csp_proc_start(&cb_group, kind, NULL, GFP_KERNEL, "%s", kind->name);
}

/* Sends, and waits until it has been stepped. */
static void cb_tell(struct csp_chan *ch, void *msg, struct completion *done)
{
	init_completion(done);
	csp_send(ch, msg);
	wait_for_completion(done);
}

/* Pins the thread of a process, which must have one, or (@cpu < 0) lets it go. */
static int cb_pin(struct csp_proc *proc, int cpu)
{
	struct csp_proc_info info;
	struct task_struct *task;
	struct pid *pid;
	int err = -ESRCH;

	csp_proc_info(proc, &info);
	pid = info.tid ? find_get_pid(info.tid) : NULL;
	task = get_pid_task(pid, PIDTYPE_PID);
	if (task) {
		err = set_cpus_allowed_ptr(task, cpu < 0 ? cpu_possible_mask :
							   cpumask_of(cpu));
		put_task_struct(task);
	}
	put_pid(pid);
	return err;
}

static int (*cb_called)(int n);

static int cb_call(int n)
{
	return n + 1;
}

static long cb_direct(const struct cb_bench *b)
{
	unsigned int i;
	int n = 0;

	WRITE_ONCE(cb_called, cb_call);
	for (i = 0; i < b->n; i++)
		n = READ_ONCE(cb_called)(n);
	return n;
}

static long cb_hand(const struct cb_bench *b)
{
	struct csp_proc *p = cb_start(&cb_sink_kind);
	unsigned int i;

	if (IS_ERR(p))
		return PTR_ERR(p);
	for (i = 0; i < b->n; i++)
		csp_send(&p->in[0], NULL);
	csp_proc_stop(p);
	return b->n;
}

/* The parties are there before the clock starts: only the exchange is timed. */
static struct csp_proc *cb_party[2];

static int cb_players_enter(const struct cb_bench *b)
{
	unsigned int left = b->n / 2;
	int i, err = 0;

	for (i = 0; i < 2; i++) {
		cb_party[i] = cb_start(&cb_player_kind);
		if (IS_ERR(cb_party[i])) {
			err = PTR_ERR(cb_party[i]);
			cb_party[i] = NULL;
			return err;
		}
	}
	for (i = 0; i < 2; i++) {
		cb_tell(&cb_party[i]->in[2], cb_party[!i], &cb_over);
		cb_tell(&cb_party[i]->in[1], &left, &cb_over);
		err = cb_pin(cb_party[i], i ? b->cpu : 0) ?: err;
	}
	return err;
}

static long cb_players(const struct cb_bench *b)
{
	cb_tell(&cb_party[0]->in[0], cb_party, &cb_over);
	return b->n;
}

static int cb_stream_enter(const struct cb_bench *b)
{
	cb_party[0] = cb_start(&cb_sink_kind);
	if (IS_ERR(cb_party[0])) {
		int err = PTR_ERR(cb_party[0]);

		cb_party[0] = NULL;
		return err;
	}
	cb_tell(&cb_party[0]->in[0], &cb_over, &cb_over);
	return cb_pin(cb_party[0], b->cpu);
}

static long cb_stream(const struct cb_bench *b)
{
	struct csp_chan *ch = &cb_party[0]->in[0];
	unsigned int i;
	int err = 0;

	init_completion(&cb_over);
	for (i = 0; i < b->n && !err; i++)
		err = csp_send_wait(ch, i < b->n - 1 ? NULL : &cb_over, CB_PATIENCE);
	if (err)
		return err;
	wait_for_completion(&cb_over);
	return b->n;
}

static void cb_leave(void)
{
	int i;

	for (i = 0; i < 2; i++) {
		if (!cb_party[i])
			continue;
		cb_pin(cb_party[i], -1);
		csp_proc_stop(cb_party[i]);
		cb_party[i] = NULL;
	}
}

static const struct csp_port cb_free_port = CB_PORT(NULL, 64);

/* In and out of a queue, without anybody to wake. */
static long cb_queue(const struct cb_bench *b)
{
	struct csp_chan ch;
	void *msgs[16];
	unsigned int i, j;

	csp_chan_init(&ch, &cb_free_port);
	for (i = 0; i < b->n; i += 16) {
		for (j = 0; j < 16; j++)
			csp_send(&ch, NULL);
		csp_recv_batch(&ch, msgs, 16, 0);
	}
	csp_chan_destroy(&ch);
	return i;
}

/* A message by select, of four channels one of which has it. */
static long cb_select(const struct cb_bench *b)
{
	struct csp_case c[4];
	struct csp_chan ch[4];
	unsigned int i;

	for (i = 0; i < 4; i++) {
		csp_chan_init(&ch[i], &cb_free_port);
		c[i] = (struct csp_case){ .ch = &ch[i], .dir = CSP_RECV };
	}
	for (i = 0; i < b->n; i++) {
		csp_send(&ch[i % 4], NULL);
		csp_select(c, 4, 0);
	}
	for (i = 0; i < 4; i++)
		csp_chan_destroy(&ch[i]);
	return b->n;
}

/* A process, its only message, its end. */
static long cb_spawn(const struct cb_bench *b)
{
	struct csp_proc *p;
	unsigned int i;

	for (i = 0; i < b->n; i++) {
		p = cb_start(&cb_exit_kind);
		if (IS_ERR(p))
			return PTR_ERR(p);
		csp_send(&p->in[0], NULL);
		csp_proc_join(p);
		csp_proc_put(p);
	}
	return b->n;
}

static int cb_thread(void *arg)
{
	kthread_complete_and_exit(arg, 0);
}

/* A thread of its own that does as much. */
static long cb_kthread(const struct cb_bench *b)
{
	struct completion done;
	struct task_struct *task;
	unsigned int i;

	for (i = 0; i < b->n; i++) {
		init_completion(&done);
		task = kthread_run(cb_thread, &done, "csp_bench");
		if (IS_ERR(task))
			return PTR_ERR(task);
		wait_for_completion(&done);
	}
	return b->n;
}

static const struct cb_bench cb_benches[] = {
	{ "call_direct", 20000, true, -1, cb_direct },
	{ "hop_handed_off", 4000, true, -1, cb_hand },
	{ "hop_woken_same_cpu", 500, false, 0, cb_players },
	{ "hop_woken_other_cpu", 500, false, 1, cb_players },
	{ "stream_queue_alone", 8000, false, -1, cb_queue },
	{ "stream_same_cpu", 5000, false, 0, cb_stream },
	{ "stream_other_cpu", 5000, false, 1, cb_stream },
	{ "stream_handed_off", 4000, true, -1, cb_stream },
	{ "select_of_four", 4000, true, -1, cb_select },
	{ "spawn_from_pool", 50, false, -1, cb_spawn },
	{ "spawn_handed_off", 100, true, -1, cb_spawn },
	{ "spawn_kthread_run", 30, true, -1, cb_kthread },
};

static int cb_enter(const struct cb_bench *b)
{
	if (b->run == cb_players)
		return cb_players_enter(b);
	if (b->run == cb_stream && !b->handoff)
		return cb_stream_enter(b);
	if (b->run == cb_stream) {
		cb_party[0] = cb_start(&cb_sink_kind);
		return PTR_ERR_OR_ZERO(cb_party[0]);
	}
	return 0;
}

/*
 * The best round, since what others do on the machine can only add to it.
 * Return: nanoseconds of one operation, times 10, or an error.
 */
static long cb_measure(const struct cb_bench *b)
{
	u64 best = LONG_MAX;
	unsigned int i;

	for (i = 0; i < max(rounds, 1U); i++) {
		long done = cb_enter(b);
		u64 began, took = 0;

		if (!done) {
			began = ktime_get_ns();
			done = b->run(b);
			took = ktime_get_ns() - began;
		}
		cb_leave();
		if (done < 0)
			return done;
		best = min(best, div_u64(10 * took, done));
	}
	return best;
}

static DECLARE_COMPLETION(cb_done);

static int cb_main(void *arg)
{
	struct seq_file *m = arg;
	unsigned int i;

	csp_group_init(&cb_group, "bench");
	for (i = 0; i < ARRAY_SIZE(cb_benches); i++) {
		const struct cb_bench *b = &cb_benches[i];
		long result;

		if (b->cpu > 0 && !cpu_online(b->cpu))
			continue;
		cb_param("handoff", b->handoff ? "1" : "0", true);
		result = cb_measure(b);
		if (result < 0)
			seq_printf(m, "%s error %ld\n", b->name, -result);
		else
			seq_printf(m, "%s %ld.%ld ns\n", b->name, result / 10, result % 10);
	}
	csp_group_stop(&cb_group);
	kthread_complete_and_exit(&cb_done, 0);
}

/* Measures in a thread of its own, on the first CPU. */
static int cb_show(struct seq_file *m, void *v)
{
	unsigned int before = csp_procs_allocated();
	struct task_struct *task;
	char handoff[8], linger[16];
	int err;

	err = cb_param("handoff", handoff, false) ?: cb_param("linger_ms", linger, false);
	if (err)
		return err;
	task = kthread_create(cb_main, m, "csp_bench");
	if (IS_ERR(task))
		return PTR_ERR(task);
	/* Processes keep their threads, and these their CPUs, between messages. */
	cb_param("linger_ms", "60000", true);
	reinit_completion(&cb_done);
	kthread_bind(task, 0);
	wake_up_process(task);
	wait_for_completion(&cb_done);
	cb_param("linger_ms", linger, true);
	cb_param("handoff", handoff, true);
	while (csp_procs_allocated() > before)
		schedule_timeout_uninterruptible(1);
	rcu_barrier();	/* the runtime no longer looks at our kinds and ports */
	return 0;
}

static int cb_open(struct inode *inode, struct file *file)
{
	/* Room for all, since a second cb_show() would measure again. */
	return single_open_size(file, cb_show, NULL, PAGE_SIZE);
}

static const struct file_operations cb_fops = {
	.owner = THIS_MODULE,
	.open = cb_open,
	.read = seq_read,
	.llseek = seq_lseek,
	.release = single_release,
};

static int __init cb_init(void)
{
	cb_dir = debugfs_create_dir("csp_bench", NULL);
	debugfs_create_file("results", 0400, cb_dir, NULL, &cb_fops);
	return 0;
}

static void __exit cb_exit(void)
{
	debugfs_remove(cb_dir);
}

module_init(cb_init);
module_exit(cb_exit);

MODULE_DESCRIPTION("Benchmark of GoNet's CSP runtime");
MODULE_LICENSE("GPL");
