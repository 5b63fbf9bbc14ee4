# SPDX-License-Identifier: GPL-2.0-only
"""One QEMU machine with vfio-user functions, each behind a root port of its own."""

import json
import os
import signal
import subprocess

from . import tsc
from .agent import Agent
from .deadline import wait_until
from .errors import Failure

# On a busy host a boot may take a hundred times as long as on an idle one.
BOOT_SECONDS = 300
# How large its disk is, if it has one.
DISK_BYTES = 64 << 20


def function_address(index):
    """Where the function behind root port @index is."""
    return f"0000:{index + 1:02x}:00.0"


def root_port(number):
    """Words that add a root port; its bus is counted from 1."""
    return ["-device", f"pcie-root-port,id=rp{number},chassis={number + 1},slot={number + 1}"]


def vfio_user(socket, **where):
    """Words that put a function of the fabric @where."""
    return ["-device", json.dumps({"driver": "vfio-user-pci", **where,
                                   "socket": {"type": "unix", "path": socket}})]


def south_bridge(socket):
    """Words that make a function of the fabric what AMD has beside the IO-APIC.

    Newer kernels remap no interrupts of an AMD machine where there is none.
    """
    return vfio_user(socket, addr="14.0", **{"x-pci-class-code": 0x0C0500})


def disk(path, queues):
    """Words that add a disk with so many queues, and with them MSI-X vectors."""
    with open(path, "wb") as file:
        file.truncate(DISK_BYTES)
    return ["-drive", f"file={path},if=none,id=disk0,format=raw,file.locking=off",
            "-device", f"nvme,serial=disk0,drive=disk0,max_ioqpairs={queues}"]


def command(kernel, parent, smp, memory, functions, agent_socket, control_socket, console,
            cmdline):
    """The QEMU command line of a machine; @functions are sockets of the fabric."""
    # Warnings reach the console as they happen: they are all that is left of
    # a machine that dies. Everything else is fetched from the log buffer.
    append = (f"console={parent.console} loglevel=5 panic=-1 log_buf_len=4M "
              f"{parent.options} {cmdline}")
    # One thread executes all CPUs in turn. With a thread each, a CPU sometimes meets
    # the breakpoint under which another one patches the kernel's code when that is
    # no longer there, which ends in "Oops: int3". On a busy host it is not slower.
    words = [
        parent.qemu + parent.program, "-accel", "tcg,thread=single", "-cpu", parent.cpu,
        "-smp", str(smp), "-m", str(memory),
        "-nodefaults", "-display", "none", "-monitor", "none", "-no-reboot",
        "-object", f"memory-backend-memfd,id=m0,size={memory}M,share=on",
        "-machine", f"{parent.machine},memory-backend=m0",
    ]
    for device in parent.devices:
        words += ["-device", device]
    for number, path in enumerate(functions):
        words += root_port(number) + vfio_user(path, bus=f"rp{number}")
    words += [
        "-chardev", f"file,id=console,path={console},append=on",
        "-serial", "chardev:console",
        # What the emulator logs when it is asked to has the time.
        "-qmp", f"unix:{control_socket},server=on,wait=off", "-msg", "timestamp=on",
        "-chardev", f"socket,id=agent,path={agent_socket},server=on,wait=off",
        "-serial", "chardev:agent",
        "-kernel", kernel.image, "-initrd", kernel.initrd, "-append", append,
    ]
    return words


class Vm:
    """A machine: started, spoken to, killed."""

    def __init__(self, index, kernel, parent, smp, memory, functions, folder, logs, extra=(),
                 khz=None, options=""):
        self.index = index
        self.kernel = kernel
        self.boot_seconds = BOOT_SECONDS
        self.console = os.path.join(logs, f"host{index}.console.log")
        self.transcript = os.path.join(logs, f"host{index}.agent.log")
        self._errors = os.path.join(logs, f"host{index}.qemu.log")
        self._socket = os.path.join(folder, f"agent{index}.sock")
        # Of the emulator itself.
        self.control = os.path.join(folder, f"qmp{index}.sock")
        clock = ""
        if parent.console == "ttyS0":
            khz = khz or tsc.khz()
            # All CPUs but the first would measure how long their loops of delay take, in vain
            # where the emulator is kept waiting, and then wait for what they measured.
            clock = f"tsc_early_khz={khz} lpj={khz * 1000 // kernel.ticks}"
        self._command = command(kernel, parent, smp, memory, functions, self._socket,
                                self.control, self.console,
                                f"ntb_host={index} {clock} {options}") + list(extra)
        self._process = None
        self._notes = None
        self.agent = None

    def start(self):
        """Start QEMU; the machine boots meanwhile."""
        if os.path.exists(self._socket):
            os.unlink(self._socket)
        with open(self._errors, "ab") as errors:
            self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL,
                                             stdout=errors, stderr=errors)
        # The transcript lives as long as the machine, so no "with".
        self._notes = open(self.transcript, "a", encoding="utf-8")
        self.agent = Agent(self._socket, self._notes)
        self.agent.connect(20)

    def wait_ready(self):
        self.agent.wait_ready(self.boot_seconds)

    def alive(self):
        return self._process is not None and self._process.poll() is None

    def run(self, line, seconds=60):
        """Run a shell line inside; return (status, output)."""
        return self.agent.run(line, seconds)

    def wait_for(self, line, predicate, seconds, what):
        """Run @line until @predicate(output) holds; return that output."""
        def probe():
            status, output = self.run(line)
            return (status, output) if predicate(output) else None
        return wait_until(probe, seconds, f"host {self.index}: {what}")[1]

    def pause(self):
        """Stop the machine as it is: it answers nothing, and its link stays up."""
        self._process.send_signal(signal.SIGSTOP)

    def resume(self):
        self._process.send_signal(signal.SIGCONT)

    def abort(self):
        """End QEMU from another thread; whoever waits for an answer fails."""
        if self._process:
            self._process.kill()

    def kill(self):
        """End the machine at once, as a power cut would."""
        if self.agent:
            self.agent.close()
            self.agent = None
        if self._notes:
            self._notes.close()
            self._notes = None
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def error_tail(self, count=5):
        """What QEMU itself had to say."""
        try:
            with open(self._errors, encoding="utf-8", errors="replace") as file:
                return "\n".join(file.read().splitlines()[-count:])
        except FileNotFoundError as error:
            raise Failure(f"host {self.index} was never started") from error
