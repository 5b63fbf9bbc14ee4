# SPDX-License-Identifier: GPL-2.0-only
"""A prepared kernel: what scripts/env/kernel laid out, seen inside the root."""

import os
import re
import shlex
from dataclasses import dataclass

from .errors import Failure


@dataclass(frozen=True)
class Environment:
    """What something is run with."""
    vendor: object
    kernels: dict


@dataclass(frozen=True)
class Kernel:
    """Where a kernel's image, modules and build folder are."""
    name: str
    folder: str
    initrd: str

    @property
    def release(self):
        with open(os.path.join(self.folder, "release"), encoding="ascii") as file:
            return file.read().strip()

    @property
    def image(self):
        """What to boot: where there is one, the image as unpacked beforehand."""
        unpacked = os.path.join(self.folder, "vmlinux")
        return unpacked if os.path.exists(unpacked) else os.path.join(self.folder, "vmlinuz")

    @property
    def build(self):
        return os.path.join(self.folder, "build")

    @property
    def source(self):
        return os.path.join(self.folder, "source")

    @property
    def symvers(self):
        return os.path.join(self.folder, "ntb", "Module.symvers")

    @property
    def flags(self):
        """The words external modules are built with."""
        with open(os.path.join(self.folder, "flags"), encoding="ascii") as file:
            return shlex.split(file.read())

    @property
    def ticks(self):
        """How often a second its timer interrupts."""
        with open(os.path.join(self.build, ".config"), encoding="ascii") as file:
            return int(re.search(r"^CONFIG_HZ=(\d+)$", file.read(), re.M)[1])

    @property
    def debug(self):
        return self.name.startswith("debug")


def parse_kernel(text):
    """NAME=FOLDER=INITRD"""
    parts = text.split("=")
    if len(parts) != 3:
        raise Failure(f"{text!r} is not NAME=FOLDER=INITRD")
    return Kernel(*parts)
