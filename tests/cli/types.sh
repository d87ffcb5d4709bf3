# Values of all scalar types in results for other programs, in stores opened again, and as params.
. "$ROOT/tests/cli_lib.sh"

cat >log.csv <<'EOF_FILE'
at,month,spell,part,rate
2025-09-01 08:30,2025-09,1 hour 30 minutes,6/8,12.5%
2025-09-02T23:59:59,SY2025-26,1 month,,
EOF_FILE
cat >import.spoke <<'EOF_SPOKE'
table log { key at, month;  at datetime;  month period;  spell duration null;  part ratio null;  rate share null }
import log from "log.csv"
EOF_SPOKE
gives "import" 0 "$SPOKE" run import.spoke --store log.db
gives "import once more" 0 "$SPOKE" run import.spoke --store log.db
# The store knows its tables: this program declares none.
echo 'show log' >show.spoke

"$SPOKE" run show.spoke --store log.db --format csv >out 2>err
is "csv" out <<'EOF_CSV'
at,month,spell,part,rate
2025-09-01T08:30:00,2025-09,1 hour 30 minutes,0.75,0.125
2025-09-02T23:59:59,SY2025-26,1 month,,
EOF_CSV
"$SPOKE" run show.spoke --store log.db --format json >out 2>err
is "json" out <<'EOF_JSON'
[
 {"at":"2025-09-01T08:30:00","month":"2025-09","spell":"1 hour 30 minutes","part":0.75,"rate":0.125},
 {"at":"2025-09-02T23:59:59","month":"SY2025-26","spell":"1 month","part":null,"rate":null}
]
EOF_JSON

# What was written out can be read in again, but for the share, which a bare number does not tell.
"$SPOKE" run show.spoke --store log.db --format csv 2>err | cut -d , -f 1-4 >again.csv
cat >again.spoke <<'EOF_SPOKE'
import again from "again.csv"
show from again | where at in 2025-09-02
EOF_SPOKE
gives "read again" 0 "$SPOKE" run again.spoke --format csv
says "an inferred datetime" out '^2025-09-02T23:59:59,SY2025-26,1 month,$'

# A declaration that says another type is told what is stored.
echo 'table log { key at, month;  at date;  month period;  spell duration null;  part float null;  rate share null }
show log' >other.spoke
gives "another type" 1 "$SPOKE" run other.spoke --store log.db
says "a datetime is stored" err '`at` is stored as datetime'
says "a ratio is stored" err '`part` is stored as ratio null, declared as float null'

if command -v sqlite3 >/dev/null; then
    sqlite3 log.db 'SELECT at, month, spell, part, rate FROM "spoke$log" ORDER BY at' >out
    # 1756715400 is `date -u -d "2025-09-01 08:30" +%s`; a month is grain 3, number 2025 * 12 + 8;
    # 90 minutes are 5400 seconds, a month 2629746 of them and one month.
    is "what is stored" out <<EOF_STORED
1756715400|$((3 * 281474976710656 + 140737488355328 + 24308))|$((5400 * 16777216))|6/8|125/1000
1756857599|$((6 * 281474976710656 + 140737488355328 + 2025))|$((2629746 * 16777216 + 1))||
EOF_STORED
    # Durations compare as their integers do.
    echo 'print count(log where spell < 30 days), count(log where spell > 30 days)' >compare.spoke
    gives "durations in SQLite" 0 "$SPOKE" run compare.spoke --store log.db
    says "are in order" out '^1 1$'
    # A text that is no ratio, put there by another program, is missing and breaks nothing.
    sqlite3 log.db "UPDATE \"spoke\$log\" SET part = 'x' WHERE part IS NULL"
    echo 'print count(log where part is missing), max(log.part)' >broken.spoke
    gives "a broken ratio" 0 "$SPOKE" run broken.spoke --store log.db
    says "is missing" out '^1 0.75$'
fi

cat >param.spoke <<'EOF_SPOKE'
param since datetime "from when on"
param schools list<text> = ["S1"] "which schools"
print since, schools
EOF_SPOKE
gives "params" 0 "$SPOKE" run param.spoke --param 'since=2025-09-01 08:30' --param 'schools=S2, S3'
says "are read" out '^2025-09-01T08:30:00 \["S2", "S3"\]$'
gives "help of a script" 0 "$SPOKE" run param.spoke --help
says "shows their types" out 'schools list<text> = \["S1"\]'
gives "a zone" 1 "$SPOKE" run param.spoke --param since=2025-09-01T08:30Z
says "is refused" err 'error\[E0602\]: --param since: `2025-09-01T08:30Z` is no `datetime`'

finish
