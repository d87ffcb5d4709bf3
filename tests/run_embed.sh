#!/bin/sh
# The library as a host sees it: the header alone, its ABI, the C example.
#
# What programs are built against is written down in tests/abi/: the names that the library exports
# and where the fields of structs lie. UPDATE=1 writes both anew.
# shellcheck disable=SC2034 # lib.sh reads NAME
NAME=embed
. "$(dirname -- "$0")/lib.sh"

cc=${CC:-cc}

# check WHAT COMMAND...: passes when the command succeeds.
check() {
    what=$1
    shift
    if "$@" >"$SCRATCH/log" 2>&1; then
        pass
    else
        fail "$what" "$SCRATCH/log"
    fi
}

printf '#include "spoke.h"\n' >"$SCRATCH/header.c"
cp "$SCRATCH/header.c" "$SCRATCH/header.cc"
cd "$ROOT/interp/api" || exit 1
# shellcheck disable=SC2086 # CC may have words
check "spoke.h is not clean C11" \
    $cc -std=c11 -pedantic -Wall -Wextra -Werror -I. -fsyntax-only "$SCRATCH/header.c"
if command -v c++ >/dev/null 2>&1; then
    check "spoke.h is not clean C++" \
        c++ -pedantic -Wall -Wextra -Werror -I. -fsyntax-only "$SCRATCH/header.cc"
else
    skip "spoke.h as C++: no C++ compiler here"
fi

# Every function of the header is exported, and nothing else is.
sed -n 's/^SPOKE_API .*[ *]\(spoke_[a-z0-9_]*\)(.*/\1/p' spoke.h | sort >"$SCRATCH/declared"
exported() {
    nm "$@" --defined-only | awk 'NF == 3 && $2 != "A" { sub(/@.*/, "", $3); print $3 }' |
        grep -v '^__\(asan\|odr_asan\|start\|stop\)' | sort -u
}
exported -g "$BUILD/libspoke.a" >"$SCRATCH/static"
exported -D "$BUILD/libspoke.so" >"$SCRATCH/shared"
for form in static shared; do
    grep -v '^spoke_' "$SCRATCH/$form" >"$SCRATCH/foreign"
    if [ -s "$SCRATCH/foreign" ]; then
        fail "the $form library exports names that do not begin with spoke_" "$SCRATCH/foreign"
    else
        pass
    fi
    comm -23 "$SCRATCH/declared" "$SCRATCH/$form" >"$SCRATCH/absent"
    if [ -s "$SCRATCH/absent" ]; then
        fail "the $form library lacks functions of spoke.h" "$SCRATCH/absent"
    else
        pass
    fi
done

# kept WHAT FILE GOT: passes when GOT is what FILE keeps.
kept() {
    [ -z "${UPDATE:-}" ] || cp "$3" "$2"
    if diff -u "$2" "$3" >"$SCRATCH/difference" 2>&1; then
        pass
        return
    fi
    cat >>"$SCRATCH/difference" <<'END'

Programs that were built before rely on it. What is only added is kept by
`UPDATE=1 sh tests/run_embed.sh`; when a name or field is gone or lies elsewhere,
raise SPOKE_ABI in spoke.h first.
END
    fail "$1 is not what tests/abi/ keeps" "$SCRATCH/difference"
}
abi=$ROOT/tests/abi
for form in static shared; do
    grep '^spoke_' "$SCRATCH/$form" >"$SCRATCH/$form.symbols"
    kept "what the $form library exports" "$abi/libspoke.symbols" "$SCRATCH/$form.symbols"
done
awk -f "$abi/fields.awk" spoke.h >"$SCRATCH/fields.c"
# shellcheck disable=SC2086 # CC may have words
check "the program that tells where fields lie" $cc -I. -o "$SCRATCH/fields" "$SCRATCH/fields.c"
if [ "$(getconf LONG_BIT)" = 64 ]; then
    "$SCRATCH/fields" >"$SCRATCH/structs"
    kept "where fields of structs lie" "$abi/libspoke.structs" "$SCRATCH/structs"
else
    skip "where fields of structs lie: it is written down for 64 bits"
fi

# The reference says what the header says.
reference() {
    awk -v form="$1" -v version=0 -f "$ROOT/interp/build/header_reference.awk" spoke.h
}
reference markdown >"$SCRATCH/reference"
same "docs/spoke.h.md is not what \`make reference\` writes" "$ROOT/docs/spoke.h.md" \
    "$SCRATCH/reference"
reference man >"$SCRATCH/spoke.3"
for name in $(cat "$SCRATCH/declared"); do
    grep -q "$name" "$SCRATCH/spoke.3" || echo "$name"
done >"$SCRATCH/absent"
if [ -s "$SCRATCH/absent" ]; then
    fail "spoke(3) lacks functions of spoke.h" "$SCRATCH/absent"
else
    pass
fi
if command -v man >/dev/null 2>&1; then
    man --warnings -l "$SCRATCH/spoke.3" >"$SCRATCH/page" 2>"$SCRATCH/warnings"
    if [ -s "$SCRATCH/warnings" ]; then
        fail "spoke(3) is not clean" "$SCRATCH/warnings"
    else
        pass
    fi
else
    skip "spoke(3) as a page: no man here"
fi

# C blocks of the documents: `c` is a file of its own, `c statements` stands in a function that has
# an interpreter `sp`.
blocks() {
    awk -v folder="$SCRATCH" '
        /^```c( statements)?$/ {
            out = folder "/block" ++n ".c"
            inside = $2 == "statements"
            printf "#include \"spoke.h\"\n#include <stdio.h>\n#include <string.h>\n" >out
            if (inside) print "void block(spoke *sp);\nvoid block(spoke *sp) {" >out
            next
        }
        /^```$/ && out { if (inside) print "}" >out; close(out); out = ""; next }
        out { print >out }' "$1"
}
blocks "$ROOT/docs/embedding.md"
for block in "$SCRATCH"/block*.c; do
    # shellcheck disable=SC2086 # CC may have words
    check "a C block of docs/embedding.md: $(sed -n 5p "$block")" \
        $cc -std=c11 -pedantic -Wall -Wextra -Werror -Wno-unused -I. -fsyntax-only "$block"
done

cd "$ROOT" || exit 1
if "$SPOKE" run examples/attendance/attendance.spoke --store "$SCRATCH/store.db" \
    --param out="$SCRATCH" >"$SCRATCH/log" 2>&1; then
    cat >"$SCRATCH/expected" <<'END'
error: grade_served: grade 11 is not served by Birch Hill School (student=N057)
1 rules looked at 240 rows: 1 findings
[exit 1]
END
    "$BUILD/embed-check" "$SCRATCH/store.db" examples/embed/rules.spoke >"$SCRATCH/got" 2>&1
    echo "[exit $?]" >>"$SCRATCH/got"
    same "the C example" "$SCRATCH/expected" "$SCRATCH/got"
else
    fail "the store for the C example could not be made" "$SCRATCH/log"
fi
finish
