# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034 # used by the scripts that source this
#
# apt for packages of any architecture. Runs in the root; sourced, never run.

# apt_for ARCH: sets the options with which apt knows packages of that architecture too.
# The root's own lists and cache stay as they are.
apt_for() {
	local own=/cache/apt/$1
	apt_options=(-q)
	[ "$1" != "$(dpkg --print-architecture)" ] || return 0
	mkdir -p "$own/lists/partial"
	apt_options+=(-o "APT::Architectures::=$(dpkg --print-architecture)" -o "APT::Architectures::=$1"
		-o "Dir::State::lists=$own/lists" -o Dir::Cache::srcpkgcache= -o Dir::Cache::pkgcache=)
}
