// SPDX-License-Identifier: GPL-2.0-only
/* One JSON object on standard output, in one line. */
#include <stdio.h>

#include "ntb-irq.h"

/* Whether something stands before the next value. */
static bool comma;

static void json_text(const char *text)
{
	putchar('"');
	for (; *text; text++) {
		unsigned char c = *text;

		if (c == '"' || c == '\\')
			printf("\\%c", c);
		else if (c < ' ' || c > '~')
			printf("\\u%04x", c);
		else
			putchar(c);
	}
	putchar('"');
}

static void json_key(const char *key)
{
	if (comma)
		printf(", ");
	comma = true;
	if (!key)
		return;
	json_text(key);
	printf(": ");
}

/* @key is NULL in an array, and for the object that holds everything. */
void json_open(const char *key, char bracket)
{
	json_key(key);
	putchar(bracket);
	comma = false;
}

void json_close(char bracket)
{
	putchar(bracket);
	comma = true;
}

/* An empty @value is null: what is not there has no name. */
void json_string(const char *key, const char *value)
{
	json_key(key);
	if (*value)
		json_text(value);
	else
		printf("null");
}

void json_number(const char *key, unsigned long long value)
{
	json_key(key);
	printf("%llu", value);
}

void json_decimal(const char *key, double value)
{
	json_key(key);
	printf("%.3f", value);
}

void json_bool(const char *key, bool value)
{
	json_key(key);
	printf(value ? "true" : "false");
}

void json_end(void)
{
	json_close('}');
	putchar('\n');
	fflush(stdout);
	comma = false;
}
