#!/bin/sh
# Golden tests: each tests/golden/**/NAME.spoke has NAME.out, exactly what running it prints on
# stdout and stderr together and, as the last line, its exit status.
#
#   # command: dump tokens FILE      another command than `run FILE`
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
finish
