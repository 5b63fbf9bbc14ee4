# SPDX-License-Identifier: GPL-2.0-only
# Builds the modules against a kernel, and runs the tests. "make help" lists the targets.

KDIR ?= /lib/modules/$(shell uname -r)/build

# What .config says in a kernel tree. Anything can be given on the make line,
# CONFIG_NTB_IRQ_KUNIT_TEST=m and CONFIG_NTB_IRQ_HOSTILE=m too.
mod_backends := $(shell echo $(basename $(notdir $(wildcard vendors/*.c))) | tr a-z A-Z)
mod_symbols := NTB_IRQ $(addprefix NTB_IRQ_,$(mod_backends)) NTB_IRQ_USER NTB_IRQ_TEST NTB_IRQ_BENCH
$(foreach s,$(mod_symbols),$(eval CONFIG_$(s) ?= m))
CONFIG_NTB_IRQ_COMPAT ?= y

# Modules are built in a copy of the sources when O_MOD says where, else in place.
O_MOD ?=
NTB_SYMVERS ?=

DEPMOD ?= depmod

mod_given := $(foreach s,$(mod_symbols) NTB_IRQ_COMPAT NTB_IRQ_KUNIT_TEST NTB_IRQ_LEGACY \
	       NTB_IRQ_HOSTILE,$(if $(CONFIG_$(s)),$(s)))
mod_configs := $(foreach s,$(mod_given),CONFIG_$(s)=$(CONFIG_$(s)))
mod_defines := $(foreach s,$(mod_given),-DCONFIG_$(s)$(if $(filter m,$(CONFIG_$(s))),_MODULE)=1)
mod_sources := Kbuild core vendors include $(wildcard clients tests/client tests/hostile tests/bench)
mod_dir := $(if $(O_MOD),$(abspath $(O_MOD))/tree,$(CURDIR))

kbuild = $(MAKE) -C $(KDIR) M=$(mod_dir) $(mod_configs) KCFLAGS="$(KCFLAGS) $(mod_defines)" \
	 KBUILD_EXTRA_SYMBOLS="$(NTB_SYMVERS)"

all: modules

modules: $(if $(O_MOD),$(O_MOD)/tree)
	+$(kbuild) modules
	$(if $(O_MOD),find $(mod_dir) -name '*.ko' -exec cp -t $(O_MOD) {} +)

ifneq ($(O_MOD),)
$(O_MOD)/tree: FORCE
	mkdir -p $@
	cp --parents --update --preserve=timestamps -r $(mod_sources) $@
endif

# A folder of their own is easy to remove. Kbuild leaves depmod out where there is no System.map,
# as in the headers of distributions.
modules_install: modules
	+$(kbuild) INSTALL_MOD_PATH=$(abspath $(INSTALL_MOD_PATH)) INSTALL_MOD_DIR=updates/ntb-irq \
		modules_install
	$(DEPMOD) $(if $(INSTALL_MOD_PATH),-b $(abspath $(INSTALL_MOD_PATH))) \
		$$(cat $(KDIR)/include/config/kernel.release)

clean:
	+$(kbuild) clean
	rm -rf build

demo:
	@tests/demo

check:
	@tests/check

soak:
	@tests/check soak

bench:
	@tests/bench/run

lint:
	@T=static/build,static/clang,static/style,static/lint- tests/check

deb:
	@scripts/env/deb

compile_commands.json: FORCE
	@scripts/env/compile-commands

htmldocs:
	@scripts/htmldocs

help:
	@echo 'demo             two virtual hosts ring each other: N= RINGS= VENDOR= HOSTS= KERNEL= PARENT= MODE= GDB=1 JSON=1'
	@echo 'check            the tests, or those that match T=<pattern>; VENDOR=<name> FRESH=1'
	@echo 'soak             all tests on all hardware, whatever passed before'
	@echo 'bench            what interrupts cost: ROUNDS= KERNEL= REFERENCE=1'
	@echo 'lint             the static checkers, which are a part of check'
	@echo 'deb              build the Debian packages, for DKMS and of the program, into build/deb'
	@echo 'compile_commands.json  how each file is compiled, for editors'
	@echo 'htmldocs         the manual, into build/htmldocs'
	@echo 'modules          build the modules against KDIR= (default: the running kernel)'
	@echo 'modules_install  install them, below INSTALL_MOD_PATH=, and run depmod'
	@echo 'clean            remove what was built in this checkout'

.PHONY: all modules modules_install clean demo check soak bench lint deb htmldocs help FORCE
FORCE:
