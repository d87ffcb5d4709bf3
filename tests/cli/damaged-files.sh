# Workbooks, archives, files of statistics and of networks broken at random (tests/files/damage.py):
# an import takes them or refuses them with an error, and never ends otherwise. `COUNT=5000` breaks more.
. "$ROOT/tests/cli_lib.sh"
count=${COUNT:-40}
python <<'END'
import gzip, zipfile
import workbook as w
import survey_files as s

texts = ["id", "a_x0009_b", "<si><r><t>ri</t></r><rPh><t>x</t></rPh></si>"]
rows = w.row(1, "title") + w.row(3, w.cell("A3", 0, "s"), "day", "share", "when", "ok", "long")
for i in range(4, 12):
    rows += w.row(i, w.cell(f"A{i}", f"00{i}", "inlineStr"), w.cell(f"B{i}", 45900 + i, None, w.DATE),
                  w.cell(f"C{i}", 0.125 * i, None, w.PERCENT), w.cell(f"D{i}", 45900.25, None, w.DATETIME),
                  True, w.cell(f"F{i}", 1.5, None, w.ELAPSED), w.cell(f"G{i}", i % 3, "s"),
                  w.cell(f"H{i}", "#N/A", "e"))
w.workbook("a.xlsx", [("Data", rows), ("Data 2", rows)], texts=texts)
with zipfile.ZipFile("a.zip", "w", zipfile.ZIP_DEFLATED) as z:
    z.writestr("manifest.csv", "propertyName,value\noneroster.version,1.2\nfile.data,bulk\n")
    z.writestr("data.csv", "sourcedId,x\n" + "".join(f"{i},{i * i}\n" for i in range(200)))
    z.writestr("more.csv.gz", gzip.compress(b"k,v\n1,2\n" * 50, mtime=0))
s.sav("a.sav", [{"name": "id", "width": 12, "label": "Who"},
                {"name": "q", "labels": {1.0: "Never", 2.0: "Often", 9.0: "refused"}, "missing": [9.0]},
                {"name": "day", "format": "DATE"}],
      [[f"P{i}", i % 3 or 9, s.spss_date(20332 + i)] for i in range(30)])
s.dta("a.dta", [{"name": "id", "kind": 8}, {"name": "q", "kind": "l", "labels": {1: "a", ".a": "b"}},
                {"name": "day", "kind": "d", "format": "%td"}, {"name": "f", "kind": "f"}],
      [[f"P{i}", i % 2 or ".a", 24000 + i, i / 3] for i in range(30)])
END
awk 'BEGIN {
    print "person,age,joined_on" >"person.csv"
    print "a,b,day,minutes" >"call.csv"
    print "a,b" >"kin.csv"
    for (i = 1; i <= 30; i++) print "P" i "," (i % 3 ? i : "") ",2025-01-01" >"person.csv"
    for (i = 1; i < 30; i++) print "P" i ",P" i + 1 ",2025-02-01," i / 2 >"call.csv"
    for (i = 1; i <= 20; i++) print "P" i ",P" i + 9 >"kin.csv"
}'
cat >world.spoke <<'END'
table person { key person;  person text;  age int null;  joined_on date null }
table call   { key a, b, day;  a -> person;  b -> person;  day date;  minutes float null }
table kin    { key a, b;  a -> person;  b -> person }
import person from "person.csv"
import call   from "call.csv"
import kin    from "kin.csv"
network net { members person;  ties call from a to b at day strength minutes;  ties kin between a and b;  joined joined_on }
print to_graphml(net, "a.graphml")
print to_gexf(net, "a.gexf")
print to_pajek(net, "a.net")
print to_dl(net, "a.dl")
print to_dot(net, "a.dot")
print to_node_link(net, "a.json")
END
"$SPOKE" run world.spoke
for file in a.xlsx a.zip a.sav a.dta a.graphml a.gexf a.net a.dl a.dot a.json; do
    case $file in
    a.[gnj]* | a.d[lo]*) name=ties ;;
    *) name=data ;;
    esac
    python3 "$ROOT/tests/files/damage.py" $file "$count" $file.broken
    taken=0 refused=0
    for broken in $file.broken/*; do
        status=0
        timeout 60 "$SPOKE" -c "import $name from \"$broken\"" >out 2>err || status=$?
        case $status in
        0) taken=$((taken + 1)) ;;
        1) refused=$((refused + 1)) ;;
        *) cp err "$file.err" ;;
        esac
        if [ $status -gt 1 ] || { [ $status -eq 1 ] && ! grep -q '^error\[E' err; }; then
            holds "$broken: status $status" false
            head -n 20 err
        fi
    done
    echo "$file: $taken taken, $refused refused"
    holds "$file: all taken or refused" test $((taken + refused)) -eq "$count"
done
finish
