# Shared by the runners: counting, scratch folders, the closing line. Sourced, never run.
#
# A runner sets NAME before it sources this file, calls pass, fail or skip once a test, and ends
# with finish. SPOKE and BUILD come from make; by hand they default to build/.
# shellcheck shell=sh

ROOT=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
# The caller's relative paths are relative to the top of the project.
absolute() {
    case $1 in
    /*) echo "$1" ;;
    *) echo "$ROOT/$1" ;;
    esac
}
BUILD=$(absolute "${BUILD:-build}")
SPOKE=$(absolute "${SPOKE:-$BUILD/spoke}")
SCRATCH=$BUILD/tests/$NAME
export ROOT BUILD SPOKE SCRATCH
# Nothing of the person who runs the tests may change an answer.
export LC_ALL=C.UTF-8 TZ=UTC NO_COLOR=1 TERM=dumb
export XDG_CONFIG_HOME="$SCRATCH/xdg" XDG_STATE_HOME="$SCRATCH/xdg" XDG_DATA_HOME="$SCRATCH/xdg"

rm -rf "$SCRATCH"
mkdir -p "$SCRATCH"

passed=0
failed=0
skipped=0

pass() {
    passed=$((passed + 1))
}

# fail WHAT [FILE...]: counts, and shows the files' first lines.
fail() {
    failed=$((failed + 1))
    echo "FAILED $NAME: $1"
    shift
    for shown in "$@"; do
        [ ! -s "$shown" ] || head -n 40 "$shown" | sed 's/^/    /'
    done
}

skip() {
    skipped=$((skipped + 1))
    echo "skipped $NAME: $1"
}

# same WHAT EXPECTED GOT: passes when the files are equal, else fails with the difference.
same() {
    if diff -u "$2" "$3" >"$SCRATCH/difference" 2>&1; then
        pass
    else
        fail "$1" "$SCRATCH/difference"
    fi
}

finish() {
    echo "$NAME: $passed passed, $failed failed, $skipped skipped"
    [ "$failed" -eq 0 ] || exit 1
    exit 0
}
