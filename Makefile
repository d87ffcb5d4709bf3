# Spoke. `make help` lists what can be made; everything made lies under build/.
#
# All of interp/ and stdlib/ but interp/cli is the library; one set of position-independent
# objects serves the library in both forms, the program and the unit tests.

PREFIX ?= /usr/local
DESTDIR ?=
BUILD ?= build
LINE ?= readline
SANITIZE ?=
WERROR ?= -Werror
OPTIMIZE ?= -O2 -g
# Only for the interpreter's main loop, interp/run/vm.c.
VM_CFLAGS ?=
# Only for loops over arrays, which gain by being done several elements at once.
ARRAY_CFLAGS ?= $(if $(SANITIZE),,-O3)
# Only for what is done once for a call and not once for a row or a line: there size counts more.
COLD_CFLAGS ?= $(if $(SANITIZE),,-Os)

VERSION := $(shell sed -n 's/^\#define SPOKE_VERSION "\(.*\)"/\1/p' interp/api/spoke.h)
ABI := $(shell sed -n "s,^.define SPOKE_ABI \([0-9]*\)$$,\1,p" interp/api/spoke.h)

ifeq ($(filter $(LINE),readline libedit none),)
$(error LINE is readline, libedit or none, not '$(LINE)')
endif

LIBRARIES := sqlite3 zlib libffi libutf8proc libpcre2-8
LINE_LIBRARIES := $(filter-out none,$(LINE))
# Only the program: JSON for editors.
PROGRAM_LIBRARIES := jansson
TEST_LIBRARIES := check

# Some formats of imports need a library of their own. What is not there, or is named here
# (`make WITHOUT='libzip expat readstat librsvg'`), is left out, and the format says so. librsvg, for
# pictures as PNG and PDF, is looked for only when they are asked for.
WITHOUT ?=
FORMATS := $(filter-out $(WITHOUT),$(shell interp/build/formats.sh '$(CC)'))
FORMAT_PACKAGES := $(filter-out readstat,$(FORMATS))
READSTAT_LDLIBS := $(if $(filter readstat,$(FORMATS)),-lreadstat)
FORMAT_CFLAGS := $(foreach f,$(FORMATS) $(filter-out $(WITHOUT),librsvg),-DWITH_$(shell echo $(f) | tr a-z A-Z)=1)

LIBRARY_CFLAGS := $(shell pkg-config --cflags $(LIBRARIES) $(FORMAT_PACKAGES) 2>/dev/null) \
	$(FORMAT_CFLAGS)
LIBRARY_LDLIBS := $(shell pkg-config --libs $(LIBRARIES) $(FORMAT_PACKAGES) 2>/dev/null) \
	$(READSTAT_LDLIBS) -lm -ldl -pthread
# interp/cli sees LINE_READLINE, LINE_LIBEDIT or LINE_NONE. Feature macros of readline's pkg-config
# file are left out: the program stays POSIX.
LINE_CFLAGS := -DLINE_$(shell echo $(LINE) | tr a-z A-Z)=1 $(if $(LINE_LIBRARIES),$(filter-out \
	-D_DEFAULT_SOURCE -D_XOPEN_SOURCE=%,$(shell pkg-config --cflags $(LINE_LIBRARIES) 2>/dev/null)))
LINE_LDLIBS := $(if $(LINE_LIBRARIES),$(shell pkg-config --libs $(LINE_LIBRARIES) 2>/dev/null))
PROGRAM_CFLAGS := $(shell pkg-config --cflags $(PROGRAM_LIBRARIES) 2>/dev/null)
PROGRAM_LDLIBS := $(shell pkg-config --libs $(PROGRAM_LIBRARIES) 2>/dev/null)
TEST_CFLAGS := $(shell pkg-config --cflags $(TEST_LIBRARIES) 2>/dev/null)
TEST_LDLIBS := $(shell pkg-config --libs $(TEST_LIBRARIES) 2>/dev/null)

WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes $(WERROR)
# Nothing is thrown through C, so tables for that are room lost; what no one calls is left out.
SIZE_CFLAGS ?= -fno-asynchronous-unwind-tables -ffunction-sections -fdata-sections
SIZE_LDFLAGS ?= -Wl,--gc-sections -Wl,-O1 $(shell interp/build/linker_takes.sh '$(CC)' \
	-Wl,-z,pack-relative-relocs)
ifneq ($(SANITIZE),)
SANITIZER_FLAGS := -fsanitize=address,undefined -fno-sanitize-recover=undefined \
	-fno-omit-frame-pointer
endif

ALL_CFLAGS = -std=c11 -D_POSIX_C_SOURCE=200809L $(OPTIMIZE) $(WARNINGS) -Iinterp -I. \
	-fPIC -fvisibility=hidden -pthread $(SIZE_CFLAGS) $(SANITIZER_FLAGS) $(LIBRARY_CFLAGS) $(CFLAGS)
ALL_LDFLAGS = $(SANITIZER_FLAGS) $(LDFLAGS)

LIB_SOURCES := $(sort $(shell find interp stdlib -name '*.c' ! -path 'interp/cli/*' \
	! -path 'interp/extension/*' ! -path interp/store/extension.c))
CLI_SOURCES := $(sort $(wildcard interp/cli/*.c))
UNIT_SOURCES := $(sort $(wildcard tests/unit/*.c))
EXTENSION_SOURCES := $(addprefix interp/store/,extension.c segments.c segment_table.c) \
	$(sort $(wildcard interp/segment/*.c)) $(addprefix interp/base/,alloc.c buf.c hash.c utf8.c)

OBJ := $(BUILD)/obj
LIB_OBJECTS := $(LIB_SOURCES:%.c=$(OBJ)/%.o) $(OBJ)/gen/module_sources.o
# Kernels of networks once more, telling each stretch of code that they pass.
COUNTED_SOURCES := $(filter-out stdlib/network/bind%,$(filter stdlib/network/%,$(LIB_SOURCES)))
COUNTED_OBJECTS := $(COUNTED_SOURCES:%.c=$(OBJ)/counted/%.o)
CLI_OBJECTS := $(CLI_SOURCES:%.c=$(OBJ)/%.o)
UNIT_OBJECTS := $(UNIT_SOURCES:%.c=$(OBJ)/%.o)
EXTENSION_OBJECTS := $(EXTENSION_SOURCES:%.c=$(OBJ)/extension/%.o)
CHECK_OBJECTS := $(OBJ)/interp/extension/check_table.o
OBJECTS := $(LIB_OBJECTS) $(CLI_OBJECTS) $(UNIT_OBJECTS) $(EXTENSION_OBJECTS) $(COUNTED_OBJECTS) \
	$(CHECK_OBJECTS)

PROGRAM := $(BUILD)/spoke
STATIC := $(BUILD)/libspoke.a
SHARED := $(BUILD)/libspoke.so
EXTENSION := $(BUILD)/spoke_segments.so
CHECK_EXTENSION := $(BUILD)/spoke_check.so
UNIT := $(BUILD)/unit
COUNTED := $(BUILD)/unit-counted
FOREIGN := $(BUILD)/foreign-test.so
EMBED := $(BUILD)/embed-check $(BUILD)/embed-enrol
GENERATE := $(BUILD)/generate-attendance
TIMER := $(BUILD)/timer
KERNELS := $(BUILD)/network-kernels
SPC_KERNELS := $(BUILD)/spc-kernels
EMBED_BENCH := $(BUILD)/embed-bench
SPC_PICTURES := $(BUILD)/spc-pictures
# For tests: the program as it is without one of the libraries of formats.
LEFT_OUT := $(FORMATS:%=$(BUILD)/spoke-without-%)

# Inner runs of make use every processor unless the outer one was told how many.
PROCESSORS := $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
PARALLEL = $(if $(findstring -j,$(MAKEFLAGS)),,-j$(PROCESSORS))
TOOLS_ENVIRONMENT = BUILD=$(BUILD) SPOKE=$(PROGRAM) CC='$(CC)' MAKE='$(MAKE)' LINE=$(LINE) \
	FORMATS='$(FORMATS)'

.DELETE_ON_ERROR:
.SUFFIXES:
.DEFAULT_GOAL := all

.PHONY: all
all: libraries $(PROGRAM) $(STATIC) $(SHARED) $(EXTENSION) $(CHECK_EXTENSION) ## Build the program, both libraries and the extensions
	@:

.PHONY: libraries
libraries:
	@pkg-config --exists $(LIBRARIES) $(LINE_LIBRARIES) $(PROGRAM_LIBRARIES) || { \
	    echo "Libraries are missing; interp/build/prepare.sh installs them:" >&2; \
	    pkg-config --print-errors --exists $(LIBRARIES) $(LINE_LIBRARIES) \
	        $(PROGRAM_LIBRARIES) >&2; exit 1; }

# ---- objects -------------------------------------------------------------------------------

# Each list is a file that changes only when its contents do: a source taken away, another
# compiler or other flags rebuild what depends on them.
define keep_list
$(shell mkdir -p $(BUILD); printf '%s\n' '$(subst ','\'',$(2))' | cmp -s - $(1) || \
    printf '%s\n' '$(subst ','\'',$(2))' >$(1))
endef
ifeq ($(filter clean help format layers library libraries demo test asan bench,$(MAKECMDGOALS)),)
$(call keep_list,$(BUILD)/flags.list,$(CC) $(ALL_CFLAGS) $(VM_CFLAGS) $(ARRAY_CFLAGS) \
	$(COLD_CFLAGS) \
	$(LINE_CFLAGS) $(PROGRAM_CFLAGS) $(ALL_LDFLAGS))
$(call keep_list,$(BUILD)/sources.list,$(LIB_SOURCES) $(CLI_SOURCES) $(UNIT_SOURCES))
endif
$(BUILD)/flags.list $(BUILD)/sources.list: ;

$(OBJ)/interp/cli/%.o: EXTRA_CFLAGS = $(LINE_CFLAGS) $(PROGRAM_CFLAGS)
# Two neighbouring pointers of a frame would be kept as one vector, and taken apart at each call.
$(OBJ)/interp/run/vm.o: EXTRA_CFLAGS = -fno-tree-slp-vectorize $(VM_CFLAGS)
$(OBJ)/interp/segment/%.o $(OBJ)/interp/exec/stretch.o $(OBJ)/interp/store/staging_append.o \
	$(OBJ)/interp/store/staging_sort.o: \
	EXTRA_CFLAGS = $(ARRAY_CFLAGS)
$(OBJ)/interp/exec/coded.o $(OBJ)/interp/exec/tally.o $(OBJ)/interp/exec/vector.o \
	$(OBJ)/stdlib/network/graph.o: \
	EXTRA_CFLAGS = $(ARRAY_CFLAGS)
# Charts of many series; nothing there looks at errno or at floating-point exceptions.
$(OBJ)/stdlib/spc/attribute.o $(OBJ)/stdlib/spc/limits.o $(OBJ)/stdlib/spc/moving.o \
	$(OBJ)/stdlib/spc/rules.o: \
	EXTRA_CFLAGS = $(ARRAY_CFLAGS) -fno-math-errno -fno-trapping-math
# Checking what every script has is done for each of its lines, and so stays quick.
COLD_SOURCES := $(wildcard $(addsuffix /*.c,$(addprefix interp/,plan diagnose api)) \
	$(addprefix interp/check/,cohort*.c measure*.c network*.c rule*.c saved.c probe.c asked.c \
	question.c history.c pairs.c leg.c sample.c reshape.c window.c reasons.c disclosure.c sql.c \
	table.c time.c calendar.c unit*.c push.c tie.c grain.c member.c into.c module.c defaults.c) \
	$(addprefix interp/store/,net_*.c sheet*.c workbook*.c records.c infer*.c headers.c schema.c \
	definitions.c export.c other_database.c statistics*.c members.c describe.c frozen.c) \
	$(filter-out stdlib/spc/%,$(wildcard stdlib/*/bind*.c)))
$(patsubst %.c,$(OBJ)/%.o,$(filter-out interp/api/record%.c,$(COLD_SOURCES))): \
	EXTRA_CFLAGS = $(COLD_CFLAGS)
$(OBJ)/tests/unit/%.o: EXTRA_CFLAGS = $(TEST_CFLAGS) -Itests/unit
$(OBJ)/tests/unit/foreign%.o: EXTRA_CFLAGS = $(TEST_CFLAGS) -Itests/unit \
	-DFOREIGN_LIBRARY='"$(abspath $(FOREIGN))"'

# One short line for each file; `make V=1` shows the commands.
Q := $(if $(V),,@)
SAY = @printf '  %-4s %s\n' $(1) $(2)

$(OBJ)/%.o: %.c $(BUILD)/flags.list | libraries
	@mkdir -p $(@D)
	$(if $(V),,$(call SAY,CC,$<))
	$(Q)$(CC) $(ALL_CFLAGS) $(EXTRA_CFLAGS) -MMD -MP -c -o $@ $<

# For SQLite's extension: its functions are called through a table that it hands over.
$(OBJ)/extension/%.o: %.c $(BUILD)/flags.list | libraries
	@mkdir -p $(@D)
	$(if $(V),,$(call SAY,CC,"$< for the extension"))
	$(Q)$(CC) $(ALL_CFLAGS) $(ARRAY_CFLAGS) -ffunction-sections \
	    -DSPOKE_EXTENSION -MMD -MP -c -o $@ $<

$(OBJ)/counted/%.o: %.c $(BUILD)/flags.list | libraries
	@mkdir -p $(@D)
	$(if $(V),,$(call SAY,CC,"$< to be counted"))
	$(Q)$(CC) $(ALL_CFLAGS) -fsanitize-coverage=trace-pc -MMD -MP -c -o $@ $<

# The one file that knows of a library of formats, without it.
$(OBJ)/without/%.o: %.c $(BUILD)/flags.list | libraries
	@mkdir -p $(@D)
	$(if $(V),,$(call SAY,CC,"$< without its library"))
	$(Q)$(CC) $(ALL_CFLAGS) -UWITH_LIBZIP -UWITH_EXPAT -UWITH_READSTAT -MMD -MP -c -o $@ $<

# The pages of `spoke explain CODE`.
PAGES := $(OBJ)/gen/error_pages.o
$(BUILD)/gen/error_pages.c: interp/build/embed_pages.sh $(wildcard docs/errors/*.md)
	@mkdir -p $(@D)
	$(Q)interp/build/embed_pages.sh docs/errors/*.md >$@
$(PAGES): $(BUILD)/gen/error_pages.c interp/cli/pages.h $(BUILD)/flags.list
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -Wno-overlength-strings -c -o $@ $<

# What standard modules have in Spoke.
MODULE_SOURCES := $(sort $(wildcard stdlib/*/module.spoke))
$(BUILD)/gen/module_sources.c: interp/build/embed_modules.sh $(MODULE_SOURCES)
	@mkdir -p $(@D)
	$(Q)interp/build/embed_modules.sh $(MODULE_SOURCES) >$@
$(OBJ)/gen/module_sources.o: $(BUILD)/gen/module_sources.c stdlib/modules.h $(BUILD)/flags.list
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -Wno-overlength-strings -c -o $@ $<

-include $(OBJECTS:.o=.d)

# ---- library and program -------------------------------------------------------------------

# One object whose hidden names are local, so that a host sees spoke_* and nothing else.
$(STATIC): $(LIB_OBJECTS) $(BUILD)/sources.list
	$(if $(V),,$(call SAY,AR,$@))
	$(Q)$(LD) -r -o $(BUILD)/libspoke.o $(LIB_OBJECTS)
	$(Q)$(OBJCOPY) --localize-hidden $(BUILD)/libspoke.o
	@rm -f $@
	$(Q)$(AR) rcs $@ $(BUILD)/libspoke.o
OBJCOPY ?= objcopy

$(BUILD)/spoke.map: Makefile
	@mkdir -p $(@D)
	@printf 'SPOKE_%s {\n    global: spoke_*;\n    local: *;\n};\n' $(ABI) >$@

$(SHARED): $(LIB_OBJECTS) $(BUILD)/spoke.map $(BUILD)/sources.list
	$(if $(V),,$(call SAY,LINK,$@))
	$(Q)$(CC) $(ALL_LDFLAGS) $(SIZE_LDFLAGS) -shared -Wl,-soname,libspoke.so.$(ABI) \
	    -Wl,--version-script=$(BUILD)/spoke.map $(if $(SANITIZE),,-Wl,-z,defs) \
	    -o $@ $(LIB_OBJECTS) $(LIBRARY_LDLIBS)
	@ln -sf libspoke.so $@.$(ABI)

$(EXTENSION): $(EXTENSION_OBJECTS)
	$(if $(V),,$(call SAY,LINK,$@))
	$(Q)$(CC) $(ALL_LDFLAGS) -shared -Wl,--gc-sections $(if $(SANITIZE),,-Wl,-z,defs) \
	    -o $@ $(EXTENSION_OBJECTS)

# The library is in it, and nothing of it to be seen: a program may have another libspoke.
$(BUILD)/check_table.map: Makefile
	@mkdir -p $(@D)
	@printf '{\n    global: sqlite3_spokecheck_init;\n    local: *;\n};\n' >$@

$(CHECK_EXTENSION): $(CHECK_OBJECTS) $(LIB_OBJECTS) $(BUILD)/check_table.map $(BUILD)/sources.list
	$(if $(V),,$(call SAY,LINK,$@))
	$(Q)$(CC) $(ALL_LDFLAGS) -shared -Wl,--version-script=$(BUILD)/check_table.map \
	    $(if $(SANITIZE),,-Wl,-z,defs) -o $@ $(CHECK_OBJECTS) $(LIB_OBJECTS) $(LIBRARY_LDLIBS)

$(PROGRAM): $(CLI_OBJECTS) $(PAGES) $(LIB_OBJECTS) $(BUILD)/sources.list
	$(if $(V),,$(call SAY,LINK,$@))
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $(CLI_OBJECTS) $(PAGES) $(LIB_OBJECTS) \
	    $(LIBRARY_LDLIBS) $(LINE_LDLIBS) $(PROGRAM_LDLIBS)

USES_libzip := interp/store/archive
USES_expat := interp/store/xml
USES_readstat := interp/store/statistics
.SECONDEXPANSION:
$(LEFT_OUT): $(BUILD)/spoke-without-%: $(PROGRAM) $(OBJ)/without/$$(USES_$$*).o
	$(if $(V),,$(call SAY,LINK,$@))
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $(CLI_OBJECTS) $(PAGES) \
	    $(filter-out $(OBJ)/$(USES_$*).o,$(LIB_OBJECTS)) $(OBJ)/without/$(USES_$*).o \
	    $(LIBRARY_LDLIBS) $(LINE_LDLIBS) $(PROGRAM_LDLIBS)

# What the tests of foreign functions call.
$(FOREIGN): tests/foreign/library.c tests/foreign/library.h $(BUILD)/flags.list
	$(if $(V),,$(call SAY,LINK,$@))
	$(Q)$(CC) -std=c11 -D_POSIX_C_SOURCE=200809L $(OPTIMIZE) -Wall -Wextra $(WERROR) -I. -fPIC \
	    -fvisibility=hidden -pthread $(SANITIZER_FLAGS) $(CFLAGS) -shared -o $@ $<

$(UNIT): $(FOREIGN) $(UNIT_OBJECTS) $(LIB_OBJECTS) $(BUILD)/sources.list
	$(if $(V),,$(call SAY,LINK,$@))
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $(UNIT_OBJECTS) $(LIB_OBJECTS) $(LIBRARY_LDLIBS) $(TEST_LDLIBS)

$(COUNTED): $(UNIT_OBJECTS) $(LIB_OBJECTS) $(COUNTED_OBJECTS) $(BUILD)/sources.list
	$(if $(V),,$(call SAY,LINK,$@))
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $(UNIT_OBJECTS) $(COUNTED_OBJECTS) \
	    $(filter-out $(COUNTED_SOURCES:%.c=$(OBJ)/%.o),$(LIB_OBJECTS)) \
	    $(LIBRARY_LDLIBS) $(TEST_LDLIBS)

# As a host would build it: the public header and the static library.
$(EMBED): $(BUILD)/embed-%: examples/embed/%.c interp/api/spoke.h $(STATIC) $(BUILD)/flags.list
	$(CC) -std=c11 -pedantic $(OPTIMIZE) $(WARNINGS) $(CFLAGS) $(ALL_LDFLAGS) -Iinterp/api \
	    -o $@ $< $(STATIC) $(LIBRARY_LDLIBS)

$(EMBED_BENCH): tests/bench/embed.c interp/api/spoke.h $(STATIC) $(BUILD)/flags.list
	$(CC) -std=c11 -pedantic $(OPTIMIZE) $(WARNINGS) $(CFLAGS) $(ALL_LDFLAGS) -Iinterp/api \
	    -o $@ $< $(STATIC) $(LIBRARY_LDLIBS)

$(GENERATE): examples/attendance/generate.c $(BUILD)/flags.list
	$(CC) -std=c11 -pedantic $(OPTIMIZE) $(WARNINGS) $(CFLAGS) $(ALL_LDFLAGS) -o $@ $<

$(TIMER): tests/bench/timer.c $(BUILD)/flags.list
	$(CC) -std=c11 -D_DEFAULT_SOURCE $(OPTIMIZE) $(WARNINGS) $(CFLAGS) $(ALL_LDFLAGS) -o $@ $<

$(KERNELS): tests/bench/network_kernels.c tests/bench/network_file.h $(LIB_OBJECTS)
	$(if $(V),,$(call SAY,LINK,$@))
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $< $(LIB_OBJECTS) $(LIBRARY_LDLIBS)

# Those of series and charts.
SPC_KERNEL_OBJECTS := $(filter-out %/bind.o $(OBJ)/stdlib/spc/bind_%,$(filter $(OBJ)/stdlib/spc/% \
	$(OBJ)/stdlib/stats/% $(OBJ)/stdlib/random/generator.o $(OBJ)/interp/base/%, $(LIB_OBJECTS)))
$(SPC_KERNELS): tests/bench/spc_kernels.c $(SPC_KERNEL_OBJECTS)
	$(if $(V),,$(call SAY,LINK,$@))
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $< $(SPC_KERNEL_OBJECTS) $(LIBRARY_LDLIBS)

$(SPC_PICTURES): tests/bench/spc_pictures.c $(LIB_OBJECTS)
	$(if $(V),,$(call SAY,LINK,$@))
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $< $(LIB_OBJECTS) $(LIBRARY_LDLIBS)

# ---- running -------------------------------------------------------------------------------

.PHONY: demo
demo: ## Install what is missing, build, and run the attendance example with its rules
	@interp/build/prepare.sh
	@$(MAKE) --no-print-directory $(PARALLEL) $(PROGRAM)
	@$(TOOLS_ENVIRONMENT) examples/demo.sh

.PHONY: test
test: ## Install what is missing, build, and run every test
	@interp/build/prepare.sh
	@$(MAKE) --no-print-directory $(PARALLEL) all $(UNIT) $(COUNTED) $(EMBED) $(GENERATE) $(LEFT_OUT)
	@$(TOOLS_ENVIRONMENT) tests/test.sh

.PHONY: unit
unit: $(UNIT) $(COUNTED) ## Run the unit tests alone
	@$(TOOLS_ENVIRONMENT) tests/test.sh unit

.PHONY: asan
asan: ## Run every test under the address and undefined-behaviour sanitizers
	@interp/build/prepare.sh
	@$(MAKE) --no-print-directory $(PARALLEL) BUILD=$(BUILD)/asan SANITIZE=1 OPTIMIZE='-O1 -g' \
	    sanitized

.PHONY: sanitized
sanitized: all $(UNIT) $(COUNTED) $(EMBED) $(GENERATE) $(LEFT_OUT)
	@$(TOOLS_ENVIRONMENT) SANITIZED=1 CK_FORK=no tests/test.sh

.PHONY: layers
layers: ## Check every #include against the layers of the architecture
	@tests/layers.sh

.PHONY: library
library: ## Write docs/library.md anew from the module.def files
	@CC='$(CC)' docs/library_page.sh >docs/library.md.new
	@mv docs/library.md.new docs/library.md

# What is said of the header in it.
REFERENCE = awk -v version=$(VERSION) -f interp/build/header_reference.awk
.PHONY: reference
reference: ## Write docs/spoke.h.md anew from spoke.h
	@$(REFERENCE) -v form=markdown interp/api/spoke.h >docs/spoke.h.md

SUITE ?= end-to-end
.PHONY: bench
bench: ## Measure against sqlite3, Lua and others (SUITE=end-to-end, language, micro, measures, networks, spc, check or embed)
	@interp/build/prepare.sh bench
	@$(MAKE) --no-print-directory $(PARALLEL) $(PROGRAM) $(TIMER)
	@$(TOOLS_ENVIRONMENT) tests/bench/bench.sh $(SUITE)

.PHONY: format
format: ## Lay out every C file by .clang-format
	find interp stdlib tests examples -name '*.[ch]' -exec clang-format -i {} +

# ---- installing ----------------------------------------------------------------------------

.PHONY: install
install: all ## Install under PREFIX (/usr/local), below DESTDIR
	install -d '$(DESTDIR)$(PREFIX)/bin' '$(DESTDIR)$(PREFIX)/include' \
	    '$(DESTDIR)$(PREFIX)/lib/pkgconfig'
	install -m 755 $(PROGRAM) '$(DESTDIR)$(PREFIX)/bin/spoke'
	install -d '$(DESTDIR)$(PREFIX)/share/man/man1' '$(DESTDIR)$(PREFIX)/share/man/man3' \
	    '$(DESTDIR)$(PREFIX)/share/bash-completion/completions' \
	    '$(DESTDIR)$(PREFIX)/share/zsh/site-functions' \
	    '$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d'
	$(PROGRAM) manual >'$(DESTDIR)$(PREFIX)/share/man/man1/spoke.1'
	$(REFERENCE) -v form=man interp/api/spoke.h >'$(DESTDIR)$(PREFIX)/share/man/man3/spoke.3'
	$(PROGRAM) completions bash >'$(DESTDIR)$(PREFIX)/share/bash-completion/completions/spoke'
	$(PROGRAM) completions zsh >'$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_spoke'
	$(PROGRAM) completions fish >'$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/spoke.fish'
	install -m 644 interp/api/spoke.h '$(DESTDIR)$(PREFIX)/include/spoke.h'
	install -m 755 $(EXTENSION) '$(DESTDIR)$(PREFIX)/lib/spoke_segments.so'
	install -m 755 $(CHECK_EXTENSION) '$(DESTDIR)$(PREFIX)/lib/spoke_check.so'
	install -m 644 $(STATIC) '$(DESTDIR)$(PREFIX)/lib/libspoke.a'
	install -m 755 $(SHARED) '$(DESTDIR)$(PREFIX)/lib/libspoke.so.$(VERSION)'
	ln -sf libspoke.so.$(VERSION) '$(DESTDIR)$(PREFIX)/lib/libspoke.so.$(ABI)'
	ln -sf libspoke.so.$(ABI) '$(DESTDIR)$(PREFIX)/lib/libspoke.so'
	printf '%s\n' 'prefix=$(PREFIX)' 'libdir=$${prefix}/lib' 'includedir=$${prefix}/include' '' \
	    'Name: spoke' 'Description: Language for the data of school improvement networks' \
	    'Version: $(VERSION)' 'Requires.private: $(LIBRARIES) $(FORMAT_PACKAGES)' \
	    'Cflags: -I$${includedir}' 'Libs: -L$${libdir} -lspoke' \
	    'Libs.private: $(READSTAT_LDLIBS) -lm -ldl -pthread' \
	    >'$(DESTDIR)$(PREFIX)/lib/pkgconfig/spoke.pc'

.PHONY: help
help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo 'Variables: CC, CFLAGS, LDFLAGS, WERROR= (warnings are not errors), PREFIX,'
	@echo "DESTDIR, BUILD, LINE=readline|libedit|none, WITHOUT='libzip expat readstat librsvg' (formats)."

.PHONY: clean
clean: ## Remove everything made
	rm -rf $(BUILD)
