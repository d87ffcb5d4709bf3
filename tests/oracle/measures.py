#!/usr/bin/env python3
"""Figures of measures worked out in plain Python, row by row, for the language tests.

Usage: tests/oracle/measures.py          rewrite the data and the expected lines
       tests/oracle/measures.py --check  exit with 1 if either would change

The data under tests/language/data/oracle is drawn once from a fixed seed. In the tests
tests/language/measure-*.spoke a line `# oracle: NAME` stands before the expected lines of the
question above it; they are what the function q_NAME gives; `# oracle note: NAME` the same for
expected notes. Nothing here knows of Spoke: each
figure is a loop over the CSV rows and a calendar that is counted day by day.
"""
import csv
import datetime as dt
import fractions
import math
import os
import random
import re
import statistics
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.join(HERE, "..", "language")
DATA = os.path.join(TESTS, "data", "oracle")
Fraction = fractions.Fraction


# ---- data ----

def make_data():
    rng = random.Random(20250901)
    schools = [["S1", "North"], ["S2", "North"], ["S3", "South"], ["S4", "South"]]
    students = []
    for i in range(1, 13):
        school = rng.choice(["S1", "S1", "S2", "S3", ""])
        students.append([f"n{i:02}", school, rng.choice([9, 10, 11]),
                         rng.choice(["true", "false", "false", ""])])
    days = []
    day = dt.date(2023, 12, 26)
    while day <= dt.date(2025, 3, 12):
        if day.weekday() < 5 and (rng.random() < 0.16 or (day.month, day.day) in
                                  ((2, 28), (2, 29), (12, 31), (6, 30), (7, 1), (1, 31))):
            days.append(day)
        day += dt.timedelta(1)
    attendance = []
    for s in students[:-1]:
        for d in days:
            if rng.random() < 0.5:
                attendance.append([s[0], d, rng.choice("PPPPPPATE") if rng.random() < 0.9 else ""])
    incidents = []
    for i in range(1, 41):
        s = rng.choice(students[:8])
        incidents.append([i, s[0], rng.choice(days), rng.choice([1, 2, 3, ""])])
    heads = []
    for s in schools[:3]:
        for d in days:
            if rng.random() < 0.12:
                heads.append([s[0], d, rng.choice([20, 21, 25, 30, ""])])
    rng = random.Random(11)  # its own, so that what was drawn before stays
    visits = [[i, rng.choice(students[:7])[0], rng.choice(days) if rng.random() < 0.8 else "",
               rng.choice([5, 10, 20, ""])] for i in range(1, 31)]
    return {
        "visit": (["visit", "student", "day", "minutes"], visits),
        "school": (["school", "district"], schools),
        "student": (["student", "school", "grade", "frl"], students),
        "attendance": (["student", "day", "status"], attendance),
        "incident": (["incident", "student", "day", "days_lost"], incidents),
        "headcount": (["school", "day", "enrolled"], heads),
    }


def text_of_csv(header, rows):
    return "".join(",".join(str(x) for x in row) + "\n" for row in [header] + rows)


def read(name):
    with open(os.path.join(DATA, name + ".csv"), newline="") as f:
        rows = [{k: (v if v != "" else None) for k, v in row.items()} for row in csv.DictReader(f)]
    for row in rows:
        for k, v in row.items():
            if v is not None and k == "day":
                row[k] = dt.date.fromisoformat(v)
            elif v is not None and k in ("grade", "days_lost", "enrolled", "incident", "minutes"):
                row[k] = int(v)
            elif v is not None and k == "frl":
                row[k] = v == "true"
    return rows


class World:
    def __init__(self):
        self.schools = {r["school"]: r for r in read("school")}
        self.students = {r["student"]: r for r in read("student")}
        self.attendance = read("attendance")
        self.incidents = read("incident")
        self.heads = read("headcount")
        self.visits = read("visit")

    def school(self, row):
        return self.students[row["student"]]["school"]


# ---- calendar, counted day by day ----

def period(grain, d):
    if grain == "day":
        return d.isoformat()
    if grain == "week":
        year, week, _ = d.isocalendar()
        return f"{year}-W{week:02}"
    if grain == "month":
        return f"{d.year}-{d.month:02}"
    if grain == "quarter":
        return f"{d.year}Q{(d.month + 2) // 3}"
    if grain == "year":
        return str(d.year)
    year = d.year if (d.month, d.day) >= (7, 1) else d.year - 1
    return f"SY{year}-{(year + 1) % 100:02}"


def calendar(grain, first=dt.date(2019, 1, 1), last=dt.date(2028, 12, 31)):
    """All periods in order, each with its days."""
    out = {}
    d = first
    while d <= last:
        out.setdefault(period(grain, d), []).append(d)
        d += dt.timedelta(1)
    return out


CALENDARS = {g: calendar(g) for g in ("day", "week", "month", "quarter", "year", "school_year")}


def axis(grain, first, last):
    """Periods that hold a day from first to last."""
    return [p for p, days in CALENDARS[grain].items() if days[-1] >= first and days[0] <= last]


def days_of(grain, p):
    return set(CALENDARS[grain][p])


def rolling(grain, p, n):
    names = list(CALENDARS[grain])
    at = names.index(p)
    return names[at - n + 1:at + 1]


def rolling_days(grain, p, n):
    return set().union(*(days_of(grain, q) for q in rolling(grain, p, n)))


def to_date_days(grain, p, since="school_year"):
    """From the start of the `since` period that holds the last day of p."""
    last = CALENDARS[grain][p][-1]
    return {d for d in CALENDARS[since][period(since, last)] if d <= last}


def year_before(grain, p):
    """The period with the same name but for the year; None if there is none."""
    if grain == "school_year":
        year = int(p[2:6]) - 1
        return f"SY{year}-{(year + 1) % 100:02}"
    q = str(int(p[:4]) - 1) + p[4:]
    return q if q in CALENDARS[grain] else None


# ---- measures ----

def absent(status):
    return status in ("A", "E")


def share(n, d):
    return Fraction(n, d) if d else None


def absence(rows):
    known = [r for r in rows if r["status"] is not None]
    n, d = sum(absent(r["status"]) for r in known), len(known)
    return n, d, share(n, d)


def units(rows):
    out = {}
    for r in rows:
        out.setdefault(r["student"], []).append(r)
    return out


def chronic(world, rows, exclude=True, excepting=True, floor=3, limit=Fraction(1, 5)):
    """n, d, value, excluded, excepted, undecided of students."""
    n = d = excluded = excepted = undecided = 0
    for student, facts in units(rows).items():
        enrolled = len(facts)
        missed = sum(absent(r["status"]) for r in facts if r["status"] is not None)
        s = world.students[student]
        if enrolled < floor:
            continue
        if exclude and s["grade"] == 11:
            excluded += 1
            continue
        counted = Fraction(missed, enrolled) >= limit
        if excepting and counted and s["frl"] is True:
            excepted += 1
            continue
        undecided += excepting and counted and s["frl"] is None
        d += 1
        n += counted
    return n, d, share(n, d), excluded, excepted, undecided


def lost(rows):
    values = [r["days_lost"] for r in rows if r["days_lost"] is not None]
    return sum(values) if values or not rows else None


# ---- printing as CSV ----

def cell(x):
    if x is None:
        return ""
    if isinstance(x, bool):
        return "true" if x else "false"
    if isinstance(x, Fraction):
        return repr(x.numerator / x.denominator)
    return repr(x) if isinstance(x, float) else str(x)


def table(header, rows):
    return [header] + [",".join(cell(x) for x in row) for row in rows]


def by_school(world, rows, key=None):
    """Rows by school, schools in order, those without one last."""
    key = key or world.school
    out = {}
    for r in rows:
        out.setdefault(key(r), []).append(r)
    return sorted(out.items(), key=lambda kv: (kv[0] is None, kv[0] or ""))


def within(rows, days):
    return [r for r in rows if r["day"] in days]


def span(rows):
    return min(r["day"] for r in rows), max(r["day"] for r in rows)


def there(rows, grain, p):
    """Neither before the first nor behind the last of all facts."""
    first, last = span(rows)
    days = CALENDARS[grain][p]
    return days[-1] >= first and days[0] <= last


def day(text):
    return dt.date.fromisoformat(text)


# ---- grain: fan-out, chasm, diamond ----

def q_chasm(w):
    """Two legs of a student: each summed on its own."""
    out = []
    for s in sorted(w.students):
        a = [r for r in w.attendance if r["student"] == s]
        i = [r for r in w.incidents if r["student"] == s]
        out.append((s, len(a), lost(i)))
    return table("student,days,lost", out)


def q_fan_out(w):
    """Students, attendance rows and incidents of a school."""
    out = []
    for s in sorted(w.schools):
        pupils = {k for k, v in w.students.items() if v["school"] == s}
        out.append((s, len(pupils), sum(r["student"] in pupils for r in w.attendance),
                    sum(r["student"] in pupils for r in w.incidents)))
    return table("school,students,days,incidents", out)


def q_diamond(w):
    """School is reached through students from both tables, and has facts of its own."""
    out = []
    everything = by_school(w, w.attendance)
    for s in sorted({k for k, _ in everything} | {w.school(r) for r in w.incidents},
                    key=lambda k: (k is None, k or "")):
        a = [r for r in w.attendance if w.school(r) == s]
        i = [r for r in w.incidents if w.school(r) == s]
        n, d, v = absence(a)
        out.append((s, v, n, d, lost(i) if i else 0, sum(r["days_lost"] is not None for r in i)))
    return table("school,absence,absence.n,absence.d,lost,lost.n", out)


def q_three_tables(w):
    """Attendance, incidents and heads side by side: no row is met twice."""
    keys = {w.school(r) for r in w.attendance} | {w.school(r) for r in w.incidents}
    keys |= {r["school"] for r in w.heads}
    out = []
    for s in sorted(keys, key=lambda k: (k is None, k or "")):
        a = [r for r in w.attendance if w.school(r) == s]
        i = [r for r in w.incidents if w.school(r) == s]
        h = sorted((r["day"], r["enrolled"]) for r in w.heads
                   if r["school"] == s and r["enrolled"] is not None)
        n, d, v = absence(a)
        out.append((s, v, n, d, len(i), len(i), h[-1][1] if h else None, len(h)))
    return table("school,absence,absence.n,absence.d,incidents,incidents.n,heads,heads.n", out)


# ---- proportions ----

def q_chronic(w):
    n, d, v, excluded, excepted, undecided = chronic(w, w.attendance)
    return table("n,d,value,excluded,excepted,undecided",
                 [(n, d, v, excluded, excepted, undecided)])


def q_chronic_school(w):
    return table("school,n,d,value,excluded,excepted",
                 [(s,) + chronic(w, rows)[:5] for s, rows in by_school(w, w.attendance)])


def q_refined(w):
    rows = [r for r in w.attendance]
    n = d = excluded = excepted = 0
    for student, facts in units(rows).items():
        s = w.students[student]
        missed = sum(absent(r["status"]) for r in facts if r["status"] is not None)
        if len(facts) < 3 or s["grade"] != 9:
            continue
        if Fraction(missed, len(facts)) >= Fraction(1, 5):
            if s["frl"] is True or s["school"] == "S2":
                excepted += 1
                continue
            n += 1
        d += 1
    return table("n,d,value,excluded,excepted", [(n, d, share(n, d), excluded, excepted)])


def q_among_only(w):
    n = d = 0
    for student, facts in units(w.attendance).items():
        s = w.students[student]
        missed = sum(absent(r["status"]) for r in facts if r["status"] is not None)
        if s["frl"] is not False or s["grade"] == 11:
            continue
        d += 1
        n += Fraction(missed, len(facts)) >= Fraction(1, 5)
    return table("n,d,value", [(n, d, share(n, d))])


def q_better_up(w):
    """Present on 80 % of days: except takes out those who are not."""
    n = d = excepted = 0
    for student, facts in units(w.attendance).items():
        s = w.students[student]
        here = sum(r["status"] == "P" for r in facts if r["status"] is not None)
        good = Fraction(here, len(facts)) >= Fraction(3, 5)
        if not good and s["frl"] is True:
            excepted += 1
            continue
        d += 1
        n += good
    return table("n,d,value,excepted", [(n, d, share(n, d), excepted)])


def q_interval(w):
    z = statistics.NormalDist().inv_cdf(0.975)
    out = []
    for s, rows in by_school(w, w.attendance):
        n, d, v = absence(rows)
        p = n / d
        middle = (p + z * z / (2 * d)) / (1 + z * z / d)
        half = z / (1 + z * z / d) * math.sqrt(p * (1 - p) / d + z * z / (4 * d * d))
        out.append((s, n, d, round(middle - half, 9), round(middle + half, 9)))
    return table("school,n,d,low,high", out)


def q_each(w):
    out = []
    met = {r["student"] for r in w.incidents}
    groups = {}
    for s in w.students.values():
        groups.setdefault(s["school"], []).append(s["student"] not in met)
    for s in sorted(groups, key=lambda k: (k is None, k or "")):
        out.append((s, sum(groups[s]), len(groups[s]), share(sum(groups[s]), len(groups[s]))))
    return table("school,n,d,value", out)


def q_each_month(w):
    out = []
    for p in axis("month", day("2024-12-01"), day("2025-03-31")):
        met = {r["student"] for r in within(w.incidents, days_of("month", p))}
        n, d = len(w.students) - len(met), len(w.students)
        out.append((p, n, d, share(n, d)))
    return table("period,n,d,value", out)


# ---- values ----

def q_ratio(w):
    out = []
    for s, rows in by_school(w, w.incidents):
        known = [r["days_lost"] for r in rows if r["days_lost"] is not None]
        n, d = sum(known) if known else None, len(rows)
        out.append((s, n, d, Fraction(n, d) if n is not None else None))
    return table("school,n,d,value", out)


def q_rate(w):
    rows = [r for r in w.attendance if r["status"] is not None]
    n, d = sum(absent(r["status"]) for r in rows), len(rows)
    return table("n,d,value", [(n, d, Fraction(n * 1000, d))])


def q_median(w):
    out = []
    for s, rows in by_school(w, w.incidents):
        known = [r["days_lost"] for r in rows if r["days_lost"] is not None]
        out.append((s, False, len(known), float(statistics.median(known)) if known else None))
    known = [r["days_lost"] for r in w.incidents if r["days_lost"] is not None]
    out.append((None, True, len(known), float(statistics.median(known))))
    return table("school,total,n,value", out)


def last_heads(w, s, until):
    known = [(r["day"], r["enrolled"]) for r in w.heads
             if r["school"] == s and r["enrolled"] is not None and r["day"] <= until]
    return max(known)[1] if known else None


def q_stock(w):
    """The last one on or before the end of each month, by school; none behind the last row."""
    out = []
    months = axis("month", day("2024-01-01"), day("2025-05-31"))
    for s in sorted({r["school"] for r in w.heads}):
        for p in months:
            until = CALENDARS["month"][p][-1]
            value = last_heads(w, s, until) if there(w.heads, "month", p) else None
            out.append((s, p, value))
    return table("school,period,value", out)


def q_stock_sum(w):
    """Over schools the last values add up."""
    out = []
    for p in axis("quarter", day("2024-01-01"), day("2025-03-31")):
        until = CALENDARS["quarter"][p][-1]
        values = [last_heads(w, s, until) for s in sorted({r["school"] for r in w.heads})]
        values = [v for v in values if v is not None]
        out.append((p, sum(values) if values else None))
    return table("period,value", out)


# ---- time ----

def over(w, grain, first, last, days_in, rows=None, value=absence, header="period,n,d,value"):
    rows = w.attendance if rows is None else rows
    out = []
    for p in axis(grain, day(first), day(last)):
        inside = there(rows, grain, p)
        result = value(within(rows, days_in(grain, p))) if inside else (0, 0, None)
        out.append((p,) + tuple(result))
    return table(header, out)


def rolling_question(grain, first, last, n):
    return lambda w: over(w, grain, first, last, lambda g, p: rolling_days(g, p, n))


def to_date_question(grain, first, last, since):
    return lambda w: over(w, grain, first, last, lambda g, p: to_date_days(g, p, since))


q_rolling_day = rolling_question("day", "2024-02-27", "2024-03-01", 3)
q_rolling_week = rolling_question("week", "2024-12-23", "2025-01-12", 3)
q_rolling_month = rolling_question("month", "2024-02-01", "2024-05-31", 3)
q_rolling_month_edge = rolling_question("month", "2025-01-01", "2025-05-31", 3)
q_rolling_quarter = rolling_question("quarter", "2024-04-01", "2025-03-31", 2)
q_rolling_year = rolling_question("year", "2024-01-01", "2025-12-31", 2)
q_rolling_school_year = rolling_question("school_year", "2023-07-01", "2025-06-30", 2)
q_to_date_week = to_date_question("week", "2024-07-01", "2024-08-04", "school_year")
q_to_date_month = to_date_question("month", "2024-05-01", "2024-09-30", "school_year")
q_to_date_of_year = to_date_question("month", "2024-11-01", "2025-03-31", "year")
q_to_date_of_quarter = to_date_question("month", "2024-11-01", "2025-02-28", "quarter")


def q_rolling_full(w):
    out = []
    first, last = span(w.attendance)
    for p in axis("month", day("2023-11-01"), day("2024-04-30")):
        n, d, v = absence(within(w.attendance, rolling_days("month", p, 3)))
        full = all(there(w.attendance, "month", q) for q in rolling("month", p, 3))
        inside = there(w.attendance, "month", p)
        out.append((p, n if inside else 0, d if inside else 0, v if full else None, full))
    return table("period,n,d,value,full", out)


def q_chronic_to_date(w):
    """Students are judged on all their days so far, not month by month."""
    out = []
    for p in axis("month", day("2024-07-01"), day("2025-03-31")):
        rows = within(w.attendance, to_date_days("month", p))
        out.append((p,) + chronic(w, rows, excepting=False)[:3])
    return table("period,n,d,value", out)


def q_chronic_alone(w):
    out = []
    for p in axis("month", day("2024-07-01"), day("2025-03-31")):
        rows = within(w.attendance, days_of("month", p))
        out.append((p,) + chronic(w, rows, excepting=False)[:3])
    return table("period,n,d,value", out)


def q_chronic_range(w):
    """Without periods, to date reaches from the start of the school year to the range's end."""
    rows = [r for r in w.attendance if day("2024-07-01") <= r["day"] <= day("2025-01-15")]
    return table("n,d,value", [chronic(w, rows, excepting=False)[:3]])


def q_chronic_to_date_school(w):
    rows = [r for r in w.attendance if day("2024-07-01") <= r["day"] <= day("2025-01-15")]
    return table("school,n,d,value",
                 [(s,) + chronic(w, part, excepting=False)[:3] for s, part in by_school(w, rows)])


def change(grain, first, last, before, value=None):
    def question(w):
        out = []
        for p in axis(grain, day(first), day(last)):
            q = before(grain, p)
            now = absence(within(w.attendance, days_of(grain, p)))
            then = absence(within(w.attendance, days_of(grain, q)))[2] if q else None
            out.append((p, now[2], then))
        return table("period,value,before", out)
    return question


def previous(grain, p):
    return rolling(grain, p, 2)[0]


q_change_month = change("month", "2024-12-01", "2025-03-31", year_before)
q_change_week = change("week", "2024-12-30", "2025-01-19", year_before)
q_change_quarter = change("quarter", "2024-10-01", "2025-03-31", year_before)
q_change_year = change("year", "2024-01-01", "2025-12-31", year_before)
q_change_school_year = change("school_year", "2024-07-01", "2025-06-30", year_before)
q_change_day = change("day", "2025-02-26", "2025-03-01", year_before)
q_change_leap = change("day", "2024-02-27", "2024-03-01", year_before)
q_change_previous = change("month", "2024-01-01", "2024-04-30", previous)


def q_change_rolling(w):
    """Shifting a rolling measure shifts the whole window."""
    out = []
    for p in axis("month", day("2025-01-01"), day("2025-03-31")):
        q = year_before("month", p)
        now = absence(within(w.attendance, rolling_days("month", p, 2)))[2]
        then = absence(within(w.attendance, rolling_days("month", q, 2)))[2]
        out.append((p, now, then))
    return table("period,value,before", out)


def q_change_count(w):
    """A count without facts was 0 within the data and is not known outside."""
    out = []
    for p in axis("month", day("2024-01-01"), day("2024-04-30")):
        q = previous("month", p)
        now = len(within(w.incidents, days_of("month", p)))
        then = len(within(w.incidents, days_of("month", q)))
        a = now if there(w.incidents, "month", p) else None
        b = then if there(w.incidents, "month", q) else None
        out.append((p, a, b, a - b if None not in (a, b) else None))
    return table("period,value,before,change", out)


def q_partial(w):
    last = span(w.attendance)[1]
    out = []
    for p in axis("month", day("2025-01-01"), day("2025-04-30")):
        n, d, v = absence(within(w.attendance, days_of("month", p)))
        out.append((p, n, d, v, CALENDARS["month"][p][-1] > last))
    return table("period,n,d,value,partial", out)


# ---- totals and measures of measures ----

def q_total(w):
    out = [(s, False) + absence(rows) for s, rows in by_school(w, w.attendance)]
    out.append((None, True) + absence(w.attendance))
    return table("school,total,n,d,value", out)


def q_total_chronic(w):
    out = []
    months = axis("month", day("2024-10-01"), day("2024-11-30"))
    for s, rows in by_school(w, w.attendance):
        for p in months:
            out.append((s, p, False) + chronic(w, within(rows, days_of("month", p)))[:3])
    for p in months:
        out.append((None, p, True) + chronic(w, within(w.attendance, days_of("month", p)))[:3])
    return table("school,period,total,n,d,value", out)


def q_overlap(w):
    """A student in two grades' rows would be two units: units are what is counted."""
    pairs = {}
    for r in w.attendance:
        pairs.setdefault((r["student"], r["status"]), 0)
    out = []
    for status in ["A", "E", "P", "T", None]:
        n = sum(k[1] == status for k in pairs)
        out.append((status, False, n, n))
    out.append((None, True, len(pairs), len(pairs)))
    return table("status,total,n,value", out)


def q_combined(w):
    out = []
    keys = {w.school(r) for r in w.attendance} | {w.school(r) for r in w.incidents}
    for s in sorted(keys, key=lambda k: (k is None, k or "")):
        a = len([r for r in w.attendance if w.school(r) == s])
        i = len([r for r in w.incidents if w.school(r) == s])
        out.append((s, i, a, share(i, a)))
    return table("school,n,d,value", out)


def q_combined_rate(w):
    a, i = len(w.attendance), len(w.incidents)
    return table("n,d,value", [(i, a, Fraction(i * 1000, a))])


def q_combined_month(w):
    out = []
    for p in axis("quarter", day("2023-10-01"), day("2025-06-30")):
        a = within(w.attendance, days_of("quarter", p))
        i = within(w.incidents, days_of("quarter", p))
        ok = there(w.attendance, "quarter", p) and there(w.incidents, "quarter", p)
        out.append((p, share(len(i), len(a)) if ok else None))
    return table("period,value", out)


# ---- missing values ----

def q_missing_sum(w):
    """One missing value never makes a total missing."""
    out = [(s, lost(rows)) for s, rows in by_school(w, w.incidents)]
    return table("school,value", out)


def q_undecided_exclude(w):
    """Whoever may be excluded stays and is counted as undecided."""
    n = d = excluded = undecided = 0
    for student, facts in units(w.attendance).items():
        frl = w.students[student]["frl"]
        if frl is True:
            excluded += 1
            continue
        undecided += frl is None
        d += 1
        n += len(facts) >= 20
    return table("n,d,value,excluded,undecided", [(n, d, share(n, d), excluded, undecided)])


def q_edges(w):
    """Both ends of a range of days are in; the leap day is a day."""
    out = []
    for first, last in (("2024-02-28", "2024-02-29"), ("2024-06-30", "2024-07-01")):
        rows = [r for r in w.attendance if day(first) <= r["day"] <= day(last)]
        out.append((len(rows), len(rows)))
    return [table("n,value", [row]) for row in out][0] + table("n,value", [out[1]])


# ---- units and comparisons ----

def q_units(w):
    out = []
    rows = [r for r in w.attendance if day("2024-10-01") <= r["day"] <= day("2024-12-31")]
    for student, facts in sorted(units(rows).items()):
        s = w.students[student]
        enrolled = len(facts)
        missed = sum(absent(r["status"]) for r in facts if r["status"] is not None)
        counted = Fraction(missed, enrolled) >= Fraction(1, 5)
        why = ("not among" if enrolled < 3 else "excluded" if s["grade"] == 11
               else "excepted" if counted and s["frl"] is True
               else "counted" if counted else "not counted")
        out.append((student, enrolled, missed, why in ("counted", "not counted"),
                    why == "counted", why))
    return table("student,enrolled,absent,in_d,in_n,why", out)


def q_units_two(w):
    days = set().union(*(days_of("month", p) for p in ("2024-10", "2024-11", "2024-12")))
    there_a, there_b = units(within(w.attendance, days)), units(within(w.incidents, days))
    out = []
    for student in sorted(set(there_a) | set(there_b)):
        facts, met = there_a.get(student), there_b.get(student)
        counted = None
        if facts:
            missed = sum(absent(r["status"]) for r in facts if r["status"] is not None)
            s = w.students[student]
            counted = (len(facts) >= 3 and s["grade"] != 11 and s["frl"] is not True
                       and Fraction(missed, len(facts)) >= Fraction(1, 5))
        out.append((student, len(facts) if facts else None, counted,
                    len(met) if met else None, len(met) >= 3 if met else None))
    return table("student,enrolled,counted,times,often", out)


def q_crossed(w):
    months = axis("month", day("2024-08-01"), day("2024-12-31"))
    counted = {}
    for p in [previous("month", months[0])] + months:
        rows = within(w.attendance, to_date_days("month", p))
        counted[p] = set()
        for student, facts in units(rows).items():
            missed = sum(absent(r["status"]) for r in facts if r["status"] is not None)
            if (len(facts) >= 3 and w.students[student]["grade"] != 11
                    and Fraction(missed, len(facts)) >= Fraction(1, 5)):
                counted[p].add(student)
    out = [(s, p) for p in months for s in counted[p] - counted[previous("month", p)]]
    return table("student,period", sorted(out))


def q_compare(w):
    """Newcombe's interval of a difference of two shares, from Wilson's of each."""
    z = statistics.NormalDist().inv_cdf(0.975)
    parts = dict(by_school(w, w.attendance))

    def wilson(n, d):
        p = n / d
        middle = (p + z * z / (2 * d)) / (1 + z * z / d)
        half = z / (1 + z * z / d) * math.sqrt(p * (1 - p) / d + z * z / (4 * d * d))
        return p, middle - half, middle + half
    p1, l1, u1 = wilson(*absence(parts["S1"])[:2])
    p2, l2, u2 = wilson(*absence(parts["S2"])[:2])
    low = (p2 - p1) - math.sqrt((p2 - l2) ** 2 + (u1 - p1) ** 2)
    high = (p2 - p1) + math.sqrt((u2 - p2) ** 2 + (p1 - l1) ** 2)
    return table("difference,low,high", [(round(p2 - p1, 9), round(low, 9), round(high, 9))])


# ---- from an entry on, at the end of a cell ----

def entries(w):
    """Ninth and tenth graders enter on the day of their first absence."""
    out = {}
    for r in w.attendance:
        if r["status"] == "A" and w.students[r["student"]]["grade"] < 11:
            out[r["student"]] = min(r["day"], out.get(r["student"], r["day"]))
    return out


def months_over(a, b):
    """How many months are complete from a to b: the most that can be added without passing b."""
    n = (b.year - a.year) * 12 + b.month - a.month
    while True:
        year, month = divmod(a.year * 12 + a.month - 1 + n, 12)
        following = dt.date(year + (month == 11), (month + 1) % 12 + 1, 1)
        last = (following - dt.timedelta(1)).day
        if dt.date(year, month + 1, min(a.day, last)) <= b:
            return n
        n -= 1


def from_entry(w):
    first = entries(w)
    return [dict(r, entry=first[r["student"]]) for r in w.attendance
            if r["student"] in first and r["day"] >= first[r["student"]]]


def q_since(w):
    return table("n,d,value", [absence(from_entry(w))])


def since_question(number, value=absence):
    def question(w):
        parts = {}
        for r in from_entry(w):
            parts.setdefault(number(r["entry"], r["day"]), []).append(r)
        return table("since,n,d,value", [(k,) + value(parts[k]) for k in sorted(parts)])
    return question


def few(question, most):
    """Its header and the lines up to that number."""
    return lambda w: [x for x in question(w) if not x[0].isdigit() or int(x.split(",")[0]) <= most]


def often(rows):
    """Of each student with rows: a fifth of them or more missed."""
    n = d = 0
    for facts in units(rows).values():
        missed = sum(absent(r["status"]) for r in facts if r["status"] is not None)
        d += 1
        n += Fraction(missed, len(facts)) >= Fraction(1, 5)
    return n, d, share(n, d)


q_since_day_few = few(since_question(lambda a, b: (b - a).days + 1), 40)
q_since_week_few = few(since_question(lambda a, b: (b - a).days // 7 + 1), 20)
q_since_month = since_question(lambda a, b: months_over(a, b) + 1)
q_since_quarter = since_question(lambda a, b: months_over(a, b) // 3 + 1, often)
q_since_year = since_question(lambda a, b: months_over(a, b) // 12 + 1, often)


def edge_question(last, grain, first, until):
    """Students by what the last (or first) fact that has a status says in each cell."""
    def question(w):
        cells = {}
        for p in axis(grain, day(first), day(until)) if grain else [None]:
            rows = within(w.attendance, days_of(grain, p)) if p else w.attendance
            for student, facts in units(rows).items():
                known = sorted((r["day"], r["status"]) for r in facts if r["status"] is not None)
                key = known[-1 if last else 0][1] if known else None
                cells.setdefault((key, p), []).extend(facts)
        keys = sorted({k for k, _ in cells}, key=lambda k: (k is None, k or ""))
        out = []
        for k in keys:
            for p in axis(grain, day(first), day(until)) if grain else [None]:
                rows = cells.get((k, p), [])
                out.append((k,) + ((p,) if p else ()) + often(rows))
        return table("status,period,n,d,value" if grain else "status,n,d,value", out)
    return question


q_at_end = edge_question(True, None, None, None)
q_at_start = edge_question(False, None, None, None)
q_at_end_quarter = edge_question(True, "quarter", "2024-01-01", "2024-12-31")


# ---- what is said below an answer ----

def without_facts(w, rows, all_students=None):
    students = set(w.students if all_students is None else all_students)
    none = students - {r["student"] for r in rows}
    return [f"{len(none)} of {len(students)} rows of student have no facts here"] if none else []


def left_out(excluded, excepted, what):
    parts = [f"{n} {word}" for n, word in ((excluded, "excluded"), (excepted, "excepted")) if n]
    return [", ".join(parts) + f", counting each {what}"] if parts else []


def q_note_chronic(w):
    _, _, _, excluded, excepted, _ = chronic(w, w.attendance)
    return left_out(excluded, excepted, "student") + without_facts(w, w.attendance)


def q_note_chronic_month(w):
    """Each student and month once, whatever else the question shows."""
    excluded = excepted = 0
    inside = []
    for p in axis("month", day("2024-10-01"), day("2025-01-31")):
        rows = within(w.attendance, days_of("month", p))
        inside += rows
        excluded += chronic(w, rows)[3]
        excepted += chronic(w, rows)[4]
    return left_out(excluded, excepted, "student and period") + without_facts(w, inside)


def q_note_rows(w):
    rows = [r for r in w.attendance if r["status"] is not None]
    out = sum(w.students[r["student"]]["grade"] == 11 for r in rows)
    return left_out(out, 0, "row of attendance")


def q_note_undated(w):
    n = sum(r["day"] is None for r in w.visits)
    return [f"{n} rows of visit without a `day` are left out: in no period"]


def q_undated(w):
    dated = [r for r in w.visits if r["day"] is not None]
    out = []
    for p in axis("quarter", day("2024-01-01"), day("2024-12-31")):
        rows = within(dated, days_of("quarter", p))
        out.append((p, len(rows), len(rows)))
    return table("period,n,value", out)


def q_note_undated_where(w):
    """Only those that all other conditions let through."""
    n = sum(r["day"] is None and w.students[r["student"]]["grade"] == 11 and r["minutes"] is None
            for r in w.visits)
    return [f"{n} row{'s' if n > 1 else ''} of visit without a `day` "
            f"{'are' if n > 1 else 'is'} left out: in no period"]


def q_note_where(w):
    some = {s for s, v in w.students.items() if v["grade"] == 10}
    rows = [r for r in w.incidents if r["student"] in some and
            day("2024-07-01") <= r["day"] <= day("2025-06-30")]
    return without_facts(w, rows, some)


def q_note_overlap(w):
    pairs = {(r["student"], r["status"]) for r in w.attendance}
    people = {s for s, _ in pairs}
    return [f"so one student may be in several: sum {len(pairs)}, different students {len(people)}"]


def q_note_overlap_month(w):
    """A student counts once in each stratum and month."""
    triples, pairs = set(), set()
    for p in axis("month", day("2024-09-01"), day("2024-12-31")):
        for r in within(w.attendance, days_of("month", p)):
            triples.add((r["student"], r["status"], p))
            pairs.add((r["student"], p))
    return [f"sum {len(triples)}, different students {len(pairs)}, in each period"]


def q_note_partial(w):
    last = span(w.attendance)[1]
    first = [p for p in axis("month", day("2025-01-01"), day("2025-06-30"))
             if CALENDARS["month"][p][-1] > last][0]
    return [f"partial: from {first} on periods reach behind {last}, the last day of the facts"]


# ---- writing ----

def filled(text, world):
    lines, out, at = text.split("\n"), [], 0
    while at < len(lines):
        out.append(lines[at])
        found = re.match(r"# oracle( note)?: (\w+)$", lines[at])
        at += 1
        if not found:
            continue
        expect = "# expect note:" if found.group(1) else "# expect:"
        while at < len(lines) and lines[at].startswith(expect):
            at += 1
        out += [expect + " " + x for x in globals()["q_" + found.group(2)](world)]
    return "\n".join(out)


def write(path, text, check):
    old = open(path).read() if os.path.exists(path) else None
    if old == text:
        return True
    print(("differs: " if check else "wrote ") + os.path.relpath(path))
    if not check:
        with open(path, "w") as f:
            f.write(text)
    return not check


def main():
    check = "--check" in sys.argv[1:]
    fine = True
    os.makedirs(DATA, exist_ok=True)
    for name, (header, rows) in make_data().items():
        fine &= write(os.path.join(DATA, name + ".csv"), text_of_csv(header, rows), check)
    world = World()
    for name in sorted(os.listdir(TESTS)):
        if name.startswith("measure-") and name.endswith(".spoke"):
            path = os.path.join(TESTS, name)
            fine &= write(path, filled(open(path).read(), world), check)
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
