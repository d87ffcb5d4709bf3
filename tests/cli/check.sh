# spoke check: statuses, exit statuses and their precedence, reports.
. "$ROOT/tests/cli_lib.sh"

printf 'k,n,kind\n1,5,a\n2,50,a\n3,,a\n' >t.csv
cat >data.spoke <<'EOF'
table t { key k;  k int;  n int null;  kind text }
import t from "t.csv"
EOF
gives "fill the store" 0 "$SPOKE" run data.spoke --store s.db
cat >rules.spoke <<'EOF'
rule small "n is small" { for t;  expect n < 10 missing skips;  message "n is {n}" }
rule given "n is given" { for t;  expect n is not missing;  severity warn;  message "no n" }
rule good  "k is there" { for t;  expect k > 0;  message "k is {k}" }
rule never "looks at nothing" { for t;  where kind == "b";  expect k > 0;  message "k" }
EOF
sed 's/ missing skips//' rules.spoke >undecided.spoke
[ -s rules.spoke ]
mv undecided.spoke rules.spoke

gives "findings" 1 "$SPOKE" check rules.spoke --store s.db
says "fail" out '^fail  *small'
says "evidence with its key" out 'k=2: n is 50'
says "undecided" out 'k=3: .*(undecided)'
says "warn" out '^warn  *given'
says "pass" out '^pass  *good'
says "empty is no pass" out '^empty  *never'
says "summary" out '^4 rules · 1 pass · 1 fail · 1 warn · 1 empty · 0 skip · 0 error · '

gives "warnings do not fail" 0 "$SPOKE" check rules.spoke --store s.db --rule given
gives "unless asked to" 1 "$SPOKE" check rules.spoke --store s.db --rule given --fail-on warn
gives "never fail" 0 "$SPOKE" check rules.spoke --store s.db --fail-on never
gives "a glob" 0 "$SPOKE" check rules.spoke --store s.db --rule 'g*'
says "two rules" out '^2 rules'
gives "no rule selected" 2 "$SPOKE" check rules.spoke --store s.db --rule nothing
gives "no rules at all" 2 "$SPOKE" check --store s.db
gives "an error in a rule" 2 "$SPOKE" check --store s.db -c 'rule r { for t;  expect nothing > 1 }'
gives "no such store" 2 "$SPOKE" check rules.spoke --store none.db
gives "an unknown format" 2 "$SPOKE" check rules.spoke --store s.db --format xml
gives "an unwritable report" 2 "$SPOKE" check rules.spoke --store s.db --rule good --out json=nowhere/x
gives "list" 0 "$SPOKE" check rules.spoke --store s.db --list
is "its rules" out <<'EOF'
small
given
good
never
EOF

gives "several reports" 1 "$SPOKE" check rules.spoke --store s.db --out json=r.json --out concise=r.txt
says "concise" r.txt '^rules.spoke:1:[0-9]*: error: small: k=2: n is 50'
gives "json" 1 "$SPOKE" check rules.spoke --store s.db --format json
if command -v python3 >/dev/null; then
    holds "it is JSON" python3 -c '
import json
r = json.load(open("out"))
s = r["summary"]
assert (s["rules"], s["pass"], s["fail"], s["warn"], s["empty"], s["error"]) == (4, 1, 1, 1, 1, 0), s
small = [x for x in r["rules"] if x["rule"] == "small"][0]
assert small["status"] == "fail" and small["findings"] == 2 and small["undecided"] == 1
assert small["evidence"][0] == {"key": "k=2", "message": "n is 50", "undecided": False,
    "fingerprint": small["evidence"][0]["fingerprint"]}
assert r == dict(json.load(open("r.json")))'
fi
gives "evidence is limited" 1 "$SPOKE" check rules.spoke --store s.db --rule small --max-evidence 1
says "and the rest counted" out 'and 1 more'
finish
