# Tables with spans: a larger world against its oracle, by rows and by columns, by any number of
# threads; the queries of `explain sql` in the sqlite3 shell; rules; what else asks for history.
. "$ROOT/tests/cli_lib.sh"
command -v python3 >/dev/null || {
    echo "python3 is not here"
    exit 77
}
python3 "$ROOT/tests/oracle/history.py" --large . 6000

tables() { # tables KIND: how facts and history are stored
    cat <<END
table school     { key school;  school text }
table student    { key student;  student text }
table enrollment {
  key student;  student -> student;  school -> school;  grade int;  since date;  until date null
  spans since .. until;  history of student;  stored $1
}
table placement {
  key student, place;  student -> student;  place -> school;  since date;  until date null
  spans since .. until overlapping;  history of student
}
table attendance { key student, day;  student -> student;  day date;  status text;  stored $1 }
END
}
cat >imports.spoke <<'END'
import school     from "schools.csv"
import student    from "students.csv"
import enrollment from "enrollments.csv"
import placement  from "placements.csv"
import attendance from "attendance.csv"
END
cat >measures.spoke <<'END'
measure absent  { from attendance;  value count(status == "A") }
measure chronic {
  from attendance;  per student, student.school;  let days = count(), missed = count(status == "A")
  among days >= 3;  count 4 * missed >= days
}
END

for kind in rows columns; do
    { tables $kind; cat imports.spoke; } >load.spoke
    gives "a world stored by $kind" 0 "$SPOKE" run load.spoke --store $kind.db
    { cat measures.spoke; echo 'show absent by student.school'; } >ask.spoke
    for threads in 1 2 3; do
        "$SPOKE" run ask.spoke --store $kind.db --threads $threads --format csv 2>notes >out
        is "by $kind and $threads threads: absences by the school on the day" out <expected.csv
    done
    says "who had none is said" notes 'rows: on their day no row of enrollment holds'
done

# one answer is kept and given again, and forgotten when history changes
{
    cat measures.spoke
    echo 'show absent by student.grade'
    echo 'show absent by student.grade'
} >twice.spoke
"$SPOKE" run twice.spoke --store columns.db --format csv >out 2>err
lines=$(($(wc -l <out) / 2))
head -n $lines out >first
tail -n $lines out | cmp -s - first
verdict $? "the same answer when it is asked again"
[ "$(grep -c 'no row of enrollment holds' err)" -eq 2 ]
verdict $? "and the same note"

# ---- in SQL ----
if command -v sqlite3 >/dev/null; then
    "$SPOKE" export --rows plain.db --store columns.db
    sql() { # sql NAME QUESTION
        { cat measures.spoke; echo "show $2"; } >show.spoke
        { cat measures.spoke; echo "explain sql $2"; } >explain.spoke
        "$SPOKE" run show.spoke --store columns.db --as-of 2024-03-01 --format csv 2>/dev/null |
            sed 1d >wanted
        "$SPOKE" run explain.spoke --store columns.db --as-of 2024-03-01 >query.sql 2>err
        sqlite3 -csv plain.db <query.sql 2>err | tr -d '\r' >out
        is "in sqlite3: $1" out <wanted
    }
    sql "absences by school and grade on the day" '(from (absent by student.school, student.grade) | select school, grade, n)'
    sql "of several the one that began last" '(from (absent by student.place) | select place, n)'
    sql "units on their days" '(from (chronic by student.school) | select school, n, d)'
    sql "rows that hold today" '(from enrollment | group by grade (n = count()))'
    sql "values of today" '(from student | take 40 | select student, school, grade, n = count(placement))'
    cat >>measures.spoke <<'END'
measure crowded { from attendance;  where count(placement where placement.student == outer.student) >= 2;  value count() }
cohort sevenths { of student;  enter first(attendance.day where status == "A");  require grade == 7 }
END
    sql "aggregates on the day of each row" '(from (crowded by student.grade) | select grade, n)'
    sql "the day of entry" '(from sevenths | select student, entry)'
fi

# ---- what else looks at history ----
{ cat measures.spoke; echo 'explain absent by student.school'; } >explain.spoke
gives "explain" 0 "$SPOKE" run explain.spoke --store columns.db
says "says that the day counts" out 'by its key and day'
{ cat measures.spoke; echo 'lineage absent by student.school'; } >explain.spoke
gives "lineage" 0 "$SPOKE" run explain.spoke --store columns.db
says "names the columns of history" out 'enrollment.since, enrollment.student, enrollment.until'

cat >rules.spoke <<'END'
rule has_school "A student who is enrolled has a school" { for student;  expect school is not missing }
rule graded { for enrollment;  expect grade in 6..8 }
rule graded_ever { for every enrollment;  expect grade in 6..8 }
END
gives "rules as of a day" 1 "$SPOKE" check rules.spoke --store rows.db --as-of 2024-03-01 --format json
says "judge rows that hold" out '"rule":"graded",.*"status":"pass"'
today=$(sqlite3 rows.db "SELECT count(*) FROM enrollment WHERE since <= '2024-03-01' AND (until IS NULL OR until > '2024-03-01')" 2>/dev/null)
ever=$(($(wc -l <enrollments.csv) - 1))
[ -z "$today" ] || says "so many of them" out "\"rule\":\"graded\".*\"rows\":$today,"
says "and with every all rows" out "\"rule\":\"graded_ever\".*\"rows\":$ever,"

if command -v sqlite3 >/dev/null; then
    sqlite3 rows.db 'UPDATE "spoke$enrollment" SET until = NULL'
    gives "stored rows that overlap" 2 "$SPOKE" check rules.spoke --store rows.db --as-of 2024-03-01
    says "are found by check" err 'E0386.*hold at the same time'
fi
finish
