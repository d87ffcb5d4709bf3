"""Writes workbooks (.xlsx) for tests, part by part, so that every part can be wrong.

Only the standard library: what is written is what the format's specification says.
"""
import zipfile
from xml.sax.saxutils import escape, quoteattr

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

# Styles of cells by number: 0 plain, then as named here.
DATE, OWN_DATE, DATETIME, PERCENT, ELAPSED, CLOCK, SECONDS, MONEY = range(1, 9)
STYLES = (
    '<numFmts count="3">'
    '<numFmt numFmtId="164" formatCode="[$-409]d\\-mmm\\-yy;@"/>'
    '<numFmt numFmtId="165" formatCode="[h]:mm"/>'
    '<numFmt numFmtId="166" formatCode="&quot;day&quot; #,##0.00\\ [$EUR]"/></numFmts>'
    '<cellStyleXfs count="1"><xf numFmtId="14"/></cellStyleXfs>'
    "<cellXfs>"
    + "".join(f'<xf numFmtId="{n}"/>' for n in (0, 14, 164, 22, 10, 165, 20, 47, 166))
    + "</cellXfs>"
)


def cell(place, value, kind=None, style=None, formula=None):
    """kind: s (number of a shared text), inlineStr, str, b, e, d; none: a number."""
    about = f' r="{place}"' if place else ""
    about += f' t="{kind}"' if kind else ""
    about += f' s="{style}"' if style else ""
    if kind == "inlineStr":
        return f'<c{about}><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    inside = f"<f>{escape(formula)}</f>" if formula else ""
    inside += f"<v>{value}</v>" if value is not None else ""
    return f"<c{about}>{inside}</c>"


def column(n):
    """0 is A, 26 is AA."""
    letters = ""
    n += 1
    while n:
        n, digit = divmod(n - 1, 26)
        letters = chr(65 + digit) + letters
    return letters


def row(n, *values, style={}, at=0):
    """Texts and numbers from column `at` on; None leaves a cell out; a cell as it is otherwise."""
    out = []
    for i, value in enumerate(values):
        place = f"{column(i + at)}{n}"
        if value is None:
            continue
        if isinstance(value, str) and value.startswith("<c"):
            out.append(value)
        elif isinstance(value, bool):
            out.append(cell(place, int(value), "b"))
        elif isinstance(value, str):
            out.append(cell(place, value, "inlineStr"))
        else:
            out.append(cell(place, repr(value), None, style.get(i)))
    return f'<row r="{n}">{"".join(out)}</row>'


def sheet(rows, before="", after=""):
    return f'{HEAD}{before}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>'


def parts(sheets, texts=None, styles=STYLES, from_1904=False, hidden=()):
    """A dict of parts by path; sheets are pairs of a name and rows, or a whole part."""
    relations = []
    listed = []
    out = {
        "[Content_Types].xml": HEAD
        + '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": HEAD
        + f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    }
    for i, (name, rows) in enumerate(sheets, 1):
        state = ' state="hidden"' if name in hidden else ""
        listed.append(f'<sheet name={quoteattr(name)} sheetId="{i + 7}"{state} r:id="rId{i}"/>')
        relations.append((f"rId{i}", "worksheet", f"worksheets/sheet{i}.xml"))
        out[f"xl/worksheets/sheet{i}.xml"] = rows if rows.startswith("<?xml") else sheet(rows)
    if texts is not None:
        relations.append(("rIdTexts", "sharedStrings", "sharedStrings.xml"))
        items = (t if t.startswith("<si") else f"<si><t>{escape(t)}</t></si>" for t in texts)
        out["xl/sharedStrings.xml"] = f'{HEAD}<sst xmlns="{MAIN}">{"".join(items)}</sst>'
    if styles is not None:
        relations.append(("rIdStyles", "styles", "/xl/styles.xml"))
        out["xl/styles.xml"] = f'{HEAD}<styleSheet xmlns="{MAIN}">{styles}</styleSheet>'
    out["xl/workbook.xml"] = (
        f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">'
        f'<workbookPr date1904="{int(from_1904)}"/><sheets>{"".join(listed)}</sheets></workbook>'
    )
    out["xl/_rels/workbook.xml.rels"] = (
        f'{HEAD}<Relationships xmlns="{PACKAGE}">'
        + "".join(
            f'<Relationship Id="{i}" Type="{OFFICE}/{kind}" Target="{target}"/>'
            for i, kind, target in relations
        )
        + "</Relationships>"
    )
    return out


def write(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def workbook(path, sheets, **more):
    write(path, parts(sheets, **more))
