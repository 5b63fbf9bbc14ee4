// SPDX-License-Identifier: GPL-2.0-only
/*
 * What interrupts cost over three paths: this library, mainline's NTB MSI
 * library, and plain PCI/MSI-X. One path at a time, since an NTB device has one
 * client. Not for production.
 */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/string_helpers.h>
#include <linux/uaccess.h>

#include "bench.h"

static char *path = "ours";
module_param(path, charp, 0444);
MODULE_PARM_DESC(path, "What to measure: ours, legacy or floor");

unsigned int bench_max_irqs;
module_param_named(max_irqs, bench_max_irqs, uint, 0444);
MODULE_PARM_DESC(max_irqs, "Most interrupts of our domain, 0 for the default");

bool bench_link = true;
module_param_named(link, bench_link, bool, 0444);
MODULE_PARM_DESC(link, "Whether the link is enabled");

static const struct bench_path *const paths[] = { &bench_ours, &bench_legacy, &bench_floor };
static const struct bench_path *chosen;
static struct dentry *bench_root;

static ssize_t run_write(struct file *file, const char __user *buf, size_t len, loff_t *pos)
{
	char text[64] = { };
	int ret;

	if (len >= sizeof(text))
		return -EINVAL;
	if (copy_from_user(text, buf, len))
		return -EFAULT;
	ret = bench_run(chosen, text);
	return ret ?: len;
}

static const struct file_operations run_fops = {
	.owner	= THIS_MODULE,
	.open	= simple_open,
	.write	= run_write,
};

static int samples_show(struct seq_file *m, void *v)
{
	bench_show(m);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(samples);

static int ready_show(struct seq_file *m, void *v)
{
	seq_printf(m, "%d\n", bench_ready(chosen));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(ready);

static int __init bench_init(void)
{
	unsigned int i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(paths); i++) {
		if (!strcmp(paths[i]->name, path))
			chosen = paths[i];
	}
	if (!chosen) {
		pr_err("ntb_irq_bench: path=%s is not one of: ours legacy floor\n", path);
		return -EINVAL;
	}
	bench_raise_init();
	ret = chosen->init();
	if (ret)
		return ret;

	bench_root = debugfs_create_dir("ntb_irq_bench", NULL);
	debugfs_create_file("run", 0200, bench_root, NULL, &run_fops);
	debugfs_create_file("samples", 0400, bench_root, NULL, &samples_fops);
	debugfs_create_file("ready", 0400, bench_root, NULL, &ready_fops);
	return 0;
}
module_init(bench_init);

static void __exit bench_exit(void)
{
	debugfs_remove(bench_root);
	bench_end(chosen);
	chosen->exit();
}
module_exit(bench_exit);

MODULE_DESCRIPTION("Bench of NTB interrupts");
MODULE_LICENSE("GPL");
