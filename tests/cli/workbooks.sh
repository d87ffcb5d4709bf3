# Sheets of workbooks: what each kind of cell becomes, where the header is found, which sheet is
# meant, and workbooks that mean harm. Workbooks are written by tests/files/workbook.py.
. "$ROOT/tests/cli_lib.sh"
needs libzip expat

# ---- kinds of cells ----
python <<'END'
from workbook import *

# 45901 is 2025-09-01: 20332 days after 1970-01-01, which is day 25569.
texts = ["id", "day", "<si><r><t>ri</t></r><r><t xml:space='preserve'>ch </t></r><rPh sb='0' eb='1'>"
         "<t>sound</t></rPh></si>", "a_x0009_b", ""]
rows = row(1, "Attendance of the year")
rows += '<row r="2"/>'
rows += row(3, cell("B3", 0, "s"), cell("C3", 1, "s"), cell("D3", "share", "inlineStr"),
            *(cell(f"{column(4 + i)}3", text, "inlineStr") for i, text in enumerate(
                ["when", "ok", "note", "long", "of day", "money", "result\nof it"])))
rows += row(4, cell("B4", "007", "inlineStr"), cell("C4", 45901, None, DATE),
            cell("D4", 0.125, None, PERCENT), cell("E4", 45901.354166666664, None, DATETIME),
            cell("F4", 1, "b"), cell("G4", 2, "s"), cell("H4", 1.5, None, ELAPSED),
            cell("I4", 0.75, None, CLOCK), cell("J4", 12.5, None, MONEY),
            cell("K4", 4, None, None, "2+2"))
rows += row(5, cell("B5", "008", "inlineStr"), cell("C5", 61, None, OWN_DATE),
            cell("D5", "7.0000000000000007E-2", None, PERCENT), cell("E5", 45901.5, None, DATETIME),
            cell("F5", 0, "b"), cell("G5", 3, "s"), cell("H5", 0.25, None, ELAPSED),
            cell("I5", 0.000011574074, None, SECONDS), cell("J5", "1E3", None, MONEY),
            cell("K5", "5.0", None, None, "SUM(A1)"))
rows += '<row r="6"><c r="B6"/></row>'
rows += row(9, cell("B9", "x9", "str", None, "A1"), cell("C9", 59.9, None, OWN_DATE),
            cell("D9", "-1e-3", None, PERCENT), cell("F9", 0, "b"), cell("G9", 4, "s"),
            cell("J9", "0.30000000000000004"), cell("L9", 99))
workbook("cells.xlsx", [("Grades", rows), ("Other", row(1, "a") + row(2, 1))], texts=texts)
END
gives "every kind of cell" 0 "$SPOKE" --format csv -c 'import t from "cells.xlsx" table "grades"
show t'
is "its values" out <<'END'
id,day,share,when,ok,note,long,of_day,money,result_of_it
007,2025-09-01,0.125,2025-09-01T08:30:00,true,"rich ",1 day 12 hours,18:00:00,12.5,4
008,1900-03-01,0.07,2025-09-01T12:00:00,false,a	b,6 hours,00:00:01,1000.0,5
x9,1900-02-28,-0.001,,false,,,,0.30000000000000004,
END
sed 's/^note: //' err >declared
grep -v '^t: \|^`t`' declared >declared.spoke
is "its declaration" declared.spoke <<'END'
table t {
  key id
  id text
  day date
  share share
  when datetime null
  ok bool
  note text null
  long duration null
  of_day text null from "of day"
  money float
  result_of_it int null from "result of it"
}
END

# The same numbers in the other calendar of workbooks, and dates as strict workbooks write them.
python <<'END'
from workbook import *

rows = row(1, "k", "day", "when", "text")
rows += row(2, 1, 0, 0.5, cell("D2", "2025-09-01T00:00:00", "d", DATE), style={1: DATE, 2: DATETIME})
rows += row(3, 2, 44439, 44439.25, cell("D3", "2025-09-02T00:00:00", "d", DATE),
            style={1: DATE, 2: DATETIME})
workbook("mac.xlsx", [("Only", rows)], from_1904=True)
END
gives "days since 1904" 0 "$SPOKE" --format csv -c 'import t from "mac.xlsx"
show t'
is "are these" out <<'END'
k,day,when,text
1,1904-01-01,1904-01-01T12:00:00,2025-09-01
2,2025-09-01,2025-09-01T06:00:00,2025-09-02
END

# ---- rejects ----
python <<'END'
from workbook import *

rows = row(1, "k", "n", "day", "note")
rows += row(2, 1, 5, 45901, "fine", style={2: DATE})
rows += row(3, 2, cell("B3", "#N/A", "e"), 45901, "x", style={2: DATE})
rows += row(4, 3, 5, 60, "x", style={2: DATE})
rows += row(5, 4, 5, -1, "x", style={2: DATE})
rows += row(6, 5, cell("B6", None, None, None, "1+1"), None, "x")
rows += row(7, 6, cell("B7", "", None, None, "1+1"), None, cell("D7", 999, "s"))
rows += row(8, 7, "five", None, "x")
rows += row(9, 8, 5, None, cell("D9", "#DIV/0!", "e"))
rows += row(10, 1, 5, None, "x")
rows += row(11, 9, 5, 9999999, None, style={2: DATE})
rows += row(12, 10, 5, None, cell("D12", 999, "s"))
rows += row(13, 11, 5, None, cell("D13", "", "str", None, "A1"))
workbook("wrong.xlsx", [("2025", rows)], texts=["one"])
END
cat >wrong.spoke <<'END'
table t { key k;  k int;  n int null;  day date null;  note text null missing "#DIV/0!" }
import t from "wrong.xlsx"
END
gives "a workbook with wrong cells" 0 "$SPOKE" run wrong.spoke --store wrong.db
says "names the first" err '^note: t: 9 rows rejected, the first at wrong.xlsx:2025!B3: `n` holds the error #N/A$'
gives "its rejects" 0 "$SPOKE" wrong.db --format csv -c 'show from rejects | select line, column, value, reason'
is "name sheets and cells" out <<'END'
line,column,value,reason
3,n,"#N/A",2025!B3: `n` holds the error #N/A
4,day,,"2025!C4: `day` holds the date 1900-02-29, a day that never was"
5,day,,2025!C5: `day` holds a number that is no date
6,n,,2025!B6: `n` holds a formula whose result was never stored
7,n,,2025!B7: `n` holds a formula whose result was never stored
8,n,five,"2025!B8: `n` ""five"" is not an int"
10,,,the same key stands in line 2
11,day,,2025!C11: `day` holds a number that is no date
12,note,,2025!D12: `note` holds a text that the workbook does not have
END
gives "what is stored" 0 "$SPOKE" wrong.db --format csv -c 'show t
show from imports | select file, rows, stored, rejected'
is "has an error as a code for missing" out <<'END'
k,n,day,note
1,5,2025-09-01,fine
8,5,,
11,5,,
file,rows,stored,rejected
wrong.xlsx/2025,12,3,9
END
sed 's/import.*/& strict/' wrong.spoke >strict.spoke
gives "strictly" 1 "$SPOKE" run strict.spoke --store strict.db
says "is refused as a whole" err '^error\[E0512\]: 9 of 12 rows of wrong.xlsx/2025 do not fit'
says "by its first cell" err '= note: wrong.xlsx:2025!B3: '
gives "undeclared" 0 "$SPOKE" -c 'import t from "wrong.xlsx"'
says "errors become codes" err 'note text null missing "#DIV/0!"$'
python <<'END'
from workbook import *

workbook("formulas.xlsx", [("s", row(1, "k", "sum") + "".join(
    row(i, i, cell(f"B{i}", "", None, None, f"A{i}*2")) for i in range(2, 6)))])
END
gives "formulas that nobody worked out" 0 "$SPOKE" -c 'import t from "formulas.xlsx"'
says "are left out" err '# `sum` is left out: it holds formulas without results'
says "and the rows are stored" err '^note: t: 4 rows stored, none rejected'
# Percentages as each type of column wants them.
python <<'END'
from workbook import *

rows = row(1, "k", "a", "b", "c", "d", "e")
for i, x in enumerate([0.125, 0.07, 1, 0, -0.5, 0.333, 1e-7, "0.30000000000000004", 123]):
    places = [f"{letter}{i + 2}" for letter in "BCDEF"]
    rows += row(i + 2, i, *(cell(place, x, None, PERCENT) for place in places))
workbook("percent.xlsx", [("s", rows)])
END
gives "percentages" 0 "$SPOKE" --format csv -c 'table t { key k; k int; a share; b ratio; c float; d float unit "%"; e text }
import t from "percent.xlsx"
show from t | derive exact = a == b | select a, c, d, e, exact'
is "are exact" out <<'END'
a,c,d,e,exact
0.125,0.125,12.5,12.5%,true
0.07,0.07,7.0,7%,true
1.0,1.0,100.0,100%,true
0.0,0.0,0.0,0%,true
-0.5,-0.5,-50.0,-50%,true
0.333,0.333,33.3,33.3%,true
1e-7,1e-7,0.00001,0.00001%,true
0.30000000000000004,0.30000000000000004,30.000000000000004,30.000000000000004%,true
123.0,123.0,12300.0,12300%,true
END

# ---- the header ----
python <<'END'
from workbook import *

def header(name, rows, at):
    workbook(name, [("s", rows)])

head = ["school", "grade", 2024, 2025]
body = lambda n: row(n, "A", 9, 1, 2) + row(n + 1, "B", 10, 3, 4)
workbook("h1.xlsx", [("s", row(1, *head) + body(2))])
# A title, a line of notes over merged cells, empty rows.
workbook("h2.xlsx", [("s", sheet(row(2, "Report") + row(3, "as of", "today") + row(7, *head) + body(8),
                                 after='<mergeCells><mergeCell ref="A2:D2"/></mergeCells>'))])
# Beside it, and with notes at the side and below.
workbook("h3.xlsx", [("s", row(3, *head, at=4) + row(4, "A", 9, 1, 2, None, "checked", at=4)
                      + row(5, "B", 10, 3, 4, at=4) + row(9, "elsewhere"))])
# No numbers of rows and cells: they follow one another.
import re
workbook("h4.xlsx", [("s", re.sub(r' r="[A-Z]*[0-9]+"', "", row(1, *head) + body(2)))])
# Prefixes for names, as some programs write them.
from zipfile import ZipFile
p = parts([("s", row(1, *head) + body(2))])
for name in p:
    if "sheet" in name or name.endswith("workbook.xml"):
        p[name] = re.sub(r"<(/?)([a-zA-Z])", r"<\1x:\2", p[name]).replace("xmlns=", "xmlns:x=")
write("h5.xlsx", p)
END
for n in 1 2 3 4 5; do
    gives "a header found ($n)" 0 "$SPOKE" --format csv -c "table t { key school; school text; grade int; a int from \"2024\"; b int from \"2025\" }
import t from \"h$n.xlsx\"
show t"
    is "has these rows below it ($n)" out <<'END'
school,grade,a,b
A,9,1,2
B,10,3,4
END
done
gives "a header that does not fit" 1 "$SPOKE" -c 'table t { key pupil; pupil text }
import t from "h2.xlsx"'
says "is told with its row" err '^error\[E0503\]: h2.xlsx/s:7: no header `pupil`'

# ---- which sheet ----
python <<'END'
from workbook import *

one = row(1, "k") + row(2, 1)
two = row(1, "k") + row(2, 2)
workbook("many.xlsx", [("Pupils", one), ("Notes & more", two), ("pupils 2", two)])
workbook("hidden.xlsx", [("Lists", one), ("Data", two)], hidden=["Lists"])
workbook("empty.xlsx", [("Data", "")])
workbook("bare.xlsx", [("Data", row(1, "k", "v"))])
END
which() { # which NAME WANTED IMPORT
    gives "$1" 0 "$SPOKE" --format csv -c "$3
show from imports | select file"
    holds "$1: it is $2" grep -q -x "$2" out
}
which "a sheet by name" 'many.xlsx/Notes & more' 'import t from "many.xlsx" table "notes & MORE"'
which "the one called as the table" many.xlsx/Pupils 'import pupils from "many.xlsx"'
which "the only one that is not hidden" hidden.xlsx/Data 'import t from "hidden.xlsx"'
which "a hidden one by name" hidden.xlsx/Lists 'import t from "hidden.xlsx" table "Lists"'
refused() { # refused NAME FILE CODE MESSAGE [CLAUSE]
    gives "$1" 1 timeout 60 "$SPOKE" -c "import t from \"$2\" ${5-}"
    holds "$1: one error" test "$(grep -c '^error\[' err)" -eq 1
    says "$1: its message" err "^error\\[$3\\]: .*$2.*$4"
    says "$1: a help" err '= help: '
}
refused "several sheets" many.xlsx E0542 'has several sheets: `Pupils`, `Notes & more`, `pupils 2`'
refused "no such sheet" hidden.xlsx E0542 'has no sheet `x`; it has `Lists` (hidden), `Data`' 'table "x"'
refused "an empty sheet" empty.xlsx E0502 'is empty'
refused "a sheet without rows" bare.xlsx E0502 'has a header and no rows'

# ---- workbooks that mean harm ----
python <<'END'
import struct, zipfile
from workbook import *

good = row(1, "k", "v") + row(2, 1, "x")
def bad(name, change, **more):
    p = parts([("s", good)], texts=["a"], **more)
    change(p)
    write(name, p)

def sheet_is(rows):
    return lambda p: p.update({"xl/worksheets/sheet1.xml": rows if rows.startswith("<?xml") else sheet(rows)})

bad("million.xlsx", sheet_is(row(1, "k") + f'<row r="2">{cell("XFE2", 1)}</row>'))
bad("wide.xlsx", sheet_is('<row r="1">' + '<c t="b"><v>1</v></c>' * 17000 + "</row>"))
bad("letters.xlsx", sheet_is(f'<row r="1">{cell("A" * 100000 + "1", 1)}</row>'))
bad("down.xlsx", sheet_is(row(1, "k") + '<row r="1048577"><c><v>1</v></c></row>'))
bad("back.xlsx", sheet_is(row(1, "k") + row(3, 1) + row(2, 1)))
bad("twice.xlsx", sheet_is(row(1, "k") + f'<row r="2">{cell("A2", 1)}{cell("A2", 2)}</row>'))
bad("laughs.xlsx", lambda p: p.update({"xl/sharedStrings.xml":
    '<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><sst><si><t>&c;</t></si></sst>'}))
bad("circle.xlsx", lambda p: p.update({"xl/sharedStrings.xml":
    '<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY a "&b;"><!ENTITY b "&a;">]><sst><si><t>&a;</t></si></sst>'}))
bad("outside.xlsx", sheet_is('<?xml version="1.0"?><!DOCTYPE x SYSTEM "file:///etc/passwd"><worksheet/>'))
bad("entity.xlsx", sheet_is('<?xml version="1.0"?><worksheet><sheetData>&what;</sheetData></worksheet>'))
bad("deep.xlsx", sheet_is(HEAD + "<worksheet><sheetData>" + "<a>" * 3000000))
bad("tag.xlsx", sheet_is(HEAD + '<worksheet a="' + "x" * 3000000 + '"/>'))
bad("half.xlsx", sheet_is(HEAD + '<worksheet><sheetData><row r="1"><c r="A1"><v>1'))
bad("text.xlsx", sheet_is(row(1, "k", "v" * 1100000)))
bad("bomb.xlsx", sheet_is(row(1, "k") + " " * 100000000))
bad("spaces.xlsx", lambda p: p.update({"xl/sharedStrings.xml": HEAD + "<sst>" + " " * 200000000 + "</sst>"}))
bad("no-sheet.xlsx", lambda p: p.pop("xl/worksheets/sheet1.xml"))
bad("no-book.xlsx", lambda p: p.pop("xl/workbook.xml"))
bad("no-relations.xlsx", lambda p: p.pop("xl/_rels/workbook.xml.rels"))
bad("up.xlsx", lambda p: p.update({"xl/_rels/workbook.xml.rels":
    p["xl/_rels/workbook.xml.rels"].replace("worksheets/sheet1.xml", "../" * 50 + "etc/passwd")}))
bad("styles.xlsx", lambda p: p.update({"xl/styles.xml": f'{HEAD}<styleSheet><cellXfs>' + "<xf/>" * 70000}))
bad("sheets.xlsx", lambda p: p.update({"xl/workbook.xml": f'{HEAD}<workbook xmlns:r="x"><sheets>'
    + '<sheet name="s" r:id="rId1"/>' * 5000 + "</sheets></workbook>"}))
bad("none.xlsx", lambda p: p.update({"xl/workbook.xml": f"{HEAD}<workbook/>"}))
bad("word.xlsx", lambda p: p.update({"_rels/.rels": p["_rels/.rels"].replace("/officeDocument", "/other")}))
bad("xlsb.xlsx", lambda p: p.update({"_rels/.rels": p["_rels/.rels"].replace("workbook.xml", "workbook.bin")}))
workbook("cut.xlsx", [("s", good)])
data = open("cut.xlsx", "rb").read()
open("cut.xlsx", "wb").write(data[: len(data) // 2])
# A byte of the packed sheet is another one.
workbook("torn.xlsx", [("s", row(1, "k", "v") + "".join(row(i + 2, i, f"text {i * 7919 % 1000}")
                                                        for i in range(3000)))])
data = bytearray(open("torn.xlsx", "rb").read())
with zipfile.ZipFile("torn.xlsx") as z:
    at = z.getinfo("xl/worksheets/sheet1.xml").header_offset
for i in range(at + 5000, at + 5200):
    data[i] ^= 0x5A
open("torn.xlsx", "wb").write(data)
write("calc.ods", {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"})
open("old.xls", "wb").write(bytes.fromhex("D0CF11E0A1B11AE1") + bytes(3000))
END
refused "a column beyond the last" million.xlsx E0541 'beyond column XFD'
refused "17,000 columns without places" wide.xlsx E0541 'beyond column XFD'
refused "a place of 100,000 letters" letters.xlsx E0541 'beyond column XFD'
refused "a row beyond the last" down.xlsx E0541 'a row beyond the 1,048,576th'
refused "rows in disorder" back.xlsx E0541 'rows in disorder'
refused "a cell twice" twice.xlsx E0541 'has a cell twice'
refused "entities that grow" laughs.xlsx E0541 'declares a document type'
refused "texts that hold one another" circle.xlsx E0541 'declares a document type'
refused "a document type from outside" outside.xlsx E0541 'declares a document type'
refused "an entity nobody declared" entity.xlsx E0541 'is not well-formed XML'
refused "tags without end" deep.xlsx E0541 'more than 64 deep'
refused "a tag without end" tag.xlsx E0541 'has a tag longer than 1 MiB'
refused "half a sheet" half.xlsx E0541 'is not well-formed XML'
refused "a text too long" text.xlsx E0541 'has a cell longer than 1 MiB'
refused "a bomb of rows" bomb.xlsx E0541 'unpacks to more than 200 times its size'
refused "a bomb of blanks" spaces.xlsx E0541 'unpacks to more than 200 times its size'
refused "no sheet" no-sheet.xlsx E0541 'sheet1.xml` is not there'
refused "no workbook" no-book.xlsx E0541 'xl/workbook.xml` is not there'
refused "no relations" no-relations.xlsx E0541 'workbook.xml.rels` is not there'
refused "a path out of the archive" up.xlsx E0541 '`etc/passwd` is not there'
refused "70,000 styles" styles.xlsx E0541 'more than 65,536 styles'
refused "5,000 sheets" sheets.xlsx E0541 'more than 4,096 sheets'
refused "no sheets at all" none.xlsx E0541 'has no sheets'
refused "another document" word.xlsx E0541 'no workbook'
refused "a binary workbook" xlsb.xlsx E0541 'is a binary workbook'
refused "an archive cut off" cut.xlsx E0543 'is cut off or damaged'
refused "a torn one" torn.xlsx E0541 'is cut off or damaged\|not well-formed'
refused "a spreadsheet of OpenDocument" calc.ods E0541 'is a spreadsheet of OpenDocument'
refused "an old workbook" old.xls E0541 'of an old format'
finish
