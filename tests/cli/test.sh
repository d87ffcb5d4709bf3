# spoke test: test blocks of scripts.
# shellcheck disable=SC2016 # backquotes are what is said
. "$ROOT/tests/cli_lib.sh"

cat >fine.spoke <<'EOF'
table pupil { key id;  id text;  grade int null }
fn gap(a, b) = a - b
let base = 3
print "not shown by tests"
rule graded "A pupil is in a grade" { for pupil;  expect grade is not missing }

test "a gap is a difference" {
  assert gap(5, 2) == base
}
test "rows are there within a test" {
  from [{id: "a", grade: 9}, {id: "b", grade: missing}] | into pupil
  assert count(pupil) == 2
}
test "and gone behind it" { assert count(pupil) == 0 }
test "a rule finds what breaks it" {
  from [{id: "a", grade: 9}, {id: "b", grade: missing}] | into pupil
  let found = from graded
  assert count(found) == 1
}
EOF
gives "running the script" 0 "$SPOKE" run fine.spoke
is "runs no test" out <<'EOF'
not shown by tests
EOF
gives "testing it" 0 "$SPOKE" test fine.spoke
is "runs all" out <<'EOF'
ok     a gap is a difference
ok     rows are there within a test
ok     and gone behind it
ok     a rule finds what breaks it
0 of 1 rule has an example that is ok and one that is bad
       graded: no example
4 tests · 4 passed · 0 failed
EOF
gives "listed" 0 "$SPOKE" test fine.spoke --list
says "by name" out '^and gone behind it$'

cat >bad.spoke <<'EOF'
fn half(x) = x / 2
test "passes" { assert half(4) == 2 }
test "is <wrong> # & \u{1b}[31mred" {
  let x = half(9)
  assert x == 4
}
test "fails by its own words" { fail "no\nway %" }
test "passes, too" { assert half(2) == 1 }
EOF
gives "a test that fails" 1 "$SPOKE" test bad.spoke --out tap=t.tap --out junit=t.xml
is "keeps no other from running" out <<'EOF'
ok     passes
FAIL   is <wrong> # & \u{1b}[31mred
       error[E0404]: this does not hold
        --> bad.spoke:5:10
         |
       5 |   assert x == 4
         |          ^^^^^^
         = note: `x` is 4.5
FAIL   fails by its own words
       error[E0405]: no
         way %
        --> bad.spoke:7:33
         |
       7 | test "fails by its own words" { fail "no\nway %" }
         |                                 ^^^^^^^^^^^^^^^^
ok     passes, too
4 tests · 2 passed · 2 failed
EOF
says "TAP" t.tap '^not ok 2 - is <wrong> \\# & \\\\u{1b}\[31mred$'
says "counts" t.tap '^1\.\.4$'
says "JUnit XML" t.xml '<testsuites name="bad" tests="4" failures="2" errors="0" skipped="0"'
gives "TAP on stdout" 1 "$SPOKE" test bad.spoke --format tap
holds "the same" cmp out t.tap
gives "two scripts" 2 "$SPOKE" test fine.spoke bad.spoke nothing.spoke
gives "a format of check only" 2 "$SPOKE" test fine.spoke --format sarif
says "names those of test" err 'text, tap and junit'
gives "no tests" 2 "$SPOKE" test -c 'let x = 1'
says "says how to write one" err 'test "what it shows"'
gives "a script with an error" 2 "$SPOKE" test -c 'let x = y' --out junit=e.xml
says "is a case" e.xml '<error message="nothing is called `y`"'
gives "a test with an error" 1 "$SPOKE" run -c 'test "x" { let y = z }'
says "is found without tests being run" err 'nothing is called `z`'
gives "within something" 1 "$SPOKE" run -c 'if true { test "x" { } }'
says "a test does not stand" err 'E0216'
gives "without a name" 1 "$SPOKE" run -c 'test { }'

mkdir suite
cp fine.spoke suite/a.spoke
sed 's/table pupil/table other/' bad.spoke >suite/b.spoke
gives "a folder" 1 "$SPOKE" test suite
says "all of it" out '^8 tests · 6 passed · 2 failed$'
printf 'use "fine.spoke" as fine\ntest "mine" { assert fine.gap(2, 1) == 1 }\n' >user.spoke
sed -i '/^print/d;/^test "[ra]/,$d' fine.spoke
gives "a used file" 0 "$SPOKE" test user.spoke
says "brings no tests" out '^1 test · 1 passed'

cat >data.spoke <<'EOF'
table t { key k;  k int }
from [{k: 1}] | into t
EOF
gives "fill a store" 0 "$SPOKE" run data.spoke --store s.db
cat >stored.spoke <<'EOF'
table t { key k;  k int }
test "what is stored is there" { assert count(t) == 1 }
test "it is not written to" { from [{k: 2}] | into t }
EOF
cp s.db before.db
gives "tests over a store" 1 "$SPOKE" test stored.spoke --store s.db
says "read it" out '^ok     what is stored is there'
holds "and leave it as it is" cmp s.db before.db

sed 's/^test "it is.*/import t from "away.csv"/' stored.spoke >importing.spoke
gives "imports over a store" 0 "$SPOKE" test importing.spoke --store s.db
says "are taken to be there" out '^ok     what is stored is there'
gives "and without one run" 2 "$SPOKE" test importing.spoke
says "a script that does not run" out '`away.csv` does not exist'
holds "is told once" test ! -s err
gives "but beside data" 2 "$SPOKE" test importing.spoke --format tap
says "for people, too" err '`away.csv` does not exist'

gives "a test that takes too long" 2 "$SPOKE" test -c 'test "a" { } test "b" { while true { let x = 1 } }' \
    --timeout 1 --out tap=late.tap
says "is no result" out '^1 test · 1 passed · 0 failed · timed out$'
says "TAP says so" late.tap '^Bail out! timed out$'
"$SPOKE" test -c 'test "b" { while true { let x = 1 } }' >out 2>err &
sleep 1
kill -INT $! || true
status=0
wait $! || status=$?
holds "interrupted: 130" test "$status" = 130
says "is told" out '· interrupted$'
gives "house style" 0 sh -c 'printf "test   \"a\"{\nassert   1==1 }\n" | "$SPOKE" fmt -'
is "of tests" out <<'EOF'
test "a" {
  assert 1 == 1
}
EOF

# Examples of rules.
cat >examples.spoke <<'EOF'
table school { key school;  school text;  capacity int }
table student { key student;  student text;  school -> school;  grade int null in 0..12;  born date }
table visit { key student, day;  student -> student;  day date;  hours float }
rule graded "In a grade" {
  for      student
  expect   grade < 12
  example  ok  "ninth" { student: "N1", grade: 9 }
  example  bad { student: "N2", grade: missing }
  example  bad "wrong" { student: "N3", grade: 3 }
}
rule visited "Was visited, and not too long" {
  for      student
  expect   count(visit) > 0 and max(visit.hours) < 5
  example  ok  { student: "N1", visit: [{day: 2025-09-01, hours: 1.5}] }
  example  bad { student: "N1", visit: [{day: 2025-09-01, hours: 1.5}, {day: 2025-09-02, hours: 5}] }
  example  bad "never" { student: "N1", visit: [] }
  example  ok  { student: "N1" }
}
rule roomy "There is room" {
  for      student
  where    born >= 2010-01-01
  expect   school.capacity > 10
  example  bad { student: "N1", school: {school: "S", capacity: 10}, born: 2010-01-01 }
  example  ok  "too old" { student: "N1", school: {school: "S", capacity: 10}, born: 2009-12-31 }
}
rule none "None" { for school;  expect capacity > 0 }
EOF
gives "examples" 1 "$SPOKE" test examples.spoke
sed '/^  *\(error\|-->\||\)/d; /^  *[0-9]* |/d' out >plain
is "each by its rule" plain <<'EOF'
ok     graded: ok: ninth
ok     graded: bad (line 8)
FAIL   graded: bad: wrong
ok     visited: ok (line 14)
ok     visited: bad (line 15)
ok     visited: bad: never
FAIL   visited: ok (line 17)
ok     roomy: bad (line 23)
FAIL   roomy: ok: too old
3 of 4 rules have an example that is ok and one that is bad
       none: no example
9 tests · 6 passed · 3 failed
EOF
says "which it lets pass" out 'E0932.*`graded` lets the example pass, which is said to be bad'
says "what it does not give" out '`visited` reads the rows of `visit`, which the example does not give'
says "which it leaves out" out '`roomy` does not look at the example'
finish
