# SPDX-License-Identifier: GPL-2.0-only
"""The Debian packages: what DKMS makes of them, and that modules and program from them ring."""

import contextlib
import glob
import os
import re
import shutil

from tests.harness import rings, user
from tests.harness.errors import expect, expect_equal
from tests.harness.pair import MODULES, Boot
from tests.harness.scenario import scenario
from tests.harness.vendors import VENDORS
from tests.scenarios import tool
from tests.scenarios.static import must_pass, read, run

# What the package has of the checkout, and what its modules are built from.
SOURCES = ("Makefile", "Kbuild", "core", "vendors", "clients", "include", "tests/client",
           "packaging/dkms")
HARDWARE = sorted(os.path.splitext(name)[0].upper() for name in os.listdir("vendors")
                  if name.endswith(".c"))
# Always the same path, which ccache looks at; /tmp is this run's own.
PLACE = "/tmp/ntb-irq-package"
COUNT = 64
ROUNDS = 20


def test_rings(test, pair):
    """Nothing in the machines is of another origin: mainline's modules are the package's too."""
    with test.part("attach", fatal=True):
        clients = rings.insert(pair, COUNT)
    with test.part(f"{COUNT}-interrupts-{ROUNDS}-rings"):
        rings.run_exact(pair, clients, COUNT, ROUNDS)
    with test.part("unload"):
        rings.remove(pair)
    with test.part("program"):
        for host in pair.hosts:
            # Where it looks for the libraries that it is linked with.
            host.run(f"ln -sfn {MODULES} /lib && ln -sfn {MODULES} /lib64")
        user.insert(pair)
        pair.both(tool.well)
        tool.ping(pair)
    with test.part("unload-all"):
        pair.remove_all()


for _kernel in ("6.12", "7.2", "7.3"):
    scenario(f"package-{_kernel}", soak=_kernel != "6.12",
             boot=Boot(kernels=(f"dkms-{_kernel}",) * 2))(test_rings)


@contextlib.contextmanager
def new_folder(path):
    """A folder of that name while it is needed."""
    os.mkdir(path)
    try:
        yield path
    finally:
        shutil.rmtree(path)


class Headers:
    """A copy of a kernel's headers with another configuration."""

    def __init__(self, kernel, folder):
        self.folder = folder
        self.release = kernel.release
        origin = os.path.realpath(kernel.build)
        shutil.copytree(origin, folder, symlinks=True)
        # Links lead from there to other packages.
        for name in os.listdir(folder):
            if os.path.islink(f"{folder}/{name}"):
                os.unlink(f"{folder}/{name}")
                os.symlink(os.path.realpath(f"{origin}/{name}"), f"{folder}/{name}")
        with open(f"{folder}/Module.symvers", "a", encoding="ascii") as file:
            file.write(read(kernel.symvers))

    def set(self, options):
        """Have @options as they are given: by name y, m or n."""
        for path, line in ((".config", "CONFIG_{}={}\n"),
                           ("include/config/auto.conf", "CONFIG_{}={}\n"),
                           ("include/generated/autoconf.h", "#define CONFIG_{}{} 1\n")):
            path = os.path.join(self.folder, path)
            names = "|".join(options)
            text = re.sub(rf"^(?:# |#define )?CONFIG_(?:{names})(?:_MODULE)?\b.*\n", "", read(path),
                          flags=re.M) if os.path.exists(path) else ""
            for name, value in options.items():
                if value != "n":
                    text += line.format(name, ("_MODULE" if value == "m" else "")
                                        if path.endswith(".h") else value)
            with open(path, "w", encoding="ascii") as file:
                file.write(text)

    def build(self, test, name, source=""):
        """As DKMS does; return (status, output) of preparing it and the modules' folder."""
        folder = os.path.join(os.path.dirname(self.folder), name)
        must_pass(test, f"copy-{name}", ["mkdir", folder])
        must_pass(test, f"fill-{name}", ["cp", "-r", "--parents", *SOURCES, folder])
        prepare = ["env", "-C", folder, "packaging/dkms/prepare", self.release, self.folder, source]
        status, output = run(test, f"prepare-{name}", [word for word in prepare if word])
        if not status:
            must_pass(test, f"build-{name}", [
                "make", "-f", f"{folder}/packaging/dkms/Makefile", f"KDIR={self.folder}",
                f"-j{os.cpu_count()}"], 500)
        return status, output, f"{folder}/modules"


def ntb(test, kernel, *without, msi="y"):
    """The settings of a kernel that has NTB, by what is brought along for one that has not."""
    names = must_pass(test, "mainline", ["packaging/dkms/select", "mainline", kernel.build]).split()
    options = {name: "n" if name.removeprefix("NTB_") in without else "m" for name in names}
    return {**options, "NTB_MSI": msi}


def modules_in(folder):
    return {name[:-3] for name in os.listdir(folder) if name.endswith(".ko")}


def ours(*without):
    """The modules that are there with all hardware but some."""
    return {"ntb_irq", "ntb_irq_compat", "ntb_irq_test", "ntb_irq_user",
            *(f"ntb_irq_{name.lower()}" for name in HARDWARE if name not in without)}


def size_of_device(test, name, folder):
    """As the library was compiled."""
    output = must_pass(test, f"size-{name}", [
        "gdb", "-batch", "-nx", "-ex", "print sizeof(struct ntb_dev)", f"{folder}/ntb_irq.ko"])
    return int(re.search(r"^\$1 = (\d+)$", output, re.M)[1])


@scenario("package/configurations", kernels=("6.12",), seconds=1800,
          inputs=(*SOURCES, "tests/scenarios/static.py"))
def test_configurations(test):
    kernel = test.environment.kernels["6.12"]
    with new_folder(PLACE) as place:
        headers = Headers(kernel, f"{place}/headers")
        with test.part("without-NTB"):
            status, output, folder = headers.build(test, "brought", kernel.source)
            expect_equal(status, 0, f"status of preparing: {output}")
            expect_equal(modules_in(folder) - ours(), {"ntb"}.union(
                *(vendor.hardware for vendor in VENDORS.values())), "mainline's modules")
            brought = size_of_device(test, "brought", folder)
        with test.part("without-NTB-and-source"):
            status, output, _ = headers.build(test, "refused")
            series = ".".join(kernel.release.split(".")[:2])
            expect_equal(status, 1, "status of preparing")
            expect(output.rstrip().endswith(f"install linux-source-{series}"), output)
        with test.part("NTB-without-drivers"):
            headers.set(ntb(test, kernel, *HARDWARE))
            status, output, _ = headers.build(test, "driverless")
            expect_equal(status, 1, "status of preparing")
            expect("none of the drivers that have a backend: NTB_AMD" in output, output)
        with test.part("NTB-with-MSI"):
            headers.set(ntb(test, kernel))
            folder = headers.build(test, "msi")[2]
            expect_equal(modules_in(folder), ours(), "modules")
            expect_equal(size_of_device(test, "msi", folder), brought, "size of struct ntb_dev")
        with test.part("NTB-without-one-driver"):
            headers.set(ntb(test, kernel, "AMD"))
            folder = headers.build(test, "one-less")[2]
            expect_equal(modules_in(folder), ours("AMD"), "modules")
        with test.part("NTB-without-MSI"):
            headers.set(ntb(test, kernel, msi="n"))
            folder = headers.build(test, "no-msi")[2]
            expect_equal(modules_in(folder), ours(), "modules")
            size = size_of_device(test, "no-msi", folder)
            expect(size < brought, f"struct ntb_dev has {size} bytes without NTB_MSI, "
                   f"{brought} with it")


class Installed:
    """What scripts/env/installed has left for a kernel."""

    def __init__(self, kernel):
        self.folder = f"build/{kernel.name}"
        self.release = kernel.release
        self.log = read(f"{self.folder}/log")

    def run(self, test, name, lines):
        """(status, output) of shell lines in a new copy of the clean root."""
        root = read(f"{self.folder}/root").strip()
        return run(test, name, ["tests/clean-root", root, "bash", "-c", lines], 900)


def lintian(folder):
    """What it remarks on packages."""
    return re.findall(r"^[EW]: .*", read(f"{folder}/lintian.log"), re.M)


def chosen_modules(test, kernel):
    """Those that the kernel's configuration asks for."""
    return set(must_pass(test, "select", [
        "packaging/dkms/select", "modules", kernel.build]).split())


def sections(output):
    """{title: lines} of what shell lines have printed between lines of "== title"."""
    parts = re.split(r"^== (.*)\n", output, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2]))


@scenario("package/lifecycle-6.12", kernels=("dkms-6.12",), seconds=1800, soak=True)
def test_lifecycle(test):
    """Installed, found by udev, upgraded, removed."""
    kernel = test.environment.kernels["dkms-6.12"]
    installed = Installed(kernel)
    with test.part("lintian"):
        expect_equal(lintian("build/deb"), [], "remarks")
    with test.part("installed"):
        expect(installed.log.rstrip().endswith(": installed"), installed.log[-500:])
        expect_equal(modules_in(installed.folder), chosen_modules(test, kernel), "modules")
    with test.part("signed"):
        for name in sorted(modules_in(installed.folder)):
            signer = must_pass(test, "signer", [
                "modinfo", "-F", "signer", f"{installed.folder}/{name}.ko"])
            expect_equal(signer.strip(), "DKMS module signing key", f"signer of {name}")
    aliases = {name: must_pass(test, "alias", [
        "modinfo", "-F", "alias", f"{installed.folder}/{name}.ko"]).split()
        for name in (vendor.backend for vendor in VENDORS.values())}
    devices = {name: found[0].replace("*", "0") for name, found in aliases.items() if found}
    lines = ["dpkg -i build/deb/*.deb"]
    for name, device in devices.items():
        lines += [f"echo == found {name}",
                  f"modprobe -S {installed.release} --show-depends {device}"]
    lines += ["echo == upgrade", "dpkg -i build/deb-next/*.deb && dkms status",
              "echo == remove", "dpkg -r ntb-irq-dkms",
              "echo == left", "ls /var/lib/dkms /usr/src",
              f"find /lib/modules/{installed.release}/updates"]
    found = sections(installed.run(test, "lifecycle", "\n".join(lines))[1])
    for vendor in VENDORS.values():
        with test.part(f"found-by-its-PCI-id-{vendor.name}"):
            order = re.findall(r"/(\w+)\.ko", found[f"found {vendor.backend}"])
            for name in (*vendor.hardware, vendor.backend):
                expect(name in order, f"{name} is not among {order}")
            expect(order.index(vendor.hardware[-1]) < order.index(vendor.backend),
                   f"the hardware's driver does not come first: {order}")
    with test.part("upgraded"):
        line = rf"^ntb-irq/0\.1\.0\+next, {re.escape(installed.release)}, \w+: installed$"
        expect(re.search(line, found["upgrade"], re.M), found["upgrade"][-500:])
        expect("ntb-irq/0.1.0," not in found["upgrade"], "the older version is there still")
    with test.part("removed"):
        expect("linux-source" in found["left"], found["left"])
        expect(not re.search(r"\.ko|^ntb-irq", found["left"], re.M), found["left"])


@scenario("package/refused", kernels=("dkms-6.12",), seconds=600, soak=True)
def test_refused(test):
    """By DKMS, before anything is compiled, or by a sentence."""
    installed = Installed(test.environment.kernels["dkms-6.12"])
    found = sections(installed.run(test, "refused", f"""
        dpkg --unpack build/deb/*.deb
        dkms add ntb-irq/0.1.0
        mkdir /lib/modules/6.1.0-40-amd64
        ln -s ../{installed.release}/build /lib/modules/6.1.0-40-amd64/build
        echo == older
        dkms build ntb-irq/0.1.0 -k 6.1.0-40-amd64
        echo "status $?"
        rm /usr/src/linux-source-*
        echo == source
        dkms build ntb-irq/0.1.0 -k {installed.release}
        echo "status $?"
        cat /var/lib/dkms/ntb-irq/0.1.0/build/make.log
        """)[1])
    with test.part("older-kernel"):
        expect("BUILD_EXCLUSIVE" in found["older"], found["older"])
        expect("status 77" in found["older"], found["older"])
    with test.part("no-source"):
        expect(re.search(r"install linux-source-6\.12$", found["source"], re.M), found["source"])
        expect("status 0" not in found["source"], found["source"])


@scenario("package/other-kernels", kernels=("dkms-7.3", "dkms-7.2", "dkms-arm64-6.12"), seconds=300,
          soak=True)
def test_other_kernels(test):
    """What else Debian has is at least built."""
    for name in ("dkms-7.3", "dkms-7.2", "dkms-arm64-6.12"):
        kernel = test.environment.kernels[name]
        with test.part(name.removeprefix("dkms-")):
            expect_equal(modules_in(f"build/{name}"), chosen_modules(test, kernel), "modules")
            releases = {must_pass(test, "vermagic", [
                "modinfo", "-F", "vermagic", f"build/{name}/{module}.ko"]).split()[0]
                for module in modules_in(f"build/{name}")}
            expect_equal(releases, {kernel.release}, "releases they are built for")
    with test.part("program-arm64"):
        expect_equal(lintian("build/deb-arm64"), [], "remarks")
        folder = f"{test.folder}/program"
        package, = glob.glob("build/deb-arm64/ntb-irq_*_arm64.deb")
        must_pass(test, "unpack", ["dpkg-deb", "-x", package, folder])
        header = must_pass(test, "readelf", ["readelf", "-h", f"{folder}/usr/bin/ntb-irq"])
        expect(re.search(r"Machine: +AArch64", header), header)
