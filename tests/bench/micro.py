"""The same benchmarks as micro.spoke, written as Python programmers write them.

Usage: python3 micro.py NAME
"""
import math
import sys


def generator():
    seed = 74755
    while True:
        seed = seed * 16807 % 2147483647
        yield seed


class Ball:
    def __init__(self, random):
        self.x = next(random) % 500
        self.y = next(random) % 500
        self.dx = next(random) % 300 - 150
        self.dy = next(random) % 300 - 150

    def move(self):
        hit = False
        x = self.x + self.dx
        y = self.y + self.dy
        self.x = x
        self.y = y
        if x > 500:
            self.x = 500
            self.dx = -abs(self.dx)
            hit = True
        if x < 0:
            self.x = 0
            self.dx = abs(self.dx)
            hit = True
        if y > 500:
            self.y = 500
            self.dy = -abs(self.dy)
            hit = True
        if y < 0:
            self.y = 0
            self.dy = abs(self.dy)
            hit = True
        return hit


def bounce():
    hits = 0
    for _ in range(150):
        random = generator()
        balls = [Ball(random) for _ in range(100)]
        for _ in range(50):
            for ball in balls:
                if ball.move():
                    hits += 1
    return hits


class Element:
    def __init__(self, rest):
        self.rest = rest


def make(n):
    return None if n == 0 else Element(make(n - 1))


def is_shorter(x, y):
    while y is not None:
        if x is None:
            return True
        x = x.rest
        y = y.rest
    return False


def tail(x, y, z):
    if not is_shorter(y, x):
        return z
    return tail(tail(x.rest, y, z), tail(y.rest, z, x), tail(z.rest, x, y))


def length(x):
    return 0 if x is None else 1 + length(x.rest)


def lists():
    total = 0
    for _ in range(200):
        total += length(tail(make(15), make(10), make(6)))
    return total


def mandelbrot():
    size, check, bits, n = 250, 0, 0, 0
    for y in range(size):
        ci = 2.0 * y / size - 1.0
        for x in range(size):
            cr = 2.0 * x / size - 1.5
            zr = zi = 0.0
            escaped = k = 0
            while k < 50 and escaped == 0:
                t = zr * zr - zi * zi + cr
                zi = 2.0 * zr * zi + ci
                zr = t
                if zr * zr + zi * zi > 4.0:
                    escaped = 1
                k += 1
            bits = bits * 2 + escaped
            n += 1
            if n == 8:
                check = (check * 31 + bits) % 65521
                bits = n = 0
    return check


SOLAR = 4 * 3.141592653589793 * 3.141592653589793
YEAR = 365.24


class Body:
    def __init__(self, x, y, z, dx, dy, dz, mass):
        self.x = x
        self.y = y
        self.z = z
        self.dx = dx * YEAR
        self.dy = dy * YEAR
        self.dz = dz * YEAR
        self.mass = mass * SOLAR


def bodies():
    return [
        Body(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0),
        Body(4.84143144246472090, -1.16032004402742839, -0.103622044471123109,
             0.00166007664274403694, 0.00769901118419740425, -0.0000690460016972063023,
             0.000954791938424326609),
        Body(8.34336671824457987, 4.12479856412430479, -0.403523417114321381,
             -0.00276742510726411202, 0.00499852801234917238, 0.0000230417297573763929,
             0.000285885980666130812),
        Body(12.8943695621391310, -15.1111514016986312, -0.223307578892655734,
             0.00296460137564761618, 0.00237847173959480950, -0.0000296589568540237556,
             0.0000436624404335156298),
        Body(15.3796971148509165, -25.9193146099879641, 0.179258772950371181,
             0.00268067772490389322, 0.00162824170038242295, -0.0000951592254519715870,
             0.0000515138902046611451),
    ]


def distance(x, y, z):
    return math.sqrt(x * x + y * y + z * z)


def pull(a, b, dt):
    x = a.x - b.x
    y = a.y - b.y
    z = a.z - b.z
    d = distance(x, y, z)
    by = dt / (d * d * d)
    a.dx -= x * b.mass * by
    a.dy -= y * b.mass * by
    a.dz -= z * b.mass * by
    b.dx += x * a.mass * by
    b.dy += y * a.mass * by
    b.dz += z * a.mass * by


def advance(everything, dt):
    n = len(everything)
    for i in range(n):
        for j in range(i + 1, n):
            pull(everything[i], everything[j], dt)
    for b in everything:
        b.x += dt * b.dx
        b.y += dt * b.dy
        b.z += dt * b.dz


def energy(everything):
    e = 0.0
    for i, a in enumerate(everything):
        e += 0.5 * a.mass * (a.dx * a.dx + a.dy * a.dy + a.dz * a.dz)
        for b in everything[i + 1:]:
            e -= a.mass * b.mass / distance(a.x - b.x, a.y - b.y, a.z - b.z)
    return e


def nbody():
    everything = bodies()
    for _ in range(20000):
        advance(everything, 0.01)
    return f"{energy(everything):.9f}"


def permute():
    count = 0
    v = list(range(7))

    def swap(i, j):
        v[i], v[j] = v[j], v[i]

    def go(n):
        nonlocal count
        count += 1
        if n != 0:
            go(n - 1)
            for k in range(n - 1, -1, -1):
                swap(n, k)
                go(n - 1)
                swap(n, k)

    for _ in range(100):
        go(6)
    return count


def queens():
    check = 0
    for _ in range(2000):
        free_rows = [True] * 8
        free_up = [True] * 16
        free_down = [True] * 16
        at = [0] * 8

        def place(column):
            if column > 7:
                return True
            for row in range(8):
                up = column + row
                down = column - row + 7
                if free_rows[row] and free_up[up] and free_down[down]:
                    at[row] = column + 1
                    free_rows[row] = free_up[up] = free_down[down] = False
                    if place(column + 1):
                        return True
                    free_rows[row] = free_up[up] = free_down[down] = True
            return False

        if place(0):
            for column in at:
                check = (check * 9 + column) % 65521
    return check


def sieve():
    found = 0
    for _ in range(400):
        flags = [True] * 5001
        for i in range(2, 5001):
            if flags[i]:
                found += 1
                for k in range(i + i, 5001, i):
                    flags[k] = False
    return found


def storage():
    check = 0
    for _ in range(40):
        random = generator()
        count = 0

        def build(depth):
            nonlocal count
            count += 1
            if depth == 1:
                return [0] * (next(random) % 10 + 1)
            node = [0] * 4
            for i in range(4):
                node[i] = build(depth - 1)
            return node

        def cells(depth, node):
            if depth == 1:
                return len(node)
            n = 4
            for child in node:
                n += cells(depth - 1, child)
            return n

        check += cells(7, build(7)) + count
    return check


class Disk:
    def __init__(self, size):
        self.size = size
        self.below = None


class Towers:
    def __init__(self):
        self.piles = [None, None, None]
        self.moves = 0

    def put(self, pile, disk):
        top = self.piles[pile]
        if top is not None and top.size <= disk.size:
            raise ValueError("a disk on a smaller one")
        disk.below = top
        self.piles[pile] = disk

    def take(self, pile):
        top = self.piles[pile]
        if top is None:
            raise ValueError("nothing on this pile")
        self.piles[pile] = top.below
        top.below = None
        return top

    def shift(self, n, source, target):
        if n == 1:
            self.put(target, self.take(source))
            self.moves += 1
        else:
            other = 3 - source - target
            self.shift(n - 1, source, other)
            self.shift(1, source, target)
            self.shift(n - 1, other, target)


def towers():
    moves = 0
    for _ in range(100):
        t = Towers()
        for size in range(13, 0, -1):
            t.put(0, Disk(size))
        t.shift(13, 0, 1)
        moves += t.moves
    return moves


print({"bounce": bounce, "list": lists, "mandelbrot": mandelbrot, "nbody": nbody,
       "permute": permute, "queens": queens, "sieve": sieve, "storage": storage,
       "towers": towers}[sys.argv[1]]())
