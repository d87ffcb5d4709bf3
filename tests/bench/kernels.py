"""The kernels of kernels.spoke that build texts, as Python programmers write them.

Usage: python3 kernels.py NAME
"""
import sys


def strbuild():
    parts = []
    for i in range(1, 500001):
        parts.append("id:" + str(i) + ":" + str(i % 7))
    return len(",".join(parts))


def strcat():
    s = ""
    for _ in range(40000):
        s = s + "ab"
    return len(s)


print({"strbuild": strbuild, "strcat": strcat}[sys.argv[1]]())
