# Commands, options, help, what is offered when a word is nearly right.
. "$ROOT/tests/cli_lib.sh"

gives "help" 0 "$SPOKE" --help
says "help names commands" out '^  check '
holds "help fits a screen" test "$(wc -l <out)" -le 40
holds "help is at most 80 columns wide" test "$(awk '{ if (length > w) w = length } END { print w }' out)" -le 80
gives "help of a command" 0 "$SPOKE" check --help
says "names its reports" out '^Reports: text (usual), concise, json, sarif, junit, tap, github\.$'
says "and what its end means" out '^Exit status: 0 nothing found, 1 findings, 2 not judged, 130 interrupted\.$'
says "it has the command's options" out '--fail-on'
gives "help COMMAND" 0 "$SPOKE" help run
gives "version" 0 "$SPOKE" version
says "version's text" out '^spoke [0-9]'

gives "unknown option" 2 "$SPOKE" run --stor x
says "nearest option" err 'did you mean `--store`'
gives "unknown command" 2 "$SPOKE" chek
says "nearest command" err 'did you mean `spoke check`'
gives "file that is not there" 2 "$SPOKE" nothing.spoke
gives "script that is not there" 2 "$SPOKE" run nothing.spoke
gives "option of another command" 2 "$SPOKE" check --rows 3
gives "value that is missing" 2 "$SPOKE" run --store
gives "day that does not exist" 2 "$SPOKE" run --as-of 2024-02-30 -c 'print 1'
gives "unknown format" 2 "$SPOKE" run --format cvs -c 'print 1'
says "nearest format" err '`csv`'
gives "folder" 2 "$SPOKE" .

gives "as-of" 0 "$SPOKE" --as-of 2024-02-29 -c 'print today'
is "as-of sets today" out <<'EOF'
2024-02-29
EOF
gives "param" 0 "$SPOKE" --param who=you --param=n=4 -c 'param who text = "me"
param n int = 1
print "{who} {n}"'
is "params arrive" out <<'EOF'
you 4
EOF
printf 'param data text = "data" "where the files are"\nprint data\n' >script.spoke
gives "help of a script" 0 "$SPOKE" run script.spoke --help
says "it lists params" out 'where the files are'

for shell in bash zsh fish; do
    gives "completions for $shell" 0 "$SPOKE" completions $shell
    says "they know options" out 'fail-on'
done
for shell in bash zsh fish; do
    command -v $shell >/dev/null || continue
    "$SPOKE" completions $shell >script.$shell
    gives "$shell can read its completions" 0 $shell -n script.$shell
done
if command -v bash >/dev/null; then
    cat >ask.bash <<'END'
source script.bash
COMP_WORDS=("$@")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_spoke
printf '%s\n' "${COMPREPLY[@]}"
END
    gives "bash completes commands" 0 bash ask.bash spoke che
    says "with the command" out '^check$'
    gives "bash completes options" 0 bash ask.bash spoke check --fa
    says "with the option" out '^--fail-on$'
    gives "bash completes options of the command" 0 bash ask.bash spoke fmt --
    holds "and no others" test "$(tr '\n' ' ' <out)" = '--check --help '
    gives "bash completes values" 0 bash ask.bash spoke check --fail-on w
    says "with the value" out '^warn$'
fi
gives "manual page" 0 "$SPOKE" manual
says "it names every command" out '^\.B spoke check'
says "and options" out 'max\\-evidence'
if command -v man >/dev/null && command -v groff >/dev/null; then
    cp out spoke.1
    gives "man can read it" 0 man --warnings -E UTF-8 -l spoke.1
    holds "without a warning" test ! -s err
fi
gives "completions for no shell" 2 "$SPOKE" completions tcsh
finish
