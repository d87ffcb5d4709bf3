# The suite measures, sourced by bench.sh: chronic absence over 5.4 million rows against tuned SQL
# in the sqlite3 shell and against DuckDB; the same over native rows; how cost grows.
# shellcheck shell=sh disable=SC2154,SC2016 # work, SPOKE and the like come from bench.sh
#
#   MEASURES_STUDENTS=30000   180 rows each; MEASURES_GROWTH="3000 30000" for the last part, where
#                             300000 takes some 3 GB and minutes
#   THREADS                   for Spoke and DuckDB; all processors, unless given
#   DUCKDB_HOME               a folder with node_modules/@duckdb/node-api; else it is installed
#                             from the npm registry, and skipped where that cannot be

: "${MEASURES_STUDENTS:=30000}"
: "${MEASURES_GROWTH:=3000 30000}"
: "${THREADS:=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)}"
questions='overall race grade month'

cc -std=c11 -O2 -o "$work/attendance" tests/bench/attendance.c

make_data() {
    mkdir -p "$2"
    "$work/attendance" "$2" "$1"
}

# import_script STORE FOLDER [rows]: writes the script beside the store, whose file goes.
import_script() {
    script=${1%.db}.spoke
    sed -n '/^table/,/^}/p' tests/bench/measures.spoke |
        if [ "${3:-}" ]; then sed '/^table attendance/a\  stored rows'; else cat; fi >"$script"
    for table in school:schools student:students attendance:attendance; do
        echo "import ${table%:*} from \"$2/${table#*:}.csv\""
    done >>"$script"
    rm -f "$1" "$1"-*
}

# import_into STORE FOLDER [rows]
import_into() {
    import_script "$@"
    "$SPOKE" run "$script" --store "$1" >"$1.log" 2>&1
}

# ask STORE NAME TIMES: prints the figures as CSV.
ask() {
    "$SPOKE" run tests/bench/measures.spoke --store "$1" --param question="$2" \
        --param times="$3" --threads "$THREADS" --format csv 2>/dev/null
}

# The text schema as it comes, and the integers and covering indexes of somebody who tunes.
write_peer_sql() {
    cat >"$work/plain.sql" <<END
CREATE TABLE schools(school_id INTEGER PRIMARY KEY, name TEXT, level TEXT);
CREATE TABLE students(student_id INTEGER PRIMARY KEY, school_id INTEGER, grade INTEGER, race TEXT);
CREATE TABLE attendance(student_id INTEGER, school_id INTEGER, date TEXT, status TEXT, reason TEXT);
.mode csv
.import --skip 1 '$data/schools.csv' schools
.import --skip 1 '$data/students.csv' students
.import --skip 1 '$data/attendance.csv' attendance
END
    cat >"$work/tune.sql" <<END
PRAGMA journal_mode = OFF;
CREATE TABLE tuned(student_id INTEGER NOT NULL, school_id INTEGER NOT NULL, ym INTEGER NOT NULL,
    status INTEGER NOT NULL);
INSERT INTO tuned SELECT student_id, school_id,
    CAST(substr(date, 1, 4) || substr(date, 6, 2) AS INTEGER), instr('PAET', status) - 1
    FROM attendance;
CREATE INDEX by_school ON tuned(school_id, ym, student_id, status);
CREATE INDEX by_student ON tuned(student_id, status);
END
    units='SELECT student_id, count(*) n, sum(status IN (1, 2)) a FROM tuned GROUP BY student_id
    HAVING count(*) >= 10'
    pragmas='PRAGMA mmap_size = 4000000000; PRAGMA temp_store = MEMORY;'
    echo "$pragmas SELECT sum(10 * a >= n), count(*) FROM ($units);" >"$work/overall.sql"
    for dim in race grade; do
        echo "$pragmas SELECT $dim, sum(10 * a >= n), count(*) FROM ($units)
            JOIN students USING (student_id) GROUP BY 1 ORDER BY 1;" >"$work/$dim.sql"
    done
    cat >"$work/month.sql" <<END
$pragmas SELECT school_id, ym, sum(10 * a >= n), count(*) FROM (
    SELECT school_id, ym, student_id, count(*) n, sum(status IN (1, 2)) a FROM tuned
    GROUP BY school_id, ym, student_id HAVING count(*) >= 10)
GROUP BY school_id, ym ORDER BY school_id, ym;
END
    # The same over the text schema, without any index.
    for name in $questions; do
        sed "s/status IN (1, 2)/status IN ('A', 'E')/; s/FROM tuned/FROM attendance/
            s/ ym,/ substr(date, 1, 7) AS ym,/; s/BY school_id, substr(date, 1, 7) AS ym/BY school_id, ym/
            s/SELECT school_id, substr(date, 1, 7) AS ym, sum/SELECT school_id, ym, sum/" \
            "$work/$name.sql" >"$work/$name.plain.sql"
    done
}

# figures: keys, n and d of an answer, in one form for all; months without students do not count.
figures() {
    tr -d '\r"-' | awk -F, -v keys="$1" '$(keys + 2) ~ /^[0-9]+$/ && $(keys + 2) > 0 {
        for (i = 1; i <= keys + 2; i++) printf "%s%s", $i, i == keys + 2 ? "\n" : "," }' | sort
}
keys_of() {
    case $1 in overall) echo 0 ;; month) echo 2 ;; *) echo 1 ;; esac
}

# same NAME PEER: the answers of Spoke and of the peer, in files NAME.PEER.
same() {
    figures "$(keys_of "$1")" <"$work/$1.spoke" >"$work/$1.spoke.sorted"
    figures "$(keys_of "$1")" <"$work/$1.$2" >"$work/$1.$2.sorted"
    [ -s "$work/$1.spoke.sorted" ] && cmp -s "$work/$1.spoke.sorted" "$work/$1.$2.sorted"
}

# seconds FILE: of the first command of a timer
seconds() {
    awk 'NR == 1 { print $1 }' "$1"
}

against_sqlite() {
    for name in $questions; do
        ask "$store" "$name" 1 >"$work/$name.spoke"
        sqlite3 -csv "$peer" ".read $work/$name.sql" >"$work/$name.sqlite" 2>/dev/null
        if ! same "$name" sqlite; then
            wrong "$name" "Spoke and sqlite3 give different answers (see $work/$name.*.sorted)"
            continue
        fi
        in_turn "$name" 'ratio<=0.1' "$sqlite_version tuned" 5 \
            -- "$SPOKE" run tests/bench/measures.spoke --store "$store" --threads "$THREADS" \
            --param question="$name" --format csv -- sqlite3 -csv "$peer" ".read $work/$name.sql"
        in_turn "${name}_rows" 'ratio<=0.3' "$sqlite_version plain" 3 \
            -- "$SPOKE" run tests/bench/measures.spoke --store "$rows" --threads "$THREADS" \
            --param question="$name" --format csv \
            -- sqlite3 -csv "$peer" ".read $work/$name.plain.sql"
    done
}

find_duckdb() {
    have node || return 1
    if [ -z "${DUCKDB_HOME:-}" ]; then
        DUCKDB_HOME=$BUILD/duckdb
        mkdir -p "$DUCKDB_HOME"
        [ -d "$DUCKDB_HOME/node_modules/@duckdb" ] ||
            npm install --silent --prefix "$DUCKDB_HOME" '@duckdb/node-api@^1.5.6-r.1' \
                >/dev/null 2>&1 || return 1
    fi
    NODE_PATH=$DUCKDB_HOME/node_modules
    export NODE_PATH
    duck_version="DuckDB $(sed -n 's/^ *"version": "\(.*\)",*/\1/p' \
        "$NODE_PATH/@duckdb/node-api/package.json") ($THREADS threads)"
}

duck() {
    node tests/bench/duck.js "$work/duck.db" "$THREADS" "$@"
}

# DuckDB's time begins when Node has started, Spoke's with its process. Asked again: the difference
# between 21 times and once.
against_duckdb() {
    for name in $questions; do
        ask "$store" "$name" 1 >"$work/$name.spoke"
        if ! duck ask "$name" >"$work/$name.duck" 2>"$work/$name.seconds" || ! same "$name" duck; then
            wrong "${name}_duckdb" "Spoke and DuckDB give different answers"
            continue
        fi
        # shellcheck disable=SC2034
        for turn in 1 2 3 4 5; do
            duck ask "$name" 2>>"$work/$name.seconds" >/dev/null
            for times in 1 21; do
                "$timer" 1 -- "$SPOKE" run tests/bench/measures.spoke --store "$store" \
                    --threads "$THREADS" --param question="$name" --param times=$times \
                    --format csv >"$work/once" 2>/dev/null
                seconds "$work/once" >>"$work/$name.times$times"
            done
        done
        median() { sort -n | awk '{ x[NR] = $1 } END { print x[int((NR + 1) / 2)] }'; }
        first=$(cut -d' ' -f1 "$work/$name.seconds" | median)
        again=$(cut -d' ' -f2 "$work/$name.seconds" | median)
        once=$(median <"$work/$name.times1")
        many=$(median <"$work/$name.times21")
        record "${name}_duckdb" "$once" "$first" "$duck_version" 'ratio<=0.5'
        record "${name}_again" "$(awk -v a="$once" -v b="$many" \
            'BEGIN { s = (b - a) / 20; printf "%.6f", (s > 1e-6 ? s : 1e-6) }')" "$again" \
            "$duck_version" 'ratio<=0.25'
    done
}

# One thread against two: user seconds stay, wall seconds should not.
threads_help() {
    for name in overall month; do
        "$timer" 5 -- "$SPOKE" run tests/bench/measures.spoke --store "$1" --threads 2 \
            --param question="$name" -- "$SPOKE" run tests/bench/measures.spoke --store "$1" \
            --threads 1 --param question="$name" >"$work/threads"
        record "${name}_2_threads$2" "$(awk 'NR == 1 { print $1 }' "$work/threads")" \
            "$(awk 'NR == 2 { print $1 }' "$work/threads")" 'Spoke (1 thread)' 'ratio<=0.588'
    done
}

threads_help_import() {
    import_script "$work/threads.db" "$data"
    "$timer" -b "rm -f $work/threads.db*" 3 -- "$SPOKE" run "$script" --store "$work/threads.db" \
        --threads 2 -- "$SPOKE" run "$script" --store "$work/threads.db" --threads 1 \
        >"$work/threads"
    record import_2_threads "$(awk 'NR == 1 { print $1 }' "$work/threads")" \
        "$(awk 'NR == 2 { print $1 }' "$work/threads")" 'Spoke (1 thread)' ''
    rm -f "$work"/threads.db*
}

# grown NAME ROWS TIMER_LINE: its seconds, and its memory, which stays within bounds.
grown() {
    record "${1}_$2" "$(seconds "$3")" '' '' ''
    record "${1}_${2}_memory" "$(awk 'NR == 1 { printf "%.1f", $3 / 1024 }' "$3")" '' '' \
        'spoke<=300'
    awk -v name="$1" -v rows="$2" 'NR == 1 { print name, rows, $1, $3 / 1024 }' "$3" >>"$work/growth.txt"
}

growth() {
    : >"$work/growth.txt"
    for students in $MEASURES_GROWTH; do
        folder=$work/growth
        n=$((students * 180))
        rm -rf "$folder"
        make_data "$students" "$folder"
        import_script "$folder/store.db" "$folder"
        "$timer" -b "rm -f $folder/store.db*" 1 -- "$SPOKE" run "$script" \
            --store "$folder/store.db" --threads "$THREADS" >"$work/grown"
        grown import "$n" "$work/grown"
        for name in overall month; do
            "$timer" 3 -- "$SPOKE" run tests/bench/measures.spoke --store "$folder/store.db" \
                --threads "$THREADS" --param question="$name" >"$work/grown"
            grown "$name" "$n" "$work/grown"
        done
        [ "$students" -lt 300000 ] || threads_help "$folder/store.db" "_$n"
        rm -rf "$folder"
    done
    plot_growth
}

# Where cost grows with the rows, the bars of a name are equally long.
plot_growth() {
    awk '
        { rows[NR] = $2; name[NR] = $1; seconds[NR] = $3; memory[NR] = $4
          each[NR] = $3 * 1e6 / $2
          if (each[NR] > most[$1]) most[$1] = each[NR] }
        END {
            printf "%-8s %12s %10s %8s  %s\n", "growth", "rows", "seconds", "MiB",
                "seconds for a million rows"
            for (i = 1; i <= NR; i++) {
                bar = ""
                for (k = 0; k < 40 * each[i] / most[name[i]]; k++) bar = bar "#"
                printf "%-8s %12d %10.3f %8.1f  %8.4f %s\n", name[i], rows[i], seconds[i],
                    memory[i], each[i], bar
            }
        }' "$work/growth.txt"
}

size_of() {
    wc -c <"$1" | tr -d ' '
}

sqlite_version=
! have sqlite3 || sqlite_version="sqlite3 $(sqlite3 --version | cut -d' ' -f1)"
data=$work/data
store=$work/columns.db
rows=$work/rows.db
peer=$work/peer.db
make_data "$MEASURES_STUDENTS" "$data"
import_into "$store" "$data"
import_into "$rows" "$data" rows
if [ -z "$sqlite_version" ]; then
    for name in $questions import size; do
        skipped "$name" '' "no sqlite3 program"
    done
else
    write_peer_sql
    in_turn import 'ratio<=0.15' "$sqlite_version" -b "rm -f $store $store-* $peer" 1 \
        -- "$SPOKE" run "${store%.db}.spoke" --store "$store" \
        -- sqlite3 -bail "$peer" ".read $work/plain.sql"
    import_into "$store" "$data"
    [ -s "$peer" ] || sqlite3 -bail "$peer" ".read $work/plain.sql"
    record size "$(size_of "$store")" "$(size_of "$peer")" "$sqlite_version" 'ratio<=0.35'
    sqlite3 -bail "$peer" ".read $work/tune.sql" >/dev/null
    against_sqlite
fi
if find_duckdb; then
    rm -f "$work/duck.db"*
    if duck import "$data" 2>"$work/duck.import"; then
        "$timer" -b "rm -f $store $store-*" 1 -- "$SPOKE" run "${store%.db}.spoke" --store "$store" \
            >"$work/import.spoke"
        import_into "$store" "$data"
        record import_duckdb "$(seconds "$work/import.spoke")" "$(cat "$work/duck.import")" \
            "$duck_version" 'ratio<=0.5'
        against_duckdb
    else
        wrong import_duckdb "DuckDB could not import the data"
    fi
else
    skipped duckdb '' "no node, or DuckDB cannot be had from the npm registry"
fi
threads_help "$store" ''
threads_help_import
growth
