# SPDX-License-Identifier: GPL-2.0-only
"""The time stamp counter of this machine, which emulated CPUs show as theirs.

A kernel that boots on a busy host measures its rate against timers that the emulator
serves late, and gets it wrong or waits for ever. So it is given the rate.
"""

import ctypes
import functools
import mmap
import time

# rdtsc; shl $32, %rdx; or %rdx, %rax; ret
CODE = bytes.fromhex("0f31 48c1e220 4809d0 c3")
SECONDS = 0.1


class Counter:
    """Reads the counter, by code in a page of its own."""

    def __init__(self):
        self._page = mmap.mmap(-1, mmap.PAGESIZE,
                               prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        self._page.write(CODE)
        self._entry = ctypes.c_char.from_buffer(self._page)
        self.read = ctypes.CFUNCTYPE(ctypes.c_uint64)(ctypes.addressof(self._entry))


@functools.cache
def counter():
    return Counter()


@functools.cache
def khz():
    """The rate in kHz."""
    read = counter().read
    begin, first = time.monotonic(), read()
    # The kernel refines it when it is up.
    time.sleep(SECONDS)
    end, last = time.monotonic(), read()
    return round((last - first) / (end - begin) / 1000)
