#!/bin/sh
# Golden tests: each tests/golden/**/NAME.spoke has NAME.out, exactly what running it prints on
# stdout and stderr together and, as the last line, its exit status.
#
#   # command: dump tokens FILE      another command than `run FILE`
#   # setup: SHELL COMMAND           run before it, in the copy of the folder
#
# Every code of codes.def is an error of some .out file, except those listed at the end.
#
# UPDATE=1 rewrites the .out files; read the difference before you keep it. Tests run in a copy of
# their folder.
# shellcheck disable=SC2034 # lib.sh reads NAME
NAME=golden
. "$(dirname -- "$0")/lib.sh"

cp -R "$ROOT/tests/golden/." "$SCRATCH/" 2>/dev/null
cd "$SCRATCH" || exit 1
find . -name '*.spoke' | sort >list
while IFS= read -r path; do
    path=${path#./}
    folder=$(dirname -- "$path")
    file=$(basename -- "$path")
    command=$(sed -n 's/^# command: //p' "$path" | head -n 1)
    command=$(printf '%s\n' "${command:-run FILE}" | sed "s/FILE/$file/g")
    setup=$(sed -n 's/^# setup: //p' "$path")
    if [ -n "$setup" ] && ! (cd "$folder" && sh -eu -c "$setup") >"$SCRATCH/got" 2>&1 </dev/null; then
        fail "the setup of $path" got
        continue
    fi
    # shellcheck disable=SC2086 # the command is words
    (cd "$folder" && "$SPOKE" $command 2>&1 </dev/null) >"$SCRATCH/got"
    echo "[exit $?]" >>got
    out=${path%.spoke}.out
    if [ -n "${UPDATE:-}" ]; then
        cmp -s got "$ROOT/tests/golden/$out" || echo "golden: rewrote tests/golden/$out"
        cp got "$ROOT/tests/golden/$out"
        pass
    elif [ ! -e "$out" ]; then
        fail "$path has no .out file (UPDATE=1 writes it)" got
    else
        same "$path" "$out" got
    fi
done <list

# What needs more than a script (a full disk, a signal, no memory), and the test that gives it.
elsewhere='E0406 tests/unit/limits_test.c
E0407 tests/unit/limits_test.c
E0410 tests/unit/limits_test.c
E0506 tests/cli/store-errors.sh
E0507 tests/cli/store-errors.sh
E0508 tests/cli/store-errors.sh
E0509 tests/cli/store-errors.sh
E0540 tests/cli/archives.sh
E0543 tests/cli/archives.sh
E0544 tests/cli/statistics.sh
E0931 tests/cli/check-records.sh
E0932 tests/cli/test.sh
E0933 tests/cli/check-records.sh
E0934 tests/unit/host_test.c
E0958 tests/unit/foreign_test.c
E0971 tests/unit/host_test.c
E0972 tests/unit/host_test.c'
for code in $(sed -n 's/^CODE(\(E[0-9]*\),.*/\1/p' "$ROOT/interp/diagnose/codes.def"); do
    test=$(printf '%s\n' "$elsewhere" | sed -n "s/^$code //p")
    if find "$ROOT/tests/golden" -name '*.out' -exec grep -q "^error\[$code\]" {} +; then
        if [ -z "$test" ]; then pass; else fail "$code has a golden file: take it from the list"; fi
    elif [ -z "$test" ]; then
        fail "no golden file gives $code; tests/golden/errors has one for each other code"
    elif grep -q "$code" "$ROOT/$test"; then
        pass
    else
        fail "$test, which should give $code, does not mention it"
    fi
done
finish
