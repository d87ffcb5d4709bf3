# `explain sql X` is a query that the sqlite3 shell runs on the store, with the answer of `show X`;
# what SQL cannot say is named. Both sides are put into one form and compared, cell by cell.
. "$ROOT/tests/cli_lib.sh"
command -v sqlite3 >/dev/null || {
    echo "sqlite3 is not here"
    exit 77
}

# One line a row, cells apart by |; floats to 12 digits, truth as 1 and 0, empty text as <empty>.
same_form() {
    tr -d '\r' | awk '
    function cell(text, quoted) {
        if (quoted) return text == "" ? "<empty>" : text
        if (text == "true") return 1
        if (text == "false") return 0
        if (text ~ /^-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?$/ && text ~ /[.eE]/) {
            text = sprintf("%.12g", text)
            return text == "-0" ? 0 : text
        }
        return text
    }
    {
        n = length($0); text = ""; quoted = 0; inside = 0; row = ""
        for (i = 1; i <= n + 1; i++) {
            c = substr($0, i, 1)
            if (inside) {
                if (c != "\"") text = text c
                else if (substr($0, i + 1, 1) == "\"") { text = text c; i++ }
                else inside = 0
            } else if (c == "\"") inside = quoted = 1
            else if (c == "," || i > n) { row = row cell(text, quoted) "|"; text = ""; quoted = 0 }
            else text = text c
        }
        print row
    }'
}

# agrees STORE: each line of the input is asked both ways.
agrees() {
    while IFS= read -r question; do
        case $question in '' | '#'*) continue ;; esac
        rm -f left right
        { cat prelude.spoke; printf 'show %s\n' "$question"; } >show.spoke
        { cat prelude.spoke; printf 'explain sql %s\n' "$question"; } >sql.spoke
        if ! "$SPOKE" run show.spoke --store "$1" --format csv >left.csv 2>err ||
            ! "$SPOKE" run sql.spoke --store "$1" >query.sql 2>err; then
            verdict 1 "$question"
            cat err
            continue
        fi
        if grep -q -e 'a step above is named' query.sql; then
            verdict 1 "$question: SQL cannot say it?"
            grep -e '-- SQL cannot' query.sql
            continue
        fi
        sqlite3 -csv -header "$1" <query.sql >right.csv 2>err || {
            verdict 1 "$question: sqlite3"
            cat err query.sql
            continue
        }
        same_form <left.csv >left
        same_form <right.csv >right
        # No rows: sqlite3 prints no header.
        if [ ! -s right ] && [ "$(wc -l <left)" -eq 1 ]; then
            : >left
        fi
        if diff -u left right >difference; then
            verdict 0 "$question"
        else
            verdict 1 "$question"
            head -n 20 difference
            cat query.sql
        fi
    done
}

# cannot STORE: each line, "what | question", is named as what SQL cannot say.
cannot() {
    while IFS='~' read -r what question; do
        [ -n "$question" ] || continue
        { cat prelude.spoke; printf 'explain sql %s\n' "$question"; } >sql.spoke
        gives "$question" 0 "$SPOKE" run sql.spoke --store "$1"
        says "it names what it cannot say" out "^-- SQL cannot say: $what"
        says "and says so at the end" out '^-- a step above is named, not said'
    done
}

# ---- the attendance example ----

"$SPOKE" run "$ROOT/examples/attendance/attendance.spoke" --store valley.db --param out=. \
    --param data="$ROOT/examples/attendance" >/dev/null 2>err || cat err

cat >prelude.spoke <<'EOF_SPOKE'
measure absence { from attendance;  among status is not missing;  count status == "A" or status == "E" }
measure chronic {
  from attendance;  per student
  let  enrolled = count(), absent = count(status == "A" or status == "E")
  among enrolled >= 10;  count absent / enrolled >= 10%
}
measure well { from attendance;  per student;  where status != "T";  let fine = all(status == "P");  exclude student.grade == 12;  count fine }
measure days { from attendance;  value count() }
measure late_share { from attendance;  value count(status == "T") / count() }
measure hours { from visit;  value sum(hours) }
measure mean_hours { from visit;  value mean(hours);  at day }
measure hosts { from visit;  value count(distinct host) }
measure longest { from visit;  value max(hours) }
measure per_student { from attendance;  per student;  let n_days = count(status == "A");  value mean(n_days) }
measure spared = chronic with { exclude student.grade == 12;  except student.frl;  better down }
measure lost { from visit;  value sum(hours) / count();  rate per 100 }
measure hours_a_day { value hours / days }
measure quiet { from visit;  per each host;  let n = count();  count n == 0 }
cohort high { of student;  require grade in 9 .. 12 }
cohort lunch { of student;  require frl;  exclude school.district == "D2" }
cohort both = high and lunch
cohort neither = not (high or lunch)
cohort watched { of student;  enter first(attendance.day where status == "A");  exclude frl;  exit 60 days after entry }
cohort late { of student;  enter first(attendance.day where status == "T");  require grade >= 10;  exit last(attendance.day where status == "E") }
cohort one_of = (watched or late) and not (watched and late)
cohort apart = not late or never one_of
EOF_SPOKE

agrees valley.db <<'EOF_QUESTIONS'
from student
from attendance | where status == "A" and day in 2025-01 | take 7
from attendance | where day in 2024-12-20 .. 2025-01-10 and status in ["A", "E"]
from attendance | where status not in ["P", "T"] | group by status (n = count(), first_day = min(day), last_day = max(day))
from watched | select student, entry, exit | where entry in 2024-10
from one_of | select student, school, entry, exit | sort -exit, student | take 20
from apart | group by school (spans = count(), open = count(exit is missing))
attrition(watched)
attrition(one_of)
why("N001", late)
absence for watched over month in SY2024-25
absence for not one_of by student.school
from student | group by school (a = count(frl), b = count()) | unpivot a, b as what, n
from student | where not frl and (grade > 8 or school.district == "D1") | sort -grade, school.name | skip 5 | take 10
from student | derive name = school.name, young = grade < school.lowest + 1 | drop frl | rename klass = grade
from student | group by school.district, school.name, frl (n = count(), lowest = min(grade), mean_grade = mean(grade), top = count(grade == 12), any_top = any(grade == 12), all_frl = all(frl))
from student | group (n = count(), schools = count(distinct school), total = sum(grade where frl), none = sum(grade where grade > 50))
from student | select school, grade | distinct
from student | distinct school.district
from student | derive missed = count(attendance where status == "A"), seen = count(attendance) | derive rate = missed / seen | where rate > 12% | select student, missed, rate
from school | select school, students = count(student), grade = mean(student.grade), absences = count(attendance where status == "A" and attendance.student.school == school.school)
from school | derive lunch = count(student where frl), last = max(student.grade where frl) | where lunch > 3
from school | join left (from student | where grade == 12 | group by school = school.school (seniors = count())) | select school, seniors
from school | select school, district | join many student
from school | select school, district | join left many (from student | where grade == 12 | select student, school, frl) | sort -district
from school | select school, district | join many (from student | select student, school, grade) | join many (from attendance | where status == "E" | select student, day) | group by district, grade (n = count())
from student | select student, grade | join many (from student | select other = student, grade) on grade == grade | take 30
from student | join semi (from attendance | where status == "E" and day in 2025-02 | group by student = student.student)
from student | join anti (from attendance | where status == "E" | group by student = student.student)
from student | join (from attendance | group by student = student.student (n = count(status == "T"))) | sort -n, student | take 12
from attendance | where day in 2025-03 | group by month(day), week(day), quarter(day), year(day), school_year(day) (n = count())
from student | derive band = match grade { 1 .. 5 => "low", 6, 7, 8 => "middle", else => "high" } | group by band (n = count())
from student | derive label = "{student} of {school.name}", half = grade / 2, less = -grade + 1.5 | take 4
from high | group by school (n = count())
from both
from neither | where school.school == "S1"
from member | select member, district, left_on, gone = left_on is not missing
from member | sort -district, left_on
from visit | group by host.tier, to = guest.tier (visits = count(), hours = sum(hours), mean_hours = mean(hours))
from member | derive out = sum(visit.hours where visit.host == member.member), inward = count(visit where visit.guest == member.member)
from member | derive partners = count(distinct visit.guest where visit.host == member.member and day in 2025) | where partners > 0
from student | window order grade (place = rank(), at = row_number(), before = lag(student), next = lead(student, 3), so_far = cumsum(grade))
from student | window within school order -grade, frl (place = rank(), at = row_number(), before = lag(grade, 2), carried = carry(grade), share_of = grade / sum(grade), n = count(), lunch = count(frl), kinds = count(distinct grade), last_three = rolling(sum(grade), 3))
from attendance | where day in 2025-01 | group by student.school, day (absent = count(status == "A")) | derive last_week = rolling(mean(absent), 5) within school order day | where last_week > 1
from attendance | group by student.school, month(day) (absent = count(status == "A")) | derive change = absent - lag(absent) within school order month | sort -change, school, month | take 9
from student | derive at = row_number() within school.district order grade | where at <= 3 | group by district = school.district (grades = sum(grade))
from attendance | where day in 2025-02 | derive before = lag(status) within student order day | where status == "A" and before == "A" | group by student.school (n = count())
from student | derive oldest = max(grade) within school | where grade == oldest | join (from school | select school, name) | select student, name
from school | select school, students = count(student), name_again = name | derive mean_size = mean(students) within school
from attendance | where day in 2025-03-03 .. 2025-03-04 | group by student.school (n = count(), absent = count(status == "A")) | unpivot n, absent as what, many
from student | take 5 | select student, grade, half = grade / 2 | unpivot grade, half as what, much | sort what, -much
from student | unpivot grade as what, value | derive before = lag(value) order student | where before is missing or value < before | take 8
absence
absence by student.school
absence by student.school.district, student.grade, student.frl
absence by status
absence over month
absence over week in 2025-01 .. 2025-04
absence over day in 2024-12-20 .. 2025-01-08
absence over quarter
absence over year in 2023 .. 2026
absence over school_year
absence where student.school == "S3" over month in SY2024-25
absence for high by student.school.name over quarter
absence for both
absence for not high and not lunch by student.school
absence in 2025-02-10 .. 2025-03-09
chronic
chronic by student.school in SY2024-25
chronic for lunch by student.grade over month in 2025-01 .. 2025-04
chronic where (day in 2025-01) over week
well by student.school
days by student.school, month(day)
late_share over month
hours over month
hours by host.tier, guest.sector over quarter
mean_hours by host over school_year
hosts over quarter
longest by guest.tier
per_student by student.school over quarter
absence, days, late_share by student.school
absence, chronic over month in SY2024-25
hours, mean_hours, hosts by host.tier over quarter in 2025
absence by student.school with total
chronic by student.school, student.grade over month in 2025-01 .. 2025-02 with total
absence by student.school with interval 95%
spared by student.school with excluded, excepted, undecided
lost by host.tier with total
absence over month in 2025-01 .. 2025-03 rolling 3
chronic over week in 2025-01 .. 2025-02 rolling 4
absence over month in SY2024-25 rolling 3 full
chronic over month in SY2024-25 to date
chronic by student.school over month in 2024-10 .. 2025-02 to date of quarter
chronic in 2025-02 to date
absence over month in 2025-01 .. 2025-06 change from previous
absence over month in 2025-01 .. 2025-06 change from last year
absence by student.school over week in 2025-01 .. 2025-02 change from last year
days over quarter in 2024Q1 .. 2025Q4 change from previous
absence over month in 2025-04 .. 2025-08 with partial
absence, hours over month in SY2024-25
hours_a_day over quarter in 2024Q3 .. 2025Q2
quiet by host.tier
quiet over month in 2025-01 .. 2025-04
units(chronic in 2025-01)
crossed(chronic over month in 2024-10 .. 2025-02)
from absence by student.school over month | where value > 10% | sort -value | take 5
from chronic by student.school | derive more = value - 0.1, told = d >= 40 | where told
EOF_QUESTIONS

# ---- a small store with odd names, missing values, references to references ----

cat >room.csv <<'EOF_FILE'
room no,it's,"say ""hi""",parent
1,north,1.5,
2,,-0.25,1
3,"O'Brien, ""Ann""",,2
10,,,
EOF_FILE
cat >pupil.csv <<'EOF_FILE'
id,room,friend,group,points,tries,born,ok,note
p1,1,,x,1.5,3,2010-01-31,true,a
p2,1,p1,y,,2,2010-03-01,false,"it's ""so"""
p3,2,p2,x,0.1,,,true,
p4,,p3,,-2,0,2011-12-31,,""
p5,3,p4,x,3.25,7,2012-02-29,false,b%c_d
p6,10,p5,y,1e3,-3,2011-01-01,true,Ä ö
p7,10,p6,,,,2011-07-01,,A
EOF_FILE
cat >visit.csv <<'EOF_FILE'
pupil,on,host,minutes,kind
p1,2024-12-30,p2,30,open
p1,2025-01-02,,15,open
p1,2025-02-28,p3,,shut
p2,2025-01-05,p1,60,it's
p2,2025-01-06,p1,5,open
p3,2025-06-30,p3,10,open
p3,2025-07-01,p1,20,shut
p4,2025-04-01,,,open
p5,2025-12-31,p7,45,open
p5,2026-01-01,p7,0,shut
EOF_FILE
cat >load.spoke <<'EOF_SPOKE'
table `home room` {
  key `room no`;  `room no` int;  `it's` text null;  `say "hi"` float null
  parent -> `home room` null
}
table pupil {
  key id;  id text;  room -> `home room` null;  friend -> pupil null
  `group` text null one of "x", "y";  points float null;  tries int null;  born date null
  ok bool null;  note text null
}
table visit { key pupil, `on`;  pupil -> pupil;  `on` date;  host -> pupil null;  minutes int null;  kind text }
import `home room` from "room.csv"
import pupil from "pupil.csv"
import visit from "visit.csv"
EOF_SPOKE
gives "odd names" 0 "$SPOKE" run load.spoke --store odd.db
gives "odd names again" 0 "$SPOKE" run load.spoke --store odd.db

cat >prelude.spoke <<'EOF_SPOKE'
measure open_share { from visit;  among minutes is not missing;  count kind == "open" }
measure undecided_share { from visit;  count minutes > 10 }
measure minutes { from visit;  value sum(minutes) }
measure mean_minutes { from visit;  value mean(minutes) }
measure visits { from visit;  value count() }
measure hosts { from visit;  value count(distinct host) }
measure visited { from visit;  per pupil;  let m = sum(minutes), k = count();  among k > 0;  exclude m > 50;  count m >= 20 }
measure points { from pupil;  value mean(points);  at born }
measure `odd name` { from pupil;  count ok }
cohort ok_ones { of pupil;  require ok;  exclude tries > 5 }
cohort `the others` = not ok_ones
EOF_SPOKE

agrees odd.db <<'EOF_QUESTIONS'
from pupil
from `home room`
from `home room` | derive `a "b" 'c'` = `say "hi"` * 2, up = parent.parent.`it's` | sort -`say "hi"`
from pupil | where `group` == "x" or points < 0
from pupil | where not (`group` == "x")
from pupil | where `group` not in ["x"] and not ok
from pupil | where `group` in ["x", "y"] | select id, `group`
from pupil | where points in 0.1 .. 3.25
from pupil | where tries not in 0 .. 3
from pupil | where room.parent.parent is missing | select id, room.`it's`, room.parent.`say "hi"`
from pupil | where note == "it's \"so\"" or note == ""
from pupil | where friend.friend.friend.room.`room no` == 1
from pupil | derive f = friend.friend.note, n = room.`room no` | sort n, -id
from pupil | sort -tries, points
from pupil | sort points | take 3
from pupil | group by `group` (n = count(), p = count(points), s = sum(points), m = mean(points), lo = min(points), hi = max(tries), t = count(ok), a = any(ok), b = all(ok), d = count(distinct tries))
from pupil | group by room.parent, ok (n = count(tries > 1), s = sum(tries where points > 1))
from pupil | group (s = sum(points where id == "none"), m = mean(points where id == "none"), c = count(points where id == "none"), all_missing = sum(tries where id == "p3"))
from pupil | group by year(born), month(born), quarter(born), week(born), school_year(born) (n = count())
from pupil | distinct `group`, ok
from pupil | derive c = coalesce(points, tries), q = tries / tries, z = 1 / (tries - 3), plus = points + tries
from pupil | derive k = match tries { 0 => "none", 1 .. 3 => "some", else => "many" }, l = match `group` { "x" => 1 }
from pupil | derive t = "{id} is '{note}' in {room}: {ok}, {tries}, {born} {month(born)}", same = note == "a", not_same = note != "a"
from pupil | derive old = born < 2011-07-01, later = born + 30 days, in_year = (born in 2011), never = points is missing and tries is missing
from pupil | derive v = count(visit where pupil == outer.id), m = sum(visit.minutes where pupil == outer.id), hosted = count(visit where host == outer.id)
from `home room` | derive n = count(pupil), s = sum(pupil.points), lo = min(pupil.points), a = any(pupil.ok), b = all(pupil.ok where pupil.tries > 0), below = count(`home room`)
from `home room` | derive n = mean(pupil.points), rate = count(pupil where ok) / count(pupil)
from visit | group by pupil.room.`it's`, host.room.`room no` (n = count(), m = sum(minutes))
from visit | where minutes > 10 and kind != "shut" and host.room.parent is missing
from visit | where `on` in 2025-01-02 .. 2025-06-30 and not (host.ok)
from visit | derive w = week(`on`), s = school_year(`on`), q = quarter(`on`) | drop pupil, host
from visit | select visitor = pupil, room = pupil.room | join `home room`
from visit | rename id = host | join left (from pupil | select id, ok, tries)
from pupil | rename pupil = id | join (from visit | group by pupil (n = count()))
from pupil | select pupil = id, ok | join left (from visit | group by pupil (m = sum(minutes))) | sort m
from visit | group by pupil (n = count()) | join (from pupil | select pupil = id, tries)
from visit | select visit_on = `on`, host, id = pupil | join left pupil | drop room
from visit | where host.id != "p3" | group by host (n = count(), m = sum(minutes))
from visit | where host != "p3" | select pupil, host, kind
from visit | where host in ["p1", "p7"] or pupil == "p4" | sort host, -minutes
from `home room` | join anti (from pupil | group by `room no` = room.`room no`)
from `home room` | join semi (from pupil | where ok | group by `room no` = room.`room no`)
from pupil | take 5 | where ok | sort -id | skip 1
from pupil | sort -points | take 4 | group by `group` (n = count())
from pupil | derive x = tries * 2 | where x > 2 | derive y = x + 1 | where y < 10 or points is missing
from ok_ones | select id, ok
from `the others` | select id, ok
from pupil | window (at = row_number(), before = lag(points), next = lead(note, 2), so_far = cumsum(tries), carried = carry(tries), kept = carry(`group`))
from pupil | window order points (place = rank(), at = row_number(), before = lag(id), so_far = cumsum(points), carried = carry(note))
from pupil | window order -tries (place = rank(), at = row_number(), far = lead(id, 6), farther = lag(id, 7), last_two = rolling(mean(points), 2), best = rolling(max(points where ok), 3), seen = rolling(count(tries), 2))
from pupil | window within `group` order born (place = rank(), before = lag(born), total = sum(points), none = sum(points where tries > 100), some = any(ok), every = all(ok), n = count(), present = count(points), lo = min(points), hi = max(born), rooms = count(distinct room), twos = sum(distinct tries where tries > 1))
from pupil | window within room.parent, ok order -points, note (at = row_number(), so_far = cumsum(tries), carried = carry(points), share_of = tries / count())
from pupil | window within room order friend (at = row_number(), place = rank(), before = lag(friend))
from pupil | sort -id | window within `group` (at = row_number(), before = lag(id))
from visit | window within host order minutes (place = rank(), so_far = cumsum(minutes)) | sort -place, pupil | take 6
from visit | derive at = row_number() within pupil order -`on` | where at == 1 | join (from pupil | select pupil = id, ok) | drop kind
from visit | derive row_order = minutes, more = minutes - lag(minutes) within pupil order `on` | derive most = max(more) within host
from pupil | select id, points, tries | unpivot points, tries as what, `a "value"` | where `a "value"` is not missing
from pupil | select id, note, `group` | unpivot note, `group` as `it's`, value | derive before = lag(value) within `it's` order id
from pupil | unpivot ok as `what's on`, value | group by `what's on`, value (n = count())
from (from pupil | where ok | select id, tries) | union all (from pupil | where tries > 1 | select id, tries) | window (at = row_number(), so_far = cumsum(tries))
from (from visit | group by pupil (n = count())) | join left (from pupil | select pupil = id, tries) | derive so_far = cumsum(n) order -tries
open_share
open_share by pupil.`group`
open_share by pupil.`group` over quarter
undecided_share by kind
undecided_share by pupil.ok over month
minutes by host over school_year
minutes by pupil.room.parent, kind
minutes, visits, hosts by host.`group`
minutes, mean_minutes, visits, open_share by pupil.`group` over quarter in 2025
mean_minutes over week in 2024-12-23 .. 2025-01-12
mean_minutes over day in 2025-01-01 .. 2025-01-07
visits where kind != "shut" over year in 2023 .. 2027
from visit | where `on` in 2025 .. 2026 | select pupil, `on`
from visit | where `on` not in 2025-02 .. 2025
visited for `the others` over quarter
visited for ok_ones by pupil.room.`room no`
hosts by kind
visited
visited by pupil.`group`
visited over year
points over year
points by ok over month in 2011-06 .. 2011-08
points by room.`it's`
`odd name`
`odd name` by `group`, tries
from minutes by host over year | where value is missing
from minutes by kind | join (from visits by kind | rename many = value | select kind, many)
EOF_QUESTIONS

cannot odd.db <<'EOF_QUESTIONS'
median~from pupil | group (m = median(points))
first~from pupil | group by `group` (m = first(note))
last~from `home room` | derive x = last(pupil.note)
sd~from pupil | group by ok (m = sd(points))
`like`, which minds capitals~from pupil | where note like "a%"
whole division or a power~from pupil | derive x = tries div 2
whole division or a power~from pupil | derive x = tries ^ 2
a date moved by months~from pupil | derive x = born + 1 month
a format~from pupil | derive x = "{points:.1}"
a format~from pupil | derive x = "{points}"
a sample~from pupil | sample 3
a sample~from pupil | sample 10% seed 4
different values in a rolling window~from pupil | derive x = rolling(count(distinct room), 2) order id
median~from pupil | derive x = median(points) within room
EOF_QUESTIONS

# ---- datetimes, periods, durations, ratios and shares ----

cat >log.csv <<'EOF_FILE'
id,at,since,month,spell,part,rate
1,2025-09-01 08:30,2025-08-31,2025-09,30 days,3/4,12.5%
2,2025-09-01T09:15:20,2025-09-01,2025-10,1 month,0.75,1/8
3,2025-09-02 23:59:59,2025-09-01,2025-09,1 hour 30 minutes,6/8,100%
4,2025-10-02 00:00,2025-10-02,2024-12,-2 days -1 minute,2,0%
5,,2025-10-02,2025-09,,,
6,1969-12-31 23:59:59,1970-01-01,0001-01,0 days,-1/3,33.333%
EOF_FILE
cat >prelude.spoke <<'EOF_SPOKE'
table log {
  key   id
  id    int
  at    datetime null
  since date
  month period
  spell duration null
  part  ratio null
  rate  share null
}
measure logged { from log;  value count();  at at }
measure mean_rate { from log;  value mean(rate);  at since }
EOF_SPOKE
{ cat prelude.spoke; echo 'import log from "log.csv"'; } >import.spoke
gives "import of all types" 0 "$SPOKE" run import.spoke --store types.db

agrees types.db <<'EOF_QUESTIONS'
from log | select id, at, since, month, spell, part, rate
from log | where at in 2025-09-01 .. 2025-09-02
from log | where at in 2025-09-01
from log | where at in 2025-09 or at in 1969
from log | where at in since .. since
from log | where at not in 2025-09-01T09:00 .. 2025-09-02
from log | where at < 2025-09-01T09:15:20 | select id, hour = hour(at), minute = minute(at), second = second(at)
from log | where at is not missing | select id, day = day(at), week = week(at), later = at + 90 minutes, before = at - 1 day
from log | where day(at) == 2025-09-01 | select id, label = "{at} {month}"
from log | where month in [2025-09, 2024-12] and month != 2024-12 | sort month, -id
from log | where part >= 0.75 and rate in 10% .. 50%
from log | sort -rate, part
from log | sort -at | take 3
from log | group by day(at) (n = count(), first = min(at), last = max(at), most = max(rate))
from log | group by part (n = count(), ids = sum(id))
from log | group by month, spell = spell is missing (n = count())
from log | group (n = count(distinct part), at = count(distinct at), spells = count(distinct spell))
from log | window order at (before = lag(at), next = lead(spell), day_before = lag(since), first_rate = carry(rate), parts = rolling(max(part), 2), place = rank())
from log | window within month order -rate (place = rank(), before = lag(part), highest = max(rate), n = count())
from log | select id, month, since, day = day(at) | unpivot since, day as what, when
logged over month in 2025-08 .. 2025-11
logged over day in 2025-09-01 .. 2025-09-03
logged by month over week in 2025-09
mean_rate over quarter in 2025
EOF_QUESTIONS

cannot types.db <<'EOF_QUESTIONS'
a duration~from log | where spell > 1 day
the order of durations~from log | sort spell
the order of durations~from log | derive place = rank() order spell
the order of durations~from log | group (longest = max(spell))
a date moved by months~from log | select id, at = at + 1 month
EOF_QUESTIONS

# The views are for other programs: everything stands there as Spoke writes it.
sqlite3 types.db 'SELECT * FROM log ORDER BY id' >out
is "the view" out <<'EOF_VIEW'
1|2025-09-01T08:30:00|2025-08-31|2025-09|30 days|0.75|0.125
2|2025-09-01T09:15:20|2025-09-01|2025-10|1 month|0.75|0.125
3|2025-09-02T23:59:59|2025-09-01|2025-09|1 hour 30 minutes|0.75|1.0
4|2025-10-02T00:00:00|2025-10-02|2024-12|-2 days -1 minute|2.0|0.0
5||2025-10-02|2025-09|||
6|1969-12-31T23:59:59|1970-01-01|0001-01|0 days|-0.333333333333333|0.33333
EOF_VIEW

# ---- calendars: terms, days of school, years and weeks that start on other days ----

cp -R "$ROOT/tests/language/data" .
declared() {
    cat <<'EOF_SPOKE'
table term_dates  { key id;           id int;       number int;  opens date;  closes date;  half int }
table school_days { key day;          day date;     held bool }
table visit       { key school, day;  school text;  day date;    hours int }
calendar district {
  year  starts 08-01
  terms from term_dates semester half
  instructional from school_days where held
}
calendar sundays { year starts 02-29;  week starts sunday }
measure hours { from visit;  value sum(hours) }
measure visits { from visit;  value count() }
measure long { from visit;  count hours > 5 }
EOF_SPOKE
    echo "use calendar $1"
}
{
    declared district
    for table in term_dates:terms school_days:days visit:visits; do
        echo "import ${table%:*} from \"data/calendar/${table#*:}.csv\""
    done
} >import.spoke
gives "import of a calendar" 0 "$SPOKE" run import.spoke --store calendar.db

declared district >prelude.spoke
agrees calendar.db <<'EOF_QUESTIONS'
hours over term in SY2024-25
hours by school over term in SY2023-24
long over term
long by school over semester
long over semester in SY2022-23 .. SY2023-24
hours in SY2023-24T3
hours by school in SY2023-24T1 .. SY2023-24T2
hours over week in SY2024-25T2
hours over week in 2024-12-09 .. 2025-01-19
hours over week in 2024-12-02 .. 2025-01-26 change from last year
visits over day in 2024-12-18 .. 2025-01-08 change from previous
hours over day in 2025-01-06 .. 2025-01-10 rolling 3
hours over term in SY2024-25 change from last year
long over term in SY2023-24 change from previous
visits over term in SY2023-24 to date
visits over term in SY2023-24 rolling 2
visits in SY2024-25T2 to date
from visit | where day in SY2024-25T4
from visit | group by term(day), semester(day), school_year(day) (n = count())
EOF_QUESTIONS

declared sundays >prelude.spoke
agrees calendar.db <<'EOF_QUESTIONS'
hours over week in 2022-12-20 .. 2023-02-01
hours over school_year
hours over school_year in 2022 .. 2025
long over week
from visit | group by week(day), school_year(day) (n = count())
from visit | where day in SY2023-24 .. SY2024-25
EOF_QUESTIONS

finish
