# The presets of attendance: the answers of examples/attendance/presets.spoke are those of
# tests/oracle/attend.py; tables say what their figures mean, data formats do not.
. "$ROOT/tests/cli_lib.sh"
command -v python3 >/dev/null || {
    echo "python3 is not here"
    exit 77
}
presets=$ROOT/examples/attendance/presets.spoke
data=$ROOT/examples/attendance

gives "as data" 0 "$SPOKE" run "$presets" --param data="$data" --format csv
tr -d '\r' <out >got
python3 "$ROOT/tests/oracle/attend.py" | is "answers are those of the oracle" got

gives "as tables" 0 "$SPOKE" run "$presets" --param data="$data"
says "under each stands what its figures mean" out '^chronic [0-9a-f]\{8\}: rows of attendance. For each student: '
says "with what the program changed" out 'minimum = 30, threshold = 15%'
says "of all measures that were asked" out '^severe [0-9a-f]\{8\}: per student: '
finish
