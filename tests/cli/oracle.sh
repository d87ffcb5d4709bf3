# The expected lines of tests/language/measure-*.spoke, calendar-*.spoke, history-*.spoke and 5-join-many.spoke are
# what the scripts of tests/oracle work out.
. "$ROOT/tests/cli_lib.sh"
command -v python3 >/dev/null || {
    echo "python3 is not here"
    exit 77
}
gives "data and expected lines are those of the oracle" 0 \
    python3 "$ROOT/tests/oracle/measures.py" --check
gives "and those of calendars" 0 python3 "$ROOT/tests/oracle/calendar.py" --check
gives "those of history" 0 python3 "$ROOT/tests/oracle/history.py" --check
gives "those of the joins, too" 0 python3 "$ROOT/tests/oracle/joins.py" --check
finish
