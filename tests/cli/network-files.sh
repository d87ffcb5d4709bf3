# Files of networks: what NetworkX and igraph write is read, what is written they read; parts, types,
# rejects, hostile files, memory that stays bounded.
. "$ROOT/tests/cli_lib.sh"
# The interpreter of the system has the Debian packages python3-networkx and python3-igraph.
peer=python3
[ ! -x /usr/bin/python3 ] || peer=/usr/bin/python3
has() { "$peer" -c "import $1" 2>no.log; }
xml=no
case " ${FORMATS-$("$ROOT/interp/build/formats.sh" | tr '\n' ' ')} " in
*" expat "*) xml=yes ;;
esac

refused() { # refused NAME FILE PART CODE MESSAGE
    gives "$1" 1 timeout 60 "$SPOKE" -c "import t from \"$2\" table \"$3\""
    holds "$1: one error" test "$(grep -c '^error\[' err)" -eq 1
    says "$1: its message" err "^error\\[$4\\]: .*$5"
    says "$1: a help" err '= help: '
}

# ---- what is no text ----
awk 'BEGIN { for (i = 0; i < 3000; i++) printf "%c%c%c%c", 1 + i % 7, i % 32, 65 + i % 26, 2 }' >torn.graphml
gives "bytes called GraphML" 1 "$SPOKE" -c 'import m from "torn.graphml"'
says "bytes called GraphML: the message" err '^error\[E0504\]: `torn.graphml` is no text file'
says "bytes called GraphML: the help" err 'GraphML is XML, which begins with `<`'

# ---- parts ----
printf '*Vertices 3\n1 "ann"\n2 "bob"\n3 "cy"\n*Arcs\n1 2 2.5\n2 3 1\n3 9 1\n' >small.net
gives "part by part" 0 "$SPOKE" --format csv -c 'import nodes from "small.net"
import visit from "small.net" table "ties"
show nodes
show visit
show from rejects | select file, line, reason'
is "nodes, ties, and the tie that leads nowhere" out <<'END'
id
ann
bob
cy
source,target,weight
ann,bob,2.5
bob,cy,1.0
file,line,reason
small.net/ties,8,"the file has no node ""9"""
END
says "types and what ends mean" err 'source text "the tie goes from here"'
gives "no part said" 1 "$SPOKE" -c 'import t from "small.net"'
says "which there are" err '^error\[E0542\]: `small.net` is a network: it has `nodes` and `ties`'
says "and how to say it" err 'help: `table "nodes"` or `table "ties"`'
refused "a part that is not there" small.net cliques E0542 'has no part `cliques`: it has `nodes` and `ties`'
gzip -k small.net
gives "packed" 0 "$SPOKE" --format csv -c 'import ties from "small.net.gz" table "ties"
show ties'
says "the same rows" out '^ann,bob,2.5$'
cat >declared.spoke <<'END'
table person { key person;  person text from "id" }
table visit  { key host, guest;  host -> person from "source";  guest -> person from "target";  hours float from "weight" }
import person from "small.net" table "nodes"
import visit  from "small.net" table "ties"
network net { members person;  ties visit from host to guest strength hours }
END
{ cat declared.spoke; echo 'show degree(net)'; } >degree.spoke
gives "into declared tables, and a network over them" 0 "$SPOKE" run degree.spoke --format csv
is "its degrees" out <<'END'
member,relation,in_degree,out_degree,degree,strength
ann,visit,0,1,1,2.5
bob,visit,1,1,2,3.5
cy,visit,1,0,1,1.0
END

# ---- round trips ----
cat >world.spoke <<'END'
table school { key school;  school text;  name text null;  tier text null;  pupils int null;  share float null;  open bool null;  joined_on date null;  left_on date null }
table visit  { key host, guest, day;  host -> school;  guest -> school;  day date;  hours float null }
table kin    { key a, b;  a -> school;  b -> school }
from [{school: "A 1", name: "Ålder \"x\" & <y>", tier: "hub", pupils: 12, share: 0.25, open: true, joined_on: 2024-01-01},
      {school: "B", name: "two\nlines", tier: "school", pupils: missing, share: 1.0, open: missing, joined_on: missing},
      {school: "Cé", name: missing, tier: missing, pupils: 7, share: missing, open: false, joined_on: missing}] | into school
from [{host: "A 1", guest: "B", day: 2024-09-01, hours: 2.5}, {host: "A 1", guest: "B", day: 2024-09-03, hours: 1.0},
      {host: "B", guest: "A 1", day: 2024-09-02, hours: missing}, {host: "Cé", guest: "A 1", day: 2024-10-01, hours: 3.0}] | into visit
from [{a: "Cé", b: "B"}] | into kin
network net "The net" {
  members school
  ties    visit from host to guest at day strength hours
  ties    kin between a and b
  level   tier order "hub", "school"
  joined  joined_on
}
END
{ cat world.spoke; cat <<'END'; } >write.spoke
print to_graphml(net, "w.graphml")
print to_gexf(net, "w.gexf")
print to_pajek(net, "w.net")
print to_dl(net, "w.dl")
print to_dot(net, "w.dot")
print to_node_link(net, "w.json")
print to_edge_csv(net, "w-edges.csv")
print to_matrix_csv(net, "w-matrix.csv", relation: "visit")
END
gives "written in all formats" 0 "$SPOKE" run write.spoke
is "each says where" out <<'END'
w.graphml
w.gexf
w.net
w.dl
w.dot
w.json
w-edges.csv
w-matrix.csv
END
holds "nothing that is no number" sh -c '! grep -il "\bnan\b" w.*'
read_back() { # read_back FILE: ties of visit
    gives "$1 read back" 0 "$SPOKE" --format csv -c "import nodes from \"$1\" table \"nodes\"
import ties from \"$1\" table \"ties\"
show from ties | where relation == \"visit\" | group by source, target (weight = max(weight)) | sort source, target"
    is "$1: its ties" out
}
for file in w.graphml w.gexf; do
    [ $xml = yes ] || continue
    read_back $file <<'END'
source,target,weight
A 1,B,3.5
B,A 1,
Cé,A 1,3.0
END
done
for file in w.net w.dot w.json w-edges.csv; do
    read_back $file <<'END'
source,target,weight
A 1,B,3.5
B,A 1,
Cé,A 1,3.0
END
done
read_back w.dl <<'END'
source,target,weight
A 1,B,3.5
Cé,A 1,3.0
END
says "a tie of no known value is told" err 'ties: 1 row rejected, the first at w.dl/ties:.*whether there is a tie is not known'
for file in w.graphml w.json w.dot; do
    [ $xml = yes ] || [ $file != w.graphml ] || continue
    gives "$file: members" 0 "$SPOKE" --format csv -c "import nodes from \"$file\" table \"nodes\"
show from nodes | select id, name, tier, pupils, share, open, level"
    is "$file: their columns" out <<'END'
id,name,tier,pupils,share,open,level
A 1,"Ålder ""x"" & <y>",hub,12,0.25,true,hub
B,"two
lines",school,,1.0,,school
Cé,,,7,,false,
END
done
gives "spells of ties in Pajek" 0 "$SPOKE" --format csv -c 'import ties from "w.net" table "ties"
show from ties | where weight == 3.5 | select start, end'
says "a row for each" err 'rejected'
says "time 1 is the first day" w.net '^% time 1 is 2024-01-01$'
says "one edge with its days" w.net '^1 2 3.5 \[245,247\]$'
says "GEXF: one edge, two spells" w.gexf '<spell start="2024-09-03" end="2024-09-03"/>'
holds "GEXF: no parallel edges" test "$(grep -c '<edge ' w.gexf)" -eq 4
gives "a matrix of several relations" 1 "$SPOKE" run world.spoke -c 'print to_matrix_csv(net)'
says "is refused" err 'a matrix shows one relation; `net` has "visit", "kin"'
gives "as it was on a day" 0 "$SPOKE" run world.spoke -c 'print to_edge_csv(net at 2024-09-02)'
says "its ties" out '^B,"A 1",visit,$'
holds "and no others" test "$(grep -c ',visit,' out)" -eq 1

# ---- other programs read what is written ----
{ sed '/kin/d' world.spoke; echo 'print to_gexf(net, "one.gexf")
print to_pajek(net, "days.net")'; } >one.spoke
gives "one relation with days" 0 "$SPOKE" run one.spoke
if has networkx; then
    cat >read_nx.py <<'END'
import csv, json, networkx as nx
g = nx.read_graphml("w.graphml", force_multigraph=True)
assert g.is_directed() and set(g) == {"A 1", "B", "Cé"}, g
a = g.nodes["A 1"]
assert (a["pupils"], a["share"], a["open"], a["name"]) == (12, 0.25, True, 'Ålder "x" & <y>'), a
assert "pupils" not in g.nodes["B"] and g.nodes["B"]["name"] == "two\nlines"
ties = {(u, v, d["relation"]): d for u, v, d in g.edges(data=True)}
assert ties["A 1", "B", "visit"]["weight"] == 3.5 and ties["A 1", "B", "visit"]["ties"] == 2
assert "weight" not in ties["B", "A 1", "visit"]
# This version knows the names of GEXF 1.2 only; what follows them is the same.
text = open("one.gexf", encoding="utf-8").read().replace("http://gexf.net/1.3", "http://www.gexf.net/1.2draft")
open("w12.gexf", "w", encoding="utf-8").write(text.replace('version="1.3"', 'version="1.2"'))
g = nx.read_gexf("w12.gexf")
assert g.nodes["A 1"]["pupils"] == 12 and g.nodes["A 1"]["start"] == "2024-01-01"
spells = [d["spells"] for u, v, d in g.edges(data=True) if (u, v) == ("A 1", "B")][0]
assert spells == [("2024-09-01", "2024-09-01"), ("2024-09-03", "2024-09-03")], spells
g = nx.read_pajek("days.net") # it knows one relation
assert set(g) == {"A 1", "B", "Cé"}, set(g)
g = nx.node_link_graph(json.load(open("w.json", encoding="utf-8")))
assert g.is_multigraph() and g["A 1"]["B"]["visit"]["weight"] == 3.5
assert g.nodes["Cé"] == {"pupils": 7, "open": False}, g.nodes["Cé"]
rows = list(csv.reader(open("w-matrix.csv", encoding="utf-8")))
assert rows == [["", "A 1", "B", "Cé"], ["A 1", "0", "3.5", "0"], ["B", "", "0", "0"], ["Cé", "3", "0", "0"]], rows
END
    holds "NetworkX reads all that" "$peer" read_nx.py
    "$peer" read_nx.py || :
    cat >write_nx.py <<'END'
import json, networkx as nx
g = nx.karate_club_graph()
nx.write_graphml(g, "nx.graphml")
nx.write_gexf(g, "nx.gexf")
nx.write_pajek(g, "nx.net")
json.dump(nx.node_link_data(g), open("nx-links.json", "w"))
json.dump(nx.node_link_data(g), open("nx-sorted.json", "w"), indent=1, sort_keys=True)
json.dump(nx.adjacency_data(g), open("nx-adjacency.json", "w"))
json.dump(nx.cytoscape_data(g), open("nx-elements.json", "w"))
END
    "$peer" write_nx.py
    for file in nx.graphml nx.gexf nx.net nx-links.json nx-sorted.json nx-adjacency.json nx-elements.json; do
        case $xml$file in no*ml | no*gexf) continue ;; esac
        gives "$file of NetworkX" 0 "$SPOKE" --format csv -c "import nodes from \"$file\" table \"nodes\"
import ties from \"$file\" table \"ties\"
show from nodes | group (n = count(), officer = count(club == \"Officer\"))
show from ties | group (n = count(), weight = sum(weight))"
        sed 's/\.0$//' out >plain
        is "$file: the club" plain <<'END'
n,officer
34,17
n,weight
78,231
END
    done
else
    echo "SKIPPED: python3-networkx is not here, so nothing is compared with it"
fi
if has igraph; then
    cat >read_ig.py <<'END'
import igraph as ig
g = ig.Graph.Read_GraphML("w.graphml")
assert g.is_directed() and g.vcount() == 3 and g.ecount() == 5
assert g.vs["pupils"][0] == 12 and g.vs["open"][0] is True
assert g.es["weight"][0] == 3.5 and g.es["relation"] == ["visit"] * 3 + ["kin"] * 2
g = ig.Graph.Read_Pajek("one.net")
assert g.vs["id"] == ["A1", "B", "Cé"] and sorted(g.get_edgelist()) == [(0, 1), (1, 0), (2, 0)]
assert g.es["weight"][0] == 3.5
g = ig.Graph.Read_DL("one.dl")
assert g.vs["name"] == ["A1", "B", "Cé"] and g.es["weight"] == [3.5, 1.5, 3.0], (g.vs["name"], g.es["weight"])
END
    { sed '/kin/d; s/"A 1"/"A1"/g; s/ at day//; /joined  joined_on/d; s/02, hours: missing/02, hours: 1.5/' world.spoke; cat <<'END'; } >one.spoke
print to_pajek(net, "one.net")
print to_dl(net, "one.dl")
END
    gives "one relation without days" 0 "$SPOKE" run one.spoke
    holds "igraph reads that" "$peer" read_ig.py
    "$peer" read_ig.py || :
    cat >write_ig.py <<'END'
import igraph as ig
g = ig.Graph.Famous("Zachary")
g.vs["name"] = [f"member {i}" for i in range(34)]
g.vs["id"] = g.vs["name"]
g.vs["age"] = [float("nan") if i % 3 == 0 else i for i in range(34)]
g.es["weight"] = [i / 2 for i in range(78)]
g.write_graphml("ig.graphml")
g.write_pajek("ig.net")
g.write_dot("ig.dot")
END
    "$peer" write_ig.py 2>ig.log
    for file in ig.graphml ig.net ig.dot; do
        case $xml$file in no*ml) continue ;; esac
        gives "$file of igraph" 0 "$SPOKE" --format csv -c "import nodes from \"$file\" table \"nodes\"
import ties from \"$file\" table \"ties\"
show from nodes | group (n = count())
show from ties | group (n = count(), weight = sum(weight))"
        is "$file: the club" out <<'END'
n
34
n,weight
78,1501.5
END
    done
    if [ $xml = yes ]; then
        gives "numbers that are none" 0 "$SPOKE" --format csv -c 'import nodes from "ig.graphml" table "nodes"
show from nodes | group (n = count(), unknown = count(age is missing))'
        says "are missing" out '^34,12$'
    fi
else
    echo "SKIPPED: python3-igraph is not here, so nothing is compared with it"
fi

# ---- files that mean harm ----
if [ $xml = yes ]; then
    cat >bomb.graphml <<'END'
<?xml version="1.0"?>
<!DOCTYPE graphml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>
<graphml><graph edgedefault="directed"><node id="&c;"/></graph></graphml>
END
    refused "an entity bomb" bomb.graphml nodes E0831 'bomb.graphml:2: the file declares a document type'
    printf '<!DOCTYPE gexf [<!ENTITY x SYSTEM "file:///etc/hostname">]>\n<gexf>&x;</gexf>\n' >outside.gexf
    refused "an entity from outside" outside.gexf nodes E0831 'outside.gexf:1: the file declares a document type'
    printf '<graphml><graph>\n<node id="a"/>\n<node id="a"/>\n<node/>\n<edge source="a" target="z"/>\n<edge source="a"/>\n</graph></graphml>' >ids.graphml
    gives "ids" 0 "$SPOKE" --format csv -c 'import nodes from "ids.graphml"
show from rejects | select file, line, reason'
    is "that stand twice or not at all" out <<'END'
file,line,reason
ids.graphml/nodes,3,a node with this id stands in line 2
ids.graphml/nodes,4,the node has no id
END
    awk 'BEGIN {
        printf "<graphml><key id=\"a\" for=\"node\" attr.name=\"a\" attr.type=\"string\"><default>"
        for (i = 0; i < 300000; i++) printf "x"
        print "</default></key><graph>"
        for (i = 0; i < 2000; i++) print "<node id=\"" i "\"/>"
        print "</graph></graphml>" }' >defaults.graphml
    refused "a default that fills the disk" defaults.graphml nodes E0831 'take more than 200 times its size'
    head -c 300 w.graphml >cut.graphml
    refused "cut off" cut.graphml nodes E0831 'cut.graphml:[0-9]*: the file is not well-formed XML'
    printf '<graphml><graph><node id="a\377"/></graph></graphml>' >letters.graphml
    refused "broken letters" letters.graphml nodes E0831 'letters.graphml:1: the file is not well-formed'
fi
printf '*Vertices 4000000000\n1 "a"\n' >count.net
refused "a count that is a lie" count.net nodes E0831 'counts 4000000000 nodes and lists 1 of them'
printf 'DL n=1000000000 format=fullmatrix data:\n1 0 1\n' >count.dl
refused "a matrix that is a lie" count.dl ties E0831 'count.dl:2: the file ends within row 1 of 1000000000'
printf '*Vertices 2\n1 "a\000b"\n' >zero.net
refused "a zero byte" zero.net nodes E0831 'zero.net:2: the line holds a zero byte'
printf '{"nodes":[{"id":"a\377"}],"links":[]}' >letters.json
gives "letters of a row" 1 "$SPOKE" -c 'import nodes from "letters.json" strict'
says "are told with it" err 'letters.json/nodes:1: the row is not valid UTF-8'
printf 'graph g { a [label=<<b>x</b>>] }\n' >html.dot
refused "a label in HTML" html.dot nodes E0832 'html.dot:1: a label in HTML'

# Memory stays bounded: nothing of this is held whole.
memory_limit() { # unless a sanitizer needs all addresses
    # shellcheck disable=SC3045 # where there is no such limit, there is none
    [ -n "${SANITIZED:-}" ] || ulimit -v 600000 2>limit.log || :
}
room=$(df -Pk . | awk 'NR == 2 { print $4 }')
if [ "$room" -ge 2097152 ]; then megabytes=1024; else megabytes=200; fi
import_it() {
    (memory_limit && exec timeout 120 "$SPOKE" -c "import nodes from \"$1\"")
}
endless() { # endless FILE BEGINNING: a line without end
    printf '%b' "$2" >"$1"
    head -c 20000000 /dev/zero | tr '\0' x >>"$1"
    dd if=/dev/null of="$1" bs=1048576 seek="$megabytes" 2>dd.log
    gives "$1: a line without end" 1 import_it "$1"
    says "$1: refused" err '^error\[E0831\]: .*longer than\|zero byte'
    rm "$1"
}
endless line.net '*Vertices 2\n1 "'
endless line.dl 'dl n=2 labels:\n'
endless line.dot 'graph g { "'
endless line.json '{"nodes": [{"id": "'
[ $xml = no ] || endless line.graphml '<graphml><graph><node id="'
finish
