# SPDX-License-Identifier: GPL-2.0-only
"""A picture of a run: what kernels, emulators and the fabric recorded, on one line of time."""
