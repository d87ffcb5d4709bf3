# spoke check: baselines. What they know does not fail, what they say names nobody, and what is of no
# use in them is told and dropped.
. "$ROOT/tests/cli_lib.sh"

rows() { # rows K N ...
    echo 'k,n' >t.csv
    while [ $# -gt 0 ]; do
        echo "$1,$2" >>t.csv
        shift 2
    done
}
cat >tables.spoke <<'EOF'
table t { key k;  k text;  n int null }
import t from "t.csv"
EOF
cat >one.spoke <<'EOF'
rule small "n is small" { for t;  expect n < 10;  message "{n}" }
EOF
cat >two.spoke <<'EOF'
rule given "n is given" { for t;  expect n is not missing;  severity warn;  id "GIV-1" }
EOF
check() {
    "$SPOKE" check tables.spoke one.spoke two.spoke --as-of 2026-03-01 "$@"
}

rows pupil-17 50 pupil-18 5 pupil-19 ""
gives "findings" 1 check
gives "no baseline yet" 2 check --baseline b.json
says "says so" err 'b.json'
gives "written" 0 check --baseline b.json --write-baseline
says "all are known" out '3 findings · 3 in the baseline$'
says "three lines" b.json '"rule": "small", "fingerprint": "[0-9a-f]\{32\}", "first": "2026-03-01"'
holds "an entry on a line" test "$(grep -c fingerprint b.json)" = 3
holds "an id outranks a name" grep -q '"rule": "GIV-1"' b.json
holds "nobody is named" sh -c '! grep -q pupil b.json'
gives "with it" 0 check --baseline b.json --fail-on warn
says "nothing is shown" out '^pass   small: n is small (3 rows, 2 findings, 1 undecided, 2 in the baseline)$'
cp b.json first.json
gives "written again" 0 check --baseline b.json --write-baseline
holds "it is the same" cmp b.json first.json
gives "a run that changes nothing" 0 check --baseline b.json
holds "leaves it alone" cmp b.json first.json

gives "another file" 0 check --baseline other.json --write-baseline
holds "has other hashes" sh -c '! cmp -s b.json other.json'
holds "as it has another key" sh -c \
    "! grep -q \"\$(sed -n 's/.*\"key\": \"\(.*\)\".*/\1/p' b.json)\" other.json"

rows pupil-20 60 pupil-19 "" pupil-17 51
gives "a new row" 1 check --baseline b.json --format json --out text=new.txt --out sarif=new.sarif \
    --out tap=new.tap --out concise=new.concise --out github=new.gh
says "fails, alone" new.txt '^fail   small: n is small (3 rows, 3 findings, 1 undecided, 2 in the baseline)$'
says "and is shown" new.txt 'k=pupil-20'
holds "no other is" sh -c '! grep -q "k=pupil-1" new.txt new.tap new.concise new.gh'
says "JSON has both" out '"known":true'
holds "SARIF says which" test "$(grep -c '"baselineState":"unchanged","suppressions":\[{"kind":"external"' new.sarif)" = 3

rows pupil-17 50 pupil-18 5 pupil-19 ""
sed 's/rule small "n is small" { for t; /# changed\n\nrule small "n is very small" { for t;  severity error; /;
    s/n < 10/n < 9/;  s/"{n}"/"n is too large: {n}"/' one.spoke >changed.spoke
mv changed.spoke one.spoke
gives "a rule that was changed" 0 check --baseline b.json
says "keeps what is known of it" out '3 in the baseline'
sed 's/rule given/rule n_is_given/' two.spoke >changed.spoke
mv changed.spoke two.spoke
gives "one with another name" 0 check --baseline b.json --fail-on warn
says "keeps it by its id" out '3 in the baseline'

rows pupil-17 5 pupil-18 5 pupil-19 ""
gives "a finding that is gone" 0 check --baseline b.json
says "is told" err '1 finding of the baseline is not there any more; --prune-baseline'
gives "strictly" 2 check --baseline b.json --strict
gives "of a part of the rules" 0 check --baseline b.json --rule 'n_*' --strict
holds "nothing is said of others" sh -c '! grep -q "not there" err'
gives "a part of the rules is written" 0 check --baseline b.json --rule 'n_*' --write-baseline
holds "others stay" test "$(grep -c fingerprint b.json)" = 3
gives "pruned" 0 check --baseline b.json --prune-baseline
holds "it is dropped" test "$(grep -c fingerprint b.json)" = 2
gives "and said no more" 0 check --baseline b.json --strict
holds "nothing" sh -c '! grep -q "not there" err'
cp b.json before.json
gives "a rule that nobody declares" 0 "$SPOKE" check tables.spoke one.spoke --baseline b.json --prune-baseline
holds "is dropped" test "$(grep -c fingerprint b.json)" = 1
cp before.json b.json
gives "unless others were not asked for" 0 "$SPOKE" check tables.spoke one.spoke --rule small \
    --baseline b.json --prune-baseline
holds "it stays" test "$(grep -c fingerprint b.json)" = 2
gives "an error keeps entries" 2 "$SPOKE" check tables.spoke two.spoke -c 'rule small { for t;  expect x }' \
    --baseline b.json --prune-baseline
holds "all of them" cmp before.json b.json

sed 's/"first": "2026-03-01"/"first": "2026-03-01", "until": "2026-06-30", "note": "mother calls back"/' \
    before.json >b.json
gives "its last day" 0 check --baseline b.json --as-of 2026-06-30 --fail-on warn
gives "the day after" 1 check --baseline b.json --as-of 2026-07-01 --fail-on warn
says "is told" err '2 findings of the baseline have expired'
gives "not strictly" 2 check --baseline b.json --as-of 2026-07-01 --fail-on never --strict
gives "renewed" 0 check --baseline b.json --as-of 2026-07-01 --write-baseline
says "from then on" b.json '"first": "2026-07-01", "note": "mother calls back"'
holds "for ever" sh -c '! grep -q until b.json'

gives "no file is named" 2 check --write-baseline
for text in '' '{' '[]' '{"version": 2, "key": "00", "entries": []}' '{"version": 1}' \
    '{"version": 1, "key": "xyz", "entries": []}' "$(printf 'a\000b')" \
    "$(sed 's/"fingerprint": "../"fingerprint": "zz/' before.json)" \
    "$(sed 's/"first"/"until": "2026-02-30", "first"/' before.json)" \
    "$(sed 's/"rule": "[^"]*"/"rule": 5/' before.json)"; do
    printf '%s' "$text" >damaged.json
    gives "no baseline: $(printf '%.24s' "$text" | tr '\n' ' ')" 2 check --baseline damaged.json
    says "is said" err 'the baseline `damaged.json` cannot be used'
    printf '%s' "$text" >again.json
    gives "nor to be written" 2 check --baseline damaged.json --write-baseline
    holds "it is left alone" cmp damaged.json again.json
done
mkdir folder
gives "a folder" 2 check --baseline folder
gives "not writable" 2 check --baseline nowhere/b.json --write-baseline
holds "nothing is left beside" sh -c '! ls | grep -q "json\.......$"'

# Keys that look alike when they are joined.
cat >pairs.spoke <<'EOF'
table p { key a, b;  a text;  b text }
from [{a: "x, b=y", b: "z"}, {a: "x", b: "y, b=z"}] | into p
rule none { for p;  expect a == "" }
EOF
gives "keys that look alike" 0 "$SPOKE" check pairs.spoke --baseline p.json --write-baseline
holds "are two" test "$(grep -c fingerprint p.json)" = 2
holds "with two hashes" test "$(grep -o '[0-9a-f]\{32\}"' p.json | sort -u | wc -l)" -ge 2

# The hash is HMAC-SHA-256, which others compute alike.
command -v python3 >/dev/null || finish
cat >hash.py <<'EOF'
import hashlib, hmac, json, struct
b = json.load(open("p.json"))
def packed(*texts):
    return b"".join(struct.pack("<Q", len(t.encode())) + t.encode() for t in texts)
wanted = sorted(hmac.new(bytes.fromhex(b["key"]), packed("none", "a", x, "b", y), hashlib.sha256)
                .hexdigest()[:32] for x, y in [("x, b=y", "z"), ("x", "y, b=z")])
assert wanted == [e["fingerprint"] for e in b["entries"]], (wanted, b)
EOF
holds "as Python computes them" python3 hash.py
finish
