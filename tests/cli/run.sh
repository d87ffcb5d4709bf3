# Scripts from files, pipes and the command line; exit statuses; where output goes.
. "$ROOT/tests/cli_lib.sh"

echo 'print "hello"' >hello.spoke
for how in "run hello.spoke" "hello.spoke"; do
    # shellcheck disable=SC2086 # two words
    gives "spoke $how" 0 "$SPOKE" $how
    is "its output" out <<'EOF'
hello
EOF
done
gives "a pipe" 0 sh -c '"$SPOKE" <hello.spoke'
says "its output" out '^hello$'
gives "a pipe named -" 0 sh -c '"$SPOKE" run - <hello.spoke'
says "its output" out '^hello$'
gives "-c" 0 "$SPOKE" -c 'print 1 + 1'
says "its output" out '^2$'

echo 'fn twice(x: int) = 2 * x' >twice.spoke
gives "-c behind a script" 0 "$SPOKE" -c 'print twice(21)' twice.spoke
says "it knows what the script declares" out '^42$'

printf 'print "before"\nassert 1 == 2, "no"\nprint "after"\n' >fails.spoke
gives "a script that fails" 1 "$SPOKE" run fails.spoke
is "it stops there" out <<'EOF'
before
EOF
says "the message goes to stderr" err '^error\['
gives "a script with errors runs nothing" 1 "$SPOKE" -c 'print "before"
print nothing_of_that_name'
holds "not even its first line" test ! -s out
says "the place of the error" err ':2:'

gives "a new store" 0 "$SPOKE" new.db -c 'table t { key k;  k int }'
holds "it is there" test -s new.db
printf 'k,name\n1,a\n2,\n3,"x, ""y"""\n' >t.csv
cat >load.spoke <<'EOF'
table t { key k;  k int;  name text null }
import t from "t.csv"
EOF
gives "an import" 0 "$SPOKE" run load.spoke --store new.db
holds "nothing but results on stdout" test ! -s out
gives "the store again" 0 "$SPOKE" new.db --format csv -c 'show from t'
is "its rows" out <<'EOF'
k,name
1,a
2,
3,"x, ""y"""
EOF
gives "a store as first word, the script by a pipe" 0 sh -c 'echo "show from t | take 1" | "$SPOKE" new.db --format jsonl'
is "json lines" out <<'EOF'
{"k":1,"name":"a"}
EOF
echo 'show from t | where k > 2' >third.spoke
gives "a store, then a script" 0 "$SPOKE" new.db third.spoke --format jsonl
is "the script runs over the store" out <<'EOF'
{"k":3,"name":"x, \"y\""}
EOF
gives "two stores" 2 "$SPOKE" new.db other.db
says "are one too many" err 'one store at a time: `new.db` and `other.db`'
gives "no output at all" 2 sh -c '"$SPOKE" new.db -c "show from t" >&-'
says "is told so" err 'the output cannot be written'
gives "no room for output" 2 sh -c '"$SPOKE" -c "print 1" >/dev/full'

"$SPOKE" -c 'var i = 0
while true { i = i + 1 }' >out 2>err &
sleep 0.5
kill -INT $!
status=0
wait $! || status=$?
holds "an interrupt ends with 130" test "$status" -eq 130
finish
