#!/usr/bin/env python3
"""Answers over terms, weeks and days of school, counted day by day, for the language tests.

Usage: tests/oracle/calendar.py          rewrite the data and the expected lines
       tests/oracle/calendar.py --check  exit with 1 if either would change

The data under tests/language/data/calendar is drawn once from a fixed seed. In the tests
tests/language/calendar-*.spoke a line `# oracle: NAME` stands before the expected lines of the
question above it; they are what the function q_NAME gives. Nothing here knows of Spoke, and
nothing is reckoned: every figure is a loop over days.
"""
import datetime as dt
import os
import random
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.join(HERE, "..", "language")
DATA = os.path.join(TESTS, "data", "calendar")
DAY = dt.timedelta(1)

# number, first, last, semester; the second touches the first, a break lies in the fourth year's
# gap, and the third of 2023-24 ends on a leap day
TERMS = [
    (1, "2022-08-29", "2022-11-04", 1), (2, "2022-11-05", "2023-01-27", 1),
    (3, "2023-01-30", "2023-06-16", 2),
    (1, "2023-08-28", "2023-11-03", 1), (2, "2023-11-06", "2024-01-26", 1),
    (3, "2024-01-29", "2024-02-29", 2), (4, "2024-03-01", "2024-06-14", 2),
    (1, "2024-09-03", "2024-11-01", 1), (2, "2024-11-04", "2024-12-31", 1),
    (3, "2025-01-01", "2025-04-04", 2), (4, "2025-04-14", "2025-06-13", 2),
]


def day(text):
    return dt.date.fromisoformat(text)


def days(first, last):
    while first <= last:
        yield first
        first += DAY


def school_year(d):
    year = d.year
    while dt.date(year, 8, 1) > d:
        year -= 1
    return year


def named(year):
    return "SY%d-%02d" % (year, (year + 1) % 100)


def is_held(d):
    if d.weekday() > 4 or not any(day(a) <= d <= day(b) for _, a, b, _ in TERMS):
        return False
    winter = (d.month == 12 and d.day >= 23) or (d.month == 1 and d.day <= 3)
    return not winter and not (d.month == 11 and d.day in (23, 24, 28, 29))


class World:
    def __init__(self):
        self.terms = {}
        self.semesters = {}
        for number, a, b, half in TERMS:
            year = named(school_year(day(a)))
            for d in days(day(a), day(b)):
                self.terms[d] = "%sT%d" % (year, number)
            key = "%sS%d" % (year, half)
            own = [d for d in self.semesters if self.semesters[d] == key]
            for d in days(min(own + [day(a)]), day(b)):
                self.semesters[d] = key
        self.held = [d for d in days(dt.date(2022, 8, 1), dt.date(2025, 7, 31)) if is_held(d)]
        draw = random.Random(20260102)
        self.visits = []
        for d in self.held:
            for school in ("A", "B"):
                if draw.random() < 0.8:
                    self.visits.append((school, d, draw.randint(0, 9)))
        self.visits.append(("A", day("2024-08-15"), 7))  # outside of every term
        self.visits.append(("B", day("2025-04-08"), 4))

    # Weeks start on `first` (0 Monday), are of the year that has most of their days.
    def week(self, d, first=0):
        while d.weekday() != first:
            d -= DAY
        return d

    def week_name(self, d, first=0):
        start = self.week(d, first)
        years = [(start + i * DAY).year for i in range(7)]
        year = max(set(years), key=years.count)
        number = 0
        while [(start + i * DAY).year for i in range(7)].count(year) >= 4:
            number += 1
            start -= 7 * DAY
        return "%d-W%02d" % (year, number)

    def total(self, wanted):
        return sum(hours for _, d, hours in self.visits if wanted(d))

    def count(self, wanted):
        return sum(1 for _, d, _ in self.visits if wanted(d))

    def school_weeks(self, year):
        weeks = []
        for d in self.held:
            if school_year(d) == year and self.week(d) not in weeks:
                weeks.append(self.week(d))
        return weeks


def line(*cells):
    return ",".join("" if c is None else str(c) for c in cells)


def q_terms(w):
    rows = ["period,n,value"]
    for term in sorted(set(w.terms[d] for d in w.terms if named(2024) in w.terms[d])):
        rows.append(line(term, w.count(lambda d: w.terms.get(d) == term),
                         w.total(lambda d: w.terms.get(d) == term)))
    out = lambda d: school_year(d) == 2024 and d not in w.terms
    return rows + [line(None, w.count(out), w.total(out))]


def q_semesters(w):
    rows = ["period,n,value"]
    for half in sorted(set(w.semesters.values())):
        rows.append(line(half, w.count(lambda d: w.semesters.get(d) == half),
                         w.total(lambda d: w.semesters.get(d) == half)))
    out = lambda d: d not in w.semesters
    return rows + [line(None, w.count(out), w.total(out))]


def q_one_term(w):
    inside = lambda d: w.terms.get(d) == "SY2023-24T3"
    return ["n,value", line(w.count(inside), w.total(inside))]


def q_two_terms(w):
    inside = lambda d: day("2023-08-28") <= d <= day("2024-01-26")
    return ["school,n,value"] + [
        line(s, sum(1 for t, d, _ in w.visits if t == s and inside(d)),
             sum(h for t, d, h in w.visits if t == s and inside(d))) for s in "AB"]


def q_rows_of_term(w):
    own = [d for s, d, _ in w.visits if s == "B" and w.terms.get(d) == "SY2024-25T4"]
    return ["n,last", line(len(own), max(own))]


def q_term_change(w):
    rows = ["period,value,before"]
    order = sorted(set(w.terms.values()))
    for term in order:
        if named(2024) not in term:
            continue
        last = term.replace(named(2024), named(2023))
        rows.append(line(term, w.total(lambda d: w.terms.get(d) == term),
                         w.total(lambda d: w.terms.get(d) == last)))
    return rows


def q_term_previous(w):
    rows = ["period,value,before"]
    order = sorted(set(w.terms.values()))
    for i, term in enumerate(order):
        before = w.total(lambda d: w.terms.get(d) == order[i - 1]) if i else None
        if named(2023) in term:
            rows.append(line(term, w.total(lambda d: w.terms.get(d) == term), before))
    return rows


def q_term_to_date(w):
    rows = ["period,value"]
    for term in sorted(set(w.terms.values())):
        if named(2023) in term:
            last = max(d for d in w.terms if w.terms[d] == term)
            rows.append(line(term, w.total(lambda d: day("2023-08-01") <= d <= last)))
    return rows


def q_term_rolling(w):
    rows = ["period,value"]
    order = sorted(set(w.terms.values()))
    for i, term in enumerate(order):
        if named(2023) in term:
            last = max(d for d in w.terms if w.terms[d] == term)
            first = min(d for d in w.terms if w.terms[d] == order[i - 1])
            rows.append(line(term, w.total(lambda d: first <= d <= last)))
    return rows


def value_of(w, inside):
    """Nothing where no school is held and nothing happened."""
    if not any(inside(d) for d in w.held) and w.count(inside) == 0:
        return None
    return w.total(inside)


def q_weeks(w):
    rows = ["period,n,value"]
    start = w.week(day("2024-12-09"))
    while start <= day("2025-01-19"):
        inside = lambda d: start <= d < start + 7 * DAY and day("2024-12-09") <= d <= day("2025-01-19")
        rows.append(line(w.week_name(start), w.count(inside), value_of(w, inside)))
        start += 7 * DAY
    return rows


def q_weeks_last_year(w):
    rows = ["period,value,before"]
    now, then = w.school_weeks(2024), w.school_weeks(2023)
    start = w.week(day("2024-12-02"))
    while start <= day("2025-01-26"):
        before = None
        if start in now and now.index(start) < len(then):
            other = then[now.index(start)]
            before = value_of(w, lambda d: other <= d < other + 7 * DAY)
        rows.append(line(w.week_name(start),
                         value_of(w, lambda d: start <= d < start + 7 * DAY), before))
        start += 7 * DAY
    return rows


def q_days_last_year(w):
    rows = ["period,value,before"]
    now = [d for d in w.held if school_year(d) == 2024]
    then = [d for d in w.held if school_year(d) == 2023]
    for d in days(day("2024-09-01"), day("2024-09-12")):
        before = None
        if d in now:
            other = then[now.index(d)]
            before = value_of(w, lambda e: e == other)
        rows.append(line(d, value_of(w, lambda e: e == d), before))
    return rows


def q_days_rolling(w):
    rows = ["period,value"]
    for d in days(day("2025-01-06"), day("2025-01-10")):
        first = w.held[w.held.index(d) - 2]
        rows.append(line(d, w.total(lambda e: first <= e <= d)))
    return rows


def q_day_previous(w):
    rows = ["period,value,before"]
    for d in days(day("2025-01-03"), day("2025-01-08")):
        earlier = [e for e in w.held if e < d][-1]
        rows.append(line(d, value_of(w, lambda e: e == d), w.total(lambda e: e == earlier)))
    return rows


def q_sunday_weeks(w):
    rows = ["period,n,value"]
    start = w.week(day("2024-12-15"), 6)
    while start <= day("2025-01-18"):
        inside = lambda d: start <= d < start + 7 * DAY
        total = w.total(inside) if w.count(inside) else 0
        rows.append(line(w.week_name(start, 6), w.count(inside), total))
        start += 7 * DAY
    return rows


def q_counts(w):
    number = lambda first, last: sum(1 for d in w.held if day(first) <= d <= day(last))
    nth = lambda text: [d for d in w.held if school_year(d) == school_year(day(text))].index(day(text)) + 1
    later = lambda text: [d for d in w.held if d > day(text)][0]
    return ["%d %d %d" % (number("2024-11-04", "2024-12-31"), number("2024-02-01", "2024-02-29"),
                          number("2024-12-30", "2025-01-05")),
            "%d %d %s" % (nth("2024-09-03"), nth("2025-06-13"), "missing"),
            "%s %s" % (later("2024-12-20"), later("2024-12-31")),
            "%d" % number("2024-08-01", "2025-07-31")]


# ---- files ----

def data(w):
    yield "terms.csv", ["id,number,opens,closes,half"] + [
        line(i + 1, *t) for i, t in enumerate(TERMS)]
    yield "days.csv", ["day,held"] + [
        line(d, "true" if d in set(w.held) else "false")
        for d in days(dt.date(2022, 8, 1), dt.date(2025, 7, 31)) if d.weekday() < 5]
    yield "visits.csv", ["school,day,hours"] + [line(*v) for v in w.visits]


def filled(text, w):
    out, skipping = [], False
    for row in text.split("\n"):
        name = re.match(r"# oracle: (\w+)$", row)
        if skipping and row.startswith("# expect:"):
            continue
        skipping = False
        out.append(row)
        if name:
            out += ["# expect: " + x for x in globals()["q_" + name.group(1)](w)]
            skipping = True
    return "\n".join(out)


def write(path, text, check):
    old = open(path).read() if os.path.exists(path) else None
    if old == text:
        return True
    if check:
        print("%s is not what the oracle gives" % path)
    else:
        open(path, "w").write(text)
    return not check


def main():
    check = "--check" in sys.argv[1:]
    fine = True
    os.makedirs(DATA, exist_ok=True)
    w = World()
    for name, rows in data(w):
        fine &= write(os.path.join(DATA, name), "\n".join(rows) + "\n", check)
    for name in sorted(os.listdir(TESTS)):
        if name.startswith("calendar-") and name.endswith(".spoke"):
            path = os.path.join(TESTS, name)
            fine &= write(path, filled(open(path).read(), w), check)
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
