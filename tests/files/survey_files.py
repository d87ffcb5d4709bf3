"""Writes small files of SPSS (.sav) and Stata (.dta, version 115) byte by byte.

A column is a dict: name, and where it has them label, format, labels (value: text), width (of a
text column), missing (codes, or a pair LOW, HIGH as a range), kind (of Stata).
"""
import struct

SPSS_FORMATS = {"F": 5, "A": 1, "DATE": 20, "TIME": 21, "DATETIME": 22, "ADATE": 23, "MOYR": 28,
                "QYR": 29, "DTIME": 25}
SPSS_NONE = struct.unpack("<d", b"\xff\xff\xff\xff\xff\xff\xef\xff")[0]
# 1582-10-14 is this many days before 1970-01-01.
SPSS_DAYS = 141428
# 1960-01-01, likewise.
STATA_DAYS = 3653


def spss_date(days_since_1970, seconds=0):
    return (days_since_1970 + SPSS_DAYS) * 86400 + seconds


def _padded(data, to, fill=b" "):
    return data + fill * (-len(data) % to)


def sav(path, columns, rows, encoding="UTF-8"):
    elements = [max(1, -(-c.get("width", 0) // 8)) for c in columns]
    out = b"$FL2" + b"@(#) SPSS DATA FILE written by a test".ljust(60)
    out += struct.pack("<iiiii", 2, sum(elements), 0, 0, len(rows)) + struct.pack("<d", 100.0)
    out += b"01 Sep 2508:30:00" + b"".ljust(64) + b"\0\0\0"
    long_names = []
    for i, c in enumerate(columns):
        width = c.get("width", 0)
        label = c.get("label", "").encode(encoding)
        missing = c.get("missing", [])
        n = -2 if isinstance(missing, tuple) else len(missing)
        kind = SPSS_FORMATS["A" if width else c.get("format", "F")]
        shown = kind << 16 | (width or 11) << 8
        short = f"V{i}".encode()
        long_names.append(f"V{i}={c['name']}".encode(encoding))
        out += struct.pack("<iiiiii", 2, width, bool(label), n, shown, shown) + short.ljust(8)
        if label:
            out += struct.pack("<i", len(label)) + _padded(label, 4)
        for code in missing:
            out += code.encode(encoding).ljust(8) if width else struct.pack("<d", code)
        for _ in range(elements[i] - 1):
            out += struct.pack("<iiiiii", 2, -1, 0, 0, shown, shown) + b"".ljust(8)
    at = 1
    for c, n in zip(columns, elements):
        if "labels" in c:
            out += struct.pack("<ii", 3, len(c["labels"]))
            for value, text in c["labels"].items():
                out += value.encode().ljust(8) if "width" in c else struct.pack("<d", value)
                text = text.encode(encoding)
                out += _padded(bytes([len(text)]) + text, 8)
            out += struct.pack("<iii", 4, 1, at)
        at += n
    code = 65001 if encoding == "UTF-8" else int(encoding.split("-")[1])
    out += struct.pack("<iiii8i", 7, 3, 4, 8, 25, 0, 0, -1, 1, 1, 2, code)
    names = b"\t".join(long_names)
    out += struct.pack("<iiii", 7, 13, 1, len(names)) + names
    name = encoding.encode()
    out += struct.pack("<iiii", 7, 20, 1, len(name)) + name
    out += struct.pack("<ii", 999, 0)
    for r in rows:
        for c, value, n in zip(columns, r, elements):
            if c.get("width"):
                out += (value or "").encode(encoding).ljust(8 * n)
            else:
                out += struct.pack("<d", SPSS_NONE if value is None else value)
    with open(path, "wb") as f:
        f.write(out)


def dta(path, columns, rows):
    """Kinds: b byte, l long, f float, d double, or the width of a text; .a is the text ".a"."""
    codes = {"b": 251, "l": 253, "f": 254, "d": 255}
    kinds = [c["kind"] for c in columns]

    def text(s, n):
        return s.encode("latin-1")[: n - 1].ljust(n, b"\0")

    out = struct.pack("<BBBBHi", 115, 2, 1, 0, len(columns), len(rows))
    out += text("", 81) + text("01 Sep 2025 08:30", 18)
    out += bytes(k if isinstance(k, int) else codes[k] for k in kinds)
    out += b"".join(text(c["name"], 33) for c in columns)
    out += b"\0\0" * (len(columns) + 1)
    out += b"".join(text(c.get("format", "%9.0g"), 49) for c in columns)
    out += b"".join(text("l" + c["name"] if "labels" in c else "", 33) for c in columns)
    out += b"".join(text(c.get("label", ""), 81) for c in columns)
    out += b"\0" * 5
    first_missing = {"b": 101, "l": 2147483621}
    for r in rows:
        for kind, value in zip(kinds, r):
            letter = 0 if value is None else ord(value[1]) - 96 if str(value).startswith(".") else -1
            if isinstance(kind, int):
                out += value.encode("latin-1").ljust(kind, b"\0")
            elif letter < 0:
                out += struct.pack("<" + kind.replace("l", "i"), value)
            elif kind in first_missing:
                out += struct.pack("<" + kind.replace("l", "i"), first_missing[kind] + letter)
            elif kind == "f":
                out += struct.pack("<I", 0x7F000000 + letter * 0x800)
            else:
                out += struct.pack("<Q", 0x7FE0000000000000 + (letter << 40))
    for c in columns:
        if "labels" not in c:
            continue
        texts = [t.encode("latin-1") + b"\0" for t in c["labels"].values()]
        starts = [sum(map(len, texts[:i])) for i in range(len(texts))]
        values = [2147483621 + ord(v[1]) - 96 if isinstance(v, str) else v for v in c["labels"]]
        table = struct.pack("<ii", len(texts), sum(map(len, texts)))
        table += struct.pack(f"<{len(texts)}i", *starts) + struct.pack(f"<{len(texts)}i", *values)
        table += b"".join(texts)
        out += struct.pack("<i", len(table)) + text("l" + c["name"], 33) + b"\0\0\0" + table
    with open(path, "wb") as f:
        f.write(out)
