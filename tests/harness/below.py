# SPDX-License-Identifier: GPL-2.0-only
"""Scenarios on machines whose interrupts pass through other parents than the usual one."""

from .pair import Boot
from .scenario import scenario

# By what is added to a scenario's name: the kernels, what hardware must have, the machines.
BELOW = {
    "amd-vi": ("", "", {"parent": "amd-vi"}),
    "passthrough-amd-vi": ("", "", {"parent": "amd-vi", "mode": "passthrough"}),
    "its": ("arm64-", "arm64", {"parent": "its", "mode": "passthrough"}),
    "its-smmu": ("arm64-", "arm64_smmu", {"parent": "its-smmu", "mode": "passthrough"}),
    "its-smmu-translated": ("arm64-", "arm64_smmu", {"parent": "its-smmu"}),
}
KERNELS = ("6.12", "7.3")
# One of each kind, and in the mode that kernels choose by themselves: with the first kernel
# these are tested always, the rest in long runs.
EACH = ("amd-vi", "its", "its-smmu-translated")


def below(name, parent, kernel="6.12", boot=None, requires="", **options):
    """Mark a test function as scenario @name on that one; @boot is what else it needs."""
    prefix, drivers, settings = BELOW[parent]
    return scenario(f"{name}-{kernel}-{parent}", requires=requires or drivers,
                    boot=Boot(kernels=(prefix + kernel,) * 2, **settings, **(boot or {})),
                    **options)


def everywhere(name, boot=None, **options):
    """Mark a test function as a scenario on each of them, with each kernel."""
    def mark(function):
        for kernel in KERNELS:
            for parent in BELOW:
                soak = kernel != KERNELS[0] or parent not in EACH
                below(name, parent, kernel, boot, soak=soak, **options)(function)
        return function
    return mark
