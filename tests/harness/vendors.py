# SPDX-License-Identifier: GPL-2.0-only
"""What the scenarios need to know about a vendor; the only place that names one."""

from dataclasses import dataclass

from .errors import Failure


@dataclass(frozen=True)
class Vendor:
    """Names of a vendor's modules and the limits of its legacy path."""
    name: str
    # Mainline's hardware modules, in the order they are inserted.
    hardware: tuple
    # Options of those modules, and the ones that also open small windows.
    options: dict
    small_window_options: dict
    # Our backend, and its parameter that makes windows wider than needed.
    backend: str
    wide_window: str
    # Options of mainline's modules with which such a window can be used.
    wide_window_options: dict
    # Fabric settings that the legacy path needs.
    legacy_settings: tuple
    # Interrupts mainline's own test can take over the legacy path.
    legacy_interrupts: int
    # Bits of the direct windows, for a client that takes them all.
    direct_windows: int
    # PCI driver whose unbind removes the function from under everybody.
    pci_driver: str
    # How its hosts talk before there are windows.
    kind: str = "scratchpads"


VENDORS = {
    "switchtec": Vendor(
        name="switchtec",
        hardware=("switchtec", "ntb_hw_switchtec"),
        # The legacy path oopses the kernel once its borrowed descriptors
        # leave the page of the hardware table; the default of 32 is far off.
        options={"switchtec": "nirqs=32"},
        small_window_options={"ntb_hw_switchtec": "use_lut_mws=1"},
        backend="ntb_irq_switchtec",
        wide_window="direct_align",
        wide_window_options={"ntb_hw_switchtec": "max_mw_size=0x400000"},
        # It opens whole BARs, and the base of the interrupts is aligned to
        # 2 MiB only.
        legacy_settings=(("bar4_size", 2 << 20),),
        legacy_interrupts=29,
        direct_windows=0x3,
        pci_driver="switchtec",
    ),
    "idt": Vendor(
        name="idt",
        hardware=("ntb_hw_idt",),
        options={},
        small_window_options={},
        backend="ntb_irq_idt",
        wide_window="",
        wide_window_options={},
        # Slots of 64 KiB as well as slots of 1 MiB.
        legacy_settings=(("bar2_size", 1 << 20), ("bar4_mode", 1), ("bar4_size", 16 << 20)),
        # One vector, which the driver itself has.
        legacy_interrupts=0,
        direct_windows=0,
        pci_driver="ntb_hw_idt",
        kind="messages",
    ),
}


def find(name):
    """The vendor called @name."""
    if name not in VENDORS:
        raise Failure(f"vendor {name!r} is unknown; known: {', '.join(sorted(VENDORS))}")
    return VENDORS[name]
