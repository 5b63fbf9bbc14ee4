# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Functions shared by the scripts of this folder. Sourced, never run.

set -euo pipefail

# A caller may have closed standard input.
[ -e /proc/self/fd/0 ] || exec </dev/null

env_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
src_dir=$(cd "$env_dir/../.." && pwd -P)
cache_dir=${NTB_IRQ_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/ntb-irq}
mkdir -p "$cache_dir/locks" "$cache_dir/logs"
cache_dir=$(cd "$cache_dir" && pwd -P)

# shellcheck disable=SC2034 # used by the scripts that source this
suite=trixie
# shellcheck disable=SC2034
backports=$suite-backports

say() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
}

die() {
	say "$*"
	exit 1
}

usage() {
	printf 'usage: %s\n' "$*" >&2
	exit 2
}

need_root() {
	[ "$(id -u)" = 0 ] || die "must run as root: it makes namespaces and mounts"
}

host_codename() {
	sed -n 's/^VERSION_CODENAME="*\([^"]*\)"*$/\1/p' /etc/os-release
}

# key_of FILE|STRING...: a short name for this set of inputs.
key_of() {
	local input
	for input; do
		if [ -f "$input" ]; then
			cat "$input"
		else
			printf '%s\n' "$input"
		fi
	done | sha256sum | cut -c1-12
}

# lock NAME: held until unlock or the end of the script.
lock() {
	exec {lock_fd}>"$cache_dir/locks/$1"
	flock --nonblock "$lock_fd" && return
	say "waiting for another run that makes $1"
	flock "$lock_fd"
}

unlock() {
	exec {lock_fd}>&-
}

# A line every few seconds, so that a long step never looks dead. Bash's own
# read waits, since an orphaned sleep would keep our standard error open.
heartbeat() {
	local text=$1 fd
	exec {fd}<> <(:)
	while kill -0 "$$" 2>/dev/null; do
		read -r -t 10 -u "$fd" || :
		say "$text ... $((SECONDS - step_start)) s"
	done
}

# step TEXT CMD...: runs CMD with its output in a log; shows progress, and the
# end of the log when CMD fails.
step() {
	local text=$1 log rc=0
	shift
	log=$(mktemp "$cache_dir/logs/${0##*/}.XXXXXX")
	step_start=$SECONDS
	say "$text"
	heartbeat "$text" >/dev/null &
	beat=$!
	trap 'kill "$beat" 2>/dev/null' EXIT
	"$@" >"$log" 2>&1 || rc=$?
	trap - EXIT
	kill "$beat" 2>/dev/null || :
	wait "$beat" 2>/dev/null || :
	if [ "$rc" != 0 ]; then
		tail -n 40 "$log" >&2
		die "$text: failed with exit code $rc (whole log: $log)"
	fi
	rm -f "$log"
	say "$text: done in $((SECONDS - step_start)) s"
}

# in_namespaces NET CMD...: runs CMD in mount and pid namespaces of its own,
# and without a network unless NET is 1. A signal to the caller, or its death,
# ends everything inside.
in_namespaces() {
	local net=$1 child rc
	local -a flags=(--mount --pid --fork --kill-child)
	shift
	[ "$net" = 1 ] || flags+=(--net)

	# A background job of a script ignores SIGINT; programs inside must not.
	env --default-signal=INT,QUIT setpriv --pdeathsig KILL \
		unshare "${flags[@]}" -- "$@" <&0 &
	child=$!
	trap 'kill -KILL "$child" 2>/dev/null; exit 143' TERM HUP
	trap 'kill -KILL "$child" 2>/dev/null; exit 130' INT
	rc=0
	wait "$child" || rc=$?
	trap - TERM HUP INT
	return "$rc"
}

# cross_root KERNEL: one of another architecture is built for in a root with its compiler.
cross_root() {
	case $1 in
	arm64-*) export NTB_IRQ_ROOT=arm64 ;;
	esac
}

# in_root ROOT NET CMD...: runs CMD in the given root.
in_root() {
	local root=$1 net=$2
	shift 2
	in_namespaces "$net" bash "$env_dir/enter" "$root" "$src_dir" "$cache_dir" "$net" "$@"
}
