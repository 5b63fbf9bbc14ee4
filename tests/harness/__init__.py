# SPDX-License-Identifier: GPL-2.0-only
"""Boots pairs of virtual machines joined by the fabric and judges what they do."""
