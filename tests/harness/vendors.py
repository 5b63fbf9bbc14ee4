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
    # Mainline's clients that such hardware can serve, and how many scratchpads
    # a host has at least.
    clients: tuple = ("tool", "msi", "perf", "netdev", "pingpong")
    scratchpads: int = 16
    # Whether both hosts may use them at once: where that can lock the part up, mainline's
    # own interrupt test refuses to.
    safe_scratchpads: bool = True
    # Whether mainline's transport can be removed and the kernel lives on.
    transport_leaves: bool = True
    # Bytes of the window mainline's performance test uses.
    perf_window: int = 65536
    # Whether both hosts can turn the link on and off.
    link_switch: bool = True
    # Fabric settings that make its windows wider than needed.
    wide_settings: tuple = ()
    # Fabric settings that make all its windows small.
    small_settings: tuple = ()
    # Fabric settings with which hosts are not told that a peer is gone.
    silent_settings: tuple = ()
    # Fabric settings that leave fewer scratchpads than an exchange needs.
    few_settings: tuple = ()
    # Fabric settings with which mainline's transport has scratchpads left for
    # the messages of interrupts.
    transport_settings: tuple = ()
    # Kernel log lines that its mainline driver provokes on a debugging kernel.
    debug_allow: tuple = ()
    # Kernel log lines that its mainline driver prints when the function is gone.
    gone_allow: tuple = ()
    # Those of a kernel that follows another: the peer writes words into memory of the first,
    # and from when the driver lets the function until it has its own the IOMMU refuses them.
    again_allow: tuple = ()
    # The tests it takes part in when all vendors are tested; empty is all.
    share: str = ""
    # Of these, the ones in which it shows what other hardware shows better: for long runs.
    repeats: str = ""
    # Name of the driver's interrupts; empty when it is the PCI driver's.
    interrupts: str = ""
    # Whether its scratchpads lie where they did on the older kernel.
    mixes: bool = True
    # Whether two callers that configure windows at a time meet in its mainline driver.
    windows_meet: bool = False
    # Whether its driver, once it is migrated, makes the interrupt domain early.
    reserves: bool = False
    # Whether there are drivers for it on arm64.
    arm64: bool = True
    # Whether its hosts do without reading each other's memory, which takes mappings that
    # the emulated SMMU does not report.
    unmapped: bool = False
    # Offset in its first BAR at which the first host has a lock that the other one takes to
    # open and close windows, and the words that take it and give it back.
    lock: tuple = ()
    # Whether it has a window for data beside those for interrupts.
    data_window: bool = True
    # How many hosts it joins at most.
    hosts: int = 2

    @property
    def can_be_wide(self):
        """Whether a window of it can be wider than the interrupts, however it is opened."""
        return bool(self.wide_window or self.wide_settings)

    @property
    def arm64_smmu(self):
        return self.arm64 and self.unmapped

    @property
    def can_be_small(self):
        """Whether it has windows that take a part of the interrupts only."""
        return bool(self.small_window_options or self.small_settings)


# Intel and AMD drivers take every interrupt there is, so none is left for
# mainline's own interrupt test.


# What every vendor has to show beside the one that is tested in full: each kernel and each
# mode once.
SHARE = "rings-6.12-translated,rings-6.12-sources,rings-7.3-passthrough,runtime-*,gone-6.12"
# Those that show that a kernel with the patches applied still serves them.
SERIES = "series-*"
# What one kind of hardware shows below each other interrupt parent.
BELOW = ",".join(f"{name}-6.12-{parent}*" for parent in ("amd-vi", "its")
                 for name in ("runtime", "affinity", "lifecycle", "exhaustion"))


def intel(name, windows, clients, perf_window=65536, share="", wide=(), safe=True):
    """One generation of Intel's."""
    return Vendor(
        name=name,
        hardware=("ntb_hw_intel",),
        options={},
        small_window_options={},
        backend="ntb_irq_intel",
        wide_window="",
        wide_window_options={},
        legacy_settings=(),
        legacy_interrupts=0,
        direct_windows=windows,
        pci_driver="ntb_hw_intel",
        clients=clients,
        perf_window=perf_window,
        interrupts="ndev_vec_isr",
        arm64=False,
        wide_settings=wide,
        data_window=windows > 1,
        safe_scratchpads=safe,
        repeats=BELOW,
        share=",".join(filter(None, (SHARE, share))),
    )


# Windows are aligned to their BAR: 4 MiB begin at 0xfec00000.
WIDE_BARS = (("bar2_size", 4 << 20), ("bar4_size", 4 << 20))

# A shell reads this table too (vendors() in tests/prepare), before there is any Python: a
# name begins an entry, and the number of hosts has a line of its own.
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
        # The driver uses a lock that it has not initialised, and with that lockdep ends.
        debug_allow=(r"INFO: trying to register non-static key",),
        repeats=f"lifecycle-debug-*,user-debug-*,{BELOW}",
        mixes=False,
        lock=(0x14004, 1, 3),
        again_allow=(r"DMAR: \[DMA Write .* \[fault reason 0x05\]",
                     r"DMAR: DRHD: handling fault"),
        windows_meet=True,
        reserves=True,
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
        # An interrupt that comes while the driver probes takes a lock that is initialised
        # only when the device is registered.
        debug_allow=(r"INFO: trying to register non-static key",),
        kind="messages",
        unmapped=True,
        hosts=8,
        repeats="*-6.12-amd-vi",
        share=f"{SHARE},{SERIES},bad-words-*,misuse-*,affinity-*,messages-*,words-*,hosts-*,"
              "moving-hosts-*,leave-*,reserve-6.12,cycles-*,hostile-*,order-*,*-6.12-its-smmu*,"
              "rings-7.3-its,user-hosts-*",
    ),
    # One window is the way to the peer's registers; ntb_perf wants two. Of those
    # that have scratchpads, all with one mailbox, it meets bad words for the others.
    "intel-gen1": intel("intel-gen1", 0x1, ("tool", "netdev", "pingpong"),
                        share="bad-words-*,control-6.12-translated,refuse-wide-*",
                        wide=WIDE_BARS, safe=False),
    # Its windows are aligned to their BAR, so a buffer must be as large.
    "intel-gen3": intel("intel-gen3", 0x3, ("tool", "perf", "netdev", "pingpong"), 1 << 20,
                        share=f"{SERIES},control-6.12-translated", wide=WIDE_BARS),
    # Its driver leaves lockdep alive, so it shows the life cycle under it.
    "intel-gen4": intel("intel-gen4", 0x3, ("tool", "perf", "netdev", "pingpong"),
                        share="control-6.12-translated,words-*,lifecycle-debug-*,user-debug-*"),
    "amd": Vendor(
        name="amd",
        hardware=("ntb_hw_amd",),
        options={},
        small_window_options={},
        backend="ntb_irq_amd",
        wide_window="",
        wide_window_options={},
        legacy_settings=(),
        legacy_interrupts=0,
        direct_windows=0x7,
        pci_driver="ntb_hw_amd",
        clients=("tool", "perf", "netdev", "pingpong"),
        scratchpads=8,
        # A device with two windows; with three their sizes take all scratchpads.
        transport_settings=(("device", 0x148b),),
        link_switch=False,
        # Its timer may find the link up while the driver probes, see the IDT driver.
        debug_allow=(r"INFO: trying to register non-static key",),
        share=f"{SHARE},{SERIES},control-6.12-translated,*-amd-vi",
        interrupts="ndev_vec_isr",
        arm64=False,
    ),
    "epf": Vendor(
        name="epf",
        hardware=("ntb_hw_epf",),
        options={},
        small_window_options={},
        backend="ntb_irq_epf",
        wide_window="",
        wide_window_options={},
        legacy_settings=(),
        # The driver takes every vector it gets.
        legacy_interrupts=0,
        direct_windows=0,
        pci_driver="ntb_hw_epf",
        clients=("tool", "perf", "netdev", "pingpong"),
        unmapped=True,
        scratchpads=64,
        # Turning the link off makes an interrupt on the same host as well. The
        # transport does so after it has cancelled its work, so the interrupt
        # begins work that goes on while its memory and its code are freed.
        transport_leaves=False,
        small_settings=(("windows", 4), *((f"mw{i}_size", 1 << 16) for i in range(1, 5))),
        silent_settings=(("watch_link", 0),),
        # Of the usual two doorbells no queue of the transport could have one: it takes one
        # for the tables of interrupts, and does not count the last.
        transport_settings=(("vectors", 8),),
        few_settings=(("spads", 5),),
        # Commands for the link and the doorbells are not answered any more.
        gone_allow=(r"WARNING: .* ntb_epf_send_command\+",),
        share=f"{SHARE},control-6.12-translated,control-7.3-passthrough,rings-7.3-amd-vi,"
              "lut-6.12,silent-*,*-its,*-its-smmu*,"
              "refuse-few-*",
        repeats=BELOW,
        interrupts="ntb_epf",
    ),
}


def in_full():
    """The vendor that takes part in all tests."""
    return next(vendor for vendor in VENDORS.values() if not vendor.share)


def find(name):
    """The vendor called @name."""
    if name not in VENDORS:
        raise Failure(f"vendor {name!r} is unknown; known: {', '.join(sorted(VENDORS))}")
    return VENDORS[name]
