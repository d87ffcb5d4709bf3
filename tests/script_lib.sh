# Scripts that say in comments what running them must give; sourced after lib.sh.
#
#   # expect: TEXT                   the lines of stdout, all of them, in order
#   # expect error E0204 line 4      an error with that code at that line (the line may be left out)
#   # expect note: TEXT              a line of stderr that contains TEXT
#   # arguments: --as-of 2025-01-01  more arguments for `spoke run`
#
# Without an expected error the run must succeed; with some, it must fail and give these errors
# and no others.
# shellcheck shell=sh

# "CODE line N" for each error of a stderr text in the form people read.
list_errors() {
    awk '
        /^error\[E[0-9]+\]/ { if (code) print code; code = substr($0, 7, 5) }
        code && /^ *--> / {
            n = split($0, part, ":")
            print code " line " part[n - 1]
            code = ""
        }
        END { if (code) print code }' "$1"
}

# judge_script FILE [ARGUMENT...]: runs it in the folder at hand.
judge_script() {
    file=$1
    shift
    test=${file%.spoke}
    sed -n 's/^# expect: \{0,1\}//p' "$file" >"$test.expected"
    sed -n 's/^# expect error //p' "$file" >"$test.errors"
    sed -n 's/^# expect note: //p' "$file" >"$test.notes"
    arguments=$(sed -n 's/^# arguments: //p' "$file")
    # shellcheck disable=SC2086 # arguments are words
    "$SPOKE" run "$file" $arguments "$@" >"$test.stdout" 2>"$test.stderr" </dev/null
    status=$?
    why=
    [ "$status" -lt 126 ] || why="ended with status $status"
    if ! cmp -s "$test.expected" "$test.stdout"; then
        diff -u "$test.expected" "$test.stdout" >"$test.difference"
        why="${why:-prints something else}"
    fi
    list_errors "$test.stderr" >"$test.got"
    if [ -s "$test.errors" ]; then
        [ "$status" -ne 0 ] || why=${why:-"succeeds where an error is expected"}
        # An expected error without a line matches the code alone.
        awk 'NR == FNR { expected[NR] = $0; n = NR; next }
             {
                 for (i = 1; i <= n; i++) {
                     if (!(i in used) && (expected[i] == $0 || expected[i] == $1)) {
                         used[i] = 1
                         next
                     }
                 }
                 print "not expected: " $0
             }
             END { for (i = 1; i <= n; i++) if (!(i in used)) print "not given: " expected[i] }' \
            "$test.errors" "$test.got" >>"$test.difference"
        [ ! -s "$test.difference" ] || why=${why:-"gives other errors"}
    elif [ "$status" -ne 0 ]; then
        why=${why:-"fails with status $status"}
    fi
    while IFS= read -r note; do
        grep -qF -- "$note" "$test.stderr" || why=${why:-"lacks the note: $note"}
    done <"$test.notes"
    if [ -z "$why" ]; then
        pass
    else
        fail "$file $why" "$test.difference" "$test.stderr"
    fi
}
