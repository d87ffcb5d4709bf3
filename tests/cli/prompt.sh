# The prompt in a terminal: colour, history, entries of several lines, Ctrl-C, 80 columns.
. "$ROOT/tests/cli_lib.sh"
command -v tmux >/dev/null || { echo "there is no tmux"; exit 77; }
line=${LINE:-readline}
[ "$line" != none ] || { echo "no line editor was built in"; exit 77; }

socket=spoke$$
on() { tmux -L "$socket" -f /dev/null "$@"; }
trap 'on kill-server 2>/dev/null || true' EXIT
keys() { on send-keys -t it "$@"; }
start() {
    on new-session -d -s it -x 80 -y 24 \
        "cd '$PWD'; TERM=screen EDITOR=./editor VISUAL= NO_COLOR= XDG_STATE_HOME='$PWD/state' '$SPOKE' $*; echo left \$?; sleep 60"
    waits_for '^spoke>' || { echo "the prompt does not start"; on capture-pane -t it -p; exit 1; }
}
# waits_for PATTERN: until the screen has such a line, half a minute at most: the machine may be busy.
waits_for() {
    tries=0
    while [ "$tries" -lt 300 ]; do
        on capture-pane -t it -p >plain
        on capture-pane -t it -p -e >screen
        if grep -q -e "$1" plain; then
            return 0
        fi
        sleep 0.1
        tries=$((tries + 1))
    done
    return 1
}
shows() { # shows NAME PATTERN
    if waits_for "$2"; then
        verdict 0 "$1"
    else
        verdict 1 "$1: the screen has no $2"
        cat plain
    fi
}

start ""
keys -l 'print "one" # note'
shows "what is typed" 'spoke> print "one" # note'
if [ "$line" = readline ]; then # libedit cannot colour what is typed
    # readline writes the letters, then Spoke paints over them: a moment may lie between
    tries=0
    until grep -q "$(printf '\033')" screen || [ "$tries" -ge 100 ]; do
        sleep 0.1
        on capture-pane -t it -p -e >screen
        tries=$((tries + 1))
    done
    if grep -q "$(printf '\033')" screen; then verdict 0 "in colour"; else verdict 1 "in colour"; fi
fi
keys Enter
shows "an entry runs" '^one$'
keys -l 'fn double(x) {' ; keys Enter
keys -l '  x + x' ; keys Enter ; keys -l '}' ; keys Enter
keys -l 'print double(21)' ; keys Enter
shows "an entry of several lines" '^42$'
keys -l 'this is not to run'
waits_for 'not to run' || :
keys C-c
shows "Ctrl-C clears the line" 'not to run^C'
keys -l 'print "still here"' ; keys Enter
shows "and stays" '^still here$'
keys -l 'print nothing_here' ; keys Enter
shows "an error is told" 'error\['
keys -l 'var i = 0' ; keys Enter
keys -l 'if true { print "begun"; while true { i = i + 1 } }' ; keys Enter
shows "a loop begins" '^begun$'
keys C-c
shows "Ctrl-C stops work" 'stopped\|interrupted'
keys -l ':help' ; keys Enter
shows "commands" ':describe'
cat >editor <<'END'
#!/bin/sh
grep -q begun "$1" && echo 'print "from " + "the editor"' >"$1"
END
chmod +x editor
keys -l ':edit' ; keys Enter
shows "the last entry is edited and runs" '^from the editor$'
keys Up ; keys Enter
shows "it is in the history" '^spoke> print "from " + "the editor"'
keys -l ':watch 1 print "again " + text(6 * 7)' ; keys Enter
shows "an entry runs again and again" '^again 42$'
tries=0 # twice at least
until [ "$(grep -c '^again 42$' plain)" -ge 2 ] || [ "$tries" -ge 300 ]; do
    sleep 0.1
    on capture-pane -t it -p >plain
    tries=$((tries + 1))
done
holds "more than once" test "$(grep -c '^again 42$' plain)" -ge 2
keys C-c
shows "until Ctrl-C" '^spoke> *$'
keys -l ':time' ; keys Enter
shows "times can be told" '^timing is on'
keys -l 'print 6 * 7000' ; keys Enter
shows "and are" '^0\.[0-9]* s$'
keys -l ':time' ; keys Enter
shows "or not" '^timing is off'
keys -l ':plan from imports | take 3' ; keys Enter
shows "the plan of a relation" 'scan imports'
keys -l ':sql from imports | take 3' ; keys Enter
shows "its SQL" 'LIMIT 3'
keys -l ':once rows.csv' ; keys Enter
keys -l 'from imports | select number' ; keys Enter
keys -l 'from _ | take 1' ; keys Enter
shows "the last relation" 'number'
holds "one result went to a file" grep -q '^number' rows.csv
keys C-l
keys -l ':save worked.spoke' ; keys Enter
keys -l ':quit' ; keys Enter
shows "leaving" 'left 0'
says "what worked is saved" worked.spoke 'print double(21)'
if grep -q nothing_here worked.spoke; then verdict 1 "errors are not saved"; else verdict 0 "errors are not saved"; fi
holds "the history is there" test -f state/spoke/history
holds "for its owner alone" test "$(ls -l state/spoke/history | cut -c1-10)" = -rw-------
on kill-server
socket=again$$

start ""
keys Up Up Up
keys C-r ; keys -l 'fn double' ; keys C-e
shows "an entry of several lines comes back whole" '^  x + x'
keys C-c # may end the search alone
sleep 0.3
keys C-c
waits_for '^spoke> *$' || :
sleep 0.3
keys C-d
shows "Ctrl-D leaves" 'left 0'
on kill-server
socket=stored$$

"$SPOKE" hub.db -c 'table pupil "Who learns" { key id;  id int;  name text one of "Ada", "Bob" }' 2>/dev/null
start hub.db
keys -l ':describe' ; keys Enter
shows "the store's tables are known at once" '^table pupil'
keys -l '?pupil' ; keys Enter
shows "and explained" 'Who learns'
keys -l '?betweenness' ; keys Enter
shows "no word of help is torn" '^  `distance` says what strengths mean for paths: "steps" counts each tie as one,$'
shows "nor of a signature" '^    relation: text, betweenness: float, normalized: float?}$'
keys -l ':types 1 / 2' ; keys Enter
shows "the type of an expression" '^ratio'
if [ "$line" = readline ]; then # libedit completes file names only
    # completes TYPED KEYS PATTERN: after the keys the line is so; then it is cleared.
    completes() {
        keys -l "$1"
        waits_for '^spoke> .' || :
        keys $2
        shows "completion of $1" "$3"
        keys C-a C-k
        waits_for '^spoke> *$' || :
    }
    completes 'from pu' Tab '^spoke> from pupil'
    completes 'from pupil | whe' Tab '^spoke> from pupil | where'
    completes 'from pupil | where na' Tab '^spoke> from pupil | where name'
    completes 'from pupil | where name == "A' Tab '^spoke> from pupil | where name == "Ada'
    completes ':types from pupil | drop na' Tab '^spoke> :types from pupil | drop name'
    completes ':desc' Tab '^spoke> :describe'
    completes '?pup' Tab '^spoke> ?pupil'
fi
keys -l 'from pupil | derive one = id + 1, two = id + 2, three = id + 3 | where name == nothing' ; keys Enter
shows "a long line is cropped to the screen" '^1 | …'
finish
