# SPDX-License-Identifier: GPL-2.0-only
"""The table of hardware, and who reads it."""

import subprocess

import pytest

from tests.harness import parents, vendors
from tests.harness.errors import Failure
from tests.harness.pair import Boot


def demo(**settings):
    """(status, errors) of "make demo" with settings that it must refuse."""
    done = subprocess.run(["tests/demo"], capture_output=True, check=False, encoding="ascii",
                          env={"PATH": "/usr/bin:/bin", **settings})
    assert done.stdout == ""
    return done.returncode, done.stderr


def test_a_shell_reads_the_same():
    done = subprocess.run(["bash", "-c", ". tests/prepare; vendors"], capture_output=True,
                          check=True, encoding="ascii")
    assert done.stdout.splitlines() == [
        f"{name} {vendor.hosts}" for name, vendor in vendors.VENDORS.items()]


def test_one_is_tested_in_full():
    assert [vendor.share for vendor in vendors.VENDORS.values()].count("") == 1
    assert vendors.in_full().share == ""


def test_one_that_is_not_there():
    with pytest.raises(Failure, match="vendor 'none' is unknown; known: amd, "):
        vendors.find("none")


def test_the_demo_refuses_hardware_that_is_not_there():
    status, errors = demo(VENDOR="none")
    assert status == 2 and errors.startswith("demo: VENDOR=none is not one of: ")
    assert set(errors.split(": ")[2].split()) == set(vendors.VENDORS)


@pytest.mark.parametrize("name", vendors.VENDORS)
def test_the_demo_refuses_more_hosts_than_are_joined(name):
    most = vendors.find(name).hosts
    status, errors = demo(VENDOR=name, HOSTS=str(most + 1))
    assert (status, errors) == (2, f"demo: HOSTS={most + 1}: {name} joins two hosts\n" if most == 2
                                else f"demo: HOSTS={most + 1} is not a number from 2 to {most}\n")


def test_the_demo_refuses_parents_that_are_not_there():
    status, errors = demo(PARENT="none")
    assert status == 2 and errors.startswith("demo: PARENT=none is not one of: vt-d ")
    assert set(errors.split(": ")[2].split()) == set(parents.PARENTS) - {"noremap", "vt-d-nosid"}


def test_parents_that_are_not_there():
    with pytest.raises(Failure, match="parent 'none' is unknown; known: amd-vi, "):
        parents.find("none")


def test_the_other_qemu():
    for name in ("vt-d", "amd-vi"):
        usual, other = Boot(parent=name).behind, Boot(parent=name, other_qemu=True).behind
        assert {usual.qemu, other.qemu} == {parents.BUILT, parents.STOCK}


@pytest.mark.parametrize("parent, has", (("its", "arm64"), ("its-smmu", "arm64_smmu")))
def test_the_demo_knows_hardware_of_a_parent(parent, has):
    status, errors = demo(PARENT=parent, VENDOR="amd")
    assert status == 2
    assert errors.startswith(f"demo: PARENT={parent} VENDOR=amd is not one of: ")
    assert set(errors.split(": ")[2].split()) == {
        name for name, vendor in vendors.VENDORS.items() if getattr(vendor, has)}


@pytest.mark.parametrize("settings", ({"KERNEL": "debug-6.12"}, {"MODE": "translated"}))
def test_the_demo_refuses_what_a_parent_has_not(settings):
    ((name, value),) = settings.items()
    status, errors = demo(PARENT="its", VENDOR="epf", **settings)
    assert status == 2
    assert errors.startswith(f"demo: PARENT=its {name}={value} is not one of: ")
