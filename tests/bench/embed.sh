# The suite embed, sourced by bench.sh: what a program pays for an interpreter inside it. Rows without
# a peer; the size is that of the shared library without symbols.
# shellcheck shell=sh

embed=$BUILD/embed-bench
"$MAKE" -s BUILD="$BUILD" "$embed" "$BUILD/libspoke.so"

cp "$BUILD/libspoke.so" "$work/libspoke.so"
strip "$work/libspoke.so"
size=$(wc -c <"$work/libspoke.so" | awk '{ printf "%.3f", $1 / 1e6 }')
record embed_shared_library_megabytes "$size" '' '' 'spoke<=2'

# figure NAME GOAL COLUMN WHAT: one figure that the program prints.
figure() {
    if "$embed" "$4" >"$work/$1" 2>&1; then
        record "$1" "$(awk -v at="$3" '{ print $at }' "$work/$1")" '' '' "$2"
    else
        wrong "$1" "the program failed"
    fi
}
figure embed_open_microseconds 'spoke<=1000' 1 open
figure embed_open_kib 'spoke<=2048' 2 open
figure embed_one_record_microseconds 'spoke<=1' 1 record
figure embed_batched_record_microseconds '' 1 records
figure embed_call_microseconds '' 1 call
