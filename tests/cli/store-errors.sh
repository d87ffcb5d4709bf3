# Stores that cannot be used: one clear error with its code, exit status 1, not a byte changed.
. "$ROOT/tests/cli_lib.sh"

cat >import.spoke <<'EOF'
table school { key school;  school text;  pupils int }
import school from "school.csv"
EOF
echo 'show from school | group (rows = count(), pupils = sum(pupils))' >read.spoke
awk 'BEGIN { print "school,pupils"
             for (i = 1; i <= 4000; i++) printf "S%05d,%d\n", i, i % 900 }' >school.csv
gives "a good store" 0 "$SPOKE" run import.spoke --store good.db
holds "without a log left beside it" test ! -e good.db-wal
gives "it can be read" 0 "$SPOKE" run read.spoke --store good.db --format csv
cp out good.out
sed 's/^S/T/' school.csv >more.csv
mv more.csv school.csv # from here on an import would change the store

# refuses NAME CODE STORE COMMAND...: one error of that code, and the file stays as it was.
refuses() {
    what=$1
    code=$2
    store=$3
    shift 3
    cp "$store" "before"
    gives "$what" 1 "$@"
    holds "$what: one error" test "$(grep -c '^error\[' err)" -eq 1
    says "$what: $code" err "^error\\[$code\\]: .*$(basename "$store")"
    says "$what: a help" err '= help: '
    holds "$what: nothing on stdout" test ! -s out
    holds "$what: unchanged" cmp before "$store"
}

refuses "a text file" E0505 read.spoke "$SPOKE" run import.spoke --store read.spoke
: >empty.db
gives "an empty file becomes a store" 0 "$SPOKE" run import.spoke --store empty.db
sqlite3 other.db 'CREATE TABLE school(school TEXT); INSERT INTO school VALUES (1);'
refuses "another program's database" E0505 other.db "$SPOKE" run import.spoke --store other.db
refuses "another program's database, read" E0505 other.db "$SPOKE" run read.spoke --store other.db
head -c 60 good.db >stub.db
refuses "a store cut off in its head" E0505 stub.db "$SPOKE" run read.spoke --store stub.db
mkdir folder.db
gives "a folder" 1 "$SPOKE" run import.spoke --store folder.db
says "a folder: E0501" err '^error\[E0501\]: `folder.db` is a folder'
gives "a folder that is not there" 1 "$SPOKE" run import.spoke --store nowhere/new.db
says "a folder that is not there: E0501" err '^error\[E0501\]: `nowhere/new.db` cannot be opened'

# Damage: the head stays, every byte after it or some in the middle become others.
cp good.db torn.db
awk 'BEGIN { for (i = 0; i < 4096; i++) printf "Z" }' >noise
size=$(wc -c <good.db)
page=1
while [ $((page * 4096)) -lt "$size" ]; do
    dd if=noise of=torn.db bs=4096 seek="$page" conv=notrunc 2>dd.log
    page=$((page + 1))
done
refuses "a damaged store, read" E0509 torn.db "$SPOKE" run read.spoke --store torn.db
refuses "a damaged store, written" E0509 torn.db "$SPOKE" run import.spoke --store torn.db
head -c 20480 good.db >short.db
refuses "a store cut off in the middle, read" E0509 short.db "$SPOKE" run read.spoke --store short.db
refuses "a store cut off in the middle, written" E0509 short.db \
    "$SPOKE" run import.spoke --store short.db

# A lock held by another program for as long as its standard input stays open.
mkfifo orders
cp good.db locked.db
: >lock.log
sqlite3 locked.db <orders >lock.log 2>&1 &
holder=$!
exec 9>orders
echo 'PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;
      UPDATE "spoke$school" SET pupils = pupils; SELECT 1;' >&9
until grep -q '^1$' lock.log; do
    kill -0 "$holder" 2>kill.log || break
    sleep 0.05
done
refuses "a locked store, written" E0506 locked.db "$SPOKE" run import.spoke --store locked.db
refuses "a locked store, read" E0506 locked.db "$SPOKE" run read.spoke --store locked.db
exec 9>&-
wait "$holder" || :
gives "the lock is gone" 0 "$SPOKE" run import.spoke --store locked.db

# One that only writes holds up writers, not readers, who see the rows as they were.
cp good.db busy.db
: >lock.log
sqlite3 busy.db <orders >lock.log 2>&1 &
holder=$!
exec 9>orders
echo 'BEGIN IMMEDIATE; DELETE FROM "spoke$school"; SELECT 1;' >&9
until grep -q '^1$' lock.log; do
    kill -0 "$holder" 2>kill.log || break
    sleep 0.05
done
refuses "a store being written, written" E0506 busy.db "$SPOKE" run import.spoke --store busy.db
gives "a store being written, read" 0 "$SPOKE" run read.spoke --store busy.db --format csv
holds "the rows as they were" cmp good.out out
exec 9>&-
wait "$holder" || :

# Full: a limit on the size of files, which holds for root as well. SIGXFSZ is ignored, so that
# writing fails as it does on a full disk. The unit is 512 bytes or 1 KiB, as the shell has it.
cp good.db full.db
awk 'BEGIN { print "school,pupils"
             for (i = 1; i <= 60000; i++) printf "a school with a rather long name %06d,%d\n", i, i
           }' >school.csv
(
    trap '' XFSZ
    ulimit -f 1024
    "$SPOKE" run import.spoke --store full.db
) >out 2>err && status=0 || status=$?
holds "a limit on files: status 1" test "$status" -eq 1
holds "a limit on files: one error" test "$(grep -c '^error\[' err)" -eq 1
says "a limit on files: its code" err '^error\[E05\(08\|10\)\]: .*full.db'
gives "a limit on files: the store reads as before" 0 \
    "$SPOKE" run read.spoke --store full.db --format csv
holds "a limit on files: the same rows" cmp good.out out

# A disk that is really full, where one can be made.
trap 'umount disk 2>umount.log || :' EXIT
if [ "$(id -u)" -eq 0 ] && mkdir disk && mount -t tmpfs -o size=1m none disk 2>mount.log; then
    cp good.db disk/full.db
    cp good.db before
    gives "a full disk" 1 "$SPOKE" run import.spoke --store disk/full.db
    holds "a full disk: one error" test "$(grep -c '^error\[' err)" -eq 1
    says "a full disk: E0508" err '^error\[E0508\]: .*full.db'
    gives "a full disk: the store reads as before" 0 \
        "$SPOKE" run read.spoke --store disk/full.db --format csv
    holds "a full disk: the same rows" cmp good.out out
else
    echo "no disk to fill here"
fi
umount disk 2>umount.log || :

# Write protection does not bind root: another user tries.
as_other=
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
    as_other="setpriv --reuid 65534 --regid 65534 --clear-groups"
fi
# In a folder whose parents everybody may enter: the project may lie in root's own.
base=$PWD
safe=$(mktemp -d /tmp/spoke-protected-XXXXXX)
trap 'chmod -R u+rwX "$safe"; rm -rf "$safe"' EXIT
chmod 755 "$safe"
cp good.db school.csv import.spoke read.spoke "$safe"
cp "$SPOKE" "$safe/spoke"
[ "$(id -u)" -ne 0 ] || [ -n "$as_other" ] || finish
# shellcheck disable=SC2086 # words
if ! (cd "$safe" && $as_other ./spoke version) >out 2>err; then
    echo "the other user cannot get here"
    finish
fi
cd "$safe" || exit 1
chmod 444 good.db
chmod 555 .
# shellcheck disable=SC2086 # words
{
    $as_other ./spoke run import.spoke --store good.db >"$base/out" 2>"$base/err" && status=0 || status=$?
    holds "a protected store: status 1" test "$status" -eq 1
    says "a protected store: E0507" "$base/err" '^error\[E0507\]: .*good.db'
    holds "a protected store: one error" test "$(grep -c '^error\[' "$base/err")" -eq 1
    holds "a protected store: unchanged" cmp good.db "$base/good.db"
}
chmod 644 good.db
[ "$(id -u)" -ne 0 ] || chown 65534 good.db
# shellcheck disable=SC2086 # words
{
    $as_other ./spoke run import.spoke --store good.db >"$base/out" 2>"$base/err" && status=0 || status=$?
    holds "a protected folder: status 1" test "$status" -eq 1
    says "a protected folder: a code" "$base/err" '^error\[E050[17]\]: .*good.db'
    holds "a protected folder: unchanged" cmp good.db "$base/good.db"
    $as_other ./spoke check --store good.db --list -c 'rule r { for school;  expect pupils >= 0;  message "no" }' \
        >"$base/out" 2>"$base/err" && status=0 || status=$?
    holds "a protected folder: a check reads it" test "$status" -eq 0
}
chmod 000 good.db
# shellcheck disable=SC2086 # words
{
    $as_other ./spoke run read.spoke --store good.db >"$base/out" 2>"$base/err" && status=0 || status=$?
    holds "an unreadable store: status 1" test "$status" -eq 1
    says "an unreadable store: E0501" "$base/err" '^error\[E0501\]: `good.db` cannot be read'
}
chmod 644 good.db
chmod 755 .
cd "$base" || exit 1
finish
