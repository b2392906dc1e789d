// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of the CSP runtime, as a module for a stock kernel; csp_test_kunit.c runs the
 * same cases where there is KUnit. Reading the file csp_test/results in debugfs runs
 * the cases, one with each read(), and gives their results in KTAP. Nothing else may
 * use the runtime meanwhile: that processes are freed is seen in the number of all.
 */
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/glob.h>
#include <linux/kernel_read_file.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "csp_test.h"

static char *only = "*";
module_param(only, charp, 0444);
MODULE_PARM_DESC(only, "run only the cases whose name this shell pattern matches");

static unsigned int scale = 100;
module_param(scale, uint, 0644);
MODULE_PARM_DESC(scale, "how much the stress cases do, in percent (default 100)");

const struct ct_case *const ct_tables[CT_UNITS] = {
	[CT_UNIT_CHAN] = ct_chan_cases,
	[CT_UNIT_SELECT] = ct_select_cases,
	[CT_UNIT_PROC] = ct_proc_cases,
	[CT_UNIT_TIMER] = ct_timer_cases,
	[CT_UNIT_POOL] = ct_pool_cases,
	[CT_UNIT_GROUP] = ct_group_cases,
	[CT_UNIT_STRESS] = ct_stress_cases,
	[CT_UNIT_MEET] = ct_meet_cases,
};
EXPORT_SYMBOL_GPL(ct_tables);

static DEFINE_MUTEX(ct_running);
static struct dentry *ct_dir;

void ct_fail(struct ct *t, const char *file, int line, const char *fmt, ...)
{
	va_list args;

	t->failed = true;
	t->len += scnprintf(t->text + t->len, sizeof(t->text) - t->len, "# %s:%d: ",
			    kbasename(file), line);
	va_start(args, fmt);
	t->len += vscnprintf(t->text + t->len, sizeof(t->text) - t->len, fmt, args);
	va_end(args);
	t->len += scnprintf(t->text + t->len, sizeof(t->text) - t->len, "\n");
}

unsigned int ct_scaled(unsigned int n)
{
	return max(n * READ_ONCE(scale) / 100, 1U);
}

u32 ct_random(u32 below)
{
	return get_random_u32() % below;
}

/* The runtime's parameters, through the files that every user has. */
static int ct_param(const char *name, char *value, size_t size, bool set)
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
		  kernel_read(file, value, size - 1, &pos);
	filp_close(file, NULL);
	if (n < 0)
		return n;
	if (!set) {
		value[n] = '\0';
		strim(value);
	}
	return 0;
}

int ct_param_get(const char *name, char *value, size_t size)
{
	return ct_param(name, value, size, false);
}

int ct_param_set(const char *name, const char *value)
{
	return ct_param(name, (char *)value, 0, true);
}

bool ct_handoff(void)
{
	char value[16];

	return !ct_param_get("handoff", value, sizeof(value)) && value[0] == 'Y';
}

static const struct ct_case *ct_case_next(unsigned int *at)
{
	unsigned int n = 0;
	unsigned int i;
	const struct ct_case *c;

	for (i = 0; i < ARRAY_SIZE(ct_tables); i++)
		for (c = ct_tables[i]; c->name; c++)
			if (n++ >= *at && glob_match(only, c->name)) {
				*at = n;
				return c;
			}
	return NULL;
}

/**
 * ct_case_run() - run a case with the checks that belong to each
 * @t: zeroed; says what came of it
 * @c: the case
 *
 * One at a time.
 *
 * Context: process; may sleep.
 */
void ct_case_run(struct ct *t, const struct ct_case *c)
{
	struct csp_pool_info pool;
	unsigned int before;

	mutex_lock(&ct_running);
	before = csp_procs_allocated();
	csp_group_init(&t->group, "test");
	c->run(t);
	csp_group_stop(&t->group);
	CT_SOON(t, csp_procs_allocated() == before);
	csp_pool_info(&pool);
	CT_EQ(t, pool.waiting, 0);
	rcu_barrier();	/* the runtime no longer looks at our kinds and ports */
	mutex_unlock(&ct_running);
}
EXPORT_SYMBOL_GPL(ct_case_run);

/**
 * struct ct_run - a reader of the results
 * @at: which case is next
 * @number: its number in the plan
 * @text: what is still to be read
 * @len: bytes in it
 * @off: of these, already read
 * @t: the case
 */
struct ct_run {
	unsigned int at;
	unsigned int number;
	char text[sizeof_field(struct ct, text) + 128];
	size_t len;
	size_t off;
	struct ct t;
};

/* Return: false when all has been read. */
static bool ct_run_next(struct ct_run *run)
{
	const struct ct_case *c = ct_case_next(&run->at);
	unsigned long began = jiffies;

	run->off = 0;
	run->len = 0;
	if (!c)
		return false;
	memset(&run->t, 0, sizeof(run->t));
	ct_case_run(&run->t, c);
	run->len = scnprintf(run->text, sizeof(run->text), "%s%sok %u %s # %u ms\n",
			     run->t.text, run->t.failed ? "not " : "", ++run->number,
			     c->name, jiffies_to_msecs(jiffies - began));
	return true;
}

static int ct_open(struct inode *inode, struct file *file)
{
	struct ct_run *run = kzalloc(sizeof(*run), GFP_KERNEL);
	unsigned int at = 0;
	unsigned int n = 0;

	if (!run)
		return -ENOMEM;
	while (ct_case_next(&at))
		n++;
	run->len = scnprintf(run->text, sizeof(run->text), "KTAP version 1\n1..%u\n", n);
	file->private_data = run;
	return nonseekable_open(inode, file);
}

static ssize_t ct_read(struct file *file, char __user *to, size_t size, loff_t *pos)
{
	struct ct_run *run = file->private_data;
	size_t n;

	if (run->off == run->len && !ct_run_next(run))
		return 0;
	n = min(size, run->len - run->off);
	if (copy_to_user(to, run->text + run->off, n))
		return -EFAULT;
	run->off += n;
	return n;
}

static int ct_release(struct inode *inode, struct file *file)
{
	kfree(file->private_data);
	return 0;
}

static const struct file_operations ct_fops = {
	.owner = THIS_MODULE,
	.open = ct_open,
	.read = ct_read,
	.release = ct_release,
};

static int __init ct_init(void)
{
	ct_dir = debugfs_create_dir("csp_test", NULL);
	debugfs_create_file("results", 0400, ct_dir, NULL, &ct_fops);
	return 0;
}

static void __exit ct_exit(void)
{
	debugfs_remove(ct_dir);
}

module_init(ct_init);
module_exit(ct_exit);

MODULE_DESCRIPTION("Tests of GoNet's CSP runtime");
MODULE_LICENSE("GPL");
