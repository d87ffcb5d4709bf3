# spoke check --records: rules over JSON records of another program, without a store and beside one.
. "$ROOT/tests/cli_lib.sh"

cat >rules.spoke <<'EOF'
table school { key school;  school text;  capacity int }
table student { key student;  student text;  school -> school;  grade int null in 0..12 }
rule graded "In a grade" { for student;  expect grade is not missing, "no grade" }
rule room "The school has room" { for student;  expect school.capacity > 1, "{school} is full" }
EOF
cat >records.jsonl <<'EOF'
{"student": "N1", "school": "S1", "grade": 9}
{"student": "N2", "school": {"school": "S2", "capacity": 1}, "grade": null}

{"student": "N3", "school": {"school": "S2", "capacity": 2}, "grade": 10, "more": {"a": [1]}}
EOF

gives "records of a file" 1 "$SPOKE" check rules.spoke --records records.jsonl
is "what is found, on which line, and what is skipped" out <<'EOF'
fail   graded: In a grade (3 rows, 1 finding)
       line 2: student=N2: no grade
fail   room: The school has room (2 rows, 1 finding, 1 record skipped)
       line 2: student=N2: ‹school› is full
2 rules · 0 pass · 2 fail · 0 warn · 0 empty · 0 skip · 0 error · 5 rows · 2 findings
EOF
gives "from another program, as one list" 0 sh -c \
    'printf "[{\"student\": \"N1\", \"grade\": 1},\n{\"student\": \"N2\", \"grade\": 2}]" |
     "$1" check rules.spoke --records - --rule graded' sh "$SPOKE"
gives "what no record gives is skipped, not passed" 0 sh -c \
    'echo "{\"student\": \"N1\"}" | "$1" check rules.spoke --records -' sh "$SPOKE"
says "why" out 'it reads `student.grade`, which 1 record does not give'
gives "which --strict does not take" 2 sh -c \
    'echo "{\"student\": \"N1\"}" | "$1" check rules.spoke --records - --strict' sh "$SPOKE"
gives "nothing" 0 "$SPOKE" check rules.spoke --records /dev/null
says "is empty, not a pass" out '2 rules · 0 pass · 0 fail · 0 warn · 2 empty'

printf '%s\n' '{"student": "N1", "grade": "x"}' 'no' '{"student": "N2", "grade": 3}' >bad.jsonl
gives "records that are none" 2 "$SPOKE" check rules.spoke --records bad.jsonl --rule graded
says "say why" err '^bad.jsonl:1: refused: `grade` "x" is not an int'
says "each" err '^bad.jsonl:2: refused: it is not a JSON object'
says "and hide no other" out '^pass   graded: In a grade (1 row)'
gives "no such file" 2 "$SPOKE" check rules.spoke --records none.jsonl
says "says so" err 'cannot read `none.jsonl`'

echo 'rule known "K" { for school;  expect capacity > 0 }' >>rules.spoke
gives "rules about rows of two tables" 2 "$SPOKE" check rules.spoke --records records.jsonl
says "ask which" err 'E0931.*`student` and of `school`'
gives "say it" 1 "$SPOKE" check rules.spoke --records records.jsonl --records-of student
says "the others are skipped" out 'it is about rows of `school`'
echo 'rule wide "W" { for student;  expect count(from school) > 1 }' >wide.spoke
gives "what is read as a whole" 2 "$SPOKE" check rules.spoke wide.spoke --records records.jsonl \
    --records-of student --rule wide
says "no record holds" err 'E0933'
gives "no such table" 2 "$SPOKE" check rules.spoke --records records.jsonl --records-of pupil

# Beside a store: what a record refers to, and what measures and other tables say, is the store's.
printf 'school,capacity\nS9,7\nS2,5\nS1,1\n' >school.csv
printf 'student,school,grade\nN2,S2,3\n' >student.csv
printf 'student,day\nN2,2025-09-01\nN2,2025-09-02\n' >visit.csv
cat >store.spoke <<'EOF'
table school { key school;  school text;  capacity int }
table student { key student;  student text;  school -> school;  grade int null in 0..12 }
table visit { key student, day;  student -> student;  day date }
import school from "school.csv"
import student from "student.csv"
import visit from "visit.csv"
EOF
gives "fill a store" 0 "$SPOKE" run store.spoke --store s.db
printf '%s\n' '{"student": "N1", "school": "S1", "grade": 1}' \
    '{"student": "N2", "school": "S2", "grade": 1}' >new.jsonl
gives "beside the store" 1 "$SPOKE" check rules.spoke --records new.jsonl --records-of student \
    --store s.db
says "the store's school is full" out 'line 1: student=N1: ‹school› is full'
cat >visits.spoke <<'EOF'
measure visits { from visit;  value count() }
rule visited "Was visited" { for student;  expect count(visit) > 1, "{count(visit)} visits" }
rule often   "Often" { for student;  expect visits > 1, "few" }
EOF
sed '/^rule/d' store.spoke | sed '/^import/d' >tables.spoke
gives "what other tables say of it" 1 "$SPOKE" check tables.spoke visits.spoke --records new.jsonl \
    --store s.db --show-values --as-of 2025-09-30
says "of a record that the store has" out '^fail   visited: Was visited (2 rows, 1 finding)'
says "and of a new one" out 'line 1: student=N1: 0 visits'
says "and what a measure is for it" out '^fail   often: Often (2 rows, 1 finding, 1 undecided)'
gives "a measure without a store" 2 "$SPOKE" check tables.spoke visits.spoke --records new.jsonl
says "asks for one" out 'measure `visits`, which needs all rows of a store: judge the records beside one'
echo 'rule busy "B" { for (visits over month);  expect value > 9 }' >busy.spoke
gives "what is about no row of a table" 0 "$SPOKE" check tables.spoke visits.spoke busy.spoke \
    --records new.jsonl --records-of student --store s.db --rule busy
says "is skipped beside a store" out '^skip   busy'
says "which says what it is about" out 'about what the measure `visits` makes of all rows'

# Beside a store a record counts as one of its rows while it is judged, and no other record does.
echo 'rule full "Full" { for student;  expect count(school.student) <= school.capacity, "{count(school.student)} of {school.capacity}" }' >room.spoke
printf '%s\n' '{"student": "N1", "school": "S1"}' '{"student": "N3", "school": "S1"}' \
    '{"student": "N2", "school": "S1"}' '{"student": "N4", "school": "S2"}' >room.jsonl
gives "as if it were stored" 0 "$SPOKE" check tables.spoke room.spoke --records room.jsonl \
    --store s.db --show-values
printf 'student,school,grade\nN2,S2,3\nN9,S1,3\n' >student.csv
gives "another is stored" 0 "$SPOKE" run store.spoke --store s.db
gives "one too many" 1 "$SPOKE" check tables.spoke room.spoke --records room.jsonl --store s.db \
    --show-values
says "each by itself" out '^fail   full: Full (4 rows, 3 findings)'
says "in place of the row with its key" out 'line 3: student=N2: 2 of 1'
echo 'rule first "F" { for student;  expect first(school.student.grade) > 5 }' >order.spoke
gives "rows in their order" 2 "$SPOKE" check tables.spoke order.spoke --records room.jsonl --store s.db
says "have no place for it" out 'in their order, in which a record has no place'

# `old` is the stored row with the key of the record; a new record, and one without a store, has none.
echo 'rule up "Grades do not fall" { for student;  where old.grade is not missing;  expect grade >= old.grade, "{old.grade} to {grade}" }' >up.spoke
printf '%s\n' '{"student": "N2", "grade": 2}' '{"student": "N1", "grade": 1}' \
    '{"student": "N9", "grade": 4}' >up.jsonl
gives "beside what is stored" 1 "$SPOKE" check tables.spoke up.spoke --records up.jsonl --store s.db \
    --show-values
says "only stored ones are looked at" out '^fail   up: Grades do not fall (2 rows, 1 finding)'
says "what it was" out 'line 1: student=N2: 3 to 2'
gives "what it was is a value" 1 "$SPOKE" check tables.spoke up.spoke --records up.jsonl --store s.db
says "and masked" out 'line 1: student=N2: ‹old.grade› to ‹grade›'
gives "without a store" 0 "$SPOKE" check tables.spoke up.spoke --records up.jsonl
says "nothing was there" out '^empty  up'
gives "the store itself" 0 "$SPOKE" check tables.spoke up.spoke --store s.db
says "is not changed" out '^empty  up'
printf '%s\n' '{"student": "N1", "school": "S7", "grade": 1}' >lost.jsonl
gives "a school that the store does not have" 2 "$SPOKE" check rules.spoke --records lost.jsonl \
    --records-of student --store s.db
says "is named" err 'lost.jsonl:1: refused: no school "S7"'
gives "back to the rules" 1 "$SPOKE" check rules.spoke --records new.jsonl --records-of student \
    --store s.db
says "no other finding" out '^fail   room: The school has room (2 rows, 1 finding)'

# Populations that are a part of the table: a condition, what holds today, a cohort. What belongs to
# none is not looked at, and no line is taken for another.
cat >part.spoke <<'EOF'
table seat { key student, first;  student text;  first date;  last date null;  hours int
  spans first .. last }
rule held  "Held today"  { for seat;  expect hours < 5 }
rule ever  "Ever held"   { for every seat;  expect hours < 5 }
rule nine  "Not nine"    { for seat where hours != 9;  expect hours < 5 }
rule twice "Twice"       { for (from seat | where hours < 9 | derive more = hours * 2);  expect more < 16 }
EOF
printf '{"student": "%s", "first": "2020-01-01", "last": %s, "hours": %s}\n' A '"2021-01-01"' 7 \
    B null 8 C null 9 D null 4 >seats.jsonl
gives "records in parts of a table" 1 "$SPOKE" check part.spoke --records seats.jsonl \
    --as-of 2026-01-01
is "are those that hold, and others not" out <<'EOF'
fail   held: Held today (3 rows, 2 findings)
       line 2: student=B: expected hours < 5
       line 3: student=C: expected hours < 5
fail   ever: Ever held (4 rows, 3 findings)
       line 1: student=A, first=2020-01-01: expected hours < 5
       line 2: student=B, first=2020-01-01: expected hours < 5
       line 3: student=C, first=2020-01-01: expected hours < 5
fail   nine: Not nine (2 rows, 1 finding)
       line 2: student=B: expected hours < 5
fail   twice: Twice (2 rows, 1 finding)
       line 2: student=B: expected more < 16
4 rules · 0 pass · 4 fail · 0 warn · 0 empty · 0 skip · 0 error · 11 rows · 7 findings
EOF
cat >young.spoke <<'EOF'
table school { key school;  school text;  capacity int }
table student { key student;  student text;  school -> school;  grade int null in 0..12 }
cohort young { of student;  require grade < 5 }
rule youngs "Young" { for young;  expect grade > 3 }
rule small  "Small" { for (from young | where grade > 1);  expect grade > 3 }
EOF
printf '{"student": "%s", "school": "S2", "grade": %s}\n' A 9 B 4 N2 1 D 2 >grades.jsonl
gives "members of a cohort beside a store" 1 "$SPOKE" check young.spoke --records grades.jsonl \
    --store s.db
is "are judged, and others not" out <<'EOF'
fail   youngs: Young (3 rows, 2 findings)
       line 3: student=N2: expected grade > 3
       line 4: student=D: expected grade > 3
fail   small: Small (2 rows, 1 finding)
       line 4: student=D: expected grade > 3
2 rules · 0 pass · 2 fail · 0 warn · 0 empty · 0 skip · 0 error · 5 rows · 3 findings
EOF

# References by several columns, lists in columns and rows that hold for a time.
cat >shapes.spoke <<'EOF'
table school { key school;  school text }
table theme { key theme;  theme text;  kind int null }
table enrolment { key school, year;  school -> school;  year int;  pupils int null }
table student { key student;  student text;  school -> school;  year int null;  (school, year) -> enrolment;  likes list of theme }
table stay { key student;  student -> student;  since date;  until date null;  grade int null;  spans since .. until;  history of student }
rule a { for student;  expect enrolment.pupils > 3
  example ok { student: "N1", school: "S1", year: 2024, enrolment: {pupils: 4} }
  example bad { student: "N1", enrolment: {school: "S1", year: 2024, pupils: 3} }
  example bad { student: "N1", school: "S1", year: missing, enrolment: missing } }
rule b { for student;  expect count(likes where item.kind > 1) > 0
  example ok { student: "N1", likes: [{theme: "x", kind: missing}, {theme: "y", kind: 2}] }
  example ok { student: "N1", likes: [{theme: "y", kind: 2}] }
  example bad { student: "N1", likes: [] } }
rule c { for student;  expect grade > 3
  example ok { student: "N1", stay: [{since: 2020-01-01, until: missing, grade: 4}] }
  example bad { student: "N1", stay: [{since: 2020-01-01, until: 2020-02-01, grade: 4}] } }
rule d { for enrolment;  expect count(student) > 1
  example ok { school: "S1", year: 2024, student: [{student: "a"}, {student: "b"}] }
  example bad { school: "S1", year: 2024, student: [{student: "a"}, {student: "a"}] } }
EOF
gives "examples of other shapes" 0 "$SPOKE" test shapes.spoke
says "are judged as records are" out '^10 tests · 10 passed · 0 failed'
cat >shapes.jsonl <<'EOF'
{"student": "N1", "school": "S1", "year": 2024, "enrolment": {"pupils": 3}, "likes": "x;y", "stay": []}
{"student": "N2", "enrolment": {"school": "S1", "year": 2024, "pupils": 4}, "likes": [{"theme": "y", "kind": 2}]}
{"student": "N3", "school": "S1", "year": 2023, "enrolment": {"year": 2024, "pupils": 4}}
{"student": "N4", "school": "S1", "year": 2023, "enrolment": 7}
{"student": "N5", "likes": [[1]], "stay": [{"since": "2024-01-01", "until": null, "grade": 4}]}
{"student": "N6", "likes": [{"kind": 1}]}
EOF
gives "records of other shapes" 2 "$SPOKE" check shapes.spoke --records shapes.jsonl \
    --records-of student --show-values
is "what is found, and skipped" out <<'EOF'
fail   a (2 rows, 1 finding)
       line 1: student=N1: expected enrolment.pupils > 3
pass   b (1 row, 1 record skipped)
fail   c (1 row, 1 finding, 1 undecided, 1 record skipped)
       line 1: student=N1: a value is missing for grade > 3 (undecided)
skip   d (0 rows)
       it is about rows of `enrolment`
4 rules · 1 pass · 2 fail · 0 warn · 0 empty · 1 skip · 0 error · 4 rows · 2 findings
EOF
says "columns that disagree" err '3: refused: `student.year` is another than `enrolment.year`, to which'
says "no row" err '4: refused: `enrolment` has to be an object'
says "no item" err '5: refused: `likes` has an item that is no value'
says "no key" err '6: refused: `likes` has an item without its key'

# A long stream goes through in little memory.
gives "a long stream" 1 sh -c \
    'awk "BEGIN { for (i = 0; i < 200000; i++) printf \"{\\\"student\\\":\\\"N%d\\\",\\\"grade\\\":%s}\\n\", i, i % 1000 ? 5 : \"null\" }" |
     "$1" check rules.spoke --records - --rule graded --format json --out junit=r.xml' sh "$SPOKE"
says "counts all" out '"rows":200000,"findings":200'
if command -v python3 >/dev/null; then
    holds "and is valid" python3 -c 'import json; r = json.load(open("out"));
assert r["rules"][0]["evidence"][1]["record"] == 1001, r["rules"][0]["evidence"][1]'
fi

gives "a record that is too long" 2 sh -c \
    '{ echo "{\"student\":\"N1\",\"grade\":5}"; head -c 40000000 /dev/zero | tr "\0" "x"; echo
       echo "{\"student\":\"N2\",\"grade\":null}"; } |
     "$1" check rules.spoke --records - --rule graded' sh "$SPOKE"
says "is refused" err '^stdin:2: refused: a record is longer than 16 MiB$'
says "and those around it are judged" out '^fail   graded: In a grade (2 rows, 1 finding)$'
says "on their own lines" out '^       line 3: student=N2'
gives "rules and records from one pipe" 2 sh -c 'cat rules.spoke | "$1" check - --records -' sh "$SPOKE"
says "are refused" err 'only one thing can be read from stdin'

# What cannot be read was not judged, and a stream without end can be stopped.
gives "no such file" 2 "$SPOKE" check rules.spoke --records none.jsonl --rule graded
says "is told" err '^spoke: cannot read `none.jsonl`'
holds "once" test "$(wc -l <err)" -eq 1
gives "a folder" 2 "$SPOKE" check rules.spoke --records . --rule graded --out json=folder.json
says "is told" err '^spoke: cannot read `.`'
says "in reports, too" folder.json '"message":"cannot read `.`'
endless() {
    while :; do printf '{"student":"N1","grade":5}\n'; done
}
endless | "$SPOKE" check rules.spoke --records - --rule graded >out 2>err &
sleep 1
kill -INT $! || true
status=0
wait $! || status=$?
holds "a stream that is interrupted: 130" test "$status" = 130
says "the summary says so" out '^1 rule .* · interrupted$'
holds "half a record is not refused" sh -c '! grep -q refused err'
gives "a stream that takes too long" 2 sh -c \
    'while :; do echo "{\"student\":\"N1\",\"grade\":5}"; done |
     "$1" check rules.spoke --records - --rule graded --timeout 1' sh "$SPOKE"
says "the summary says so" out '^1 rule .* · timed out$'
holds "half a record is not refused" sh -c '! grep -q refused err'
gives "a rule that skips all records" 0 sh -c \
    'echo "{\"student\": \"N1\"}" | "$1" check rules.spoke --records - --rule graded --format concise' sh "$SPOKE"
says "is told by concise, too" out '^rules.spoke:[0-9:]* warn: graded: skipped: it reads'
# Who reads no further ends the program as it ends others (SIGPIPE); reports in files are whole by then.
awk 'BEGIN { for (i = 0; i < 20000; i++) printf "{\"student\":\"N%d\",\"grade\":null}\n", i }' >bad.jsonl
for format in text concise json tap; do
    { "$SPOKE" check rules.spoke --records bad.jsonl --records-of student --rule graded --max-evidence 0 \
        --format "$format" --out json=whole.json 2>err || echo $? >status; } | head -n 1 >first
    holds "$format into a pipe that is closed: 141" test "$(cat status)" = 141
    holds "after a line" test -s first
    says "the file has all" whole.json '"rows":20000,"findings":20000'
    rm -f whole.json status
done
finish
