# Writes a script of `lines` lines as analysts write them: functions with loops, conditions, records,
# lists, texts, and comments. Every function is called behind `if go`, which is false: so each is
# checked and compiled, and none runs. Laid out as `spoke fmt` does it.
#
#     awk -v lines=10000 -f long_script.awk

function block(i) {
    print "# Number " i " of many: how far a school is from its aim."
    print "fn step" i "(rate: float, students: int, name: text) -> float {"
    print "  let aim = {low: 0." i % 10 ", high: 0.9, label: \"school {name}\"}"
    print "  var seen = [0, " i % 100 ", students]"
    print "  var total = 0"
    print "  for k in 1 .. len(seen) {"
    print "    seen[k] = seen[k] + k * " i % 7 + 1
    print "    if seen[k] mod 3 == 0 and k > 1 { total = total + seen[k] }"
    print "  }"
    print "  while total > students + " i % 50 " { total = total - 10 }"
    print "  let gap = if rate < aim.low { aim.low - rate } else { rate - aim.high }"
    print "  if aim.label == \"school " i "\" or gap > 0.5 { return gap * 2.0 + total }"
    print ""
    print "  # Larger schools count for less."
    print "  let weight = match students {"
    print "    0 .. 99 => 1.0"
    print "    100 .. 499 => 0.5"
    print "    else => 0.25"
    print "  }"
    print "  gap * weight + len(name)"
    print "}"
    print ""
}

BEGIN {
    print "param go bool = false  \"run it?\""
    print ""
    blocks = int((lines - 4) / 23)
    for (i = 1; i <= blocks; i++) block(i)
    for (i = 23 * blocks + 4; i < lines; i++) print "# A line to make the number even."
    print "if go {"
    for (i = 1; i <= blocks; i++) print "  print step" i "(0." i % 90 + 10 ", " i % 700 ", \"S" i "\")"
    print "}"
}
