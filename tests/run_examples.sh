#!/bin/sh
# The attendance example: its data is what generate.c writes, it runs, the figures are those counted
# from the CSV files by other means, and its rules find what was planted.
# shellcheck disable=SC2034 # lib.sh reads NAME
NAME=examples
. "$(dirname -- "$0")/lib.sh"

cd "$ROOT" || exit 1
mkdir "$SCRATCH/data"
"$BUILD/generate-attendance" "$SCRATCH/data"
for file in schools students attendance partners ties; do
    same "examples/attendance/$file.csv is not what generate.c writes" \
        "examples/attendance/$file.csv" "$SCRATCH/data/$file.csv"
done

script=examples/attendance/attendance.spoke
store=$SCRATCH/store.db
if "$SPOKE" run "$script" --store "$store" --param out="$SCRATCH" \
    >"$SCRATCH/first" 2>"$SCRATCH/stderr"; then
    pass
else
    fail "$script does not run" "$SCRATCH/stderr"
fi
if grep -q '<svg' "$SCRATCH/attendance.svg" 2>/dev/null; then
    pass
else
    fail "the run chart is not an SVG file"
fi

# Importing again changes nothing, nor does it change an answer.
"$SPOKE" run "$script" --store "$store" --param out="$SCRATCH" >"$SCRATCH/second" 2>/dev/null
same "a second run on the same store" "$SCRATCH/first" "$SCRATCH/second"

# Chronic absence by school, counted from the files by awk.
awk -F, '
    FNR <= 2 { next }
    FILENAME ~ /students/ { school[$1] = $2; next }
    { days[$1]++; missed[$1] += $3 == "A" || $3 == "E" }
    END {
        for (s in days) {
            if (days[s] < 10) continue
            d[school[s]]++
            n[school[s]] += missed[s] * 10 >= days[s]
        }
        for (s in d) printf "%s,%d,%d\n", s, n[s], d[s]
    }' examples/attendance/students.csv examples/attendance/attendance.csv |
    sort >"$SCRATCH/expected"
# The declarations of the example, and one question.
sed '/^show /d' "$script" >"$SCRATCH/question.spoke"
echo 'show chronic_absence by student.school in SY2024-25 | select school, n, d' \
    >>"$SCRATCH/question.spoke"
"$SPOKE" run "$SCRATCH/question.spoke" --store "$store" --format csv 2>"$SCRATCH/stderr" |
    tail -n +2 | tr -d '\r' >"$SCRATCH/got"
same "chronic absence by school" "$SCRATCH/expected" "$SCRATCH/got"

"$SPOKE" check "$script" --store "$store" --param out="$SCRATCH" --show-values >"$SCRATCH/findings" 2>&1
status=$?
if [ "$status" -eq 1 ] && grep -q N057 "$SCRATCH/findings" &&
    grep -q 'Town Library hosted it on 2025-' "$SCRATCH/findings"; then
    pass
else
    fail "spoke check should find the two planted faults and exit with 1, not $status" \
        "$SCRATCH/findings"
fi

# Two states and a hub: the script runs, and two years of it are those counted from the files by awk:
# advice of 2022 and 2023 among members of both.
script=examples/network/two_states.spoke
store=$SCRATCH/network.db
if "$SPOKE" run "$script" --store "$store" >"$SCRATCH/network" 2>"$SCRATCH/stderr" &&
    grep -q 'B22.*hub alone' "$SCRATCH/network" && grep -q 'nobody is tied to B23' "$SCRATCH/network"; then
    pass
else
    fail "$script does not find what was planted" "$SCRATCH/stderr"
fi
awk -F, '
    /^#/ { next }
    FILENAME ~ /orgs/ { stays[$1] = $9 != "" && $9 < "2023" && ($10 == "" || $10 >= "2023"); next }
    stays[$1] && stays[$2] { year[substr($3, 1, 4), $1, $2] = 1 }
    END {
        for (i in year) {
            split(i, at, SUBSEP)
            if (at[1] == 2022) year[2023, at[2], at[3]] ? kept++ : lost++
            if (at[1] == 2023 && !((2022, at[2], at[3]) in year) && year[i]) made++
        }
        printf "ties kept,%d.0\nties lost,%d.0\nties made,%d.0\n", kept, lost, made
    }' examples/network/orgs.csv examples/network/advice.csv >"$SCRATCH/expected"
sed '/^show /,$d' "$script" >"$SCRATCH/question.spoke"
echo 'show from stability(rivers) over year in 2022 .. 2023 | where relation == "advice"
  and measure in ["ties kept", "ties lost", "ties made"] | select measure, value' >>"$SCRATCH/question.spoke"
"$SPOKE" run "$SCRATCH/question.spoke" --store "$store" --format csv 2>"$SCRATCH/stderr" |
    tail -n +2 | tr -d '\r' >"$SCRATCH/got"
same "ties kept from 2022 to 2023" "$SCRATCH/expected" "$SCRATCH/got"
finish
