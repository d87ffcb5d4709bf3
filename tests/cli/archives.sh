# Members of zip archives, OneRoster, builds without the libraries of formats, imports that are
# stopped, memory that stays bounded.
. "$ROOT/tests/cli_lib.sh"
needs libzip
refused() { # refused NAME FILE CODE MESSAGE [CLAUSE]
    gives "$1" 1 timeout 60 "$SPOKE" -c "import t from \"$2\" ${5-}"
    holds "$1: one error" test "$(grep -c '^error\[' err)" -eq 1
    says "$1: its message" err "^error\\[$3\\]: .*$2.*$4"
    says "$1: a help" err '= help: '
}

# ---- members ----
python <<'END'
import gzip, zipfile

def archive(name, *members):
    with zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED) as z:
        for path, content in members:
            z.writestr(path, content)

csv = "k,v\n1,a\n2,b\n"
archive("mixed.zip", ("2025/", ""), ("2025/visits.csv", csv), ("2025/days.csv.gz", gzip.compress(csv.encode())),
        ("lines.jsonl", '{"k":1,"v":"a"}\n{"k":2,"v":"b"}\n'), ("notes.txt", "k\tv\n1\ta\n2\tb\n"),
        ("readme.md", "# nothing"), ("x/same.csv", csv), ("y/same.csv", csv))
archive("one.zip", ("__MACOSX/2025/._visits.csv", "\0\1"), (".DS_Store", "x"), ("2025/visits.csv", csv))
archive("wrong.zip", ("visits.csv", "k,v\n1,a\nx,b\n3,\"c\n"))
archive("rejects.zip", ("visits.csv", "k,v\n1,a\nx,b\n3,c,d\n"))
archive("none.zip", ("a.md", "x"), ("b.pdf", "y"))
archive("empty.zip")
archive("nested.zip", ("in.csv", open("one.zip", "rb").read()))
archive("bomb.zip", ("bomb.csv", "k,v\n" + "\n" * 100000000))
archive("names.zip", *[(f"f{i}.csv", csv) for i in range(30)])
# Locked: the bit that says so.
data = bytearray(open("one.zip", "rb").read())
for sign, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
    start = 0
    while (start := data.find(sign, start)) >= 0:
        data[start + at] |= 1
        start += 4
open("locked.zip", "wb").write(data)
data = open("mixed.zip", "rb").read()
open("cut.zip", "wb").write(data[:-30])
# Many members, few bytes each.
archive("crowd.zip", *[(f"{i}", "") for i in range(100001)])
END
for table in visits 2025/visits.csv visits.csv VISITS days days.csv.gz lines lines.jsonl notes; do
    gives "the member $table" 0 "$SPOKE" --format csv -c "import t from \"mixed.zip\" table \"$table\"
show t"
    is "its rows ($table)" out <<'END'
k,v
1,a
2,b
END
done
gives "the only file" 0 "$SPOKE" --format csv -c 'import t from "one.zip"
show from imports | select file, rows'
says "by its path" out '^one.zip/2025/visits.csv,2$'
gives "the one called as the table" 0 "$SPOKE" -c 'import lines from "mixed.zip"'
gives "rejects" 0 "$SPOKE" --format csv -c 'table t { key k; k int; v text }
import t from "rejects.zip"
show from rejects | select file, line, value'
is "name the member" out <<'END'
file,line,value
rejects.zip/visits.csv,3,x
rejects.zip/visits.csv,4,
END
refused "several files" mixed.zip E0542 'holds several files: `2025/visits.csv`, `2025/days.csv.gz`, `lines.jsonl`, `notes.txt`'
refused "no such file" mixed.zip E0542 'has no file `x`; it has `2025/visits' 'table "x"'
refused "two files of a name" mixed.zip E0542 'has more than one file `same`' 'table "same"'
refused "many files" names.zip E0542 'and 18 others'
refused "no file of data" none.zip E0542 'holds no CSV file or JSON lines'
refused "no files" empty.zip E0542 'holds no CSV file or JSON lines'
refused "a wrong CSV file" wrong.zip E0504 '/visits.csv:4: a quote is opened'
refused "an archive in it" nested.zip E0543 'an archive within an archive'
refused "a bomb" bomb.zip E0513 '/bomb.csv` unpacks to more than 200 times'
refused "a locked one" locked.zip E0543 'is locked by a password'
refused "one cut off" cut.zip E0543 'is cut off or damaged'
refused "a crowd" crowd.zip E0543 'of more than 100,000 files'

# ---- OneRoster ----
python <<'END'
import zipfile

files = {
    "orgs": ["sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId",
             'd,,,District,district,0001,', 's1,,,"School, North",school,0002,d'],
    "academicSessions": ["sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear",
                         "y,,,2025-26,schoolYear,2025-08-25,2026-06-12,,2026",
                         "t1,,,Fall,term,2025-08-25,2025-12-19,y,2026"],
    "courses": ["sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes",
                'c1,,,y,Algebra,0420,"09,10",s1,Mathematics,'],
    "classes": ["sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,"
                "schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods",
                'k1,,,Algebra 1,09,c1,0420-1,scheduled,,s1,t1,,,"1,2"'],
    "users": ["sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,"
              "identifier,email,sms,phone,agentSourcedIds,grades,password",
              '101,,,true,ana,,Ana,B,,007,ana@x,1,2,,09,secret', '102,,,false,bo,,Bo,C,,008,bo@x,3,4,,10,secret'],
    "enrollments": ["sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate",
                    "e1,,,k1,s1,101,student,false,2025-08-25,", "e2,,,k1,s1,102,student,false,2025-09-02,2025-10-31",
                    "e3,,,k1,s1,999,student,false,2025-09-02,"],
    "demographics": ["sourcedId,status,dateLastModified,birthDate,sex,americanIndianOrAlaskaNative,asian,"
                     "blackOrAfricanAmerican,nativeHawaiianOrOtherPacificIslander,white,demographicRaceTwoOrMoreRaces,"
                     "hispanicOrLatinoEthnicity,countryOfBirthCode,stateOfBirthAbbreviation,cityOfBirth,publicSchoolResidenceStatus",
                     "101,,,2011-03-02,female,false,true,false,false,false,false,false,,,,"],
}
said = {name: "bulk" for name in files} | {"results": "absent", "lineItems": "bulk"}
manifest = ["propertyName,value", "manifest.version,1.0", "oneroster.version,1.2"]
manifest += [f"file.{name},{how}" for name, how in said.items()]
with zipfile.ZipFile("oneroster.zip", "w", zipfile.ZIP_DEFLATED) as z:
    z.writestr("manifest.csv", "\ufeff" + "\r\n".join(manifest) + "\r\n")
    for name, lines in files.items():
        z.writestr(name + ".csv", "\ufeff" + "\r\n".join(lines) + "\r\n")
END
gives "users that nobody declared" 0 "$SPOKE" --format csv -c 'import users from "oneroster.zip"
show users'
is "ids stay texts" out <<'END'
sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,identifier,agentSourcedIds,grades
101,,,true,ana,,Ana,B,,007,,09
102,,,false,bo,,Bo,C,,008,,10
END
for private in email sms phone password; do
    says "$private is left out" err "# left out, because it is private: $private text null"
done
# The declarations of docs/oneroster.md.
awk '/^```text/ { on = 1; next } /^```/ { on = 0 } on' "$ROOT/docs/oneroster.md" >roster.spoke
gives "the whole archive" 0 "$SPOKE" run roster.spoke --store roster.db
says "a dangling enrolment is told" err '^note: enrollments: 1 row rejected, the first at oneroster.zip/enrollments.csv:4: no users "999"'
gives "a question to it" 0 "$SPOKE" roster.db --format csv -c 'show from enrollments | select place = class.school.name, name = user.givenName, beginDate'
is "crosses its tables" out <<'END'
place,name,beginDate
"School, North",Ana,2025-08-25
"School, North",Bo,2025-09-02
END
refused "what the manifest calls absent" oneroster.zip E0542 'has no file `results`: its manifest says `absent`' 'table "results"'
refused "what it promises" oneroster.zip E0542 'has no file `lineItems`: its manifest says `bulk`' 'table "lineItems"'

# ---- without the libraries ----
left_out() { # left_out LIBRARY FILE PACKAGE
    without=$BUILD/spoke-without-$1
    [ -x "$without" ] || return 0
    gives "$2 without $1" 1 "$without" -c "import t from \"$2\""
    says "says so" err "^error\\[E0540\\]: .*$2.* built without"
    says "and what to install" err "= help: install $3 "
    gives "CSV without $1" 0 "$without" -c 'import t from "plain.csv"'
}
printf 'k\n1\n' >plain.csv
printf '$FL2@(#) SPSS DATA FILE' >no.sav
left_out libzip oneroster.zip libzip-dev
left_out readstat no.sav libreadstat-dev
python <<'END'
from workbook import *
import survey_files

rows = row(1, "k", "v", "w") + "".join(row(i + 2, i, f"text {i % 1000}", i / 3) for i in range(60000))
workbook("large.xlsx", [("s", rows)])
workbook("new.xlsx", [("s", rows.replace("text ", "word "))])
END
left_out expat large.xlsx libexpat1-dev
printf '<graphml><graph edgedefault="directed"><node id="a"/></graph></graphml>\n' >nodes.graphml
without=$BUILD/spoke-without-expat
if [ -x "$without" ]; then
    gives "a network in XML without expat" 1 "$without" -c 'import nodes from "nodes.graphml"'
    says "says what to install" err '= help: install libexpat1-dev '
    printf '*Vertices 1\n' >nodes.net
    gives "a network that is no XML" 0 "$without" -c 'import nodes from "nodes.net"'
fi

# ---- stopped ----
cat >large.spoke <<'END'
table t { key k;  k int;  v text;  w float }
import t from "large.xlsx"
END
sed 's/large.xlsx/new.xlsx/' large.spoke >new.spoke
case " ${FORMATS-expat} " in
*" expat "*)
    gives "a large workbook" 0 "$SPOKE" run large.spoke --store large.db
    says "is stored" err '60,000 rows stored, none rejected'
    stopped=0
    for how in KILL TERM INT; do
        for wait in 0.05 0.15 0.3; do
            cp large.db k.db
            rm -f k.db-wal k.db-shm
            timeout -s $how $wait "$SPOKE" run new.spoke --store k.db >child.out 2>&1 || :
            now=$("$SPOKE" k.db --format csv -c 'show from t | group (a = count(v like "text%"), b = count(v like "word%"))' | sed -n 2p)
            if [ "$now" = 60000,0 ]; then
                stopped=$((stopped + 1))
            elif [ "$now" != 0,60000 ]; then
                holds "$how after $wait: all or nothing, not $now" false
            fi
        done
    done
    holds "imports of it were stopped" test $stopped -gt 2
    holds "and left no file" sh -c '! ls | grep -e -import-'
    ;;
esac
finish
