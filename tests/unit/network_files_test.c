/* Files of networks: rows of each format by hand; the same files cut off and changed anywhere; with
 * memory refused at every request; written and read again. What other programs read and write is
 * tested by tests/cli/network-files.sh. */
#include "store_world.h"

#include "store/records.h"
#include "stdlib/network/format.h"
#include <math.h>
#include <stdio.h>

/* ---- files that are all right ---- */

static const char graphml[] =
    "<?xml version='1.0'?>\n"
    "<graphml xmlns='http://graphml.graphdrawing.org/xmlns'>\n"
    "<key id='a' for='node' attr.name='age' attr.type='int'><default>7</default></key>\n"
    "<key id='b' for='edge' attr.name='weight' attr.type='double'/>\n"
    "<graph edgedefault='directed'>\n"
    "<node id='x&amp;y'><data key='a'> 3 </data></node>\n"
    "<node id='z'/>\n"
    "<edge source='z' target='x&amp;y'><data key='b'>NaN</data></edge>\n"
    "<edge source='z' target='z' directed='false'><data key='b'>2.5</data></edge>\n"
    "<edge source='z' target='w'/>\n"
    "</graph></graphml>\n";

static const char gexf[] =
    "<gexf xmlns='http://gexf.net/1.3' version='1.3'>\n"
    "<graph defaultedgetype='undirected' timeformat='date'>\n"
    "<attributes class='node'><attribute id='0' title='open' type='boolean'>"
    "<default>false</default></attribute></attributes>\n"
    "<nodes><node id='a' label='A' start='2024-01-01'><attvalues>"
    "<attvalue for='0' value='true'/></attvalues></node>\n"
    "<node id='b' label='B'/></nodes>\n"
    "<edges><edge id='0' source='a' target='b' weight='2'><spells>"
    "<spell start='2024-02-01' end='2024-02-29'/>"
    "<spell startopen='2024-03-31' endopen='2024-05-01'/></spells></edge></edges>\n"
    "</graph></gexf>\n";

static const char pajek[] =
    "% a comment\r\n*Vertices 4\r\n1 \"an\\\"n\" 0.5 0.25 box ic Red [1-3,5-*]\r\n"
    "2 \"b\xE9\"\r\n*Arcs :1 \"advice\"\r\n1 2 2.5 [2]\r\n*Edges :2 \"visit\"\r\n"
    "2 3\r\n*Arcslist :1\r\n1 3 9\r\n*Matrix :2\r\n"
    "0 1 0 0\r\n0 0 0 0\r\n0 0 0 0\r\n0 0 0 3\r\n";

static const char dl[] = "DL nr=2, nc=2, nm=2 format=fullmatrix\nrow labels:\np,\"q r\"\n"
                         "column labels embedded\nmatrix labels: one two\ndata:\n"
                         "x y\n1 0\n. 2\nx y\n0 0\n0 4\n";

static const char dot[] =
    "/* a */ digraph \"g\" { node [k=1]; a -> { b c } -> d [w=\"2\"] // x\n"
    " a [label=\"q \\\"x\\\"\" + \"y\"]; subgraph cluster_0 { e; node [k=2] f } e:n -> f }\n";

static const char json[] = "{\"directed\": false, \"nodes\": [{\"id\": 1, \"n\": "
                           "\"\\u00e9\\n\"},\n {\"id\": 2, \"t\": [1]}],\n"
                           "\"links\": [{\"source\": 1, \"target\": 2, \"weight\": 1.5},\n "
                           "{\"source\": 1, \"target\": 3}]}\n";

static const char places[] = "{\"nodes\":[{\"name\":\"a\"},{\"name\":\"b\"}],"
                             "\"links\":[{\"source\":0,\"target\":1,\"value\":5}]}";

static const char matrix[] = ",a,b\na,0,1.5\nb,,0\n";

static const struct {
    const char *name, *text, *nodes, *ties;
    bool xml;
} files[] = {
    {"graphml", graphml, "id,age|x&y,3|z,7",
     "source,target,directed,weight|z,x&y,true,|z,z,false,2.5|"
     "!the file has no node \"w\"",
     true},
    {"gexf", gexf, "id,open,label,start,end|a,true,A,2024-01-01,|b,false,B,,",
     "source,target,id,weight,start,end|a,b,0,2,2024-02-01,2024-02-29|a,b,0,2,2024-04-01,2024-04-"
     "30",
     true},
    {"pajek", pajek,
     "id,label,x,y,shape,ic,start,end|1,an\"n,0.5,0.25,box,Red,1,3|1,an\"n,0.5,0.25,box,Red,5,|"
     "2,b\xC3\xA9,,,,,,|3,,,,,,,|4,,,,,,,",
     "source,target,directed,relation,weight,start,end|1,2,true,advice,2.5,2,2|2,3,false,visit,,,|"
     "1,3,true,advice,,,|!the file has no node \"9\"|1,2,true,visit,1,,|4,4,true,visit,3,,",
     false},
    {"dl", dl, "id,mode|p,1|q r,1|x,2|y,2",
     "source,target,relation,weight|p,x,one,1|!the value is missing: whether there is a tie is not "
     "known|q r,y,one,2|q r,y,two,4",
     false},
    {"dot", dot,
     "id,label,k,subgraph|a,q \"x\"y,1,|b,,1,|c,,1,|d,,1,|e,,1,cluster_0|f,,2,cluster_0",
     "source,target,w|a,b,2|a,c,2|b,d,2|c,d,2|e,f,", false},
    {"json", json, "id,n,t|1,\xC3\xA9\n,|2,,[",
     "source,target,weight|1,2,1.5|!the file has no node \"3\"", false},
    {"places", places, "id,name|0,a|1,b", "source,target,value|0,1,5", false},
    {"matrix", matrix, "id|a|b",
     "source,target,weight|a,b,1.5|!the cell is missing: whether there is a tie is not known",
     false},
};

static bool is_read(size_t file) {
    return !files[file].xml || xml_is_built_in();
}

static struct str write_bytes(const char *bytes, size_t n) {
    struct str path = in_folder("network");
    FILE *f = fopen(path.p, "wb");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(bytes, 1, n, f), n);
    ck_assert_int_eq(fclose(f), 0);
    return path;
}

/* Header and rows, a `|` between rows; flaws behind `!`. */
static enum status read_part(struct str path, const char *part, struct buf *out) {
    struct records records;
    struct record_file file = {
        .span = nowhere, .path = path, .table = str_of(part), .into = STR("t")};
    enum status status = records_open(&records, store, &file);
    for (bool more = status == ST_OK; more; more = records_next(&records, &status)) {
        buf_text(out, out->n ? "|" : "");
        if (records.flaw)
            buf_printf(out, "!%s", records.flaw);
        for (uint32_t i = 0; i < records.nfields && !records.flaw; i++)
            buf_printf(out, "%s%.*s", i ? "," : "", STR_ARG(csv_text(&records.fields[i])));
    }
    records_close(&records);
    return status;
}

static void expect_part(struct str path, const char *part, const char *wanted) {
    struct buf out;
    buf_init(&out, &memory);
    ck_assert_int_eq(read_part(path, part, &out), ST_OK);
    ck_assert_msg(str_is(buf_view(&out), wanted), "%s:\n%.*s\nnot\n%s", part,
                  STR_ARG(buf_view(&out)), wanted);
    buf_free(&out);
}

START_TEST(rows_by_hand) {
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        if (!is_read(i))
            continue;
        struct str path = write_bytes(files[i].text, strlen(files[i].text));
        expect_part(path, "nodes", files[i].nodes);
        expect_part(path, "ties", files[i].ties);
        expect_part(path, "Edges", files[i].ties);
    }
}
END_TEST

START_TEST(types_are_those_of_the_file) {
    struct records records;
    struct record_file file = {.span = nowhere, .table = STR("nodes"), .into = STR("t")};
    if (!xml_is_built_in())
        return;
    file.path = write_bytes(graphml, sizeof graphml - 1);
    ck_assert_int_eq(records_open(&records, store, &file), ST_OK);
    ck_assert_int_eq(records_about(&records, 1)->kind, TY_INT);
    records_close(&records);
    file.table = STR("ties");
    ck_assert_int_eq(records_open(&records, store, &file), ST_OK);
    ck_assert_int_eq(records_about(&records, 3)->kind, TY_FLOAT);
    records_close(&records);
}
END_TEST

/* ---- files that mean harm ---- */

static const struct {
    const char *text, *message;
    enum code code;
    bool xml;
} bad[] = {
    {"<graphml><!-- x -->\n<graph><node id='a'", ":2: the file is not well-formed XML", E0831,
     true},
    {"<!DOCTYPE graphml [<!ENTITY a 'aaaa'>]>\n<graphml>&a;</graphml>",
     ":1: the file declares a document type", E0831, true},
    {"<!DOCTYPE x SYSTEM 'file:///etc/passwd'><graphml/>", "declares a document type", E0831, true},
    {"<?xml version='1.0'?>\n<html>\n</html>", ":2: the file is XML, but neither GraphML nor GEXF",
     E0831, true},
    {"<graphml/>", "the file holds no graph", E0831, true},
    {"<graphml><graph>\n<node id='a'><data key='k'>1</data></node></graph></graphml>",
     ":2: a value for `k`, which is not declared", E0831, true},
    {"<graphml><graph>\n<node id='a'>\n<graph/></node></graph></graphml>",
     ":3: a graph stands within a node", E0832, true},
    {"<graphml><graph>\n<hyperedge/></graph></graphml>", ":2: a tie with more than two ends", E0832,
     true},
    {"<graphml><graph/>\n<graph/></graphml>", ":2: the file holds a second graph", E0832, true},
    {"<gexf><graph><attributes class='node'><attribute id='0' type='long'/></attributes><nodes>\n"
     "<node id='a'><attvalues><attvalue for='0' value='1'/><attvalue for='0' "
     "value='2'/></attvalues>"
     "</node></nodes></graph></gexf>",
     ":2: `0` has more than one value", E0832, true},
    {"<gexf><graph><nodes><node id='a'>\n<nodes><node "
     "id='b'/></nodes></node></nodes></graph></gexf>",
     "a `node` stands within a node", E0832, true},
    {"*Vertices 4000000000\n1 \"a\"\n*Arcs\n1 2\n", "counts 4000000000 nodes and lists 1", E0831,
     false},
    {"*Vertices 99999999999999999999\n", ":1: the number of vertices cannot be read", E0831, false},
    {"*Vertices -3\n", ":1: the number of vertices cannot be read", E0831, false},
    {"*Arcs\n1 2\n", ":1: there are ties before `*Vertices`", E0831, false},
    {"*Vertices 2\n1 \"a\n", ":2: a quote is opened and never closed", E0831, false},
    {"*Vertices 2\nann\n", ":2: the line does not begin with the number", E0831, false},
    {"*Vertices 3\n*Matrix\n0 1 0\n1 0", ":4: the matrix ends within row 2", E0831, false},
    {"*Vertices 1000000\n*Matrix\n0\n", "the matrix ends within row 1", E0831, false},
    {"*Vertices 2\n*Matrix\n0 1 1 0 1\n", ":3: the matrix has more cells", E0831, false},
    {"*Vertices 2\n*Matrix\n0 x\n", ":3: row 1, column 2 of the matrix is no number", E0831, false},
    {"*Vertices 2\n*Partition p\n1\n2\n", ":2: the section `*Partition` is not read", E0832, false},
    {"*Vertices 2\n*Vertices 2\n", ":2: the file has `*Vertices` twice", E0832, false},
    {"*Vertices 2\n*Arcs\n1 2 1 [a-b]\n", ":3: a time that cannot be read", E0831, false},
    {"\xEF\xBB\xBF*Vertices 1\n1 \"\xE9\"\n", ":2: the line is not valid UTF-8", E0831, false},
    {"dl n=1000000000 data:\n1 0\n", "the file ends within row 1 of 1000000000", E0831, false},
    {"dl n=1000000000 format=edgelist1 data:\n1 2\n", "counts 1000000000 nodes", E0831, false},
    {"dl n=0 data:\n", ":1: a count that is no whole number above 0", E0831, false},
    {"dl n=9223372036854775807 data:\n1", "a count that no file can have", E0831, false},
    {"dl n=2 format=rankedlist1\ndata:\n", ":1: the format `rankedlist1` is not read", E0832,
     false},
    {"dl n=2\nlabels:\na,a\ndata:\n", ":3: two nodes have the same label", E0831, false},
    {"dl n=2 format=edgelist1\ndata:\n1 3\n", ":3: `3` is no number of a node", E0831, false},
    {"dl n=2 format=edgelist1\nlabels embedded\ndata:\na b\nc a\n", ":5: more nodes are named",
     E0831, false},
    {"dl n=2\ndata:\n0 1\n1 0 7\n", "more values than the matrix has cells", E0831, false},
    {"dl n=2 size=3\n", ":1: `size` is no word of the header", E0831, false},
    {"graph g { a -- b [label=<b>] }", ":1: a label in HTML", E0832, false},
    {"graph g {\n a -> b }", ":2: `->` stands in a graph without directions", E0831, false},
    {"digraph g {\n a -- b }", ":2: `--` stands in a digraph", E0831, false},
    {"graph g {\n a -- b", ":2: the file ends before `}`", E0831, false},
    {"graph g { a }\ngraph h { b }", ":2: the file holds a second graph", E0832, false},
    {"graph g { a /* }", ":1: a comment is opened and never closed", E0831, false},
    {"graph g { \"a }\n", ":1: a quote is opened and never closed", E0831, false},
    {"{\"nodes\": [{\"id\": 1},\n {\"id\": ]}", ":2: the line is not valid JSON", E0831, false},
    {"{\"nodes\": [{\"id\": 1}", ":1: the line is not valid JSON", E0831, false},
    {"{\"nodes\": [], \"links\": [1]}", ":1: a node or link is an object", E0831, false},
    {"{\"nodes\": []}\n{", ":2: text stands behind the object", E0831, false},
    {"{\"links\": [{\"source\": \"\\ud800\"}]}", "half a character in a string", E0831, false},
    {"a,b\n1,\"2\n", ":2: a quote is opened and never closed", E0831, false},
    {"a\n1\n", "the file has one column", E0831, false},
    {",a,b\na,0,1\nb,0\n", ":3: the row has 2 fields, the first row 3", E0831, false},
    {",a\n,0\n", ":2: the row has no name", E0831, false},
};

START_TEST(refused_with_their_lines) {
    struct buf out;
    buf_init(&out, &memory);
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        if (bad[i].xml && !xml_is_built_in())
            continue;
        diags_init(&diags, &arena); /* it keeps so many only */
        struct str path = write_bytes(bad[i].text, strlen(bad[i].text));
        ck_assert_msg(read_part(path, "ties", &out) == ST_FAILED, "%s", bad[i].text);
        expect_error(ST_FAILED, bad[i].code, bad[i].message);
    }
    buf_free(&out);
}
END_TEST

START_TEST(deep_and_long) {
    struct buf text, out;
    buf_init(&text, &memory);
    buf_init(&out, &memory);
    buf_text(&text, "{\"nodes\": [");
    buf_repeat(&text, "[", 100000);
    ck_assert_int_eq(read_part(write_bytes(text.p, text.n), "nodes", &out), ST_FAILED);
    expect_error(ST_FAILED, E0831, "a node or link is an object");
    buf_clear(&text);
    buf_text(&text, "{\"x\": ");
    buf_repeat(&text, "{\"x\": ", 100000);
    ck_assert_int_eq(read_part(write_bytes(text.p, text.n), "nodes", &out), ST_FAILED);
    expect_error(ST_FAILED, E0831, "nested more than 64 deep");
    buf_clear(&text);
    buf_text(&text, "graph g ");
    buf_repeat(&text, "{ ", 100000);
    ck_assert_int_eq(read_part(write_bytes(text.p, text.n), "nodes", &out), ST_FAILED);
    expect_error(ST_FAILED, E0831, "subgraphs are nested more than 64 deep");
    buf_clear(&text);
    buf_text(&text, "*Vertices 1\n1 \"");
    buf_repeat(&text, "x", CSV_ROW_LIMIT + 100000);
    ck_assert_int_eq(read_part(write_bytes(text.p, text.n), "nodes", &out), ST_FAILED);
    expect_error(ST_FAILED, E0831, ":2: the line is longer than 16 MiB");
    buf_clear(&text);
    buf_text(&text, "digraph g { {");
    for (unsigned i = 0; i < 400; i++)
        buf_printf(&text, "a%u ", i);
    buf_text(&text, "} -> {");
    for (unsigned i = 0; i < 400; i++)
        buf_printf(&text, "b%u ", i);
    buf_text(&text, "} }");
    ck_assert_int_eq(read_part(write_bytes(text.p, text.n), "ties", &out), ST_FAILED);
    expect_error(ST_FAILED, E0831, "stands for more than 100,000 ties");
    if (xml_is_built_in()) {
        buf_clear(&text);
        buf_text(&text, "<graphml>");
        buf_repeat(&text, "<graph>", 100000);
        ck_assert_int_eq(read_part(write_bytes(text.p, text.n), "ties", &out), ST_FAILED);
        expect_error(ST_FAILED, E0832, "the file holds a second graph");
        buf_clear(&text);
        buf_text(&text, "<gexf>");
        buf_repeat(&text, "<x>", 100000);
        ck_assert_int_eq(read_part(write_bytes(text.p, text.n), "ties", &out), ST_FAILED);
        expect_error(ST_FAILED, E0831, "nests its tags more than 64 deep");
    }
    buf_free(&text);
    buf_free(&out);
}
END_TEST

static uint32_t next_random(uint64_t *state, uint32_t below) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*state >> 33) % below;
}

/* A byte changed, a stretch left out, doubled, or set for something that means much elsewhere. */
static size_t change(const char *text, size_t n, char *out, uint64_t *state) {
    static const char *const odd[] = {"\"", "<",    "[", "{",  "99999999999", "-1",         "*",
                                      "\n", "\xFF", ";", "\\", ":",           "0",          "}",
                                      "]",  ">",    "'", "!",  "labels",      "*Vertices 3"};
    size_t at = next_random(state, (uint32_t)n), length = 1 + next_random(state, 12);
    length = length > n - at ? n - at : length;
    const char *word = odd[next_random(state, COUNT_OF(odd))];
    size_t put = 0;
    memcpy(out, text, at);
    switch (next_random(state, 5)) {
    case 0:
        memcpy(out + at, text + at, n - at);
        out[at] = (char)next_random(state, 256);
        return n;
    case 1:
        memcpy(out + at, text + at + length, n - at - length);
        return n - length;
    case 2:
        memcpy(out + at, text + at, length);
        memcpy(out + at + length, text + at, n - at);
        return n + length;
    case 3:
        put = strlen(word);
        memcpy(out + at, word, put);
        memcpy(out + at + put, text + at, n - at);
        return n + put;
    default:
        return at;
    }
}

START_TEST(changed_anywhere) {
    uint64_t state = 5;
    char bytes[4096];
    uint32_t taken = 0, refused = 0;
    struct buf out;
    buf_init(&out, &memory);
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        size_t n = strlen(files[i].text);
        for (int round = 0; round < 400 && is_read(i); round++) {
            size_t length = change(files[i].text, n, bytes, &state);
            struct str path = write_bytes(bytes, length);
            enum status status = read_part(path, round % 2 ? "nodes" : "ties", &out);
            ck_assert(status == ST_OK || status == ST_FAILED);
            taken += status == ST_OK;
            refused += status != ST_OK;
            buf_clear(&out);
        }
    }
    ck_assert_uint_gt(taken, 200);
    ck_assert_uint_gt(refused, 200);
    buf_free(&out);
}
END_TEST

/* ---- memory ---- */

START_TEST(without_memory) {
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        if (!is_read(i))
            continue;
        struct str path = write_bytes(files[i].text, strlen(files[i].text));
        uint64_t failures = 0;
        bool done = false;
        for (uint64_t call = 1; !done; call++) {
            size_t before = memory.used;
            struct records records;
            struct record_file file = {.span = nowhere,
                                       .path = path,
                                       .table = call % 2 ? STR("nodes") : STR("ties"),
                                       .into = STR("t")};
            memory.fail_at = memory.calls + call;
            enum status status = records_open(&records, store, &file);
            while (status == ST_OK && records_next(&records, &status))
                continue;
            records_close(&records);
            done = memory.calls < memory.fail_at;
            memory.fail_at = 0;
            ck_assert_int_eq(status, done ? ST_OK : ST_NO_MEMORY);
            ck_assert_uint_eq(memory.used, before);
            failures += !done;
        }
        ck_assert_uint_gt(failures, 5);
    }
}
END_TEST

/* ---- writing ---- */

static const struct str ids[] = {{"A \"1\"", 5}, {"b<&>", 4}, {"c\xC3\xA9", 3}};
static const struct str names[] = {{"Ann", 3}, {NULL, 0}, {"C\\n", 3}};
static const struct str ages[] = {{"7", 1}, {"-2", 2}, {NULL, 0}};
static const struct format_column columns[] = {{{"name", 4}, FORMAT_TEXT, names},
                                               {{"age", 3}, FORMAT_INT, ages}};
static const uint32_t from[] = {1, 0, 0, 2}, to[] = {0, 1, 1, 2};
static const double weights[] = {1.5, 2, 0.25, (double)NAN};
static const struct format_spell days[] = {
    {19724, 19724}, {19723, 19730}, {19740, FORMAT_NO_DAY}, {FORMAT_NO_DAY, FORMAT_NO_DAY}};
static const struct network_host nobody = {.alloc = &memory};

static void small_network(struct format_network *net, struct format_relation relations[2]) {
    relations[0] = (struct format_relation){.name = STR("visit"),
                                            .directed = true,
                                            .n = 4,
                                            .from = from,
                                            .to = to,
                                            .weight = weights,
                                            .spell = days};
    relations[1] = (struct format_relation){
        .name = STR("kin"), .directed = false, .n = 1, .from = from, .to = to};
    *net = (struct format_network){.host = &nobody,
                                   .name = STR("small"),
                                   .title = STR("Small & odd"),
                                   .n = 3,
                                   .id = ids,
                                   .columns = columns,
                                   .ncolumns = 2,
                                   .relations = relations,
                                   .nrelations = 2};
}

static void expect_written(format_write *format, const char *nodes, const char *ties) {
    struct format_network net;
    struct format_relation relations[2];
    struct arena room;
    struct buf text;
    arena_init(&room, &memory);
    buf_init(&text, &memory);
    small_network(&net, relations);
    ck_assert_int_eq(format_merge(&room, &net), ST_OK);
    ck_assert_int_eq(format(&text, &net), ST_OK);
    struct str path = write_bytes(text.p, text.n);
    expect_part(path, "nodes", nodes);
    expect_part(path, "ties", ties);
    buf_free(&text);
    arena_free(&room);
}

/* Day 19723 is 2024-01-01. Of two ties from A to b one has 2, the other 0.25. */
START_TEST(written_and_read_again) {
    static const char all[] = "id,name,age|A \"1\",Ann,7|b<&>,,-2|c\xC3\xA9,C\\n,";
    if (xml_is_built_in()) {
        expect_written(format_graphml, all,
                       "source,target,relation,weight,ties|"
                       "A \"1\",b<&>,visit,2.25,2|b<&>,A \"1\",visit,1.5,|"
                       "c\xC3\xA9,c\xC3\xA9,visit,,|A \"1\",b<&>,kin,,|b<&>,A \"1\",kin,,");
        expect_written(
            format_gexf,
            "id,name,age,label|A \"1\",Ann,7,A \"1\"|b<&>,,-2,b<&>|c\xC3\xA9,C\\n,,c\xC3\xA9",
            "source,target,directed,relation,ties,id,weight,start,end|"
            "A \"1\",b<&>,true,visit,2,0,2.25,2024-01-01,2024-01-08|"
            "A \"1\",b<&>,true,visit,2,0,2.25,2024-01-18,|"
            "b<&>,A \"1\",true,visit,,1,1.5,2024-01-02,2024-01-02|"
            "c\xC3\xA9,c\xC3\xA9,true,visit,,2,,,|A \"1\",b<&>,false,kin,,3,,,");
    }
    expect_written(format_pajek, "id|A \"1\"|b<&>|c\xC3\xA9",
                   "source,target,directed,relation,weight,start,end|"
                   "A \"1\",b<&>,true,visit,2.25,1,8|A \"1\",b<&>,true,visit,2.25,18,|"
                   "b<&>,A \"1\",true,visit,1.5,2,2|c\xC3\xA9,c\xC3\xA9,true,visit,,,|"
                   "A \"1\",b<&>,false,kin,,,");
    expect_written(format_dl, "id|A \"1\"|b<&>|c\xC3\xA9",
                   "source,target,relation,weight|A \"1\",b<&>,visit,2.25|b<&>,A \"1\",visit,1.5|"
                   "!the value is missing: whether there is a tie is not known|"
                   "A \"1\",b<&>,kin,1|b<&>,A \"1\",kin,1");
    expect_written(format_dot, all,
                   "source,target,relation,weight,ties,dir|A \"1\",b<&>,visit,2.25,2,|"
                   "b<&>,A \"1\",visit,1.5,,|c\xC3\xA9,c\xC3\xA9,visit,,,|A \"1\",b<&>,kin,,,none");
    expect_written(format_node_link, all,
                   "source,target,key,relation,weight,ties|A \"1\",b<&>,visit,visit,2.25,2|"
                   "b<&>,A \"1\",visit,visit,1.5,|c\xC3\xA9,c\xC3\xA9,visit,visit,,|"
                   "A \"1\",b<&>,kin,kin,,|b<&>,A \"1\",kin,kin,,");
    expect_written(format_edges, "id|A \"1\"|b<&>|c\xC3\xA9",
                   "source,target,relation,weight,ties|A \"1\",b<&>,visit,2.25,2|"
                   "b<&>,A \"1\",visit,1.5,1|c\xC3\xA9,c\xC3\xA9,visit,,1|A \"1\",b<&>,kin,,1");
}
END_TEST

static enum status first_matrix(struct buf *out, const struct format_network *net) {
    return format_matrix(out, net, 0);
}

START_TEST(matrix_written_and_read_again) {
    expect_written(first_matrix, "id|A \"1\"|b<&>|c\xC3\xA9",
                   "source,target,weight|A \"1\",b<&>,2.25|b<&>,A \"1\",1.5|"
                   "!the cell is missing: whether there is a tie is not known");
}
END_TEST

START_TEST(written_without_memory) {
    static format_write *const formats[] = {format_graphml, format_gexf, format_pajek,
                                            format_dl,      format_dot,  format_node_link,
                                            format_edges,   first_matrix};
    for (size_t i = 0; i < COUNT_OF(formats); i++) {
        bool done = false;
        for (uint64_t call = 1; !done; call++) {
            struct format_network net;
            struct format_relation relations[2];
            struct arena room;
            struct buf text;
            size_t before = memory.used;
            arena_init(&room, &memory);
            buf_init(&text, &memory);
            small_network(&net, relations);
            memory.fail_at = memory.calls + call;
            enum status status = format_merge(&room, &net);
            if (status == ST_OK)
                status = formats[i](&text, &net);
            done = memory.calls < memory.fail_at;
            memory.fail_at = 0;
            ck_assert(done ? status == ST_OK && !text.failed
                           : status == ST_NO_MEMORY || text.failed);
            buf_free(&text);
            arena_free(&room);
            ck_assert_uint_eq(memory.used, before);
        }
    }
}
END_TEST

Suite *network_files_suite(void) {
    Suite *suite = suite_create("network_files");
    TCase *reading = group(suite, "reading", start);
    tcase_set_timeout(reading, 120);
    tcase_add_test(reading, rows_by_hand);
    tcase_add_test(reading, types_are_those_of_the_file);
    tcase_add_test(reading, refused_with_their_lines);
    tcase_add_test(reading, deep_and_long);
    tcase_add_test(reading, changed_anywhere);
    tcase_add_test(reading, without_memory);
    TCase *writing = group(suite, "writing", start);
    tcase_set_timeout(writing, 120);
    tcase_add_test(writing, written_and_read_again);
    tcase_add_test(writing, matrix_written_and_read_again);
    tcase_add_test(writing, written_without_memory);
    return suite;
}
