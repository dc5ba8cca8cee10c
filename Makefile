# Nightbridge. `make help` lists what there is to do.
# Everything built stands under build/<variant>; a variant is release, debug, asan or ubsan.

VARIANT ?= release
BUILD   ?= build
out     := $(BUILD)/$(VARIANT)
CC      := gcc

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SECONDARY:

pkgs := libev libpq libcurl jansson libmicrohttpd libsodium libseccomp

warnings := -Wall -Wextra -Wformat=2 -Wconversion -Wsign-conversion -Wshadow -Wvla -Wswitch-enum \
    -Wstrict-prototypes -Wcast-qual -Wnull-dereference -Wlogical-op -Werror
hardening := -fstack-clash-protection -fstack-protector-strong -ftrivial-auto-var-init=zero \
    -fno-strict-aliasing -fno-strict-overflow
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
variant_flags := -O1 -g -fsanitize=undefined -fno-sanitize-recover=undefined -Wno-null-dereference
else
$(error VARIANT is release, debug, asan or ubsan, not "$(VARIANT)")
endif

CFLAGS  := -std=c17 -D_GNU_SOURCE -I. $(warnings) $(hardening) $(variant_flags)
LDFLAGS := -pie -Wl,-z,relro,-z,now,-z,noexecstack
LIBS     = $(shell pkg-config --libs libsodium)

# A folder joins the library with its first file; nothing has to be listed here.
core_sources := $(sort $(shell find core -name '*.c'))
unit_sources := $(sort $(shell find tests/unit -name '*.c'))

objects = $(patsubst %.c,$(out)/%.o,$(1))
library := $(out)/libnightbridge.a

.PHONY: help
help: ## list what there is to do
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 18

.PHONY: bootstrap
bootstrap:
	@scripts/bootstrap

.PHONY: build
build: $(library) $(out)/unit-tests ## compile everything (VARIANT=release|debug|asan|ubsan)

.PHONY: test
test: bootstrap ## install what is missing, build, run every test
	@$(MAKE) --no-print-directory build
	@scripts/run-tests $(out)

.PHONY: test-unit
test-unit: $(out)/unit-tests ## run the C tests alone
	@$(out)/unit-tests

.PHONY: test-sql
test-sql: ## run the SQL specs on a private PostgreSQL
	@tests/sql/run

.PHONY: check
check: ## formatting, include arrows, banned calls, static analysis, SQL
	@scripts/bootstrap check
	@scripts/check-format
	@scripts/check-arrows
	@scripts/check-banned
	@scripts/check-analysis
	@scripts/check-sql

.PHONY: sanitize
sanitize: ## build and run the C tests under ASan and UBSan
	@$(MAKE) --no-print-directory VARIANT=asan test-unit
	@$(MAKE) --no-print-directory VARIANT=ubsan test-unit

.PHONY: ci
ci: test ci-rest ## everything that must hold before a change lands

.PHONY: ci-rest
ci-rest:
	@$(MAKE) --no-print-directory check
	@$(MAKE) --no-print-directory sanitize

.PHONY: format
format: ## format every C file
	@clang-format -i $$(git ls-files '*.c' '*.h')

.PHONY: clean
clean: ## remove everything built
	rm -rf $(BUILD)

$(out)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -fPIE -MMD -MP -c $< -o $@

$(library): $(call objects,$(core_sources))
	@rm -f $@
	ar rcs $@ $^

$(out)/unit-tests: $(call objects,$(unit_sources)) $(library)
	$(CC) $(CFLAGS) $(LDFLAGS) $^ -lcriterion $(LIBS) -o $@

-include $(shell find $(out) -name '*.d' 2>/dev/null)
