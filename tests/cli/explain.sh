# explain, doc and dump.
. "$ROOT/tests/cli_lib.sh"

gives "explain" 0 "$SPOKE" explain e0106
is "the page as it is" out <"$ROOT/docs/errors/E0106.md"
for page in "$ROOT"/docs/errors/E*.md; do
    "$SPOKE" explain "$(basename "$page" .md)" >got
    cmp -s got "$page" || holds "explain $(basename "$page" .md)" false
done
gives "explain what is not there" 2 "$SPOKE" explain E9999
gives "the list" 0 "$SPOKE" explain
says "titles" out '^E0106: '
gives "doc" 0 "$SPOKE" doc E0106
gives "doc of a module in Spoke" 0 "$SPOKE" doc attend
says "lists its measures" out '^  chronic  *Chronic absence: '
says "and functions" out '^  tier  *The tier of one student'
gives "doc of one of its measures" 0 "$SPOKE" doc attend.rate
says "shows its clauses" out '^    value   sum(enrolled - absent) / sum(enrolled)'
gives "doc of no name" 1 "$SPOKE" doc no_function_has_this_name

echo 'let x = 1 + 2' >s.spoke
for stage in tokens tree types bytecode; do
    gives "dump $stage" 0 "$SPOKE" dump $stage s.spoke
    holds "it says something" test -s out
done
gives "dump of no stage" 2 "$SPOKE" dump nonsense s.spoke
gives "dump of an error" 1 "$SPOKE" dump tree -c 'let = ='
finish
