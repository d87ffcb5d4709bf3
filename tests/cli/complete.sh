# Half a script: what is understood of it, and what may stand in it.
. "$ROOT/tests/cli_lib.sh"

cat >half.spoke <<'END'
table pupil "Who learns" { key id;  id int;  name text }
fn twice(x: int) = x + x
let n = twice(21)
let grown = from pupil | where nothing > 1 | derive next = id + 1
let bad = (1 +
let m = n + 1
rint m
from pupil | select na
END

gives "the tree of a faulty file" 1 "$SPOKE" dump tree half.spoke
says "it holds what could not be read" out 'BAD'
says "and what comes behind" out 'LET "m"'
says "the errors are told" err 'half.spoke:'
gives "the types of a faulty file" 1 "$SPOKE" dump types half.spoke
says "of a value" out '^n: int$'
says "of a function" out '^twice: fn(int) -> int$'
says "of a relation with a faulty condition" out '^grown: table{id int, name text, next int}$'
says "of what is behind the fault" out '^m: int$'
says "of what cannot be known" out '^bad: ?$'
says "every fault is told" err 'no column `na`'
says "also the first" err 'no column `nothing`'

gives "candidates" 0 "$SPOKE" complete half.spoke:8:23
is "columns of this row, in JSON" out <<'END'
{"name":"name","kind":"column","type":"text","doc":""}
END
gives "candidates from standard input" 0 sh -c '"$0" complete -:3:12 <half.spoke' "$SPOKE"
says "are the same" out '^{"name":"twice","kind":"function","type":"fn twice(x: int)"'
gives "in a place behind the end" 0 "$SPOKE" complete half.spoke:99:99
gives "characters are counted, not bytes" 0 sh -c 'printf "let é = 1; print n\nlet nn = 1\n" | "$0" complete -:1:19' "$SPOKE"
says "so the word is found" out '^{"name":"nn"'
gives "no place" 2 "$SPOKE" complete half.spoke
gives "half a place" 2 "$SPOKE" complete half.spoke:3
gives "no file" 2 "$SPOKE" complete none.spoke:1:1
mkdir data
: >data/rows.csv
: >helper.spoke
echo 'use "' >used.spoke
gives "files of Spoke" 0 "$SPOKE" complete used.spoke:1:6
says "are offered by use" out '^{"name":"helper.spoke","kind":"file"'
echo 'import pupil from "data/' >used.spoke
gives "files of data" 0 "$SPOKE" complete used.spoke:1:25
is "are offered by import" out <<'END'
{"name":"data/rows.csv","kind":"file","type":"","doc":""}
END
"$SPOKE" hub.db -c 'table visit { key id; id int; kind text one of "site", "call" }' 2>/dev/null
echo 'from visit | where kind == "' >used.spoke
gives "a store's tables" 0 "$SPOKE" complete --store hub.db used.spoke:1:29
is "with the values of their columns" out <<'END'
{"name":"site","kind":"value","type":"text","doc":""}
{"name":"call","kind":"value","type":"text","doc":""}
END
finish
