/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of the test program share. */
#ifndef USER_H
#define USER_H

#include <linux/ntb_irq.h>
#include <stdbool.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

/* Any index that is free, for device_alloc(). */
#define ANY		(-1)

/* device.c: calls; they return 0 or a negative errno unless they say something else. */
__attribute__((noreturn, format(printf, 1, 2))) void die(const char *fmt, ...);
__attribute__((format(printf, 1, 2))) void say(const char *fmt, ...);
unsigned long number(const char *text);
int device_open(const char *path);
int device_call(int fd, unsigned int cmd, void *arg);
void device_info(int fd, struct ntb_irq_ioc_info *info);
int device_peer(int fd, unsigned int peer, __u64 *bitmap, struct ntb_irq_ioc_peer *arg);
int device_alloc(int fd, int eventfd, int index, struct ntb_irq_ioc_alloc *arg);
int device_free(int fd, unsigned int index);
int device_ring(int fd, unsigned int peer, unsigned int index);
int signal_new(void);
int poll_one(int fd, int timeout_ms);
__attribute__((noreturn)) void rest(void);

/* The commands, which return the status to exit with. */
int rally(char *argv[]);
int hold(char *argv[]);
int wait_for(char *argv[]);
int ask(char *argv[]);
int ring(char *argv[]);
int churn(char *argv[]);
int watch(char *argv[]);
int early(char *argv[]);
int pass(char *argv[]);
int heir(char *argv[]);
int opens(char *argv[]);
int arguments(char *argv[]);
int compat(char *argv[]);
int stall(char *argv[]);
int late(char *argv[]);
int fuzz(char *argv[]);
int ring_cost(char *argv[]);
int wake_cost(char *argv[]);
int terminal(char *argv[]);

#endif /* USER_H */
