#!/bin/sh
# Writes docs/library.md on stdout: every module.def as a page for people.
#
# The files are lists of C macros, so a C program reads them: it is made here, run, and thrown away.
set -eu
cd "$(dirname -- "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

{
    cat <<'END'
#include <stdio.h>
#define MODULE(name, doc) printf("\n## %s\n\n%s.\n", name, doc);
#define NATIVE(name, function, signature, doc, example) \
    printf("\n### %s\n\n`%s`: %s.\n\n```spoke\n%s```\n", #name, signature, doc, example);
int main(void) {
#include "stdlib/core/module.def"
END
    # core first, the others by name
    for module in stdlib/*/module.def; do
        [ "$module" = stdlib/core/module.def ] || echo "#include \"$module\""
    done
    echo 'return 0; }'
} >"$work/page.c"
"${CC:-cc}" -std=c11 -I. -o "$work/page" "$work/page.c"

cat <<'END'
# The library

Every function of the standard modules, with a program that uses it; what the program prints stands
behind `#` in it, and the tests run them all. This page is made from `stdlib/*/module.def` by
`make library`. Functions of the language itself, such as `abs`, `round` and `len`, stand in
[language.md](language.md#functions-of-the-language).

A function is found by its name or by the full one, `core.upper`. `spoke doc NAME` shows the same as
this page.

In a signature `T` is any type, `S` any scalar (all of which have an order), `N` a number (an int
stays one, others are floats) and `L` a text or a list; a letter is one type throughout a call. A
list of ints, ratios or shares is taken where a list of floats is wanted. Where the result is a
single value, a missing argument makes it missing, unless the parameter's type has a `?`.
END
"$work/page"

# Modules written in Spoke: their measures and functions, with the comments above them.
for module in stdlib/*/module.spoke; do
    name=$(basename "$(dirname "$module")")
    [ -e "stdlib/$name/module.def" ] && continue
    doc=$(sed -n "s/^ *\"$name\", \"\(.*\)\", NULL.*/\1/p" "stdlib/$name/bind.c")
    printf '\n## %s\n\n%s. `use %s` brings them; [attendance.md](attendance.md) tells how they are used.\n' \
        "$name" "$doc" "$name"
    awk -v module="$name" '
        /^## / { doc = doc (doc ? " " : "") substr($0, 4); next }
        /^(measure|fn) / {
            split($2, word, "(")
            title = match($0, /"[^"]*"/) ? substr($0, RSTART + 1, RLENGTH - 2) "." : ""
            printf "\n### %s.%s\n\n", module, word[1]
            if (title || doc) printf "%s%s%s\n\n", title, title && doc ? " " : "", doc
            print "```text"
            inside = 1
            doc = ""
        }
        inside { print }
        inside && /^}/ { print "```"; inside = 0 }' "$module"
done
