# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Kernel trees that are built in. Sourced, never run; who sources it has a fail() that
# ends it.

# mount_copy TREE FOLDER: FOLDER/tree is a copy of a kernel tree that can be written to.
mount_copy() {
	mkdir "$2/upper" "$2/overlay" "$2/tree"
	mount -t overlay -o "lowerdir=$(readlink -f "$1"),upperdir=$2/upper,workdir=$2/overlay" \
		overlay "$2/tree"
}

# sync_config LOG: makes .config one that builds can take. It is what olddefconfig would
# come to, but the build need not ask the compiler again for all that Kconfig wants to
# know of it. Questions get the answer that is the default.
sync_config() {
	make -s syncconfig < <(yes "") >"$1" 2>&1 || fail "syncconfig: $(tail "$1")"
}
