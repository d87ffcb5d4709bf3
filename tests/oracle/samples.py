#!/usr/bin/env python3
"""Estimates of samples worked out in plain Python, unit by unit, for the language tests.

Usage: tests/oracle/samples.py          rewrite the data and the expected lines
       tests/oracle/samples.py --check  exit with 1 if either would change

Errors come straight from their definition: what each unit adds to an estimate, added up by
cluster, clusters that have nothing in a cell being there with 0; the spread of these within each
stratum. Student's t is integrated. Nothing here knows of Spoke. The lines `# oracle: NAME` work as
in measures.py.
"""
import csv
import datetime as dt
import math
import os
import random
import re
import sys
from types import SimpleNamespace as Unit

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.join(HERE, "..", "language")
DATA = os.path.join(TESTS, "data", "oracle")


# ---- data ----

def make_data():
    rng = random.Random(42)
    schools = [[f"s{i:02}", "ABC"[i % 3], {"A": 20, "B": 9, "C": 40}["ABC"[i % 3]]]
               for i in range(1, 19)]
    pupils, answers = [], []
    for i in range(1, 151):
        school = rng.choice(schools)
        pupils.append([f"p{i:03}", school[0], rng.choice([9, 10, 11]),
                       rng.choice(["true", "false", ""]),
                       "" if rng.random() < 0.03 else round(rng.choice([1, 1.5, 2.25, 7]), 2)])
    for i in range(1, 301):
        p = rng.choice(pupils)
        answers.append([i, p[0], dt.date(2025, rng.choice([1, 2, 3, 3]), rng.randint(1, 28)),
                        rng.choice(["", 10, 20, 25, 31, 44]), rng.choice([5, 10, 20]),
                        rng.choice(["true", "false", "false", ""])])
    return {"sample_school": (["school", "partner", "of"], schools),
            "sample_pupil": (["pupil", "school", "grade", "frl", "w"], pupils),
            "sample_answer": (["answer", "pupil", "day", "minutes", "planned", "likes"], answers)}


def text_of_csv(header, rows):
    return "\n".join([",".join(header)] + [",".join(str(x) for x in r) for r in rows]) + "\n"


def value_of(text):
    if text == "":
        return None
    if text in ("true", "false"):
        return text == "true"
    if re.match(r"\d{4}-", text):
        return dt.date.fromisoformat(text)
    return float(text) if re.match(r"[\d.]+$", text) else text


class World:
    def __init__(self):
        for name in ("school", "pupil", "answer"):
            with open(os.path.join(DATA, f"sample_{name}.csv")) as f:
                rows = [Unit(**{k: value_of(v) for k, v in r.items()}) for r in csv.DictReader(f)]
            setattr(self, name + "s", rows)
        schools = {s.school: s for s in self.schools}
        pupils = {p.pupil: p for p in self.pupils}
        for p in self.pupils:
            p.school = schools[p.school]
        for a in self.answers:
            a.pupil = pupils[a.pupil]


# ---- Student's t ----

def t_quantile(level, freedom):
    def density(x):
        return math.exp(math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2)
                        - (freedom + 1) / 2 * math.log1p(x * x / freedom)
                        ) / math.sqrt(freedom * math.pi)

    def held(t):
        n = 2000
        h = t / n
        return 2 * h / 3 * sum((1 if i in (0, n) else 4 if i % 2 else 2) * density(i * h)
                               for i in range(n + 1))
    low, high = 0.0, 700.0 if freedom == 1 else 60.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if held(middle) < level else (low, middle)
    return (low + high) / 2


# ---- estimates ----

class Design:
    """How units were drawn: functions of a unit. Without a cluster each unit is one."""

    def __init__(self, units, weight=lambda u: 1, cluster=None, stratum=lambda u: 0,
                 population=None):
        self.units = [u for u in units if weight(u) is not None]
        self.weight, self.stratum, self.population = weight, stratum, population
        self.cluster = cluster or id


def estimate(design, top, bottom, here, base=None):
    """Sum of top over that of bottom (None: a total) of the units `here`; parts by unit."""
    w = design.weight
    y = sum(w(u) * top(u) for u in design.units if here(u))
    if bottom is None:
        return y, {id(u): w(u) * top(u) for u in design.units if here(u)}
    x = sum(w(u) * bottom(u) for u in design.units if here(u))
    if x == 0:
        return None, {}
    return y / x, {id(u): w(u) * (top(u) - y / x * bottom(u)) / x
                   for u in design.units if here(u)}


def error_of(design, parts):
    """Standard error of an estimate to which units add these parts."""
    strata = {}
    for u in design.units:
        clusters = strata.setdefault(design.stratum(u), {})
        clusters.setdefault(design.cluster(u), []).append(u)
    sums = {h: [sum(parts.get(id(u), 0) for u in us) for us in clusters.values()]
            for h, clusters in strata.items()}
    every = [e for h in sums.values() for e in h]
    variance, lone = 0, 0
    for h, clusters in strata.items():
        n = len(sums[h])
        size = design.population(next(iter(clusters.values()))[0]) if design.population else None
        left = 1 - n / size if size else 1
        if not any(id(u) in parts for us in clusters.values() for u in us):
            continue
        if n == 1:
            lone += left > 0
            variance += left * (sums[h][0] - sum(every) / len(every)) ** 2
        else:
            middle = sum(sums[h]) / n
            variance += left * n / (n - 1) * sum((e - middle) ** 2 for e in sums[h])
    return math.sqrt(variance), lone


def freedom_of(design, counts):
    clusters = {(design.stratum(u), design.cluster(u)) for u in design.units if counts(u)}
    return len(clusters) - len({h for h, c in clusters})


def ends(value, se, freedom, share, level=0.95):
    if freedom < 1 or (share and not 0 < value < 1):
        return None, None
    t = t_quantile(level, freedom)
    if not share:
        return value - t * se, value + t * se
    odds, reach = math.log(value / (1 - value)), t * se / (value * (1 - value))
    return 1 / (1 + math.exp(reach - odds)), 1 / (1 + math.exp(-reach - odds))


def known(x):
    return lambda u: x(u) is not None


def number(x):
    return lambda u: 0 if x(u) is None else x(u)


def row(design, top, bottom, here, counts, share=False, level=0.95):
    """n, value, se, low, high"""
    value, parts = estimate(design, top, bottom, here)
    n = sum(1 for u in design.units if here(u) and counts(u))
    if value is None:
        return [n, None, None, None, None]
    se, _ = error_of(design, parts)
    freedom = freedom_of(design, lambda u: here(u) and counts(u))
    low, high = ends(value, se, freedom, share, level)
    return [n, value, se if freedom >= 1 else None, low, high]


def deff(design, x, here):
    """Of a mean, against as many units drawn singly and with equal chances."""
    units = [u for u in design.units if here(u) and x(u) is not None]
    weight = sum(design.weight(u) for u in units)
    mean = sum(design.weight(u) * x(u) for u in units) / weight
    n = len(units)
    spread = sum(design.weight(u) * (x(u) - mean) ** 2 for u in units) / weight * n / (n - 1)
    _, parts = estimate(design, number(x), lambda u: x(u) is not None, here)
    simple = spread / n * (1 - n / weight if design.population and weight > n else 1)
    effect = error_of(design, parts)[0] ** 2 / simple
    return effect, n / effect


def shown(x):
    if x is None:
        return ""
    return str(round(x, 5)) if isinstance(x, float) else str(x)


def table(header, rows):
    return [header] + [",".join(shown(x) for x in r) for r in rows]


# ---- designs of the tests ----

def responses(w, units=None):
    """Answers, weighted by their pupils; schools drawn within partners."""
    return Design(w.answers if units is None else units, lambda a: a.pupil.w,
                  lambda a: a.pupil.school.school, lambda a: a.pupil.school.partner)


def finite(w):
    d = responses(w)
    d.population = lambda a: a.pupil.school.of
    return d


def likes(a):
    return bool(a.likes)


def always(u):
    return True


def minutes(a):
    return a.minutes


def planned(a):
    return a.planned


HEAD = "n,value,se,low,high"


def q_share(w):
    return table(HEAD, [row(responses(w), likes, always, always, always, True)])


def q_share_by_grade(w):
    d = responses(w)
    return table("grade," + HEAD, [
        [g] + row(d, likes, always, lambda a: a.pupil.grade == g, always, True)
        for g in (9, 10, 11)])


def q_share_total(w):
    d = responses(w)
    rows = [[g, "false"] + row(d, likes, always, lambda a: a.pupil.grade == g, always, True)
            for g in (9, 10, 11)]
    return table("grade,total," + HEAD,
                 rows + [[None, "true"] + row(d, likes, always, always, always, True)])


def q_share_among(w):
    """Of those with free lunch; others were drawn all the same."""
    d = responses(w)
    lunch = lambda a: a.pupil.frl is True
    return table(HEAD, [row(d, likes, always, lunch, always, True)])


def q_share_months(w):
    """Each month is a sample of its own."""
    rows = []
    for month in (1, 2, 3):
        d = responses(w, [a for a in w.answers if a.day.month == month])
        rows.append([f"2025-{month:02}"] + row(d, likes, always, always, always, True))
    return table("period," + HEAD, rows)


def q_mean(w):
    d = responses(w)
    return table("partner," + HEAD, [
        [p] + row(d, number(minutes), known(minutes), lambda a: a.pupil.school.partner == p,
                  known(minutes)) for p in "ABC"])


def q_mean_where(w):
    """What the question leaves out counts 0."""
    d = responses(w)
    here = lambda a: a.pupil.school.school in ("s01", "s02", "s03", "s05")
    return table(HEAD, [row(d, number(minutes), known(minutes), here, known(minutes))])


def q_mean_finite(w):
    d = finite(w)
    effect, effective = deff(d, minutes, always)
    return table(HEAD + ",deff,effective", [
        row(d, number(minutes), known(minutes), always, known(minutes), level=0.9)
        + [effect, effective]])


def q_ratio(w):
    d = responses(w)
    return table("grade," + HEAD, [
        [g] + row(d, number(minutes), planned, lambda a: a.pupil.grade == g, always)
        for g in (9, 10, 11)])


def q_total(w):
    d = finite(w)
    return table("grade," + HEAD, [
        [g] + row(d, number(minutes), None, lambda a: a.pupil.grade == g, known(minutes))
        for g in (9, 10, 11)])


def q_count(w):
    d = responses(w)
    rows = []
    for g in (9, 10, 11):
        here = lambda a: a.pupil.grade == g
        r = row(d, likes, None, here, always)
        r[0] = sum(1 for a in d.units if here(a) and likes(a))
        rows.append([g] + r)
    return table("grade," + HEAD, rows)


def q_single(w):
    """Answers drawn one by one within grades."""
    d = Design(w.answers, lambda a: a.pupil.w, None, lambda a: a.pupil.grade)
    effect, effective = deff(d, minutes, always)
    return table(HEAD + ",deff,effective", [
        row(d, number(minutes), known(minutes), always, known(minutes)) + [effect, effective]])


def q_single_share(w):
    d = Design(w.answers, lambda a: a.pupil.w, None, lambda a: a.pupil.grade)
    return table("partner," + HEAD, [
        [p] + row(d, likes, always, lambda a: a.pupil.school.partner == p, always, True)
        for p in "ABC"])


def q_single_ratio(w):
    d = Design(w.answers, lambda a: a.pupil.w, None, lambda a: a.pupil.grade)
    return table("partner," + HEAD, [
        [p] + row(d, number(minutes), planned, lambda a: a.pupil.school.partner == p, always)
        for p in "ABC"])


def q_rate(w):
    d = responses(w)
    r = row(d, likes, always, always, always)
    return table("n,value,se", [[r[0], r[1] * 1000, r[2] * 1000]])


def by_pupil(w):
    """Pupils with answers, by how many of these like it."""
    pupils = {}
    for a in w.answers:
        u = pupils.setdefault(a.pupil.pupil, Unit(pupil=a.pupil, answers=0, likes=0))
        u.answers += 1
        u.likes += likes(a)
    return Design(pupils.values(), lambda u: u.pupil.w, lambda u: u.pupil.school.school,
                  lambda u: u.pupil.school.partner)


def q_units(w):
    d = by_pupil(w)
    several = lambda u: u.answers >= 2
    return table("partner," + HEAD, [
        [p] + row(d, lambda u: 2 * u.likes >= u.answers and several(u), several,
                  lambda u: u.pupil.school.partner == p, several, True) for p in "ABC"])


def q_lone(w):
    """A stratum with one school."""
    d = Design(w.answers, lambda a: a.pupil.w, lambda a: a.pupil.school.school,
               lambda a: "alone" if a.pupil.school.school == "s04" else "rest")
    return table(HEAD, [row(d, number(minutes), known(minutes), always, known(minutes))])


def difference(d, top, bottom, one, other, counts):
    v1, p1 = estimate(d, top, bottom, one)
    v2, p2 = estimate(d, top, bottom, other)
    parts = {k: p2.get(k, 0) - p1.get(k, 0) for k in set(p1) | set(p2)}
    se, _ = error_of(d, parts)
    freedom = freedom_of(d, lambda u: (one(u) or other(u)) and counts(u))
    return [v2 - v1, *ends(v2 - v1, se, freedom, False), se]


DIFFERENCE = "difference,low,high,se"


def q_compare_share(w):
    d = responses(w)
    return table(DIFFERENCE, [difference(d, likes, always, lambda a: a.pupil.grade == 9,
                                         lambda a: a.pupil.grade == 11, always)])


def q_compare_mean(w):
    d = responses(w)
    return table("frl," + DIFFERENCE, [
        [{None: "", True: "true", False: "false"}[f]]
        + difference(d, number(minutes), known(minutes),
                     lambda a: a.pupil.grade == 9 and a.pupil.frl == f,
                     lambda a: a.pupil.grade == 10 and a.pupil.frl == f, known(minutes))
        for f in (False, True, None)])


def q_compare_total(w):
    d = Design(w.answers, lambda a: a.pupil.w, None, lambda a: a.pupil.grade)
    one, other = (lambda a, p=p: a.pupil.school.partner == p for p in "AB")
    return table(DIFFERENCE, [difference(d, number(minutes), None, one, other, known(minutes))])


def q_compare_units(w):
    d = by_pupil(w)
    several = lambda u: u.answers >= 2
    one, other = (lambda u, p=p: u.pupil.school.partner == p for p in "AC")
    return table(DIFFERENCE, [difference(
        d, lambda u: 2 * u.likes >= u.answers and several(u), several, one, other, several)])


# ---- writing ----

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
    for name, (header, rows) in make_data().items():
        fine &= write(os.path.join(DATA, name + ".csv"), text_of_csv(header, rows), check)
    world = World()
    for name in sorted(os.listdir(TESTS)):
        if name.startswith("sample-") and name.endswith(".spoke"):
            path = os.path.join(TESTS, name)
            fine &= write(path, filled(open(path).read(), world), check)
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
