// SPDX-License-Identifier: GPL-2.0-only
/* Processes that are in a call, or close a file, when the function goes. */
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "user.h"

#define PAGE	4096UL

/* Is in a call that cannot write its answer: it is a page that this process does not fill. */
int stall(char *argv[])
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	void *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int faults = syscall(SYS_userfaultfd, O_CLOEXEC), device = device_open(argv[0]);
	struct ntb_irq_ioc_peer peer;

	range.range.start = (uintptr_t)page;
	range.range.len = PAGE;
	if (faults < 0 || ioctl(faults, UFFDIO_API, &api) ||
	    ioctl(faults, UFFDIO_REGISTER, &range))
		die("no faults of user space: %s", strerror(errno));
	say("stalling");
	die("the call gave %d", device_peer(device, 0, page, &peer));
}

/* Has an interrupt, and frees it when SIGUSR1 comes, which may take as long as it takes. */
int late(char *argv[])
{
	int device = device_open(argv[0]), eventfd = signal_new(), ret, got;
	unsigned int index = number(argv[1]);
	struct ntb_irq_ioc_alloc alloc;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	ret = device_alloc(device, eventfd, index, &alloc);
	if (ret)
		die("interrupt %u: %s", index, strerror(-ret));
	say("holding");
	sigwait(&set, &got);
	say("freeing");
	ret = device_free(device, index);
	if (ret)
		die("freeing interrupt %u: %s", index, strerror(-ret));
	say("freed");
	rest();
}
