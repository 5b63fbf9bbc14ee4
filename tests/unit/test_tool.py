# SPDX-License-Identifier: GPL-2.0-only
"""What ntb-irq makes of what others can bring about, without a machine."""

import errno
import subprocess

import pytest

SOURCES = "tools/ntb-irq"
FUNCTION = "0000:01:00.0"


@pytest.fixture(scope="module", name="program")
def fixture_program(tmp_path_factory):
    """Runs a file of the tool with what stands for the others in its tests; gives the lines."""
    folder = tmp_path_factory.mktemp("tool")

    def program(name, *words, options=()):
        path = folder / name
        if not path.exists():
            subprocess.run(["gcc", "-std=gnu11", "-Wall", "-Werror", "-D_GNU_SOURCE", "-idirafter",
                            "include/uapi", *options, "-o", str(path), f"{SOURCES}/{name}.c",
                            f"{SOURCES}/tests/{name}.c"], check=True)
        done = subprocess.run([str(path), *words], check=True, text=True, timeout=20,
                              stdout=subprocess.PIPE)
        return done.stdout.splitlines()
    return program


@pytest.fixture(name="klog")
def fixture_klog(program):
    """(error, why attaching was refused, advice, sentence about a peer, advice)."""
    def klog(*records):
        error, *rest = program("klog", FUNCTION, *records,
                               options=("-Dopen=fake_open", "-Dread=fake_read"))
        return int(error), *rest
    return klog


def record(sentence, priority=3, device=f"+pci:{FUNCTION}", function=FUNCTION):
    """As read() of /dev/kmsg gives it."""
    text = f"acme {function}: ntb_irq: {sentence}"
    escaped = "".join(c if " " <= c <= "~" and c != "\\" else f"\\x{ord(c):02x}" for c in text)
    dictionary = f" SUBSYSTEM=pci\n DEVICE={device}\n" if device else ""
    return f"{priority},100,200,-;{escaped}\n{dictionary}"


SILENT = "peer 0: no response for 10 s although the link is up"
FEW = "the function has 0 peers, supported are 1 to 64"
OTHER = "peer 0: incompatible: protocol version 2"


def test_sentences_of_the_function_are_found_with_their_advice(klog):
    error, refused, advice, peer, about_peer = klog(record(FEW), record(SILENT, priority=4))
    assert (error, refused, peer) == (0, FEW, SILENT)
    assert "Set up the bridge" in advice and "Load the modules" in about_peer


def test_the_last_one_counts_and_none_from_before_attaching(klog):
    assert klog(record(SILENT), record(OTHER))[3] == OTHER
    assert klog(record(FEW), record(SILENT), record("domain IR-NTB")) == (0, "", "", "", "")


FORGED = {
    "of-a-process": {"priority": 11},
    "of-a-process-with-device": {"priority": 8},
    "without-device": {"device": ""},
    "of-another-device": {"device": "+usb:1-1"},
    "of-another-function": {"device": "+pci:0000:01:00.1"},
    "of-a-longer-name": {"device": f"+pci:{FUNCTION}0"},
    "about-another-function": {"function": "0000:02:00.0"},
}


@pytest.mark.parametrize("kind", FORGED)
@pytest.mark.parametrize("forged", (OTHER, FEW, "domain IR-NTB"))
def test_what_others_log_is_not_taken(klog, kind, forged):
    assert klog(record(SILENT), record(forged, **FORGED[kind]))[1:4] == ("", "", SILENT)


def test_no_line_in_a_record_stands_for_its_dictionary(klog):
    forged = f"{OTHER}\n SUBSYSTEM=pci\n DEVICE=+pci:{FUNCTION}\n"
    assert klog(record(SILENT), record(forged, device=""))[3] == SILENT


def test_a_sentence_that_is_cut_keeps_its_advice(klog):
    _, _, _, peer, advice = klog(record(f"peer 0: {'x' * 900} incompatible: protocol version 2"))
    assert peer.startswith("peer 0: xxx") and len(peer) == 511 and "incompatible" not in peer
    assert "same version" in advice


def test_a_log_that_overruns_is_read_on(klog):
    steps = [f"errno {errno.EPIPE}", record(SILENT), f"errno {errno.EINTR}",
             f"errno {errno.EPIPE}", record(OTHER)]
    assert klog(*steps)[::3] == (0, OTHER)


def test_a_record_that_is_too_long_hides_no_other(klog):
    long = record("x" * 20000, priority=11)
    assert klog(record(SILENT), long, record(OTHER))[::3] == (0, OTHER)
    # One for which no room is ever enough ends the search, and not the program.
    assert klog(record(SILENT), *[f"errno {errno.EINVAL}"] * 100)[::3] == (errno.EINVAL, SILENT)


def test_a_log_that_is_not_to_be_read_says_why(klog):
    for error in (errno.EPERM, errno.EACCES, errno.ENOENT):
        assert klog(f"open {error}") == (error, "", "", "", "")


@pytest.fixture(name="peers")
def fixture_peers(program):
    def peers(*looks):
        return program("peers", *looks)
    return peers


def in_debugfs(*sessions):
    return "file " + "\n".join(f"peer: {number}\nsession: {session}\nunreachable: 0\nrejected: 0"
                               for number, session in enumerate(sessions)) + "\n"


def test_each_peer_is_looked_at(peers):
    assert peers("up", "up", "up", "none")[-1] == "all is well"
    assert peers(*[in_debugfs("up", "up")] * 4) == [
        "well: there is a session with peer 0", "well: there is a session with peer 1",
        "all is well"]
    assert peers("up", "up", "down", "down", "none") == [
        "well: there is a session with peer 0", "WRONG: there is no session with peer 1",
        "not well"]


@pytest.mark.parametrize("looks, after", (
    (("gone",), 0), (("up", "gone"), 0), (("down", "down", "gone"), 0), (("up", "up", "gone"), 1),
    (("up", "up", "down", "gone"), 1), (("up", "up", "up", "gone"), 2),
    ((in_debugfs("up", "up"), in_debugfs("up", "up"), "file ", "gone"), 1)))
def test_a_function_that_goes_is_not_well(peers, looks, after):
    assert peers(*looks)[-2:] == [
        f"WRONG: the function has gone after {after} of its peers were looked at", "not well"]


def test_without_device_and_debugfs_nothing_is_known(peers):
    assert peers("closed") == ["WRONG: the peers cannot be queried", "not well"]


@pytest.mark.parametrize("text, ms", (
    ("0", 0), ("0.0", 0), ("0.0004", 1), ("0.000000001", 1), ("1e-300", 1), ("0.001", 1),
    ("0.0011", 2), ("0.29", 290), ("2.3", 2300), ("1", 1000), ("86400", 86400000)))
def test_no_time_but_zero_is_none(program, text, ms):
    assert program("options", "--time", text) == [str(ms)]


@pytest.fixture(scope="module", name="tool")
def fixture_tool(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    subprocess.run(["make", "-s", "-C", SOURCES, f"O={folder}"], check=True)
    return str(folder / "ntb-irq")


HOSTILE = b"\x1b]0;x\x07\x1b[31mA\x9b1mB\xc2\x9b\x7f\nC\rD"


@pytest.mark.parametrize("words", (
    (HOSTILE,), (b"list", HOSTILE), (b"list", b"--" + HOSTILE), (b"ring", HOSTILE, b"0", b"0"),
    (b"ring", b"/" + HOSTILE, b"0", b"0"), (b"ring", b":" + HOSTILE, b"0", b"0"),
    (b"ring", b"/dev/null", HOSTILE, b"0"), (b"ring", b"x", b"0", HOSTILE),
    (b"wait", b"x", b"--timeout", HOSTILE), (b"wait", b"x", b"--count", HOSTILE),
    (b"ping", HOSTILE, b"0"), (b"doctor", HOSTILE)))
def test_nothing_that_is_printed_moves_a_terminal(tool, words):
    done = subprocess.run([tool, *words], check=False, timeout=20, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    assert done.returncode in (1, 2)
    assert done.stdout.endswith(b"\n") and done.stdout.count(b"\n") == 1
    assert all(32 <= byte < 127 for byte in done.stdout[:-1]), done.stdout
