# SPDX-License-Identifier: GPL-2.0-only
"""The scenarios, cheapest first."""

from importlib import import_module

# series.py is not in: its last run failed, see Documentation/series.rst.
MODULES = ("unit", "static", "migrate", "control", "control_messages", "rings", "runtime", "refuse", "reserve",
           "lut", "affinity", "exhaustion", "exchange", "hosts", "mixed", "negative", "lifecycle",
           "kunit", "bench")


def load():
    """Register all scenarios."""
    for name in MODULES:
        import_module(f"{__name__}.{name}")
