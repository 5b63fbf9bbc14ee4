/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of ntb-irq doctor share. */
#ifndef NTB_IRQ_DOCTOR_H
#define NTB_IRQ_DOCTOR_H

#include "ntb-irq.h"

#define DEBUGFS		"/sys/kernel/debug/ntb_irq"
#define USER_CLIENT	"ntb_irq_user"

/* doctor.c: what was found; these return whether it is well. */
FORMAT(2, 3) bool well(const char *check, const char *fmt, ...);
FORMAT(3, 4) bool wrong(const char *check, const char *advice, const char *fmt, ...);

/* modules.c */
bool file_has(const char *path, const char *word);
bool module_there(const char *name);
bool module_installed(const char *name);
const char *module_rule(void);

/* causes.c: in the order in which one needs the other; false ends the walk. */
bool check_driver(const struct function *func);
bool check_library(const struct function *func);
bool check_client(const struct function *func);
bool check_remapping(const struct function *func);
bool check_attached(const struct function *func);

/* use.c */
bool check_device(const struct function *func);

/* peers.c */
bool check_peers(const struct function *func, unsigned int timeout);

#endif /* NTB_IRQ_DOCTOR_H */
