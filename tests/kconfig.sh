# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Kconfig of a kernel tree that is built in. Sourced, never run; who sources it
# has a fail() that ends it.

# sync_config LOG: makes .config one that builds can take. It is what olddefconfig would
# come to, but the build need not ask the compiler again for all that Kconfig wants to
# know of it. Questions get the answer that is the default.
sync_config() {
	make -s syncconfig < <(yes "") >"$1" 2>&1 || fail "syncconfig: $(tail "$1")"
}
