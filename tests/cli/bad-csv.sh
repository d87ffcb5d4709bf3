# Files that cannot be imported, wholly or in part: one clear error, or each row listed with file,
# line and column; after an error the store holds what it held.
. "$ROOT/tests/cli_lib.sh"

cat >schools.spoke <<'EOF'
table school { key school;  school text;  level text one of "P", "M";  pupils int in 0..5000 }
import school from "school.csv"
EOF
cat >visits.spoke <<'EOF'
table school { key school;  school text;  level text one of "P", "M";  pupils int in 0..5000 }
table visit  { key host, guest;  host -> school;  guest -> school }
import visit from "visit.csv"
EOF
printf 'school,level,pupils\nA,P,10\nB,M,20\n' >school.csv
gives "a good file" 0 "$SPOKE" run schools.spoke --store s.db
cp s.db before

# refused NAME CODE PATTERN: import of school.csv, declared and not, is one error whose message fits.
refused() {
    gives "$1" 1 "$SPOKE" run schools.spoke --store s.db
    holds "$1: one error" test "$(grep -c '^error\[' err)" -eq 1
    says "$1: its message" err "^error\\[$2\\]: .*school\\.csv$3"
    says "$1: a help" err '= help: '
    holds "$1: the store as before" cmp before s.db
    gives "$1, undeclared" 1 "$SPOKE" -c 'import other from "school.csv"'
    holds "$1, undeclared: one error" test "$(grep -c '^error\[' err)" -eq 1
    says "$1, undeclared: its message" err "^error\\[$2\\]: .*school\\.csv"
}

: >school.csv
refused "an empty file" E0502 '` is empty'
printf '\n\n' >school.csv
refused "blank lines" E0502 '` is empty'
printf '\357\273\277' >school.csv
refused "a byte order mark alone" E0502 '` is empty'
# A header alone has no rows, as a wave without ties; but it must not take rows away, and has no types.
for header in 'school,level,pupils\n' 'school,level,pupils'; do
    printf "$header" >school.csv
    gives "a header alone" 0 "$SPOKE" run schools.spoke --store s.db
    says "a header alone: no rows" err 'school: 0 rows stored; the file has a header and no rows$'
    gives "a header alone: the rows stay" 0 "$SPOKE" -c 'show from school | group (n = count())' --format csv --store s.db
    holds "a header alone: both" test "$(tail -n 1 out)" = 2
    cp s.db before
    sed 's/"school.csv"/& replace/' schools.spoke >replace.spoke
    gives "a header alone, replace" 1 "$SPOKE" run replace.spoke --store s.db
    says "a header alone, replace: its message" err '^error\[E0502\]: `school.csv` has a header and no rows'
    holds "a header alone, replace: the store as before" cmp before s.db
    gives "a header alone, undeclared" 1 "$SPOKE" -c 'import other from "school.csv"'
    says "a header alone, undeclared: its message" err '^error\[E0502\]: `school.csv` has a header and no rows'
done
awk 'BEGIN { for (i = 0; i < 3000; i++) printf "%c%c%c%c", i % 32, 1 + i % 7, 65 + i % 26, 2 }' >school.csv
refused "a binary file" E0504 '` is no text file'
printf 'PK\003\004\024\000\006\000\010\000\000\000\041\000\000\000\000\000\000\000\000' >school.csv
refused "a spreadsheet" 'E054[03]' '` is a zip archive'
printf 'school,level,pupils\nA,P,11\n"B,M,21\nC,P,31\n' >school.csv
refused "a quote that is never closed" E0504 ':3: a quote is opened and never closed'
printf 'school,level,pupils\nA,P,11\nB,M,21\n"C' >school.csv
refused "a file cut off in a quoted field" E0504 ':4: a quote is opened and never closed'
rm school.csv
refused "a file that is not there" E0501 '` does not exist'
mkdir school.csv
refused "a folder" E0501 '` is a folder'
rmdir school.csv
printf 'school,level,pupils\nA,P,11\n' >school.csv
chmod 000 school.csv
if [ "$(id -u)" -ne 0 ]; then
    refused "a file that may not be read" E0501 '` may not be read'
else
    echo "root may read everything"
fi
chmod 644 school.csv

# Header and table.
printf 'name,kind,size\nA,P,11\n' >school.csv
gives "a header that fits nothing" 1 "$SPOKE" run schools.spoke --store s.db
says "its message" err '^error\[E0503\]: school.csv:1: no header `school`, `level`, `pupils`'
says "what there is" err 'the file has `name`, `kind`, `size`'
holds "the store as before" cmp before s.db
printf 'school,levle,pupils\nA,P,11\n' >school.csv
gives "a slip in a header" 1 "$SPOKE" run schools.spoke --store s.db
says "the likely one" err 'did you mean the header `levle`?'
printf 'school,level,pupils,level\nA,P,11,M\n' >school.csv
gives "a header that stands twice" 1 "$SPOKE" run schools.spoke --store s.db
says "its message" err '^error\[E0503\]: school.csv:1: more than one header `level`'
holds "the store as before" cmp before s.db

# Very long: nothing of this is read to its end.
room=$(df -Pk . | awk 'NR == 2 { print $4 }')
if [ "$room" -ge 2097152 ]; then megabytes=1024; else megabytes=200; fi
memory_limit() { # unless a sanitizer needs all addresses
    # shellcheck disable=SC3045 # where there is no such limit, there is none
    [ -n "${SANITIZED:-}" ] || ulimit -v 600000 2>limit.log || :
}
import_it() {
    (memory_limit && exec "$SPOKE" run schools.spoke --store s.db)
}
refused_soon() {
    gives "$1" 1 import_it
    holds "$1: one error" test "$(grep -c '^error\[' err)" -eq 1
    says "$1: its message" err "^error\\[E0513\\]: school\\.csv:$2: "
    holds "$1: the store as before" cmp before s.db
}
awk 'BEGIN { print "school,level,pupils"; for (i = 0; i < 998; i++) print "X" i ",P,11"
             printf "B,M," }' >school.csv
dd if=/dev/null of=school.csv bs=1048576 seek="$megabytes" 2>dd.log
refused_soon "a line of zero bytes to the end of a sparse file" 1000
awk 'BEGIN { printf "school,level,pupils"; for (i = 0; i < 8192; i++) printf "x" }' >school.csv
dd if=/dev/null of=school.csv bs=1048576 seek="$megabytes" 2>dd.log
refused_soon "a header without end" 1
rm school.csv
mkfifo school.csv
endless() { # endless BEGINNING PIECE: into the pipe, until nobody reads or it is all there
    { printf 'school,level,pupils\nA,P,11\n%s' "$1"
      yes "$2" 2>yes.log | tr -d '\n' 2>tr.log | head -c "${megabytes}000000"; } >school.csv 2>pipe.log || :
}
stop_writer() { # it still waits for a reader if nobody opened the pipe
    kill "$writer" 2>kill.log || :
    wait
}
endless '"B' 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' &
writer=$!
refused_soon "a quoted field without end" 3
stop_writer
endless 'B' ',1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18' &
writer=$!
refused_soon "a row without end" 3
stop_writer
rm school.csv

# Rows that do not fit are left out and listed; the others are stored.
cat >school.csv <<'EOF'
# a comment before the header
school,level,pupils
A,P,11
A,M,12
C,X,13
D,P,6000
E,P,many
,P,14
"F
second line",P,15
G,P,16,9
H,P
"I"x,P,17
J,,18
K,P,99999999999999999999
L,P,1.5
EOF
printf 'M,P,\351\nN,P,19' >>school.csv
gives "rows that do not fit" 0 "$SPOKE" run schools.spoke --store s.db
says "the run says so" err 'school: 12 rows rejected, the first at school.csv:4: '
gives "the rejects" 0 "$SPOKE" s.db --format csv -c 'show from rejects | select line, column, value, reason'
is "each with its line and column" out <<'EOF'
line,column,value,reason
4,,,the same key stands in line 3
5,level,X,"`level` ""X"" is not one of ""P"", ""M"""
6,pupils,6000,`pupils` 6000 is outside 0..5000
7,pupils,many,"`pupils` ""many"" is not an int"
8,school,,`school` is missing
11,,,"the row has 4 fields, the header 3"
12,,,"the row has 2 fields, the header 3"
13,,,text stands behind a closing quote
14,level,,`level` is missing
15,pupils,99999999999999999999,"`pupils` ""99999999999999999999"" is not an int"
16,pupils,1.5,"`pupils` ""1.5"" is not an int"
17,,,the row is not valid UTF-8
EOF
gives "the good rows" 0 "$SPOKE" s.db --format csv -c 'show from school | select pupils'
is "with those from before" out <<'EOF'
pupils
11
20
15
19
EOF

printf 'host,guest\nA,B\nA,nobody\nnobody,A\nB,A\nA,B\n' >visit.csv
gives "references to nothing" 0 "$SPOKE" run visits.spoke --store s.db
gives "their rejects" 0 "$SPOKE" s.db --format csv \
    -c 'show from rejects | where `table` == "visit" | select file, line, column, value, reason'
is "each with its line and column" out <<'EOF'
file,line,column,value,reason
visit.csv,3,guest,nobody,"no school ""nobody"""
visit.csv,4,host,nobody,"no school ""nobody"""
visit.csv,6,,,the same key stands in line 2
EOF

# `strict` makes any such row an error.
cp s.db before
sed 's/"visit.csv"/"visit.csv" strict/' visits.spoke >strict.spoke
gives "strict" 1 "$SPOKE" run strict.spoke --store s.db
holds "strict: one error" test "$(grep -c '^error\[' err)" -eq 1
says "strict: file, line, reason" err '^error\[E0512\]: .*visit.csv'
says "strict: the row" err 'visit.csv:3: no school "nobody"'
holds "strict: the store as before" cmp before s.db
finish
