/* SPDX-License-Identifier: GPL-2.0-only */
/* Test cases and their checks; the runner prints TAP. */
#ifndef FABRIC_TAP_H
#define FABRIC_TAP_H

#include "bridge/types.h"

struct test_case {
	/* which tests it belongs to, a colon, and what it shows */
	const char *name;
	void (*run)(void);
	struct test_case *next;
};

void test_register(struct test_case *t);

/* A test, followed by its body; it registers itself. */
#define TEST(function, title)						\
static void function(void);						\
static struct test_case function##_case = { .name = (title), .run = function };	\
static void __attribute__((constructor)) function##_register(void)	\
{									\
	test_register(&function##_case);				\
}									\
static void function(void)

void check(bool ok, const char *file, int line, const char *what);
void check_equal(u64 got, u64 want, const char *file, int line,
		 const char *what);

#define CHECK(cond) check((cond), __FILE__, __LINE__, #cond)
#define CHECK_EQ(got, want) \
	check_equal((u64)(got), (u64)(want), __FILE__, __LINE__, #got)

#endif
