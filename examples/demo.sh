#!/bin/sh
# The demonstration: runs the attendance example into a fresh store, then judges its rules, which
# must find the two faults planted in the data.
set -eu
cd "$(dirname -- "$0")/.."
: "${BUILD:=build}"
: "${SPOKE:=$BUILD/spoke}"
store=$BUILD/demo.db
script=examples/attendance/attendance.spoke

rm -f "$store" "$store-wal" "$store-shm"
echo "\$ spoke run $script --store $store --param out=$BUILD"
"$SPOKE" run "$script" --store "$store" --param out="$BUILD"

echo
echo "\$ spoke check $script --store $store --param out=$BUILD --show-values"
status=0
"$SPOKE" check "$script" --store "$store" --param out="$BUILD" --show-values || status=$?
if [ "$status" -ne 1 ]; then
    echo "demo: spoke check ended with status $status; the planted faults should make it 1" >&2
    exit 1
fi
echo
echo "Exit status 1, as expected: the rules found the two faults planted in the data."
echo "The run chart is also in $BUILD/attendance.svg."
