/* SPDX-License-Identifier: GPL-2.0-only */
/* Test cases and their checks; the runner prints TAP. */
#ifndef FABRIC_TAP_H
#define FABRIC_TAP_H

#include "bridge/types.h"

struct test_case {
	const char *suite;
	const char *name;
	void (*run)(void);
	struct test_case *next;
};

/*
 * TEST(name, "what it shows") { ... } is all that a test needs: it makes
 * itself known before main(). The suite of the tests of a file is its
 * #define SUITE "name" behind its includes.
 */
#define TEST(name, title)						\
	static void test_##name(void);					\
	static struct test_case case_##name = {				\
		SUITE, title, test_##name, NULL				\
	};								\
	static __attribute__((constructor)) void register_##name(void)	\
	{								\
		test_register(&case_##name);				\
	}								\
	static void test_##name(void)

void test_register(struct test_case *t);

void check(bool ok, const char *file, int line, const char *what);
void check_equal(u64 got, u64 want, const char *file, int line,
		 const char *what);

#define CHECK(cond) check((cond), __FILE__, __LINE__, #cond)
#define CHECK_EQ(got, want) \
	check_equal((u64)(got), (u64)(want), __FILE__, __LINE__, #got)

#endif
