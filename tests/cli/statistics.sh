# Files of SPSS and Stata, written byte by byte by tests/files/survey_files.py: types, labels, codes
# for missing, dates, encodings, and files that cannot be read. (Those of SAS are in
# tests/unit/formats_test.c.)
. "$ROOT/tests/cli_lib.sh"
needs readstat
shown() { # shown NAME FILE: the declaration, then the rows
    gives "$1" 0 "$SPOKE" --format csv -c "import t from \"$2\"
show t"
    { sed -n 's/^note: \([ t}].*\)/\1/p' err | grep -v '^t: '; cat out; } >got
}

# 2025-09-01 is day 20332 after 1970-01-01.
cat >survey.py <<'END'
day = 20332
def survey(path, more):
    sav(path, [
    {"name": "id", "width": 12, "label": "Who \u201canswered\u201d"},
    {"name": "q1", "label": "How often?", "missing": [8, 9],
     "labels": {1: "Never", 2: "Monthly", 8: "don't know", 9: "refused"}},
    {"name": "scale", "labels": {1: "Not at all", 5: "Fully"}},
    {"name": "gender", "width": 1, "labels": {"F": "female", "M": "male"}},
    {"name": "range", "missing": (90, 99)},
    {"name": "day", "format": "DATE"},
    {"name": "at", "format": "DATETIME"},
    {"name": "took", "format": "TIME"},
    {"name": "month", "format": "MOYR"},
    {"name": "score"},
], [
    ["P1", 1, 1, "F", 12, spss_date(day), spss_date(day, 30600), 5400, spss_date(day), 1.5],
    ["P\u00e9 2", 2, 3, "M", 95, spss_date(day + 1), spss_date(day, 1), 90000, spss_date(day + 31), -2],
    ["007", 8, 5, "F", 99, None, None, None, None, 0.1],
    ["P4", None, None, "", None, None, None, None, None, None],
] + more)
END
python <<'END'
from survey_files import *

exec(open("survey.py").read())
survey("survey.sav", [["", 2, 3, "M", 1, None, None, None, None, None]])
END
gives "a survey of SPSS" 0 "$SPOKE" --format csv -c 'table t { key n; n text from "id"; q1 int null; scale int null; range int null; day date null; at datetime null; took duration null; month period null; score float null; gender text null }
import t from "survey.sav"
show t'
is "its rows" out <<'END'
n,q1,scale,range,day,at,took,month,score,gender
007,,5,,,,,,0.1,F
P1,1,1,12,2025-09-01,2025-09-01T08:30:00,1 hour 30 minutes,2025-09,1.5,F
P4,,,,,,,,,
Pé 2,2,3,,2025-09-02,2025-09-01T00:00:01,1 day 1 hour,2025-10,-2.0,M
END
says "a row without a key" err '^note: t: 1 row rejected, the first at survey.sav:5: `n` is missing'
python <<'END'
from survey_files import *

exec(open("survey.py").read())
survey("whole.sav", [["P5", 2, 3, "M", 1, None, None, None, None, None]])
END
shown "undeclared" whole.sav
sed '/^}/q' got >declared
is "it has labels and codes" declared <<'END'
table t {
  key id
  id text "Who “answered”"
  q1 int null "How often?" one of 1 "Never", 2 "Monthly" missing 8 "don't know", 9 "refused"
  # labels of the next column, which holds other values, too: 1 "Not at all", 5 "Fully"
  scale int null
  gender text null one of "F" "female", "M" "male"
  range int null missing 95, 99
  day date null
  at datetime null
  took duration null
  month period null
  score float null
}
END
# Other encodings than UTF-8.
python <<'END'
from survey_files import *

sav("latin.sav", [{"name": "k", "width": 8, "label": "Schl\u00fcssel"}], [["\u00e4\u00f6"], ["\u00fc"]],
    encoding="windows-1252")
END
shown "a file in windows-1252" latin.sav
is "reads as any other" got <<'END'
table t {
  key k
  k text "Schlüssel"
}
k
äö
ü
END

python <<'END'
from survey_files import *

day = 20332 + STATA_DAYS
month = (2025 - 1960) * 12 + 8
dta("panel.dta", [
    {"name": "id", "kind": 8, "label": "Pupil"},
    {"name": "q1", "kind": "l", "labels": {1: "Never", 2: "Monthly", ".a": "refused"}},
    {"name": "small", "kind": "b"},
    {"name": "score", "kind": "f"},
    {"name": "day", "kind": "d", "format": "%td"},
    {"name": "at", "kind": "d", "format": "%tcDD-Mon-CCYY_HH:MM"},
    {"name": "month", "kind": "d", "format": "%tm"},
    {"name": "quarter", "kind": "d", "format": "%-tq"},
], [
    ["a", 1, 5, 0.1, day, day * 86400000 + 30600000, month, month // 3],
    ["b", ".a", ".b", 0.25, day + 1, day * 86400000, month + 4, month // 3 + 1],
    ["c", None, None, None, None, None, None, None],
    ["d", 2, 100, 3, day, day * 86400000, month, month // 3],
])
END
shown "a file of Stata" panel.dta
is "with labels, codes and dates" got <<'END'
table t {
  key id
  id text "Pupil"
  q1 int null one of 1 "Never", 2 "Monthly" missing ".a" "refused"
  small int null missing ".b"
  score float null
  day date null
  at datetime null
  month period null
  quarter period null
}
id,q1,small,score,day,at,month,quarter
a,1,5,0.1,2025-09-01,2025-09-01T08:30:00,2025-09,2025Q3
b,,,0.25,2025-09-02,2025-09-01T00:00:00,2026-01,2025Q4
c,,,,,,,
d,2,100,3.0,2025-09-01,2025-09-01T00:00:00,2025-09,2025Q3
END

# ---- what cannot be read ----
refused() { # refused NAME FILE CODE MESSAGE [CLAUSE]
    gives "$1" 1 timeout 60 "$SPOKE" -c "import t from \"$2\" ${5-}"
    holds "$1: one error" test "$(grep -c '^error\[' err)" -eq 1
    says "$1: its message" err "^error\\[$3\\]: .*$2.*$4"
    says "$1: a help" err '= help: '
}
head -c 700 survey.sav >cut.sav
refused "SPSS, cut off" cut.sav E0544 'cannot be read'
head -c 1500 panel.dta >cut.dta
refused "Stata, cut off" cut.dta E0544 'cannot be read'
{ printf 'HEADER RECORD*******LIBRARY HEADER RECORD'; head -c 3000 /dev/zero; } >no.xpt
refused "a transport file that is none" no.xpt E0544 'cannot be read'
{ printf '\0\0\0\0\0\0\0\0\0\0\0\0\302\352\201\140'; head -c 3000 /dev/zero; } >no.sas7bdat
refused "SAS that is none" no.sas7bdat E0544 'cannot be read'
refused "a table of a file of one" panel.dta E0504 'holds one table' 'table "x"'
gives "through a pipe" 1 sh -c 'cat panel.dta | "$SPOKE" -c "import t from \"/dev/stdin\""'
says "it is refused" err 'would have to be read twice'
finish
