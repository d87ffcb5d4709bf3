"""Series for the suite spc, always the same: spc_series.py one|many FILE

one: a series of 1,000,000 points; many: 10,000 series of 24. Columns series, t, x, n.
"""
import random
import sys

source = random.Random(11)


def count(n, share):
    """About binomial: the normal distribution is near enough for times."""
    x = int(source.gauss(n * share, (n * share * (1 - share)) ** 0.5) + 0.5)
    return min(max(x, 0), n)


def rows(many):
    for series in range(10000 if many else 1):
        level = 0.08 + 0.08 * source.random() if many else 0.12
        shift = source.randrange(24) if many and series % 3 == 0 else None
        for t in range(24 if many else 1000000):
            n = source.randrange(180, 251) if many else source.randrange(80, 121)
            late = t >= shift if shift is not None else not many and t // 5000 % 7 == 3
            yield series, t, count(n, level * 0.75 if late and many else level + 0.01 * late), n


with open(sys.argv[2], "w", encoding="ascii") as out:
    out.write("series,t,x,n\n")
    for row in rows(sys.argv[1] == "many"):
        out.write("%d,%d,%d,%d\n" % row)
