/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of the bench share. */
#ifndef _NTB_IRQ_BENCH_H
#define _NTB_IRQ_BENCH_H

#include <linux/interrupt.h>
#include <linux/timex.h>
#include <linux/types.h>

struct ntb_client;
struct pci_dev;
struct seq_file;

/* Most interrupts held at one time, and most samples of one measurement. */
#define BENCH_IRQS	4096
#define BENCH_SAMPLES	65536
/* NTB functions of the machine; the second rings the first. */
#define BENCH_FUNCTIONS	2

/**
 * struct bench_path - one way to have interrupts
 * @name:	what the module parameter calls it
 * @init:	make it usable; 0 or a negative errno
 * @exit:	undo @init
 * @ready:	may be measured: every link and table it needs is there
 * @request:	allocate an interrupt and install bench_handler(), under the
 *		given number below %BENCH_IRQS; 0 or a negative errno
 * @free:	undo @request
 * @known:	whether the other function can ring it yet
 * @ring:	have the other function ring it once; ticks of the clock
 * @virq:	Linux interrupt number of a requested interrupt
 * @own:	Linux interrupt number of an entry of the function's own MSI-X
 *		table that nobody uses, or a negative errno; NULL when @virq is one
 *
 * All run in process context; all but @known and @ring may sleep.
 */
struct bench_path {
	const char *name;
	int (*init)(void);
	void (*exit)(void);
	bool (*ready)(void);
	int (*request)(unsigned int nr);
	void (*free)(unsigned int nr);
	bool (*known)(unsigned int nr);
	u32 (*ring)(unsigned int nr);
	unsigned int (*virq)(unsigned int nr);
	int (*own)(void);
};

/*
 * Ticks that one statement takes, undisturbed. It is compiled in place, so that
 * nothing is measured with it.
 */
#define bench_ticks(statement)				\
({							\
	unsigned long flags_;				\
	cycles_t began_, ended_;			\
							\
	local_irq_save(flags_);				\
	began_ = get_cycles();				\
	/* Nothing of the clock is left for later. */	\
	OPTIMIZER_HIDE_VAR(began_);			\
	statement;					\
	ended_ = get_cycles();				\
	local_irq_restore(flags_);			\
	(u32)(ended_ - began_);				\
})

extern const struct bench_path bench_ours;
extern const struct bench_path bench_legacy;
extern const struct bench_path bench_floor;
extern unsigned int bench_max_irqs;
extern bool bench_link;

irqreturn_t bench_handler(int irq, void *data);
int bench_register_client(struct ntb_client *client, const unsigned int *found);
int bench_spare_vector(struct pci_dev *pdev);

int bench_run(const struct bench_path *path, char *text);
bool bench_ready(const struct bench_path *path);
void bench_show(struct seq_file *m);
void bench_end(const struct bench_path *path);

void bench_raise_init(void);
int bench_raise(unsigned int virq);
cycles_t bench_raised(void);

#endif /* _NTB_IRQ_BENCH_H */
