# SPDX-License-Identifier: GPL-2.0-only
#
# Prints a Kconfig file or a Makefile without everything that belongs to a setting that
# is not there yet. NAMES are the settings there are, between blanks.
#
# An item is a line that begins in the first column and the indented lines below it.
# Blank lines and comments above an item belong to it.

function there(name) {
	return index(" " names " ", " " name " ")
}

# Whether the item is left out, and what follows from that for later ones.
function left_out(name, object) {
	# The answer depends on the kernel, and a kernel tree has one answer only.
	if (item ~ /\$\(shell /)
		return 1
	if (item ~ /^(menu)?config /) {
		split(item, word)
		return !there(word[2])
	}
	if (!match(item, /CONFIG_[A-Z0-9_]+/))
		return word_of(item) in dropped
	name = substr(item, RSTART + 7, RLENGTH - 7)
	if (there(name))
		return 0
	object = item
	if (sub(/.*\+= */, "", object) && sub(/\.o\n$/, "", object))
		dropped[object "-y"] = 1
	return 1
}

function word_of(text, word) {
	split(text, word)
	return word[1]
}

# An "if" of Kconfig waits for something to enclose; an "ifdef" hides all it encloses.
function end_item() {
	if (item == "")
		return
	if (item ~ /^ifdef /) {
		hidden = left_out()
		if (!hidden)
			printf "%s%s", above, item
	} else if (item ~ /^endif/) {
		if (!hidden && waiting == "")
			printf "%s%s", above, item
		hidden = 0
		waiting = ""
	} else if (item ~ /^if /) {
		waiting = above item
	} else if (!hidden && !left_out()) {
		printf "%s%s%s", waiting, above, item
		waiting = ""
	}
	above = item = ""
}

NR == 1 { print; next }
/^[ \t]/ { item = item below $0 "\n"; below = ""; next }
/^$/ { below = below "\n"; next }
{
	if (/^#/ && below == "" && item == "") {
		above = above $0 "\n"
		next
	}
	end_item()
	above = above below
	below = ""
	if (/^#/)
		above = above $0 "\n"
	else
		item = $0 "\n"
}
END { end_item() }
