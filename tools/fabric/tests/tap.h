/* SPDX-License-Identifier: GPL-2.0-only */
/* Test cases and their checks; the runner prints TAP. */
#ifndef FABRIC_TAP_H
#define FABRIC_TAP_H

#include "types.h"

struct test_case {
	const char *name;
	void (*run)(void);
};

/* Each list ends with an entry without a name. */
extern const struct test_case dma_tests[];
extern const struct test_case pci_tests[];
extern const struct test_case protocol_tests[];
extern const struct test_case lock_tests[];
extern const struct test_case window_tests[];
extern const struct test_case doorbell_tests[];
extern const struct test_case link_tests[];
extern const struct test_case fault_tests[];
extern const struct test_case control_tests[];
extern const struct test_case hostile_tests[];
extern const struct test_case idt_switch_tests[];
extern const struct test_case idt_window_tests[];
extern const struct test_case idt_message_tests[];
extern const struct test_case idt_hostile_tests[];
extern const struct test_case intel_link_tests[];
extern const struct test_case intel_regs_tests[];
extern const struct test_case intel_window_tests[];
extern const struct test_case intel_hostile_tests[];
extern const struct test_case amd_tests[];
extern const struct test_case epf_tests[];

void check(bool ok, const char *file, int line, const char *what);
void check_equal(u64 got, u64 want, const char *file, int line,
		 const char *what);

#define CHECK(cond) check((cond), __FILE__, __LINE__, #cond)
#define CHECK_EQ(got, want) \
	check_equal((u64)(got), (u64)(want), __FILE__, __LINE__, #got)

#endif
