#!/bin/sh
# Documentation: the fenced blocks of README.md and docs/*.md run, and print what they say.
#
#   ```sh                a shell script, in a scratch folder that looks like the top of the project
#   ```spoke             a script of its own
#   ```spoke continue    goes on where the spoke block before it stopped
#   ```sh fails          must fail; likewise spoke fails
#   ```spoke --OPTION X  runs with these arguments, its continuations with their own
#   ```output            right after one of these: exactly what it printed
#
# UPDATE=1 rewrites the outputs; read the difference before you keep it.
#
# Of a block that succeeds stdout counts, of one that fails stdout and stderr. Other blocks, `text`
# among them, are not run.
# shellcheck disable=SC2034 # lib.sh reads NAME
NAME=docs
. "$(dirname -- "$0")/lib.sh"

PATH=$(dirname -- "$SPOKE"):$PATH
export PATH

# Writes N.kind (first line: line number, then the words of the info string), N.text and, when the
# next block is one, N.output.
split_document() {
    awk -v folder="$2" '
        !inside && /^```/ {
            inside = 1
            out = ""
            words = substr($0, 4)
            split(words, word, " ")
            if (word[1] == "sh" || word[1] == "spoke") {
                print NR, words >(folder "/" ++n ".kind")
                close(folder "/" n ".kind")
                out = folder "/" n ".text"
                last = n
            } else if (word[1] == "output" && last) out = folder "/" last ".output"
            if (out) printf "" >out
            if (word[1] == "output") last = 0
            next
        }
        inside && /^```[ \t]*$/ { inside = 0; if (out) close(out); out = ""; next }
        inside && out { print >out }
        END { print n + 0 }' "$1"
}

# write_outputs DOCUMENT FOLDER: the document with what is in N.new for the output of block N.
write_outputs() {
    awk -v folder="$2" '
        !inside && /^```/ {
            inside = 1
            skip = 0
            split(substr($0, 4), word, " ")
            if (word[1] == "sh" || word[1] == "spoke") last = ++n
            else {
                file = folder "/" last ".new"
                if (word[1] == "output" && last && (getline line <file) > 0) {
                    print
                    do print line; while ((getline line <file) > 0)
                    skip = 1
                }
                last = 0
            }
            if (!skip) print
            next
        }
        inside && /^```[ \t]*$/ { inside = 0; print; next }
        !(inside && skip) { print }' "$1"
}

# run_spoke FOLDER N: the chain this block ends; what earlier blocks printed is cut off.
run_spoke() {
    if [ "$mode" = continue ]; then
        cat "$1/$2.text" >>"$1/chain"
        before=$(wc -c <"$1/printed")
    else
        cp "$1/$2.text" "$1/chain"
        before=0
    fi
    cp "$1/chain" "$work/document.spoke"
    # shellcheck disable=SC2086 # arguments are words
    (cd "$work" && "$SPOKE" run document.spoke $arguments) >"$1/printed" 2>"$1/stderr" </dev/null
    status=$?
    tail -c +$((before + 1)) "$1/printed" >"$1/got"
}

run_document() {
    folder=$SCRATCH/$(echo "$1" | tr '/.' '__')
    work=$folder/work
    mkdir -p "$work"
    for entry in examples docs tests Makefile README.md; do
        ln -s "$ROOT/$entry" "$work/$entry"
    done
    ln -s "$BUILD" "$work/build"
    count=$(split_document "$ROOT/$1" "$folder")
    number=0
    while [ "$number" -lt "$count" ]; do
        number=$((number + 1))
        read -r line kind mode <"$folder/$number.kind"
        where="$1:$line"
        arguments=
        case $mode in
        --*) arguments=$mode mode= ;;
        esac
        if [ "$kind" = sh ]; then
            (cd "$work" && sh -eu "$folder/$number.text") \
                >"$folder/got" 2>"$folder/stderr" </dev/null
            status=$?
        else
            run_spoke "$folder" "$number"
        fi
        if [ "$mode" = fails ]; then
            cat "$folder/stderr" >>"$folder/got"
            [ "$status" -ne 0 ] || fail "$where should fail and does not" "$folder/got"
            [ "$status" -ne 0 ] || continue
        elif [ "$status" -ne 0 ]; then
            fail "$where fails with status $status" "$folder/got" "$folder/stderr"
            continue
        fi
        if [ -n "${UPDATE:-}" ] && [ -e "$folder/$number.output" ]; then
            cp "$folder/got" "$folder/$number.new"
            pass
        elif [ -e "$folder/$number.output" ]; then
            same "$where prints something else" "$folder/$number.output" "$folder/got"
        else
            pass
        fi
    done
    [ -z "${UPDATE:-}" ] || write_outputs "$ROOT/$1" "$folder" >"$folder/document"
    [ -z "${UPDATE:-}" ] || cp "$folder/document" "$ROOT/$1"
}

cd "$ROOT" || exit 1
for document in README.md docs/*.md; do
    [ ! -e "$document" ] || run_document "$document"
done
finish
