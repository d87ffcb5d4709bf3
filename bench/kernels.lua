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

print(kernels[arg[1]]())
