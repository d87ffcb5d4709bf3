# Probabilities and quantiles of R, for tests/unit/distribution_table.def:
#   Rscript tests/oracle/distributions.R >tests/unit/distribution_table.def
# Each row: what is asked, its numbers, and R's answer (R 4.2.2), written so that reading it back
# gives the same number.
g <- function(x) ifelse(is.infinite(x), ifelse(x > 0, "HUGE_VAL", "-HUGE_VAL"), sprintf("%.17g", x))
row <- function(name, value, ...) {
    args <- c(..., 0, 0, 0, 0)[1:4]
    cat("ROW(", name, ", ", paste(g(args), collapse = ", "), ", ", g(value), ")\n", sep = "")
}
cat("/* Written by tests/oracle/distributions.R from", R.version.string, "*/\n")

z <- c(-37, -12, -5, -1.96, -0.3, -1e-10, 0, 0.25, 1, 3, 8.5, 30)
for (x in z) {
    row("NORMAL_LOWER", pnorm(x), x)
    row("NORMAL_UPPER", pnorm(x, lower.tail = FALSE), x)
}
p <- c(1e-300, 1e-100, 1e-15, 1e-5, 0.001, 0.025, 0.1, 0.3, 0.4999, 0.5, 0.55, 0.75, 0.9, 0.975, 0.999, 1 - 1e-9)
for (x in p) row("NORMAL_QUANTILE", qnorm(x), x)

for (df in c(0.5, 1, 2, 3.7, 10, 29, 120, 1e4, 1e6)) {
    for (x in c(-40, -6, -2, -0.1, 1e-8, 0.5, 1.7, 4, 11, 1e4)) {
        row("STUDENT_LOWER", pt(x, df), x, df)
        row("STUDENT_UPPER", pt(x, df, lower.tail = FALSE), x, df)
    }
    for (q in c(1e-30, 1e-6, 0.005, 0.025, 0.2, 0.26, 0.49, 0.5, 0.7, 0.95))
        if (df >= 1) row("STUDENT_ABOVE", qt(q, df, lower.tail = FALSE), q, df)
}

for (df in c(0.1, 1, 2, 3, 7.5, 24, 100, 999, 1e5, 2e6)) {
    for (r in c(1e-3, 0.1, 0.5, 0.9, 0.99, 1, 1.01, 1.1, 1.5, 3, 20)) {
        x <- df * r
        lo <- pchisq(x, df)
        up <- pchisq(x, df, lower.tail = FALSE)
        if (lo > 1e-290) row("CHI_SQUARE_LOWER", lo, x, df)
        if (up > 1e-290) row("CHI_SQUARE_UPPER", up, x, df)
    }
    for (q in c(1e-12, 0.00135, 0.025, 0.3, 0.5, 0.8, 0.975, 0.999)) {
        x <- qchisq(q, df)
        if (x > 1e-290) row("CHI_SQUARE_QUANTILE", x, q, df)
        row("CHI_SQUARE_ABOVE", qchisq(q, df, lower.tail = FALSE), q, df)
    }
}
for (a in c(0.01, 1, 3.6, 50, 4000))
    for (x in c(1e-6, 0.3, 2, 45, 4100))
        if (pgamma(x, a, 2) > 1e-290) row("GAMMA_LOWER", pgamma(x, a, 2), x, a, 2)

for (ab in list(c(0.5, 0.5), c(1, 1), c(0.1, 3), c(2, 5), c(7.5, 0.3), c(20, 30), c(300, 2), c(1000, 1500), c(1e5, 3e4))) {
    a <- ab[1]; b <- ab[2]; m <- a / (a + b); s <- sqrt(m * (1 - m) / (a + b + 1))
    for (x in c(1e-9, 0.01, m - 4 * s, m - s, m, m + 0.5 * s, m + 5 * s, 0.5, 0.99)) {
        if (x <= 0 || x >= 1) next
        lo <- pbeta(x, a, b); up <- pbeta(x, a, b, lower.tail = FALSE)
        if (lo > 1e-290) row("BETA_LOWER", lo, x, a, b)
        if (up > 1e-290 && x > 0.001) row("BETA_UPPER", up, x, a, b)
    }
    for (q in c(1e-7, 0.025, 0.4, 0.5, 0.9, 0.9973)) row("BETA_QUANTILE", qbeta(q, a, b), q, a, b)
}

# R's own qf is good to 1e-9 only for 1 degree of freedom, where F is the square of Student's t.
qf1 <- function(q, a, b) {
    if (a == 1 && q < 0.5) qt((1 + q) / 2, b)^2 else qf(q, a, b)
}
for (d in list(c(1, 1), c(1, 20), c(2, 7), c(5, 5), c(3.5, 60), c(40, 12), c(1000, 3), c(500, 4000))) {
    for (x in c(1e-4, 0.2, 0.9, 1, 2.5, 9, 150)) {
        lo <- pf(x, d[1], d[2]); up <- pf(x, d[1], d[2], lower.tail = FALSE)
        if (lo > 1e-290) row("F_LOWER", lo, x, d[1], d[2])
        if (up > 1e-290) row("F_UPPER", up, x, d[1], d[2])
    }
    for (q in c(0.0027, 0.05, 0.5, 0.95, 0.999)) {
        row("F_QUANTILE", qf1(q, d[1], d[2]), q, d[1], d[2])
        row("F_ABOVE", if (q < 0.9) qf(q, d[1], d[2], lower.tail = FALSE) else qf1(1 - q, d[1], d[2]), q, d[1], d[2])
    }
}

for (np in list(c(1, 0.5), c(10, 0.05), c(24, 0.5), c(73, 0.999), c(500, 0.02), c(100000, 0.3), c(1e7, 1e-6))) {
    n <- np[1]; p1 <- np[2]; m <- n * p1; s <- sqrt(m * (1 - p1))
    for (k in unique(pmin(n, pmax(0, round(c(0, m - 6 * s, m - s, m, m + s, m + 7 * s)))))) {
        if (dbinom(k, n, p1) > 1e-290) row("BINOMIAL_MASS", dbinom(k, n, p1), k, n, p1)
        if (pbinom(k, n, p1) > 1e-290) row("BINOMIAL_LOWER", pbinom(k, n, p1), k, n, p1)
        up <- pbinom(k, n, p1, lower.tail = FALSE)
        if (up > 1e-290) row("BINOMIAL_UPPER", up, k, n, p1)
        row("BINOMIAL_QUANTILE", qbinom(pbinom(k, n, p1), n, p1), pbinom(k, n, p1), n, p1)
    }
    for (q in c(1e-10, 0.00135, 0.05, 0.5, 0.95, 0.99865)) row("BINOMIAL_QUANTILE", qbinom(q, n, p1), q, n, p1)
}
for (m in c(0.01, 0.7, 3, 24.5, 400, 1e5)) {
    s <- sqrt(m)
    for (k in unique(pmax(0, round(c(0, m - 6 * s, m - s, m, m + s, m + 7 * s))))) {
        if (dpois(k, m) > 1e-290) row("POISSON_MASS", dpois(k, m), k, m)
        if (ppois(k, m) > 1e-290) row("POISSON_LOWER", ppois(k, m), k, m)
        row("POISSON_UPPER", ppois(k, m, lower.tail = FALSE), k, m)
    }
    for (q in c(1e-10, 0.00135, 0.05, 0.5, 0.95, 0.99865)) row("POISSON_QUANTILE", qpois(q, m), q, m)
}
for (h in list(c(5, 5, 3), c(10, 90, 20), c(60, 40, 80), c(1000, 3, 500), c(40000, 60000, 2500))) {
    m <- h[1] * h[3] / (h[1] + h[2])
    for (k in unique(pmax(0, pmin(h[1], h[3], round(m * c(0, 0.5, 0.8, 1, 1.1, 1.6)))))) {
        d <- dhyper(k, h[1], h[2], h[3])
        if (d <= 1e-290) next
        row("HYPERGEOMETRIC_MASS", d, k, h[1], h[2], h[3])
        row("HYPERGEOMETRIC_LOWER", phyper(k, h[1], h[2], h[3]), k, h[1], h[2], h[3])
        row("HYPERGEOMETRIC_UPPER", phyper(k, h[1], h[2], h[3], lower.tail = FALSE), k, h[1], h[2], h[3])
    }
    for (q in c(1e-6, 0.025, 0.5, 0.9)) row("HYPERGEOMETRIC_QUANTILE", qhyper(q, h[1], h[2], h[3]), q, h[1], h[2], h[3])
}
for (x in c(1e-20, 0.001, 0.5, 1.5, 2.5, 9.99, 10, 171, 1e5, 1e10)) row("LOG_GAMMA", lgamma(x), x)
