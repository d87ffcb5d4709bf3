#!/bin/sh
# Error pages: every code of codes.def has docs/errors/CODE.md, whose blocks prove it.
#
#   ```spoke wrong [ARGUMENTS]   running it gives the code
#   ```spoke right [ARGUMENTS]   running it succeeds
#   ```file NAME                 a file both find beside them
#   ```sh setup                  commands run before each, for what a file cannot say
#   <!-- needs LIBRARY -->       skipped when that library of formats was left out of the build
#
# A code that no script can give (no memory, a full disk) says "Tested by `tests/...`" instead.
# shellcheck disable=SC2034 # lib.sh reads NAME
NAME=pages
. "$(dirname -- "$0")/lib.sh"
formats=${FORMATS-$("$ROOT/interp/build/formats.sh" | tr '\n' ' ')}

# Writes the blocks of a page: N.wrong, N.right with N.arguments, files/NAME, setup.
split_page() {
    awk -v folder="$2" '
        !inside && /^```/ {
            inside = 1
            out = ""
            if ($1 == "```spoke" && ($2 == "wrong" || $2 == "right")) {
                out = folder "/" ++n "." $2
                words = ""
                for (i = 3; i <= NF; i++) words = words " " $i
                print words >(folder "/" n ".arguments")
            } else if ($1 == "```file") out = folder "/files/" $2
            else if ($1 == "```sh" && $2 == "setup") out = folder "/setup"
            if (out) printf "" >out
            next
        }
        /^```[ \t]*$/ { inside = 0; out = ""; next }
        inside && out { print >out }' "$1"
}

# run_block PAGE_FOLDER BLOCK: in a fresh folder; sets status, and leaves log.
run_block() {
    rm -rf "$1/run"
    mkdir "$1/run"
    cp -R "$1/files/." "$1/run/"
    cp "$2" "$1/run/example.spoke"
    # shellcheck disable=SC2046 # arguments are words
    (
        cd "$1/run" || exit 99
        if [ -e ../setup ]; then
            sh -eu ../setup || exit 99
        fi
        "$SPOKE" run example.spoke $(cat "${2%.*}.arguments")
    ) >"$1/log" 2>&1 </dev/null
    status=$?
}

check_page() {
    code=$1
    page=$ROOT/docs/errors/$code.md
    folder=$SCRATCH/$code
    needs=$(sed -n 's/^<!-- needs \(.*\) -->$/\1/p' "$page")
    case " $formats " in
    *" ${needs:-$formats} "*) ;;
    *)
        skip "$code.md: built without $needs"
        return
        ;;
    esac
    mkdir -p "$folder/files"
    split_page "$page" "$folder"
    tested=$(sed -n 's/.*Tested by `\(tests\/[^`]*\)`.*/\1/p' "$page" | head -n 1)
    if [ -n "$tested" ] && [ ! -e "$ROOT/$tested" ]; then
        fail "$code.md names $tested, which is not there"
        return
    fi
    for kind in wrong right; do
        count=0
        for block in "$folder"/*."$kind"; do
            [ -e "$block" ] || continue
            count=$((count + 1))
            run_block "$folder" "$block"
            if [ "$kind" = right ] && [ "$status" -ne 0 ]; then
                fail "$code.md: the right example fails with status $status" "$block" "$folder/log"
            elif [ "$kind" = wrong ] && [ "$status" -eq 0 ]; then
                fail "$code.md: the wrong example succeeds" "$block" "$folder/log"
            elif [ "$kind" = wrong ] && ! grep -q "^error\[$code\]" "$folder/log"; then
                fail "$code.md: the wrong example does not give $code" "$block" "$folder/log"
            else
                pass
            fi
        done
        if [ "$count" -eq 0 ] && [ -z "$tested" ]; then
            fail "$code.md has no $kind example"
        fi
    done
    [ -z "$tested" ] || pass
}

codes=$(sed -n 's/^CODE(\(E[0-9]*\),.*/\1/p' "$ROOT/interp/diagnose/codes.def")
for code in $codes; do
    if [ -e "$ROOT/docs/errors/$code.md" ]; then
        check_page "$code"
    else
        fail "$code has no page docs/errors/$code.md"
    fi
done
for page in "$ROOT"/docs/errors/E*.md; do
    [ -e "$page" ] || continue
    code=$(basename -- "$page" .md)
    grep -q "^CODE($code," "$ROOT/interp/diagnose/codes.def" ||
        fail "docs/errors/$code.md explains a code that codes.def does not have"
done
finish
