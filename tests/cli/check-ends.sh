# spoke check: exit statuses and which of them outranks which; runs that are interrupted or take too
# long; reports that are whole at every moment.
. "$ROOT/tests/cli_lib.sh"

cat >data.spoke <<'EOF'
table t { key k;  k int;  n int null }
table u { key k;  k int }
from [{k: 1, n: 5}, {k: 2, n: 50}] | into t
from [{k: 1}] | into u
EOF
gives "fill the store" 0 "$SPOKE" run data.spoke --store s.db
cat >good.spoke <<'EOF'
rule good { for t;  expect k > 0 }
EOF
cat >bad.spoke <<'EOF'
rule bad { for t;  expect n < 10 }
EOF
cat >mild.spoke <<'EOF'
rule mild { for t;  expect n < 10;  severity info }
EOF
cat >err.spoke <<'EOF'
fn burst(x: int) -> int { fail "burst" }
rule err { for t;  expect burst(k) < 10 }
EOF
cat >empty.spoke <<'EOF'
rule empty { for t;  where k > 99;  expect k > 0 }
EOF
# Far longer than anybody waits; over a table of its own, as rules of one are judged together.
cat >slow.spoke <<'EOF'
fn slow(x: int) -> bool {
  var i = 0
  while i < 900000000000 { i = i + 1 }
  i > x
}
rule crawl { for u;  expect slow(k) }
EOF
check() {
    "$SPOKE" check --store s.db "$@"
}

gives "all is well" 0 check good.spoke
gives "findings" 1 check good.spoke bad.spoke
gives "a rule that means nothing" 2 check bad.spoke -c 'rule wrong { for t;  expect x > 1 }'
says "is an error of its own" out '^error  wrong'
says "and hides no other" out '^fail   bad'
gives "findings of severity info" 0 check mild.spoke --fail-on warn
says "are told" out '^warn   mild'
gives "an error in one rule" 2 check good.spoke err.spoke
says "keeps no other from being judged" out '^pass   good'
says "says which" out '^error  err'
says "and why" out 'burst'
gives "an error outranks findings" 2 check bad.spoke err.spoke
says "which are told all the same" out '^fail   bad'
gives "empty is no failure" 0 check empty.spoke
gives "but for those who are strict" 2 check empty.spoke --strict
gives "which outranks findings" 2 check bad.spoke empty.spoke --strict
cat >idle.spoke <<'EOF'
rule idle { for t;  expect k > 0;  except k == 1 until 2030-01-01 because "x" }
rule over { for t;  expect k > 0;  except k == 1 until 2020-01-01 because "x" }
EOF
gives "idle exceptions" 0 check idle.spoke --as-of 2026-01-01
gives "are not taken strictly" 2 check idle.spoke --as-of 2026-01-01 --strict --rule idle
says "how many is told" out '^       1 exception names no row that breaks the rule$'
says "in the summary, too" out '· 1 exception idle$'
gives "nor those that are over" 2 check idle.spoke --as-of 2026-01-01 --strict --rule over
says "how many is told" out '^       1 exception is over$'
says "in the summary, too" out '· 1 exception over$'
gives "concise" 0 check idle.spoke --as-of 2026-01-01 --format concise
says "one that is idle" out '^idle.spoke:1:6: info: idle: 1 exception names no row that breaks the rule$'
says "one that is over" out '^idle.spoke:2:6: info: over: 1 exception is over$'

for bad in '--fail-on maybe' '--timeout 0' '--timeout 5x' '--timeout x' '--timeout 99999999h' \
    '--max-evidence -1' '--baseline' '--out json' '--out =x' '--out xml=x' '--tag' '--width 3' \
    '--explain'; do
    # shellcheck disable=SC2086 # words of an option
    gives "bad option: $bad" 2 check good.spoke $bad
done
gives "a folder without scripts" 2 check /dev
mkdir none
gives "an empty folder" 2 check none
says "says so" err 'no script'

# Reports.
echo old >kept.json
ln -s kept.json link.json
chmod 640 kept.json
gives "through a link" 1 check bad.spoke --out json=link.json
holds "the link stays" test -L link.json
says "the file is new" kept.json '"version":1'
holds "with its mode" sh -c 'ls -l kept.json | grep -q "^-rw-r-----"'
mkdir locked
gives "a folder as a report" 2 check bad.spoke --out json=locked
says "is told before anything is judged" err 'cannot write the report to `locked`'
holds "nothing was judged" test ! -s out
gives "one of several" 2 check bad.spoke --out json=fine.json --out tap=nowhere/x
holds "leaves no other behind" test ! -e fine.json
gives "to a pipe" 1 sh -c '"$SPOKE" check bad.spoke --store s.db --format tap --out json=/dev/stdout | grep -c version.:1 | grep -q 1; exit 1'
gives "two reports to one file" 2 check bad.spoke --out json=twice --out sarif=./twice
says "are refused" err 'two reports go to `./twice`; name a file for each'
holds "neither is there" test ! -e twice
gives "through a link, too" 2 check bad.spoke --out json=kept.json --out sarif=link.json
gives "but not to no file" 1 check bad.spoke --out json=/dev/null --out sarif=/dev/null
gives "two to stdout" 2 check bad.spoke --format json --out tap=-
says "are refused" err 'two reports go to stdout'
gives "one to stdout" 1 check bad.spoke --out tap=-
says "stands in place of the text" out '^TAP version 14'
holds "alone" sh -c '! grep -q "^fail " out'
cp s.db whole.db
gives "a report over the store" 2 check bad.spoke --out json=s.db
says "is refused" err 'a report to `s.db` would overwrite what is judged'
holds "which is as it was" cmp s.db whole.db
gives "over a script" 2 check bad.spoke --out json=./bad.spoke
gives "over the records" 2 "$SPOKE" check good.spoke --records kept.json --out json=kept.json
echo '{}' >known.json
gives "over the baseline" 2 check bad.spoke --baseline known.json --out json=known.json
if [ -e /dev/full ]; then
    gives "a full device" 2 check good.spoke --out json=/dev/full
    gives "stdout to one" 2 sh -c '"$SPOKE" check good.spoke --store s.db >/dev/full'
fi
gives "a reader that goes" 0 sh -c '"$SPOKE" check good.spoke --store s.db --out json=left.json | true'
says "does not take the files away" left.json '"rule":"good"'
holds "nothing is left beside" sh -c '! ls | grep -q "json\.......$"'

# Too long.
gives "a rule that takes too long" 2 check good.spoke slow.spoke bad.spoke --timeout 1 \
    --out json=t.json --out sarif=t.sarif --out junit=t.xml --out tap=t.tap --out github=t.gh
says "those before it are told" out '^pass   good'
says "the summary says so" out '^1 rule .* · timed out$'
says "JSON says so" t.json '"timed_out":true'
says "SARIF" t.sarif '"executionSuccessful":false'
says "JUnit XML" t.xml '<error message="timed out: not everything was judged"'
says "TAP" t.tap '^Bail out! timed out$'
says "annotations" t.gh '^::error .*::timed out$'
gives "while a script runs" 2 "$SPOKE" check -c 'while true { let x = 1 }' --timeout 1s
says "the summary says so" out 'timed out$'

# Interrupted: findings that came before do not change the status.
"$SPOKE" check bad.spoke slow.spoke --store s.db --out json=i.json --out sarif=i.sarif --out junit=i.xml \
    --out tap=i.tap --out github=i.gh --baseline none.json --write-baseline >out 2>err &
sleep 1
kill -INT $! || true
status=0
wait $! || status=$?
holds "interrupted: 130" test "$status" = 130
says "the summary says so" out '^1 rule .* · interrupted$'
says "JSON says so" i.json '"interrupted":true'
says "TAP" i.tap '^Bail out! interrupted$'
says "annotations" i.gh '^::error .*::interrupted$'
holds "no baseline is written" test ! -e none.json
if command -v python3 >/dev/null; then
    for file in t i; do
        holds "whole: $file.json" python3 "$ROOT/tests/files/json_schema.py" \
            "$ROOT/docs/schemas/check.schema.json" $file.json
        holds "whole: $file.sarif" python3 "$ROOT/tests/files/sarif.py" $file.sarif
        holds "whole: $file.xml" python3 -c \
            "import xml.etree.ElementTree as t; r = t.parse('$file.xml').getroot(); assert r.get('errors') == '1'"
    done
fi
finish
