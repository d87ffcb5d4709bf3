#!/bin/sh
# Prints which of the libraries that only some import formats need can be built with: of libzip,
# expat and readstat those whose headers are there. The Makefile builds without the others.
#
#   formats.sh [COMPILER]
set -eu
compiler=${1:-cc}

for library in libzip expat; do
    if pkg-config --exists "$library" 2>/dev/null; then
        echo "$library"
    fi
done
# Not every system has a pkg-config file for it.
# shellcheck disable=SC2086 # the compiler may be several words
if echo '#include <readstat.h>' | $compiler -E - >/dev/null 2>&1; then
    echo readstat
fi
