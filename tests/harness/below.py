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
# One of each kind, and in the mode that kernels choose by themselves.
EACH = ("amd-vi", "its", "its-smmu-translated")


def below(name, parent, kernel="6.12", boot=None, **options):
    """Mark a test function as scenario @name on that one; @boot is what else it needs."""
    prefix, requires, settings = BELOW[parent]
    return scenario(f"{name}-{kernel}-{parent}", requires=requires,
                    boot=Boot(kernels=(prefix + kernel,) * 2, **settings, **(boot or {})),
                    **options)
