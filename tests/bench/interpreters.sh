# Other interpreters, sourced by the suites language and micro: the same program in three languages,
# Spoke and each of the others in turn.
# shellcheck shell=sh disable=SC2154 # work, SPOKE and the like come from bench.sh

python=python3
[ ! -x /usr/bin/python3 ] || python=/usr/bin/python3
lua_version=
! have lua5.4 || lua_version=$(lua5.4 -v | cut -d' ' -f1-2)
luajit_version=
! have luajit || luajit_version="$(luajit -v | cut -d' ' -f1-2) -joff"
python_version=
! have "$python" || python_version=$("$python" --version)

# bench_program PROGRAM PARAM NAME LABEL GOAL VERSION PEER...: NAME of tests/bench/PROGRAM. Both give
# the same figure before times are compared.
bench_program() {
    program=tests/bench/$1.spoke param=$2 which=$3 label=$4 goal_of=$5 version_of=$6
    shift 6
    if [ -z "$version_of" ]; then
        skipped "$label" "$goal_of" "no $1 program"
    elif [ "$("$SPOKE" run "$program" --param "$param=$which" 2>/dev/null)" != \
        "$("$@" "$which")" ]; then
        wrong "$label" "Spoke and $1 give different answers"
    else
        in_turn "$label" "$goal_of" "$version_of" 7 \
            -- "$SPOKE" run "$program" --param "$param=$which" \
            -- "$@" "$which"
    fi
}

# against_all PROGRAM PARAM NAME LABEL GOAL_LUA GOAL_PYTHON
against_all() {
    bench_program "$1" "$2" "$3" "$4" "$5" "$lua_version" lua5.4 "tests/bench/$1.lua"
    bench_program "$1" "$2" "$3" "$4_python" "$6" "$python_version" "$python" "tests/bench/$1.py"
    bench_program "$1" "$2" "$3" "$4_luajit" '' "$luajit_version" \
        luajit -joff "tests/bench/$1.lua"
}

# mean_of NAME PATTERN GOAL: the geometric mean of the ratios in the rows whose name matches.
mean_of() {
    mean=$(awk -F, -v pattern="$2" '$2 ~ pattern && $6 + 0 > 0 { sum += log($6); n++ }
        END { if (n) printf "%.3f", exp(sum / n) }' "$csv")
    [ -z "$mean" ] || record "$1" "$mean" '' '' "$3"
}
