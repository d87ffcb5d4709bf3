#!/usr/bin/env python3
"""Fan-out, chasm and diamond joins worked out in plain Python, row by row, for a language test.

Usage: tests/oracle/joins.py          rewrite the data and the expected lines
       tests/oracle/joins.py --check  exit with 1 if either would change

As measures.py: the lines behind `# oracle: NAME` in tests/language/5-join-many.spoke are what the
function q_NAME gives. Every join is two nested loops, every sum a loop over rows.
"""
import csv
import os
import random
import re
import sys

from measures import DATA, TESTS, text_of_csv, write

TEST = os.path.join(TESTS, "5-join-many.spoke")


def make_data():
    rng = random.Random(20260107)
    schools = [[f"S{i}", rng.choice(["North", "South"]), rng.choice([80, 120, 120, ""])]
               for i in range(1, 8)]
    clubs = [[f"C{i}", rng.choice(["North", "South", "West"])] for i in range(1, 5)]
    pupils = [[f"p{i:02}", rng.choice([s[0] for s in schools[:5]] + [""]),
               rng.choice([c[0] for c in clubs] + [""]), rng.choice([9, 10, 11]),
               rng.choice([10, 20, 30, ""])] for i in range(1, 31)]
    trips = [[i, rng.choice([s[0] for s in schools[2:]] + [""]), rng.choice([9, 10, 12]),
              rng.choice([1, 2, 5, ""])] for i in range(1, 21)]
    return {"join_district": (["district", "budget"], [["North", 5], ["South", 7], ["West", 11]]),
            "join_school": (["school", "district", "size"], schools),
            "join_club": (["club", "district"], clubs),
            "join_pupil": (["pupil", "school", "club", "grade", "fee"], pupils),
            "join_trip": (["trip", "school", "grade", "hours"], trips)}


class Row(dict):
    __getattr__ = dict.__getitem__


def value(text):
    return None if text == "" else int(text) if re.fullmatch(r"-?\d+", text) else text


class World:
    def __init__(self):
        for name in make_data():
            with open(os.path.join(DATA, name + ".csv")) as f:
                rows = [Row((k, value(v)) for k, v in row.items()) for row in csv.DictReader(f)]
            setattr(self, name[5:], rows)

    def find(self, table, key):
        return next((r for r in getattr(self, table) if r[table] == key), None)


def lines(header, rows):
    return [header] + [",".join("" if x is None else str(x) for x in row) for row in rows]


def total(values, empty=0):
    """Over no rows `empty`, over missing values alone missing."""
    values = list(values)
    present = [v for v in values if v is not None]
    return sum(present) if present else None if values else empty


def pairs(left, right, l, r):
    for a in left:
        for b in right:
            if a[l] is not None and a[l] == b[r]:
                yield a, b


def q_fan_out(w):
    rows = []
    for s in w.school:
        own = [p for p in w.pupil if p.school == s.school]
        rows += [(s.school, s.size, p.pupil, p.fee) for p in own] or [(s.school, s.size, None, None)]
    return lines("school,size,pupil,fee", rows)


def q_fan_out_inner(w):
    rows = [(s.district, p.grade, p.fee) for s, p in pairs(w.school, w.pupil, "school", "school")]
    keys = sorted({r[:2] for r in rows})
    return lines("district,grade,n,fees", [
        (*k, sum(r[:2] == k for r in rows), total(r[2] for r in rows if r[:2] == k)) for k in keys])


def q_fan_out_left(w):
    rows = []
    for s in w.school:
        own = [p for p in w.pupil if p.school == s.school]
        rows.append((s.school, len(own), total((p.fee for p in own), None), s.size))
    return lines("school,n,fees,size", rows)


def q_chasm_pairs(w):
    rows = []
    for s in w.school:
        n = sum(p.school == s.school for p in w.pupil)
        m = sum(t.school == s.school for t in w.trip)
        if n * m:
            rows.append((s.school, n * m))
    return lines("school,n", rows)


def q_chasm_legs(w):
    return lines("school,pupils,fees,hours", [
        (s.school, sum(p.school == s.school for p in w.pupil),
         total(p.fee for p in w.pupil if p.school == s.school),
         total(t.hours for t in w.trip if t.school == s.school)) for s in w.school])


def q_chasm_grouped(w):
    fees, hours = [], []
    for s in w.school:
        own = [p.fee for p in w.pupil if p.school == s.school]
        out = [t.hours for t in w.trip if t.school == s.school]
        fees.append(total(own, None))
        hours.append(total(out, None))
    return lines("fees,hours,size", [(total(fees), total(hours), total(s.size for s in w.school))])


def q_diamond_by_school(w):
    rows = []
    for d in w.district:
        own = [p for p in w.pupil if p.school and w.find("school", p.school).district == d.district]
        rows += [(d.district, len(own), total(p.fee for p in own))] if own else []
    return lines("district,n,fees", rows)


def q_diamond_by_club(w):
    rows = []
    for d in w.district:
        own = [p for p in w.pupil if p.club and w.find("club", p.club).district == d.district]
        rows += [(d.district, len(own), total(p.fee for p in own))] if own else []
    return lines("district,n,fees", rows)


def q_diamond_both(w):
    n = {}
    for s, p in pairs(w.school, w.pupil, "school", "school"):
        for c in w.club:
            if c.club == p.club and c.district == s.district:
                n.setdefault(s.district, []).append(p)
    return lines("district,n,fees", [
        (d, len(n[d]), total(p.fee for p in n[d])) for d in sorted(n)])


def q_many_to_many(w):
    rows = list(pairs(w.pupil, w.trip, "grade", "grade"))
    keys = sorted({p.grade for p, t in rows})
    return lines("grade,n,worth", [
        (k, sum(p.grade == k for p, t in rows),
         total(None if p.fee is None or t.hours is None else p.fee * t.hours
               for p, t in rows if p.grade == k)) for k in keys])


def q_first_pairs(w):
    rows = [(p.pupil, t.trip, t.hours) for p, t in pairs(w.pupil, w.trip, "grade", "grade")]
    return lines("pupil,trip,hours", rows[:12])


def filled(text, world):
    out, skipping = [], False
    for line in text.split("\n"):
        skipping = skipping and line.startswith("# expect:")
        if skipping:
            continue
        out.append(line)
        found = re.match(r"# oracle: (\w+)$", line)
        if found:
            out += ["# expect: " + x for x in globals()["q_" + found.group(1)](world)]
            skipping = True
    return "\n".join(out)


def main():
    check = "--check" in sys.argv[1:]
    fine = True
    for name, (header, rows) in make_data().items():
        fine &= write(os.path.join(DATA, name + ".csv"), text_of_csv(header, rows), check)
    with open(TEST) as f:
        text = f.read()
    return 0 if write(TEST, filled(text, World()), check) and fine else 1


if __name__ == "__main__":
    sys.exit(main())
