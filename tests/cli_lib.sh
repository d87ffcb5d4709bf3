# Shared by tests/cli/*.sh: each runs in a folder of its own. Sourced, never run.
# shellcheck shell=sh
failures=0

verdict() { # verdict NAME: by the status of the command before
    if [ "$1" -eq 0 ]; then
        echo "ok $2"
    else
        echo "FAIL $2"
        failures=$((failures + 1))
    fi
}

# gives NAME STATUS COMMAND...: the command ends with that status; leaves out and err.
gives() {
    name=$1
    wanted=$2
    shift 2
    got=0
    "$@" >out 2>err || got=$?
    if [ "$got" -eq "$wanted" ]; then
        verdict 0 "$name"
    else
        verdict 1 "$name: status $got, not $wanted"
        head -n 10 out err
    fi
}

# says NAME FILE PATTERN: a line of the file fits.
says() {
    if grep -q -e "$3" "$2"; then
        verdict 0 "$1"
    else
        verdict 1 "$1: no line of $2 fits $3"
        head -n 20 "$2"
    fi
}

# is NAME FILE: the file is what comes on standard input.
is() {
    cat >expected
    if diff -u expected "$2" >difference; then
        verdict 0 "$1"
    else
        verdict 1 "$1"
        cat difference
    fi
}

# holds NAME COMMAND...: the command succeeds.
holds() {
    name=$1
    shift
    if "$@" >/dev/null 2>&1; then
        verdict 0 "$name"
    else
        verdict 1 "$name"
    fi
}

finish() {
    [ "$failures" -eq 0 ] || exit 1
    exit 0
}

# needs LIBRARY...: ends the test as skipped when the program was built without one of them.
needs() {
    for library in "$@"; do
        case " ${FORMATS-$("$ROOT/interp/build/formats.sh" | tr '\n' ' ')} " in
        *" $library "*) ;;
        *)
            echo "built without $library"
            exit 77
            ;;
        esac
    done
}

# python: runs the Python program on standard input; skipped where there is none.
python() {
    command -v python3 >/dev/null || {
        echo "python3 is not here"
        exit 77
    }
    cat >program.py
    PYTHONPATH=$ROOT/tests/files PYTHONDONTWRITEBYTECODE=1 python3 program.py
}
