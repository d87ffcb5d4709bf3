# The suite language, sourced by bench.sh: the kernels of kernels.spoke against Lua, Python and LuaJIT
# without its compiler, how fast long scripts are compiled and laid out, and the suite micro.
# shellcheck shell=sh disable=SC2154 # work, SPOKE and the like come from bench.sh

. tests/bench/interpreters.sh

# kernel NAME GOAL_LUA [GOAL_PYTHON]
kernel() {
    against_all kernels kernel "$1" "$1" "$2" "${3:-}"
}

kernel fib 'ratio<=0.5'
kernel loop 'ratio<=0.8'
kernel mandel 'ratio<=0.8'
kernel nbody 'ratio<=0.8'
kernel sieve 'ratio<=1'
kernel strbuild 'ratio<=1' 'ratio<=0.7'
kernel strcat 'ratio<=1' 'ratio<=2'
kernel map 'ratio<=0.6'
kernel wordcount 'ratio<=0.6'
kernel method 'ratio<=1'
kernel matmul 'ratio<=0.8'
kernel closure 'ratio<=1'
kernel sort 'ratio<=0.9'
kernel hof 'ratio<=1'
mean_of mean_to_lua '^[a-z]*$' 'spoke<=0.8'
mean_of mean_to_python '^[a-z]*_python$' 'spoke<=0.435'
mean_of mean_to_luajit '^[a-z]*_luajit$' ''

# lines_a_second NAME LINES GOAL COMMAND...: what COMMAND takes more than the empty script does.
lines_a_second() {
    name=$1 lines=$2 goal=$3
    shift 3
    if "$timer" 7 -- "$@" -- "$SPOKE" run "$work/empty.spoke" >"$work/$name"; then
        record "$name" "$(awk -v lines="$lines" '{ wall[NR] = $1 }
            END { spent = wall[1] - wall[2]; printf "%.0f", lines / (spent > 0 ? spent : 1e-6) }' \
            "$work/$name")" '' '' "$goal"
    else
        wrong "$name" "could not be run"
    fi
}

# A script of so many lines. All of it is checked and compiled, none of it but `if go` runs.
echo >"$work/empty.spoke"
for thousands in 10 100; do
    script=$work/lines${thousands}k.spoke
    awk -v lines="${thousands}000" -f tests/bench/long_script.awk >"$script"
    lines_a_second "compile_${thousands}k" "${thousands}000" 'spoke>=500000' "$SPOKE" run "$script"
    lines_a_second "fmt_${thousands}k" "${thousands}000" 'spoke>=500000' \
        "$SPOKE" fmt --check "$script"
done
if "$timer" 15 -- "$SPOKE" run "$work/lines10k.spoke" >"$work/start_10k"; then
    record start_10k "$(cut -d' ' -f1 "$work/start_10k")" '' '' 'spoke<=0.06'
else
    wrong start_10k "could not be run"
fi

. tests/bench/micro.sh
