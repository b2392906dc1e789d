# SPDX-License-Identifier: GPL-2.0
#
# `make help` says what there is. Kernels, packages and the VM are the business
# of the scripts in tools/; what they keep is outside the tree.

top := $(patsubst %/,%,$(dir $(abspath $(lastword $(MAKEFILE_LIST)))))
build := $(top)/build

# KERNEL is what tools/kernel takes; without it the running kernel if its headers
# are installed, else Debian 12's.
running := $(shell uname -r)
ifeq ($(KERNEL),)
KERNEL := $(if $(wildcard /lib/modules/$(running)/build/Makefile),$(running),6.1)
endif

# With KDIR neither a package nor /lib/modules is asked; KERNEL is the release then.
ifneq ($(KDIR),)
release := $(KERNEL)
kdir := $(KDIR)
# Looked up when first used, since it may mean a download.
else ifneq ($(wildcard /lib/modules/$(KERNEL)/build/Makefile),)
release := $(KERNEL)
kdir := /lib/modules/$(KERNEL)/build
else
release = $(eval release := $(or $(shell $(top)/tools/kernel release $(KERNEL)),$(error no kernel $(KERNEL))))$(release)
kdir = $(eval kdir := $(shell $(top)/tools/kernel build-dir $(KERNEL)))$(kdir)
endif

ifeq ($(MAKELEVEL)$(filter -j%,$(MAKEFLAGS)),0)
MAKEFLAGS += -j$(shell nproc)
endif

W ?= 1
WERROR ?= 1
TESTS ?= y
V ?= 0
quiet := $(if $(filter 1,$(V)),,@)

# Two at a time in one folder would not do. The instrumented kernels are programs.
arch := $(if $(filter uml uml-up,$(KERNEL)),ARCH=um)
# Other machines end the name of their kernels with Debian's name of them; here is what
# kbuild, uname and compilers call them.
machine_arm64 := arm64 aarch64 aarch64-linux-gnu-
machine_armmp := arm armv7l arm-linux-gnueabihf-
machine_s390x := s390 s390x s390x-linux-gnu-
machine := $(machine_$(lastword $(subst -, ,$(KERNEL))))
ifneq ($(machine),)
cross := $(if $(filter-out $(word 2,$(machine)),$(shell uname -m)),$(lastword $(machine)))
arch := ARCH=$(firstword $(machine)) $(if $(cross),CROSS_COMPILE=$(cross))
endif
kbuild = flock $(build)/$(release)/.lock $(MAKE) -C $(kdir) $(arch) M=$(build)/$(release) W=$(W) V=$(V) \
	GONET_WERROR=$(if $(filter 1,$(WERROR)),y) GONET_TESTS=$(TESTS) --no-print-directory

# Programs. Of other machines arm64 alone runs them: there they are in a folder of their own,
# which a test VM of that machine has in the place of build/, and are built with its Debian's
# libraries.
user := $(build)
tools_dirs := tools/gonet tools/preload tools/examples tools/bench selftests
user_programs := chronyd servers tc
ifeq ($(cross),$(lastword $(machine_arm64)))
user := $(build)/arm64
unpack_for := -a arm64
sysroot = $(eval sysroot := $(or $(shell $(top)/tools/unpack -n sysroot -a arm64 \
	$$($(top)/tools/packages --list arm64-unpacked)),$(error no libraries of arm64)))$(sysroot)
user_env = env PKG_CONFIG_SYSROOT_DIR=$(sysroot) \
	PKG_CONFIG_LIBDIR=$(sysroot)/usr/lib/$(cross:%-=%)/pkgconfig
user_cc = CC='$(cross)gcc --sysroot=$(sysroot)'
# what measures is for the machine that runs, and so are the servers and Debian's newer tc
tools_dirs := $(filter-out tools/bench,$(tools_dirs))
user_programs := chronyd
endif

.PHONY: all
all: module tools

.PHONY: module
module: module-tree
	+$(quiet)$(kbuild) modules

# The folders of the sources, and the file through which kbuild finds them.
.PHONY: module-tree
module-tree:
	@echo "  KERNEL  $(release)"
	@mkdir -p $(patsubst $(top)/module%,$(build)/$(release)%,\
		$(shell find $(top)/module -type d))
	@printf 'gonet-top := %s\ninclude $$(gonet-top)/Kbuild\n' $(top) \
		>$(build)/$(release)/Kbuild.new
	@cmp -s $(build)/$(release)/Kbuild.new $(build)/$(release)/Kbuild || \
		mv $(build)/$(release)/Kbuild.new $(build)/$(release)/Kbuild
	@rm -f $(build)/$(release)/Kbuild.new

.PHONY: sparse
sparse: module-tree
	+$(quiet)$(kbuild) C=2 modules

.PHONY: tools
tools: kselftest $(user_programs:%=$(user)/programs/%) $(tools_dirs)

$(filter selftests,$(tools_dirs)): kselftest

.PHONY: $(tools_dirs)
$(tools_dirs):
	$(quiet)mkdir -p $(user)/$@
	$(quiet)$(user_env) $(MAKE) -C $(top)/$@ O=$(user)/$@ $(user_cc) --no-print-directory

# kselftest's own helpers, for scripts and programs that run in the VM.
.PHONY: kselftest
kselftest: $(build)/kselftest/ktap_helpers.sh

$(build)/kselftest/ktap_helpers.sh:
	@mkdir -p $(@D)
	@source=$$($(top)/tools/kernel source)/tools/testing/selftests && \
		cp $$source/kselftest.h $$source/kselftest_harness.h \
			$$source/kselftest/*.sh $(@D)/ && touch $@

# For the tests. Its package, once installed, would set the machine's clock.
$(user)/programs/chronyd:
	@mkdir -p $(@D)
	@dir=$$($(top)/tools/unpack $(unpack_for) chrony) && cp $$dir/usr/sbin/chronyd $@

# Debian 12's does not know the seeds of newer kernels; the tests can do without.
$(user)/programs/tc:
	@mkdir -p $(@D)
	@if tc qdisc add dev lo root netem help 2>&1 | grep -q seed || \
	   ! dir=$$(. /etc/os-release && $(top)/tools/unpack -s $$VERSION_CODENAME-backports iproute2); then \
		! tc=$$(command -v tc) || ln -sfn $$tc $@; \
	else \
		ln -sfn $$dir/sbin/tc $@; \
	fi

# Other servers, unpacked as chronyd is: a link to the folder in which they are unpacked.
$(user)/programs/servers: $(top)/tools/packages
	@mkdir -p $(@D)
	@dir=$$($(top)/tools/unpack -n servers $$($(top)/tools/packages --list unpacked)) && \
		ln -sfn $$dir $@ && touch -h $@

# DESTDIR stands for /, PREFIX is for all but the module; TEST_MODULES=1 installs those, too.
export DESTDIR PREFIX TEST_MODULES

.PHONY: install
install: module tools/gonet tools/preload
	+@$(top)/tools/install install $(kbuild) modules_install

.PHONY: uninstall
uninstall:
	@$(top)/tools/install uninstall

.PHONY: dkms-source
dkms-source:
	@$(top)/tools/dkms/source "$(DESTDIR)"

.PHONY: demo
demo:
	+@$(top)/tools/demo

.PHONY: check
check:
	+@$(top)/tools/check

.PHONY: kunit
kunit:
	+@$(top)/tools/kunit

.PHONY: kcsan
kcsan:
	+@$(top)/tools/kcsan

.PHONY: soak
soak:
	+@$(top)/tools/soak

# Of the pure logic, in user space. Without libFuzzer's package the house's own fuzzer runs.
logic = $(MAKE) -C $(top)/selftests/logic O=$(build)/selftests/logic --no-print-directory
TIME ?= 600

.PHONY: fuzz coverage
fuzz:
	@$(top)/tools/packages fuzz || echo 'fuzz: without libFuzzer'
	+@$(logic) fuzz TIME=$(TIME)
coverage:
	+@$(logic) coverage

.PHONY: bench bench-quick
bench:
	+@$(top)/tools/bench/bench
bench-quick:
	+@$(top)/tools/bench/bench -q

.PHONY: lint
lint:
	+@$(top)/tools/lint

.PHONY: clean
clean:
	rm -rf $(build)

.PHONY: help
help:
	@echo 'make           the module and the user-space tools, under build/'
	@echo 'make module    gonet.ko and the test modules: build/RELEASE/'
	@echo 'make tools     what runs in user space: build/tools/, build/selftests/'
	@echo 'make demo      install what is missing, build, and show the stack in a VM'
	@echo 'make check     the same, and run every test'
	@echo 'make kunit     tests of what only the inside of a kernel reaches, on one that has'
	@echo '               KUnit, which is built when it is not there'
	@echo 'make kcsan     some tests on a kernel that looks for races, likewise'
	@echo 'make soak      the tests that take too long for that, and large numbers'
	@echo 'make fuzz      fuzz the pure logic, for TIME=600 seconds in all: each fuzzer has its'
	@echo '               share, and what one finds is in build/selftests/logic/found/'
	@echo 'make coverage  lines of the pure logic that its tests and fuzzers reach'
	@echo 'make bench     measure it beside other stacks: build/bench/report.md'
	@echo 'make bench-quick   the same in less than five minutes'
	@echo 'make lint      sparse, checkpatch, kernel-doc, shellcheck, man pages'
	@echo 'make install   the module, commands, manuals: DESTDIR=, PREFIX=/usr/local'
	@echo 'make uninstall     remove what that has installed'
	@echo 'make dkms-source   the source for dkms: DESTDIR/usr/src/gonet-VERSION'
	@echo 'make clean     remove build/'
	@echo
	@echo 'KERNEL=6.1     a Debian kernel (see tools/kernel), downloaded when it is'
	@echo '               not there; default: the running one if it has headers'
	@echo 'KDIR=FOLDER    build against this; KERNEL is its release then'
	@echo 'TESTS=n        without the test modules'
	@echo 'W=0 WERROR=0   without the additional warnings; warnings are no errors'
	@echo 'V=1            show the commands'
