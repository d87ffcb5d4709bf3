#!/bin/sh
# The library's page: docs/library.md is what docs/library_page.sh makes of the module.def files.
# Their examples run in the unit tests, and as part of that page in the tests of the documents.
# shellcheck disable=SC2034 # lib.sh reads NAME
NAME=library
. "$(dirname -- "$0")/lib.sh"

if "$ROOT/docs/library_page.sh" >"$SCRATCH/library.md" 2>"$SCRATCH/stderr"; then
    same "docs/library.md is out of date; make library writes it" \
        "$ROOT/docs/library.md" "$SCRATCH/library.md"
else
    fail "docs/library_page.sh fails" "$SCRATCH/stderr"
fi

# Every function that a module's bind files define is listed, or nobody could call it.
for module in "$ROOT"/stdlib/*/module.def; do
    folder=$(dirname -- "$module")
    name=$(basename -- "$folder")
    for function in $(sed -n "s/^.*int \\(${name}_[a-z0-9_]*\\)(struct native_call \\*c) {.*/\\1/p" \
        "$folder"/bind*.c); do
        if grep -q "[ (]$function," "$module"; then
            pass
        else
            fail "$function is not in $name/module.def"
        fi
    done
done
finish
