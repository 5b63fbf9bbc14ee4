// SPDX-License-Identifier: GPL-2.0-only
/* Register names, so that a trace reads like the manual does. */
#include <stdio.h>

#include "bridge/names.h"
#include "models/idt/idt.h"

static const struct name nt_names[] = {
	{ NT_COMMAND, "PCICMDSTS" },
	{ NT_LINK_CAP, "PCIELCAP" },
	{ 0x050, "PCIELCTLSTS" },
	{ NT_CTL, "NTCTL" },
	{ NT_INT_STS, "NTINTSTS" },
	{ NT_INT_MASK, "NTINTMSK" },
	{ NT_SIGNAL, "NTGSIGNAL" },
	{ NT_OUT_DBELL, "OUTDBELLSET" },
	{ NT_IN_DBELL, "INDBELLSTS" },
	{ NT_IN_DBELL_MASK, "INDBELLMSK" },
	{ NT_MSG_STS, "MSGSTS" },
	{ NT_MSG_MASK, "MSGSTSMSK" },
	{ NT_MTBL_ADDR, "NTMTBLADDR" },
	{ NT_MTBL_STS, "NTMTBLSTS" },
	{ NT_MTBL_DATA, "NTMTBLDATA" },
	{ NT_REQ_ID, "REQIDCAP" },
	{ NT_LUT_OFFSET, "LUTOFFSET" },
	{ NT_LUT_LOW, "LUTLDATA" },
	{ NT_LUT_MIDDLE, "LUTMDATA" },
	{ NT_LUT_UPPER, "LUTUDATA" },
	{ NT_GASA_ADDR, "GASAADDR" },
	{ NT_GASA_DATA, "GASADATA" },
};

static const struct name gas_names[] = {
	{ GAS_EVENT_STS, "SESTS" },
	{ GAS_EVENT_MASK, "SEMSK" },
	{ GAS_EVENT_PART_MASK, "SEPMSK" },
	{ GAS_LINK_UP_STS, "SELINKUPSTS" },
	{ GAS_LINK_UP_MASK, "SELINKUPMSK" },
	{ GAS_LINK_DOWN_STS, "SELINKDNSTS" },
	{ GAS_LINK_DOWN_MASK, "SELINKDNMSK" },
	{ GAS_SIGNAL_STS, "SEGSIGSTS" },
	{ GAS_SIGNAL_MASK, "SEGSIGMSK" },
	{ GAS_DBELL_STS, "GDBELLSTS" },
};

static void name_nt(u32 offset, char *buf, size_t len)
{
	static const char *const bar[] = {
		"BARSETUP", "BARLIMIT", "BARLTBASE", "BARUTBASE"
	};
	static const char *const msg[] = { "OUTMSG", "INMSG", "INMSGSRC" };
	const char *name = name_at(nt_names, ARRAY_SIZE(nt_names), offset);
	u32 at;

	if (name) {
		snprintf(buf, len, "%s", name);
	} else if (offset >= NT_OUT_MSG && offset < NT_MSG_STS) {
		at = (offset - NT_OUT_MSG) / 4;
		snprintf(buf, len, "%s%u", msg[at / NUM_MSGS],
			 at % NUM_MSGS);
	} else if (offset >= NT_BAR && offset < NT_MTBL_ADDR) {
		at = offset - NT_BAR;
		snprintf(buf, len, "%s%u", bar[at % NT_BAR_STRIDE / 4],
			 at / NT_BAR_STRIDE);
	} else {
		snprintf(buf, len, "nt+%#x", offset);
	}
}

static void name_gas(u32 address, char *buf, size_t len)
{
	const char *name = name_at(gas_names, ARRAY_SIZE(gas_names), address);
	char nt[32];
	u32 at;

	if (name) {
		snprintf(buf, len, "%s", name);
	} else if (address >= GAS_PORT && address < GAS_PORT_END) {
		at = address - GAS_PORT;
		name_nt(at % GAS_PORT_STRIDE, nt, sizeof(nt));
		snprintf(buf, len, "NTP%u.%s", at / GAS_PORT_STRIDE, nt);
	} else if (address >= GAS_PART_CTL &&
		   address < GAS_PART_CTL + PARTITIONS * GAS_PART_STRIDE) {
		at = address - GAS_PART_CTL;
		snprintf(buf, len, "SWPART%u+%#x", at / GAS_PART_STRIDE,
			 at % GAS_PART_STRIDE);
	} else if (address >= GAS_PORT_CTL &&
		   address < GAS_PORT_CTL + MAX_PORTS * GAS_PORT_CTL_STRIDE) {
		at = address - GAS_PORT_CTL;
		snprintf(buf, len, "SWPORT%u+%#x", at / GAS_PORT_CTL_STRIDE,
			 at % GAS_PORT_CTL_STRIDE);
	} else if (address >= GAS_MSG_CTL &&
		   address < GAS_MSG_CTL + NUM_MSGS * GAS_MSG_CTL_STRIDE) {
		at = address - GAS_MSG_CTL;
		snprintf(buf, len, "SWP%uMSGCTL%u",
			 at % GAS_MSG_CTL_STRIDE / 4, at / GAS_MSG_CTL_STRIDE);
	} else {
		snprintf(buf, len, "gas+%#x", address);
	}
}

void idt_register_name(void *m, int host, int bar, u64 offset, char *buf,
		       size_t len)
{
	struct idt *s = m;

	if (bar)
		name_in_bar(buf, len, bar, offset);
	else if (offset == NT_GASA_DATA)
		name_gas(s->part[host].gasa_addr, buf, len);
	else
		name_nt((u32)offset, buf, len);
}

const char *idt_value_name(void *m, int host, int bar, u64 offset, u64 value)
{
	(void)m;
	(void)host;
	if (bar || offset != NT_CTL)
		return NULL;
	return value & CTL_COMPLETIONS ? "CPEN" : "0";
}
