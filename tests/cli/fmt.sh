# fmt: in place, through a pipe, --check, errors, links and modes.
. "$ROOT/tests/cli_lib.sh"

printf 'let x=1 # one\nprint x' >a.spoke
printf 'let x = 1  # one\nprint x\n' >tidy
cp a.spoke untidy

gives "check of an untidy file" 1 "$SPOKE" fmt --check a.spoke
is "names it" out <<'END'
a.spoke
END
holds "and leaves it" cmp untidy a.spoke

gives "through a pipe" 0 "$SPOKE" fmt - <a.spoke
holds "comes the result" cmp tidy out
gives "check through a pipe" 1 "$SPOKE" fmt --check - <a.spoke
is "names the pipe" out <<'END'
stdin
END

chmod 640 a.spoke
ln -s a.spoke link.spoke
gives "in place, through a link" 0 "$SPOKE" fmt link.spoke
holds "is the result" cmp tidy a.spoke
holds "prints nothing" test ! -s out
holds "keeps the link" test -L link.spoke
ls -l a.spoke >mode
says "keeps the mode" mode '^-rw-r-----'
gives "check of a tidy file" 0 "$SPOKE" fmt --check a.spoke link.spoke
holds "says nothing" test ! -s out

touch -t 200001010000 a.spoke
gives "a tidy file" 0 "$SPOKE" fmt a.spoke
touch -t 200101010000 later
holds "is not written again" test later -nt a.spoke

printf 'let = 1' >bad.spoke
cp bad.spoke bad
cp untidy b.spoke
gives "an error" 2 "$SPOKE" fmt bad.spoke b.spoke
says "is told" err '^ *--> bad.spoke:1:5'
holds "leaves its file" cmp bad bad.spoke
holds "and not the next one" cmp tidy b.spoke
gives "an error under --check" 2 "$SPOKE" fmt --check bad.spoke untidy
says "keeps none from being listed" out '^untidy$'
gives "an error in a pipe" 2 "$SPOKE" fmt - <bad.spoke
holds "gives nothing on" test ! -s out

gives "no file of that name" 2 "$SPOKE" fmt nothing.spoke
gives "no file" 2 "$SPOKE" fmt
mkdir closed
cp untidy closed/c.spoke
chmod 444 closed/c.spoke
if [ ! -w closed/c.spoke ]; then
    gives "a file that may not be written" 2 "$SPOKE" fmt closed/c.spoke
    says "is told" err 'cannot write'
fi
holds "leaves nothing beside" test "$(echo ./*.spoke.*)" = './*.spoke.*'

cd "$ROOT" || exit 1
for script in examples/*/*.spoke tests/bench/*.spoke; do
    holds "$script is in the house style" "$SPOKE" fmt --check "$script"
done
finish
