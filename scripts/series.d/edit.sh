# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Changes to files of a kernel that end the script when what they look for is
# not there, or not as often as expected. Sourced, never run.

lost() {
	echo "${0##*/}: $1: cannot find $2" >&2
	exit 1
}

# replace FILE OLD NEW: OLD is text, and must be there exactly once.
replace() {
	OLD=$2 NEW=$3 perl -0pi -e '
		BEGIN { $bad = 0 }
		my $count = () = /\Q$ENV{OLD}\E/g;
		$bad = 1 if $count != 1;
		s/\Q$ENV{OLD}\E/$ENV{NEW}/ if !$bad;
		END { $? = 1 if $bad }' "$1" || lost "$1" "exactly one ${2@Q}"
}

# append_line FILE REGEX LINE: behind the one line that matches.
append_line() {
	LINE=$3 awk -v regex="$2" '
		{ print }
		$0 ~ regex { print ENVIRON["LINE"]; found++ }
		END { exit found != 1 }' "$1" >"$1.new" || lost "$1" "exactly one line like $2"
	cat "$1.new" >"$1"
	rm "$1.new"
}

# delete_line FILE REGEX: the one line that matches.
delete_line() {
	awk -v regex="$2" '
		$0 ~ regex { found++; next }
		{ print }
		END { exit found != 1 }' "$1" >"$1.new" || lost "$1" "exactly one line like $2"
	cat "$1.new" >"$1"
	rm "$1.new"
}

# export_function FILE NAME: to modules, unless it is.
export_function() {
	grep -q "^EXPORT_SYMBOL_GPL($2);" "$1" && return
	awk -v name="$2" '
		/^[a-z]/ && $0 ~ "[ *]" name "[(]" && !/;$/ { inside = 1 }
		{ print }
		inside && /^}/ { print "EXPORT_SYMBOL_GPL(" name ");"; inside = 0; found++ }
		END { exit found != 1 }' "$1" >"$1.new" || lost "$1" "the function $2()"
	cat "$1.new" >"$1"
	rm "$1.new"
}

# settings NAMES: of a Kconfig file those named, with the comment before them.
settings() {
	awk -v names=" $1 " '
		function done() {
			if (keep)
				printf "%s%s", first++ ? "\n" : "", text
			text = blank = ""
			keep = 0
		}
		NR == 1 { print; next }
		/^$/ { blank = "\n"; next }
		blank != "" && /^(#|config )/ { done() }
		/^config / { keep = index(names, " " $2 " ") }
		{ text = text blank $0 "\n"; blank = "" }
		END { done() }'
}

# build_lines NAMES: of a Kbuild file the lines that belong to no setting, or to
# one of those named.
build_lines() {
	awk -v names=" $1 " '
		match($0, /CONFIG_[A-Z0-9_]+/) {
			name = substr($0, RSTART + 7, RLENGTH - 7)
			gone = !index(names, " " name " ")
			object = $0
			if (sub(/.*\+= */, "", object) && sub(/\.o$/, "", object))
				drop[object "-y"] = gone
		}
		!/CONFIG_/ && $1 in drop { gone = drop[$1] }
		/^$/ { blank = "\n"; next }
		!gone { printf "%s%s\n", blank, $0; blank = "" }
		{ gone = gone && /\\$/ }'
}

# The section of MAINTAINERS, which is sorted by name.
maintain_section() {
	append_after_section MAINTAINERS "NTB INTEL DRIVER" \
		$'NTB INTERRUPT DOMAINS\nL:\tntb@lists.linux.dev\nS:\tMaintained\n'
}

append_after_section() {
	SECTION=$3 awk -v title="$2" '
		$0 == title { inside = 1 }
		{ print }
		inside && /^$/ { print ENVIRON["SECTION"]; inside = 0; found++ }
		END { exit found != 1 }' "$1" >"$1.new" || lost "$1" "the section $2"
	cat "$1.new" >"$1"
	rm "$1.new"
}

# maintain_file PATTERN: one more of our files, in order.
maintain_file() {
	LC_ALL=C awk -v pattern="$1" '
		$0 == "NTB INTERRUPT DOMAINS" { inside = 1 }
		inside && !added && (/^$/ || (/^F:/ && $2 > pattern)) {
			print "F:\t" pattern
			added = 1
		}
		/^$/ { inside = 0 }
		{ print }
		END { exit !added }' MAINTAINERS >MAINTAINERS.new ||
		lost MAINTAINERS "the section NTB INTERRUPT DOMAINS"
	cat MAINTAINERS.new >MAINTAINERS
	rm MAINTAINERS.new
}
