#!/bin/sh
# linker_takes.sh CC OPTION: prints the option if a shared library linked with it can be loaded here.
#
# Relative relocations in packed form need a dynamic linker that knows them, which an older C
# library does not have.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat >"$folder/part.c" <<'END'
static int x;
int *table[] = {&x};
END
cat >"$folder/whole.c" <<'END'
extern int *table[];
int main(void) { return *table[0]; }
END
# shellcheck disable=SC2086 # CC may have words
if $1 -shared -fPIC "$2" -Wl,-rpath,"$folder" -o "$folder/libpart.so" "$folder/part.c" &&
    $1 -o "$folder/whole" "$folder/whole.c" -L"$folder" -lpart -Wl,-rpath,"$folder" &&
    "$folder/whole"; then
    echo "$2"
fi 2>/dev/null
