"""The work of spc_kernels.c in NumPy, whole arrays at a time: spc_peer.py FILE RUNS"""
import sys
import time

import numpy as np

table = np.loadtxt(sys.argv[1], delimiter=",", skiprows=1)
series = int(table[-1, 0]) + 1
x, n = (table[:, k].reshape(series, -1) for k in (2, 3))


def stretches(holds):
    """How many in a row, up to each point, by row."""
    at = np.arange(holds.shape[1])
    return at - np.maximum.accumulate(np.where(holds, -1, at), axis=1)


def judge(y, sigma, centre):
    far = y - centre
    size, side = np.abs(far), np.sign(far)
    run = np.maximum(stretches(side > 0), stretches(side < 0))
    step = np.diff(y, axis=1, prepend=y[:, :1])
    trend = (stretches(step > 0) >= 5) | (stretches(step < 0) >= 5)
    zone = np.where(size > 2 * sigma, side, 0)
    two = np.zeros(zone.shape, bool)
    two[:, 2:] = (zone[:, 2:] != 0) & (
        (zone[:, 2:] == zone[:, 1:-1]) | (zone[:, 2:] == zone[:, :-2]))
    inner = stretches(size < sigma) >= 15
    at = np.maximum.accumulate(np.where(side != 0, np.arange(side.shape[1]), 0), axis=1)
    known = np.take_along_axis(side, at, 1)
    return "%d %d %d %d %d longest %d crossings %d" % (
        (size > 3 * sigma).sum(), (run >= 8).sum(), trend.sum(), two.sum(), inner.sum(),
        run.max(), (known[:, 1:] * known[:, :-1] < 0).sum())


def shares():
    centre = (x.sum(1) / n.sum(1))[:, None]
    said = judge(x / n, np.sqrt(centre * (1 - centre)) / np.sqrt(n), centre)
    return "%s sum %.6f" % (said, centre.sum())


def individuals():
    y = x / n
    sigma = (np.abs(np.diff(y, axis=1)).mean(1) / 1.128)[:, None]
    return "%s sum %.6f" % (judge(y, sigma, y.mean(1)[:, None]), sigma.sum())


for _ in range(int(sys.argv[2])):
    for name, work in (("p", shares), ("xmr", individuals)):
        begin = time.process_time()
        said = work()
        print(name, "%.6f" % (time.process_time() - begin), said)
