#!/bin/sh
# The New York example over 1.1 million rows of real data, where the data is at hand: SPOKE_DATA is
# the folder that holds nyc_daily_attendance (default: ../shared/data). The figures must be those of
# its expected/ folder, which has six decimals, and to 1e-9 those sqlite3 computes from the
# raw file.
# shellcheck disable=SC2034 # lib.sh reads NAME
NAME=nyc
. "$(dirname -- "$0")/lib.sh"

data=$(absolute "${SPOKE_DATA:-../shared/data}")/nyc_daily_attendance
if [ ! -r "$data/attendance.csv" ]; then
    skip "no data in $data (SPOKE_DATA names its folder)"
    finish
fi
if [ -n "${SANITIZED:-}" ]; then
    skip "a million rows take too long under the sanitizers"
    finish
fi

store=$SCRATCH/nyc.db
script=$ROOT/examples/nyc/nyc.spoke
cd "$SCRATCH" || exit 1

if "$SPOKE" run "$script" --store "$store" --param data="$data" >out 2>stderr; then
    pass
else
    fail "nyc.spoke does not run" stderr
    finish
fi
for fact in '615 schools below 90%' 2014-01-22 2014-02-13; do
    if grep -qF -- "$fact" out; then
        pass
    else
        fail "nyc.spoke does not say \"$fact\"" out
    fi
done
if grep -q '<svg' attendance.svg; then
    pass
else
    fail "the chart is not an SVG file"
fi

# ask FILE LINE: the rows that LINE shows after the declarations and lets of the example.
sed -e '/^show /d' -e '/^import /d' -e '/^print /d' "$script" >declarations.spoke
ask() {
    { cat declarations.spoke; echo "$2"; } >question.spoke
    "$SPOKE" run question.spoke --store "$store" --format csv 2>stderr | tr -d '\r' >"$1.csv"
    [ -s "$1.csv" ] || fail "nothing shown by: $2" stderr
}

# compare WHAT EXPECTED GOT KEYS TOLERANCE: rows in any order, the first KEYS columns as text, the
# others as numbers, an empty field only with an empty field. Both files have a header.
compare() {
    awk -F, -v keys="$4" -v tolerance="$5" '
        function key(   i, k) {
            for (i = 1; i <= keys; i++) k = k "," ($i == "(missing)" ? "" : $i)
            return k
        }
        FNR == 1 { next }
        NR == FNR { expected[key()] = $0; n++; next }
        {
            k = key()
            if (!(k in expected)) { print "not expected: " $0; bad++; next }
            split(expected[k], e, ",")
            for (i = keys + 1; i <= NF; i++) {
                d = $i - e[i]
                if (d < 0) d = -d
                if (($i == "") != (e[i] == "") || d > tolerance) {
                    print "expected " expected[k] ", got " $0
                    bad++
                    break
                }
            }
            delete expected[k]
            matched++
        }
        END {
            for (k in expected) { print "not given: " expected[k]; bad++ }
            if (matched != n) print matched + 0 " of " n + 0 " rows"
            exit bad > 0 || matched != n
        }' "$2" "$3" >mismatches
    # shellcheck disable=SC2181 # of awk
    if [ $? -eq 0 ]; then
        pass
    else
        fail "$1" mismatches
    fi
}

ask by_day 'show by_day'
ask by_month_borough 'show by_month_borough'
ask by_school_year 'show by_school_year'

# expected/ writes a school year as 2013-2014, Spoke as SY2013-14.
sed 's/^\([0-9]*\)-[0-9][0-9]\([0-9][0-9]\),/SY\1-\2,/' "$data/expected/by_school_year.csv" \
    >expected_by_school_year.csv
compare "by day, published table" "$data/expected/by_day.csv" by_day.csv 1 5.001e-7
compare "by month and borough, published table" "$data/expected/by_month_borough.csv" \
    by_month_borough.csv 2 5.001e-7
compare "by school year, published table" expected_by_school_year.csv by_school_year.csv 2 5.001e-7

if ! command -v sqlite3 >/dev/null 2>&1; then
    skip "no sqlite3 program to compute the unrounded figures"
    finish
fi
sqlite3 raw.db <<END
.mode csv
CREATE TABLE a(day TEXT, dbn TEXT, pct TEXT);
CREATE TABLE s(dbn TEXT, name TEXT, borough TEXT, district TEXT, loc TEXT);
.import --skip 1 '$data/attendance.csv' a
.import --skip 1 '$data/schools.csv' s
CREATE TABLE f AS SELECT day, dbn, nullif(borough, '') AS borough,
    CAST(nullif(pct, 'NS') AS REAL) AS pct,
    CAST(substr(day, 1, 4) AS INT) - (substr(day, 6, 2) < '07') AS y
    FROM a JOIN s USING (dbn);
.headers on
.separator , "\n"
.output truth_by_day.csv
SELECT day, count(pct), printf('%.17g', avg(pct)), count(*) - count(pct) FROM f GROUP BY 1;
.output truth_by_month_borough.csv
SELECT substr(day, 1, 7), borough, count(pct), printf('%.17g', avg(pct))
    FROM f WHERE pct IS NOT NULL GROUP BY 1, 2;
.output truth_by_school_year.csv
SELECT printf('SY%d-%02d', y, (y + 1) % 100), dbn, count(pct), printf('%.17g', avg(pct)),
    count(*) - count(pct), count(CASE WHEN pct < 90 THEN 1 END) FROM f GROUP BY 1, 2;
END
# An average over nothing is missing, and printf would make it 0.
sed -i 's/,0,0\(\.0*\)\{0,1\},/,0,,/' truth_by_day.csv truth_by_school_year.csv
compare "by day, unrounded" truth_by_day.csv by_day.csv 1 1e-9
compare "by month and borough, unrounded" truth_by_month_borough.csv by_month_borough.csv 2 1e-9
compare "by school year, unrounded" truth_by_school_year.csv by_school_year.csv 2 1e-9

# Schools with at least 100 reported days, and those the rule complains of.
enough=$(sqlite3 raw.db 'SELECT count(*) FROM (SELECT dbn FROM f WHERE y = 2015 GROUP BY dbn
    HAVING count(pct) >= 100)')
all=$(sqlite3 raw.db 'SELECT count(*) FROM s')
"$SPOKE" check "$script" --store "$store" --param data="$data" --param out="$SCRATCH" \
    --format json --fail-on never >findings 2>stderr
status=$?
found=$(grep -o '"key"' findings | wc -l)
if [ "$status" -eq 0 ] && [ "$found" -gt 0 ] && [ "$found" -le $((all - enough)) ]; then
    pass
else
    fail "reports_enough: $found findings for $((all - enough)) schools, status $status" stderr
fi
finish
