# SPDX-License-Identifier: GPL-2.0-only
"""Entry point: list scenarios, say which kernels they need, run them."""

import argparse
import os
import signal
import sys

from . import registry, runner, vendors
from .errors import Failure
from .kernel import Kernel

# The longest all scenarios together may take.
OVERALL_SECONDS = 3600


def parse_kernel(text):
    """NAME=FOLDER=INITRD"""
    parts = text.split("=")
    if len(parts) != 3:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=FOLDER=INITRD")
    return Kernel(*parts)


def arguments():
    parser = argparse.ArgumentParser(prog="tests.harness", description=__doc__)
    parser.add_argument("action", choices=("list", "kernels", "run", "demo", "bench"))
    parser.add_argument("--vendor", default="",
                        help="the only one; otherwise one in full and the share of the others")
    parser.add_argument("--select", default="", help="patterns of names, comma separated")
    parser.add_argument("--lanes", type=int, default=os.cpu_count(),
                        help="how many groups of scenarios run at the same time; one alone "
                        "fills two CPUs to two thirds")
    parser.add_argument("--kernel", action="append", default=[], type=parse_kernel,
                        metavar="NAME=FOLDER=INITRD")
    parser.add_argument("--interrupts", type=int, default=64)
    parser.add_argument("--rings", type=int, default=20)
    parser.add_argument("--hosts", type=int, default=2)
    parser.add_argument("--mode", default="translated")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--reference", action="store_true",
                        help="what the bench finds is what later runs are held against")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def end_on_signal(number, _frame):
    """Unwind, so that everything started is ended."""
    raise KeyboardInterrupt(f"signal {number}")


def choose(args):
    """The (vendor, scenario) pairs to run."""
    if args.vendor:
        vendor = vendors.find(args.vendor)
        return [(vendor, item) for item in registry.select(vendor, args.select)]
    return [(vendor, item) for vendor in vendors.VENDORS.values()
            for item in registry.select(vendor, args.select, vendor.share)]


def main():
    args = arguments()
    signal.signal(signal.SIGTERM, end_on_signal)
    kernels = {kernel.name: kernel for kernel in args.kernel}
    try:
        if args.action == "demo":
            from .demo import demo
            return demo(runner.Environment(vendors.find(args.vendor), kernels), args)
        if args.action == "bench":
            from .bench import bench
            return bench(runner.Environment(vendors.find(args.vendor), kernels), args)
        # Importing them registers them.
        from tests import scenarios
        scenarios.load()
        jobs = choose(args)
    except Failure as error:
        print(error, file=sys.stderr)
        return 2
    if not jobs:
        print(f"no test matches {args.select!r}", file=sys.stderr)
        return 2
    if args.action == "list":
        for vendor, item in jobs:
            print(registry.full_name(item, vendor.name))
        return 0
    if args.action == "kernels":
        for name in dict.fromkeys(name for _, item in jobs for name in item.needs()):
            print(name)
        return 0
    return 0 if runner.run(jobs, kernels, OVERALL_SECONDS, args.lanes) else 1


if __name__ == "__main__":
    sys.exit(main())
