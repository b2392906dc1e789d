# SPDX-License-Identifier: GPL-2.0
#
# This folder as tools/testing/selftests/gonet of a kernel's tree: each test is a
# program LAYER-NAME of kselftest's, which has ./run do it. Module, header and commands
# are those that are installed.

wrapper = $(subst /,-,$(basename $(1)))
# those that take long are built, and run by who asks for them
by_name := $(shell grep -lE '^. gonet:.*by-name' */*.sh)
usual := $(filter-out $(by_name),$(shell ./run -l))

TEST_GEN_PROGS := $(foreach t,$(usual),$(call wrapper,$(t)))
TEST_GEN_PROGS_EXTENDED := $(foreach t,$(by_name),$(call wrapper,$(t)))
TEST_GEN_FILES := build
TEST_FILES := run lib.sh ktap.awk reports reports.awk $(patsubst %/,%,$(sort $(dir $(wildcard */*.sh */*.py))))
include ../lib.mk

# O is also what kselftest gives to the makes that it runs, as another folder
override O := $(OUTPUT)/build/selftests
includes := $(KHDR_INCLUDES)

# What cannot be built here; the tests that want it say so.
compiles = $(shell $(CC) $(KHDR_INCLUDES) $(CFLAGS) -E -include $(1) -x c /dev/null \
	>/dev/null 2>&1 && echo y)
ifneq ($(call compiles,linux/gonet.h),y)
$(warning no linux/gonet.h, so no programs: install GoNet, or set USERCFLAGS=-IFOLDER)
left_out := %
else ifneq ($(call compiles,liburing.h),y)
$(warning no liburing.h, so no socket/uring)
left_out := %/uring
endif

# $(1): a test
define wrap
$$(OUTPUT)/$(call wrapper,$(1)):
	$$(Q)printf '#!/bin/sh\ncd "$$$$(dirname "$$$$0")" && exec ./run -k "$$$$@" %s\n' $(1) >$$@
	$$(Q)chmod +x $$@
endef
$(foreach t,$(usual) $(by_name),$(eval $(call wrap,$(t))))

# The tests run beside what is built. Kernels before 6.9 have no helpers.
helpers := $(firstword $(wildcard ../kselftest/ktap_helpers.sh) ktap_helpers.sh)

.PHONY: $(OUTPUT)/build
$(OUTPUT)/build: programs
	$(Q)mkdir -p $@/kselftest
	$(Q)cp $(helpers) $@/kselftest/
	$(Q)[ . -ef $(OUTPUT) ] || cp -R $(TEST_FILES) settings $(OUTPUT)/
