# nightjar - the night watch of a brand. `make help` explains.
# Every .c below daemon/ but the mains of cmd/ goes into one archive; a test is
# one .c that links it. Nothing here needs editing to add a file.

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:

ifeq ($(origin CC),default)
CC := gcc
endif
VERSION := $(shell sed -n 's/^\#\# \([0-9][0-9.]*\).*/\1/p' CHANGELOG.md 2>/dev/null | head -n 1)
MODE ?= release
PREFIX ?= /usr/local
B := build/$(MODE)

PKGS := libuv libcurl libcjson openssl sqlite3 yaml-0.1 libutf8proc \
        zlib libbrotlidec
# Brought in when first needed (base/late.h): only their headers are used.
LATE_PKGS := libical libhs
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror
PKG_CFLAGS = $(shell pkg-config --cflags $(PKGS) $(LATE_PKGS))
PKG_LIBS = $(shell pkg-config --libs $(PKGS))
NOTIFY_CFLAGS = $(shell pkg-config --cflags libnotify)
NOTIFY_LIBS = $(shell pkg-config --libs libnotify)

OPT_release := -O2 -g -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE
OPT_asan := -O1 -g -fsanitize=address,undefined -fno-omit-frame-pointer \
            -fno-sanitize-recover=undefined
OPT_fuzz := -O1 -g -Wno-error -fsanitize=fuzzer-no-link,address,undefined \
            -fno-omit-frame-pointer -fno-sanitize-recover=undefined
# Exported so that libraries find it: see io/fetch_engine.c.
LD_release := -pie -Wl,-z,relro,-z,now -Wl,--as-needed \
              -Wl,--export-dynamic-symbol=_gnutls_global_init_skip
LD_asan := -fsanitize=address,undefined
LD_fuzz := -fsanitize=fuzzer,address,undefined
ifeq ($(MODE),fuzz)
CC := clang
endif

CFLAGS_ALL = -std=c11 -D_GNU_SOURCE -DNJ_VERSION='"$(VERSION)"' -Idaemon \
             $(WARN) $(OPT_$(MODE)) $(PKG_CFLAGS) $(CFLAGS)
LIBS = $(PKG_LIBS) -lm -lpthread

MAINS := nightjard nightjar nightjar-desktop
MAIN_SRC := daemon/cmd/nightjard.c daemon/cmd/nightjar.c \
            daemon/cmd/nightjar_desktop.c
LIB_SRC := $(filter-out $(MAIN_SRC),$(sort $(wildcard daemon/*/*.c)))
LIB_OBJ := $(LIB_SRC:%.c=$(B)/%.o)
UNIT_SRC := $(sort $(wildcard tests/unit/*/*.c))
UNIT_BIN := $(UNIT_SRC:%.c=$(B)/%)
FLOW_SRC := $(sort $(wildcard tests/flow/*_test.c))
FLOW_LIB := $(filter-out $(FLOW_SRC),$(sort $(wildcard tests/flow/*.c)))
FLOW_BIN := $(FLOW_SRC:%.c=$(B)/%)
BENCH_BIN := $(patsubst %.c,$(B)/%,$(sort $(wildcard tests/bench/*.c)))
DRIVER_BIN := $(patsubst %.c,$(B)/%,$(sort $(wildcard tests/drivers/*.c)))
FUZZ_BIN := $(patsubst %.c,$(B)/%,$(sort $(wildcard tests/fuzz/*_fuzz.c)))

.PHONY: deps all demo check unit flow e2e lint asan tidy fuzz soak bench \
        install uninstall dist format clean help programs FORCE

all: programs ## build the programs (the default)

programs: $(MAINS:%=$(B)/%)

$(B)/libnightjar.a: $(LIB_OBJ)
	@rm -f $@; ar rcs $@ $^

$(B)/daemon/%.o: daemon/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) -MMD -MP -c $< -o $@

# The one object that knows where things are installed: made anew when PREFIX
# is another than before.
$(B)/prefix: FORCE
	@mkdir -p $(@D)
	@echo '$(PREFIX)' | cmp -s - $@ || echo '$(PREFIX)' >$@

$(B)/daemon/app/app_engine.o: $(B)/prefix
$(B)/daemon/app/app_engine.o: CFLAGS_ALL += -DNJ_DATADIR='"$(PREFIX)/share/nightjar"'

$(B)/daemon/cmd/nightjar_desktop.o $(B)/daemon/cmd/desktop_show.o \
$(B)/daemon/cmd/desktop_link.o: CFLAGS += $(NOTIFY_CFLAGS)

$(B)/nightjard: $(B)/daemon/cmd/nightjard.o $(B)/libnightjar.a
	$(CC) $(LD_$(MODE)) -o $@ $^ $(LIBS)

$(B)/nightjar: $(B)/daemon/cmd/nightjar.o $(B)/libnightjar.a
	$(CC) $(LD_$(MODE)) -o $@ $^ $(LIBS)

$(B)/nightjar-desktop: $(B)/daemon/cmd/nightjar_desktop.o $(B)/libnightjar.a
	$(CC) $(LD_$(MODE)) -Wl,--as-needed -o $@ $^ $(LIBS) $(NOTIFY_LIBS)

# A test (and a bench) may name flags of its own on a line "// link: ...".
$(B)/tests/unit/%: tests/unit/%.c $(B)/libnightjar.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) -Itests -MMD -MP -MF $@.d -o $@ $< \
	    $(shell sed -n 's,^// link: ,,p' $<) \
	    $(B)/libnightjar.a $(LD_$(MODE)) $(LIBS) -lcmocka

$(B)/tests/flow/%: tests/flow/%.c $(FLOW_LIB) $(B)/libnightjar.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) -Itests -MMD -MP -MF $@.d -o $@ $< $(FLOW_LIB) \
	    $(shell sed -n 's,^// link: ,,p' $<) \
	    $(B)/libnightjar.a $(LD_$(MODE)) $(LIBS) -lcmocka

$(B)/tests/bench/%: tests/bench/%.c $(B)/libnightjar.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) -Itests -MMD -MP -MF $@.d -o $@ $< \
	    $(shell sed -n 's,^// link: ,,p' $<) \
	    $(B)/libnightjar.a $(LD_$(MODE)) $(LIBS)

# A driver is a small program that lets a test in another language ask a room.
$(B)/tests/drivers/%: tests/drivers/%.c $(B)/libnightjar.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) -MMD -MP -MF $@.d -o $@ $< \
	    $(B)/libnightjar.a $(LD_$(MODE)) $(LIBS)

# What the trainer asks of the judge; never installed.
$(B)/contrib/train/%: contrib/train/%.c $(B)/libnightjar.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) -MMD -MP -MF $@.d -o $@ $< \
	    $(B)/libnightjar.a $(LD_$(MODE)) $(LIBS)

# Only with MODE=fuzz; tests/fuzz/run.sh builds and runs them.
$(B)/tests/fuzz/%: tests/fuzz/%.c $(B)/libnightjar.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) -MMD -MP -MF $@.d -o $@ $< \
	    $(B)/libnightjar.a $(LD_$(MODE)) $(LIBS)

deps: ## install what is needed from Debian (root or sudo; skipped when there)
	@tests/deps.sh

check: deps ## install, build and run every test; ends with the count
	@$(MAKE) --no-print-directory check-built

.PHONY: check-built
check-built:
	@tests/run.sh lint unit flow asan e2e

unit: $(UNIT_BIN) ## fast tests of single rooms
	@tests/run.sh unit

flow: $(FLOW_BIN) ## whole nights in simulated time
	@tests/run.sh flow

e2e: all ## real programs against real servers on this machine
	@tests/run.sh e2e

lint: ## layers, sizes, format, cppcheck, clang, clang-tidy
	@tests/run.sh lint tidy

tidy: ## clang-tidy over everything (slow)
	@tests/lint/tidy.sh

asan: ## unit and flow tests under the address and undefined sanitizers
	@tests/run.sh asan

.PHONY: unit-bins flow-bins bench-bins fuzz-bins
unit-bins: $(UNIT_BIN)
flow-bins: $(FLOW_BIN)
bench-bins: $(BENCH_BIN)
fuzz-bins: $(FUZZ_BIN)

fuzz: ## each fuzz target for SECONDS (default 60)
	@tests/fuzz/run.sh $(or $(SECONDS_EACH),60)

soak: all ## RUNS random rotas (default 2000, from seed FIRST) and hours against oracles; zones hour by hour
	@tests/deps.sh
	@/usr/bin/python3 tests/e2e/rota_minutes.py --runs $(or $(RUNS),2000) \
	    --first $(or $(FIRST),0) --jobs $(or $(JOBS),$(shell nproc))
	@NJ_ZONE_DEEP=1 NJ_ORACLE_RUNS=$(or $(RUNS),2000) \
	    /usr/bin/python3 -m pytest -q tests/e2e/zone_test.py \
	    tests/e2e/hours_oracle_test.py tests/e2e/oncall_oracle_test.py

bench: all bench-bins ## every figure beside its peer or limit
	@tests/bench/run.sh

demo: ## a night at a hundredfold speed, for real
	@tests/deps.sh demo
	@$(MAKE) --no-print-directory all
	@tests/demo/run.sh


SYSCONFDIR ?= /etc
UNITDIR ?= $(PREFIX)/lib/systemd

install: all ## install below DESTDIR and PREFIX
	@tests/install.sh install "$(DESTDIR)" "$(PREFIX)" "$(SYSCONFDIR)" "$(UNITDIR)" "$(B)"

uninstall: ## remove what install put there (configuration stays)
	@tests/install.sh uninstall "$(DESTDIR)" "$(PREFIX)" "$(SYSCONFDIR)" "$(UNITDIR)" "$(B)"

# Training asks for python3-sklearn; what is named comes from where DATA says.
DATA ?= ../shared/data/text
DATE ?= $(shell git log -1 --format=%cd --date=format:%Y%m%d 2>/dev/null)
.PHONY: model eval
model: $(B)/contrib/train/features ## train config/models/words.njm from DATA
	@/usr/bin/python3 -B contrib/train/train.py "$(DATA)" \
	    $(B)/contrib/train/features config/lexicons \
	    config/models/words.njm "$(DATE)"

eval: programs ## how well posts are judged, beside peers, on dev sets in DATA
	@/usr/bin/python3 -B contrib/train/eval.py "$(DATA)" $(B)/nightjar

dist: ## a source archive of what is committed
	git archive --format=tar.gz --prefix=nightjar-$(VERSION)/ -o nightjar-$(VERSION).tar.gz HEAD

format: ## put every C file into house format
	@git ls-files '*.c' '*.h' | xargs clang-format -i

clean: ## remove what was built
	rm -rf build

help: ## this text
	@sed -n 's/^\([a-z0-9]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{printf "%-18s %s\n", $$1, $$2}'

-include $(LIB_OBJ:.o=.d) $(UNIT_BIN:=.d) $(FLOW_BIN:=.d) $(BENCH_BIN:=.d) \
         $(DRIVER_BIN:=.d) $(FUZZ_BIN:=.d)
