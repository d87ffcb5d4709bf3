# spoke check: whatever stands in keys, messages, titles and names of files, no format is broken by
# it, and no terminal or build server does what it says.
# shellcheck disable=SC2016 # backquotes are what is said
. "$ROOT/tests/cli_lib.sh"
command -v python3 >/dev/null || {
    echo "python3 is not here"
    exit 77
}

# Keys: controls, line ends, ANSI, C1, markup, commands of GitHub, TAP directives, marks that turn the
# direction of writing, what XML 1.0 cannot say, the end of a CDATA section, and much of it.
python <<'EOF'
import json
keys = [
    "plain", "a\nb", "a\r\nb", "\ta\t", "\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "\x9b31m", "\x7f",
    "\x01\x02\x1f", "<b>&amp;\"'</b>", "]]>", "<!--", "%0A::error::x", "::error file=x::y",
    "# SKIP", "# TODO x", "\\", "\\n", "...", "---", "Bail out!", "not ok 1", "a, b=c: d",
    "\u202eevil\u202c", "\u2066x\u2069", "\ufeffbom", "\ufffe", "\uffff", "\u2028line\u2029",
    "\u0085next", "e\u0301", "\U0001f600", "\u00ad", "${{ secrets.X }}", "$(id)", "`id`",
    "x" * 5000, "{n}", "\"", "'", "  ", ",", "=", "key=\"v\"", "null", "1e5",
]
with open("rows.jsonl", "w") as out:
    for i, key in enumerate(keys):
        out.write(json.dumps({"k": key, "n": i}) + "\n")
json.dump(keys, open("keys.json", "w"))
EOF
cat >rules.spoke <<'EOF'
table t { key k;  k text;  n int }
import t from "rows.jsonl"
rule every "<title> & \"quotes\" \u{1b}[31m # TODO ::error::%0A\nnext" {
  for t;  expect n < 0;  message "<{k}> \u{1b}[2J{n}\n::error::injected %"
  owner "<o>\u{7}";  help "https://e.org/?a=<b>\u{1b}&c=\"d\"";  tags "a b"
}
EOF
gives "every format" 1 "$SPOKE" check rules.spoke --max-evidence 0 --show-values \
    --out json=r.json --out sarif=r.sarif --out junit=r.xml --out tap=r.tap --out github=r.gh \
    --out concise=r.txt
cp out text.txt
gives "another order of rows" 1 "$SPOKE" check rules.spoke --max-evidence 3 --format github
holds "JSON" python3 "$ROOT/tests/files/json_schema.py" "$ROOT/docs/schemas/check.schema.json" r.json
holds "SARIF" python3 "$ROOT/tests/files/sarif.py" r.sarif

cat >look.py <<'EOF'
import json
import re
import unicodedata
import xml.etree.ElementTree as tree

keys = json.load(open("keys.json"))
n = len(keys)

# Nothing but line ends, in none of the files: no controls, no marks that turn or hide.
for name in ("text.txt", "r.txt", "r.tap", "r.gh", "r.xml", "r.json", "r.sarif"):
    text = open(name, encoding="utf-8", newline="").read()
    for c in text:
        if name.startswith("r.json") or name.startswith("r.sarif"):
            assert c == "\n" or unicodedata.category(c) != "Cc", (name, hex(ord(c)))
        else:
            assert c == "\n" or c == "\u00ad" or unicodedata.category(c) not in \
                ("Cc", "Cf", "Zl", "Zp"), (name, hex(ord(c)))

# One line for each finding.
assert sum(x.startswith("rules.spoke:3:") for x in open("r.txt")) == n
assert sum(x.startswith("       k=") for x in open("text.txt")) == n

# Data formats give the very keys back.
(rule,) = json.load(open("r.json"))["rules"]
assert sorted(e["keys"][0]["value"] for e in rule["evidence"]) == sorted(keys)
(run,) = json.load(open("r.sarif"))["runs"]
assert sorted(r["locations"][0]["logicalLocations"][0]["fullyQualifiedName"][2:]
              for r in run["results"]) == sorted(keys)
prints = [e["fingerprint"] for e in rule["evidence"]]
assert len(set(prints)) == n

# XML that any reader takes, with one case and a line for each finding.
(case,) = tree.parse("r.xml").getroot().iter("testcase")
(failure,) = case
assert len(failure.text.strip("\n").split("\n")) == n
assert "]]>" not in open("r.xml").read()

# TAP: a plan, one point, a block that ends once, a diagnostic line.
lines = open("r.tap").read().split("\n")
assert lines[:2] == ["TAP version 14", "1..1"]
assert [x for x in lines if re.match("(not )?ok|Bail|1\\.\\.", x)] == [
    "1..1", lines[2]] and lines[2].startswith("not ok 1 - every: <title>")
assert re.search(r"(?<!\\)#", lines[2]) is None
assert lines.count("  ---") == lines.count("  ...") == 1
block = lines[4:lines.index("  ...")]
told = block.index("  evidence: |")
for line in block[:told]:
    json.loads(line.split(": ", 1)[1])
assert len(block) - told - 1 == n
plain = re.compile("    [ -~\\xa0-\\u2027\\u202f-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]+")
for line in block[told + 1:]:
    assert plain.fullmatch(line), ascii(line[:80])

# GitHub: every line is one command; ten at most; nothing of a key ends or adds a property.
commands = open("r.gh").read().strip("\n").split("\n")
assert len(commands) == 10
for command in commands:
    m = re.fullmatch(r"::error file=([^,:]*),line=\d+,col=\d+,title=([^,:]*)::(.*)", command)
    assert m, command
    assert re.search(r"%(?!25|0A|0D)", m.group(3)) is None, command
EOF
gives "are read by others" 0 python3 look.py
cat err >&2

# Names of scripts.
hostile=$(printf 'bad\n::error::x,y:\033[31m "<&>%%.spoke')
printf 'table u { key k;  k int }\nfrom [{k: 1}] | into u\nrule r "r" { for u;  expect k > 1 }\n' >"$hostile"
gives "a hostile file name" 1 "$SPOKE" check "$hostile" --out json=n.json --out sarif=n.sarif \
    --out junit=n.xml --out tap=n.tap --out github=n.gh --format concise
holds "JSON" python3 "$ROOT/tests/files/json_schema.py" "$ROOT/docs/schemas/check.schema.json" n.json
holds "SARIF" python3 "$ROOT/tests/files/sarif.py" n.sarif
holds "XML" python3 -c 'import xml.etree.ElementTree as t; t.parse("n.xml")'
holds "one annotation" test "$(wc -l <n.gh)" -eq 1
holds "one line and the summary" test "$(wc -l <out)" -eq 2
bytes=$(printf 'b\377\200.spoke')
if cp "$hostile" "$bytes" 2>/dev/null; then
    gives "a file name that is no UTF-8" 1 "$SPOKE" check "$bytes" --out json=u.json --out sarif=u.sarif \
        --out junit=u.xml --out github=u.gh
    holds "JSON" python3 "$ROOT/tests/files/json_schema.py" "$ROOT/docs/schemas/check.schema.json" u.json
    holds "SARIF" python3 "$ROOT/tests/files/sarif.py" u.sarif
    holds "XML" python3 -c 'import xml.etree.ElementTree as t; t.parse("u.xml")'
fi
holds "no escape" sh -c '! grep -q "$(printf "\033")" out n.gh n.tap n.xml n.json n.sarif'
finish
