# SPDX-License-Identifier: GPL-2.0-only
"""The rate of this machine's time stamp counter, which emulated CPUs show as theirs.

A kernel that boots on a busy host measures it against timers that the emulator
serves late, and gets it wrong or waits for ever. So it is told.
"""

import ctypes
import functools
import mmap
import time

# rdtsc; shl $32, %rdx; or %rdx, %rax; ret
CODE = bytes.fromhex("0f31 48c1e220 4809d0 c3")
SECONDS = 0.1


@functools.cache
def khz():
    """The rate in kHz."""
    with mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE
                   | mmap.PROT_EXEC) as page:
        page.write(CODE)
        entry = ctypes.c_char.from_buffer(page)
        read = ctypes.CFUNCTYPE(ctypes.c_uint64)(ctypes.addressof(entry))
        begin, first = time.monotonic(), read()
        # The kernel refines it when it is up.
        time.sleep(SECONDS)
        end, last = time.monotonic(), read()
        del read, entry
    return round((last - first) / (end - begin) / 1000)
