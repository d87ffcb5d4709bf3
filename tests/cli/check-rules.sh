# spoke check: rules that are wrong are told apart from those that are judged; allowances,
# exceptions, what rules can be about, and rules of the catalogue.
. "$ROOT/tests/cli_lib.sh"

printf 'k,n,part\n1,5,a\n2,50,a\n3,,b\n4,7,b\n' >t.csv
cat >data.spoke <<'EOF'
table t { key k;  k int;  n int null;  part text }
import t from "t.csv"
EOF
gives "fill the store" 0 "$SPOKE" run data.spoke --store s.db

cat >apart.spoke <<'EOF'
rule first    { for t;  expect n < 10 missing passes }
rule column   { for t;  expect m < 10 }
rule table    { for u;  expect m < 10 }
rule overflow { for t;  expect n * 9223372036854775807 < 10 }
rule message  { for t;  expect n < 50 missing passes, "{n * 9223372036854775807}" }
rule last     { for t;  expect part != "" }
EOF
gives "errors in rules" 2 "$SPOKE" check apart.spoke --store s.db --show-values
says "one before them is judged" out '^fail  *first'
says "with its findings" out 'k=2: expected n < 10'
says "an unknown column" out '^error  *column'
says "an unknown table" out '^error  *table'
says "an overflow" out '^error  *overflow'
says "in a message" out '^error  *message'
says "and one behind them" out '^pass  *last'
says "all are counted" out '^6 rules · 1 pass · 1 fail · 0 warn · 0 empty · 0 skip · 4 error'
says "the errors are told" err 'E0204.*has no column .m'
says "each of them" err 'E0401'
says "with the row" err 'in the row k = 1'
gives "in a run they are errors of the script" 1 "$SPOKE" run apart.spoke --store s.db
gives "a rule by itself" 0 "$SPOKE" check apart.spoke --store s.db --rule last

cat >some.spoke <<'EOF'
rule share  { for t;  expect n < 6 missing passes;  allow 50% }
rule less   { for t;  expect n < 6 missing passes;  allow 49% }
rule number { for t;  expect n < 6 missing passes;  allow 2;  severity warn }
rule known  { for t;  expect n < 10 missing passes;  except k == 2 until 2024-06-30 because "counted twice" }
rule parts  { for t by part;  expect count(n) == count(), "{part}: {count(n)} of {count()}" }
rule none   { for t;  where n > 100;  expect n > 0 }
EOF
gives "allowances" 1 "$SPOKE" check some.spoke --store s.db --as-of 2024-06-30 --show-values
says "as many as allowed" out '^pass  *share'
says "one too many" out '^fail  *less'
says "a number of them" out '^pass  *number'
says "an exception" out '^pass  *known'
says "groups" out 'part=b: b: 1 of 2'
says "nothing to look at" out '^empty  *none'
gives "the exception is over" 1 "$SPOKE" check some.spoke --store s.db --rule known --as-of 2024-07-01
says "and the row is found again" out 'k=2: expected n < 10'

cat >saved.spoke <<'EOF'
measure high { from t;  count n > 10;  among n > 0 }
rule kept { for t;  expect n < 10 missing skips;  id "K-1";  tags a }
rule over { for high by part;  expect value <= 25% }
save
EOF
gives "save rules" 0 "$SPOKE" run saved.spoke --store s.db
gives "rules of the catalogue" 1 "$SPOKE" check --store s.db
says "one of rows" out '^fail  *kept'
says "one of cells" out 'part=a: expected value <= 25%'
finish
