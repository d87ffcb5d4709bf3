#!/usr/bin/env python3
"""Centres, sigmas and limits of tests/golden/charts/explain-kinds.spoke, worked out from its data by
the published formulas. Nothing here knows of Spoke.

Usage: tests/oracle/explain_charts.py
"""
from math import pi, sqrt
from statistics import mean, median, stdev

N = [12, 15, 9, 14, 11, 30, 10, 13]
D = [100, 120, 90, 110, 100, 130, 95, 105]
X = [5, 7, 6, 9, 8, 7.5, 6.5, 8.5]
EVENTS = [3, 5, 1, 9, 4, 7, 2, 6]
RINGS = [[11, 13, 12], [12, 14, 10], [10, 11, 12], [13, 12, 11], [12, 15, 12], [9, 11, 13]]
C4, D2, D3 = 0.886226925, 1.692568751, 0.888368004  # of subgroups of three


def ranges(values):
    return [abs(b - a) for a, b in zip(values, values[1:])]


def tell(kind, centre, sigma, multiple=3, about=None):
    middle = centre if about is None else about
    print(f"{kind:5} centre {centre:.6g} sigma {sigma:.6g} limits "
          f"{middle - multiple * sigma:.6g} to {middle + multiple * sigma:.6g}")


def counted():
    values = [n / d for n, d in zip(N, D)]
    p = sum(N) / sum(D)
    binomial = [sqrt(p * (1 - p) / d) for d in D]
    poisson = [sqrt(p / d) for d in D]
    tell("p", p, binomial[-1], 2)
    tell("np", p * D[-1], binomial[-1] * D[-1])
    tell("u", p, poisson[-1])
    for kind, sigma in ("p'", binomial), ("u'", poisson):
        z = [(v - p) / s for v, s in zip(values, sigma)]
        more = mean(ranges(z)) / 1.128
        print(f"      sigma_z {more:.6g}, mean range {mean(ranges(z)):.6g}")
        tell(kind, p, sigma[-1] * more)
    unit = mean(sqrt(pi / 2) * r / sqrt(1 / a + 1 / b) for r, a, b in zip(ranges(values), D, D[1:]))
    tell("i'", p, unit / sqrt(D[-1]))


def rare():
    tell("c", mean(EVENTS), sqrt(mean(EVENTS)))
    tell("g", median(EVENTS), sqrt(mean(EVENTS) * (mean(EVENTS) + 1)), about=mean(EVENTS))
    y = [e ** (1 / 3.6) for e in EVENTS]
    sigma = mean(ranges(y)) / 1.128
    print(f"t     centre {mean(y) ** 3.6:.6g} limits {(mean(y) - 3 * sigma) ** 3.6:.6g} to "
          f"{(mean(y) + 3 * sigma) ** 3.6:.6g}")


def single():
    sigma = mean(ranges(X)) / 1.128
    tell("mr", mean(ranges(X)), mean(ranges(X)) * 2.267 / 3)
    tell("ewma", mean(X), sigma * sqrt(0.2 / 1.8 * (1 - 0.8 ** 16)))
    base = X[:6]
    tell("ma", mean(base), mean(ranges(base)) / 1.128 / sqrt(3))


def subgroups():
    middle = mean(mean(r) for r in RINGS)
    s = mean(stdev(r) for r in RINGS)
    within = mean(max(r) - min(r) for r in RINGS) / D2
    tell("xbar", middle, s / C4 / sqrt(3))
    tell("by R", middle, within / sqrt(3))
    tell("r", within * D2, within * D3)
    tell("s", s, s * sqrt(1 - C4 ** 2) / C4)


counted()
rare()
single()
subgroups()
