# SPDX-License-Identifier: GPL-2.0-only
"""Entry point of what is run beside the tests: demo and bench."""

import argparse
import sys

from . import vendors
from .bench import bench
from .demo import demo
from .errors import Failure
from .kernel import Environment, parse_kernel

ACTIONS = {"demo": demo, "bench": bench}


def arguments():
    parser = argparse.ArgumentParser(prog="tests.harness", description=__doc__)
    parser.add_argument("action", choices=ACTIONS)
    parser.add_argument("--vendor", default=vendors.in_full().name)
    parser.add_argument("--kernel", required=True, metavar="NAME=FOLDER=INITRD")
    parser.add_argument("--interrupts", type=int, default=64)
    parser.add_argument("--rings", type=int, default=20)
    parser.add_argument("--hosts", type=int, default=2)
    parser.add_argument("--mode", default="translated")
    parser.add_argument("--parent", default="vt-d")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--reference", action="store_true",
                        help="what the bench finds is what later runs are held against")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def main():
    args = arguments()
    try:
        kernel = parse_kernel(args.kernel)
        environment = Environment(vendors.find(args.vendor), {kernel.name: kernel})
    except Failure as error:
        print(error, file=sys.stderr)
        return 2
    return ACTIONS[args.action](environment, args)


if __name__ == "__main__":
    sys.exit(main())
