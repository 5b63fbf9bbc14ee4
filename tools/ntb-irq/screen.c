// SPDX-License-Identifier: GPL-2.0-only
/*
 * The terminal that the answer goes to: lines are broken or cut where it ends, and it is drawn
 * anew in place. Where there is none nothing is done to a line.
 */
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "ntb-irq.h"

/* Of a terminal that does not say how large it is. */
#define COLUMNS		80
#define ROWS		24
/* Fewer columns than these are no place to break words. */
#define NARROW		40

/* Whether the screen is being drawn, and what its lines are cut to. */
static bool drawing;
static unsigned int cut;

/* Set the size of the terminal; false when there is none. */
static bool screen_size(unsigned int *columns, unsigned int *rows)
{
	struct winsize size = {};

	if (as_json || !isatty(STDOUT_FILENO))
		return false;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size))
		size = (struct winsize) {};
	*columns = size.ws_col ?: COLUMNS;
	*rows = size.ws_row ?: ROWS;
	return true;
}

/*
 * Make a question mark of each byte of @text that a terminal may take for more than a
 * character: names in sysfs, in the kernel log and on the command line are of others.
 */
void screen_printable(char *text)
{
	for (; *text; text++) {
		if (*text < ' ' || *text > '~')
			*text = '?';
	}
}

/* Where a line of @text has to end: behind its last word that fits, if there is one. */
static size_t words_that_fit(const char *text, size_t from, size_t room)
{
	size_t len = strlen(text), end = room;

	if (len <= room)
		return len;
	while (end > from && text[end] != ' ')
		end--;
	return end > from ? end : room;
}

/* A line of words; what does not fit into the terminal follows, moved in by @hang. */
void screen_words(const char *text, unsigned int hang)
{
	unsigned int columns, rows;
	size_t len, first;

	if (!screen_size(&columns, &rows) || columns < NARROW) {
		puts(text);
		return;
	}
	/* Blanks that it begins with are no place to break it. */
	first = strspn(text, " ");
	len = words_that_fit(text, first, columns);
	printf("%.*s\n", (int)len, text);
	for (text += len; *text; text += len) {
		text += strspn(text, " ");
		len = words_that_fit(text, 0, columns - hang);
		printf("%*s%.*s\n", hang, "", (int)len, text);
	}
}

/*
 * Begin to draw the screen from its upper left corner, @anew when what is there is of no
 * use. Returns how many lines fit, UINT_MAX where there is no terminal.
 */
unsigned int screen_begin(bool anew)
{
	unsigned int rows;

	drawing = screen_size(&cut, &rows);
	if (!drawing)
		return UINT_MAX;
	printf(anew ? "\033[H\033[2J" : "\033[H");
	/* The last line is left to the cursor. */
	return rows - 1;
}

/* A line of the screen, from its left end on. */
void screen_line(const char *fmt, ...)
{
	char line[2 * PATH];
	va_list args;

	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	screen_printable(line);
	/* What the line was goes first: behind the last column nothing can be taken away. */
	if (drawing)
		printf("\033[K%.*s\n", (int)cut, line);
	else
		puts(line);
}

/* What is below goes, and the screen is shown at once. */
void screen_end(void)
{
	if (drawing)
		printf("\033[J");
	fflush(stdout);
}
