#!/usr/bin/env python3
"""What rows hold on which day, row by row, for the language tests of tables with spans.

Usage: tests/oracle/history.py          rewrite the data and the expected lines
       tests/oracle/history.py --check  exit with 1 if either would change
       tests/oracle/history.py --large FOLDER STUDENTS
                                        write a larger world, and `expected.csv`: absences by the
                                        school on the day

The data under tests/language/data/history is drawn once from a fixed seed. In the tests
tests/language/history-*.spoke a line `# oracle: NAME` stands before the expected lines of the
question above it, and `# oracle note: NAME` before an expected note; they are what q_NAME gives.
Nothing here knows of Spoke: whether a row holds is one comparison of days, made for each row and
each fact.
"""
import datetime as dt
import os
import random
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.join(HERE, "..", "language")
DATA = os.path.join(TESTS, "data", "history")
DAY = dt.timedelta(1)
TODAY = dt.date(2024, 2, 29)


def day(text):
    return dt.date.fromisoformat(text) if text else None


class World:
    """Schools stand in the file against the order of their keys."""

    def __init__(self, students, seed, first, last):
        r = random.Random(seed)
        self.schools = ["S%d" % n for n in range(6, 0, -1)]
        self.students = ["n%05d" % n for n in range(1, students + 1)]
        self.enrollments, self.plans, self.places, self.facts = [], [], [], []
        for s in self.students:
            self.enrol(r, s, first, last)
            self.feed(r, s, first, last)
            self.place(r, s, first, last)
            self.attend(r, s, first, last)

    def enrol(self, r, s, first, last):
        """One after the other: touching, with a gap, on no day at all, or never ending."""
        at = first + dt.timedelta(r.randrange(-20, 40))
        for n in range(r.randrange(0, 5)):
            until = at + dt.timedelta(r.choice([0, 1, 20, 59, 60, 120]))
            still = r.random() < 0.3
            self.enrollments.append((s, r.choice(self.schools), r.randrange(6, 9), at,
                                     None if still else until))
            if still:
                return
            at = until + dt.timedelta(r.choice([0, 0, 1, 9]))
            if at == self.enrollments[-1][3]:
                at += DAY

    def feed(self, r, s, first, last):
        """With the last day in it; a year on the leap day."""
        if r.random() < 0.8:
            change = r.choice([dt.date(2024, 2, 28), dt.date(2024, 2, 29), dt.date(2023, 12, 31)])
            self.plans.append((s, "free", first, change))
            self.plans.append((s, "paid", change + DAY, None if r.random() < 0.5 else last))

    def place(self, r, s, first, last):
        """Several at once."""
        seen = set()
        for n in range(r.randrange(0, 4)):
            at = first + dt.timedelta(r.choice([0, 0, 31, 90, 181]))
            school = r.choice(self.schools)
            if (school, at) in seen:
                continue
            seen.add((school, at))
            until = None if r.random() < 0.4 else at + dt.timedelta(r.randrange(0, 150))
            self.places.append((s, school, at, until))

    def attend(self, r, s, first, last):
        at = first + dt.timedelta(r.randrange(0, 5))
        while at <= last:
            self.facts.append((s, at, r.choice("PPPPA")))
            at += dt.timedelta(r.randrange(1, 12))
        own = [e for e in self.enrollments[-5:] if e[0] == s]
        edges = {e[3] for e in own} | {e[4] for e in own if e[4]}
        have = {f[1] for f in self.facts[-300:] if f[0] == s}
        for e in sorted(edges):
            for d in (e - DAY, e):
                if d not in have:
                    have.add(d)
                    self.facts.append((s, d, r.choice("PA")))


def holds(since, until, d, included=False):
    if since > d:
        return False
    return until is None or (d <= until if included else d < until)


# ---- what holds ----

def enrolled(w, s, d):
    """(school, grade) or (None, None)."""
    for e in w.enrollments:
        if e[0] == s and holds(e[3], e[4], d):
            return e[1], e[2]
    return None, None


def plan(w, s, d):
    for p in w.plans:
        if p[0] == s and holds(p[2], p[3], d, True):
            return p[1]
    return None


def placed(w, s, d):
    return [p for p in w.places if p[0] == s and holds(p[2], p[3], d)]


def place(w, s, d):
    """The one that began last; of several the first by key, which is student, place, since."""
    here = placed(w, s, d)
    if not here:
        return None
    latest = max(p[2] for p in here)
    return min(p[1] for p in here if p[2] == latest)


# ---- questions ----

def text(x):
    return "" if x is None else str(x)


def line(*values):
    return ",".join(text(v) for v in values)


def missing_last(key):
    return [(v is None, v if v is not None else 0) for v in key]


def table(head, cells):
    """cells: key -> values."""
    return [head] + [line(*k, *cells[k]) for k in sorted(cells, key=missing_last)]


def absences(w, key, facts=None):
    cells = {}
    for s, d, status in facts if facts is not None else w.facts:
        k = key(s, d)
        n = cells.setdefault(k, [0])
        n[0] += status == "A"
    return {k: (v[0], v[0]) for k, v in cells.items()}


def q_by_school_and_grade(w):
    return table("school,grade,n,value", absences(w, lambda s, d: enrolled(w, s, d)))


def q_untold(w):
    n = sum(enrolled(w, s, d)[0] is None for s, d, _ in w.facts)
    return ["%d rows: on their day no row of enrollment holds" % n]


def q_by_month(w):
    months = ["2024-01", "2024-02", "2024-03"]
    facts = [f for f in w.facts if f[1].isoformat()[:7] in months]
    got = absences(w, lambda s, d: (enrolled(w, s, d)[0], d.isoformat()[:7]), facts)
    schools = {k[0] for k in got}
    return table("school,period,n,value",
                 {(s, m): got.get((s, m), (0, 0)) for s in schools for m in months})


def q_where_free(w):
    n = sum(x == "A" and plan(w, s, d) == "free" for s, d, x in w.facts)
    return ["n,value", "%d,%d" % (n, n)]


def q_by_place(w):
    return table("place,n,value", absences(w, lambda s, d: (place(w, s, d),)))


def q_several(w):
    n = sum(len(placed(w, s, d)) > 1 for s, d, _ in w.facts)
    return ["%d rows: on their day several rows of placement hold" % n]


def q_chronic(w):
    units = {}
    for s, d, x in w.facts:
        u = units.setdefault((s, enrolled(w, s, d)[0]), [0, 0])
        u[0] += 1
        u[1] += x == "A"
    cells = {}
    for (_, school), (days, absent) in units.items():
        c = cells.setdefault((school,), [0, 0])
        if days >= 3:
            c[1] += 1
            c[0] += 4 * absent >= days
    return table("school,n,d", {k: tuple(v) for k, v in cells.items()})


def q_each_fact(w):
    """One fact a line."""
    shown = w.students[:4]
    cells = {}
    for s, d, _ in w.facts:
        if s in shown:
            cells[(s, d)] = enrolled(w, s, d)
    return ["student,day,school,grade"] + [
        line(s, d, *v) for (s, d), v in sorted(cells.items())]


def q_two_places(w):
    n = sum(len(placed(w, s, d)) >= 2 for s, d, _ in w.facts)
    return ["n,value", "%d,%d" % (n, n)]


def q_in_query(w):
    """Today's school, whatever the day of the fact."""
    cells = {}
    for s, _, _ in w.facts:
        cells.setdefault((enrolled(w, s, TODAY)[0],), [0])[0] += 1
    return table("school,n", {k: tuple(v) for k, v in cells.items()})


def q_students(w):
    out = ["student,school,grade,plan,here,all"]
    for s in w.students:
        out.append(line(s, *enrolled(w, s, TODAY), plan(w, s, TODAY), len(placed(w, s, TODAY)),
                        sum(p[0] == s for p in w.places)))
    return out


def q_today(w):
    return ["student,school,grade,since,until"] + [
        line(*e) for e in sorted(w.enrollments) if holds(e[3], e[4], TODAY)]


def q_every(w):
    return [str(len(w.enrollments)), str(sum(holds(e[3], e[4], TODAY) for e in w.enrollments))]


def q_schools(w):
    return ["school,today,all"] + [
        line(s, sum(e[1] == s and holds(e[3], e[4], TODAY) for e in w.enrollments),
             sum(e[1] == s for e in w.enrollments)) for s in sorted(w.schools)]


def q_cohort(w):
    """In grade 7 on the day of the first absence."""
    out = ["student,entry"]
    for s in w.students:
        days = [d for t, d, x in w.facts if t == s and x == "A"]
        if days and enrolled(w, s, min(days))[1] == 7:
            out.append(line(s, min(days)))
    return out


def q_school_then(w):
    """Schools by their enrolment on the day of each fact at them."""
    cells = {}
    for s, d, _ in w.facts:
        school = enrolled(w, s, d)[0]
        if school is None:
            continue
        count = sum(e[1] == school and holds(e[3], e[4], d) for e in w.enrollments)
        c = cells.setdefault((school,), [0])
        c[0] = max(c[0], count)
    return table("school,most", {k: tuple(v) for k, v in cells.items()})


# ---- files ----

def data(w):
    yield "schools.csv", ["school"] + w.schools
    yield "students.csv", ["student"] + w.students
    yield "enrollments.csv", ["student,school,grade,since,until"] + [
        line(*e) for e in w.enrollments]
    yield "plans.csv", ["student,plan,first,last"] + [line(*p) for p in w.plans]
    yield "placements.csv", ["student,place,since,until"] + [line(*p) for p in w.places]
    yield "attendance.csv", ["student,day,status"] + [line(*f) for f in w.facts]


def filled(source, w):
    out, skipping = [], None
    for row in source.split("\n"):
        name = re.match(r"# oracle( note)?: (\w+)$", row)
        if skipping and row.startswith(skipping):
            continue
        skipping = None
        out.append(row)
        if name:
            skipping = "# expect note:" if name.group(1) else "# expect:"
            out += [skipping + " " + x for x in globals()["q_" + name.group(2)](w)]
    return "\n".join(out)


def write(path, content, check):
    old = open(path).read() if os.path.exists(path) else None
    if old == content:
        return True
    if check:
        print("%s is not what the oracle gives" % path)
    else:
        open(path, "w").write(content)
    return not check


def large(folder, students):
    w = World(students, 7, dt.date(2023, 8, 21), dt.date(2024, 6, 14))
    for name, rows in data(w):
        open(os.path.join(folder, name), "w").write("\n".join(rows) + "\n")
    spells = {}
    for e in w.enrollments:
        spells.setdefault(e[0], []).append(e)
    cells = {}
    for s, d, x in w.facts:
        school = next((e[1] for e in spells.get(s, []) if holds(e[3], e[4], d)), None)
        c = cells.setdefault((school,), [0])
        c[0] += x == "A"
    rows = table("school,n,value", {k: (v[0], v[0]) for k, v in cells.items()})
    open(os.path.join(folder, "expected.csv"), "w").write("\n".join(rows) + "\n")


def main():
    if sys.argv[1:2] == ["--large"]:
        large(sys.argv[2], int(sys.argv[3]))
        return 0
    check = "--check" in sys.argv[1:]
    fine = True
    os.makedirs(DATA, exist_ok=True)
    w = World(24, 20240229, dt.date(2023, 9, 4), dt.date(2024, 6, 14))
    for name, rows in data(w):
        fine &= write(os.path.join(DATA, name), "\n".join(rows) + "\n", check)
    for name in sorted(os.listdir(TESTS)):
        if name.startswith("history-") and name.endswith(".spoke"):
            path = os.path.join(TESTS, name)
            fine &= write(path, filled(open(path).read(), w), check)
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
