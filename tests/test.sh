#!/bin/sh
# Runs the test suites, two at a time, and sums them up; exits with 1 if any failed.
#
#   test.sh [SUITE...]     the suites of tests/run_*.sh, and layers
set -eu
cd "$(dirname -- "$0")/.."
: "${BUILD:=build}"
logs=$BUILD/tests/logs
rm -rf "$logs"
mkdir -p "$logs"
[ $# -gt 0 ] || set -- layers unit language golden pages library cli docs embed examples data nyc

# Long ones first would end sooner, but the order people read is the order given.
printf '%s\n' "$@" | xargs -P 2 -I SUITE sh -c '
    runner=tests/run_$1.sh
    [ "$1" != layers ] || runner=tests/layers.sh
    printf "  TEST %s\n" "$1"
    if sh "$runner" >"$2/$1.log" 2>&1; then echo 0; else echo 1; fi >"$2/$1.status"
' sh SUITE "$logs"

status=0
for suite in "$@"; do
    sed '$d' "$logs/$suite.log"
done
echo
for suite in "$@"; do
    tail -n 1 "$logs/$suite.log"
    [ "$(cat "$logs/$suite.status")" -eq 0 ] || status=1
done
if [ "$status" -eq 0 ]; then
    echo "All tests passed."
else
    echo "Tests failed; each suite's log is in $logs." >&2
fi
exit "$status"
