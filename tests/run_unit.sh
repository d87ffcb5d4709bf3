#!/bin/sh
# The unit tests, and their summary in the words of the other runners.
# shellcheck disable=SC2034 # lib.sh reads NAME
NAME=unit
. "$(dirname -- "$0")/lib.sh"

# A test may take a minute, as the machine may have other work; what is to be quick measures itself.
export CK_DEFAULT_TIMEOUT="${CK_DEFAULT_TIMEOUT:-60}"
# Patience once more, with kernels that count what they do.
"$BUILD/unit" >"$SCRATCH/out" 2>&1
status=$?
SPOKE_COUNTED=1 CK_RUN_SUITE=patience "$BUILD/unit-counted" >>"$SCRATCH/out" 2>&1 || status=1
# check's own summaries: "99%: Checks: 120, Failures: 1, Errors: 0"
counts=$(sed -n 's/^[0-9]*%: Checks: \([0-9]*\), Failures: \([0-9]*\), Errors: \([0-9]*\)$/\1 \2 \3/p' \
    "$SCRATCH/out" | awk '{ all += $1; wrong += $2 + $3 } END { if (NR == 2) print all, wrong }')
if [ -n "$counts" ]; then
    # shellcheck disable=SC2086 # two words
    set -- $counts
    failed=$2
    passed=$(($1 - failed))
fi
# A leak found at the end, or a crash, is a failure of no single test.
if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then
    failed=1
fi
[ "$failed" -eq 0 ] || grep -v '^Running suite' "$SCRATCH/out" | head -n 200
finish
