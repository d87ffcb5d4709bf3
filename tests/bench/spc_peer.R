# The work of spc_kernels.c in R, whole arrays at a time: spc_peer.R FILE RUNS
arguments <- commandArgs(TRUE)
table <- read.csv(arguments[1])
series <- max(table$series) + 1
x <- matrix(as.numeric(table$x), nrow = series, byrow = TRUE)
n <- matrix(as.numeric(table$n), nrow = series, byrow = TRUE)
m <- ncol(x)

# How many in a row, up to each point, by row: rows one behind the other, with a stop before each.
stretches <- function(holds) {
  flat <- as.vector(t(cbind(FALSE, holds)))
  at <- seq_along(flat)
  matrix(at - cummax(ifelse(flat, 0L, at)), nrow = series, byrow = TRUE)[, -1, drop = FALSE]
}
before <- function(y, by, first) cbind(matrix(first, series, by), y[, seq_len(m - by), drop = FALSE])

judge <- function(y, sigma, centre) {
  far <- y - centre
  size <- abs(far)
  side <- sign(far)
  run <- pmax(stretches(side > 0), stretches(side < 0))
  step <- cbind(0, y[, -1, drop = FALSE] - y[, -m, drop = FALSE])
  trend <- stretches(step > 0) >= 5 | stretches(step < 0) >= 5
  zone <- ifelse(size > 2 * sigma, side, 0)
  two <- zone != 0 & (zone == before(zone, 1, 0) | zone == before(zone, 2, 0))
  two[, 1:2] <- FALSE
  flat <- as.vector(t(side))
  row <- rep(seq_len(series), each = m)[flat != 0]
  flat <- flat[flat != 0]
  last <- length(flat)
  crossings <- sum(flat[-1] != flat[-last] & row[-1] == row[-last])
  sprintf("%d %d %d %d %d longest %d crossings %d", sum(size > 3 * sigma), sum(run >= 8),
          sum(trend), sum(two), sum(stretches(size < sigma) >= 15), max(run), crossings)
}
measure <- function(name, work) {
  begin <- sum(proc.time()[1:2])
  said <- work()
  cat(sprintf("%s %.6f %s\n", name, sum(proc.time()[1:2]) - begin, said))
}
for (k in seq_len(as.integer(arguments[2]))) {
  measure("p", function() {
    centre <- rowSums(x) / rowSums(n)
    sprintf("%s sum %.6f", judge(x / n, sqrt(centre * (1 - centre)) / sqrt(n), centre), sum(centre))
  })
  measure("xmr", function() {
    y <- x / n
    sigma <- rowMeans(abs(y[, -1, drop = FALSE] - y[, -m, drop = FALSE])) / 1.128
    sprintf("%s sum %.6f", judge(y, matrix(sigma, series, m), rowMeans(y)), sum(sigma))
  })
}
