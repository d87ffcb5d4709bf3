# Tables stored by columns: the same answers as by rows, to the last bit; read by the sqlite3 shell;
# exported as rows; damage named; an import that is killed leaves the store as it was.
. "$ROOT/tests/cli_lib.sh"

# 900 students of 12 schools on 120 days: 108,000 rows, above the number from which they go by columns.
awk 'BEGIN {
    print "school,region" >"school.csv"
    for (s = 1; s <= 12; s++) printf "S%02d,%s\n", s, s % 3 ? "north" : "south" >"school.csv"
    print "student,school,grade" >"student.csv"
    print "student,school,day,status,minutes,score,note" >"attendance.csv"
    for (i = 1; i <= 900; i++) {
        printf "P%04d,S%02d,%s\n", i, i % 12 + 1, i % 50 ? i % 13 : "" >"student.csv"
        for (d = 0; d < 120; d++) {
            r = (i * 7919 + d * 104729 + i * d * 31) % 1000
            day = sprintf("%04d-%02d-%02d", 2024 + (d >= 60), int(d % 60 / 28) + 1, d % 28 + 1)
            if (d % 60 >= 56) day = sprintf("%04d-03-%02d", 2024 + (d >= 60), d % 60 - 55)
            printf "P%04d,S%02d,%s,%s,%s,%s,%s\n", i, (i + (d > 60 && i % 20 == 0)) % 12 + 1, day,
                r < 60 ? "A" : r < 100 ? "E" : "P", r % 17 ? r * i : "", r % 5 ? r / 7 : "",
                r < 60 ? "\"ill, " r "\"" : "" >"attendance.csv"
        }
    }
}'
cat >tables.spoke <<'EOF'
table school { key school;  school text;  region text }
table student { key student;  student text;  school -> school;  grade int null }
table attendance {
  key student, day
  student -> student
  school -> school
  day date
  status text one of "P", "A", "E"
  minutes int null
  score float null
  note text null
}
import school from "school.csv"
import student from "student.csv"
import attendance from "attendance.csv"
EOF
sed 's/  key student, day/  stored rows\n&/' tables.spoke >tables-rows.spoke
gives "a bulk import" 0 "$SPOKE" run tables.spoke --store columns.db
says "of all rows" err 'attendance: 108,000 rows stored'
gives "the same, kept by rows" 0 "$SPOKE" run tables-rows.spoke --store rows.db
by() { sqlite3 "$1" "SELECT count(*) FROM sqlite_schema WHERE name = 'spoke\$attendance\$segments'"; }
holds "goes by columns" test "$(by columns.db)" -eq 1
holds "goes by rows" test "$(by rows.db)" -eq 0
holds "and takes less room" test "$(wc -c <columns.db)" -lt "$(($(wc -c <rows.db) / 2))"

cat >questions.spoke <<'EOF'
measure chronic {
  from attendance
  per student
  let enrolled = count(), absent = count(status == "A" or status == "E")
  among enrolled >= 10
  count 10 * absent >= enrolled
}
show chronic
show chronic by student.school over month
show chronic by student.grade in 2024-01..2024-02
show from attendance
  | group by month(day), school.region (n = count(), m = mean(score), s = sum(minutes), sd = sd(score),
      md = median(score), lo = min(note), hi = max(minutes), k = count(distinct note), f = first(score),
      l = last(minutes), t = count(score > 70.5), e = count(minutes is missing))
show from attendance | where day in 2024-02-03..2024-02-09 and status != "P"
  | group by status (n = count(), s = sum(score))
show from attendance | where minutes > 100000 and (note is missing or status == "A") | group (n = count())
show from attendance | where student == "P0456" | select day, status, minutes, score, note
show from attendance | where score is missing | group by student.grade (n = count())
show from attendance | where minutes * 2 > 1000 | take 5
show from attendance | sort -score, minutes, student, day | take 7
show from student | derive days = count(attendance where status == "A") | group by grade (d = sum(days))
show from attendance | where day > 2030-01-01 | group (n = count())
show sql { SELECT school, status, count(*) FROM attendance WHERE student = 'P0004' GROUP BY 1, 2 } columns (school text, status text, n int)
show from attendance | where note == "ill, 30" | group by school (n = count())
EOF
gives "questions to columns" 0 "$SPOKE" run questions.spoke --store columns.db --format csv
cp out columns.out
gives "questions to rows" 0 "$SPOKE" run questions.spoke --store rows.db --format csv
holds "some rows came" test "$(wc -l <out)" -gt 100
holds "the same answers" cmp out columns.out
awk -F, 'NR > 1 { n[$1]++; if ($4 != "P") a[$1]++ }
         END { for (s in n) { d++; c += 10 * a[s] >= n[s] } print c "," d }' attendance.csv >chronic.txt
holds "the first as awk counts it" grep -q "^$(cat chronic.txt)," columns.out

# ---- changes: the same to both ----
sed -n '1p;5,9p' attendance.csv | sed 's/,P,/,E,/' >changed.csv
echo 'P0900,S01,2019-01-01,A,,,late' >>changed.csv
echo 'P0001,S01,2031-01-01,A,1,1.5,' >>changed.csv
cat >change.spoke <<'EOF'
import attendance from "changed.csv"
import attendance from "changed.csv" append
EOF
for store in columns rows; do
    gives "an update of $store" 0 "$SPOKE" run change.spoke --store $store.db
    says "appending its keys to $store again" err 'attendance: 7 rows rejected'
    gives "questions after it to $store" 0 "$SPOKE" run questions.spoke --store $store.db --format csv
    cp out $store.out
done
holds "the same answers again" cmp rows.out columns.out

# ---- other programs ----
dump='SELECT * FROM attendance ORDER BY student, day'
sqlite3 rows.db "$dump" >rows.txt
case $BUILD in
/*) extension=$BUILD/spoke_segments ;;
*) extension=$ROOT/$BUILD/spoke_segments ;;
esac
if [ -z "${SANITIZED-}" ]; then # the shell has no sanitizer
    part="SELECT day, score FROM attendance WHERE student = 'P0001' AND day > '2025-01-20'"
    sqlite3 columns.db ".load $extension" "$dump" >columns.txt
    holds "the sqlite3 shell reads the same" cmp rows.txt columns.txt
    sqlite3 columns.db ".load $extension" "$part" >few.txt
    sqlite3 rows.db "$part" >few-rows.txt
    holds "and a part of it" cmp few.txt few-rows.txt
    holds "which is not empty" test -s few.txt
fi
gives "an export" 0 "$SPOKE" export --rows plain.db --store columns.db
sqlite3 plain.db "$dump" >plain.txt
holds "is read without the extension" cmp rows.txt plain.txt
holds "and is one file" test ! -e plain.db-wal
gives "Spoke reads it too" 0 "$SPOKE" run questions.spoke --store plain.db --format csv
holds "with the same answers" cmp out rows.out
cp plain.db before.db
gives "an export does not write over a file" 1 "$SPOKE" export --rows plain.db --store columns.db
says "and says so" err 'already exists'
holds "which stays" cmp plain.db before.db
gives "an export of nothing" 2 "$SPOKE" export --store columns.db

# ---- damage ----
cp columns.db torn.db
sqlite3 torn.db "UPDATE \"spoke\$attendance\$segments\" SET data = zeroblob(length(data))
                 WHERE \"column\" = 'minutes' AND place > 4294967296"
gives "a damaged column" 1 "$SPOKE" run questions.spoke --store torn.db --format csv
says "is named with its rows" err \
    '^error\[E0509\]: .*column `minutes` of `attendance`, rows [0-9]* to [0-9]*, is damaged'
gives "other columns are read" 0 "$SPOKE" --store torn.db -c 'show from attendance | group by status (n = count())'

# ---- killed while it writes ----
sed 's/,P,[0-9]*/,P,1/' attendance.csv >all.csv
echo 'import attendance from "all.csv"' >all.spoke
count='show from attendance | group (n = count(), s = sum(minutes))'

# kill_imports STORE: kills an import later and later, until one is done before that.
kill_imports() {
    "$SPOKE" "$1" --format csv -c "$count" >old.txt
    rounds=0
    for wait in 0.02 0.05 0.08 0.11 0.14 0.17 0.2 0.25 0.3 0.4 0.6 1 2; do
        "$SPOKE" run all.spoke --store "$1" >child.out 2>&1 &
        child=$!
        sleep $wait
        kill -9 $child 2>/dev/null || true
        wait $child 2>/dev/null || true
        "$SPOKE" "$1" --format csv -c "$count" >now.txt
        cmp -s old.txt now.txt || break
        rounds=$((rounds + 1))
    done
    "$SPOKE" run all.spoke --store "$1" 2>child.out
    "$SPOKE" "$1" --format csv -c "$count" >new.txt
    holds "imports into $1 were killed" test "$rounds" -gt 0
    holds "the last did change something" sh -c '! cmp -s new.txt old.txt'
    holds "each left all or nothing" sh -c 'cmp -s now.txt old.txt || cmp -s now.txt new.txt'
    holds "the store is whole" test "$(sqlite3 "$1" 'PRAGMA integrity_check')" = ok
}
kill_imports columns.db
kill_imports plain.db

finish
