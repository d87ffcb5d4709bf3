# What of the library is built for speed, and how; included by the Makefile. All else is built small.
#
# Quick is what runs for each row, record, tie, instruction, or line of any script. A folder is
# quick but for what is named as small, or small but for what is named as quick.

$(OBJ)/interp/%.o $(OBJ)/stdlib/%.o: EXTRA_CFLAGS = $(SMALL_CFLAGS)

files = $(wildcard $(foreach name,$(2),$(1)/$(name).c))
all_but = $(filter-out $(call files,$(1),$(2)),$(wildcard $(1)/*.c))

QUICK_SOURCES := $(wildcard $(addsuffix /*.c,$(addprefix interp/,column judge))) \
	$(call all_but,interp/given,given_overlay given_reads given_store) \
	$(call all_but,interp/base,distribution guard position quantile relay school_days sha256 special) \
	$(call all_but,interp/run,assertion catch trace) \
	$(call all_but,interp/compile,compile_assert listing) \
	$(call all_but,interp/exec,as_of by_day disclose failure protect protection query ranges rollup rollup_key \
	    sample say spells watch) \
	$(call files,interp/foreign,call callback get put) \
	$(call files,interp/render,data layout render) \
	$(call files,interp/api,called record*) \
	$(call files,stdlib/random,generator)
# Parsing and checking of what every script has.
QUICK_SOURCES += $(call all_but,interp/syntax,content $(addprefix parse_,calendar cells cohort \
	    foreign history network rule table)) \
	$(call files,interp/check,call closure convert dot expr function host_native items nodes \
	    operator parameter parts row scope session share signature statement types)
# Rows on their way into a store and out of it.
QUICK_SOURCES += $(call files,interp/store,columns* convert csv feed import import_read input intake \
	into items json_* keymap recall rejects scan scratch segments shared_texts spill staged_scan \
	staging)
$(QUICK_SOURCES:%.c=$(OBJ)/%.o): EXTRA_CFLAGS = $(QUICK_CFLAGS)

# Two neighbouring pointers of a frame would be kept as one vector, and taken apart at each call.
$(OBJ)/interp/run/vm.o: EXTRA_CFLAGS = -fno-tree-slp-vectorize $(VM_CFLAGS)

# Loops over ties, and over points.
KERNEL_SOURCES := $(call all_but,stdlib/network,bind* brokerage_chance cug_figure ei format* layout_ego layout_layers \
	    layout_pack picture*) \
	$(call files,stdlib/spc,analyse funnel runs signals subgroup)
$(KERNEL_SOURCES:%.c=$(OBJ)/%.o): EXTRA_CFLAGS =

# Loops over arrays, which gain by being done several elements at once.
ARRAY_SOURCES := $(wildcard interp/segment/*.c) $(call files,interp/exec,coded stretch tally vector) \
	$(call files,interp/store,staging_append staging_sort) stdlib/network/graph.c
$(ARRAY_SOURCES:%.c=$(OBJ)/%.o): EXTRA_CFLAGS = $(ARRAY_CFLAGS)
# Charts of many series; nothing there looks at errno or at floating-point exceptions.
SERIES_SOURCES := $(call files,stdlib/spc,attribute limits moving rules)
$(SERIES_SOURCES:%.c=$(OBJ)/%.o): EXTRA_CFLAGS = $(ARRAY_CFLAGS) -fno-math-errno -fno-trapping-math
