-- The same kernels as kernels.spoke, written as Lua programmers write them: locals and numeric for.
-- Usage: lua5.4 kernels.lua NAME

local kernels = {}

local function fib(n)
  if n < 2 then return n end
  return fib(n - 1) + fib(n - 2)
end

function kernels.fib() return fib(30) end

function kernels.loop()
  local s = 0
  for i = 1, 20000000 do s = s + i % 7 end
  return s
end

function kernels.mandel()
  local n, inside = 300, 0
  for y = 0, n - 1 do
    local ci = 2.0 * y / n - 1.0
    for x = 0, n - 1 do
      local cr = 2.0 * x / n - 1.5
      local zr, zi, k = 0.0, 0.0, 0
      while k < 50 and zr * zr + zi * zi < 4.0 do
        local t = zr * zr - zi * zi + cr
        zi = 2.0 * zr * zi + ci
        zr = t
        k = k + 1
      end
      if k == 50 then inside = inside + 1 end
    end
  end
  return inside
end

function kernels.sieve()
  local n, found, prime = 2000000, 0, {}
  for i = 1, n do prime[i] = true end
  for i = 2, n do
    if prime[i] then
      found = found + 1
      for j = i + i, n, i do prime[j] = false end
    end
  end
  return found
end

local function bodies()
  local solar, year = 4 * 3.141592653589793 * 3.141592653589793, 365.24
  return {
    {x = 0.0, y = 0.0, z = 0.0, vx = 0.0, vy = 0.0, vz = 0.0, m = solar},
    {x = 4.84143144246472090, y = -1.16032004402742839, z = -0.103622044471123109,
     vx = 0.00166007664274403694 * year, vy = 0.00769901118419740425 * year,
     vz = -0.0000690460016972063023 * year, m = 0.000954791938424326609 * solar},
    {x = 8.34336671824457987, y = 4.12479856412430479, z = -0.403523417114321381,
     vx = -0.00276742510726411202 * year, vy = 0.00499852801234917238 * year,
     vz = 0.0000230417297573763929 * year, m = 0.000285885980666130812 * solar},
    {x = 12.8943695621391310, y = -15.1111514016986312, z = -0.223307578892655734,
     vx = 0.00296460137564761618 * year, vy = 0.00237847173959480950 * year,
     vz = -0.0000296589568540237556 * year, m = 0.0000436624404335156298 * solar},
    {x = 15.3796971148509165, y = -25.9193146099879641, z = 0.179258772950371181,
     vx = 0.00268067772490389322 * year, vy = 0.00162824170038242295 * year,
     vz = -0.0000951592254519715870 * year, m = 0.0000515138902046611451 * solar},
  }
end

function kernels.nbody()
  local all, dt, sqrt = bodies(), 0.01, math.sqrt
  local n = #all
  for step = 1, 50000 do
    for i = 1, n do
      local a = all[i]
      for j = i + 1, n do
        local b = all[j]
        local dx, dy, dz = a.x - b.x, a.y - b.y, a.z - b.z
        local d2 = dx * dx + dy * dy + dz * dz
        local mag = dt / (d2 * sqrt(d2))
        a.vx = a.vx - dx * b.m * mag
        a.vy = a.vy - dy * b.m * mag
        a.vz = a.vz - dz * b.m * mag
        b.vx = b.vx + dx * a.m * mag
        b.vy = b.vy + dy * a.m * mag
        b.vz = b.vz + dz * a.m * mag
      end
    end
    for i = 1, n do
      local b = all[i]
      b.x = b.x + dt * b.vx
      b.y = b.y + dt * b.vy
      b.z = b.z + dt * b.vz
    end
  end
  return ("%.6f"):format(all[1].x + all[2].x)
end

function kernels.strbuild()
  local parts = {}
  for i = 1, 500000 do parts[i] = "id:" .. i .. ":" .. i % 7 end
  return #table.concat(parts, ",")
end

function kernels.strcat()
  local s = ""
  for i = 1, 40000 do s = s .. "ab" end
  return #s
end

function kernels.map()
  local n, names, m, s = 300000, {}, {}, 0
  for i = 0, n - 1 do names[i] = "key" .. i end
  for i = 0, n - 1 do m[names[i]] = i end
  for pass = 1, 5 do
    local j = 0
    for i = 1, n do
      s = s + m[names[j]]
      j = j + 7919
      if j >= n then j = j - n end
    end
  end
  return s
end

local function words()
  local t, s = {}, 42
  for i = 1, 100000 do
    s = s * 16807 % 2147483647
    t[i] = string.char(97 + s % 10)
  end
  return table.concat(t)
end

function kernels.wordcount()
  local all, m, different, sub = words(), {}, 0, string.sub
  for i = 1, 1000000 do
    local p = i * 7919 % 99990
    local w = sub(all, p + 1, p + 5)
    local c = m[w]
    if c then
      m[w] = c + 1
    else
      m[w] = 1
      different = different + 1
    end
  end
  return different
end

-- An object with a method; in Spoke a record and a function that gives the next one.
function kernels.method()
  local acc = {}
  acc.__index = acc
  function acc:add(x)
    self.t = self.t + x
    self.n = self.n + 1
  end
  local a = setmetatable({t = 0, n = 0}, acc)
  for i = 1, 5000000 do a:add(i % 10) end
  return a.t
end

function kernels.matmul()
  local n, a, b, c = 150, {}, {}, {}
  for i = 1, n do
    a[i], b[i], c[i] = {}, {}, {}
    for j = 1, n do
      a[i][j] = (i + j) % 10 + 0.5
      b[i][j] = i * j % 7 + 0.25
    end
  end
  for i = 1, n do
    local row, out = a[i], c[i]
    for j = 1, n do
      local s = 0.0
      for k = 1, n do s = s + row[k] * b[k][j] end
      out[j] = s
    end
  end
  return ("%.2f"):format(c[10][20] + c[n][n])
end

function kernels.closure()
  local function make()
    local n = 0
    return function() n = n + 1; return n end
  end
  local count, s = make(), 0
  for i = 1, 5000000 do s = s + count() end
  for i = 1, 500000 do s = s + make()() end
  return s
end

function kernels.sort()
  local t, s = {}, 42
  for i = 1, 200000 do s = s * 16807 % 2147483647; t[i] = s end
  table.sort(t, function(a, b) return a - b < 0 end)
  return t[100001]
end

function kernels.hof()
  local function map(l, f)
    local r = {}
    for i = 1, #l do r[i] = f(l[i]) end
    return r
  end
  local function filter(l, f)
    local r, n = {}, 0
    for i = 1, #l do
      local v = l[i]
      if f(v) then n = n + 1; r[n] = v end
    end
    return r
  end
  local function fold(l, a, f)
    for i = 1, #l do a = f(a, l[i]) end
    return a
  end
  local l = {0}
  for i = 1, 1000000 do l[#l + 1] = i end
  return fold(filter(map(l, function(x) return x * 2 end), function(x) return x % 3 == 0 end), 0,
    function(a, b) return a + b end)
end

print(kernels[arg[1]]())
