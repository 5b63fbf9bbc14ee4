# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034 # used by the scripts that source this
#
# What both kinds of kernel share. Runs in the root; sourced, never run.

# Parts of the source that the headers package lacks and others want to read.
source_parts=(drivers/ntb drivers/pci/switch drivers/net/ntb_netdev.c drivers/pci/msi
	drivers/net/Kconfig kernel/irq scripts tools/testing/selftests/ntb tools/lib
	Documentation/driver-api/ntb.rst)

# unpack_source DEB-FOLDER DIR [TAR-ARG...]: Debian's patched source, or only
# the members that tar's arguments name.
unpack_source() {
	local deb=$1 dir=$2
	shift 2
	mkdir -p "$dir"
	dpkg-deb --fsys-tarfile "$deb"/linux-source-*.deb |
		tar -xO --wildcards './usr/src/linux-source-*.tar.xz' |
		xz -dc -T0 |
		tar -x -C "$dir" --strip-components=1 "$@"
}

# ntb_modules SOURCE: mainline's NTB drivers and clients, by all that its Kconfig files
# have as a possible module. NTB_MSI is none: it changes what ntb.ko contains and the
# layout of struct ntb_dev.
ntb_modules() {
	(cd "$1" && find drivers/ntb drivers/pci/switch drivers/net/Kconfig -name Kconfig -exec cat {} +) |
		awk '/^(menu)?config / { name = $2 }
			/^[ \t]*(def_)?tristate/ && name ~ /^(NTB|PCI_SW)(_|$)/ { print name }' |
		LC_ALL=C sort -u
}

# ko_files DIR: the modules built below DIR.
ko_files() {
	find "$1" -name '*.ko' | sort
}
