#!/bin/sh
# The library as a host sees it: the header alone, its ABI, the C example.
#
# What programs are built against is written down in tests/abi/: the names that the library exports
# and where the fields of structs lie. UPDATE=1 writes both anew.
# shellcheck disable=SC2034 # lib.sh reads NAME
NAME=embed
. "$(dirname -- "$0")/lib.sh"

cc=${CC:-cc}

# check WHAT COMMAND...: passes when the command succeeds.
check() {
    what=$1
    shift
    if "$@" >"$SCRATCH/log" 2>&1; then
        pass
    else
        fail "$what" "$SCRATCH/log"
    fi
}

printf '#include "spoke.h"\n' >"$SCRATCH/header.c"
cp "$SCRATCH/header.c" "$SCRATCH/header.cc"
cd "$ROOT/interp/api" || exit 1
# shellcheck disable=SC2086 # CC may have words
check "spoke.h is not clean C11" \
    $cc -std=c11 -pedantic -Wall -Wextra -Werror -I. -fsyntax-only "$SCRATCH/header.c"
if command -v c++ >/dev/null 2>&1; then
    check "spoke.h is not clean C++" \
        c++ -pedantic -Wall -Wextra -Werror -I. -fsyntax-only "$SCRATCH/header.cc"
else
    skip "spoke.h as C++: no C++ compiler here"
fi

# Every function of the header is exported, and nothing else is.
sed -n 's/^SPOKE_API .*[ *]\(spoke_[a-z0-9_]*\)(.*/\1/p' spoke.h | sort >"$SCRATCH/declared"
exported() {
    nm "$@" --defined-only | awk 'NF == 3 && $2 != "A" { sub(/@.*/, "", $3); print $3 }' |
        grep -v '^__\(asan\|odr_asan\|start\|stop\)' | sort -u
}
exported -g "$BUILD/libspoke.a" >"$SCRATCH/static"
exported -D "$BUILD/libspoke.so" >"$SCRATCH/shared"
for form in static shared; do
    grep -v '^spoke_' "$SCRATCH/$form" >"$SCRATCH/foreign"
    if [ -s "$SCRATCH/foreign" ]; then
        fail "the $form library exports names that do not begin with spoke_" "$SCRATCH/foreign"
    else
        pass
    fi
    comm -23 "$SCRATCH/declared" "$SCRATCH/$form" >"$SCRATCH/absent"
    if [ -s "$SCRATCH/absent" ]; then
        fail "the $form library lacks functions of spoke.h" "$SCRATCH/absent"
    else
        pass
    fi
done

# kept WHAT FILE GOT: passes when GOT is what FILE keeps.
kept() {
    [ -z "${UPDATE:-}" ] || cp "$3" "$2"
    if diff -u "$2" "$3" >"$SCRATCH/difference" 2>&1; then
        pass
        return
    fi
    cat >>"$SCRATCH/difference" <<'END'

Programs that were built before rely on it. What is only added is kept by
`UPDATE=1 sh tests/run_embed.sh`; when a name or field is gone or lies elsewhere,
raise SPOKE_ABI in spoke.h first.
END
    fail "$1 is not what tests/abi/ keeps" "$SCRATCH/difference"
}
abi=$ROOT/tests/abi
for form in static shared; do
    grep '^spoke_' "$SCRATCH/$form" >"$SCRATCH/$form.symbols"
    kept "what the $form library exports" "$abi/libspoke.symbols" "$SCRATCH/$form.symbols"
done
awk -f "$abi/fields.awk" spoke.h >"$SCRATCH/fields.c"
# shellcheck disable=SC2086 # CC may have words
check "the program that tells where fields lie" $cc -I. -o "$SCRATCH/fields" "$SCRATCH/fields.c"
if [ "$(getconf LONG_BIT)" = 64 ]; then
    "$SCRATCH/fields" >"$SCRATCH/structs"
    kept "where fields of structs lie" "$abi/libspoke.structs" "$SCRATCH/structs"
else
    skip "where fields of structs lie: it is written down for 64 bits"
fi

# The reference says what the header says.
reference() {
    awk -v form="$1" -v version=0 -f "$ROOT/interp/build/header_reference.awk" spoke.h
}
reference markdown >"$SCRATCH/reference"
same "docs/spoke.h.md is not what \`make reference\` writes" "$ROOT/docs/spoke.h.md" \
    "$SCRATCH/reference"
reference man >"$SCRATCH/spoke.3"
for name in $(cat "$SCRATCH/declared"); do
    grep -q "$name" "$SCRATCH/spoke.3" || echo "$name"
done >"$SCRATCH/absent"
if [ -s "$SCRATCH/absent" ]; then
    fail "spoke(3) lacks functions of spoke.h" "$SCRATCH/absent"
else
    pass
fi
if command -v man >/dev/null 2>&1; then
    man --warnings -l "$SCRATCH/spoke.3" >"$SCRATCH/page" 2>"$SCRATCH/warnings"
    if [ -s "$SCRATCH/warnings" ]; then
        fail "spoke(3) is not clean" "$SCRATCH/warnings"
    else
        pass
    fi
else
    skip "spoke(3) as a page: no man here"
fi

# C blocks of the documents: `c` is a file of its own, `c statements` stands in a function that has
# an interpreter `sp`.
blocks() {
    awk -v folder="$SCRATCH" '
        /^```c( statements)?$/ {
            out = folder "/block" ++n ".c"
            inside = $2 == "statements"
            printf "#include \"spoke.h\"\n#include <stdio.h>\n#include <string.h>\n" >out
            if (inside) print "void block(spoke *sp);\nvoid block(spoke *sp) {" >out
            next
        }
        /^```$/ && out { if (inside) print "}" >out; close(out); out = ""; next }
        out { print >out }' "$1"
}
blocks "$ROOT/docs/embedding.md"
for block in "$SCRATCH"/block*.c; do
    # shellcheck disable=SC2086 # CC may have words
    check "a C block of docs/embedding.md: $(sed -n 5p "$block")" \
        $cc -std=c11 -pedantic -Wall -Wextra -Werror -Wno-unused -I. -fsyntax-only "$block"
done

cd "$ROOT" || exit 1
store=$SCRATCH/store.db
rules=examples/embed/rules.spoke
if ! "$SPOKE" run examples/attendance/attendance.spoke --store "$store" \
    --param out="$SCRATCH" >"$SCRATCH/log" 2>&1; then
    fail "the store for the hosts could not be made" "$SCRATCH/log"
    finish
fi
cp "$store" "$SCRATCH/before.db"

# host WHAT COMMAND...: what it prints, both streams, and its exit status are those on standard input.
host() {
    what=$1
    shift
    cat >"$SCRATCH/expected"
    "$@" >"$SCRATCH/log" 2>&1
    echo "[exit $?]" >>"$SCRATCH/log"
    sed "s|$SCRATCH/||g" "$SCRATCH/log" >"$SCRATCH/got"
    same "$what" "$SCRATCH/expected" "$SCRATCH/got"
}

# has PROGRAM WHAT, loads WHAT PROGRAM: whether it is here, and can load the library: not one that was
# built with sanitizers.
has() {
    if ! command -v "$1" >/dev/null 2>&1; then
        skip "$2: no $1 here"
        return 1
    fi
}
loads() {
    if [ -n "${SANITIZED-}" ]; then
        skip "$1: $2 cannot load a library built with sanitizers"
        return 1
    fi
    has "$2" "$1"
}

host "the C example" "$BUILD/embed-check" "$store" "$rules" <<'END'
error: grade_served: grade 11 is not served by Birch Hill School (student=N057)
2 rules looked at 480 rows: 1 findings
[exit 1]
END

# Over a store a script is only read for what it declares: this import does not run.
sed -n '1,/^}/p' "$rules" >"$SCRATCH/schools.spoke"
cat >>"$SCRATCH/schools.spoke" <<'END'
import school from "none.csv"
rule named "A school has a name" { for school;  expect name != "" and today > 2026-01-01 }
END
host "the C example with a script that imports, and reads the day" \
    "$BUILD/embed-check" "$store" "$SCRATCH/schools.spoke" <<'END'
1 rules looked at 6 rows: 0 findings
[exit 0]
END

# ---- the school information system ----

ledger=$SCRATCH/ledger.csv
enrol() {
    "$BUILD/embed-enrol" "$store" "$rules" "$ledger" <"$SCRATCH/enrolments.csv"
}
cat >"$SCRATCH/enrolments.csv" <<'END'
N900,S3,10,true
N901,S2,11,false
X-1,S3,12,true
N902,S99,9,true
N903,S3,"x\,true
N904,S3,9
N905,S3,,true
,S3,9,true

N906,S3,13,false
N907,S1,8,false
END
host "what the school information system saves and refuses" enrol <<'END'
line 1: saved
line 2: refused: grade: grade 11 is not served by Birch Hill School
line 3: warning: student: X-1 is an unusual number
line 3: saved
line 4: refused: no school "S99"
line 5: refused: `grade` ""x\" is not an int
line 6: refused: not student,school,grade,frl
line 7: refused: `grade` is missing
line 8: refused: `student` is missing
line 9: refused: not student,school,grade,frl
line 10: refused: `grade` 13 is outside 1..12
line 11: saved
[exit 1]
END
sed -n '1p; 3p; 11p' "$SCRATCH/enrolments.csv" >"$SCRATCH/expected"
same "what it saved" "$SCRATCH/expected" "$ledger"
printf 'N908,S1,7,true' >"$SCRATCH/enrolments.csv"
host "an enrolment without a line end" enrol <<'END'
line 1: saved
[exit 0]
END
head -c 5000 /dev/zero | tr '\0' 'x' >"$SCRATCH/enrolments.csv"
host "an enrolment without an end" enrol <<'END'
enrol: line 1 is too long
[exit 2]
END
host "a school information system without its rules" \
    "$BUILD/embed-enrol" "$store" "$SCRATCH/none.spoke" "$ledger" <<'END'
enrol: cannot open the rules or the ledger
[exit 2]
END

cat >"$SCRATCH/erring.spoke" <<'END'
rule no_such "Reads what is not there" { for school;  expect size > 1 }
rule none "Looks at nothing" { for school;  where false;  expect name != "" }
END

# ---- Python ----

if loads "the nightly job" python3; then
    export SPOKE_LIBRARY="$BUILD/libspoke.so" PYTHONDONTWRITEBYTECODE=1
    python3 tests/host_layouts.py examples/embed >"$SCRATCH/layouts.c"
    # shellcheck disable=SC2086 # CC may have words
    check "the structures cannot be compared" \
        $cc -std=c11 -Iinterp/api -o "$SCRATCH/layouts" "$SCRATCH/layouts.c"
    check "structures of nightly.py are not those of spoke.h" "$SCRATCH/layouts"
    host "the nightly job" python3 examples/embed/nightly.py "$store" "$rules" <<'END'
error: grade_served: student=N057: grade 11 is not served by Birch Hill School
2 rules, 480 rows, 1 findings
[exit 1]
END
    host "a night without findings" python3 examples/embed/nightly.py "$store" \
        "$SCRATCH/schools.spoke" <<'END'
1 rules, 6 rows, 0 findings
[exit 0]
END
    host "a rule that errs hides no other" python3 examples/embed/nightly.py "$store" \
        "$SCRATCH/schools.spoke" "$SCRATCH/erring.spoke" <<'END'
no_such: not judged: `school` has no column `size`
none: looked at no row
error[E0204]: `school` has no column `size`
 --> erring.spoke:1:62
  |
1 | rule no_such "Reads what is not there" { for school;  expect size > 1 }
  |                                                              ^^^^
  = available: school, name, district, lowest, highest
3 rules, 6 rows, 0 findings
[exit 2]
END
    host "a night without a store" python3 examples/embed/nightly.py "$SCRATCH/none.db" "$rules" <<'END'
error[E0501]: `none.db` does not exist
  = help: check the path of the store
0 rules, 0 rows, 0 findings
[exit 2]
END
fi

# ---- Node ----

if has node "records from Node"; then
    export SPOKE
    node=examples/embed/check.mjs
    host "records from Node, beside a store" node "$node" examples/attendance/students.csv \
        "$rules" "$store" <<'END'
error: grade_served: record 57: grade 11 is not served by Birch Hill School
2 rules, 480 rows, 1 findings
[exit 1]
END
    host "records from Node, without a store" node "$node" examples/attendance/students.csv \
        "$rules" <<'END'
skip: grade_served: it reads `school.name`, which 240 records do not give
2 rules, 240 rows, 0 findings
[exit 0]
END
    awk 'BEGIN { print "student"; for (i = 0; i < 200000; i++) print "N001" }' >"$SCRATCH/many.csv"
    host "a child that reads nothing" node "$node" "$SCRATCH/many.csv" "$SCRATCH/none.spoke" <<'END'
0 rules, 0 rows, 0 findings
spoke: cannot read `none.spoke`: No such file or directory
0 rules · 0 pass · 0 fail · 0 warn · 0 empty · 0 skip · 0 error · 0 rows · 0 findings
[exit 2]
END
    host "a child that is not there" env SPOKE="$SCRATCH/none" node "$node" "$SCRATCH/many.csv" \
        "$rules" <<'END'
check.mjs: spawn none ENOENT
[exit 2]
END
fi

# ---- SQLite ----

# ask DATABASE SQL...: the shell with the extension.
ask() {
    database=$1
    shift
    sqlite3 -bail -separator ' ; ' "$database" ".load $BUILD/spoke_check" "$@"
}
if loads "spoke_check() in SQLite" sqlite3; then
    host "findings as rows" ask "$store" "SELECT * FROM spoke_check('$rules')" <<'END'
grade_served ; fail ; error ; student=N057 ; grade 11 is not served by Birch Hill School ; 0
number_form ; pass ; warn ;  ; A student's number is N and three digits ; 0
[exit 0]
END
    host "of another store, for each of some rows" ask :memory: \
        "WITH files(file) AS (VALUES ('$rules'), ('$rules'))
         SELECT count(*), count(key) FROM files, spoke_check(files.file, '$store')" <<'END'
4 ; 2
[exit 0]
END
    host "among other tables" ask "$store" "SELECT t.student, t.grade, s.highest
        FROM spoke_check('$rules') JOIN student t ON key = 'student=' || t.student
        JOIN school s USING (school)" <<'END'
N057 ; 11 ; 8
[exit 0]
END
    cat "$SCRATCH/schools.spoke" "$SCRATCH/erring.spoke" >"$SCRATCH/both.spoke"
    host "rules that err" ask "$store" "SELECT rule, status, message
        FROM spoke_check('$SCRATCH/both.spoke')" <<'END'
named ; pass ; A school has a name
no_such ; error ; `school` has no column `size`
none ; empty ; Looks at nothing
[exit 0]
END
    for arguments in "('none.spoke', '$store')" "('$rules', 'none.db')" "('$rules')" "(NULL, '$store')" \
        "('$rules', '')" "('examples/embed/check.c', '$store')"; do
        ask :memory: "SELECT * FROM spoke_check$arguments" 2>&1
    done >"$SCRATCH/log"
    ask :memory: "SELECT * FROM spoke_check" >>"$SCRATCH/log" 2>&1
    ask :memory: "CREATE VIEW v AS SELECT * FROM spoke_check('$rules', '$store');
        SELECT * FROM v" >>"$SCRATCH/log" 2>&1
    sed "s/^Error: [a-z ]*, //; s|$SCRATCH/||g" "$SCRATCH/log" >"$SCRATCH/got"
    cat >"$SCRATCH/expected" <<'END'
spoke_check: cannot read the rules `none.spoke`
E0501: `none.db` does not exist
spoke_check: the database is no file; name one, spoke_check('rules.spoke', 'hub.db')
spoke_check: name the rules, spoke_check('rules.spoke')
spoke_check: the database is no file; name one, spoke_check('rules.spoke', 'hub.db')
examples/embed/check.c:1: E0103: `/*` begins no comment
spoke_check: name the rules, spoke_check('rules.spoke')
unsafe use of virtual table "spoke_check"
END
    same "what spoke_check() refuses" "$SCRATCH/expected" "$SCRATCH/got"

    # Another program's database: what is committed counts, and its locks outlive the second opening.
    sqlite3 "$SCRATCH/valley.db" "
        CREATE TABLE school(school PRIMARY KEY, name, lowest, highest);
        CREATE TABLE student(student PRIMARY KEY, school, grade);
        INSERT INTO school VALUES ('S1', 'Alder', 6, 8), ('S2', 'O''Birch', 6, 8);
        INSERT INTO student VALUES ('a', 'S1', 7), ('b', 'S2', 11);"
    question="SELECT key, message FROM spoke_check('examples/embed/database.spoke')"
    host "another program's database" ask "$SCRATCH/valley.db" "BEGIN" "UPDATE student SET grade = 8" \
        "$question" ".shell sqlite3 '$SCRATCH/valley.db' 'DELETE FROM school' 2>'$SCRATCH/second' || :" \
        "COMMIT" "$question" <<'END'
student=b ; grade 11 is not served by O'Birch
 ; A student is in a grade that the school serves
[exit 0]
END
    check "its lock was lost" grep -q 'database is locked' "$SCRATCH/second"
    check "no file is left beside it" test ! -e "$SCRATCH/valley.db-journal"
    host "another program's database that the script does not name" ask "$SCRATCH/valley.db" \
        "SELECT * FROM spoke_check('$rules')" <<'END'
Error: stepping, E0601: the script has no parameter `database`
[exit 1]
END
    cat >"$SCRATCH/two.c" <<'END'
#include <sqlite3ext.h>
#undef sqlite3_libversion
#undef sqlite3_mprintf
#include <stdio.h>
extern int sqlite3_spokecheck_init(sqlite3 *, char **, const sqlite3_api_routines *);
static const char *libversion(void) {
    static const char version[] = "3.40.1";
    return version;
}
int main(void) {
    sqlite3_api_routines own = {.libversion = libversion, .mprintf = sqlite3_mprintf};
    char *error = NULL;
    int code = sqlite3_spokecheck_init(NULL, &error, &own);
    printf("%d %.40s\n", code, error ? error : "");
    return 0;
}
END
    # shellcheck disable=SC2086 # CC may have words
    check "a program with an SQLite of its own" $cc -std=c11 -o "$SCRATCH/two" "$SCRATCH/two.c" \
        "$BUILD/spoke_check.so" -Wl,-rpath,"$BUILD" -lsqlite3
    host "two copies of SQLite" "$SCRATCH/two" <<'END'
1 this program has an SQLite of its own; s
[exit 0]
END
fi
# Interrupted from another thread while rules are judged that do not end: one in a function, one in
# rows. The database is at rest then, and asks again.
cat >"$SCRATCH/stop.c" <<'END'
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <time.h>
extern int sqlite3_spokecheck_init(sqlite3 *, char **, const void *);
static void *stop(void *db) {
    nanosleep(&(struct timespec){0, 300000000}, NULL);
    sqlite3_interrupt(db);
    return NULL;
}
static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}
int main(int n, char **names) {
    sqlite3 *db;
    char *error = NULL;
    if (sqlite3_open(names[1], &db) || sqlite3_enable_load_extension(db, 1) ||
        sqlite3_load_extension(db, names[2], NULL, &error)) {
        puts(error ? error : "not loaded");
        return 2;
    }
    for (int i = 3; i < n; i++) {
        pthread_t other;
        double begun = seconds();
        char *sql = sqlite3_mprintf("SELECT * FROM spoke_check(%Q)", names[i]);
        if (i + 1 < n)
            pthread_create(&other, NULL, stop, db);
        int code = sqlite3_exec(db, sql, NULL, NULL, NULL);
        if (i + 1 < n)
            pthread_join(other, NULL);
        printf("%s %s\n", sqlite3_errstr(code), seconds() - begun < 20 ? "soon" : "late");
        sqlite3_free(sql);
    }
    return sqlite3_close(db);
}
END
sed -n '/^table/,/^}/p' "$rules" >"$SCRATCH/endless.spoke"
cp "$SCRATCH/endless.spoke" "$SCRATCH/long.spoke"
cat >>"$SCRATCH/endless.spoke" <<'END'
fn forever(s: text) -> bool {
  while true { }
  true
}
rule endless "Never ends" { for student;  expect forever(student) }
END
cat >>"$SCRATCH/long.spoke" <<'END'
rule long "Takes for ever" {
  for (sql { WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT n FROM c }
    columns (n int) | where n < 0)
  expect n > 0
}
END
if loads "spoke_check() interrupted" sqlite3; then
    # shellcheck disable=SC2086 # CC may have words
    check "a program that interrupts" $cc -std=c11 -D_POSIX_C_SOURCE=200809L -pthread \
        -o "$SCRATCH/stop" "$SCRATCH/stop.c" -lsqlite3
    host "spoke_check() interrupted" timeout 60 "$SCRATCH/stop" "$store" "$BUILD/spoke_check" \
        "$SCRATCH/endless.spoke" "$SCRATCH/long.spoke" "$rules" <<'END'
interrupted soon
interrupted soon
not an error soon
[exit 0]
END
fi
names=$(exported -D "$BUILD/spoke_check.so")
check "spoke_check.so shows more than its one function: $names" \
    test "$names" = sqlite3_spokecheck_init

# ---- Git's hook ----

if has git "the hook before a commit"; then
    project=$SCRATCH/project
    hook=$ROOT/examples/hooks/pre-commit
    export SPOKE GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
    unset GIT_DIR GIT_INDEX_FILE GIT_WORK_TREE
    git init -q "$project"
    cd "$project" || exit 1
    git config user.name Nobody
    git config user.email nobody@example.org
    git config core.autocrlf false
    cp "$hook" .git/hooks/pre-commit
    # commit STATUS WHAT: the commit ends so, and is made or not.
    commit() {
        before=$(git rev-list --all --count)
        git commit -qm "$2" >"$SCRATCH/log" 2>&1
        status=$?
        made=$(($(git rev-list --all --count) - before))
        if [ "$status" -eq "$1" ] && [ "$made" -eq $((1 - $1)) ]; then
            pass
        else
            fail "$2: status $status, $made commits" "$SCRATCH/log"
        fi
    }
    # told WHAT PATTERN: so the commit before.
    told() {
        cp "$SCRATCH/log" "$SCRATCH/said"
        check "the hook does not say $1" grep -q -e "$2" "$SCRATCH/said"
        cp "$SCRATCH/said" "$SCRATCH/log"
    }
    mkdir "a folder"
    cp "$ROOT/$rules" "a folder/ruled.spoke"
    echo 'let half = 0.5' >plain.spoke
    git add .
    commit 0 "rules with examples, and a script without any"
    echo 'let  half=0.5' >plain.spoke
    git add .
    commit 1 "another style"
    told "what to do" 'pre-commit: not in the house style: plain.spoke; run .spoke fmt. on it'
    echo 'let half = 0.25' >plain.spoke
    git add .
    echo 'let half == ' >plain.spoke
    commit 0 "what is staged counts, not what lies in the folder"
    echo 'let half = missing +' >plain.spoke
    git add .
    commit 1 "a script that is none"
    git rm -qf plain.spoke
    commit 0 "a script that goes"
    sed -i.old 's/N0001/N001/' "a folder/ruled.spoke"
    git add -u
    commit 1 "an example that does not break its rule"
    told "which" 'pre-commit: a test of a folder/ruled.spoke fails'
    git reset -q --hard
    echo 'rule named "Named" { for school;  expect name != "" }' >>"a folder/ruled.spoke"
    git config spoke.store "$store"
    git add -u
    commit 1 "rules that find something in the store"
    told "what" 'grade_served.*1 finding'
    told "where" "pre-commit: rules of a folder/ruled.spoke find faults in $store"
    git config spoke.store "$SCRATCH/none.db"
    commit 1 "a store that is not there"
    git config --unset spoke.store
    commit 0 "no store"
    cat "$SCRATCH/schools.spoke" >importing.spoke
    "$SPOKE" fmt importing.spoke
    git add importing.spoke
    commit 1 "a script that imports what is not in the repository"
    git config spoke.store "$store"
    commit 0 "over a store that has it"
    git config --unset spoke.store
    echo "no script" >notes.txt
    git add notes.txt
    SPOKE=$SCRATCH/none commit 0 "no script is staged, so no Spoke is needed"
    cd "$ROOT" || exit 1
fi

# ---- continuous integration ----

# step NAME: the commands of a step of the recipe go to step.sh.
step() {
    awk -v name="$1" '
        /^ *- / { here = $0 ~ "- name: " name "$"; run = 0 }
        here && run { sub(/^          /, ""); print }
        here && /run: \|$/ { run = 1 }' examples/ci/github.yml >"$SCRATCH/step.sh"
    check "the recipe has no step $1" test -s "$SCRATCH/step.sh"
}
# Runs them as a build server does.
run_step() {
    (cd "$SCRATCH/recipe" && PATH=$(dirname "$SPOKE"):$PATH sh -eu "$SCRATCH/step.sh")
}
if has git "the recipe for continuous integration"; then
    git init -q "$SCRATCH/recipe"
    mkdir "$SCRATCH/recipe/rules"
    cp "$rules" "$SCRATCH/recipe/rules/student.spoke"
    cp examples/attendance/schools.csv examples/attendance/students.csv "$SCRATCH/recipe"
    {
        sed '/^rule/,$d' "$rules"
        echo 'import school from "schools.csv"'
        echo 'import student from "students.csv"'
    } >"$SCRATCH/recipe/import.spoke"
    "$SPOKE" fmt "$SCRATCH/recipe/import.spoke"
    git -C "$SCRATCH/recipe" add .
    skip "the recipe's step Install Spoke: it clones and installs"
    step "House style"
    host "the recipe's style" run_step <<'END'
[exit 0]
END
    step "Tests and examples of rules"
    host "the recipe's tests" run_step <<'END'
ok     grade_served: ok (line 26)
ok     grade_served: bad (line 27)
ok     number_form: ok (line 35)
ok     number_form: bad: three digits
2 of 2 rules have an example that is ok and one that is bad
4 tests · 4 passed · 0 failed
[exit 0]
END
    step "Rules over the data"
    host "the recipe's rules" run_step <<'END'
note: school: 6 rows stored, none rejected
note: student: 240 rows stored, none rejected
::error file=rules/student.spoke,line=20,col=6,title=grade_served::student=N057: grade ‹grade› is not served by ‹school.name›
2 rules · 1 pass · 1 fail · 0 warn · 0 empty · 0 skip · 0 error · 480 rows · 1 finding
[exit 1]
END
    check "its tests for build servers" grep -q '<testsuite ' "$SCRATCH/recipe/tests.xml"
    check "its findings for code scanning" grep -q '"ruleId": *"grade_served"' \
        "$SCRATCH/recipe/findings.sarif"
fi

same "hosts leave the store as it was" "$SCRATCH/before.db" "$store"
finish
