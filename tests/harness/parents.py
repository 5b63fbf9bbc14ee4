# SPDX-License-Identifier: GPL-2.0-only
"""The interrupt parents of machines; the only place that names one."""

from dataclasses import dataclass

from .errors import Failure

# QEMU as scripts/env/qemu builds it, and that of Debian's package.
BUILT = "build/qemu/bin/"
STOCK = ""

# A kernel identifies its CPU, and for a moment has no feature bits. KASAN then takes the
# addresses of five-level paging for wild ones.
X86 = dict(program="qemu-system-x86_64", cpu="max,la57=off", console="ttyS0",
           machine="q35,kernel-irqchip=split",
           # The timer check, and those of the clock, measure time that a busy host does
           # not always give.
           options="no_timer_check tsc=reliable",
           # Where the architecture has its interrupt messages.
           region=range(0xFEE00000, 0xFEF00000))
VT_D = dict(X86, options=f"{X86['options']} intel_iommu=on iommu.passthrough=0",
            devices=("intel-iommu,intremap=on,caching-mode=on",), domain="INTEL-IR-",
            index_shift=5, index_mask=0x7FFF,
            foreign=(r"DMAR:.*fault reason 0x2[26]", r"DMAR: DRHD: handling fault"))
# The ITS has its registers from 0x8080000 on, and 64 KiB behind them a frame with nothing
# but the word to which messages go. Of the CPUs the first is the quickest to emulate.
ARM64 = dict(program="qemu-system-aarch64", cpu="cortex-a57", console="ttyAMA0",
             options="", region=range(0x8090000, 0x8091000), kernels="arm64-",
             domain=":intc@8000000:its@8080000", translates=False, refuses=False,
             sized_once=True)


@dataclass(frozen=True)
class Parent:
    """A kind of machine, by what its functions' interrupts pass through."""
    name: str
    program: str
    machine: str
    cpu: str
    console: str
    # What is added to the kernel's command line.
    options: str
    # The bus addresses of interrupt messages; None where the kernel chooses them.
    region: range
    # Beginning of the name of its domain, as attaching logs it.
    domain: str = ""
    devices: tuple = ()
    # Where QEMU comes from: for most it must know whose a message is.
    qemu: str = BUILT
    # Prefix of the names of the kernels it boots.
    kernels: str = ""
    # Whether 00:14.0 must be what kernels expect beside an AMD IO-APIC.
    south_bridge: bool = False
    # Bits of the address at which the index of an interrupt is; else it is the word written.
    index_shift: int = None
    index_mask: int = 0
    # Whether it refuses messages that are not the function's; else they get lost.
    refuses: bool = True
    # Whether the kernel can be asked for the other mode once it has booted.
    translates: bool = True
    # What differs where DMA is translated and that is decided at boot.
    translated: tuple = ()
    # Whether it gives a function as many interrupts as it first asks for, and no more.
    sized_once: bool = False
    # Kernel log lines that a message which is not the function's own provokes.
    foreign: tuple = ()

    def bend(self, message, index):
        """The fault that makes of @message, (address, data), that of interrupt @index."""
        address, data = message
        if self.index_shift is None:
            return "data-xor", data ^ index
        index ^= address >> self.index_shift & self.index_mask
        return "addr-xor", index << self.index_shift


# tests/demo has the names as well.
PARENTS = {parent.name: parent for parent in (
    Parent("vt-d", **VT_D, qemu=STOCK),
    # It remaps, and does not ask for whom.
    Parent("vt-d-nosid", **{**VT_D, "options": f"{VT_D['options']} intremap=on,nosid"}),
    Parent("noremap", **X86, domain="VECTOR", qemu=STOCK),
    Parent("amd-vi", **{**X86, "options": f"{X86['options']} iommu.passthrough=0"},
           devices=("amd-iommu,intremap=on,xtsup=on,dma-remap=on",), domain="AMD-IR-",
           south_bridge=True),
    Parent("its", **ARM64, machine="virt,gic-version=3,its=on"),
    Parent("its-smmu", **{**ARM64, "options": "iommu.passthrough=1"},
           machine="virt,gic-version=3,its=on,iommu=smmuv3",
           translated=(("options", "iommu.passthrough=0"), ("region", None))),
)}


def find(name):
    """The parent called @name."""
    if name not in PARENTS:
        raise Failure(f"parent {name!r} is unknown; known: {', '.join(sorted(PARENTS))}")
    return PARENTS[name]
