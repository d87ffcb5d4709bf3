# The expected lines of tests/language/measure-*.spoke are what tests/oracle/measures.py works out.
. "$ROOT/tests/cli_lib.sh"
command -v python3 >/dev/null || {
    echo "python3 is not here"
    exit 77
}
gives "data and expected lines are those of the oracle" 0 \
    python3 "$ROOT/tests/oracle/measures.py" --check
finish
