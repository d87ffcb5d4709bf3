#!/bin/sh
# Installs what building and testing need, on Debian and its relatives.
#
#   prepare.sh          what `make demo` needs
#   prepare.sh test     that and the programs that some tests run: those of hosts, a terminal
#   prepare.sh bench    that and the programs `make bench` compares with
#
# When nothing is missing it says nothing and does not touch apt. Without root and sudo it names
# the packages and exits with 1.
set -eu

lists=${APT_LISTS:-/var/lib/apt/lists}
missing=
optional= # missing, too, but only some formats of imports or some tests need it

# need PACKAGE COMMAND...: PACKAGE is missing when COMMAND fails.
need() {
    package=$1
    shift
    "$@" >/dev/null 2>&1 || missing="$missing $package"
}

# want PACKAGE COMMAND...: the same for what a build can do without.
want() {
    package=$1
    shift
    "$@" >/dev/null 2>&1 || optional="$optional $package"
}

# Without what is optional all goes on.
give_up() {
    if [ -z "$missing" ]; then
        echo "prepare: going on without:$optional; what needs them says so" >&2
        exit 0
    fi
    exit 1
}

have() {
    command -v "$1"
}

# The compiler alone is not enough: without the C library's headers nothing builds.
compiles() {
    echo '#include <stdio.h>' | "${CC:-cc}" -E -
}

# It has no pkg-config file everywhere.
has_readstat() {
    echo '#include <readstat.h>' | "${CC:-cc}" -E -
}

need gcc have "${CC:-cc}"
need libc6-dev compiles
need binutils have objcopy
need make have make
need pkg-config have pkg-config
need libsqlite3-dev pkg-config --exists sqlite3
need zlib1g-dev pkg-config --exists zlib
need libffi-dev pkg-config --exists libffi
need libutf8proc-dev pkg-config --exists libutf8proc
need libpcre2-dev pkg-config --exists libpcre2-8
need libjansson-dev pkg-config --exists jansson
need libreadline-dev pkg-config --exists readline
want libzip-dev pkg-config --exists libzip
want libexpat1-dev pkg-config --exists expat
want libreadstat-dev has_readstat
need check pkg-config --exists check
need sqlite3 have sqlite3
case ${1:-} in
test)
    want python3 have python3
    want nodejs have node
    want g++ have c++
    want tmux have tmux
    ;;
bench) need lua5.4 have lua5.4 ;;
esac

[ -n "$missing$optional" ] || exit 0

if ! have apt-get >/dev/null; then
    echo "prepare: missing, by their Debian names:$missing$optional" >&2
    echo "prepare: there is no apt-get here; install them with this system's own tools" >&2
    give_up
fi
if [ "$(id -u)" -eq 0 ]; then
    as_root=
elif have sudo >/dev/null; then
    as_root=sudo
    # Nobody is there to type a password.
    [ -t 0 ] || as_root='sudo -n'
else
    echo "prepare: would install:$missing$optional" >&2
    echo "prepare: neither root nor sudo; run as root: apt-get install$missing$optional" >&2
    give_up
fi

apt() {
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y "$@" >&2
}

updated=
if ! ls "$lists"/*_Packages* >/dev/null 2>&1; then
    apt update || :
    updated=yes
fi
packages=$missing$optional
echo "prepare: installing$packages" >&2
# shellcheck disable=SC2086 # the list is words
if ! apt install --no-install-recommends $packages; then
    # Lists that are too old name packages that are gone: once more with new ones.
    if [ -n "$updated" ] || ! apt update || ! apt install --no-install-recommends $packages; then
        echo "prepare: apt-get could not install:$packages" >&2
        # One that this system does not have is no reason to go without the others.
        # shellcheck disable=SC2086 # the list is words
        if [ -n "$missing" ] && [ -n "$optional" ] && apt install --no-install-recommends $missing
        then
            missing=
        fi
        give_up
    fi
fi
