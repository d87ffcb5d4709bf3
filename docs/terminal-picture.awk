# Turns what a terminal shows, colours included, into an SVG picture.
#
#   tmux capture-pane -e -p | awk -f docs/terminal-picture.awk >docs/prompt.svg
#
# Reads the SGR codes that Spoke writes (bold, dim, the 16 colours, reset); others are left out.
function escape(s) {
    gsub(/&/, "\\&amp;", s)
    gsub(/</, "\\&lt;", s)
    gsub(/>/, "\\&gt;", s)
    return s
}
function colour(code) {
    if (code == 31) return "#ff7b72"
    if (code == 32) return "#7ee787"
    if (code == 33) return "#e3b341"
    if (code == 34) return "#79c0ff"
    if (code == 35) return "#d2a8ff"
    if (code == 36) return "#76e3ea"
    return ""
}
function apply(codes,   part, n, i) {
    n = split(codes, part, ";")
    if (n == 0) fill = weight = ""
    for (i = 1; i <= n; i++) {
        if (part[i] == "" || part[i] == 0) { fill = ""; weight = "" }
        else if (part[i] == 1) weight = "bold"
        else if (part[i] == 2) fill = "#8b949e"
        else if (part[i] == 22) weight = ""
        else if (part[i] == 39) fill = ""
        else if (colour(part[i] + 0) != "") fill = colour(part[i] + 0)
    }
}
function piece(s,   style) {
    if (s == "") return ""
    style = (fill != "" ? " fill=\"" fill "\"" : "") (weight != "" ? " font-weight=\"bold\"" : "")
    return "<tspan" style ">" escape(s) "</tspan>"
}
{
    out = ""
    rest = $0
    while (match(rest, /\033\[[0-9;]*m/)) {
        out = out piece(substr(rest, 1, RSTART - 1))
        apply(substr(rest, RSTART + 2, RLENGTH - 3))
        rest = substr(rest, RSTART + RLENGTH)
    }
    lines[++n] = out piece(rest)
    if (lines[n] != "") last = n
}
END {
    height = 28 + last * 18
    printf "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 760 %d\" role=\"img\" " \
           "aria-label=\"Spoke's prompt in a terminal\">\n", height
    printf "<rect width=\"760\" height=\"%d\" rx=\"8\" fill=\"#0d1117\"/>\n", height
    print "<g font-family=\"ui-monospace, DejaVu Sans Mono, monospace\" font-size=\"15\" " \
          "fill=\"#e6edf3\" xml:space=\"preserve\">"
    for (i = 1; i <= last; i++)
        if (lines[i] != "") printf "<text x=\"16\" y=\"%d\">%s</text>\n", 14 + i * 18, lines[i]
    print "</g>\n</svg>"
}
