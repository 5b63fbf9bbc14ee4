# SPDX-License-Identifier: GPL-2.0-only
"""Entry point: list scenarios, say which kernels they need, run them."""

import argparse
import signal
import sys
from dataclasses import dataclass

from . import registry, vendors
from .errors import Failure
from .kernel import Kernel
from .runner import Runner

# The longest all scenarios together may take.
OVERALL_SECONDS = 3600


@dataclass(frozen=True)
class Environment:
    """What the command line prepared."""
    vendor: object
    kernels: dict


def parse_kernel(text):
    """NAME=FOLDER=INITRD"""
    parts = text.split("=")
    if len(parts) != 3:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=FOLDER=INITRD")
    return Kernel(*parts)


def arguments():
    parser = argparse.ArgumentParser(prog="tests.harness", description=__doc__)
    parser.add_argument("action", choices=("vendors", "list", "kernels", "run", "demo"))
    parser.add_argument("--vendor", default="switchtec")
    parser.add_argument("--select", default="", help="patterns of names, comma separated")
    parser.add_argument("--share", action="store_true",
                        help="only what the vendor takes part in when all are tested")
    parser.add_argument("--kernel", action="append", default=[], type=parse_kernel,
                        metavar="NAME=FOLDER=INITRD")
    parser.add_argument("--interrupts", type=int, default=64)
    parser.add_argument("--rings", type=int, default=20)
    parser.add_argument("--hosts", type=int, default=2)
    parser.add_argument("--mode", default="translated")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def end_on_signal(number, _frame):
    """Unwind, so that everything started is ended."""
    raise KeyboardInterrupt(f"signal {number}")


def main():
    args = arguments()
    if args.action == "vendors":
        print("\n".join(vendors.VENDORS))
        return 0
    signal.signal(signal.SIGTERM, end_on_signal)
    try:
        vendor = vendors.find(args.vendor)
    except Failure as error:
        print(error, file=sys.stderr)
        return 2
    environment = Environment(vendor, {kernel.name: kernel for kernel in args.kernel})
    if args.action == "demo":
        from .demo import demo
        return demo(environment, args)
    # Importing them registers them.
    from tests import scenarios
    scenarios.load()
    items = registry.select(vendor.name, vendor.kind, args.select,
                            vendor.share if args.share else "")
    if not items and not args.share:
        print(f"no test matches {args.select!r}", file=sys.stderr)
        return 2
    if args.action == "list":
        for item in items:
            print(registry.full_name(item, vendor.name))
        return 0
    if args.action == "kernels":
        for name in dict.fromkeys(name for item in items for name in item.needs()):
            print(name)
        return 0
    return 0 if Runner(environment).run(items, OVERALL_SECONDS) else 1


if __name__ == "__main__":
    sys.exit(main())
