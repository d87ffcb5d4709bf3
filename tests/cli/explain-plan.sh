# explain plan: what several threads read of many segments, and what is not told of people.
. "$ROOT/tests/cli_lib.sh"

# 1,000 students on 300 days, absent every tenth: five segments, so two ranges of at most four.
awk 'BEGIN { print "student,day,absent"
    for (s = 1000; s < 2000; s++) for (d = 0; d < 300; d++)
        printf "%d,%s,%s\n", s, d + 1, (s + d) % 10 ? "false" : "true" }' >facts.csv
echo 'table fact { key student, day;  student int;  day int;  absent bool;  stored columns }' >table.spoke
gives "importing" 0 "$SPOKE" run --store facts.db -c "$(cat table.spoke)
import fact from \"facts.csv\""
plan() { # plan NAME QUERY...: all of one session
    name=$1
    shift
    for query; do echo "explain plan $query"; done >plan.spoke
    gives "$name" 0 "$SPOKE" run plan.spoke --store facts.db --threads 2
}
plan "a grouping" 'from fact | group by absent (n = count())'
says "all is read" out '^- read fact -> 300000 rows, stored by columns, 5 of 5 segments read$'
says "by two threads" out ' -> 2 rows, 2 threads, 2 ranges$'
plan "half of it" 'from fact | where student >= 1800 | group by absent (n = count())'
says "few segments" out ' -> 60000 rows, stored by columns, 2 of 5 segments read$'
plan "a grouping of groups" \
    'from fact | group by student, absent (n = count()) | group by absent (s = sum(n))'
says "each segment counts once" out '5 of 5 segments read$'
says "whoever has read it" out '^- group by student, absent.* -> 2000 rows'
plan "a limit" 'from fact | where absent | take 5'
says "a limit stops reading" out ' -> 2[0-9]* rows\{0,1\}, stored by columns, 1 of 5 segments read$'
gives "one thread" 0 "$SPOKE" run plan.spoke --store facts.db --threads 1

# Numbers of rows of people, which conditions would turn into what must not be known.
{
    echo 'id,school'
    i=1
    while [ "$i" -le 60 ]; do
        echo "P$i,$([ "$i" -le 57 ] && echo North || echo West)"
        i=$((i + 1))
    done
} >people.csv
cat >import.spoke <<'EOF'
table person { key id;  suppress under 10;  id text;  school text }
table visit { key id, day;  id -> person;  day int;  school text;  stored columns }
import person from "people.csv"
import visit from "visits.csv"
EOF
sed 's/^id,/id,day,/; s/^P\([0-9]*\)/&,1/' people.csv >visits.csv
gives "importing people" 0 "$SPOKE" run import.spoke --store people.db
for table in person visit; do
    kind=rows
    [ "$table" = person ] || kind=columns
    echo "explain plan from $table | where school == \"West\" | group by school (n = count())" >west.spoke
    gives "explaining $table" 0 "$SPOKE" run west.spoke --store people.db
    says "how it is stored" out "^- read $table where school == \"West\" -> stored by $kind\$"
    holds "three people are in no line" sh -c '! grep -E "(^|[^0-9])3([^0-9]|$)" out'
    says "it is said" out '^Numbers of rows of tables with .suppress. are told with .--raw. only'
    gives "whoever may read rows" 0 "$SPOKE" run west.spoke --store people.db --raw
    says "sees them" out " -> 3 rows, stored by $kind"
    holds "and no such line" sh -c '! grep "^Numbers" out'
    gives "rows are refused" 1 "$SPOKE" run --store people.db -c "explain plan from $table"
    says "as when they are shown" err E0361
done
finish
