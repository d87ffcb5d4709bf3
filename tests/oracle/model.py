#!/usr/bin/env python3
"""References by several columns, lists and reasons for missing values, worked out row by row.

Usage: tests/oracle/model.py          rewrite the data and the expected lines
       tests/oracle/model.py --check  exit with 1 if either would change

As joins.py: the lines behind `# oracle: NAME` in tests/language/4-model.spoke are what the function
q_NAME gives. A reference is a loop over all rows of the other table, an item a row of its own, and
every sum a loop over rows: nothing here knows of keys or grain.
"""
import csv
import json
import os
import random
import sys

from joins import Row, filled, lines, total, value
from measures import DATA, TESTS, text_of_csv, write

TEST = os.path.join(TESTS, "4-model.spoke")
REASONS = {"8": "don't know", "9": "refused", "-7": "-7"}


def make_data():
    rng = random.Random(20260311)
    themes = [[f"T{i}", rng.choice(["North", "South"])] for i in range(1, 6)]
    schools = [[f"S{i}", rng.choice(["North", "South"])] for i in range(1, 6)]
    years = [[s[0], y, rng.choice([50, 60, 70, ""]), rng.choice(["Ann", "Bo", "Cy"])]
             for s in schools for y in (2023, 2024, 2025) if rng.random() < 0.85]
    known = [(y[0], y[1]) for y in years]

    def answer(i):
        school, year = rng.choice(known)
        later = [y for s, y in known if s == school]
        chosen = [rng.choice(themes)[0] for _ in range(rng.choice([0, 1, 1, 2, 3]))]
        return [f"r{i:02}", school, year, rng.choice(later + [""]), rng.choice([5, 10, 20, ""]),
                rng.choice([";", " ; "]).join(chosen), rng.choice([1, 2, 3, 8, 9, -7, ""])]
    responses = [answer(i) for i in range(1, 41)]
    visits = [[i, *rng.choice(known), rng.choice([1, 2, 4, ""])] for i in range(1, 26)]
    return {"model_theme": (["theme", "district"], themes),
            "model_school": (["school", "district"], schools),
            "model_year": (["school", "year", "pupils", "lead"], years),
            "model_response": (["response", "school", "year", "next", "minutes", "themes",
                                "rating"], responses),
            "model_visit": (["visit", "school", "year", "hours"], visits)}


class World:
    def __init__(self):
        for name in make_data():
            with open(os.path.join(DATA, name + ".csv")) as f:
                rows = [Row((k, value(v)) for k, v in row.items()) for row in csv.DictReader(f)]
            setattr(self, name[6:], rows)
        for r in self.response:
            r["chosen"] = []
            for item in (r.themes or "").split(";"):
                if item.strip() and item.strip() not in r.chosen:
                    r.chosen.append(item.strip())
            r["why"] = REASONS.get(str(r.rating))
            r["score"] = None if r.why else r.rating

    def school_year(self, school, year):
        return next((y for y in self.year if y.school == school and y.year == year), None)

    def district(self, school):
        return next(s.district for s in self.school if s.school == school)

    def theme_district(self, theme):
        return next(t.district for t in self.theme if t.theme == theme)

    def items(self):
        return [(r, item) for r in self.response for item in r.chosen]


def mean(values):
    present = [v for v in values if v is not None]
    return sum(present) / len(present) if present else None


def key_order(keys):
    """Missing last."""
    return sorted(keys, key=lambda k: tuple((x is None, "" if x is None else x) for x in k))


def grouped(rows, key, *columns):
    keys = key_order({key(r) for r in rows})
    return [(*k, *(c([r for r in rows if key(r) == k]) for c in columns)) for k in keys]


def text_of_list(values):
    """A list as a field of CSV."""
    text = json.dumps(values, separators=(",", ":"))
    return '"' + text.replace('"', '""') + '"' if "," in text or '"' in text else text


# ---- references by several columns ----

def q_follow(w):
    rows = []
    for r in w.response:
        now, later = w.school_year(r.school, r.year), w.school_year(r.school, r.next)
        rows.append((r.response, now.pupils, now.lead, later.lead if later else None))
    return lines("response,pupils,lead,later", rows)


def q_group(w):
    return lines("lead,n,minutes,pupils", grouped(
        w.response, lambda r: (w.school_year(r.school, r.year).lead,), len,
        lambda rows: total(r.minutes for r in rows),
        lambda rows: mean(w.school_year(r.school, r.year).pupils for r in rows)))


def q_chasm(w):
    """Two legs at one row: neither repeats the other."""
    rows = []
    for y in w.year:
        seen = [v for v in w.visit if (v.school, v.year) == (y.school, y.year)]
        asked = [r for r in w.response if (r.school, r.year) == (y.school, y.year)]
        rows.append((y.school, y.year, len(seen), total((v.hours for v in seen), 0),
                     total((r.minutes for r in asked), 0)))
    return lines("school,year,visits,hours,minutes", rows)


def q_along(w):
    rows = []
    for r in w.response:
        seen = [v for v in w.visit if (v.school, v.year) == (r.school, r.year)]
        rows.append((r.response, len(seen), max((v.hours for v in seen if v.hours is not None),
                                                default=None)))
    return lines("response,visits,most", rows)


def q_fan_out(w):
    """One row of the year for many visits: its pupils repeat, and only their mean makes sense."""
    pairs = [(v, w.school_year(v.school, v.year)) for v in w.visit]
    return lines("lead,visits,hours,pupils", grouped(
        pairs, lambda p: (p[1].lead,), len, lambda ps: total(v.hours for v, y in ps),
        lambda ps: mean(y.pupils for v, y in ps)))


def q_diamond(w):
    """To the district by the school, and by the year's school."""
    return lines("district,n", grouped(
        [r for r in w.response
         if w.district(w.school_year(r.school, r.year).school) == w.district(r.school)],
        lambda r: (w.district(r.school),), len))


# ---- lists ----

def q_lists(w):
    return lines("response,themes,n,first", [
        (r.response, text_of_list(r.chosen), len(r.chosen), r.chosen[0] if r.chosen else None)
        for r in w.response])


def q_items(w):
    return lines("item,n,schools,minutes", grouped(
        w.items(), lambda i: (i[1],), len, lambda rows: len({r.school for r, item in rows}),
        lambda rows: mean(r.minutes for r, item in rows)))


def q_items_of_theme(w):
    return lines("theme,n,minutes", [
        (t.theme, sum(item == t.theme for r, item in w.items()),
         max((r.minutes for r, item in w.items() if item == t.theme and r.minutes is not None),
             default=None)) for t in w.theme])


def q_items_of_school(w):
    """Responses, their items and visits, each counted once."""
    return lines("school,responses,items,visits,minutes", [
        (s.school, sum(r.school == s.school for r in w.response),
         sum(r.school == s.school for r, item in w.items()),
         sum(v.school == s.school for v in w.visit),
         total(r.minutes for r in w.response if r.school == s.school)) for s in w.school])


def q_items_in_groups(w):
    return lines("school,n,items,some,minutes", grouped(
        w.response, lambda r: (r.school,), len, lambda rows: sum(len(r.chosen) for r in rows),
        lambda rows: sum(bool(r.chosen) for r in rows),
        lambda rows: total(r.minutes for r in rows)))


def q_items_diamond(w):
    rows = [(r, item) for r, item in w.items() if w.theme_district(item) == w.district(r.school)]
    return lines("district,item,n", grouped(
        rows, lambda i: (w.theme_district(i[1]), i[1]), len))


def q_chosen(w):
    return lines("n,m", [(sum("T1" in r.chosen for r in w.response),
                          sum("T1" in r.chosen and "T2" in r.chosen for r in w.response))])


def q_list_of(w):
    return lines("school,ids,long,scores", grouped(
        w.response, lambda r: (r.school,), lambda rows: text_of_list([r.response for r in rows]),
        lambda rows: text_of_list([r.response for r in rows if (r.minutes or 0) > 10]),
        lambda rows: text_of_list(list(dict.fromkeys(
            r.score for r in rows if r.score is not None)))))


def q_list_over(w):
    return lines("school,year,hours", [
        (y.school, y.year, text_of_list([v.hours for v in w.visit if v.hours is not None and
                                         (v.school, v.year) == (y.school, y.year)]))
        for y in w.year])


# ---- reasons ----

def q_reasons(w):
    return lines("why,n,minutes", grouped(
        [r for r in w.response if r.score is None], lambda r: (r.why,), len,
        lambda rows: total(r.minutes for r in rows)))


def q_reasons_back(w):
    return lines("school,refused,known", [
        (s.school, sum(r.school == s.school and r.why == "refused" for r in w.response),
         sum(r.school == s.school and r.score is not None for r in w.response))
        for s in w.school])


# ---- compared with the row at hand ----

def q_compared(w):
    rows = []
    for r in w.response:
        there = [v for v in w.visit if v.school == r.school]
        before = [v for v in there if r.next is not None and v.year < r.next]
        rows.append((r.response, sum(v.year <= r.year for v in there),
                     total((v.hours for v in before if v.hours is not None and v.hours > 1), 0)))
    return lines("response,seen,hours", rows)


def q_compared_list(w):
    return lines("school,year,later", [
        (y.school, y.year, text_of_list([
            r.response for r in w.response
            if r.school == y.school and r.year > y.year and None not in (r.minutes, y.pupils) and
            r.minutes != y.pupils])) for y in w.year])


def main():
    check = "--check" in sys.argv[1:]
    fine = True
    for name, (header, rows) in make_data().items():
        fine &= write(os.path.join(DATA, name + ".csv"), text_of_csv(header, rows), check)
    with open(TEST) as f:
        text = f.read()
    return 0 if write(TEST, filled(text, World(), globals()), check) and fine else 1


if __name__ == "__main__":
    sys.exit(main())
