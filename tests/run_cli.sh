#!/bin/sh
# The command line: each tests/cli/*.sh runs in a folder of its own with SPOKE, ROOT and BUILD set;
# it exits with 0 when all is well, 77 when it cannot run here.
# shellcheck disable=SC2034 # lib.sh reads NAME
NAME=cli
. "$(dirname -- "$0")/lib.sh"

for script in "$ROOT"/tests/cli/*.sh; do
    [ -e "$script" ] || continue
    test=$(basename -- "$script" .sh)
    mkdir -p "$SCRATCH/$test"
    (cd "$SCRATCH/$test" && sh -eu "$script") >"$SCRATCH/$test.log" 2>&1 </dev/null
    case $? in
    0) pass ;;
    77) skip "$test: $(tail -n 1 "$SCRATCH/$test.log")" ;;
    *) fail "$test" "$SCRATCH/$test.log" ;;
    esac
done
finish
