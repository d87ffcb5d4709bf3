/* Trees of every construct, recovery from several errors at once, and texts
 * that were broken at every token.
 *
 * Trees are compared in a short form of the dump: children in parentheses,
 * without field names and places. The long form has a test of its own. */
#include "suites.h"
#include "syntax_fixture.h"

struct pair {
    const char *text, *wanted;
};

static const struct pair expressions[] = {
    {"a or b and not c == 1",
     "EXPRESSION(BINARY `or`(NAME \"a\", BINARY `and`(NAME \"b\", UNARY `not`(BINARY "
     "`==`(NAME \"c\", INT 1)))))"},
    {"a + b * -c ^ 2 ^ 3",
     "EXPRESSION(BINARY `+`(NAME \"a\", BINARY `*`(NAME \"b\", UNARY `-`(BINARY `^`(NAME "
     "\"c\", BINARY `^`(INT 2, INT 3))))))"},
    {"2 ^ -1", "EXPRESSION(BINARY `^`(INT 2, UNARY `-`(INT 1)))"},
    {"-2 ^ 2", "EXPRESSION(UNARY `-`(BINARY `^`(INT 2, INT 2)))"},
    {"a - b - c", "EXPRESSION(BINARY `-`(BINARY `-`(NAME \"a\", NAME \"b\"), NAME \"c\"))"},
    {"a div 2 mod 3", "EXPRESSION(BINARY mod(BINARY div(NAME \"a\", INT 2), INT 3))"},
    {"(x in 1 .. 2 + 3 or y)",
     "EXPRESSION(BINARY `or` +bracketed(IN(NAME \"x\", RANGE(INT 1, BINARY `+`(INT 2, INT "
     "3))), NAME \"y\"))"},
    {"(x not in [1, 2])", "EXPRESSION(IN +negated +bracketed(NAME \"x\", LIST(INT 1, INT 2)))"},
    {"x is not missing and y is missing",
     "EXPRESSION(BINARY `and`(IS_MISSING +negated(NAME \"x\"), IS_MISSING(NAME \"y\")))"},
    {"n like \"A%\" and not m not like \"B\"",
     "EXPRESSION(BINARY `and`(BINARY like(NAME \"n\", TEXT \"A%\"), UNARY `not`(UNARY "
     "`not`(BINARY like(NAME \"m\", TEXT \"B\")))))"},
    {"a.b.c[1].d", "EXPRESSION(DOT \"d\"(INDEX(DOT \"c\"(DOT \"b\"(NAME \"a\")), INT 1)))"},
    {"f(x, name: y)", "EXPRESSION(CALL(NAME \"f\", ARG(NAME \"x\"), ARG \"name\"(NAME \"y\")))"},
    {"count()", "EXPRESSION(CALL(NAME \"count\"))"},
    {"count(distinct seat.school)",
     "EXPRESSION(CALL +distinct(NAME \"count\", ARG(DOT \"school\"(NAME \"seat\"))))"},
    {"sum(visit.hours where visit.day in SY2025-26)",
     "EXPRESSION(CALL(NAME \"sum\", IN(DOT \"day\"(NAME \"visit\"), PERIOD SY2025-26), "
     "ARG(DOT \"hours\"(NAME \"visit\"))))"},
    {"count(where a == 1)", "EXPRESSION(CALL(NAME \"count\", BINARY `==`(NAME \"a\", INT 1)))"},
    {"count(where, distinct)",
     "EXPRESSION(CALL(NAME \"count\", ARG(NAME \"where\"), ARG(NAME \"distinct\")))"},
    {"-9223372036854775808", "EXPRESSION(INT -9223372036854775808)"},
    {"30 days + 2 weeks", "EXPRESSION(BINARY `+`(DURATION 30 days, DURATION 14 days))"},
    {"1 year", "EXPRESSION(DURATION 12 months)"},
    {"10%", "EXPRESSION(SHARE 10/100)"},
    {"{a: 1, \"b c\": [true, missing]}",
     "EXPRESSION(RECORD(FIELD \"a\"(INT 1), FIELD \"b c\"(LIST(BOOL true, MISSING))))"},
    {"{}", "EXPRESSION(RECORD)"},
    {"match x { \"A\", \"B\" => 1, 1 .. 3 => 2\n else => missing }",
     "EXPRESSION(MATCH(NAME \"x\", ARM(INT 1, TEXT \"A\", TEXT \"B\"), ARM(INT 2, RANGE(INT "
     "1, INT 3)), ARM(MISSING)))"},
    {"let x = if a { 1 } else { 2 }",
     "LET \"x\"(IF(NAME \"a\", BLOCK(EXPRESSION(INT 1)), BLOCK(EXPRESSION(INT 2))))"},
    {"\"n {a + 1:.1%}{b}\"",
     "EXPRESSION(TEMPLATE(TEXT \"n \", HOLE \".1%\"(BINARY `+`(NAME \"a\", INT 1)), TEXT "
     "\"\", HOLE(NAME \"b\"), TEXT \"\"))"},
    {"a\n  and b", "EXPRESSION(BINARY `and`(NAME \"a\", NAME \"b\"))"},
    {"`% x` + 1", "EXPRESSION(BINARY `+`(NAME \"% x\" +quoted, INT 1))"},
    {"(a)", "EXPRESSION(NAME \"a\" +bracketed)"},
    {"ties.from", "EXPRESSION(DOT \"from\"(NAME \"ties\"))"},
};
static const struct pair questions[] = {
    {"show m", "SHOW(NAME \"m\")"},
    {"show a, b by school", "SHOW(QUESTION(NAME \"a\", NAME \"b\", Q_BY(FIELD(NAME \"school\"))))"},
    {"show m where a == 1 for c and not (d or e) by student.school, month(day) over month "
     "in 2015-09 .. 2016-06",
     "SHOW(QUESTION(NAME \"m\", Q_WHERE(BINARY `==`(NAME \"a\", INT 1)), Q_FOR(BINARY "
     "`and`(NAME \"c\", UNARY `not`(BINARY `or` +bracketed(NAME \"d\", NAME \"e\")))), "
     "Q_BY(FIELD(DOT \"school\"(NAME \"student\")), FIELD(CALL(NAME \"month\", ARG(NAME "
     "\"day\")))), Q_OVER \"month\", Q_IN(RANGE(PERIOD 2015-09, PERIOD 2016-06))))"},
    {"show m in 2018", "SHOW(QUESTION(NAME \"m\", Q_IN(INT 2018)))"},
    {"let x = m by school", "LET \"x\"(QUESTION(NAME \"m\", Q_BY(FIELD(NAME \"school\"))))"},
    {"return m over month", "RETURN(QUESTION(NAME \"m\", Q_OVER \"month\"))"},
    {"(m in SY2025-26 by school)",
     "EXPRESSION(QUESTION +bracketed(NAME \"m\", Q_IN(PERIOD SY2025-26), Q_BY(FIELD(NAME "
     "\"school\"))))"},
    {"(grade in 3 .. 5)", "EXPRESSION(IN +bracketed(NAME \"grade\", RANGE(INT 3, INT 5)))"},
    {"x == 1 and y in z",
     "EXPRESSION(BINARY `and`(BINARY `==`(NAME \"x\", INT 1), IN(NAME \"y\", NAME \"z\")))"},
    {"f(m for c)", "EXPRESSION(CALL(NAME \"f\", ARG(QUESTION(NAME \"m\", Q_FOR(NAME \"c\")))))"},
    {"show structure(sins in 2018) over year",
     "SHOW(QUESTION(CALL(NAME \"structure\", ARG(IN(NAME \"sins\", INT 2018))), Q_OVER "
     "\"year\"))"},
    {"explain m", "EXPLAIN \"\"(NAME \"m\")"},
    {"explain sql m by x", "EXPLAIN \"sql\"(QUESTION(NAME \"m\", Q_BY(FIELD(NAME \"x\"))))"},
    {"explain plan from m by x | take 1",
     "EXPLAIN \"plan\"(PIPELINE(FROM(QUESTION(NAME \"m\", Q_BY(FIELD(NAME \"x\")))), "
     "V_TAKE(INT 1)))"},
    {"from a, b over month",
     "EXPRESSION(FROM(QUESTION(NAME \"a\", NAME \"b\", Q_OVER \"month\")))"},
};
static const struct pair pipelines[] = {
    {"from attendance | where day in SY2025-26 | derive late = status == \"T\", x = 1",
     "EXPRESSION(PIPELINE(FROM(NAME \"attendance\"), V_WHERE(IN(NAME \"day\", PERIOD "
     "SY2025-26)), V_DERIVE(FIELD \"late\"(BINARY `==`(NAME \"status\", TEXT \"T\")), FIELD "
     "\"x\"(INT 1))))"},
    {"from a | select b, c = d + 1 | drop e, f | rename g = h",
     "EXPRESSION(PIPELINE(FROM(NAME \"a\"), V_SELECT(FIELD(NAME \"b\"), FIELD \"c\"(BINARY "
     "`+`(NAME \"d\", INT 1))), V_DROP(NAME \"e\", NAME \"f\"), V_RENAME(FIELD \"g\"(NAME "
     "\"h\"))))"},
    {"from a | group by student.school, m = month(day) (days = count(), count(x))",
     "EXPRESSION(PIPELINE(FROM(NAME \"a\"), V_GROUP(FIELD(DOT \"school\"(NAME "
     "\"student\")), FIELD \"m\"(CALL(NAME \"month\", ARG(NAME \"day\"))), FIELD "
     "\"days\"(CALL(NAME \"count\")), FIELD(CALL(NAME \"count\", ARG(NAME \"x\"))))))"},
    {"from a | group (n = count()) | group by b",
     "EXPRESSION(PIPELINE(FROM(NAME \"a\"), V_GROUP(FIELD \"n\"(CALL(NAME \"count\"))), "
     "V_GROUP(FIELD(NAME \"b\"))))"},
    {"from a | sort -b, c | take 10 | skip 5 | distinct | distinct b, c",
     "EXPRESSION(PIPELINE(FROM(NAME \"a\"), V_SORT(FIELD +descending(NAME \"b\"), "
     "FIELD(NAME \"c\")), V_TAKE(INT 10), V_SKIP(INT 5), V_DISTINCT, V_DISTINCT(FIELD(NAME "
     "\"b\"), FIELD(NAME \"c\"))))"},
    {"from a | join b | join left (from c | take 1) on x == y | join left",
     "EXPRESSION(PIPELINE(FROM(NAME \"a\"), V_JOIN \"inner\"(NAME \"b\"), V_JOIN "
     "\"left\"(PIPELINE +bracketed(FROM(NAME \"c\"), V_TAKE(INT 1)), BINARY `==`(NAME "
     "\"x\", NAME \"y\")), V_JOIN \"inner\"(NAME \"left\")))"},
    {"show m by x | chart | spc.limits(kind: \"p\") | top",
     "SHOW(PIPELINE(QUESTION(NAME \"m\", Q_BY(FIELD(NAME \"x\"))), V_CALL(CALL(NAME "
     "\"chart\")), V_CALL(CALL(DOT \"limits\"(NAME \"spc\"), ARG \"kind\"(TEXT \"p\"))), "
     "V_CALL(CALL(NAME \"top\"))))"},
    {"from where", "EXPRESSION(FROM(NAME \"where\"))"},
    {"f(from a | where b)",
     "EXPRESSION(CALL(NAME \"f\", ARG(PIPELINE(FROM(NAME \"a\"), V_WHERE(NAME \"b\")))))"},
    {"| chart | take 3", "PIPELINE(V_CALL(CALL(NAME \"chart\")), V_TAKE(INT 3))"},
    {"from a\n  # note\n  | take 1", "EXPRESSION(PIPELINE(FROM(NAME \"a\"), V_TAKE(INT 1)))"},
};
static const struct pair statements[] = {
    {"let x: int? = 1", "LET \"x\"(TYPE \"int\" +nullable, INT 1)"},
    {"var y = []", "VAR \"y\"(LIST)"},
    {"x = 2", "ASSIGN(NAME \"x\", INT 2)"},
    {"x[1] = y", "ASSIGN(INDEX(NAME \"x\", INT 1), NAME \"y\")"},
    {"print a, \"b\"", "PRINT(NAME \"a\", TEXT \"b\")"},
    {"print(a, b)", "PRINT(NAME \"a\", NAME \"b\")"},
    {"print (a) + b", "PRINT(BINARY `+`(NAME \"a\" +bracketed, NAME \"b\"))"},
    {"assert a, \"no\"", "ASSERT(NAME \"a\", TEXT \"no\")"},
    {"fail \"x\"", "FAIL(TEXT \"x\")"},
    {"if a { b } else if c { d } else { e }",
     "IF(NAME \"a\", BLOCK(EXPRESSION(NAME \"b\")), IF(NAME \"c\", BLOCK(EXPRESSION(NAME "
     "\"d\")), BLOCK(EXPRESSION(NAME \"e\"))))"},
    {"if a { b }\nelse { c }",
     "IF(NAME \"a\", BLOCK(EXPRESSION(NAME \"b\")), BLOCK(EXPRESSION(NAME \"c\")))"},
    {"for x in xs { print x; break }", "FOR \"x\"(NAME \"xs\", BLOCK(PRINT(NAME \"x\"), BREAK))"},
    {"while a { continue }", "WHILE(NAME \"a\", BLOCK(CONTINUE))"},
    {"return", "RETURN"},
    {"param data text = \"data\" \"where\"",
     "PARAM \"data\" doc \"where\"(TYPE \"text\", TEXT \"data\")"},
    {"store \"x.db\"", "STORE(TEXT \"x.db\")"},
    {"import a from \"{d}/a.csv\" replace strict where b > 1",
     "IMPORT replace \"a\" +strict(TEMPLATE(TEXT \"\", HOLE(NAME \"d\"), TEXT \"/a.csv\"), "
     "BINARY `>`(NAME \"b\", INT 1))"},
    {"import a from \"b\"", "IMPORT update \"a\"(TEXT \"b\")"},
    {"print = 1", "ASSIGN(NAME \"print\", INT 1)"},
    {"explain", "EXPRESSION(NAME \"explain\")"},
    {"table | take 1", "EXPRESSION(PIPELINE(NAME \"table\", V_TAKE(INT 1)))"},
};
static const struct pair declarations[] = {
    {"## doc\ntable student \"Title\" { key a, b; a int null in 0..12 unit \"%\" missing "
     "\"NS\", -9 \"x\" from \"h\" \"label\"\n school -> school null; `b c` text one of "
     "\"A\" \"label\", 2 }",
     "TABLE \"student\" title \"Title\" doc \"doc\"(KEY(NAME \"a\", NAME \"b\"), "
     "COLUMN_DECLARATION "
     "\"a\" title \"label\" +nullable(TYPE \"int\", A_IN(RANGE(INT 0, INT 12)), A_UNIT "
     "\"%\", A_MISSING(TEXT \"NS\", INT -9 title \"x\"), A_FROM \"h\"), COLUMN_DECLARATION "
     "\"school\" +nullable(REFERENCE \"school\"), COLUMN_DECLARATION \"b c\" +quoted(TYPE "
     "\"text\", A_ONE_OF(TEXT \"A\" title \"label\", INT 2)))"},
    {"table t { spans a .. b included; history of c; spans date; history text }",
     "TABLE \"t\"(SPANS(NAME \"a\", NAME \"b\"), HISTORY \"c\", COLUMN_DECLARATION \"spans\"(TYPE "
     "\"date\"), COLUMN_DECLARATION \"history\"(TYPE \"text\"))"},
    {"table t { count int; where text }",
     "TABLE \"t\"(COLUMN_DECLARATION \"count\"(TYPE \"int\"), COLUMN_DECLARATION "
     "\"where\"(TYPE \"text\"))"},
    {"cohort c \"C\" { of student; require grade == 9; require a; exclude b }",
     "COHORT \"c\" title \"C\"(C_OF \"student\", C_REQUIRE(BINARY `==`(NAME \"grade\", INT "
     "9)), C_REQUIRE(NAME \"a\"), C_EXCLUDE(NAME \"b\"))"},
    {"cohort c = a and not b", "COHORT \"c\"(BINARY `and`(NAME \"a\", UNARY `not`(NAME \"b\")))"},
    {"measure m \"M\" { from a; per b, c.d; where e; let f = count(), g = 1; among h; "
     "exclude i; count j; at k; target <= 25% by 2027-06-30; better down; kind outcome; "
     "unit \"days\" }",
     "MEASURE \"m\" title \"M\"(M_FROM \"a\", M_PER(FIELD(NAME \"b\"), FIELD(DOT \"d\"(NAME "
     "\"c\"))), M_WHERE(NAME \"e\"), M_LET(FIELD \"f\"(CALL(NAME \"count\")), FIELD "
     "\"g\"(INT 1)), M_AMONG(NAME \"h\"), M_EXCLUDE(NAME \"i\"), M_COUNT(NAME \"j\"), M_AT "
     "\"k\", M_TARGET `<=`(SHARE 25/100, DATE 2027-06-30), M_BETTER \"down\", M_KIND "
     "\"outcome\", M_UNIT \"days\")"},
    {"measure m { weight w; cluster a, b.c; strata d; population n }",
     "MEASURE \"m\"(M_WEIGHT(NAME \"w\"), M_CLUSTER(FIELD(NAME \"a\"), FIELD(DOT \"c\"(NAME "
     "\"b\"))), M_STRATA(FIELD(NAME \"d\")), M_POPULATION(NAME \"n\"))"},
    {"cohort c { of a; enter b; exclude d within 2 days before entry; join gaps under 3 days }",
     "COHORT \"c\"(C_OF \"a\", C_ENTER(NAME \"b\"), C_EXCLUDE(NAME \"d\", DURATION 2 days), "
     "C_JOIN(DURATION 3 days))"},
    {"measure m { value mean(x) }", "MEASURE \"m\"(M_VALUE(CALL(NAME \"mean\", ARG(NAME \"x\"))))"},
    {"network n \"N\" { members school where b == 1; ties visit from host to guest at day "
     "strength 1 / hours execution; ties t between a and b sharing\n level tier order "
     "\"state\", {\"a\", \"b\"}; sector s inside \"school system\"; group g.h }",
     "NETWORK \"n\" title \"N\"(N_MEMBERS \"school\"(BINARY `==`(NAME \"b\", INT 1)), "
     "N_TIES \"visit\" title \"execution\"(NAME \"host\", NAME \"guest\", NAME \"day\", "
     "BINARY `/`(INT 1, NAME \"hours\")), N_TIES \"t\" title \"sharing\" +undirected(NAME "
     "\"a\", NAME \"b\"), N_LEVEL(NAME \"tier\", TEXT \"state\", LIST(TEXT \"a\", TEXT "
     "\"b\")), N_SECTOR(NAME \"s\", TEXT \"school system\"), N_GROUP(DOT \"h\"(NAME \"g\")))"},
    {"rule r \"R\" { for t; where a; let b = 1; expect b missing passes; message \"x {b}\"; "
     "severity warn }",
     "RULE \"r\" title \"R\"(R_FOR(NAME \"t\"), R_WHERE(NAME \"a\"), R_LET(FIELD \"b\"(INT 1)), "
     "R_EXPECT +missing_passes(NAME \"b\"), R_MESSAGE(TEMPLATE(TEXT \"x \", HOLE(NAME "
     "\"b\"), TEXT \"\")), R_SEVERITY \"warn\")"},
    {"rule r { for t; expect a missing skips }",
     "RULE \"r\"(R_FOR(NAME \"t\"), R_EXPECT +missing_skips(NAME \"a\"))"},
    {"fn gap(a, b: share = 1) = a - b",
     "FN \"gap\"(BINARY `-`(NAME \"a\", NAME \"b\"), PARAMETER \"a\", PARAMETER \"b\"(TYPE "
     "\"share\", INT 1))"},
    {"fn band(x: list<map<text, int?>>) -> text { if x { return \"low\" }\n \"high\" }",
     "FN \"band\"(TYPE \"text\", BLOCK(IF(NAME \"x\", BLOCK(RETURN(TEXT \"low\"))), "
     "EXPRESSION(TEXT \"high\")), PARAMETER \"x\"(TYPE \"list\"(TYPE \"map\"(TYPE \"text\", "
     "TYPE \"int\" +nullable))))"},
    {"fn hot(r) = from r | take 1",
     "FN \"hot\"(PIPELINE(FROM(NAME \"r\"), V_TAKE(INT 1)), PARAMETER \"r\")"},
    {"fn f(x: table{a text, b int?}, y: fn) -> record{c float} = 1",
     "FN \"f\"(TYPE \"record\"(PARAMETER \"c\"(TYPE \"float\")), INT 1, PARAMETER "
     "\"x\"(TYPE \"table\"(PARAMETER \"a\"(TYPE \"text\"), PARAMETER \"b\"(TYPE \"int\" "
     "+nullable))), PARAMETER \"y\"(TYPE \"fn\"))"},
    {"foreign \"libm.so.6\" { fn cbrt(x: f64) -> f64\n fn rand() -> i32 }",
     "FOREIGN \"libm.so.6\"(FN \"cbrt\"(TYPE \"f64\", PARAMETER \"x\"(TYPE \"f64\")), FN "
     "\"rand\"(TYPE \"i32\"))"},
    {"foreign \"a\" { struct s size 8 { x: array<f32, 2> at 0, p: ptr }\n handle h free g }",
     "FOREIGN \"a\"(C_STRUCT \"s\"(INT 8, PARAMETER \"x\"(TYPE \"array\"(INT 2, TYPE \"f32\"), INT "
     "0), "
     "PARAMETER \"p\"(TYPE \"ptr\")), C_HANDLE \"h\"(NAME \"g\"))"},
    {"foreign \"a\" { fn f(g: fn(x: ref f64) -> i32, free: out text<n>) -> i32 named \"b\" fails "
     "below 0 }",
     "FOREIGN \"a\"(FN \"f\"(TYPE \"i32\", C_FAILS \"below\"(INT 0), TEXT \"b\", PARAMETER "
     "\"g\"(TYPE \"fn\" +bracketed(TYPE \"i32\", TYPE \"f64\" title \"ref\")), PARAMETER "
     "\"free\"(TYPE "
     "\"text\" title \"out\"(NAME \"n\"))))"},
    {"measure = 1", "ASSIGN(NAME \"measure\", INT 1)"},
};

/* ---- trees ---- */

static uint32_t indent_of(const char *line) {
    uint32_t n = 0;
    while (line[n] == ' ')
        n++;
    return n / 2;
}

/* One line of the dump without its field name. */
static const char *without_field(const char *line, size_t *n) {
    size_t i = 0;
    while (i < *n && line[i] >= 'a' && line[i] <= 'z')
        i++;
    if (i + 1 < *n && line[i] == ':' && line[i + 1] == ' ') {
        *n -= i + 2;
        return line + i + 2;
    }
    return line;
}

/* "A(B, C(D))" from the indented lines of a dump, leaving out the file. */
static void short_form(struct buf *out, const char *dump) {
    uint32_t before = 0;
    const char *line = strchr(dump, '\n');
    for (bool first = true; line; first = false) {
        line++;
        uint32_t indent = indent_of(line) - 1;
        const char *stop = strchr(line, '\n');
        line += 2 * (indent + 1);
        size_t n = stop ? (size_t)(stop - line) : strlen(line);
        if (indent > before)
            buf_char(out, '(');
        else if (!first)
            buf_repeat(out, ")", before - indent), buf_text(out, ", ");
        const char *head = without_field(line, &n);
        buf_put(out, head, n);
        before = indent;
        line = stop;
    }
    buf_repeat(out, ")", before);
    buf_char(out, '\0');
}

static void expect_tree(const struct pair *pair) {
    struct reading r;
    struct buf dump, plain;
    reading_start(&r, str_of(pair->text));
    buf_init(&dump, &r.alloc);
    buf_init(&plain, &r.alloc);
    struct parsed parsed = parse(&r.arena, &r.diags, &r.sources, r.source);
    ck_assert_msg(r.diags.errors == 0, "in <%s>: %s", pair->text, errors_text(&r));
    buf_clear(&r.out);
    node_dump(&dump, &r.sources, node_copy(&r.arena, parsed.file));
    without_places(&plain, buf_view(&dump), "\n");
    short_form(&r.out, plain.p);
    ck_assert_str_eq(r.out.p, pair->wanted);
    buf_free(&dump);
    buf_free(&plain);
    reading_stop(&r);
}

#define PAIRS_TEST(pairs)                                                                          \
    START_TEST(test_##pairs) {                                                                     \
        for (size_t i = 0; i < COUNT_OF(pairs); i++)                                               \
            expect_tree(&pairs[i]);                                                                \
    }                                                                                              \
    END_TEST

PAIRS_TEST(expressions)
PAIRS_TEST(questions)
PAIRS_TEST(pipelines)
PAIRS_TEST(statements)
PAIRS_TEST(declarations)

START_TEST(test_dump) {
    struct reading r;
    reading_start(&r, STR("from a\n  | group by b (n = count())\n"));
    struct parsed parsed = parse(&r.arena, &r.diags, &r.sources, r.source);
    node_dump(&r.out, &r.sources, parsed.file);
    ck_assert_str_eq(r.out.p, "BLOCK @1:1-3:1\n"
                              "  statements: EXPRESSION @1:1-2:29\n"
                              "    value: PIPELINE @1:1-2:29\n"
                              "      source: FROM @1:1-1:7\n"
                              "        source: NAME \"a\" @1:6-1:7\n"
                              "      verbs: V_GROUP @2:5-2:29\n"
                              "        keys: FIELD @2:14-2:15\n"
                              "          value: NAME \"b\" @2:14-2:15\n"
                              "        aggregates: FIELD \"n\" @2:17-2:28\n"
                              "          value: CALL @2:21-2:28\n"
                              "            function: NAME \"count\" @2:21-2:26\n");
    reading_stop(&r);
}
END_TEST

START_TEST(test_entry) {
    static const struct {
        const char *text;
        bool incomplete, pipe;
    } cases[] = {
        {"| chart", false, true},    {"show a", false, false}, {"table x {", true, false},
        {"print f(1,", true, false}, {"let x =", true, false}, {"show a\n  |", true, false},
        {"print \"x", true, false},  {"show (a", true, false}, {"show a b", false, false},
        {"", false, false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct reading r;
        reading_start(&r, str_of(cases[i].text));
        struct parsed parsed = parse(&r.arena, &r.diags, &r.sources, r.source);
        ck_assert_msg(parsed.incomplete == cases[i].incomplete, "<%s>", cases[i].text);
        ck_assert_msg(parsed.starts_with_pipe == cases[i].pipe, "<%s>", cases[i].text);
        if (cases[i].pipe) {
            ck_assert_uint_eq(parsed.file->list.n, 1);
            ck_assert_int_eq(parsed.file->list.at[0]->kind, N_PIPELINE);
            ck_assert_ptr_null(parsed.file->list.at[0]->a);
        }
        reading_stop(&r);
    }
}
END_TEST

START_TEST(test_signature) {
    struct reading r;
    reading_start(&r, STR("fn near(x: relation, from: text = missing) -> table{a text}?"));
    struct node *n = parse_signature(&r.arena, &r.diags, &r.sources, r.source);
    ck_assert_ptr_nonnull(n);
    ck_assert_int_eq(n->kind, N_FN);
    ck_assert(str_is(n->text, "near"));
    ck_assert_uint_eq(n->list.n, 2);
    ck_assert(str_is(n->list.at[1]->text, "from"));
    ck_assert_int_eq(n->list.at[1]->b->kind, N_MISSING);
    ck_assert(str_is(n->a->text, "table"));
    ck_assert_int_eq(n->a->flags, FLAG_NULLABLE);
    ck_assert_ptr_null(n->b);
    uint32_t bad = source_add(&r.sources, STR("bad"), STR("fn near(x: ) -> int"));
    ck_assert_ptr_null(parse_signature(&r.arena, &r.diags, &r.sources, bad));
    ck_assert_uint_eq(r.diags.errors, 1);
    reading_stop(&r);
}
END_TEST

START_TEST(test_docs) {
    struct reading r;
    reading_start(&r, STR("## prose\n\n## one\n## two\nfn f() = 1\n## lost\nshow f()\n"));
    struct parsed parsed = parse(&r.arena, &r.diags, &r.sources, r.source);
    ck_assert_uint_eq(parsed.file->list.n, 2);
    ck_assert(str_is(parsed.file->list.at[0]->doc, "one\ntwo"));
    ck_assert_uint_eq(parsed.file->list.at[1]->doc.n, 0);
    reading_stop(&r);
}
END_TEST

/* ---- messages ---- */

static void expect_errors(const char *text, const char *wanted) {
    struct reading r;
    reading_start(&r, str_of(text));
    parse(&r.arena, &r.diags, &r.sources, r.source);
    ck_assert_msg(strcmp(errors_text(&r), wanted) == 0, "in <%s>: wanted <%s>, found <%s>", text,
                  wanted, errors_text(&r));
    check_diag_spans(&r, strlen(text));
    reading_stop(&r);
}

START_TEST(test_one_fault_one_message) {
    static const struct pair cases[] = {
        {"print (1 + 2\nlet x = 3", "E0102:1"},
        {"fn f(x = x + 1\nlet y = 3", "E0102:1"},
        {"print \"a {b\"\nprint 1", "E0102:1"},
        {"if x = 5 { print 1 }", "E0111:1"},
        {"from a | where (x = 5 or y == 2)", "E0111:1"},
        {"from a | derive x = y = 2", "E0111:1"},
        {"chart(to = \"x\")", "E0111:1"},
        {"let a = null", "E0101:1"},
        {"if a is None { }", "E0101:1"},
        {"let x = a < b < c", "E0101:1"},
        {"let x = 1 .. 2 .. 3", "E0101:1"},
        {"let a = x in 1 .. 2 and y", "E0101:1"},
        {"show m by a by b", "E0108:1"},
        {"count(a where b where c)", "E0101:1"},
        {"measure m { form a }", "E0107:1"},
        {"measure m { from a; from b }", "E0108:1"},
        {"table t { a int nul }", "E0107:1"},
        {"table t { a int in 1..2 in 1..2 }", "E0108:1"},
        {"table t { key a  b int }", "E0101:1"},
        {"let x = 5 3", "E0101:1"},
        {"print f (x)", "E0101:1"},
        {"let from = 3", "E0101:1"},
        {"x += 1", "E0101:1"},
        {"f(x) = 3", "E0101:1"},
        {"show a | sort x desc", "E0101:1"},
        {"show a | 3", "E0101:1"},
        {"print \"{}\"", "E0101:1"},
        {"if a { } elif b { } else { }", "E0101:1"},
        {"let x = 9223372036854775808", "E0104:1"},
        {"let x = 3000000000 days", "E0104:1"},
        {"match x { 1 => 2 3 => 4 }", "E0101:1"},
        {"let x = {a = 1}", "E0101:1"},
        {"print a)", "E0101:1"},
        {"let x = @", "E0101:1"},
        {"let x = a $ b + (", "E0103:1 E0102:1"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        expect_errors(cases[i].text, cases[i].wanted);
}
END_TEST

START_TEST(test_not_yet) {
    static const char *const cases[] = {
        "theory t { aim \"x\" { measure m } }",
        "cycle c { of a }",
        "scale s { items a }",
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        expect_errors(cases[i], "E0190:1");
}
END_TEST

START_TEST(test_recovery) {
    expect_errors("let = 1\n"
                  "table t {\n"
                  "  key\n"
                  "  a int\n"
                  "  b\n"
                  "  c int wrong; d int\n"
                  "}\n"
                  "fn f(x) {\n"
                  "  let y = x +* 2\n"
                  "  if y > { print 1 2 }\n"
                  "  return )\n"
                  "}\n"
                  "measure m {\n"
                  "  from 3\n"
                  "  value mean(x\n"
                  "  bettr up\n"
                  "}\n"
                  "show m by\n"
                  "print 1\n"
                  "from a | where | take 1\n"
                  "let d = 2025-13-01\n",
                  "E0101:11 E0102:15 E0105:21 " /* the lexer's */
                  "E0101:1 E0101:3 E0101:5 E0107:6 E0101:9 E0101:10 E0101:14 E0101:18 E0101:20");
}
END_TEST

START_TEST(test_deep) {
    enum { DEPTH = 100000 };
    static const char *const openers[] = {"(",
                                          "[",
                                          "-",
                                          "not ",
                                          "{a: ",
                                          "f(",
                                          "if a { ",
                                          "\"{",
                                          "2 ^ ",
                                          "a.",
                                          "a + ",
                                          "x[",
                                          "match a { 1 => ",
                                          "a == ",
                                          "(a + b + "};
    for (size_t i = 0; i < COUNT_OF(openers); i++) {
        size_t n = strlen(openers[i]);
        char *text = malloc(n * DEPTH + 9);
        ck_assert_ptr_nonnull(text);
        memcpy(text, "let x = ", 8);
        for (size_t k = 0; k < DEPTH; k++)
            memcpy(text + 8 + k * n, openers[i], n);
        struct reading r;
        reading_start(&r, (struct str){text, 8 + n * DEPTH});
        struct parsed parsed = parse(&r.arena, &r.diags, &r.sources, r.source);
        node_copy(&r.arena, parsed.file);
        bool said = false;
        for (uint32_t k = 0; k < r.diags.all.n; k++)
            said = said || r.diags.all.at[k]->code == E0109;
        ck_assert_msg(said || strcmp(openers[i], "a == ") == 0, "%s", openers[i]);
        reading_stop(&r);
        free(text);
    }
}
END_TEST

/* ---- the programs of the introduction ---- */

static const char attendance[] =
    "## # Attendance in New York City\n"
    "## Every school's attendance on every reported day.\n"
    "\n"
    "param data text = \"data\"  \"folder with attendance.csv and schools.csv\"\n"
    "\n"
    "table school \"Public schools\" {\n"
    "  key      dbn\n"
    "  dbn      text\n"
    "  name     text  from \"school_name\"\n"
    "  borough  text null one of \"M\", \"X\", \"K\", \"Q\", \"R\", \"O\"\n"
    "  district text null\n"
    "}\n"
    "\n"
    "table attendance \"One row per school and reported day\" {\n"
    "  key    school, day\n"
    "  school -> school  from \"dbn\"\n"
    "  day    date       from \"date\"\n"
    "  pct    float null in 0..100  missing \"NS\"  from \"attendance_pct\"\n"
    "}\n"
    "\n"
    "import school     from \"{data}/schools.csv\"\n"
    "import attendance from \"{data}/attendance.csv\"\n"
    "\n"
    "measure attendance_rate \"Mean of the schools' daily attendance, in percent\" {\n"
    "  from    attendance\n"
    "  value   mean(pct)\n"
    "  better  up\n"
    "  kind    outcome\n"
    "}\n"
    "\n"
    "show attendance_rate by school.borough over month in 2015-09 .. 2016-06\n"
    "show attendance_rate over week in SY2013-14 | chart(to: \"attendance.svg\")\n"
    "\n"
    "let low = from attendance\n"
    "  | where day in SY2015-16\n"
    "  | group by school, school.name (days = count(pct), mean = mean(pct))\n"
    "  | where days >= 100 and mean < 90\n"
    "  | sort mean\n"
    "show low | take 20\n"
    "print \"{count(low)} schools below 90%\"\n"
    "\n"
    "rule reports_enough \"A school reports attendance on at least 100 days a year\" {\n"
    "  for       school\n"
    "  expect    count(attendance where pct is not missing and day in SY2015-16) >= 100\n"
    "  severity  warn\n"
    "  message   \"{name} reported {count(attendance where pct is not missing)} days\"\n"
    "}\n";

static const char networks[] =
    "table sin      { key sin;  sin text;  region text;  founded date }\n"
    "table person   { key person;  person text;  role text one of \"principal\", \"teacher\" }\n"
    "table seat \"Who sits in which network for which school\" {\n"
    "  key  sin, person, since\n"
    "  sin -> sin;  person -> person;  school -> school null;  since date;  until date null;  "
    "spans since .. until\n"
    "}\n"
    "table present  { key sin, day, person;  sin -> sin;  day date;  person -> person }\n"
    "network sins \"School improvement networks\" {\n"
    "  per      sin\n"
    "  members  seat.person\n"
    "  ties     helps from asker to adviser at year strength how_often asked roster.person at year "
    "answered roster.answered sharing\n"
    "  level    person.role order \"supervisor\", \"municipal\", {\"principal\", \"curriculum\"}, "
    "\"teacher\"\n"
    "  group    school\n"
    "  joined   since\n"
    "  left     until\n"
    "}\n"
    "rule size \"A network joins 5 to 15 schools\" {\n"
    "  for     sin\n"
    "  let     schools = count(distinct seat.school)\n"
    "  expect  schools in 5..15\n"
    "  message \"{sin} has {schools} schools\"\n"
    "  example bad { seat: [] }\n"
    "}\n"
    "rule both_leaders \"Each school sends its principal and its curriculum coordinator\" {\n"
    "  for     membership\n"
    "  expect  any(seat where seat.sin == membership.sin and person.role == \"principal\")\n"
    "          and any(seat where seat.sin == membership.sin)\n"
    "  message \"{school} in {sin} lacks one of the two\"\n"
    "}\n"
    "show structure(sins in 2018)\n"
    "show sins in 2018 | brokerage | sort -liaison | take 10\n"
    "show stability(sins, 2017, 2018)\n";

static const char improvement[] =
    "cohort coached \"Students whose teacher was first coached this year\" {\n"
    "  of       student\n"
    "  enter    first(coaching.day where coaching.teacher == student.teacher)\n"
    "  require  grade in 3..5\n"
    "  exclude  homebound\n"
    "  exit     180 days after entry\n"
    "}\n"
    "show attrition(coached)\n"
    "show chronic_absence for coached over month to date "
    "| chart(compare: chronic_absence for not coached)\n"
    "\n"
    "theory attendance_2027 {\n"
    "  aim \"Chronic absence down to 25%\" { measure chronic_absence;  target <= 25% by 2027-06-30 "
    "}\n"
    "  driver health \"Students are well enough to come\" {\n"
    "    measure asthma_visits\n"
    "    change  clinic \"A school-based health centre\"\n"
    "  }\n"
    "}\n"
    "cycle clinic_1 { of clinic;  where school == \"X012\";  predict chronic_absence <= 38% belief "
    "70%;  during 2026-01-10 .. 2026-02-20;  act adapt }\n"
    "\n"
    "show attendance_2027            # the driver diagram\n"
    "show cycles | where hit == false\n"
    "save because \"first version agreed by the steering committee\"\n";

START_TEST(test_programs) {
    expect_errors(attendance, "");
    expect_errors(networks, "");
    expect_errors(improvement, "E0190:11 E0190:18");
}
END_TEST

/* ---- broken texts ---- */

static void check_spans(const struct node *n, const struct node *parent) {
    if (!n)
        return;
    ck_assert_uint_le(n->span.start, n->span.stop);
    ck_assert_uint_ge(n->span.start, parent->span.start);
    ck_assert_msg(n->span.stop <= parent->span.stop, "%s in %s",
                  node_kind_name((enum node_kind)n->kind),
                  node_kind_name((enum node_kind)parent->kind));
    const struct node *children[] = {n->a, n->b, n->c, n->d};
    for (size_t i = 0; i < COUNT_OF(children); i++)
        check_spans(children[i], n);
    for (uint32_t i = 0; i < n->list.n; i++)
        check_spans(n->list.at[i], n);
    for (uint32_t i = 0; i < n->more.n; i++)
        check_spans(n->more.at[i], n);
}

static void read_text(struct str text) {
    struct reading r;
    reading_start(&r, text);
    struct parsed parsed = parse(&r.arena, &r.diags, &r.sources, r.source);
    check_diag_spans(&r, text.n);
    if (r.diags.errors == 0)
        check_spans(parsed.file, parsed.file);
    node_dump(&r.out, &r.sources, parsed.file);
    reading_stop(&r);
}

static void put_range(struct buf *out, const char *text, uint32_t start, uint32_t stop) {
    buf_put(out, text + start, stop - start);
}

/* Leaves out, doubles, or swaps with the next, each token in turn. */
static void break_text(const char *text) {
    struct reading r;
    reading_start(&r, str_of(text));
    struct tokens t = lex(&r.arena, &r.diags, &r.sources, r.source);
    uint32_t length = (uint32_t)strlen(text);
    read_text(str_of(text));
    for (uint32_t i = 0; i + 1 < t.n; i++) {
        struct span a = t.at[i].span, b = t.at[i + 1].span;
        for (int how = 0; how < 4; how++) {
            buf_clear(&r.out);
            put_range(&r.out, text, 0, a.start);
            if (how == 1)
                put_range(&r.out, text, a.start, a.stop), buf_char(&r.out, ' ');
            if (how == 2)
                put_range(&r.out, text, b.start, b.stop), buf_char(&r.out, ' ');
            if (how > 0)
                put_range(&r.out, text, a.start, a.stop);
            if (how == 0 || how == 1)
                put_range(&r.out, text, a.stop, length);
            if (how == 2)
                put_range(&r.out, text, b.stop, length);
            read_text(buf_view(&r.out)); /* how 3: the text ends behind the token */
        }
    }
    reading_stop(&r);
}

static void break_pairs(const struct pair *pairs, size_t n) {
    for (size_t i = 0; i < n; i++)
        break_text(pairs[i].text);
}

START_TEST(test_broken_texts) {
    break_pairs(expressions, COUNT_OF(expressions));
    break_pairs(questions, COUNT_OF(questions));
    break_pairs(pipelines, COUNT_OF(pipelines));
    break_pairs(statements, COUNT_OF(statements));
    break_pairs(declarations, COUNT_OF(declarations));
    break_text(attendance);
    break_text(networks);
    break_text(improvement);
}
END_TEST

Suite *parse_suite(void) {
    Suite *suite = suite_create("parse");
    TCase *tests = tcase_create("trees");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, test_expressions);
    tcase_add_test(tests, test_questions);
    tcase_add_test(tests, test_pipelines);
    tcase_add_test(tests, test_statements);
    tcase_add_test(tests, test_declarations);
    tcase_add_test(tests, test_dump);
    tcase_add_test(tests, test_entry);
    tcase_add_test(tests, test_signature);
    tcase_add_test(tests, test_docs);
    tcase_add_test(tests, test_one_fault_one_message);
    tcase_add_test(tests, test_not_yet);
    tcase_add_test(tests, test_recovery);
    tcase_add_test(tests, test_deep);
    tcase_add_test(tests, test_programs);
    tcase_add_test(tests, test_broken_texts);
    suite_add_tcase(suite, tests);
    return suite;
}
