# SPDX-License-Identifier: GPL-2.0-only
"""Two or more machines driven together, joined by one or more fabrics.

Booting is what costs, so machines have a function of every kind that their
scenarios are about, each kind on a fabric of its own. A scenario sees one: the
drivers are kept away from the others.
"""

import os
import shutil
import subprocess
import tempfile
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from . import debugger
from .agent import BootFailure
from .deadline import wait_until
from .errors import BedFault, Failure
from .fabric import Fabric
from .parents import BUILT, STOCK, find
from .vm import Vm, disk, function_address, south_bridge

MODULES = "/modules"
# What a module needs where the kernel has to be helped out.
NEEDS = {"ntb_irq": "ntb_irq_compat"}
# How often a machine is booted before a boot that does not end is a failure.
BOOTS = 3
# The kind of IOMMU domain that each mode means.
DOMAINS = {"translated": "DMA-FQ", "passthrough": "identity"}
PCI_DEVICES = "/sys/bus/pci/devices"
# Where a machine has its kernel and its initial files, if it has them.
IMAGES = "/images"


@dataclass(frozen=True)
class Boot:
    """What must be equal for scenarios to share one boot."""
    kernels: tuple = ("6.12", "6.12")
    mode: str = "translated"
    # What interrupts pass through.
    parent: str = "vt-d"
    # Whether QEMU is another one than usual with that parent: ours, that knows whose a
    # message is, or else the stock one.
    other_qemu: bool = False
    smp: int = 2
    memory: int = 512
    # Whether the hardware is set up for mainline's own MSI library.
    legacy: bool = False
    # Whether it is set up so that a window exposes more than it should.
    wide: bool = False
    # Whether it is set up with small windows only.
    small: bool = False
    # Whether it is set up not to tell a host that its peer is gone.
    silent: bool = False
    # Whether it is set up with fewer scratchpads than are needed.
    few: bool = False
    # Whether it is set up so that mainline's transport can use interrupts.
    transport: bool = False
    # Whether each machine has a disk with a queue for each CPU.
    disk: bool = False
    # Whether each machine has its kernel and its initial files as files, to go over to.
    images: bool = False
    # Whether a debugger can be attached to each machine.
    debugger: bool = False

    @property
    def machine(self):
        """What cannot be changed any more once the machines have booted."""
        return self.kernels, self.behind, self.smp, self.memory, self.disk, self.images, \
            self.debugger

    @property
    def behind(self):
        """The interrupt parent; whether DMA is translated is the kernel's choice."""
        parent = find("noremap" if self.mode == "noremap" else self.parent)
        if self.mode == "translated":
            parent = replace(parent, **dict(parent.translated))
        if self.other_qemu:
            parent = replace(parent, qemu=BUILT if parent.qemu == STOCK else STOCK)
        return parent

    def settings(self, vendor):
        """The fabric's settings that set the hardware up so."""
        return (vendor.legacy_settings if self.legacy else
                vendor.wide_settings if self.wide else
                vendor.small_settings if self.small else
                vendor.silent_settings if self.silent else
                vendor.few_settings if self.few else
                vendor.transport_settings if self.transport else ())


# Machines with the debugging kernel, which needs more memory.
DEBUG = Boot(kernels=("debug-6.12", "debug-6.12"), memory=1024)


def until_up(boot):
    """Call @boot() until the machine is up; each time that it was not is a fault of the bed.

    A stock kernel that calibrates its clocks while the emulator is kept waiting
    now and then stops there, before any module is loaded. That is nothing of
    what is tested, so such a boot is given up and reported.
    """
    for left in reversed(range(BOOTS)):
        try:
            boot()
            return
        except BootFailure as error:
            if not left:
                raise
            warnings.warn(f"{error}; booting again", BedFault, stacklevel=2)


class Host:
    """One machine of a pair, with the modules that were put into it."""

    def __init__(self, vm):
        self.vm = vm
        self.index = vm.index
        self.loaded = []
        # Those that each module was last inserted with.
        self.options = {}
        # Called with the name of each module that was inserted.
        self.watchers = []
        # Address of the function that is in use.
        self.function = None
        self._setup = None
        self._earlier = ""

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
        needed = NEEDS.get(module)
        if needed and needed not in self.loaded and \
                not self.try_run(f"[ -e {MODULES}/{needed}.ko ]")[0]:
            self.insert(needed)
        self.run(f"insmod {MODULES}/{module}.ko {options}".strip(), seconds)
        self.loaded.append(module)
        self.options[module] = options
        for watch in self.watchers:
            watch(module)

    def insert_again(self, modules):
        """Insert what was removed, or lost by a reboot, with the options it had."""
        for module in modules:
            self.insert(module, self.options[module])

    def remove(self, module, seconds=60):
        self.run(f"rmmod {module}", seconds)
        self.loaded.remove(module)

    def remove_all(self, keep=()):
        """Remove what was inserted, last first."""
        for module in reversed(list(self.loaded)):
            if module not in keep:
                self.remove(module)

    def collect_log(self):
        """Kernel log since the last call, with that of a machine that was restarted."""
        text, self._earlier = self._earlier, ""
        return text + self.run("dmesg -c", 60)

    def select(self, number, count, mode):
        """Use function @number of @count; have its DMA translated or passed through.

        No driver may be there.
        """
        self.function = function_address(number)
        lines = [f"echo {'' if index == number else 'none'} > "
                 f"{PCI_DEVICES}/{function_address(index)}/driver_override"
                 for index in range(count)]
        if mode in DOMAINS:
            lines.append(f"echo {DOMAINS[mode]} > {PCI_DEVICES}/{self.function}/iommu_group/type")
        self._setup = " && ".join(lines)
        self.run(self._setup)

    def restart(self):
        """Cut the power, unless that was done, and boot again, to the same function."""
        if self.vm.alive():
            self._earlier = self.collect_log()
        self.loaded = []
        until_up(self._boot)
        self.run(self._setup)

    def load_images(self):
        """Load the kernel that execute_images() goes over to."""
        self.run(f"agent load {IMAGES}/vmlinuz {IMAGES}/initrd", 120)

    def execute_images(self):
        """Have the machine, in a second, go over to another kernel without a reset."""
        self._earlier = self.collect_log()
        self.loaded = []
        self.run("(sleep 1; agent execute) >/dev/null 2>&1 &")

    def wait_executed(self):
        """Wait until the other kernel has booted, and use the same function."""
        self.vm.wait_ready()
        self.run(self._setup)

    def _boot(self):
        self.vm.kill()
        self.vm.start()
        self.vm.wait_ready()


def hardware(vendor, boot):
    """What tells the functions of one fabric from those of another."""
    return vendor.name, boot.settings(vendor)


class Pair:
    """The machines and the fabrics that join them.

    @kinds are the kinds of functions the machines have, as hardware() names
    them.
    """

    def __init__(self, kinds, boot, kernels, logs=None):
        missing = [name for name in boot.kernels if name not in kernels]
        if missing:
            raise Failure(f"kernel {missing[0]} was not prepared")
        self.boot = boot
        self._kinds = list(dict.fromkeys(kinds))
        # Socket paths are short: the kernel allows 107 bytes.
        self._folder = tempfile.mkdtemp(prefix="ntb-irq-")
        self.logs = logs = logs or self._folder
        self.fabrics = []
        for number, (name, settings) in enumerate(self._kinds):
            folder = os.path.join(self._folder, str(number))
            os.mkdir(folder)
            self.fabrics.append(Fabric(name, len(boot.kernels), folder, logs, settings,
                                       name=f"fabric{number}"))
        if boot.images:
            kernels = {name: self._with_images(kernels[name]) for name in set(boot.kernels)}
        functions = [[fabric.socket_of(index) for fabric in self.fabrics]
                     for index in range(len(boot.kernels))]
        bridges = self._south_bridges() if boot.behind.south_bridge else None
        self.hosts = [Host(Vm(index, kernels[name], boot.behind, boot.smp, boot.memory,
                              functions[index], self._folder, logs,
                              [*self._disk(index), *(next(bridges) if bridges else ()),
                               *(debugger.words(index) if boot.debugger else ())],
                              # Where symbols are is where the kernel was linked for.
                              options="nokaslr" if boot.debugger else ""))
                      for index, name in enumerate(boot.kernels)]
        # What the hardware's modules were inserted with.
        self._hardware = None
        # The bus addresses of interrupt messages, of each host.
        self.regions = []
        # Those in use.
        self.vendor = None
        self.fabric = None
        # Whether something was left in the hardware that others would stumble over.
        self.spent = False

    def _disk(self, index):
        """Words that give host @index a disk, if it is to have one."""
        return disk(os.path.join(self._folder, f"disk{index}.img"),
                    self.boot.smp) if self.boot.disk else ()

    def _with_images(self, kernel):
        """@kernel, with initial files that have it and them as files."""
        folder = os.path.join(self._folder, f"images-{kernel.name}")
        images = folder + IMAGES
        os.makedirs(images)
        os.symlink(os.path.join(kernel.folder, "vmlinuz"), os.path.join(images, "vmlinuz"))
        os.symlink(os.path.abspath(kernel.initrd), os.path.join(images, "initrd"))
        names = [IMAGES[1:], *(f"{IMAGES[1:]}/{name}" for name in ("vmlinuz", "initrd"))]
        more = subprocess.run(["cpio", "--create", "--format=newc", "--dereference", "--quiet"],
                              input="\n".join(names).encode(), cwd=folder, check=True,
                              stdout=subprocess.PIPE).stdout
        with open(kernel.initrd, "rb") as file, open(f"{folder}.cpio", "wb") as both:
            shutil.copyfileobj(file, both)
            both.write(more)
        return replace(kernel, initrd=f"{folder}.cpio")

    def _south_bridges(self):
        """For each host, words that give it a south bridge."""
        for number in range(-(-len(self.boot.kernels) // 2)):
            folder = os.path.join(self._folder, f"bridge{number}")
            os.mkdir(folder)
            fabric = Fabric("plain", 2, folder, self.logs, name=f"bridge{number}")
            self.fabrics.append(fabric)
            for index in range(2):
                yield south_bridge(fabric.socket_of(index))

    def start(self):
        for fabric in self.fabrics:
            fabric.start()
        for host in self.hosts:
            host.vm.start()
        self.both(lambda host: host.vm.wait_ready())

    def select(self, vendor, boot):
        """Use the functions of @vendor, set up as @boot asks."""
        number = self._kinds.index(hardware(vendor, boot))
        self.vendor = vendor
        self.boot = boot
        self.fabric = self.fabrics[number]
        self.regions = [None] * len(self.hosts)
        for index in range(len(self.hosts)):
            if boot.behind.region:
                self.set_region(index, boot.behind.region)
        mode = boot.mode if boot.behind.translates else ""
        self.both(lambda host: host.select(number, len(self._kinds), mode))

    def set_region(self, index, region):
        """Writes to the memory of host @index are interrupts in @region."""
        self.regions[index] = region
        self.fabric.interrupts(index, region)

    def both(self, action):
        """Do @action(host) on all hosts at once; return the results."""
        with ThreadPoolExecutor(len(self.hosts)) as pool:
            running = [pool.submit(action, host) for host in self.hosts]
        errors = [task.exception() for task in running if task.exception()]
        if errors:
            raise errors[0]
        return [task.result() for task in running]

    def alive(self):
        return all(each.alive() for each in self.fabrics + [host.vm for host in self.hosts])

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
        self._hardware = options, first
        self.insert_hardware_again()

    def insert_hardware_on(self, host):
        """The same, with the same options, on one host that has booted anew."""
        options, first = self._hardware
        for module in first:
            host.insert(module)
        for module in self.vendor.hardware:
            host.insert(module, options.get(module, ""))
        wait_until(lambda: host.run("ls /sys/bus/ntb/devices").strip(), 60,
                   f"{host}: an NTB device")

    def insert_hardware_again(self):
        """The same on all hosts."""
        self.both(self.insert_hardware_on)

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
        """End machines and fabrics, and require that the fabrics go cleanly."""
        self.kill()
        problems = []
        for fabric in self.fabrics:
            try:
                fabric.stop()
            except Failure as error:
                problems.append(str(error))
        shutil.rmtree(self._folder, ignore_errors=True)
        if problems:
            raise Failure("\n".join(problems))
