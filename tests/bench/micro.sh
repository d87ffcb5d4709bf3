# The suite micro, sourced by bench.sh and by the suite language: nine small benchmarks against Lua,
# Python and LuaJIT without its compiler. All figures are reported; there are no goals.
# shellcheck shell=sh

. tests/bench/interpreters.sh

for name_of in bounce list mandelbrot nbody permute queens sieve storage towers; do
    against_all micro bench "$name_of" "micro_$name_of" '' ''
done
mean_of micro_mean_to_lua '^micro_[a-z]*$' ''
mean_of micro_mean_to_python '^micro_.*_python$' ''
mean_of micro_mean_to_luajit '^micro_.*_luajit$' ''
