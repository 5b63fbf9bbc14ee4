# SPDX-License-Identifier: GPL-2.0-only
"""The Debian package of the program: what it installs, whom its rule lets in, what it leaves."""

import re

from tests.harness.errors import expect, expect_equal, expect_in
from tests.harness.scenario import scenario
from tests.scenarios.package import Installed, sections

# All files but those that the system writes about itself.
LIST = """everything() {
    find / -xdev \\( -path /src -o -path /proc -o -path /run -o -path /tmp -o -path /var/lib/dpkg \\
        -o -path /var/log \\) -prune -o -print | sort
}
"""
# A device of ntb_irq_user as the kernel has it in sysfs, below an NTB device and a PCI function.
FUNCTION = "0000:01:00.0"
SYSFS = f"""mount -t tmpfs tmpfs /sys
mkdir -p /sys/bus/pci /sys/bus/ntb /sys/class/ntb_irq
pci=/sys/devices/pci0000:00/0000:00:01.0/{FUNCTION}
device=$pci/{FUNCTION}/ntb_irq/ntb_irq0
mkdir -p $device
ln -s /sys/bus/pci $pci/subsystem
ln -s /sys/bus/ntb $pci/{FUNCTION}/subsystem
ln -s /sys/class/ntb_irq $device/subsystem
touch $pci/uevent $pci/{FUNCTION}/uevent
printf '%s\\n' MAJOR=240 MINOR=0 DEVNAME=ntb_irq0 >$device/uevent
"""
RULES = "/usr/lib/udev/rules.d/60-ntb-irq.rules"
LINES = f"""{LIST}
everything >/tmp/before
dpkg -i build/deb/ntb-irq_*.deb
echo == package
dpkg-query -W -f '${{Version}}\\n' ntb-irq
echo == version
ntb-irq --version
echo == help
ntb-irq --help
echo == list
ntb-irq list --json && echo status $?
echo == doctor
ntb-irq doctor; echo status $?
echo == page
gzip -dc /usr/share/man/man1/ntb-irq.1.gz
echo == completion
. /usr/share/bash-completion/completions/ntb-irq
COMP_WORDS=(ntb-irq do) COMP_CWORD=1
_ntb_irq
echo "${{COMPREPLY[*]}}"
echo == group
getent group ntb-irq
echo == verify
udevadm verify {RULES}
echo "status $?"
{SYSFS}
echo == applied
SYSTEMD_DEVICE_VERIFY_SYSFS=0 udevadm test --action=add $device
umount /sys
echo == removed
dpkg -r ntb-irq >/dev/null && everything | diff /tmp/before - && echo nothing is left
"""


@scenario("package/program-6.12", kernels=("dkms-6.12",), seconds=300)
def test_program(test):
    """Installed, used and removed where nothing else of ours is."""
    installed = Installed(test.environment.kernels["dkms-6.12"])
    found = sections(installed.run(test, "program", LINES)[1])
    with test.part("runs"):
        expect_equal(found["version"].split(",")[0], f"ntb-irq {found['package'].strip()}",
                     "version of the program and of the package")
        expect_in("doctor", found["help"], "its help")
        expect_equal(found["list"].splitlines(), ['{"functions": []}', "status 0"], "list")
        expect_in("there is no NTB function", found["doctor"], "doctor")
        expect_in("status 1", found["doctor"], "status of doctor")
    with test.part("page-and-completion"):
        expect_in(".TH NTB-IRQ 1", found["page"], "manual page")
        expect_equal(found["completion"].strip(), "doctor", "what completes \"do\"")
    with test.part("group"):
        expect(re.fullmatch(r"ntb-irq:x:\d+:", found["group"].strip()), found["group"])
    with test.part("rule-is-read"):
        expect_in("status 0", found["verify"], "udevadm verify")
    with test.part("rule-lets-in-the-group-only"):
        applied = " ".join(found["applied"].split())
        expect_in("Device node group: ntb-irq (", applied, "its group")
        expect_in("Device node permission: 0660", applied, "its mode")
        expect_in(f"Device node symlinks: (priority=0) /dev/ntb_irq/{FUNCTION} ", applied,
                  "the name that stays")
        expect("Device node owner" not in applied, f"it has another owner: {applied[-300:]}")
    with test.part("removed"):
        expect_equal(found["removed"].strip(), "nothing is left", "after removing")
