# SPDX-License-Identifier: GPL-2.0-only
"""The scenarios, cheapest first."""

from importlib import import_module

MODULES = ("unit", "static", "migrate", "control", "control_messages", "rings", "runtime", "refuse",
           "reserve", "lut", "affinity", "exhaustion", "exchange", "hosts", "mixed", "negative",
           "lifecycle", "series", "kunit", "bench")


def load():
    """Register all scenarios."""
    for name in MODULES:
        import_module(f"{__name__}.{name}")
