#!/usr/bin/env python3
"""Numbers of tests/golden/charts/explain-methods.spoke, worked out from its data by the published
formulas. Nothing here knows of Spoke. Mean run lengths are Montgomery's (2009, table 9.3).

Usage: tests/oracle/explain_methods.py
"""
from math import asin, exp, lgamma, log, sin, sqrt
from statistics import NormalDist, mean, stdev

N = [12, 60, 9, 95, 20, 60]
D = [100, 200, 60, 520, 110, 310]
WEEKS = [(5, 70), (6, 69), (5.5, 71.5), (7, 66), (6.5, 68), (5, 72), (6, None), (8, 75)]
X = [10, 12, 9, 11, None, 13, 14, 15, 14, 16]
Z = [NormalDist().inv_cdf(0.975), NormalDist().inv_cdf(0.999)]


def tenth(values, p):
    at = p * (len(values) - 1)
    low = int(at)
    return values[low] + (at - low) * (values[min(low + 1, len(values) - 1)] - values[low])


def funnel(spread):
    centre = sum(N) / sum(D)
    sigma = [1 / (2 * sqrt(d)) for d in D]
    z = [(asin(sqrt(n / d)) - asin(sqrt(centre))) / s for n, d, s in zip(N, D, sigma)]
    low, high = tenth(sorted(z), 0.1), tenth(sorted(z), 0.9)
    squares = sum(min(max(x, low), high) ** 2 for x in z)
    weights = [1 / s ** 2 for s in sigma]
    tau2 = max(0, (squares - (len(z) - 1)) / (sum(weights) - sum(w * w for w in weights) / sum(weights)))
    tau2 = tau2 if spread else 0
    print(f"funnel centre {centre:.6g} phi {squares / len(z):.6g} tau {sqrt(tau2):.6g}")
    for reach in Z:
        at = min(range(len(D)), key=lambda i: D[i])
        wide = reach * sqrt(sigma[at] ** 2 + tau2)
        print(f"       at {D[at]}: {sin(asin(sqrt(centre)) - wide) ** 2:.6g} to "
              f"{sin(asin(sqrt(centre)) + wide) ** 2:.6g}")
        far = [(n / d > sin(asin(sqrt(centre)) + reach * sqrt(s * s + tau2)) ** 2)
               - (n / d < sin(asin(sqrt(centre)) - reach * sqrt(s * s + tau2)) ** 2)
               for n, d, s in zip(N, D, sigma)]
        print(f"       {far.count(1)} above, {far.count(-1)} below")


def distances(alarm=0.0027, p=2):
    base = [w for w in WEEKS[:6] if None not in w]
    m = len(base)
    (a, b) = (mean(w[k] for w in base) for k in (0, 1))
    saa, sbb = (stdev(w[k] for w in base) ** 2 for k in (0, 1))
    sab = sum((x - a) * (y - b) for x, y in base) / (m - 1)
    t2 = [((x - a) ** 2 * sbb - 2 * (x - a) * (y - b) * sab + (y - b) ** 2 * saa)
          / (saa * sbb - sab ** 2) for x, y in WEEKS if y is not None]
    # With two measures both quantiles have closed forms: Beta(1, k) and F(2, k).
    within = (m - 1) ** 2 / m * (1 - alarm ** (2 / (m - p - 1)))
    f = (m - p) / 2 * (alarm ** (-2 / (m - p)) - 1)
    later = p * (m + 1) * (m - 1) / (m * (m - p)) * f
    print(f"T2     means {a:.6g} {b:.6g} m {m} limits {within:.6g} {later:.6g}, T2 "
          + " ".join(f"{x:.5g}" for x in t2))


def sums(target, slack, limit, head):
    values = [x for x in X if x is not None]
    sigma = mean(abs(b - a) for a, b in zip(X, X[1:]) if None not in (a, b)) / 1.128
    target = mean(values) if target is None else target
    up = down = head
    beyond = [[], []]
    for i, x in enumerate(X):
        if x is not None:
            up = max(0, up + (x - target) / sigma - slack)
            down = max(0, down - (x - target) / sigma - slack)
            for where, total in zip(beyond, (up, down)):
                where += [i + 1] if total > limit else []
    print(f"CUSUM  target {target:.6g} sigma {sigma:.6g} up {up:.6g} {beyond[0]} "
          f"down {down:.6g} {beyond[1]}")


def chi_square_below(x, freedom):
    a, x = freedom / 2, x / 2
    term = total = 1 / a
    k = a
    while term > 1e-17 * total:
        k += 1
        term *= x / k
        total += term
    return total * exp(a * log(x) - x - lgamma(a))


def chi_square(p, freedom):
    low, high = 1e-9, 1000.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if chi_square_below(middle, freedom) < p else (low, middle)
    return low


def capable(lower, upper, target=None):
    values = [x for x in X if x is not None]
    n, centre, overall = len(values), mean(values), stdev(values)
    within = mean(abs(b - a) for a, b in zip(X, X[1:]) if None not in (a, b)) / 1.128
    print(f"mean {centre:.6g} within {within:.6g} overall {overall:.6g}")
    for name, sigma in ("", within), ("(overall)", overall):
        if lower is not None:
            cp = (upper - lower) / (6 * sigma)
            print(f"Cp{name} {cp:.6g} {cp * sqrt(chi_square(0.025, n - 1) / (n - 1)):.6g} "
                  f"{cp * sqrt(chi_square(0.975, n - 1) / (n - 1)):.6g}")
        edges = [(upper - centre) / (3 * sigma)] + ([] if lower is None else [(centre - lower) / (3 * sigma)])
        cpk = min(edges)
        reach = Z[0] * sqrt(1 / (9 * n) + cpk ** 2 / (2 * (n - 1)))
        print(f"Cpk{name} {cpk:.6g} {cpk - reach:.6g} {cpk + reach:.6g}")
    if target is not None:
        off = (centre - target) / within
        cpm = (upper - lower) / (6 * sqrt(within ** 2 + (centre - target) ** 2))
        freedom = n * (1 + off ** 2) ** 2 / (1 + 2 * off ** 2)
        print(f"Cpm {cpm:.6g} {cpm * sqrt(chi_square(0.025, freedom) / freedom):.6g} "
              f"{cpm * sqrt(chi_square(0.975, freedom) / freedom):.6g}")
    bell = NormalDist(centre, overall)
    print(f"outside {100 * (1 - bell.cdf(upper)):.6g}%"
          + ("" if lower is None else f" {100 * bell.cdf(lower):.6g}%"))


funnel(True)
funnel(False)
distances()
sums(11, 0.5, 4, 0)
sums(None, 0.5, 5, 2.5)
capable(8, 16, 12)
capable(None, 15)
