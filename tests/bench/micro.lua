-- The same benchmarks as micro.spoke, written as Lua programmers write them: tables linked by
-- reference, local functions, numeric for.
-- Usage: lua5.4 micro.lua NAME

local benchmarks = {}

local function generator()
  local seed = 74755
  return function()
    seed = seed * 16807 % 2147483647
    return seed
  end
end

local function move(ball)
  local hit = false
  local x, y = ball.x + ball.dx, ball.y + ball.dy
  ball.x, ball.y = x, y
  if x > 500 then ball.x = 500; ball.dx = -math.abs(ball.dx); hit = true end
  if x < 0 then ball.x = 0; ball.dx = math.abs(ball.dx); hit = true end
  if y > 500 then ball.y = 500; ball.dy = -math.abs(ball.dy); hit = true end
  if y < 0 then ball.y = 0; ball.dy = math.abs(ball.dy); hit = true end
  return hit
end

function benchmarks.bounce()
  local hits = 0
  for _ = 1, 150 do
    local random, balls = generator(), {}
    for i = 1, 100 do
      local x, y = random() % 500, random() % 500
      local dx = random() % 300 - 150
      balls[i] = {x = x, y = y, dx = dx, dy = random() % 300 - 150}
    end
    for _ = 1, 50 do
      for i = 1, 100 do
        if move(balls[i]) then hits = hits + 1 end
      end
    end
  end
  return hits
end

local function make(n)
  if n == 0 then return nil end
  return {rest = make(n - 1)}
end

local function is_shorter(x, y)
  while y do
    if not x then return true end
    x, y = x.rest, y.rest
  end
  return false
end

local function tail(x, y, z)
  if not is_shorter(y, x) then return z end
  return tail(tail(x.rest, y, z), tail(y.rest, z, x), tail(z.rest, x, y))
end

local function length(x)
  if not x then return 0 end
  return 1 + length(x.rest)
end

function benchmarks.list()
  local total = 0
  for _ = 1, 200 do total = total + length(tail(make(15), make(10), make(6))) end
  return total
end

function benchmarks.mandelbrot()
  local size, check, bits, n = 250, 0, 0, 0
  for y = 0, size - 1 do
    local ci = 2.0 * y / size - 1.0
    for x = 0, size - 1 do
      local cr = 2.0 * x / size - 1.5
      local zr, zi, escaped, k = 0.0, 0.0, 0, 0
      while k < 50 and escaped == 0 do
        local t = zr * zr - zi * zi + cr
        zi = 2.0 * zr * zi + ci
        zr = t
        if zr * zr + zi * zi > 4.0 then escaped = 1 end
        k = k + 1
      end
      bits = bits * 2 + escaped
      n = n + 1
      if n == 8 then
        check = (check * 31 + bits) % 65521
        bits, n = 0, 0
      end
    end
  end
  return check
end

local function bodies()
  local solar, year = 4 * 3.141592653589793 * 3.141592653589793, 365.24
  return {
    {x = 0.0, y = 0.0, z = 0.0, dx = 0.0, dy = 0.0, dz = 0.0, mass = solar},
    {x = 4.84143144246472090, y = -1.16032004402742839, z = -0.103622044471123109,
     dx = 0.00166007664274403694 * year, dy = 0.00769901118419740425 * year,
     dz = -0.0000690460016972063023 * year, mass = 0.000954791938424326609 * solar},
    {x = 8.34336671824457987, y = 4.12479856412430479, z = -0.403523417114321381,
     dx = -0.00276742510726411202 * year, dy = 0.00499852801234917238 * year,
     dz = 0.0000230417297573763929 * year, mass = 0.000285885980666130812 * solar},
    {x = 12.8943695621391310, y = -15.1111514016986312, z = -0.223307578892655734,
     dx = 0.00296460137564761618 * year, dy = 0.00237847173959480950 * year,
     dz = -0.0000296589568540237556 * year, mass = 0.0000436624404335156298 * solar},
    {x = 15.3796971148509165, y = -25.9193146099879641, z = 0.179258772950371181,
     dx = 0.00268067772490389322 * year, dy = 0.00162824170038242295 * year,
     dz = -0.0000951592254519715870 * year, mass = 0.0000515138902046611451 * solar},
  }
end

local function distance(x, y, z) return math.sqrt(x * x + y * y + z * z) end

local function pull(a, b, dt)
  local x, y, z = a.x - b.x, a.y - b.y, a.z - b.z
  local d = distance(x, y, z)
  local by = dt / (d * d * d)
  a.dx = a.dx - x * b.mass * by
  a.dy = a.dy - y * b.mass * by
  a.dz = a.dz - z * b.mass * by
  b.dx = b.dx + x * a.mass * by
  b.dy = b.dy + y * a.mass * by
  b.dz = b.dz + z * a.mass * by
end

local function advance(all, dt)
  for i = 1, #all do
    for j = i + 1, #all do pull(all[i], all[j], dt) end
  end
  for i = 1, #all do
    local b = all[i]
    b.x = b.x + dt * b.dx
    b.y = b.y + dt * b.dy
    b.z = b.z + dt * b.dz
  end
end

local function energy(all)
  local e = 0.0
  for i = 1, #all do
    local a = all[i]
    e = e + 0.5 * a.mass * (a.dx * a.dx + a.dy * a.dy + a.dz * a.dz)
    for j = i + 1, #all do
      local b = all[j]
      e = e - a.mass * b.mass / distance(a.x - b.x, a.y - b.y, a.z - b.z)
    end
  end
  return e
end

function benchmarks.nbody()
  local all = bodies()
  for _ = 1, 20000 do advance(all, 0.01) end
  return string.format("%.9f", energy(all))
end

function benchmarks.permute()
  local count, v = 0, {0, 1, 2, 3, 4, 5, 6}
  local function swap(i, j) v[i], v[j] = v[j], v[i] end
  local function go(n)
    count = count + 1
    if n ~= 0 then
      go(n - 1)
      for k = 0, n - 1 do
        swap(n + 1, n - k)
        go(n - 1)
        swap(n + 1, n - k)
      end
    end
  end
  for _ = 1, 100 do go(6) end
  return count
end

local function filled(n, value)
  local t = {}
  for i = 1, n do t[i] = value end
  return t
end

function benchmarks.queens()
  local check = 0
  for _ = 1, 2000 do
    local free_rows, free_up, free_down = filled(8, true), filled(16, true), filled(16, true)
    local at = filled(8, 0)
    local function place(column)
      if column > 8 then return true end
      for row = 1, 8 do
        local up, down = column + row, column - row + 8
        if free_rows[row] and free_up[up] and free_down[down] then
          at[row] = column
          free_rows[row], free_up[up], free_down[down] = false, false, false
          if place(column + 1) then return true end
          free_rows[row], free_up[up], free_down[down] = true, true, true
        end
      end
      return false
    end
    if place(1) then
      for row = 1, 8 do check = (check * 9 + at[row]) % 65521 end
    end
  end
  return check
end

function benchmarks.sieve()
  local found = 0
  for _ = 1, 400 do
    local flags = filled(5000, true)
    for i = 2, 5000 do
      if flags[i] then
        found = found + 1
        for k = i + i, 5000, i do flags[k] = false end
      end
    end
  end
  return found
end

function benchmarks.storage()
  local check = 0
  for _ = 1, 40 do
    local random, count = generator(), 0
    local function build(depth)
      count = count + 1
      if depth == 1 then return filled(random() % 10 + 1, 0) end
      local node = filled(4, 0)
      for i = 1, 4 do node[i] = build(depth - 1) end
      return node
    end
    local function cells(depth, node)
      if depth == 1 then return #node end
      local n = 4
      for i = 1, 4 do n = n + cells(depth - 1, node[i]) end
      return n
    end
    check = check + cells(7, build(7)) + count
  end
  return check
end

function benchmarks.towers()
  local moves = 0
  for _ = 1, 100 do
    local piles = {}
    local function put(pile, disk)
      local top = piles[pile]
      if top and top.size <= disk.size then error("a disk on a smaller one") end
      disk.below = top
      piles[pile] = disk
    end
    local function take(pile)
      local top = piles[pile]
      if not top then error("nothing on this pile") end
      piles[pile] = top.below
      top.below = nil
      return top
    end
    local function shift(n, from, to)
      if n == 1 then
        put(to, take(from))
        moves = moves + 1
      else
        local other = 6 - from - to
        shift(n - 1, from, other)
        shift(1, from, to)
        shift(n - 1, other, to)
      end
    end
    for i = 1, 13 do put(1, {size = 14 - i}) end
    shift(13, 1, 2)
  end
  return moves
end

print(benchmarks[arg[1]]())
