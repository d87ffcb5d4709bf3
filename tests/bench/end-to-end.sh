# The suite end-to-end, sourced by bench.sh: a million rows in, a question over them, scalar
# work, start-up, memory.
# shellcheck shell=sh disable=SC2154,SC2016 # work, SPOKE and the like come from bench.sh

data=$SPOKE_DATA/nyc_daily_attendance
store=$work/nyc.db
peer_store=$work/peer.db
clear_stores="rm -f $work/nyc.db* $work/peer.db*"

sqlite_version=
! have sqlite3 || sqlite_version="sqlite3 $(sqlite3 --version | cut -d' ' -f1)"
lua_version=
! have lua5.4 || lua_version=$(lua5.4 -v | cut -d' ' -f1-2)

# The peer's tables have the same columns, types and keys; it gets the rows in the order of its key.
# It checks nothing but the key, and leaves codes of missing values as text.
write_peer_import() {
    cat >"$work/import.sql" <<END
CREATE TABLE school(dbn TEXT PRIMARY KEY, name TEXT NOT NULL, borough TEXT, district TEXT, loc TEXT);
CREATE TABLE attendance(day TEXT NOT NULL, dbn TEXT NOT NULL, pct REAL,
    PRIMARY KEY (day, dbn)) WITHOUT ROWID;
.mode csv
.import --skip 1 '$data/schools.csv' school
.import --skip 1 '$data/attendance.csv' attendance
END
}

# Both stores hold the same number of rows before anything is timed.
bench_import() {
    "$SPOKE" run tests/bench/import.spoke --store "$store" --param data="$data" >/dev/null 2>&1 || :
    sqlite3 -bail "$peer_store" ".read $work/import.sql"
    counts='SELECT count(*), sum(pct IS NOT NULL AND pct <> "NS") FROM'
    if [ "$(sqlite3 "$store" "$counts \"spoke\$attendance\"" 2>/dev/null)" != \
        "$(sqlite3 "$peer_store" "$counts attendance")" ]; then
        wrong import "Spoke and sqlite3 store different rows"
        return
    fi
    in_turn import 'ratio<=1' "$sqlite_version" -b "$clear_stores" 5 \
        -- "$SPOKE" run tests/bench/import.spoke --store "$store" --param data="$data" \
        -- sqlite3 -bail "$peer_store" ".read $work/import.sql"
}

# The same rows from both, sorted; figures to nine digits.
same_rows() {
    for side in spoke peer; do
        tr -d '\r' <"$work/query.$side" | sed 's/(missing)//' |
            awk -F, 'NF == 4 && $3 ~ /^[0-9]+$/ { printf "%s,%s,%d,%.9g\n", $1, $2, $3, $4 }' |
            sort >"$work/query.$side.sorted"
    done
    [ -s "$work/query.peer.sorted" ] && cmp -s "$work/query.spoke.sorted" "$work/query.peer.sorted"
}

bench_query() {
    "$SPOKE" run tests/bench/import.spoke --store "$store" --param data="$data" >/dev/null 2>&1 || :
    "$SPOKE" run tests/bench/query.spoke --store "$store" --format csv \
        >"$work/query.spoke" 2>/dev/null || :
    sqlite3 -csv "$store" ".read tests/bench/query.sql" >"$work/query.peer" 2>/dev/null || :
    if same_rows; then
        in_turn query 'ratio<=0.2' "$sqlite_version" 7 \
            -- "$SPOKE" run tests/bench/query.spoke --store "$store" --format csv \
            -- sqlite3 -csv "$store" ".read tests/bench/query.sql"
    else
        wrong query "Spoke and sqlite3 give different answers (see $work/query.*.sorted)"
    fi
}

bench_memory() {
    if "$timer" -b "$clear_stores" 5 -- "$SPOKE" run examples/nyc/nyc.spoke --store "$store" \
        --param data="$data" --param out="$work" >"$work/memory" 2>"$work/memory.log"; then
        record memory_nyc "$(awk '{ printf "%.1f", $3 / 1024 }' "$work/memory")" '' '' 'spoke<=200'
    else
        wrong memory_nyc "$(tail -n 1 "$work/memory.log")"
    fi
}

bench_kernel() {
    if [ "$("$SPOKE" run tests/bench/kernels.spoke --param kernel="$1" 2>/dev/null)" = \
        "$(lua5.4 tests/bench/kernels.lua "$1")" ]; then
        in_turn "$1" "$2" "$lua_version" 5 \
            -- "$SPOKE" run tests/bench/kernels.spoke --param kernel="$1" \
            -- lua5.4 tests/bench/kernels.lua "$1"
    else
        wrong "$1" "Spoke and Lua give different answers"
    fi
}

if [ ! -r "$data/attendance.csv" ]; then
    for name in import query memory_nyc; do
        skipped "$name" '' "no data in $data (SPOKE_DATA names its folder)"
    done
else
    if [ -z "$sqlite_version" ]; then
        skipped import 'ratio<=1' "no sqlite3 program"
        skipped query 'ratio<=0.2' "no sqlite3 program"
    else
        write_peer_import
        bench_import
        bench_query
    fi
    bench_memory
fi

if [ -z "$lua_version" ]; then
    for name in fib loop mandel sieve start; do
        skipped "$name" '' "no lua5.4 program"
    done
else
    bench_kernel fib 'ratio<=1'
    bench_kernel loop 'ratio<=1'
    bench_kernel mandel 'ratio<=1'
    bench_kernel sieve 'ratio<=1'
    in_turn start 'ratio<=1.5' "$lua_version" 101 -- "$SPOKE" -c 1 -- lua5.4 -e 'return 1'
fi
