/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of ntb-irq share. */
#ifndef NTB_IRQ_TOOL_H
#define NTB_IRQ_TOOL_H

#include <linux/ntb_irq.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define FORMAT(f, a)	__attribute__((format(printf, f, a)))

#define VERSION		"0.1.0"

/* The status to exit with. */
#define WELL		0
#define WRONG		1
#define USAGE		2

/* Room for a name in sysfs, and for a path. */
#define NAME		64
#define PATH		512

/* main.c: the command that runs; @args are the words it takes beside options. */
struct command {
	const char *name;
	const char *args;
	const char *what;
	int (*run)(int argc, char *argv[]);
};

extern const struct command *running;

__attribute__((noreturn)) FORMAT(1, 2) void die(const char *fmt, ...);
__attribute__((noreturn)) FORMAT(1, 2) void refuse(const char *fmt, ...);
FORMAT(1, 2) void note(const char *fmt, ...);
FORMAT(2, 3) void note_hanging(unsigned int hang, const char *fmt, ...);

/* screen.c: the terminal, if there is one. */
void screen_printable(char *text);
void screen_words(const char *text, unsigned int hang);
unsigned int screen_begin(bool anew);
FORMAT(1, 2) void screen_line(const char *fmt, ...);
void screen_end(void);

/* options.c: what stands on the command line. */
enum option_type {
	OPTION_FLAG,		/* bool */
	OPTION_NUMBER,		/* unsigned int */
	OPTION_SECONDS,		/* unsigned int, in milliseconds */
};

struct option_spec {
	const char *name;
	enum option_type type;
	void *value;
	/* Of a number. */
	unsigned int min, max;
	const char *what;
};

/* Whether the answer is to be JSON. */
extern bool as_json;

int options_parse(int argc, char *argv[], const struct option_spec *specs, unsigned int nspecs,
		  int min, int max);
unsigned int number_parse(const char *what, const char *text, unsigned int min, unsigned int max);

/* json.c: one object on standard output. */
void json_open(const char *key, char bracket);
void json_close(char bracket);
void json_string(const char *key, const char *value);
void json_number(const char *key, unsigned long long value);
void json_decimal(const char *key, double value);
void json_bool(const char *key, bool value);
void json_end(void);

/* files.c: files of sysfs and debugfs. */
FORMAT(2, 3) bool file_read(char **text, const char *fmt, ...);
FORMAT(1, 2) bool file_exists(const char *fmt, ...);
FORMAT(2, 3) void file_word(char word[NAME], const char *fmt, ...);
FORMAT(2, 3) unsigned long file_hex(unsigned long none, const char *fmt, ...);
FORMAT(2, 3) void link_name(char name[NAME], const char *fmt, ...);
int folder_names(const char *path, char ***names);
void folder_free(char **names, int count);
void name_copy(char name[NAME], const char *text);
void name_parent(char name[NAME], const char *path);

/* bridges.c: the functions that a backend serves. */
struct bridge {
	unsigned int vendor, device, class;
	const char *driver;
	const char *hardware;
	const char *backend;
};

const struct bridge *bridge_of(unsigned int vendor, unsigned int device, unsigned int class);

/* functions.c: the functions of this host. */
struct function {
	const struct bridge *bridge;	/* NULL when it is not known */
	char pci[NAME];
	char driver[NAME];		/* empty, as the following, when there is none */
	char ntb[NAME];
	char client[NAME];
	char node[NAME];
};

int functions_find(struct function **found);
unsigned int function_held(const char *domain);

/* device.c: the character device; calls return 0 or a negative errno. */
#define ANY_INDEX	UINT32_MAX

struct peer {
	__u64 bitmap[NTB_IRQ_IOC_WORDS];
	struct ntb_irq_ioc_peer arg;
};

int function_open(const struct function *func, int flags, char path[PATH]);
int device_open(const char *name, int flags, char path[PATH]);
int device_info(int fd, struct ntb_irq_ioc_info *info);
int device_peer(int fd, unsigned int number, struct peer *peer);
bool peer_offers(const struct peer *peer, unsigned int index);
int device_ring(int fd, unsigned int peer, unsigned int index);
unsigned int device_alloc(int fd, int signal, unsigned int index);
int signal_new(void);
int stop_new(int more);
const char *ring_error(int error);
void peer_parse(int fd, const char *text, struct ntb_irq_ioc_info *info, struct peer *peer);

/* state.c: what there is to say of a peer and of a device. */
void peer_which(const struct peer *peer);
void peer_members(const struct peer *peer);
void peer_words(char line[PATH], const char *where, const struct peer *peer);
void device_which(const struct ntb_irq_ioc_info *info, const char *path);

/* times.c: the clock, and figures about round trips. */
uint64_t now_ns(void);
void times_sort(uint64_t *times, unsigned int count);
void times_show(const uint64_t *times, unsigned int count);

/* klog.c: what the library has logged of a function. */
struct said {
	/* Empty when there is none. */
	char sentence[PATH];
	const char *advice;
};

struct klog {
	/* Why the log cannot be read, or 0. */
	int error;
	/*
	 * Why attaching was refused, and the last sentence about a peer, since the function
	 * was last attached to.
	 */
	struct said refused, peer;
};

void klog_read(const char *pci, struct klog *log);

/* The commands. */
int cmd_list(int argc, char *argv[]);
int cmd_ring(int argc, char *argv[]);
int cmd_wait(int argc, char *argv[]);
int cmd_ping(int argc, char *argv[]);
int cmd_watch(int argc, char *argv[]);
int cmd_doctor(int argc, char *argv[]);

/* answer.c: the other end of cmd_ping(). */
#define PING_INDEX	768
/* Ports are below, so that each host has an index of its own. */
#define PING_PORTS	64

unsigned int ping_slot(unsigned int peers, unsigned int port);
int ping_answer(const char *device, unsigned int first, unsigned int count);

#endif /* NTB_IRQ_TOOL_H */
