#!/bin/sh
# Measures Spoke against other programs that do the same work.
#
#   bench.sh [SUITE]     runs tests/bench/SUITE.sh (check, embed, end-to-end, language, measures,
#                        micro, networks or spc), which calls the functions below
#
# Each figure is the median of several runs, Spoke and its peer in turn. Prints a table and writes
# BUILD/bench.csv. A goal that is not met is shown, not punished: the exit status is 1 only when
# something could not be run or two programs gave different answers.
# shellcheck disable=SC2317 # the suite calls these functions
set -eu
cd "$(dirname -- "$0")/../.."
: "${BUILD:=build}"
: "${SPOKE:=$BUILD/spoke}"
: "${SPOKE_DATA:=../shared/data}"
suite=${1:-end-to-end}
timer=$BUILD/timer
csv=$BUILD/bench.csv
work=$BUILD/bench
broken=0

if [ ! -r "tests/bench/$suite.sh" ]; then
    echo "bench: there is no suite $suite; there is:" tests/bench/*.sh >&2
    exit 1
fi
rm -rf "$work"
mkdir -p "$work"
echo 'suite,name,spoke,peer,peer_version,ratio,goal,met' >"$csv"

# record NAME SPOKE PEER VERSION GOAL: one line. A goal is `ratio<=X`, of Spoke to the peer, or
# `spoke<=X` or `spoke>=X`, in the unit of the figure (seconds, or MiB, or lines a second); without
# one the figure is only reported.
record() {
    awk -v suite="$suite" -v name="$1" -v spoke="$2" -v peer="$3" -v version="$4" -v goal="$5" '
        BEGIN {
            ratio = peer != "" && peer + 0 > 0 ? sprintf("%.3f", spoke / peer) : ""
            least = goal ~ />=/
            split(goal, part, least ? ">=" : "<=")
            value = part[1] == "ratio" ? ratio : spoke
            reached = least ? value + 0 >= part[2] + 0 : value + 0 <= part[2] + 0
            met = goal == "" ? "reported" : value == "" ? "skipped" : (reached ? "yes" : "no")
            printf "%s,%s,%s,%s,%s,%s,%s,%s\n", suite, name, spoke, peer, version, ratio, goal, met
        }' >>"$csv"
}

# skipped NAME GOAL REASON
skipped() {
    echo "bench: $1 skipped: $3" >&2
    echo "$suite,$1,,,,,$2,skipped" >>"$csv"
}

# wrong NAME WHY: the work of two programs differs, so their times say nothing.
wrong() {
    echo "bench: $1: $2" >&2
    echo "$suite,$1,,,,,,wrong" >>"$csv"
    broken=1
}

# in_turn NAME GOAL VERSION TIMER_ARGUMENTS...: wall seconds of two commands. Leaves the
# lines of the timer in $work/NAME.
in_turn() {
    name=$1 goal=$2 version=$3
    shift 3
    if "$timer" "$@" >"$work/$name"; then
        record "$name" "$(awk 'NR == 1 { print $1 }' "$work/$name")" \
            "$(awk 'NR == 2 { print $1 }' "$work/$name")" "$version" "$goal"
    else
        wrong "$name" "could not be run"
    fi
}

have() {
    command -v "$1" >/dev/null 2>&1
}

# shellcheck source=/dev/null
. "tests/bench/$suite.sh"

awk -F, '{
    for (i = 2; i <= NF; i++) printf "%-*s", i == 2 || i == 5 ? 26 : i == 7 ? 20 : 11, $i
    print ""
}' "$csv"
echo "Seconds, memory in MiB; written to $csv."
exit "$broken"
