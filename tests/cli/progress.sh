# Progress of a measure of a large network: on a terminal only, after a second, and wiped when the
# work is stopped; Ctrl-C stops it at once.
. "$ROOT/tests/cli_lib.sh"
command -v tmux >/dev/null || { echo "there is no tmux"; exit 77; }

socket=progress$$
on() { tmux -L "$socket" -f /dev/null "$@"; }
trap 'on kill-server 2>/dev/null || true' EXIT
# waits_for PATTERN: until the screen has such a line, half a minute at most: the machine may be busy.
waits_for() {
    tries=0
    while [ "$tries" -lt 300 ]; do
        on capture-pane -t it -p >plain
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

# Shortest paths from 20,000 members over 200,000 ties: many seconds on any machine.
awk 'BEGIN {
    print "id" >"members.csv"; print "id,source,target" >"ties.csv"
    for (i = 0; i < 20000; i++) {
        print i >"members.csv"
        for (k = 1; k <= 10; k++) print i * 10 + k "," i "," (i * 7919 + k * k * 104729 + 1) % 20000 >"ties.csv"
    }
}'
cat >net.spoke <<'END'
table member { key id;  id int }
table tie { key id;  id int;  source -> member;  target -> member }
network net {
  members member
  ties    tie between source and target
}
END
cat net.spoke - >load.spoke <<'END'
import member from "members.csv"
import tie from "ties.csv"
END
cat net.spoke - >ask.spoke <<'END'
show betweenness(net)
END
gives "the network is stored" 0 "$SPOKE" run load.spoke --store hub.db

on new-session -d -s it -x 80 -y 24 \
    "cd '$PWD'; TERM=screen '$SPOKE' run ask.spoke --store hub.db --threads 1; echo left \$?; sleep 60"
shows "how far it is" '^betweenness [0-9]*%$'
on send-keys -t it C-c
shows "Ctrl-C stops it" '^left 130$'
holds "progress is wiped" test "$(grep -c 'betweenness [0-9]*%' plain)" -eq 0

gives "the same off a terminal" 124 timeout -s INT 3 "$SPOKE" run ask.spoke --store hub.db --threads 1
holds "has no progress" test "$(grep -c '%' err)" -eq 0
finish
