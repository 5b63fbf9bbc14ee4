# SPDX-License-Identifier: GPL-2.0-only
"""Two or more machines on one fabric, driven together."""

import os
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from .deadline import wait_until
from .errors import Failure
from .fabric import Fabric
from .vm import FUNCTION, Vm, machine_of

MODULES = "/modules"
# The kind of IOMMU domain that each mode means.
DOMAINS = {"translated": "DMA-FQ", "passthrough": "identity"}
GROUP_TYPE = f"/sys/bus/pci/devices/{FUNCTION}/iommu_group/type"


@dataclass(frozen=True)
class Boot:
    """What must be equal for scenarios to share one boot."""
    kernels: tuple = ("6.12", "6.12")
    mode: str = "translated"
    smp: int = 2
    memory: int = 512
    # Whether the hardware is set up for mainline's own MSI library.
    legacy: bool = False
    # Whether it is set up so that a window exposes more than it should.
    wide: bool = False
    # Whether each machine has a disk with a queue for each CPU.
    disk: bool = False

    @property
    def machine(self):
        """What cannot be changed any more once the machines have booted."""
        return self.kernels, machine_of(self.mode), self.smp, self.memory, self.disk

    def settings(self, vendor):
        """The fabric's settings that set the hardware up so."""
        return (vendor.legacy_settings if self.legacy else
                vendor.wide_settings if self.wide else ())


class Host:
    """One machine of a pair, with the modules that were put into it."""

    def __init__(self, vm, mode):
        self.vm = vm
        self.index = vm.index
        self.loaded = []
        self._mode = mode
        self._dmesg = []

    def __str__(self):
        return f"host {self.index}"

    def try_run(self, line, seconds=60):
        """(status, output) of a shell line."""
        return self.vm.run(line, seconds)

    def run(self, line, seconds=60):
        """Output of a shell line that must succeed."""
        status, output = self.vm.run(line, seconds)
        if status:
            raise Failure(f"{self}: {line!r} gave status {status}: {output.strip()[-400:]}")
        return output

    def read(self, path):
        return self.run(f"cat {path}")

    def write(self, path, value, seconds=60):
        self.run(f"echo '{value}' > {path}", seconds)

    def try_write(self, path, value, seconds=60):
        """Write; return "" or the text of the error."""
        status, output = self.vm.run(f"echo '{value}' > {path}", seconds)
        return output.strip() or f"status {status}" if status else ""

    def wait_for(self, line, predicate, seconds, what):
        return self.vm.wait_for(line, predicate, seconds, what)

    def insert(self, module, options="", seconds=60):
        self.run(f"insmod {MODULES}/{module}.ko {options}".strip(), seconds)
        self.loaded.append(module)

    def remove(self, module, seconds=60):
        self.run(f"rmmod {module}", seconds)
        self.loaded.remove(module)

    def remove_all(self, keep=()):
        """Remove what was inserted, last first."""
        for module in reversed(list(self.loaded)):
            if module not in keep:
                self.remove(module)

    def collect_log(self):
        """Kernel log since the last call."""
        text = self.run("dmesg -c", 60)
        self._dmesg.append(text)
        return text

    def ready(self):
        """Wait until the machine has booted, and have DMA translated as asked for."""
        self.vm.wait_ready()
        self.set_mode(self._mode)

    def set_mode(self, mode):
        """Have DMA of the function translated, or passed through untranslated."""
        self._mode = mode
        if mode in DOMAINS:
            self.write(GROUP_TYPE, DOMAINS[mode])

    def restart(self):
        self.vm.kill()
        self.vm.start()
        self.loaded = []
        self.ready()


class Pair:
    """The machines and the fabric that joins them."""

    def __init__(self, vendor, boot, kernels, logs=None):
        missing = [name for name in boot.kernels if name not in kernels]
        if missing:
            raise Failure(f"kernel {missing[0]} was not prepared")
        self.vendor = vendor
        self.boot = boot
        # Socket paths are short: the kernel allows 107 bytes.
        self._folder = tempfile.mkdtemp(prefix="ntb-irq-")
        self.logs = logs = logs or self._folder
        self.fabric = Fabric(vendor.name, len(boot.kernels), self._folder, logs,
                             boot.settings(vendor))
        self.hosts = [Host(Vm(index, kernels[name], machine_of(boot.mode), boot.smp,
                              boot.memory, self._folder, logs, boot.disk), boot.mode)
                      for index, name in enumerate(boot.kernels)]

    def start(self):
        self.fabric.start()
        for host in self.hosts:
            host.vm.start()
        self.both(lambda host: host.ready())

    def set_mode(self, mode):
        """Change how DMA of the functions is translated; no driver may have them."""
        self.both(lambda host: host.set_mode(mode))

    def both(self, action):
        """Do @action(host) on all hosts at once; return the results."""
        with ThreadPoolExecutor(len(self.hosts)) as pool:
            running = [pool.submit(action, host) for host in self.hosts]
        errors = [task.exception() for task in running if task.exception()]
        if errors:
            raise errors[0]
        return [task.result() for task in running]

    def alive(self):
        return self.fabric.alive() and all(host.vm.alive() for host in self.hosts)

    def insert(self, module, options=""):
        self.both(lambda host: host.insert(module, options))

    def remove(self, module):
        self.both(lambda host: host.remove(module))

    def insert_hardware(self, extra=None, options=None, first=("ntb",)):
        """Mainline's modules up to the NTB device, which must then exist.

        @extra are options beyond the usual, by module, and @options are instead of
        those; @first is what the hardware's modules need.
        """
        options = {**(self.vendor.options if options is None else options), **(extra or {})}

        def load(host):
            for module in first:
                host.insert(module)
            for module in self.vendor.hardware:
                host.insert(module, options.get(module, ""))
            wait_until(lambda: host.run("ls /sys/bus/ntb/devices").strip(), 60,
                       f"{host}: an NTB device")
        self.both(load)

    def remove_all(self):
        """Remove all modules, layer by layer on all hosts together."""
        names = list(dict.fromkeys(name for host in self.hosts for name in host.loaded))
        for name in reversed(names):
            if name in self.vendor.hardware:
                # One driver tells the other that it goes; some do not expect
                # that while they go themselves.
                for host in self.hosts:
                    if name in host.loaded:
                        host.remove(name)
            else:
                self.both(lambda host, name=name: name in host.loaded and host.remove(name))

    def kill(self):
        """End all machines at once."""
        for host in self.hosts:
            host.vm.kill()

    def stop(self):
        """End machines and fabric, and require that the fabric goes cleanly."""
        self.kill()
        try:
            self.fabric.stop()
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)
