# SPDX-License-Identifier: GPL-2.0-only
"""What scripts/migrate is made of."""
