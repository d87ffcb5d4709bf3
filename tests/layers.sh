#!/bin/sh
# Checks every #include "..." of interp/ and stdlib/ against the layers of the architecture: a
# folder includes itself and lower layers only; within one layer only what the table allows.
#
#   layers.sh [ROOT]
set -eu
cd "${1:-.}"
# shellcheck disable=SC2016 # $0 is awk's
find interp stdlib -name "*.[ch]" -o -name "*.def" |
    sort | xargs awk '
BEGIN {
    count = split("base 0 segment 1 diagnose 1 syntax 2 check 3 column 4 plan 5 compile 5 exec 6 run 6 " \
                  "store 7 given 7 judge 7 render 7 foreign 7 api 8", pair, " ")
    for (i = 1; i < count; i += 2) layer[pair[i]] = pair[i + 1]
    allowed["compile", "plan"] = allowed["run", "exec"] = allowed["given", "store"] = 1
    # Modules that build on another: charts draw what spc finds, both need middles; tests of networks
    # and false alarms draw at random.
    uses["stdlib/chart", "stdlib/spc"] = uses["stdlib/spc", "stdlib/stats"] = 1
    uses["stdlib/core", "stdlib/stats"] = 1
    uses["stdlib/chart", "stdlib/picture"] = uses["stdlib/network", "stdlib/picture"] = 1
    uses["stdlib/network", "stdlib/random"] = uses["stdlib/spc", "stdlib/random"] = 1
    uses["stdlib/spc", "stdlib/picture"] = 1
}

# The folder of a path as includes name it: "base" for base/buf.h, "stdlib/spc" for a module.
function room(path,   part, n) {
    n = split(path, part, "/")
    if (part[1] == "stdlib") return n > 2 ? "stdlib/" part[2] : "stdlib"
    return part[1]
}

function complain(why) {
    printf "%s:%d: \"%s\" %s\n", FILENAME, FNR, target, why
    bad++
}

function exists(path,   line, got) {
    got = (getline line < path)
    close(path)
    return got >= 0
}

# What a native may see: the two headers of the API, and those api/native.h is made of.
function native_surface(path, to) {
    return path == "api/spoke.h" || path == "api/native.h" || path == "check/host.h" ||
           path == "column/column.h" || to == "base"
}

# Includes are relative to interp/, to the top, or to the own folder.
function resolve(path,   own) {
    own = FILENAME
    sub(/[^\/]*$/, "", own)
    if (exists(own path)) return own path
    if (exists("interp/" path)) return "interp/" path
    if (exists(path)) return path
    return ""
}

FNR == 1 {
    file = FILENAME
    sub(/^interp\//, "", file)
    from = room(file)
}

# Only within one folder may a file be named without it; and "../" is never needed.
/^[ \t]*#[ \t]*include[ \t]*"/ {
    target = $0
    sub(/^[^"]*"/, "", target)
    sub(/".*$/, "", target)
    if (target ~ /\.\./) { checked++; complain("climbs with ..; name the folder"); next }
    path = resolve(target)
    checked++
    if (path == "") { complain("is not there"); next }
    sub(/^interp\//, "", path)
    to = room(path)
    if (from == to) next
    if (from == "extension") {
        if (path != "api/spoke.h")
            complain("may not be included by extension, which includes api/spoke.h")
    } else if (from == "cli") {
        if (path != "api/spoke.h" && path != "stdlib/modules.h")
            complain("may not be included by cli, which includes api/spoke.h and stdlib/modules.h")
    } else if (from == "stdlib") {
        if (!native_surface(path, to))
            complain("may not be included here: what modules share sees what api/native.h shows")
    } else if (from ~ /^stdlib\//) {
        if ((from, to) in uses) next
        if (FILENAME ~ /\/bind[^\/]*\.[ch]$/) {
            if (to != "stdlib" && !native_surface(path, to))
                complain("may not be included by the binding of a module, which includes " \
                         "api/spoke.h, api/native.h, base and its own folder")
        } else if (to != "base")
            complain("may not be included by a kernel, which includes base and its own folder " \
                     "(only bind*.c and bind*.h see api/native.h)")
    } else if (!(from in layer))
        complain("is included by a folder that has no layer")
    else if (!(to in layer))
        complain("lies above layer " layer[from] " (" from ")")
    else if (layer[to] > layer[from])
        complain("lies in layer " layer[to] ", above layer " layer[from] " (" from ")")
    else if (layer[to] == layer[from] && !((from, to) in allowed))
        complain("lies in layer " layer[to] ", as " from " does, and the table does not allow it")
}

END {
    printf "layers: %d passed, %d failed, 0 skipped\n", checked - bad, bad
    exit bad > 0
}'
