#!/bin/sh
# Language tests: each tests/language/*.spoke says in comments what running it must give, as
# script_lib.sh reads them. They run in a copy of their folder, so they may read the files beside
# them.
# shellcheck disable=SC2034 # lib.sh reads NAME
NAME=language
. "$(dirname -- "$0")/lib.sh"
. "$ROOT/tests/script_lib.sh"

cp -R "$ROOT/tests/language/." "$SCRATCH/" 2>/dev/null
cd "$SCRATCH" || exit 1
for file in *.spoke; do
    [ -e "$file" ] || continue
    judge_script "$file"
done
finish
