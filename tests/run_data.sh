#!/bin/sh
# Real data with known results: each tests/data/NAME.spoke asks for what is published about the
# folder NAME of SPOKE_DATA (default: ../shared/data), and is skipped where that is not at hand.
# shellcheck disable=SC2034 # lib.sh reads NAME
NAME=data
. "$(dirname -- "$0")/lib.sh"
. "$ROOT/tests/script_lib.sh"

data=$(absolute "${SPOKE_DATA:-../shared/data}")
cp "$ROOT"/tests/data/*.spoke "$SCRATCH/"
cd "$SCRATCH" || exit 1
for file in *.spoke; do
    folder=$data/${file%.spoke}
    if [ -d "$folder" ]; then
        judge_script "$file" --param folder="$folder"
    else
        skip "no data in $folder (SPOKE_DATA names the folder above it)"
    fi
done
finish
