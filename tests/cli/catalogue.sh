# The catalogue of definitions: what is saved, what a version is, what older ones mean, what changed,
# what was frozen; and catalogues that are damaged, from elsewhere, locked or not to be written.
. "$ROOT/tests/cli_lib.sh"

cat >attendance.csv <<'END'
student,day,status
N1,2025-09-02,P
N1,2025-09-03,A
N1,2025-10-01,P
N2,2025-09-02,A
N2,2025-09-03,A
N2,2025-10-01,P
N3,2025-09-02,P
N3,2025-10-01,E
END
cat >tables.spoke <<'END'
store "v.db"
table attendance { key student, day; student text; day date; status text one of "P", "A", "T", "E" }
import attendance from "attendance.csv"
END
cat >one.part <<'END'
let floor = 2
fn out(s) = s == "A" or s == "E"
## Days that were missed.
measure absence "Share of days missed" {
  from   attendance
  among  status is not missing
  count  out(status)
}
measure often {
  from attendance
  per student
  let days = count(), away = count(out(status))
  among days >= floor
  count away / days >= 50%
}
END
cat tables.spoke one.part >one.spoke
sed 's/ or s == "E"//' one.spoke >two.spoke

# ---- saving ----
gives 'save' 0 "$SPOKE" run one.spoke --save --because 'the "first" {one}'
says 'each is told' err '^note: saved absence@1 [0-9a-f]\{8\}$'
says 'what they use is saved as well' err '^note: saved floor@1'
gives 'saving again' 0 "$SPOKE" run one.spoke --save
says 'adds nothing' err '^note: 4 definitions are as saved before$'
# comments, blanks, line ends, back-quotes and unused names are no part of what is meant
sed -e 's/  from   attendance/from attendance # facts/' -e 's/count  out(status)/count `out`(status)/' \
    -e 's/^  let days = count(), /  let days = count(),\n      /' one.spoke >same.spoke
echo 'let other = 3' >>same.spoke
gives 'another layout' 0 "$SPOKE" run same.spoke --save
says 'is the same definition' err '^note: 4 definitions are as saved before$'
gives 'a function that changes' 0 "$SPOKE" run two.spoke --save --because 'excused days are no absence' \
    --as-of 2026-01-31
says 'changes what uses it' err '^note: saved often@2'
says 'and nothing else' err '^note: 1 definition is as saved before$'
gives 'versions' 0 "$SPOKE" -c 'show from versions | select name, number, kind, saved, because | where name == "absence"' \
    --store v.db --format csv
sed 's/,1,measure,[0-9-]*,/,1,measure,DAY,/' out >versions
is 'are kept' versions <<'END'
name,number,kind,saved,because
absence,1,measure,DAY,"the ""first"" {one}"
absence,2,measure,2026-01-31,excused days are no absence
END

# ---- using: 4 of 8 days were missed by the first definition, 3 by the second ----
gives 'a session has the latest' 0 "$SPOKE" -c 'show absence' --store v.db --format csv
is 'latest' out <<'END'
n,d,value
3,8,0.375
END
gives 'an older version' 0 "$SPOKE" -c 'show absence@1, absence' --store v.db --format csv
is 'older, beside the latest' out <<'END'
absence@1,absence@1.n,absence@1.d,absence,absence.n,absence.d
0.5,4,8,0.375,3,8
END
hash=$("$SPOKE" -c 'show from versions | where name == "absence" and number == 1 | select hash' \
    --store v.db --format csv | tail -n 1)
gives 'a version by its hash' 0 "$SPOKE" -c "show absence@$(printf %.6s "$hash")" --store v.db --format csv
says 'by hash' out '^4,8,0.5$'
gives 'a declaration of the same name goes first' 0 "$SPOKE" -c '
fn out(s) = true
measure absence { from attendance; value count(out(status)) }
show absence
show often@1' --store v.db --format csv
says 'local' out '^8,8$'
says 'and changes nothing that was saved' out '^2,3,0.66'
# of 5 days after the 2nd of September 2 were missed by the saved function, which this program hides
gives 'clauses that are refined keep their meaning' 0 "$SPOKE" -c 'fn out(s) = true
measure later = absence with { where day > 2025-09-02 }
show later' --store v.db --format csv
says 'refined' out '^2,5,0.4$'
gives 'functions are there' 0 "$SPOKE" -c 'print out("E")' --store v.db
is 'the latest function' out <<'END'
false
END
gives 'a saved `let` is not' 1 "$SPOKE" -c 'print floor' --store v.db
gives 'explain names the version' 0 "$SPOKE" -c 'explain absence' --store v.db
says 'explain' out '^absence@2 [0-9a-f]\{8\}$'
gives 'a prompt has them' 0 sh -c "echo 'show absence' | '$SPOKE' - --store v.db --format csv"
says 'piped' out '^3,8,0.375$'

# ---- what changed ----
gives 'diff' 0 "$SPOKE" -c 'diff absence@1 absence@2' --store v.db --format csv
sed 's/ [0-9a-f]\{8\}/ HASH/g' out >told
is 'clauses of what is used, and figures' told <<'END'
absence@1 HASH -> absence@2 HASH
  out@1 HASH -> out@2 HASH
    - (s) = s == "A" or s == "E"
    + (s) = s == "A"
period,first,second,difference
,0.5,0.375,-0.125
2025-09,0.6,0.6,0.0
2025-10,0.3333333333333333,0.0,-0.3333333333333333
END
gives 'diff against the present one' 0 "$SPOKE" -c '
measure absence { from attendance; count status == "A"; where status != "T" }
diff absence@2 absence by student' --store v.db --format csv
says 'what went' out '^  - count  *out(status)$'
says 'what came' out '^  + count status == "A"$'
says 'by dim' out '^N2,2025-09,1.0,1.0,0.0$'

# ---- lineage: one visit has no hours, so that whether it was long is undecided; the key of visits
# is read to name a row in errors ----
cat >lineage.spoke <<'END'
store "l.db"
table school { key school;  school text;  region text }
table visit { key day, school;  day date;  school -> school;  hours int null }
import school from "school.csv"
import visit from "visit.csv"
fn long(h) = h > 2
measure long_visits { from visit;  count long(hours) }
cohort north { of school;  require region == "N" }
rule counted { for visit;  expect hours is not missing;  message "{day}" }
let asked = from visit | where school in north
lineage long_visits for north by school.region
lineage counted
lineage from asked | where hours > 1
save
END
printf 'school,region\nS1,N\nS2,S\n' >school.csv
printf 'day,school,hours\n2025-09-01,S1,3\n2025-09-01,S2,1\n2025-09-02,S1,\n2025-09-02,S2,4\n' >visit.csv
gives 'lineage' 0 "$SPOKE" run lineage.spoke
sed 's/ [0-9a-f]\{8\}/ HASH/' out >told
is 'what figures are made of' told <<'END'
tables       visit (4 rows read), school
columns      school.region, visit.day, visit.hours, visit.school
definitions  long_visits HASH, not saved
             long HASH, not saved
             north HASH, not saved
undecided    1 row
answer       1 row
tables       visit (4 rows read)
columns      visit.day, visit.hours, visit.school
definitions  counted HASH, not saved
undecided    0 rows
answer       4 rows
tables       visit (4 rows read), school
columns      school.region, visit.day, visit.hours, visit.school
definitions  north HASH, not saved
undecided    1 row
answer       1 row
END
gives 'lineage of what was saved' 0 "$SPOKE" -c 'lineage long_visits' --store l.db
says 'names the version' out '^definitions  long_visits@1 [0-9a-f]\{8\}$'

# ---- frozen ----
cat >board.spoke <<'END'
store "v.db"
param least int = 1
show absence
freeze "board_2024" because "the June meeting"
END
gives 'freeze' 0 "$SPOKE" run board.spoke
says 'records' err '^note: froze board_2024: 4 definitions'
gives 'again' 0 "$SPOKE" run board.spoke
says 'is the same' err '^note: board_2024 is made of what was frozen on'
gives 'another param' 1 "$SPOKE" run board.spoke --param least=2
says 'param' err 'note: param `least`: 1 then, 2 now'
sed 's/N3,2025-10-01,E/N3,2025-10-01,A/' attendance.csv >later.csv
cp v.db kept.db
sed 's/attendance.csv/later.csv/' tables.spoke >later.spoke
gives 'other rows' 0 "$SPOKE" run later.spoke
gives 'are noticed' 1 "$SPOKE" run board.spoke
says 'table' err 'note: table `attendance`: 8 rows, [0-9a-f]* then, 8 rows, [0-9a-f]* now'
gives 'the rows as they were' 0 "$SPOKE" run tables.spoke
gives 'are the same again' 0 "$SPOKE" run board.spoke
gives 'frozen' 0 "$SPOKE" -c 'show from frozen | select report, kind, name' --store v.db --format csv
is 'frozen' out <<'END'
report,kind,name
board_2024,definition,absence@2
board_2024,definition,out@2
board_2024,param,least
board_2024,table,attendance
END

# ---- rules of the catalogue ----
cat tables.spoke - >rules.spoke <<'END'
rule present { for attendance; expect status == "P"; message "{student} {status}" }
save
END
sed 's/v\.db/r.db/' rules.spoke >rules-r.spoke
gives 'a rule is saved' 0 "$SPOKE" run rules-r.spoke
gives 'and judged without its script' 1 "$SPOKE" check --store r.db
says 'judged' out 'fail   present (8 rows, 4 findings)'
echo 'rule day { for attendance; expect day > 2025-01-01; message "{day}" }' >own.spoke
gives 'rules of a script go first' 0 "$SPOKE" check own.spoke --store r.db
says 'its own alone' out '^1 rule'

# ---- harm ----
harm() { # harm NAME SQL: to a copy of the store
    cp v.db harm.db
    sqlite3 harm.db "$2"
    gives "$1" 1 "$SPOKE" -c 'show absence' --store harm.db
    says "$1: told" err 'error\[E0352\]: `absence@2` of the catalogue cannot be used'
    gives "$1: nobody else is concerned" 0 "$SPOKE" -c 'print 1 + 1' --store harm.db
    gives "$1: it is listed" 0 "$SPOKE" -c 'show from versions | where problem is not missing | select name' \
        --store harm.db --format csv
    says "$1: listed" out '^absence$'
}
at='name = '\''absence'\'' AND number = 2'
table='"spoke$$definitions"'
harm 'another text' "UPDATE $table SET text = replace(text, 'missing', 'present') WHERE $at"
harm 'half a text' "UPDATE $table SET text = substr(text, 1, 40) WHERE $at"
harm 'no text' "UPDATE $table SET text = '' WHERE $at"
harm 'another hash' "UPDATE $table SET hash = substr(hash, 2) || '0' WHERE $at"
harm 'no hash' "UPDATE $table SET hash = 'x' WHERE $at"
harm 'uses that are none' "UPDATE $table SET uses = 'a b c' WHERE $at"
harm 'uses outside of the text' "UPDATE $table SET uses = '1 99999999999 ' || substr(uses, -40) WHERE $at"
harm 'uses of nothing' "UPDATE $table SET uses = replace(uses, substr(uses, 9, 8), '00000000') WHERE $at"
harm 'another kind' "UPDATE $table SET kind = 'cohort' WHERE $at"
harm 'of a newer program' "UPDATE $table SET format = 2 WHERE $at"
cp v.db harm.db
sqlite3 harm.db "UPDATE $table SET text = '' WHERE $at"
sed 's/v\.db/harm.db/' two.spoke >mend.spoke
gives 'saving again mends it' 0 "$SPOKE" run mend.spoke --save
says 'as another version' err '^note: saved absence@3'
gives 'which is used' 0 "$SPOKE" -c 'show absence' --store harm.db

# a definition that needs itself, by hand: the same hash in its own uses
cp v.db circle.db
sqlite3 circle.db "UPDATE $table SET uses = '4 9 ' || hash || ' floor' || char(10) WHERE name = 'floor'"
gives 'a circle made by hand' 1 "$SPOKE" -c 'show often' --store circle.db
says 'is told' err 'error\[E0352\]'

# a table that has changed since
cp v.db c.db
sqlite3 c.db 'DROP VIEW attendance; DROP TABLE "spoke$attendance"; DELETE FROM "spoke$catalogue";
    DELETE FROM "spoke$$columns"'
gives 'what no longer fits its tables is listed' 0 "$SPOKE" -c 'table attendance { key student; student text; here bool }
show from measures | select name, problem' --store c.db --format csv
is 'problems' out <<'END'
name,problem
absence,`attendance` has no column `status`
often,`attendance` has no column `status`
END
gives 'and an error when used' 1 "$SPOKE" -c 'show absence' --store c.db
says 'in the saved text' err '<absence@2>:'

# two at once: numbers are given once, and the two texts both end up there
sed 's/v\.db/m.db/' tables.spoke >many.spoke
gives 'a store for many' 0 "$SPOKE" run many.spoke
i=0
while [ $i -lt 6 ]; do
    "$SPOKE" -c "measure m { from attendance; value count(status != \"$i\") }
save" --store m.db >"save.$i" 2>&1 &
    i=$((i + 1))
done
wait
gives 'many at once' 0 "$SPOKE" -c 'show from versions | where name == "m" | group (n = count(), numbers = max(number), hashes = count(distinct hash))' \
    --store m.db --format csv
is 'each has its number' out <<'END'
n,numbers,hashes
6,6,6
END

# ---- presets of the library: saved with what they are now ----
cat tables.spoke - >preset.spoke <<'END'
use attend
measure chronic = attend.chronic with { from attendance;  let absent = count(out(status)), minimum = 2 }
measure worse = chronic with { let threshold = 60% }
save
END
gives 'a refined preset' 0 "$SPOKE" run preset.spoke
says 'is saved with the preset' err '^note: saved attend.chronic@1'
gives 'and used' 0 "$SPOKE" -c 'show chronic, worse' --store v.db --format csv
says 'N1 missed 1 of 3 days, N2 2 of 3, N3 none of 2' out ',2,3,.*,1,3$'

# ---- what cannot be saved ----
gives 'a share without end' 1 "$SPOKE" -c 'param least share = 1/3
table t { key a; a int }
measure m { from t; per a; let n = count(); count n / 7 > least }
save'
says 'is told' err 'error\[E0353\]: `m` cannot be saved: it uses the param `least`'

# ---- params: kept as what they are in the run ----
printf 'a,s,d\n1,A,2025-03-01\n3,A,2025-03-01\n5,say "hi" {x},2025-03-01\n9,A,2024-03-01\n' >t.csv
cat >params.spoke <<'END'
param least int = 2
param weight float = 3
param words list<text> = ["A", "say \"hi\" \{x\}"]
param limit share = 12.5%
param from_day date = 2025-01-01
param hold duration = 6 weeks
param month period = 2025-03
param sure bool = true
table t { key a;  a int;  s text;  d date }
import t from "t.csv"
measure big {
  from   t
  among  s in words and d >= from_day and sure and d in month and d + hold < 2025-05-01
  count  a * weight > least * 3 and a / 8 >= limit
}
save
show big
END
gives 'params' 0 "$SPOKE" run params.spoke --store params.db --format csv
says 'are saved with the definition' err '^note: saved least@1'
says 'two of three are above 2' out '^2,3,'
gives 'other values' 0 "$SPOKE" run params.spoke --store params.db --param least=0 --format csv
says 'are another version' err '^note: saved big@2'
says 'that counts others' out '^3,3,'
gives 'both' 0 "$SPOKE" -c 'show big@1, big' --store params.db --format csv
says 'mean what they meant' out '^0.6666666666666666,2,3,1.0,3,3$'
gives 'the same values again' 0 "$SPOKE" run params.spoke --store params.db --param least=0
says 'are no version' err '^note: 9 definitions are as saved before'

gives 'a store that is gone afterwards' 0 "$SPOKE" -c 'table t { key a; a int }
measure m { from t; value count() }
save'
says 'is said' err 'the store is a temporary one'

# ---- charts ----
cat >days.spoke <<'END'
table attendance { key student, day;  student text;  day date;  status text }
import attendance from "days.csv"
measure away { from attendance; count status == "A" }
save because "as it was"
END
awk 'BEGIN { print "student,day,status"
    for (m = 1; m <= 12; m++) for (s = 1; s <= 9; s++)
        printf "N%d,2025-%02d-05,%s\n", s, m, (s * m) % 5 ? "P" : "A" }' >days.csv
gives 'a first version' 0 "$SPOKE" run days.spoke --store days.db --as-of 2025-01-01
gives 'a second one' 0 "$SPOKE" -c 'measure away { from attendance; count status != "P" }
save because "all who are not here"' --store days.db --as-of 2025-06-15
gives 'a third one on that day' 0 "$SPOKE" -c 'measure away { from attendance; count status like "A%" }
save because "whatever begins with A"' --store days.db --as-of 2025-06-15
gives 'a chart' 0 "$SPOKE" -c 'show away over month | chart(to: "away.svg")' --store days.db
says 'marks the change' out 'away@3 from 15 June 2025: whatever begins with A'
holds 'once' sh -c '! grep -q "away@[12] from" away.svg && grep -q "class=\"change\"" away.svg'
gives 'a chart of an older version' 0 "$SPOKE" -c 'show away@1 over month | chart' --store days.db
says 'has the same mark' out 'away@3 from 15 June 2025'
gives 'a chart of rows' 0 "$SPOKE" -c 'show from (away over month) | select period, value | chart' --store days.db
says 'derived from an answer has it too' out 'away@3 from'

# ---- modules ----
cat >common.spoke <<'END'
let least = 2
fn many(n) = n >= least
END
cat tables.spoke - >module.spoke <<'END'
use "common.spoke" as common
measure many_days { from attendance; per student; let days = count(); among true; count common.many(days) }
save
END
gives 'what a used file declares' 0 "$SPOKE" run module.spoke
says 'is saved under its full name' err '^note: saved common.many@1'
gives 'and found again' 0 "$SPOKE" -c 'show many_days' --store v.db --format csv
says 'without the file' out '^3,3,1.0$'
finish
