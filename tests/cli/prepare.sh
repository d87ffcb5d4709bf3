# interp/build/prepare.sh, with every program it asks replaced by a stand-in: what it would install, as
# whom, and what it says when it cannot.
prepare=$ROOT/interp/build/prepare.sh
unset CC

# fresh_machine COMMAND...: a PATH with the shell's own tools and these stand-ins alone. apt-get and
# sudo write down how they were called.
fresh_machine() {
    rm -rf bin lists calls
    mkdir bin lists
    : >calls
    for tool in "$@"; do
        case $tool in
        root) printf '#!/bin/sh\necho 0\n' >bin/id ;;
        user) printf '#!/bin/sh\necho 1000\n' >bin/id ;;
        sudo) printf '#!/bin/sh\n[ "$1" != -n ] || shift\necho sudo >>calls\nexec "$@"\n' >bin/sudo ;;
        apt-get) printf '#!/bin/sh\necho "$*" >>calls\n' >bin/apt-get ;;
        broken-apt-get) printf '#!/bin/sh\necho "$*" >>calls\nexit 100\n' >bin/apt-get ;;
        *) printf '#!/bin/sh\nexit 0\n' >"bin/$tool" ;;
        esac
    done
    chmod +x bin/*
    for tool in sh ls cat env; do
        ln -s "$(command -v "$tool")" "bin/$tool"
    done
    status=0
}

run_prepare() {
    PATH=$PWD/bin APT_LISTS=$PWD/lists sh "$prepare" "$@" >said 2>&1 || status=$?
}

expect() {
    if ! "$@"; then
        echo "not so: $*"
        cat said calls
        exit 1
    fi
}

everything='cc objcopy make pkg-config sqlite3'

# All is there: silence, and apt is left alone.
fresh_machine $everything root apt-get
run_prepare
expect [ "$status" -eq 0 ]
expect [ ! -s said ]
expect [ ! -s calls ]

# Nobody special, something missing: the packages by name, and failure.
fresh_machine cc objcopy make pkg-config user apt-get
run_prepare
expect [ "$status" -eq 1 ]
expect grep -q 'would install: sqlite3$' said
expect [ ! -s calls ]

# Root with lists: one installation and no update.
fresh_machine cc objcopy make pkg-config root apt-get
: >lists/debian_Packages
run_prepare
expect [ "$status" -eq 0 ]
expect [ "$(cat calls)" = '-q -y install --no-install-recommends sqlite3' ]

# Root without lists: they are fetched once, before.
fresh_machine objcopy make pkg-config root apt-get
run_prepare
expect [ "$status" -eq 0 ]
expect [ "$(cat calls)" = '-q -y update
-q -y install --no-install-recommends gcc libc6-dev sqlite3 libreadstat-dev' ]

# A user with sudo; the peers of the benchmark are installed only for it.
fresh_machine $everything user sudo apt-get
: >lists/debian_Packages
run_prepare
expect [ ! -s calls ]
run_prepare bench
expect [ "$status" -eq 0 ]
expect [ "$(cat calls)" = 'sudo
-q -y install --no-install-recommends lua5.4' ]

# No pkg-config: its libraries count as missing.
fresh_machine cc objcopy make sqlite3 user
run_prepare
expect [ "$status" -eq 1 ]
expect grep -q 'pkg-config libsqlite3-dev zlib1g-dev libffi-dev libutf8proc-dev libpcre2-dev libjansson-dev libreadline-dev check libzip-dev libexpat1-dev$' said
expect grep -q 'no apt-get here' said

# Only what is optional, and nobody who may install it: said, and no failure.
fresh_machine $everything user
printf '#!/bin/sh\n[ "$2" != libzip ]\n' >bin/pkg-config
run_prepare
expect [ "$status" -eq 0 ]
expect grep -q 'by their Debian names: libzip-dev$' said
expect grep -q 'built without: libzip-dev' said

# Old lists and no network: once more after an update, then it gives up.
fresh_machine cc objcopy make pkg-config root broken-apt-get
: >lists/debian_Packages
run_prepare
expect [ "$status" -eq 1 ]
expect grep -q 'could not install: sqlite3' said
expect [ "$(grep -c update calls)" -eq 1 ]
