# spoke check: reports show keys; the values of a row only with --show-values. What is suppressed is never shown: disclosure.sh.
. "$ROOT/tests/cli_lib.sh"

cat >data.spoke <<'EOF'
table school { key id;  id text;  label text }
table pupil  { key number;  number text;  school -> school;  score float null;  guardian text }
table seat   { key pupil, term;  pupil -> pupil;  term int;  days int }
from [{id: "S1", label: "Alder Secret"}] | into school
from [{number: "P1", school: "S1", score: 41.26, guardian: "Anna Secret"},
      {number: "P2", school: "S1", score: missing, guardian: "Berta Secret"}] | into pupil
from [{pupil: "P1", term: 1, days: 4711}, {pupil: "P1", term: 2, days: 4712}] | into seat
EOF
gives "fill the store" 0 "$SPOKE" run data.spoke --store s.db
cat >rules.spoke <<'EOF'
rule holes "Holes" {
  for pupil;  let tenfold = score + 1
  expect score > 50
  message "{number} of {school.label}, {guardian}: {score:.1} {tenfold} {1 + 1} {"literal"} {count(seat)} {if score > 40 { "above" } else { "below" }} {upper(guardian)}"
}
rule keys "Keys through references" {
  for seat;  expect days < 100, "{pupil} {pupil.number} {term} {days}"
}
rule own "Own messages" {
  for pupil;  expect score > 60, "low: {score}";  expect guardian == "", "has {guardian}"
  message "not used: {guardian}"
}
rule groups "Groups" { for seat by pupil;  expect sum(days) < 100;  message "{pupil}: {sum(days)}" }
rule plain "No message" { for pupil;  expect score > 70 }
EOF
gives "by default" 1 "$SPOKE" check rules.spoke --store s.db --out json=r.json --out sarif=r.sarif \
    --out junit=r.xml --out tap=r.tap --out github=r.gh --out concise=r.txt
is "only keys" out <<'EOF'
fail   holes: Holes (2 rows, 2 findings, 1 undecided)
       number=P1: P1 of ‹school.label›, ‹guardian›: ‹score› ‹tenfold› ‹1 + 1› literal ‹count(seat)› ‹if score > 40 { "above" } else { "below" }› ‹upper(guardian)›
       number=P2: P2 of ‹school.label›, ‹guardian›: ‹score› ‹tenfold› ‹1 + 1› literal ‹count(seat)› ‹if score > 40 { "above" } else { "below" }› ‹upper(guardian)› (undecided)
fail   keys: Keys through references (2 rows, 2 findings)
       pupil=P1, term=1: P1 P1 1 ‹days›
       pupil=P1, term=2: P1 P1 2 ‹days›
fail   own: Own messages (2 rows, 2 findings)
       number=P1: low: ‹score›; has ‹guardian›
       number=P2: low: ‹score›; has ‹guardian›
fail   groups: Groups (1 row, 1 finding)
       pupil=P1: P1: ‹sum(days)›
fail   plain: No message (2 rows, 2 findings, 1 undecided)
       number=P1: expected score > 70
       number=P2: a value is missing for score > 70 (undecided)
5 rules · 0 pass · 5 fail · 0 warn · 0 empty · 0 skip · 0 error · 9 rows · 9 findings
EOF
holds "in no report" sh -c '! grep -E "Secret|41\.2|42\.2|471[12][^0-9a-f]|9423|SECRET" \
    out err r.txt r.json r.sarif r.xml r.tap r.gh'
gives "with values" 1 "$SPOKE" check rules.spoke --store s.db --show-values --out json=v.json
says "all of them" out 'number=P1: P1 of Alder Secret, Anna Secret: 41.3 42.26 2 literal 2 above ANNA SECRET'
says "of own messages" out 'number=P1: low: 41.26; has Anna Secret'
says "of groups" out 'pupil=P1: P1: 9423'
says "what was looked at" v.json '"values":\[{"name":"score","value":"41.26"}\]'
says "what is missing" v.json '"values":\[{"name":"score","value":null}\]'
gives "findings as rows of a script" 0 "$SPOKE" run rules.spoke --store s.db -c 'show from own'
says "are not masked" out 'Anna Secret'

finish
