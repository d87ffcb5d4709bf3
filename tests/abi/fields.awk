# From spoke.h a C program that prints where each field of each struct lies:
# "spoke_diag.line 64", and at its end "spoke_diag 88".
BEGIN {
    print "#include \"spoke.h\""
    print "#include <stdio.h>"
    print "int main(void) {"
}
{
    line = line " " $0
}
END {
    while ((at = index(line, "/*")) > 0) {
        rest = substr(line, at + 2)
        line = substr(line, 1, at - 1) substr(rest, index(rest, "*/") + 2)
    }
    while (match(line, /typedef struct spoke_[a-z_]+ [{][^}]*[}]/)) {
        body = substr(line, RSTART, RLENGTH)
        line = substr(line, RSTART + RLENGTH)
        split(body, words, " ")
        name = words[3]
        sub(/^[^{]*[{]/, "", body)
        sub(/[}]$/, "", body)
        n = split(body, declarations, ";")
        for (i = 1; i < n; i++)
            fields(declarations[i])
        printf "    printf(\"%s %%zu\\n\", sizeof(%s));\n", name, name
    }
    print "    return 0;"
    print "}"
}
function field(text) {
    gsub(/[^a-z_0-9]/, "", text)
    printf "    printf(\"%s.%s %%zu\\n\", offsetof(%s, %s));\n", name, text, name, text
}
function fields(text, parts, count, k) {
    if (match(text, /[(][*][a-z_]+[)]/)) {
        field(substr(text, RSTART, RLENGTH))
        return
    }
    count = split(text, parts, ",")
    for (k = 1; k <= count; k++) {
        sub(/ +$/, "", parts[k])
        sub(/.* /, "", parts[k])
        field(parts[k])
    }
}
