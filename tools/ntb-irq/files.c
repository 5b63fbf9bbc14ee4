// SPDX-License-Identifier: GPL-2.0-only
/* Files of sysfs, debugfs and proc. */
#include <dirent.h>
#include <libgen.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ntb-irq.h"

/* What is longer than a name may be was not made by the kernel. */
void name_copy(char name[NAME], const char *text)
{
	size_t len = strnlen(text, NAME - 1);

	memcpy(name, text, len);
	name[len] = '\0';
}

/* The last part but one of @path. */
void name_parent(char name[NAME], const char *path)
{
	char copy[PATH_MAX];

	snprintf(copy, sizeof(copy), "%s", path);
	name_copy(name, basename(dirname(copy)));
}

/* Open the file that the words name, for reading; NULL when that cannot be done. */
FORMAT(1, 0) static FILE *file_open(const char *fmt, va_list args)
{
	char path[PATH];

	vsnprintf(path, sizeof(path), fmt, args);
	return fopen(path, "re");
}

/* Set @text to what the file has, to be freed; false when it cannot be read. */
bool file_read(char **text, const char *fmt, ...)
{
	size_t size = 0;
	va_list args;
	FILE *file;

	va_start(args, fmt);
	file = file_open(fmt, args);
	va_end(args);
	if (!file)
		return false;
	*text = NULL;
	/* There is no zero in such a file, so this reads all of it. */
	if (getdelim(text, &size, 0, file) < 0) {
		free(*text);
		*text = strdup("");
	}
	fclose(file);
	if (!*text)
		die("there is no memory");
	return true;
}

bool file_exists(const char *fmt, ...)
{
	char path[PATH];
	va_list args;

	va_start(args, fmt);
	vsnprintf(path, sizeof(path), fmt, args);
	va_end(args);
	return !access(path, F_OK);
}

FORMAT(2, 0) static void file_vword(char word[NAME], const char *fmt, va_list args)
{
	FILE *file = file_open(fmt, args);

	if (!file || fscanf(file, "%63s", word) != 1)
		word[0] = '\0';
	if (file)
		fclose(file);
}

/* The first word that a file has; empty when it has none. */
void file_word(char word[NAME], const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	file_vword(word, fmt, args);
	va_end(args);
}

/* The number that a file has, @none when it has none. */
unsigned long file_hex(unsigned long none, const char *fmt, ...)
{
	char word[NAME], *end;
	unsigned long value;
	va_list args;

	va_start(args, fmt);
	file_vword(word, fmt, args);
	va_end(args);
	value = strtoul(word, &end, 16);
	return end == word ? none : value;
}

/* The last part of what a link leads to; empty when there is none. */
void link_name(char name[NAME], const char *fmt, ...)
{
	char path[PATH], target[PATH_MAX];
	ssize_t len;
	va_list args;

	va_start(args, fmt);
	vsnprintf(path, sizeof(path), fmt, args);
	va_end(args);
	len = readlink(path, target, sizeof(target) - 1);
	target[len < 0 ? 0 : len] = '\0';
	name_copy(name, len < 0 ? "" : basename(target));
}

static int visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* Set @names to those in a folder, sorted, for folder_free(). Returns how many there are. */
int folder_names(const char *path, char ***names)
{
	struct dirent **entries;
	int i, count;

	*names = NULL;
	count = scandir(path, &entries, visible, versionsort);
	if (count < 0)
		return 0;
	*names = calloc(count + 1, sizeof(**names));
	for (i = 0; i < count; i++) {
		if (*names)
			(*names)[i] = strdup(entries[i]->d_name);
		if (!*names || !(*names)[i])
			die("there is no memory");
		free(entries[i]);
	}
	free(entries);
	return count;
}

void folder_free(char **names, int count)
{
	while (count)
		free(names[--count]);
	free(names);
}
