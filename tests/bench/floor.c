// SPDX-License-Identifier: GPL-2.0-only
/*
 * The floor: interrupts of a function's own MSI-X table, allocated one by one.
 * The function is that of a storage controller with a large table, which is
 * never used as one.
 */
#include <linux/pci.h>

#include "bench.h"

static struct pci_dev *function;
static void __iomem *doorbell;
static struct msi_map maps[BENCH_IRQS];

static int floor_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	int ret;

	if (function)
		return -EBUSY;
	ret = pcim_enable_device(pdev);
	if (ret)
		return ret;
	pci_set_master(pdev);
	doorbell = pcim_iomap(pdev, 0, 0);
	if (!doorbell)
		return -ENOMEM;
	ret = pci_alloc_irq_vectors(pdev, 1, 1, PCI_IRQ_MSIX);
	if (ret < 0)
		return ret;
	function = pdev;
	return 0;
}

static void floor_remove(struct pci_dev *pdev)
{
	pci_free_irq_vectors(pdev);
	function = NULL;
}

static const struct pci_device_id floor_ids[] = {
	{ PCI_DEVICE_CLASS(PCI_CLASS_STORAGE_EXPRESS, ~0) },
	{ }
};

static struct pci_driver floor_driver = {
	.name		= "ntb_irq_bench",
	.id_table	= floor_ids,
	.probe		= floor_probe,
	.remove		= floor_remove,
};

static int floor_init(void)
{
	int ret = pci_register_driver(&floor_driver);

	if (!ret && !function) {
		pr_err("ntb_irq_bench: no function with an MSI-X table of its own found\n");
		pci_unregister_driver(&floor_driver);
		ret = -ENODEV;
	}
	return ret;
}

static void floor_exit(void)
{
	pci_unregister_driver(&floor_driver);
}

static bool floor_ready(void)
{
	return true;
}

static int floor_request(unsigned int nr)
{
	struct msi_map map = pci_msix_alloc_irq_at(function, MSI_ANY_INDEX, NULL);
	int ret;

	if (map.index < 0)
		return map.index;
	ret = request_irq(map.virq, bench_handler, 0, "ntb_irq_bench", &maps[nr]);
	if (ret) {
		pci_msix_free_irq(function, map);
		return ret;
	}
	maps[nr] = map;
	return 0;
}

static void floor_free(unsigned int nr)
{
	free_irq(maps[nr].virq, &maps[nr]);
	pci_msix_free_irq(function, maps[nr]);
}

static bool floor_known(unsigned int nr)
{
	return true;
}

/* What is left of a ring without a library: the write, to a register that ignores it. */
static u32 floor_ring(unsigned int nr)
{
	return bench_ticks(writel(0, doorbell));
}

static unsigned int floor_virq(unsigned int nr)
{
	return maps[nr].virq;
}

const struct bench_path bench_floor = {
	.name		= "floor",
	.init		= floor_init,
	.exit		= floor_exit,
	.ready		= floor_ready,
	.request	= floor_request,
	.free		= floor_free,
	.known		= floor_known,
	.ring		= floor_ring,
	.virq		= floor_virq,
};
