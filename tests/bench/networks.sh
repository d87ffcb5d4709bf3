# The suite networks, sourced by bench.sh: kernels of stdlib/network against igraph's C library on
# the same graphs, in the same run; values are compared before times are. Processor seconds of one
# thread, but where the name says 2t: wall seconds of two.
# shellcheck shell=sh disable=SC2154,SC2016 # work, BUILD and the like come from bench.sh
#
# load: from a file to a graph in memory, each by its own reader; load-by-hand: igraph is given ours.
# Communities are found with five seeds, in networks of more than 500,000 ties with one.
#
#   NETWORKS_LONG=1   betweenness of the larger graphs, too: igraph takes minutes
#
# MRQAP is compared with sna of R (Debian: r-cran-sna), and skipped where that is not installed.
# igraph (Debian: libigraph-dev) is compared with where it is installed; else only our own times are
# shown. It is not linked with anything but the peer program.

: "${NETWORKS_LONG:=}"
# Some of igraph's functions would take two threads, and wait for each other.
export OMP_NUM_THREADS=1
"$MAKE" -s BUILD="$BUILD" "$BUILD/network-kernels"
cc -std=c11 -O2 -o "$work/graphs" tests/bench/graphs.c

peer_version=
if pkg-config --exists igraph 2>/dev/null &&
    cc -std=c11 -D_POSIX_C_SOURCE=200809L -O2 $(pkg-config --cflags igraph) -o "$work/igraph_peer" \
        tests/bench/igraph_peer.c $(pkg-config --libs igraph) -lm 2>"$work/igraph_peer.log"; then
    peer_version=$("$work/igraph_peer" version)
else
    echo "bench: igraph is not installed (Debian: libigraph-dev): only our own times" >&2
fi

# goal KERNEL KIND: of one thread to igraph.
network_goal() {
    case $1-$2 in
    load-by-hand-*) ;;
    load-*) echo 'ratio<=0.1' ;;
    betweenness-*) echo 'ratio<=0.35' ;;
    closeness-* | distances-*) echo 'ratio<=0.06' ;;
    pagerank-real) echo 'ratio<=0.6' ;;
    pagerank-*) echo 'ratio<=0.35' ;;
    components-*) echo 'ratio<=0.2' ;;
    cores-*) echo 'ratio<=0.45' ;;
    triangles-* | clustering-*) echo 'ratio<=0.25' ;;
    constraint-even) echo 'ratio<=0.6' ;;
    constraint-*) echo 'ratio<=0.25' ;;
    triads-* | layout-*) echo 'ratio<=1.0' ;;
    louvain-*) echo 'ratio<=0.3' ;;
    leiden-*) echo 'ratio<=0.5' ;;
    esac
}

# measure_network NAME KIND FILE KERNEL...
measure_network() {
    graph=$1 kind=$2 file=$3
    shift 3
    for kernel; do
        name=$graph-$kernel
        goal=$(network_goal "$kernel" "$kind")
        if ! "$BUILD/network-kernels" "$file" 1 "$work" "$kernel" >"$work/ours"; then
            wrong "$name" "could not be run"
            continue
        fi
        ours=$(cut -d' ' -f2 "$work/ours")
        cut -d' ' -f3 "$work/ours" >>"$work/$graph.longest"
        if [ -z "$peer_version" ]; then
            record "$name" "$ours" "" "" ""
            continue
        fi
        "$work/igraph_peer" "$file" "$work" "$kernel" >"$work/theirs" 2>/dev/null
        if awk '{ exit !($3 + 0 <= 1e-6 && $3 != "inf") }' "$work/theirs"; then
            record "$name" "$ours" "$(cut -d' ' -f2 "$work/theirs")" "$peer_version" "$goal"
        else
            wrong "$name" "values differ from igraph's by $(cut -d' ' -f3 "$work/theirs")"
        fi
    done
}

# The longest that any kernel went on without asking whether to.
record_longest() {
    record "$1-longest-without-question" "$(sort -g "$work/$1.longest" | tail -n 1)" "" "" 'spoke<=0.1'
}

# How many times faster two threads are; meaningful on an idle machine.
measure_threads() {
    one=$("$BUILD/network-kernels" "$2" 1 "$work" "$3" | cut -d' ' -f2)
    two=$("$BUILD/network-kernels" "$2" 2 "$work" "$3" | cut -d' ' -f2)
    record "$1-$3-2t" "$(awk -v a="$one" -v b="$two" 'BEGIN { printf "%.2f", a / b }')" "" "" \
        'spoke>=1.8'
}

# MRQAP: 1,000 permutations of each of three predictors, values compared before times. sna permutes
# the intercept as well, a fourth of its work.
measure_mrqap() {
    name=$1-mrqap
    "$BUILD/network-kernels" "$2" 1 "$work" mrqap >"$work/ours" || {
        wrong "$name" "could not be run"
        return
    }
    ours=$(cut -d' ' -f2 "$work/ours")
    sna=$(Rscript tests/bench/sna_peer.R version 2>/dev/null) || sna=
    if [ -z "$sna" ]; then
        skipped "$name-sna" 'ratio<=0.01' "no R with sna (Debian: r-cran-sna)"
        record "$name" "$ours" "" "" ""
        return
    fi
    Rscript tests/bench/sna_peer.R "$2" "$work" mrqap >"$work/theirs"
    if awk '{ exit !($3 != "" && $3 + 0 <= 1e-9 && $3 != "NaN") }' "$work/theirs"; then
        record "$name" "$ours" "$(cut -d' ' -f2 "$work/theirs")" "$sna" 'ratio<=0.01'
    else
        wrong "$name" "values differ from those of sna by $(cut -d' ' -f3 "$work/theirs")"
    fi
}

all='load load-by-hand build betweenness closeness distances pagerank components cores triangles clustering constraint
    triads louvain leiden'
but_paths='load load-by-hand build pagerank components cores triangles clustering constraint louvain leiden'
"$work/graphs" attached 10000 8 "$work/attached.csv"
"$work/graphs" even 2000 60000 "$work/even.csv"
"$work/graphs" even 73 243 "$work/pupils.csv"
"$work/graphs" grouped 2000 7000 "$work/grouped.csv"
"$work/graphs" attached 2000 3 "$work/few-attached.csv"
"$work/graphs" skewed 100000 1000000 "$work/skewed.csv"
"$work/graphs" attached 125000 8 "$work/attached-large.csv"
# shellcheck disable=SC2086 # lists of words
{
    measure_network attached attached "$work/attached.csv" $all
    measure_network even even "$work/even.csv" $all
    measure_network grouped grouped "$work/grouped.csv" layout
    measure_network few-attached attached "$work/few-attached.csv" layout
    measure_network skewed skewed "$work/skewed.csv" $but_paths
    measure_network attached-large attached "$work/attached-large.csv" $but_paths
    record_longest attached-large
    record_longest skewed
    measure_mrqap pupils "$work/pupils.csv"
    measure_threads attached "$work/attached.csv" betweenness
    measure_threads attached "$work/attached.csv" closeness
    measure_threads attached-large "$work/attached-large.csv" pagerank
    for real in ego-facebook email-enron as-caida ca-astroph-cc1 soc-slashdot0902-directed; do
        file=$SPOKE_DATA/snap_graphs/$real.csv
        if [ ! -r "$file" ]; then
            skipped "$real" "" "no data; SPOKE_DATA is its folder"
        elif [ "$real" = ego-facebook ] || [ "$NETWORKS_LONG" ]; then
            measure_network "$real" real "$file" $all
        else
            measure_network "$real" real "$file" $but_paths
        fi
    done
}
