"""The kernels of kernels.spoke, as Python programmers write them.

Usage: python3 kernels.py NAME
"""
import functools
import math
import sys


def fib(n=30):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def loop():
    s = 0
    for i in range(1, 20000001):
        s += i % 7
    return s


def mandel():
    n = 300
    inside = 0
    for y in range(n):
        ci = 2.0 * y / n - 1.0
        for x in range(n):
            cr = 2.0 * x / n - 1.5
            zr = zi = 0.0
            k = 0
            while k < 50 and zr * zr + zi * zi < 4.0:
                t = zr * zr - zi * zi + cr
                zi = 2.0 * zr * zi + ci
                zr = t
                k += 1
            if k == 50:
                inside += 1
    return inside


def sieve():
    n = 2000000
    prime = [True] * (n + 1)
    found = 0
    for i in range(2, n + 1):
        if prime[i]:
            found += 1
            for j in range(i + i, n + 1, i):
                prime[j] = False
    return found


class Body:
    __slots__ = ("x", "y", "z", "vx", "vy", "vz", "m")

    def __init__(self, x, y, z, vx, vy, vz, m):
        self.x = x
        self.y = y
        self.z = z
        self.vx = vx
        self.vy = vy
        self.vz = vz
        self.m = m


def bodies():
    solar = 4 * 3.141592653589793 * 3.141592653589793
    year = 365.24
    return [
        Body(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, solar),
        Body(4.84143144246472090, -1.16032004402742839, -0.103622044471123109,
             0.00166007664274403694 * year, 0.00769901118419740425 * year,
             -0.0000690460016972063023 * year, 0.000954791938424326609 * solar),
        Body(8.34336671824457987, 4.12479856412430479, -0.403523417114321381,
             -0.00276742510726411202 * year, 0.00499852801234917238 * year,
             0.0000230417297573763929 * year, 0.000285885980666130812 * solar),
        Body(12.8943695621391310, -15.1111514016986312, -0.223307578892655734,
             0.00296460137564761618 * year, 0.00237847173959480950 * year,
             -0.0000296589568540237556 * year, 0.0000436624404335156298 * solar),
        Body(15.3796971148509165, -25.9193146099879641, 0.179258772950371181,
             0.00268067772490389322 * year, 0.00162824170038242295 * year,
             -0.0000951592254519715870 * year, 0.0000515138902046611451 * solar),
    ]


def nbody():
    everything = bodies()
    n = len(everything)
    dt = 0.01
    sqrt = math.sqrt
    for _ in range(50000):
        for i in range(n):
            a = everything[i]
            for j in range(i + 1, n):
                b = everything[j]
                dx = a.x - b.x
                dy = a.y - b.y
                dz = a.z - b.z
                d2 = dx * dx + dy * dy + dz * dz
                mag = dt / (d2 * sqrt(d2))
                a.vx -= dx * b.m * mag
                a.vy -= dy * b.m * mag
                a.vz -= dz * b.m * mag
                b.vx += dx * a.m * mag
                b.vy += dy * a.m * mag
                b.vz += dz * a.m * mag
        for b in everything:
            b.x += dt * b.vx
            b.y += dt * b.vy
            b.z += dt * b.vz
    return f"{everything[0].x + everything[1].x:.6f}"


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


def map_lookups():
    n = 300000
    names = ["key" + str(i) for i in range(n)]
    m = {}
    for i in range(n):
        m[names[i]] = i
    s = 0
    for _ in range(5):
        j = 0
        for _ in range(n):
            s += m[names[j]]
            j += 7919
            if j >= n:
                j -= n
    return s


def words():
    letters = "abcdefghij"
    out = []
    s = 42
    for _ in range(100000):
        s = s * 16807 % 2147483647
        out.append(letters[s % 10])
    return "".join(out)


def wordcount():
    text = words()
    m = {}
    different = 0
    for i in range(1, 1000001):
        p = i * 7919 % 99990
        w = text[p:p + 5]
        c = m.get(w)
        if c is None:
            m[w] = 1
            different += 1
        else:
            m[w] = c + 1
    return different


class Sum:
    def __init__(self):
        self.t = 0
        self.n = 0

    def add(self, x):
        self.t += x
        self.n += 1


def method():
    a = Sum()
    for i in range(1, 5000001):
        a.add(i % 10)
    return a.t


def matmul():
    n = 150
    a = [[(i + j) % 10 + 0.5 for j in range(1, n + 1)] for i in range(1, n + 1)]
    b = [[i * j % 7 + 0.25 for j in range(1, n + 1)] for i in range(1, n + 1)]
    c = [[0.0] * n for _ in range(n)]
    for i in range(n):
        row = a[i]
        out = c[i]
        for j in range(n):
            s = 0.0
            for k in range(n):
                s += row[k] * b[k][j]
            out[j] = s
    return f"{c[9][19] + c[n - 1][n - 1]:.2f}"


def make():
    n = 0

    def count():
        nonlocal n
        n += 1
        return n

    return count


def closure():
    count = make()
    s = 0
    for _ in range(5000000):
        s += count()
    for _ in range(500000):
        s += make()()
    return s


def sort():
    everything = []
    s = 42
    for _ in range(200000):
        s = s * 16807 % 2147483647
        everything.append(s)
    everything.sort(key=functools.cmp_to_key(lambda a, b: a - b))
    return everything[100000]


def hof():
    numbers = list(range(1000001))
    doubled = map(lambda x: x * 2, numbers)
    thirds = filter(lambda x: x % 3 == 0, doubled)
    return functools.reduce(lambda a, b: a + b, thirds, 0)


KERNELS = {"fib": fib, "loop": loop, "mandel": mandel, "nbody": nbody, "sieve": sieve,
           "strbuild": strbuild, "strcat": strcat, "map": map_lookups, "wordcount": wordcount,
           "method": method, "matmul": matmul, "closure": closure, "sort": sort, "hof": hof}
print(KERNELS[sys.argv[1]]())
