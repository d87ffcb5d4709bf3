# The suite check, sourced by bench.sh: ten rules over a million JSON records against the same ten
# conditions in jq; 50 rules over the rows of the suite measures against one scan of each table, once
# with rules that are alike and once with rules of six kinds; one record through the library. Processor seconds, since records come through a pipe and machines are
# busy; what is found is compared before times are. OPA, the other program that judges JSON, is in no
# registry that this suite installs from and is not compared.
# shellcheck shell=sh disable=SC2154,SC2016 # work, SPOKE and the like come from bench.sh
#
#   CHECK_RECORDS=1000000  CHECK_STUDENTS=30000   180 rows of attendance each

: "${CHECK_RECORDS:=1000000}"
: "${CHECK_STUDENTS:=30000}"

# cpu FILE: processor seconds of the first command of a timer
cpu() {
    awk 'NR == 1 { print $2 }' "$1"
}

awk -v n="$CHECK_RECORDS" 'BEGIN {
    for (i = 0; i < n; i++)
        printf "{\"student\":\"N%07d\",\"name\":\"Student %d\",\"grade\":%s,\"age\":%d,\"gpa\":%.2f," \
            "\"days\":%d,\"absent\":%d,\"status\":\"%s\",\"entered\":\"2024-%02d-%02d\",\"frl\":%s}\n",
            i, i, i % 97 ? i % 13 : "null", i % 13 + (i % 53 ? 5 + i % 2 : 9), i % 401 / 100 + (i % 59 == 0), 181, i % 182 + (i % 61 == 0),
            i % 67 ? substr("ACT", 1 + i % 3, 1) : "X", i % 71 ? 2 + i % 11 : 1, 1 + i % 28, i % 3 ? "true" : "false" }' \
    >"$work/records.jsonl"
cat >"$work/ten.spoke" <<'END'
table student { key student;  student text;  name text;  grade int null;  age int;  gpa float
  days int;  absent int;  status text;  entered date;  frl bool }
rule r0 { for student;  expect grade is not missing }
rule r1 { for student;  expect grade in 0..12 }
rule r2 { for student;  expect age - grade >= 4 and age - grade <= 7 missing passes }
rule r3 { for student;  expect gpa <= 4 }
rule r4 { for student;  expect absent <= days }
rule r5 { for student;  expect status in ["A", "C", "T"] }
rule r6 { for student;  expect entered >= 2024-02-01 }
rule r7 { for student;  expect not frl or gpa >= 0.05 }
rule r8 { for student;  where days > 0;  expect absent / days < 90% }
rule r9 { for student;  expect len(name) > 9 }
END
cat >"$work/ten.jq" <<'END'
reduce inputs as $r ([0,0,0,0,0,0,0,0,0,0]; . as $n | $r |
  [$n[0] + (if .grade == null then 1 else 0 end),
   $n[1] + (if .grade != null and .grade >= 0 and .grade <= 12 then 0 else 1 end),
   $n[2] + (if .grade != null and (.age - .grade < 4 or .age - .grade > 7) then 1 else 0 end),
   $n[3] + (if .gpa > 4 then 1 else 0 end),
   $n[4] + (if .absent > .days then 1 else 0 end),
   $n[5] + (if .status == "A" or .status == "C" or .status == "T" then 0 else 1 end),
   $n[6] + (if .entered >= "2024-02-01" then 0 else 1 end),
   $n[7] + (if .frl and .gpa < 0.05 then 1 else 0 end),
   $n[8] + (if .days > 0 and .absent * 10 >= .days * 9 then 1 else 0 end),
   $n[9] + (if (.name | length) > 9 then 0 else 1 end)]) | .[]
END

ten_rules() {
    "$SPOKE" check "$work/ten.spoke" --records - --format json --max-evidence 1 --fail-on never \
        <"$work/records.jsonl" 2>/dev/null | grep -o '"findings":[0-9]*,"undecided"' | tr -dc '0-9\n' >"$1"
}

judge='"$1" check "$2" --records - --format json --max-evidence 1 --fail-on never <"$3"'
"$timer" 3 -- sh -c "$judge" sh "$SPOKE" "$work/ten.spoke" "$work/records.jsonl" >"$work/ten" ||
    wrong records "could not be run"
record records_a_second "$(awk -v n="$CHECK_RECORDS" 'NR == 1 { printf "%.0f", n / $2 }' "$work/ten")" \
    '' '' 'spoke>=500000'
if have jq; then
    ten_rules "$work/ten.ours"
    jq -n -f "$work/ten.jq" "$work/records.jsonl" >"$work/ten.theirs"
    if [ -s "$work/ten.ours" ] && cmp -s "$work/ten.ours" "$work/ten.theirs"; then
        "$timer" 1 -- jq -n -f "$work/ten.jq" "$work/records.jsonl" >"$work/jq"
        record ten_rules "$(cpu "$work/ten")" "$(cpu "$work/jq")" "$(jq --version)" 'ratio<=0.1'
    else
        wrong ten_rules "Spoke and jq find different records (see $work/ten.*)"
    fi
else
    skipped ten_rules 'ratio<=0.1' "no jq"
fi

# ---- one record ----

if cc -std=c11 -O2 -D_POSIX_C_SOURCE=200809L -Iinterp/api -o "$work/record" tests/bench/record.c \
    -L"$BUILD" -lspoke -Wl,-rpath,"$(cd "$BUILD" && pwd)" && "$work/record" 200000 >"$work/ns"; then
    record one_record_ns "$(cat "$work/ns")" '' '' 'spoke<=1000'
else
    wrong one_record_ns "could not be run"
fi

# ---- 50 rules over a store ----

# Against a rule for each table that reads the same columns: a scan of each, and no more.
write_rules() {
    sed -n '/^table/,/^}/p' tests/bench/measures.spoke
    awk -v n="$1" 'BEGIN {
        split("P A E T", word, " ")
        for (i = 0; i < n * 4 / 5; i++)
            printf "rule a%d { for attendance;  expect status != \"%s\" or day >= 2000-01-%02d " \
                "or reason is not missing }\n", i, word[1 + i % 4], 1 + i % 28
        for (i = 0; i < n / 5; i++)
            printf "rule s%d { for student;  expect grade < %d and race != \"x%d\" }\n", i, 20 + i, i }'
}
# References, months, lists and conditions; against one rule that reads all of it.
write_various() {
    sed -n '/^table/,/^}/p' tests/bench/measures.spoke
    awk -v n="$1" 'BEGIN {
        for (i = 0; i < n / 5; i++) {
            printf "rule d%d { for attendance;  where status == \"A\";  " \
                "expect reason is not missing or day < 2030-01-%02d }\n", i, 1 + i
            printf "rule g%d { for attendance;  expect student.grade < %d }\n", i, 20 + i
            printf "rule r%d { for attendance;  expect student.race != \"x%d\" and " \
                "day >= 2000-01-%02d }\n", i, i, 1 + i
            printf "rule m%d { for attendance;  where month(day) != %d;  " \
                "expect status in [\"P\", \"A\", \"E\", \"T\"] }\n", i, 1 + i
        }
        for (i = 0; i < n / 10; i++) {
            printf "rule l%d { for attendance;  expect school.level != \"z%d\" or " \
                "status != \"A\" }\n", i, i
            printf "rule c%d { for attendance;  expect school == student.school or " \
                "status != \"x%d\" }\n", i, i
        }
    }'
}
write_one_of_all() {
    sed -n '/^table/,/^}/p' tests/bench/measures.spoke
    echo 'rule all { for attendance;  expect status != "x" or day >= 2000-01-01 or' \
        'reason is not missing or student.grade < 50 or student.race != "x" or' \
        'school.level != "z" or school == student.school }'
}
mkdir -p "$work/data"
cc -std=c11 -O2 -o "$work/attendance" tests/bench/attendance.c
"$work/attendance" "$work/data" "$CHECK_STUDENTS"
store=$work/check.db
{
    sed -n '/^table/,/^}/p' tests/bench/measures.spoke
    for table in school:schools student:students attendance:attendance; do
        echo "import ${table%:*} from \"$work/data/${table#*:}.csv\""
    done
} >"$work/import.spoke"
write_rules 50 >"$work/fifty.spoke"
write_rules 5 | sed '/rule a[1-9]/d' >"$work/scan.spoke"
if "$SPOKE" run "$work/import.spoke" --store "$store" >"$work/import.log" 2>&1 &&
    "$timer" 5 -- "$SPOKE" check "$work/fifty.spoke" --store "$store" \
        -- "$SPOKE" check "$work/scan.spoke" --store "$store" >"$work/fifty"; then
    record fifty_rules "$(cpu "$work/fifty")" "$(awk 'NR == 2 { print $2 }' "$work/fifty")" \
        'Spoke (a scan of each table)' 'ratio<=1.5'
else
    wrong fifty_rules "could not be run"
fi
write_various 50 >"$work/various.spoke"
write_one_of_all >"$work/one.spoke"
if "$timer" 5 -- "$SPOKE" check "$work/various.spoke" --store "$store" \
    -- "$SPOKE" check "$work/one.spoke" --store "$store" >"$work/various"; then
    record various_rules "$(cpu "$work/various")" "$(awk 'NR == 2 { print $2 }' "$work/various")" \
        'Spoke (one rule that reads the same)' 'ratio<=1.5'
else
    wrong various_rules "could not be run"
fi
