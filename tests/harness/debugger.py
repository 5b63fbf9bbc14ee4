# SPDX-License-Identifier: GPL-2.0-only
"""A debugger at the machines: QEMU's stub listens, and gdb finds all symbols there are.

For each host there is a file of gdb's commands, which goes there and knows where the
modules are. Of a stock kernel itself it knows names and types if scripts/env/vmlinux has
fetched them.
"""

import os
import time

FOLDER = "build/gdb"
# The demo goes on when it is removed.
WAIT = f"{FOLDER}/wait"
# The parts of a module whose addresses gdb needs.
SECTIONS = (".text", ".data", ".bss", ".rodata", ".noinstr.text", ".text.unlikely")


def socket_of(index):
    """Where the stub of a host listens."""
    return os.path.abspath(f"{FOLDER}/host{index}.sock")


def commands_of(index):
    """The file for gdb."""
    return f"{FOLDER}/host{index}.gdb"


def words(index):
    """QEMU's, that turn on the stub of a host."""
    os.makedirs(FOLDER, exist_ok=True)
    return ["-gdb", f"unix:{socket_of(index)},server=on,wait=off"]


def symbols(host, module):
    """gdb's command that knows @module where it is in @host."""
    kernel = host.vm.kernel
    places = (f"build/{kernel.release}/{module}.ko", f"{kernel.folder}/modules/{module}.ko")
    path = next((place for place in places if os.path.exists(place)), None)
    text = host.run(f"grep . /sys/module/{module}/sections/.[a-z]*")
    found = dict(line.rsplit("/", 1)[1].split(":") for line in text.splitlines())
    parts = [f"-s {name} {found[name]}" for name in SECTIONS if name in found]
    return f"add-symbol-file {path} {' '.join(parts)}"


def write_commands(host):
    """The file for gdb, with the modules that are loaded now."""
    lines = ["set pagination off", "set confirm off"]
    vmlinux = f"{host.vm.kernel.folder}/vmlinux.debug"
    if os.path.exists(vmlinux):
        lines.append(f"file {vmlinux}")
    # First all that needs the machine to run.
    lines += [symbols(host, module) for module in host.loaded]
    lines += [f"target remote {socket_of(host.index)}",
              "define ring", f"shell rm -f {WAIT}", "continue", "end"]
    with open(commands_of(host.index), "w", encoding="ascii") as file:
        file.writelines(f"{line}\n" for line in lines)


def wait(pair, say):
    """Let a person attach; return when WAIT is removed."""
    for host in pair.hosts:
        write_commands(host)
    with open(WAIT, "w", encoding="ascii"):
        pass
    for host in pair.hosts:
        say(f"{host}: NTB_IRQ_ROOT=tests scripts/env/run gdb -x {commands_of(host.index)}")
    say(f'the hosts ring when gdb is given the command "ring", or {WAIT} is removed')
    while os.path.exists(WAIT):
        time.sleep(0.2)
