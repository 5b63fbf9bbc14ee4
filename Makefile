# SPDX-License-Identifier: GPL-2.0-only
# Builds the modules against a kernel, and runs the tests. "make help" lists the targets.

KDIR ?= /lib/modules/$(shell uname -r)/build

# What .config says in a kernel tree. Anything can be given on the make line.
CONFIG_NTB_IRQ			?= m
CONFIG_NTB_IRQ_COMPAT		?= y
CONFIG_NTB_IRQ_SWITCHTEC	?= m
CONFIG_NTB_IRQ_TEST		?= m

# Modules are built in a copy of the sources when O_MOD says where, else in place.
O_MOD ?=
NTB_SYMVERS ?=

mod_configs := $(foreach c,NTB_IRQ NTB_IRQ_COMPAT NTB_IRQ_SWITCHTEC NTB_IRQ_TEST NTB_IRQ_KUNIT_TEST,\
	$(if $(CONFIG_$(c)),CONFIG_$(c)=$(CONFIG_$(c))))
mod_defines := $(foreach c,NTB_IRQ NTB_IRQ_COMPAT NTB_IRQ_SWITCHTEC NTB_IRQ_TEST,\
	$(if $(filter y,$(CONFIG_$(c))),-DCONFIG_$(c)=1)$(if $(filter m,$(CONFIG_$(c))),-DCONFIG_$(c)_MODULE=1))
mod_sources := Kbuild core vendors include tests/client
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

modules_install: modules
	+$(kbuild) modules_install

clean:
	+$(kbuild) clean
	rm -rf build

demo:
	@tests/demo

check:
	@tests/check

help:
	@echo 'demo             two virtual hosts ring each other: N= RINGS= VENDOR= HOSTS= KERNEL= MODE= JSON=1'
	@echo 'check            all tests, or those that match T=<pattern>'
	@echo 'modules          build the modules against KDIR= (default: the running kernel)'
	@echo 'modules_install  install them'
	@echo 'clean            remove what was built in this checkout'

.PHONY: all modules modules_install clean demo check help FORCE
FORCE:
