# One table from CSV, JSON lines, both packed, and another database: the same rows and the same
# rejects. Imports that are killed or interrupted, in every format, by rows and by columns. Files
# that mean harm.
. "$ROOT/tests/cli_lib.sh"

# 3,000 pupils on 40 days: 120,000 rows, some of them wrong.
awk 'BEGIN {
    print "pupil,day,status,minutes" >"all.csv"
    for (p = 1; p <= 3000; p++) for (d = 1; d <= 40; d++) {
        r = (p * 7919 + d * 104729) % 1000
        s = r < 60 ? "A" : r < 100 ? "E" : "P"
        m = r % 17 ? r : ""
        if (p % 700 == 0 && d == 7) s = "Q"
        day = sprintf("2025-%02d-%02d", 9 + int((d - 1) / 28), (d - 1) % 28 + 1)
        if (p % 900 == 0 && d == 9) day = "2025-09-08"
        printf "P%04d,%s,%s,%s\n", p, day, s, m >"all.csv"
        printf "{\"pupil\":\"P%04d\",\"day\":\"%s\",\"status\":\"%s\",\"minutes\":%s}\n",
            p, day, s, m == "" ? "null" : m >"all.jsonl"
    }
}'
gzip -kf all.csv all.jsonl
sqlite3 other.db '.mode csv' 'CREATE TABLE day(pupil, day, status, minutes)' \
    '.import --skip 1 all.csv day' "UPDATE day SET minutes = nullif(minutes, '')"

program() { # program FILE rows|columns
    cat <<EOF
table day {
  stored $2
  key pupil, day
  pupil text
  day date
  status text one of "P", "A", "E"
  minutes int null in 0..999
}
import day from "$1"
EOF
}
# What an independent program makes of it: rows, sum of minutes, absences.
awk -F, 'NR > 1 && $3 != "Q" && !($1 $2 in seen) { seen[$1 $2]; n++; m += $4; a += $3 == "A" }
         END { print n "," m "," a }' all.csv >wanted.txt
cat >questions.spoke <<'EOF'
show from day | group (n = count(), m = sum(minutes), a = count(status == "A"))
show from rejects | select line, column, value
EOF
for stored in rows columns; do
    for file in all.csv all.csv.gz all.jsonl all.jsonl.gz other.db; do
        program $file $stored >p.spoke
        gives "$file into $stored" 0 "$SPOKE" run p.spoke --store "$stored-$file.db"
        gives "what came of it" 0 "$SPOKE" run questions.spoke --store "$stored-$file.db" --format csv
        sed -n 2p out >figures.txt
        holds "$file into $stored: what awk counts" cmp figures.txt wanted.txt
        sed -n '3,$p' out >"$file.$stored.rejects"
    done
    holds "$stored: the rejects" test "$(grep -c '^[0-9]' all.csv.$stored.rejects)" -eq 7
    holds "$stored: from the packed file" cmp all.csv.$stored.rejects all.csv.gz.$stored.rejects
    # There is no header in JSON lines or a database.
    awk -F, -v OFS=, '/^[0-9]/ { $1-- } 1' all.csv.$stored.rejects >one-less.txt
    holds "$stored: from JSON lines" cmp one-less.txt all.jsonl.$stored.rejects
    holds "$stored: from packed ones" cmp one-less.txt all.jsonl.gz.$stored.rejects
    holds "$stored: from a database" cmp one-less.txt other.db.$stored.rejects
done

# ---- killed and interrupted ----
# Each import changes every row; what is there afterwards is all old or all new.
sed '2,$s/,[0-9]*$/,1/' all.csv >new.csv
sed 's/"minutes":[^}]*/"minutes":1/' all.jsonl >new.jsonl
gzip -kf new.csv new.jsonl
cp other.db new.db
sqlite3 new.db 'UPDATE day SET minutes = 1'
sum='show from day | group (n = count(), m = sum(minutes))'
old=$(cut -d, -f1,2 wanted.txt)
rows=$(cut -d, -f1 wanted.txt)
stopped=0
for stored in rows columns; do
    for file in new.csv new.csv.gz new.jsonl new.jsonl.gz new.db; do
        program $file $stored >p.spoke
        for how in KILL TERM; do
            for wait in 0.04 0.11; do
                cp "$stored-all.csv.db" k.db
                rm -f k.db-wal k.db-shm
                "$SPOKE" run p.spoke --store k.db >child.out 2>&1 &
                child=$!
                sleep $wait
                kill -$how $child 2>/dev/null || :
                wait $child 2>/dev/null || :
                "$SPOKE" k.db --format csv -c "$sum" >now.txt 2>now.err || :
                now=$(sed -n 2p now.txt)
                if [ "$now" = "$old" ]; then
                    stopped=$((stopped + 1))
                elif [ "$now" != "$rows,$rows" ]; then
                    holds "$file into $stored, $how after $wait: all or nothing, not $now" false
                fi
            done
        done
    done
done
holds "imports were stopped" test "$stopped" -gt 8
# Ctrl-C: a program started by `&` in a script would not hear of it.
program new.jsonl.gz columns >p.spoke
cp columns-all.csv.db k.db
gives "an import interrupted" 130 timeout --preserve-status -s INT 0.05 "$SPOKE" run p.spoke --store k.db
gives "and the store asked" 0 "$SPOKE" k.db --format csv -c "$sum"
now=$(sed -n 2p out) # it may have come to its end just then
holds "is as before, or has all" test "$now" = "$old" -o "$now" = "$rows,$rows"
holds "left no file" sh -c '! ls | grep -e -import-'

# ---- files that mean harm ----
cat >small.spoke <<'EOF'
table t { key a;  a int;  b text null }
import t from "FILE"
EOF
sed 's/FILE/good.csv/' small.spoke >good.spoke
printf 'a,b\n1,x\n' >good.csv
gives "a good file" 0 "$SPOKE" run good.spoke --store s.db
cp s.db before
refused() { # refused NAME FILE CODE MESSAGE
    sed "s/FILE/$2/" small.spoke >bad.spoke
    gives "$1" 1 "$SPOKE" run bad.spoke --store s.db
    holds "$1: one error" test "$(grep -c '^error\[' err)" -eq 1
    says "$1: its message" err "^error\\[$3\\]: .*$2.*$4"
    holds "$1: the store as before" cmp before s.db
    gives "$1, undeclared" 1 "$SPOKE" -c "import t from \"$2\""
    says "$1, undeclared: its message" err "^error\\[$3\\]: .*$2.*$4"
}
awk 'BEGIN { print "a,b"; for (i = 0; i < 150000; i++) print i ",text " i * 7919 % 1000 }' |
    gzip >many.csv.gz
head -c 300000 many.csv.gz >cut.csv.gz
refused "a packed file cut off" cut.csv.gz E0504 'ends before its time'
{ head -c 200000 many.csv.gz; head -c 1000 /dev/zero; tail -c +201001 many.csv.gz; } >torn.csv.gz
refused "a packed file that is damaged" torn.csv.gz E0504 'is packed, and damaged'
{ printf 'a,b\n1,'; head -c 200000000 /dev/zero | tr '\0' x; echo; } | gzip -1 >long.csv.gz
refused "a packed line without end" long.csv.gz E0513 ':2: a field is longer'
{ printf 'a,b\n'; head -c 100000000 /dev/zero | tr '\0' '\n'; } | gzip -9 >bomb.csv.gz
refused "a bomb" bomb.csv.gz E0513 'more than 200 times'
{ printf '{"a":1}\n{"a":"'; head -c 60000000 /dev/zero | tr '\0' x; } >long.jsonl
refused "a JSON string without end" long.jsonl E0513 ':2: a field is longer'
{ printf '{"a":1}\n{"a":'; head -c 60000000 /dev/zero | tr '\0' '['; } >deep.jsonl
refused "JSON lists without end" deep.jsonl E0513 ':2: '
printf '{"a":1}\n{"a":1e999999}\n{"a":%s}\n{"a":2,"b":"\\u0000"}\n{"a":3,"b":"\001"}\n' \
    "$(head -c 100000 /dev/zero | tr '\0' 9)" >odd.jsonl
sed 's/FILE/odd.jsonl/' small.spoke >odd.spoke
gives "odd JSON" 0 "$SPOKE" run odd.spoke --store odd.db
says "has one good row" err 't: 1 row stored$'
says "and rejects" err 't: 4 rows rejected, the first at odd.jsonl:2: `a` "1e999999" is not an int'
head -c 100000 /dev/zero >zeros.db
refused "zeros" zeros.db E0504 'is no text file'
sqlite3 small.db "CREATE TABLE t(a, b); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1
    FROM n WHERE i < 5000) INSERT INTO t SELECT i, 'text' || i FROM n"
{ head -c 20480 small.db; head -c 16384 /dev/zero | tr '\0' '\245'; tail -c +36865 small.db; } >torn.db
refused "a database that is damaged" torn.db E0501 'cannot be read'
{ printf 'SQLite format 3\0'; head -c 5000 /dev/zero | tr '\0' q; } >no.db
refused "a file that only begins like one" no.db E0501 'cannot be read: file is not a database'
sqlite3 trap.db "CREATE TABLE x(a, b); INSERT INTO x VALUES(1, 'x');
    CREATE VIEW t AS SELECT a, load_extension('nothing') AS b FROM x"
refused "a view that would do something" trap.db E0501 'cannot be read'
printf 'a,b\n1,x\000y\n2,\351\n3,a text as long as one has to be\n' >bytes.csv
gzip -f bytes.csv
sed 's/FILE/bytes.csv.gz/' small.spoke >bytes.spoke
gives "bytes that are no text" 0 "$SPOKE" run bytes.spoke --store bytes.db
gives "are rejects" 0 "$SPOKE" bytes.db --format csv -c 'show from rejects | select line, reason'
is "with their lines" out <<'EOF'
line,reason
2,the row holds a zero byte
3,the row is not valid UTF-8
EOF
finish
