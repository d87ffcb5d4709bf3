# The suite spc, sourced by bench.sh: limits, five rules, the longest run and crossings of one series
# of a million points and of 10,000 series of 24, by the kernels of stdlib/spc, by one simple pass in
# C, by NumPy and by R. Processor seconds without reading; counts are compared before times are. The
# language's own time is shown, too: one call over all series; and 200 small charts are drawn as one SVG.
# shellcheck shell=sh disable=SC2154 # work, BUILD and the like come from bench.sh

"$MAKE" -s BUILD="$BUILD" "$BUILD/spc-kernels"
: "${PYTHON:=python3}"
if ! "$PYTHON" -c 'import numpy' 2>/dev/null; then
    PYTHON=/usr/bin/python3
fi

# said FILE KIND: what was found, without the time.
said() {
    awk -v kind="$2" '$1 == kind { $1 = $2 = ""; line = $0 } END { print line }' "$1"
}

# middle FILE KIND: the median of its times.
middle() {
    awk -v kind="$2" '$1 == kind { print $2 }' "$1" | sort -n | awk '
        { x[NR] = $1 } END { print x[int((NR + 1) / 2)] }'
}

# compare_spc SIZE PEER VERSION GOAL
compare_spc() {
    for kind in p xmr; do
        name=$1-$kind-$2
        if [ "$(said "$work/ours" $kind)" = "$(said "$work/theirs" $kind)" ]; then
            record "$name" "$(middle "$work/ours" $kind)" "$(middle "$work/theirs" $kind)" "$3" "$4"
        else
            wrong "$name" "found other signals"
        fi
    done
}

for size in one many; do
    series=$work/$size.csv
    "$PYTHON" tests/bench/spc_series.py $size "$series"
    "$BUILD/spc-kernels" "$series" 5 ours >"$work/ours"
    "$BUILD/spc-kernels" "$series" 5 simple >"$work/theirs"
    compare_spc $size simple C 'ratio<=1.5'
    if "$PYTHON" tests/bench/spc_peer.py "$series" 3 >"$work/theirs" 2>/dev/null; then
        compare_spc $size numpy "$("$PYTHON" -c 'import numpy; print(numpy.__version__)')" \
            'ratio<=0.25'
    else
        skipped "$size-numpy" 'ratio<=0.25' "no NumPy (Debian: python3-numpy)"
    fi
    if have Rscript && Rscript tests/bench/spc_peer.R "$series" 3 >"$work/theirs" 2>/dev/null; then
        compare_spc $size r "$(Rscript -e 'cat(as.character(getRversion()))')" 'ratio<=0.06'
    else
        skipped "$size-r" 'ratio<=0.06' "no R (Debian: r-base-core)"
    fi
done

# Small multiples as one SVG: processor seconds, with the series judged.
"$MAKE" -s BUILD="$BUILD" "$BUILD/spc-pictures"
if "$BUILD/spc-pictures" 200 7 >"$work/pictures"; then
    record pictures-200 "$(cat "$work/pictures")" '' '' 'spoke<=0.1'
else
    wrong pictures-200 "could not be drawn"
fi

# One call of the language over the 10,000 series, out of the store; what reading the same columns
# takes is shown beside it.
awk -F, 'NR == 1 { print "series,month,n,d"; next }
    { printf "%d,%d-%02d,%d,%d\n", $1, 2020 + int($2 / 12), $2 % 12 + 1, $3, $4 }' \
    "$work/many.csv" >"$work/months.csv"
declared='table point { key series, month;  series int;  month period;  n int;  d int }'
asked='spc.limits(kind: "p", rules: "outside; shift 8; trend 6; 2 of 3 beyond 2; 15 within 1")'
echo "$declared
import point from \"$work/months.csv\"" >"$work/load.spoke"
echo "$declared
show point | derive value = n / d | $asked | group by phase (k = count(signal))" >"$work/limits.spoke"
echo "$declared
show point | derive value = n / d | group by month (k = count(value))" >"$work/scan.spoke"
if "$SPOKE" run "$work/load.spoke" --store "$work/spc.db" >/dev/null 2>&1; then
    in_turn many-language '' 'a scan' 5 -- "$SPOKE" run "$work/limits.spoke" --store \
        "$work/spc.db" -- "$SPOKE" run "$work/scan.spoke" --store "$work/spc.db"
else
    wrong many-language "could not be stored"
fi
