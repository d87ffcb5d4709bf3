# Cohorts over time: the expected lines of the language test are the oracle's, and random cohorts
# have the members, facts, steps and verdicts that the oracle counts day by day.
. "$ROOT/tests/cli_lib.sh"
command -v python3 >/dev/null || {
    echo "python3 is not here"
    exit 77
}
gives "expected lines are those of the oracle" 0 \
    python3 "$ROOT/tests/oracle/cohorts.py" --check
gives "random cohorts" 0 \
    python3 "$ROOT/tests/oracle/cohorts.py" --random 30 "$SPOKE"
cat out
finish
