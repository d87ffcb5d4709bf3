# Suppressed counts in no output: three people of West, whose score is 333, in every format, chart,
# rule, explanation and error; rows and exports need --raw; the store keeps what it protects.
. "$ROOT/tests/cli_lib.sh"

{
    echo 'id,school,score,day'
    i=1
    while [ "$i" -le 72 ]; do
        school=North score=50
        [ "$i" -gt 41 ] && school=South score=60
        [ "$i" -gt 69 ] && school=West score=333
        echo "P$((i + 100)),$school,$score,2025-0$((i % 2 + 8))-01"
        i=$((i + 1))
    done
} >people.csv
printf 'school\nNorth\nSouth\nWest\n' >schools.csv
cat >tables.spoke <<'EOF'
table school { key school;  school text }
table person { key id;  suppress under 10 complementary;  id text;  school -> school;  score int;  day date }
EOF
cat tables.spoke - >import.spoke <<'EOF'
import school from "schools.csv"
import person from "people.csv"
measure people { from person;  at day;  value count() }
measure high { from person;  at day;  among score > 0;  count score > 300 }
EOF
gives "importing" 0 "$SPOKE" run import.spoke --store hub.db

# quiet NAME FILE...: neither the count nor the score of West stand alone in them.
quiet() {
    name=$1
    shift
    # shellcheck disable=SC2016 # for the inner shell
    holds "$name" sh -c '! cat "$@" | grep -E "(^|[^0-9.])3([^0-9]|$)|333|4\.2%"' sh "$@"
}

cat import.spoke - >show.spoke <<'EOF'
show from person | group by school (n = count(), m = mean(score), s = sum(score), top = max(score))
show people by school with total
show high by school with total
show people by school over month with total
show from school | derive n = count(person), rest = 72 - count(person)
let cells = from person | group by school (n = count())
show cells | derive x = n * 111, text = "{n}" | sort n
show cells | where n < 10
show cells | unpivot n as what, value
print sum(cells.n where school == "West")
print count(person where school == "West")
print list(cells.n)
EOF
for format in box table csv tsv json jsonl markdown html latex line; do
    gives "format $format" 0 "$SPOKE" run show.spoke --format $format --store other.db
    quiet "nothing of West in $format" out
    says "$format says how much is suppressed" err 'values are suppressed, for .* no guarantee'
    rm -f other.db
done
gives "the mark in csv" 0 "$SPOKE" run show.spoke --format csv
says "it is a text" out '^West,‹<10›,‹<10›,‹<10›,‹<10›$'
gives "the mark in json" 0 "$SPOKE" run show.spoke --format json
says "it is a text" out '"school":"West","n":"‹<10›"'

cat import.spoke - >chart.spoke <<'EOF'
people by school over month | chart
people by school over month | chart(to: "chart.svg")
EOF
gives "a chart" 0 "$SPOKE" run chart.spoke
says "says what it leaves out" err 'suppressed values are left out'
holds "no 1 or 2 of West in the picture" sh -c '! grep -E ">(1|2|3)<|West: [0-9]" chart.svg'

cat tables.spoke - >rules.spoke <<'EOF'
rule filled { for school;  expect count(person) > 5;  message "{school} has {count(person)}" }
rule scored { for person;  expect score < 300;  message "{id} has {score}" }
EOF
gives "rules" 2 "$SPOKE" check rules.spoke --store hub.db --show-values --out json=findings.json
says "a count that is suppressed is undecided" out 'West has suppressed (undecided)'
says "a rule for people is an error" out '^error  scored'
holds "no score of West in findings" sh -c '! grep 333 out findings.json'
gives "rules for people" 1 "$SPOKE" check rules.spoke --store hub.db --raw --show-values
says "with --raw they are judged" out 'P172 has 333'

gives "explanations" 0 "$SPOKE" run --store hub.db -c 'explain from person | group by school (n = count())'
says "tell of it" out 'suppress rows with fewer than 10 behind them'
gives "lineage" 0 "$SPOKE" run --store hub.db -c 'lineage from person | where id == "P172" | group (n = count())'
says "names the table" out '^tables  *person$'
holds "and not how many of its rows were read" sh -c '! grep -E "rows? read" out'
gives "lineage for whoever may read rows" 0 "$SPOKE" run --store hub.db --raw \
    -c 'lineage from person | where id == "P172" | group (n = count())'
says "says it" out 'person (1 rows read)'
cat tables.spoke - >differ.spoke <<'EOF'
measure all { from person; at day; among score > 0; count score > 55 }
measure but_two { from person; at day; among score > 0; count score > 55 and id not in ["P142", "P143"] }
measure other { from person; at day; among score > 0; count score > 0 }
diff all but_two
diff all other
EOF
gives "definitions that differ by two" 0 "$SPOKE" run differ.spoke --store hub.db --format csv
says "have the figures of one" out '^,0.43[^,]*,‹<10›,‹<10›$'
says "and it is said" err 'differ by fewer than 10'
says "others have both" out '^,0.43[^,]*,1[.0]*,0.56[^,]*$'
gives "queries" 0 "$SPOKE" run --store hub.db -c 'explain sql from person | group by school (n = count())'
says "name what SQL cannot say" out 'what is suppressed'

denied() { # denied NAME CODE
    gives "$1" 1 "$SPOKE" run --store hub.db -c "$2"
    says "$1 needs raw" err 'E0361'
    quiet "$1 shows nothing" out
}
denied rows 'show from person'
denied keys 'show from person | group by id, score (n = count())'
denied lists 'print "{list(person.score)}"'
denied sql 'show sql { SELECT count(*) AS n FROM person WHERE score = 333 } columns (n int)'
denied charts 'from person | chart(to: "stolen.svg")'
holds "no file is written" test ! -e stolen.svg
gives "errors in rows" 1 "$SPOKE" run --store hub.db \
    -c 'show from person | group by school (s = sum(score * 9223372036854775807))'
holds "tell of no row" sh -c '! grep -E "in the row|where score" err'
gives "rows with --raw" 0 "$SPOKE" run --store hub.db --raw -c 'show from person | where score > 300'
says "are shown" out 'P172.*333'
gives "results with --raw" 0 "$SPOKE" run --store hub.db --raw --format csv -c 'show from person | group by school (n = count())'
says "are suppressed all the same" out '^West,‹<10›$'

gives "export" 1 "$SPOKE" export --rows plain.db --store hub.db
says "needs raw" err 'E0361'
holds "writes nothing" test ! -e plain.db
gives "export with --raw" 0 "$SPOKE" export --rows plain.db --store hub.db --raw
holds "writes the rows" test -s plain.db

sed 's/suppress under 10 complementary;//' tables.spoke >open.spoke
echo 'show from person' >>open.spoke
gives "a declaration without the clause" 1 "$SPOKE" run open.spoke --store hub.db
says "does not open what is stored" err 'E0360.*stored with more protection'
gives "whoever may read rows" 0 "$SPOKE" run open.spoke --store hub.db --raw
says "may take it away" out 'P172'
finish
