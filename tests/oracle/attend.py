#!/usr/bin/env python3
"""The answers of examples/attendance/presets.spoke as CSV, worked out in plain Python from the
CSV files beside it. Nothing here knows of Spoke.

Usage: tests/oracle/attend.py
"""
import collections
import csv
import datetime as dt
import fractions
import os

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.path.join(HERE, "..", "..", "examples", "attendance")
Fraction = fractions.Fraction


def rows_of(name):
    with open(os.path.join(DATA, name), encoding="utf-8") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


SCHOOL = {r["school"]: r for r in rows_of("schools.csv")}
STUDENT = {r["student"]: r for r in rows_of("students.csv")}
DAYS = [(r["student"], dt.date.fromisoformat(r["day"]), r["status"])
        for r in rows_of("attendance.csv")]
YEAR = (dt.date(2024, 7, 1), dt.date(2025, 6, 30))


def totals(first, last, missed="AE"):
    """Student: (days missed, days enrolled)."""
    out = collections.defaultdict(lambda: [0, 0])
    for student, day, status in DAYS:
        if first <= day <= last:
            out[student][0] += status in missed
            out[student][1] += 1
    return out


def chronic(first=YEAR[0], last=YEAR[1], by=lambda s: "", where=lambda s: True, missed="AE",
            minimum=10, low=Fraction(1, 10), high=Fraction(2)):
    """Cell: [n, d] of students who missed at least `low` and less than `high` of their days."""
    out = collections.defaultdict(lambda: [0, 0])
    for student, (absent, enrolled) in totals(first, last, missed).items():
        cell = out[by(student)] if where(student) else [0, 0]
        if enrolled >= minimum:
            cell[0] += low <= Fraction(absent, enrolled) < high
            cell[1] += 1
    return out


def school_of(student):
    return STUDENT[student]["school"]


def line(*cells):
    print(",".join(str(c) for c in cells))


def cells(head, answer):
    print(head)
    for key in sorted(answer):
        n, d = answer[key]
        line(*([key] if head[0] != "n" else []), n, d, n / d)


def months(to_date):
    print("period,n,d,value")
    for month in range(9, 19):
        year, number_of = 2024 + (month - 1) // 12, (month - 1) % 12 + 1
        first = dt.date(year, number_of, 1)
        last = dt.date(year + number_of // 12, number_of % 12 + 1, 1) - dt.timedelta(1)
        n, d = chronic(YEAR[0] if to_date else first, last)[""]
        line(f"{first:%Y-%m}", n, d, n / d)


def tiers():
    ends = [Fraction(0), Fraction(5, 100), Fraction(10, 100), Fraction(20, 100), Fraction(2)]
    names = ["satisfactory", "at_risk", "moderate", "severe"]
    answers = [chronic(by=school_of, low=ends[i], high=ends[i + 1]) for i in range(4)]
    line("school", *[f"{m}{part}" for m in names for part in ("", ".n", ".d")])
    for school in sorted(SCHOOL):
        found = [a[school] for a in answers]
        line(school, *[x for n, d in found for x in (n / d, n, d)])
    line("tier", "students")
    counts = {m.replace("_", " "): sum(n for n, _ in a.values())
              for m, a in zip(names, answers)}
    for name in sorted(counts):
        line(name, counts[name])


def rate():
    days = collections.defaultdict(lambda: [0, 0])
    for student, (absent, enrolled) in totals(*YEAR).items():
        days[school_of(student)][0] += enrolled - absent
        days[school_of(student)][1] += enrolled
    cells("school,n,d,value", days)


def present():
    came, there = collections.Counter(), collections.defaultdict(set)
    for student, day, status in DAYS:
        if dt.date(2024, 10, 1) <= day <= YEAR[1] and status in "PT":
            key = school_of(student), f"{day.year}Q{(day.month + 2) // 3}"
            came[key] += 1
            there[key].add(day)
    print("school,period,n,d,value")
    for key in sorted(came):
        line(*key, came[key], len(there[key]), came[key] / len(there[key]))


cells("n,d,value", chronic())
cells("school,n,d,value", chronic(by=school_of))
cells("frl,n,d,value", chronic(by=lambda s: STUDENT[s]["frl"], missed="A", minimum=30,
                               where=lambda s: 9 <= int(STUDENT[s]["grade"]) <= 12,
                               low=Fraction(15, 100)))
cells("district,n,d,value", chronic(by=lambda s: SCHOOL[school_of(s)]["district"]))
months(to_date=True)
months(to_date=False)
tiers()
rate()
present()
