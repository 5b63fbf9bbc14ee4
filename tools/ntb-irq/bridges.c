// SPDX-License-Identifier: GPL-2.0-only
/* The functions that backends serve, as the tables in vendors/ have them. */
#include "ntb-irq.h"

/* Any device of the vendor. */
#define ANY		0xffffffff
/* Classes of a bridge and of memory; 0 is any. */
#define BRIDGE		0x068000
#define MEMORY		0x050000

#define SWITCHTEC	"switchtec", "ntb_hw_switchtec", "ntb_irq_switchtec"
#define IDT		"ntb_hw_idt", "ntb_hw_idt", "ntb_irq_idt"
#define INTEL		"ntb_hw_intel", "ntb_hw_intel", "ntb_irq_intel"
#define AMD		"ntb_hw_amd", "ntb_hw_amd", "ntb_irq_amd"
#define EPF		"ntb_hw_epf", "ntb_hw_epf", "ntb_irq_epf"

static const struct bridge bridges[] = {
	{ 0x11f8, ANY, BRIDGE, SWITCHTEC },
	{ 0x1055, ANY, BRIDGE, SWITCHTEC },
	{ 0x111d, 0x8088, 0, IDT },
	{ 0x111d, 0x808a, 0, IDT },
	{ 0x111d, 0x808c, 0, IDT },
	{ 0x111d, 0x808e, 0, IDT },
	{ 0x111d, 0x808f, 0, IDT },
	{ 0x111d, 0x8090, 0, IDT },
	{ 0x111d, 0x8091, 0, IDT },
	{ 0x111d, 0x8092, 0, IDT },
	{ 0x8086, 0x3725, 0, INTEL },
	{ 0x8086, 0x3c0d, 0, INTEL },
	{ 0x8086, 0x0e0d, 0, INTEL },
	{ 0x8086, 0x2f0d, 0, INTEL },
	{ 0x8086, 0x6f0d, 0, INTEL },
	{ 0x8086, 0x201c, 0, INTEL },
	{ 0x8086, 0x347e, 0, INTEL },
	{ 0x8086, 0x0db4, 0, INTEL },
	{ 0x8086, 0x7868, 0, INTEL },
	{ 0x1022, 0x145b, 0, AMD },
	{ 0x1022, 0x148b, 0, AMD },
	{ 0x1022, 0x14c0, 0, AMD },
	{ 0x1022, 0x14c3, 0, AMD },
	{ 0x1022, 0x155a, 0, AMD },
	{ 0x1022, 0x17d4, 0, AMD },
	{ 0x1022, 0x17d7, 0, AMD },
	{ 0x1d94, 0x145b, 0, AMD },
	{ 0x104c, 0xb00d, MEMORY, EPF },
	{ 0x1957, 0x0809, MEMORY, EPF },
	{ 0x1912, 0x0030, MEMORY, EPF },
};

/* Returns NULL when no backend serves such a function. */
const struct bridge *bridge_of(unsigned int vendor, unsigned int device, unsigned int class)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bridges); i++) {
		const struct bridge *bridge = &bridges[i];

		if (bridge->vendor == vendor &&
		    (bridge->device == ANY || bridge->device == device) &&
		    (!bridge->class || bridge->class == class))
			return bridge;
	}
	return NULL;
}
