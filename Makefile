# Nightbridge. `make help` lists what there is to do.
# Everything built stands under build/<variant>; a variant is release, debug, asan or ubsan.
# A folder joins what is built by having files: nothing is listed here.

VARIANT ?= release
BUILD   ?= build
out     := $(BUILD)/$(VARIANT)
gen     := $(out)/gen
CC      := gcc
# One short line a step; V=1 shows the commands.
say      = $(if $(V),,@echo '  $(@:$(out)/%=%)' && )

# Compiling takes every core, unless the caller says how many.
parallel = $(MAKE) --no-print-directory $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SECONDARY:

warnings := -Wall -Wextra -Wformat=2 -Wconversion -Wsign-conversion -Wshadow -Wvla -Wswitch-enum \
    -Wstrict-prototypes -Wcast-qual -Wnull-dereference -Wlogical-op -Werror
hardening := -fstack-clash-protection -fstack-protector-strong -ftrivial-auto-var-init=zero \
    -fno-strict-aliasing -fno-strict-overflow
# Branch tracking is a feature of one architecture.
ifeq ($(shell uname -m),x86_64)
hardening += -fcf-protection=full
endif

ifeq ($(VARIANT),release)
variant_flags := -O2 -g -D_FORTIFY_SOURCE=3
else ifeq ($(VARIANT),debug)
variant_flags := -Og -g3
else ifeq ($(VARIANT),asan)
variant_flags := -O1 -g -fsanitize=address -fno-omit-frame-pointer
else ifeq ($(VARIANT),ubsan)
# The sanitizer's own code confuses this warning.
variant_flags := -O1 -g -fsanitize=undefined -fno-sanitize-recover=undefined -Wno-null-dereference \
    -DNB_SANITIZE_UNDEFINED
else
$(error VARIANT is release, debug, asan or ubsan, not "$(VARIANT)")
endif

CFLAGS  := -std=c17 -D_GNU_SOURCE -I. -I$(out) $(shell pkg-config --cflags libpq libxml-2.0 2>/dev/null) \
    $(warnings) $(hardening) $(variant_flags) -ffunction-sections -fdata-sections
LDFLAGS := -pie -Wl,-z,relro,-z,now,-z,noexecstack -Wl,--as-needed

LIBS      := -lpq -lmicrohttpd -lcurl -ljansson -lxml2 -lsodium -lconfuse -lseccomp -lev -lm
# A plugin host that could speak to a database or the network would not link.
HOST_LIBS := -ljansson -lseccomp -lsodium -lev -lm

find = $(sort $(shell find $(1) -name '*.c' 2>/dev/null))
objects = $(patsubst %.c,$(out)/%.o,$(1))

mains           := core/nightbridged.c core/nightbridge.c core/nightbridge_plugin_host.c
core_sources    := $(filter-out $(mains),$(call find,core))
kit_sources     := $(call find,plugins/kit)
plugin_names    := $(filter-out kit,$(sort $(patsubst plugins/%/,%,$(dir $(wildcard plugins/*/*.c)))))
unit_sources    := $(call find,tests/unit)
plugin_tests    := $(call find,tests/plugins)
integration     := $(call find,tests/integration)
gateway_sources := $(wildcard tests/support/rehearsal/*.c)
test_plugin_names := $(sort $(patsubst tests/support/plugins/%/,%,$(dir $(wildcard tests/support/plugins/*/*.c))))
support_sources := $(filter-out $(gateway_sources) tests/support/plugins/%,$(call find,tests/support))
bench_sources   := $(wildcard tests/bench/*.c)
fault_sources   := $(wildcard tests/faults/*.c)

library := $(out)/libnightbridge.a
kit     := $(out)/libkit.a
support := $(out)/libtestsupport.a

# An executable is built as soon as its main file exists.
programs := $(if $(wildcard core/nightbridged.c),$(out)/nightbridged) \
    $(if $(wildcard core/nightbridge.c),$(out)/nightbridge) \
    $(if $(wildcard core/nightbridge_plugin_host.c),$(out)/nightbridge-plugin-host)
plugins  := $(plugin_names:%=$(out)/plugins/%.so)
# Plugins that exist to be contained or refused; they are never installed.
test_plugins := $(test_plugin_names:%=$(out)/test-plugins/%.so)
runners  := $(if $(unit_sources),$(out)/unit-tests) $(if $(plugin_tests),$(out)/plugin-tests) \
    $(if $(integration),$(out)/integration-tests)
gateway  := $(if $(gateway_sources),$(out)/rehearsal-gateway)
faults   := $(if $(fault_sources),$(out)/faults-driver)
benches  := $(bench_sources:tests/bench/%.c=$(out)/bench/%)

.PHONY: help
help: ## list what there is to do
	@grep -hE '^[a-z-]+:.*## ' $(firstword $(MAKEFILE_LIST)) | sed 's/:.*## /\t/' | expand -t 18

.PHONY: bootstrap
bootstrap:
	@scripts/bootstrap

.PHONY: build
build: $(programs) $(out)/nightbridge.1 $(plugins) $(test_plugins) $(gateway) $(runners) $(faults) ## compile everything (VARIANT=release|debug|asan|ubsan)

.PHONY: demo
demo: bootstrap ## play the main job on a private database, and stop again
	@+$(parallel) build
	@scripts/demo/run $(out)

.PHONY: run
run: bootstrap ## the same set-up, with the API on 127.0.0.1:8080 until Ctrl-C
	@+$(parallel) build
	@scripts/run $(out)

.PHONY: test
test: bootstrap ## install what is missing, build, run every test
	@+$(parallel) build
	@scripts/run-tests $(out)

unit_needs := $(plugins) $(test_plugins) $(filter %/nightbridge-plugin-host,$(programs)) \
    $(filter %/unit-tests %/plugin-tests,$(runners))
.PHONY: test-unit
test-unit: $(unit_needs) ## run the C tests that need no database
	@scripts/run-tests $(out) unit plugins

.PHONY: test-sql
test-sql: $(filter %/nightbridge,$(programs)) ## run the SQL specs on a private PostgreSQL
	@scripts/run-tests $(out) sql

.PHONY: test-integration
test-integration: build ## run the tests that need PostgreSQL, the daemon and the rehearsal gateway
	@scripts/run-tests $(out) integration

.PHONY: check
check: $(filter %/nightbridge,$(programs)) ## formatting, names, include arrows, banned calls, static analysis, SQL
	@scripts/bootstrap check
	@scripts/check-format
	@scripts/check-names
	@scripts/check-arrows
	@scripts/check-banned
	@scripts/check-analysis -I$(out)
	@scripts/check-sql

.PHONY: sanitize
sanitize: ## build daemon and tests with ASan, then UBSan, and run them
	@+$(parallel) VARIANT=asan build
	@scripts/run-tests $(BUILD)/asan unit plugins integration
	@+$(parallel) VARIANT=ubsan build
	@scripts/run-tests $(BUILD)/ubsan unit plugins

.PHONY: faults
faults: build ## the full fault campaign: kill, stop, delay, lose
	@tests/faults/run $(out)

.PHONY: bench
bench: $(benches) ## measure speed against what stands beside it; every line ends in ok or short
	@scripts/bootstrap bench
	@+$(parallel) build
	@tests/bench/run $(out)

.PHONY: ci
ci: test ci-rest ## everything that must hold before a change lands

.PHONY: ci-rest
ci-rest:
	@$(MAKE) --no-print-directory check
	@$(MAKE) --no-print-directory sanitize
	@tests/faults/run $(out) --short

.PHONY: new-plugin
new-plugin: ## copy the skeleton to a program of your own: make new-plugin NAME=x
	@scripts/new-plugin "$(NAME)"

.PHONY: format
format: ## format every C file
	@git ls-files '*.c' '*.h' | xargs clang-format-14 -i

.PHONY: clean
clean: ## remove everything built
	rm -rf $(BUILD)

# Folders are looked at too: their time tells of files added and removed. What is generated is written only when
# its content changes, so a new data file does not compile the world again.
sql_files := $(sort $(shell find sql -name '*.sql' -o -name '*.csv'))
$(gen)/stamp: scripts/embed-sql $(sql_files) $(sort $(shell find sql -type d))
	@scripts/embed-sql $(gen)
	@touch $@

generated := $(addprefix $(gen)/,statements.h statements.c sql_files.c)
$(generated): $(gen)/stamp
	@[ -e $@ ] || scripts/embed-sql $(gen)

$(gen)/sql_files.o: $(sql_files)
gen_objects := $(gen)/statements.o $(gen)/sql_files.o

$(gen)/%.o: $(gen)/%.c
	$(say)$(CC) $(CFLAGS) -fPIE -MMD -MP -c $< -o $@

# A plugin's objects are shared, and show nothing but what they export.
shared_object = $(CC) $(CFLAGS) -fPIC -fvisibility=hidden -MMD -MP -c $< -o $@
$(out)/plugins/%.o: plugins/%.c
	@mkdir -p $(@D)
	$(say)$(shared_object)
$(out)/tests/support/plugins/%.o: tests/support/plugins/%.c
	@mkdir -p $(@D)
	$(say)$(shared_object)

$(out)/%.o: %.c | $(gen)/statements.h
	@mkdir -p $(@D)
	$(say)$(CC) $(CFLAGS) -fPIE -MMD -MP -c $< -o $@

$(library): $(call objects,$(core_sources)) $(gen_objects)
$(kit): $(call objects,$(kit_sources))
$(support): $(call objects,$(support_sources))
$(library) $(kit) $(support):
	@mkdir -p $(@D)
	@rm -f $@
	$(say)ar rcs $@ $^

# Without start files nothing of a plugin runs when it is loaded; the loader refuses one where something would.
# 1: the .so below the variant's folder; 2: its source folder.
define plugin_rule
$(out)/$(1).so: $(call objects,$(call find,$(2))) $(kit)
	@mkdir -p $$(@D)
	$$(say)$$(CC) $$(CFLAGS) -shared -nostartfiles -Wl,-z,relro,-z,now,-z,noexecstack,-z,defs -Wl,--gc-sections \
	    -Wl,--exclude-libs,ALL $$(filter %.o,$$^) $(kit) -o $$@
endef
$(foreach name,$(plugin_names),$(eval $(call plugin_rule,plugins/$(name),plugins/$(name))))
$(foreach name,$(test_plugin_names),$(eval $(call plugin_rule,test-plugins/$(name),tests/support/plugins/$(name))))

link = $(CC) $(CFLAGS) $(LDFLAGS) $^
# Not for Criterion: its tests stand in a section that nothing refers to.
slim := -Wl,--gc-sections

$(out)/nightbridged: $(out)/core/nightbridged.o $(library)
	$(say)$(link) $(slim) $(LIBS) -o $@
$(out)/nightbridge: $(out)/core/nightbridge.o $(library)
	$(say)$(link) $(slim) $(LIBS) -o $@
# The manual is what the command tree says.
$(out)/nightbridge.1: $(out)/nightbridge
	$(say)$< --man >$@
$(out)/nightbridge-plugin-host: $(out)/core/nightbridge_plugin_host.o $(library)
	$(say)$(link) $(slim) $(HOST_LIBS) -o $@
$(out)/rehearsal-gateway: $(call objects,$(gateway_sources)) $(library)
	$(say)$(link) $(LIBS) -pthread -o $@
$(out)/unit-tests: $(call objects,$(unit_sources)) $(support) $(library)
	$(say)$(link) -lcriterion $(LIBS) -o $@
$(out)/plugin-tests: $(call objects,$(plugin_tests)) $(support) $(library) $(kit)
	$(say)$(link) -lcriterion $(LIBS) -o $@
$(out)/integration-tests: $(call objects,$(integration)) $(support) $(library)
	$(say)$(link) -lcriterion $(LIBS) -pthread -o $@
$(out)/faults-driver: $(call objects,$(fault_sources)) $(support) $(library)
	$(say)$(link) $(slim) $(LIBS) -o $@
$(out)/bench/%: $(out)/tests/bench/%.o $(library)
	@mkdir -p $(@D)
	$(say)$(link) -lcriterion $(LIBS) -pthread -o $@

-include $(shell find $(out) -name '*.d' 2>/dev/null)
