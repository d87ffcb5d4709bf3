# The suite language, sourced by bench.sh: the kernels of kernels.spoke against Lua, those that build
# texts against Python too, and the geometric mean of the ratios to Lua.
# shellcheck shell=sh disable=SC2154 # work, SPOKE and the like come from bench.sh

lua_version=
! have lua5.4 || lua_version=$(lua5.4 -v | cut -d' ' -f1-2)
python=python3
[ ! -x /usr/bin/python3 ] || python=/usr/bin/python3
python_version=
! have "$python" || python_version=$("$python" --version)

# bench_kernel NAME GOAL KERNEL VERSION PEER...: both give the same figure before times are compared.
bench_kernel() {
    label=$1 goal_of=$2 kernel=$3 version_of=$4
    shift 4
    if [ "$("$SPOKE" run tests/bench/kernels.spoke --param kernel="$kernel" 2>/dev/null)" != \
        "$("$@" "$kernel")" ]; then
        wrong "$label" "Spoke and $1 give different answers"
        return
    fi
    in_turn "$label" "$goal_of" "$version_of" 7 \
        -- "$SPOKE" run tests/bench/kernels.spoke --param kernel="$kernel" \
        -- "$@" "$kernel"
}

bench_lua() {
    if [ -z "$lua_version" ]; then
        skipped "$1" "$2" "no lua5.4 program"
    else
        bench_kernel "$1" "$2" "$1" "$lua_version" lua5.4 tests/bench/kernels.lua
    fi
}

bench_python() {
    if [ -z "$python_version" ]; then
        skipped "$1_python" "$2" "no python3 program"
    else
        bench_kernel "$1_python" "$2" "$1" "$python_version" "$python" tests/bench/kernels.py
    fi
}

bench_lua fib 'ratio<=0.5'
bench_lua loop 'ratio<=0.8'
bench_lua mandel 'ratio<=0.8'
bench_lua nbody 'ratio<=0.8'
bench_lua sieve 'ratio<=1'
bench_lua strbuild 'ratio<=1'
bench_lua strcat 'ratio<=1'
bench_lua map 'ratio<=0.6'
bench_lua wordcount 'ratio<=0.6'
bench_lua method 'ratio<=1'
bench_lua matmul 'ratio<=0.8'
bench_lua closure 'ratio<=1'
bench_lua sort 'ratio<=0.9'
bench_lua hof 'ratio<=1'
bench_python strbuild 'ratio<=0.7'
bench_python strcat 'ratio<=2'

# The mean of the ratios to Lua, as a figure of its own.
mean=$(awk -F, '$2 !~ /_python$/ && $6 + 0 > 0 { sum += log($6); n++ }
    END { if (n) printf "%.3f", exp(sum / n) }' "$csv")
[ -z "$mean" ] || record mean_to_lua "$mean" '' '' 'spoke<=0.8'
