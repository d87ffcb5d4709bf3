# spoke check: every format is what those who read it want, and says the same as the others.
# shellcheck disable=SC2016 # backquotes are what is said
. "$ROOT/tests/cli_lib.sh"

cat >data.spoke <<'END'
table school { key id;  id text;  label text }
table visit  { key school, nr;  school -> school;  nr int;  hours float null;  kind text }
from [{id: "S1", label: "Alder"}, {id: "S2", label: "Birch"}] | into school
from [{school: "S1", nr: 1, hours: 2.0, kind: "a"}, {school: "S1", nr: 2, hours: 30.0, kind: "a"},
      {school: "S2", nr: 1, hours: missing, kind: "b"}, {school: "S2", nr: 2, hours: 40.0, kind: "b"}]
  | into visit
END
gives "fill the store" 0 "$SPOKE" run data.spoke --store s.db
mkdir -p suite
cat >suite/b.spoke <<'END'
rule long "A visit ends" {
  for      visit
  expect   hours < 24, "{hours} hours at {school.label}"
  id       "VIS-1"
  tags     time, "data quality"
  owner    "Data team"
  help     "https://example.org/visits#long ones"
  field    hours
  except   school == "S2" and nr == 2 until 2030-06-30 because "a conference"
}
rule kept "Hours are kept" { for visit;  expect hours is not missing;  severity warn }
rule some "Some may be long" { for visit;  expect hours < 24 missing passes;  allow 50% }
END
cat >suite/a.spoke <<'END'
rule named "Schools have names" { for school;  expect label != "" }
rule none  "Nothing is of kind c" { for visit;  where kind == "c";  expect false }
END
echo 'no script' >suite/notes.txt

gives "a folder" 1 "$SPOKE" check suite --store s.db --as-of 2026-01-01 \
    --out json=r.json --out sarif=r.sarif --out junit=r.xml --out tap=r.tap --out github=r.gh \
    --out concise=r.txt
is "text" out <<'END'
pass   named: Schools have names (2 rows)
empty  none: Nothing is of kind c (0 rows)
fail   long [VIS-1]: A visit ends (4 rows, 2 findings, 1 undecided, 1 excepted)
       school=S1, nr=2: ‹hours› hours at ‹school.label›
       school=S2, nr=1: ‹hours› hours at ‹school.label› (undecided)
       help: https://example.org/visits#long ones
warn   kept: Hours are kept (4 rows, 1 finding)
       school=S2, nr=1: expected hours is not missing
pass   some: Some may be long (4 rows, 2 findings, 2 allowed)
       school=S1, nr=2: expected hours < 24
       school=S2, nr=2: expected hours < 24
5 rules · 2 pass · 1 fail · 1 warn · 1 empty · 0 skip · 0 error · 14 rows · 5 findings · 1 excepted
END
is "concise" r.txt <<'END'
suite/a.spoke:2:6: warn: none: looked at no row
suite/b.spoke:1:6: error: long: school=S1, nr=2: ‹hours› hours at ‹school.label›
suite/b.spoke:1:6: error: long: school=S2, nr=1: ‹hours› hours at ‹school.label› (undecided)
suite/b.spoke:11:6: warn: kept: school=S2, nr=1: expected hours is not missing
suite/b.spoke:12:6: info: some: school=S1, nr=2: expected hours < 24
suite/b.spoke:12:6: info: some: school=S2, nr=2: expected hours < 24
5 rules · 2 pass · 1 fail · 1 warn · 1 empty · 0 skip · 0 error · 14 rows · 5 findings · 1 excepted
END
is "TAP" r.tap <<'END'
TAP version 14
1..5
ok 1 - named: Schools have names
ok 2 - none: Nothing is of kind c # SKIP looked at no row
not ok 3 - VIS-1: A visit ends
  ---
  message: "2 findings in 4 rows"
  severity: "error"
  file: "suite/b.spoke"
  line: 1
  evidence: |
    school=S1, nr=2: ‹hours› hours at ‹school.label›
    school=S2, nr=1: ‹hours› hours at ‹school.label› (undecided)
  ...
not ok 4 - kept: Hours are kept # TODO warn does not fail the run
  ---
  message: "1 finding in 4 rows"
  severity: "warn"
  file: "suite/b.spoke"
  line: 11
  evidence: |
    school=S2, nr=1: expected hours is not missing
  ...
ok 5 - some: Some may be long
# 5 rules · 2 pass · 1 fail · 1 warn · 1 empty · 0 skip · 0 error · 14 rows · 5 findings · 1 excepted
END
is "annotations" r.gh <<'END'
::error file=suite/b.spoke,line=1,col=6,title=VIS-1::school=S1, nr=2: ‹hours› hours at ‹school.label›
::error file=suite/b.spoke,line=1,col=6,title=VIS-1::school=S2, nr=1: ‹hours› hours at ‹school.label› (undecided)
::warning file=suite/b.spoke,line=11,col=6,title=kept::school=S2, nr=1: expected hours is not missing
::notice file=suite/a.spoke,line=2,col=6,title=none::looked at no row
END
sed 's/ time="[0-9.]*"//' r.xml >plain.xml
is "JUnit XML" plain.xml <<'END'
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="suite" tests="5" failures="1" errors="0" skipped="1">
 <testsuite name="suite/a.spoke" tests="2" failures="0" errors="0" skipped="1">
  <testcase name="named" classname="suite/a.spoke" file="suite/a.spoke" line="1"></testcase>
  <testcase name="none" classname="suite/a.spoke" file="suite/a.spoke" line="2">
   <skipped message="looked at no row"></skipped>
  </testcase>
 </testsuite>
 <testsuite name="suite/b.spoke" tests="3" failures="1" errors="0" skipped="0">
  <testcase name="VIS-1" classname="suite/b.spoke" file="suite/b.spoke" line="1">
   <failure message="2 findings in 4 rows" type="error">school=S1, nr=2: ‹hours› hours at ‹school.label›
school=S2, nr=1: ‹hours› hours at ‹school.label› (undecided)
</failure>
  </testcase>
  <testcase name="kept" classname="suite/b.spoke" file="suite/b.spoke" line="11">
   <system-out>warn: 1 finding in 4 rows
school=S2, nr=1: expected hours is not missing
</system-out>
  </testcase>
  <testcase name="some" classname="suite/b.spoke" file="suite/b.spoke" line="12"></testcase>
 </testsuite>
</testsuites>
END

gives "warnings that fail" 1 "$SPOKE" check suite --store s.db --rule kept --fail-on warn --format tap
says "fail the point" out '^not ok 1 - kept: Hours are kept$'
gives "and the case" 1 "$SPOKE" check suite --store s.db --rule kept --fail-on warn --format junit
says "of JUnit" out '<failure message="1 finding in 4 rows" type="warn">'
says "the summary is on stderr" err '^1 rule · 0 pass · 0 fail · 1 warn'
if command -v script >/dev/null; then
    gives "at a terminal of 40 columns" 1 script -qec \
        "stty cols 40; TERM=xterm NO_COLOR=1 '$SPOKE' check suite --store s.db --rule VIS-1" cut
    tr -d '\r' <cut | grep -v -e '^Script' -e '^$' >plain || :
    is "lines go on below" plain <<'END'
fail   long [VIS-1]: A visit ends (4
  rows, 2 findings, 1 undecided, 1
  excepted)
       school=S1, nr=2: ‹hours› hours at
         ‹school.label›
       school=S2, nr=1: ‹hours› hours at
         ‹school.label› (undecided)
       help:
         https://example.org/visits#long
         ones
1 rule · 0 pass · 1 fail · 0 warn · 0
  empty · 0 skip · 0 error · 4 rows · 2
  findings · 1 excepted
END
fi
gives "an id" 1 "$SPOKE" check suite --store s.db --rule 'VIS-*'
says "is a name of the rule" out '^1 rule'
gives "a tag" 1 "$SPOKE" check suite --store s.db --tag 'data*' --as-of 2031-01-01
says "selects, and the exception is over" out '^1 rule .* 3 findings · 1 exception over$'
gives "tags are listed with" 0 "$SPOKE" check suite --store s.db --tag time --list
is "their rules" out <<'END'
long
END
gives "what one means" 0 "$SPOKE" check suite --store s.db --explain long
says "in words" out 'rule long: A visit ends'
says "what its rows are told apart by" out '^Judges each row of `visit`, told apart by school, nr; severity error\.$'
gives "how many may break one" 0 "$SPOKE" check suite --store s.db --explain some
says "is told" out '^It passes with findings on up to 50% of the rows\.$'
gives "one that is not there" 2 "$SPOKE" check suite --store s.db --explain lonk
says "is asked back" err 'long'

# More than GitHub shows of a type.
cat >many.spoke <<'END'
table n { key k;  k int }
from [{k: 1}, {k: 2}, {k: 3}, {k: 4}, {k: 5}, {k: 6}, {k: 7}, {k: 8}, {k: 9}, {k: 10}, {k: 11},
      {k: 12}] | into n
rule none "No row" { for n;  expect k > 100 }
END
gives "many" 1 "$SPOKE" check many.spoke --format github
holds "ten of a type" test "$(grep -c '^::error' out)" = 10
says "the last says how many more" out '^::error file=many,line=1,col=1,title=spoke check::3 more'
gives "all" 1 "$SPOKE" check many.spoke --max-evidence 0 --format json
holds "of them" test "$(grep -c '{"key"' out)" = 12

command -v python3 >/dev/null || {
    echo "python3 is not here"
    [ "$failures" -eq 0 ] && exit 77
    finish
}
holds "the JSON fits its schema" python3 "$ROOT/tests/files/json_schema.py" \
    "$ROOT/docs/schemas/check.schema.json" r.json
holds "the SARIF is what GitHub takes" python3 "$ROOT/tests/files/sarif.py" r.sarif
gives "with values" 1 "$SPOKE" check suite --store s.db --as-of 2026-01-01 --show-values \
    --out json=v.json --out sarif=v.sarif --out "sarif=$PWD/full path: 1%.sarif"
holds "the JSON fits its schema" python3 "$ROOT/tests/files/json_schema.py" \
    "$ROOT/docs/schemas/check.schema.json" v.json
holds "the SARIF is what GitHub takes" python3 "$ROOT/tests/files/sarif.py" v.sarif
cp suite/b.spoke 'a: b%.spoke'
gives "odd names of scripts" 1 "$SPOKE" check 'a: b%.spoke' --store s.db --out sarif=odd.sarif
holds "are references in SARIF" python3 "$ROOT/tests/files/sarif.py" odd.sarif
says "that begin with no scheme" odd.sarif '"uri":"./a:%20b%25.spoke"'
gives "a script with an error" 2 "$SPOKE" check --store s.db -c 'rule r { for visit;  expect x > 1 }' \
    --out sarif=e.sarif --out json=e.json --out junit=e.xml
holds "is told in SARIF" python3 "$ROOT/tests/files/sarif.py" e.sarif
holds "and in JSON" python3 "$ROOT/tests/files/json_schema.py" \
    "$ROOT/docs/schemas/check.schema.json" e.json
says "and in JUnit XML" e.xml '<error message="`visit` has no column `x`'

cat >same.py <<'END'
import json
import xml.etree.ElementTree as tree

report = json.load(open("r.json"))
rules = {r["rule"]: r for r in report["rules"]}
total = report["summary"]
assert total["rules"] == 5 and total["findings"] == sum(r["findings"] for r in rules.values()) == 5
assert total["excepted"] == 1 and total["rows"] == 14
long = rules["long"]
assert long["tags"] == ["time", "data quality"] and long["owner"] == "Data team"
assert long["id"] == "VIS-1" and long["field"] == "hours"
shown = [e for e in long["evidence"] if "excepted" not in e]
assert [e["key"] for e in shown] == ["school=S1, nr=2", "school=S2, nr=1"]
assert shown[0]["keys"] == [{"name": "school", "value": "S1"}, {"name": "nr", "value": "2"}]
(excepted,) = [e for e in long["evidence"] if "excepted" in e]
assert excepted["excepted"] == {"because": "a conference", "until": "2030-06-30"}
assert "30" not in json.dumps(shown) and "values" not in shown[0]
values = {r["rule"]: r for r in json.load(open("v.json"))["rules"]}["long"]["evidence"]
assert values[0]["message"] == "30.0 hours at Alder" or values[0]["message"] == "30 hours at Alder"
assert values[0]["values"] == [{"name": "hours", "value": "30.0"}]
assert values[1]["values"] == [{"name": "hours", "value": None}]
assert values[0]["fingerprint"] == shown[0]["fingerprint"]

(run,) = json.load(open("r.sarif"))["runs"]
assert run["automationDetails"]["id"] == "spoke/suite/"
assert run["invocations"][0]["executionSuccessful"] is True
by_rule = [r["ruleId"] for r in run["results"]]
assert by_rule == ["VIS-1"] * 3 + ["kept"] + ["some"] * 2, by_rule
assert [r["level"] for r in run["results"]] == ["error"] * 3 + ["warning"] + ["note"] * 2
assert run["results"][2]["suppressions"][0]["justification"] == "a conference"
assert run["tool"]["driver"]["rules"][2]["helpUri"] == "https://example.org/visits#long%20ones"
assert json.load(open("v.sarif"))["runs"][0]["results"][0]["properties"]["values"] == {"hours": "30.0"}

cases = tree.parse("r.xml").getroot()
assert [c.get("name") for c in cases.iter("testcase")] == ["named", "none", "VIS-1", "kept", "some"]
END
holds "all say the same" python3 same.py
finish
