# SPDX-License-Identifier: GPL-2.0-only
"""Modules that are installed without DKMS: modprobe finds them, and what they need."""

import os
import re

from tests.harness.errors import expect, expect_equal
from tests.harness.scenario import scenario
from tests.harness.vendors import VENDORS
from tests.scenarios.package import SOURCES, Installed, chosen_modules, modules_in, sections
from tests.scenarios.static import MODULE_SOURCES, must_pass

# Always the same path, which ccache looks at; /tmp is this run's own.
PLACE = "/tmp/ntb-irq-install"
FOLDER = "updates/ntb-irq"


def expect_order(output, names):
    """modprobe would insert them in that order, whatever else comes between."""
    order = re.findall(r"/(\w+)\.ko", output)
    places = [order.index(name) if name in order else -1 for name in names]
    expect(-1 not in places and places == sorted(places), f"not {names} in this order: {order}")


def device(test, backend, folder):
    """A PCI device that the backend is for, as udev names it."""
    aliases = must_pass(test, "alias", ["modinfo", "-F", "alias", f"{folder}/{backend}.ko"])
    return aliases.split()[0].replace("*", "0")


@scenario("static/modules-install", kernels=("6.12",), seconds=1000,
          inputs=(*MODULE_SOURCES, "tests/scenarios/static.py", "tests/scenarios/package.py"))
def test_staged(test):
    """For a kernel that has NTB, into the root of another system."""
    kernel = test.environment.kernels["6.12"]
    root = f"{PLACE}/root"
    top = f"{root}/lib/modules/{kernel.release}"
    words = ["make", f"-j{os.cpu_count()}", f"KDIR={kernel.build}", f"O_MOD={PLACE}/build",
             f"NTB_SYMVERS={kernel.symvers}", *kernel.flags, "modules_install"]
    must_pass(test, "folders", ["mkdir", "-p", f"{top}/kernel"])
    must_pass(test, "kernel", ["cp", "-rL", f"{kernel.folder}/modules", f"{top}/kernel/ntb"])
    must_pass(test, "install", [*words, f"INSTALL_MOD_PATH={root}"], 900)
    with test.part("in-a-folder-of-their-own"):
        found = must_pass(test, "find", ["find", top, "-name", "ntb_irq*.ko*"]).split()
        places = {os.path.relpath(path, top).split("/ntb_irq")[0] for path in found}
        expect(places and all(place.startswith(FOLDER) for place in places), f"{places}")
        expect_equal({os.path.basename(path).split(".")[0] for path in found},
                     modules_in(f"{PLACE}/build"), "modules")
    for vendor in VENDORS.values():
        with test.part(f"found-by-its-PCI-id-{vendor.name}"):
            output = must_pass(test, "modprobe", [
                "modprobe", "-d", root, "-S", kernel.release, "--show-depends",
                device(test, vendor.backend, f"{PLACE}/build")])
            expect_order(output, [*vendor.hardware, vendor.backend])
            expect_order(output, ["ntb_irq_compat", "ntb_irq", vendor.backend])
    with test.part("without-depmod"):
        must_pass(test, "packed", [*words, f"INSTALL_MOD_PATH={PLACE}/packed", "DEPMOD=true"], 200)
        listed = os.listdir(f"{PLACE}/packed/lib/modules/{kernel.release}")
        expect_equal(listed, ["updates"], "what is there to be packed")


@scenario("package/modules-install-6.12", kernels=("dkms-6.12",), seconds=1200, soak=True)
def test_clean(test):
    """For a kernel that has no NTB, on a machine without DKMS, as the manual has it."""
    kernel = test.environment.kernels["dkms-6.12"]
    installed = Installed(kernel)
    built = f"build/{kernel.name}"
    makefile = f"make -f packaging/dkms/Makefile KDIR=/lib/modules/{kernel.release}/build"
    lines = f"""
        dpkg -P dkms
        mkdir /tmp/ntb-irq
        cp -r --parents {" ".join(SOURCES)} /tmp/ntb-irq
        cd /tmp/ntb-irq
        packaging/dkms/prepare {kernel.release} /lib/modules/{kernel.release}/build
        {makefile} -j{os.cpu_count()} && {makefile} modules_install
        echo == modules
        cd /lib/modules/{kernel.release}/{FOLDER} && find . -name '*.ko*'
        echo == user
        modprobe -S {kernel.release} --show-depends ntb_irq_user
        """
    for vendor in VENDORS.values():
        lines += f"""echo == {vendor.backend}
        modprobe -S {kernel.release} --show-depends {device(test, vendor.backend, built)}
        """
    lines += f"""rm -r /lib/modules/{kernel.release}/{FOLDER}
        depmod {kernel.release}
        echo == removed
        modprobe -S {kernel.release} --show-depends ntb_irq && echo it is there still
        """
    found = sections(installed.run(test, "install", lines)[1])
    with test.part("installed"):
        expect_equal(set(re.findall(r"/(\w+)\.ko", found["modules"])),
                     chosen_modules(test, kernel), "modules")
    with test.part("client-finds-the-library"):
        expect_order(found["user"], ["ntb", "ntb_irq_compat", "ntb_irq", "ntb_irq_user"])
    for vendor in VENDORS.values():
        with test.part(f"found-by-its-PCI-id-{vendor.name}"):
            expect_order(found[vendor.backend], [*vendor.hardware, vendor.backend])
    with test.part("removed"):
        expect("it is there still" not in found["removed"], found["removed"])
