# Formats of results; tables off a terminal are whole, within --width they fit and say what they cut.
. "$ROOT/tests/cli_lib.sh"

{
    echo 'k,name,share,long,x1,x2,x3,x4,x5,day'
    i=1
    while [ "$i" -le 50 ]; do
        echo "$i,school $i,0.$i,a rather long text that will not fit into a narrow terminal,1.5,2,3,4,5,2025-09-01"
        i=$((i + 1))
    done
} >t.csv
cat >t.spoke <<'EOF'
table t { key k;  k int;  name text;  share float;  long text;  x1 float;  x2 int;  x3 int;  x4 int;  x5 int;  day date }
import t from "t.csv"
show from t
EOF

gives "a box off a terminal" 0 "$SPOKE" run t.spoke
holds "has all rows" test "$(grep -c 'rather long text that will not fit into a narrow terminal' out)" -eq 50
holds "and no colour" sh -c '! grep -q "$(printf "\033")" out'

gives "80 columns" 0 "$SPOKE" run t.spoke --width 80 --rows 5
LC_ALL=C.UTF-8 awk '{ if (length > w) w = length } END { exit w > 80 }' out && fits=0 || fits=1
# mawk counts bytes, so then only the footer is looked at.
case $(awk 'BEGIN { print length("é") }') in
1) verdict "$fits" "lines of at most 80 columns" ;;
esac
says "what is not shown is counted" out '5 of 50 rows.*of 10 columns'

for format in csv tsv json jsonl markdown html latex line table; do
    gives "format $format" 0 "$SPOKE" run t.spoke --format $format --width 40 --rows 2
    holds "$format is not cut" test "$(grep -c 'narrow terminal' out)" -ge "$([ $format = table ] && echo 0 || echo 50)"
done
gives "colour on demand" 0 "$SPOKE" run t.spoke --color always
says "it has colour" out "$(printf '\033')"
gives "NO_COLOR does not outrank the option" 0 env NO_COLOR=1 "$SPOKE" run t.spoke --color always
says "it has colour" out "$(printf '\033')"
gives "ASCII where the locale has no more" 0 env LC_ALL=C "$SPOKE" run t.spoke
says "ASCII borders" out '^+--'

# ---- results as files ----
for format in csv tsv json jsonl markdown html; do
    echo "let r = from [{school: \"PS 12\", note: \"a, \\\"b\\\"\"}, {school: \"ÑO\", note: \"<i>\"}]
r | to_$format(\"out.$format\")" >export.spoke
    gives "to_$format" 0 "$SPOKE" run export.spoke
    "$SPOKE" -c 'show from [{school: "PS 12", note: "a, \"b\""}, {school: "ÑO", note: "<i>"}]' \
        --format $format >shown
    holds "writes what --format $format shows" cmp out.$format shown
done
gives "a file that cannot be written" 1 "$SPOKE" -c 'from [{a: 1}] | to_csv("nowhere/x.csv")'
says "is an error" err '^error\[E0603\]'
finish
