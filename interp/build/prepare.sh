#!/bin/sh
# Installs what building and testing need, on Debian and its relatives.
#
#   prepare.sh          what `make demo` and `make test` need
#   prepare.sh bench    that and the programs `make bench` compares with
#
# When nothing is missing it says nothing and does not touch apt. Without root and sudo it names
# the packages and exits with 1.
set -eu

lists=${APT_LISTS:-/var/lib/apt/lists}
missing=

# need PACKAGE COMMAND...: PACKAGE is missing when COMMAND fails.
need() {
    package=$1
    shift
    "$@" >/dev/null 2>&1 || missing="$missing $package"
}

have() {
    command -v "$1"
}

# The compiler alone is not enough: without the C library's headers nothing builds.
compiles() {
    echo '#include <stdio.h>' | "${CC:-cc}" -E -
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
need check pkg-config --exists check
need sqlite3 have sqlite3
if [ "${1:-}" = bench ]; then
    need lua5.4 have lua5.4
fi

[ -n "$missing" ] || exit 0

if ! have apt-get >/dev/null; then
    echo "prepare: missing, by their Debian names:$missing" >&2
    echo "prepare: there is no apt-get here; install them with this system's own tools" >&2
    exit 1
fi
if [ "$(id -u)" -eq 0 ]; then
    as_root=
elif have sudo >/dev/null; then
    as_root=sudo
    # Nobody is there to type a password.
    [ -t 0 ] || as_root='sudo -n'
else
    echo "prepare: would install:$missing" >&2
    echo "prepare: neither root nor sudo; run as root: apt-get install$missing" >&2
    exit 1
fi

apt() {
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y "$@" >&2
}

updated=
if ! ls "$lists"/*_Packages* >/dev/null 2>&1; then
    apt update || :
    updated=yes
fi
echo "prepare: installing$missing" >&2
# shellcheck disable=SC2086 # the list is words
if ! apt install --no-install-recommends $missing; then
    # Lists that are too old name packages that are gone: once more with new ones.
    if [ -n "$updated" ] || ! apt update || ! apt install --no-install-recommends $missing; then
        echo "prepare: apt-get could not install:$missing" >&2
        exit 1
    fi
fi
