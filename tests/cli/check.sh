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

gives "findings" 1 "$SPOKE" check rules.spoke --store s.db --show-values
says "fail" out '^fail  *small'
says "evidence with its key" out 'k=2: n is 50'
says "undecided" out 'k=3: .*(undecided)'
says "warn" out '^warn  *given'
says "pass" out '^pass  *good'
says "empty is no pass" out '^empty  *never'
says "summary" out '^4 rules · 1 pass · 1 fail · 1 warn · 1 empty · 0 skip · 0 error · '

cp s.db before.db
echo 'table u { key k;  k int }' >u.spoke
gives "a table that the store does not have" 2 "$SPOKE" check rules.spoke u.spoke --store s.db
says "is told" err 'error.E0507.: `s.db`, opened for reading only, has no table `u`'
says "and what fills it" err 'spoke run SCRIPT --store s.db'
printf 'table t { key k;  k int;  n int null;  kind text;  more int null }\n' >more.spoke
gives "a column that it does not have" 2 "$SPOKE" check more.spoke rules.spoke --store s.db
says "is told" err 's.db`, opened for reading only, keeps another form of the table `t`'

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
says "names all" err 'text, concise, json, sarif, junit, tap and github'
gives "one that is nearly right" 2 "$SPOKE" check rules.spoke --store s.db --out sarf=x
says "is asked back" err 'did you mean `sarif`'
gives "an unwritable report" 2 "$SPOKE" check rules.spoke --store s.db --rule good --out json=nowhere/x
gives "list" 0 "$SPOKE" check rules.spoke --store s.db --list
is "its rules" out <<'EOF'
small
given
good
never
EOF

gives "several reports" 1 "$SPOKE" check rules.spoke --store s.db --show-values --out json=r.json --out concise=r.txt
says "concise" r.txt '^rules.spoke:1:[0-9]*: error: small: k=2: n is 50'
gives "evidence is limited" 1 "$SPOKE" check rules.spoke --store s.db --rule small --max-evidence 1
says "and the rest counted" out 'and 1 more'
finish
