# The same work in sna: Rscript sna_peer.R FILE FOLDER KERNEL prints `KERNEL SECONDS DIFFERENCE`, the
# last between its values and those of FOLDER/KERNEL.values; with `version` alone, its version.
suppressMessages(library(sna))
argument <- commandArgs(trailingOnly = TRUE)
if (argument[1] == "version") {
    cat("sna", as.character(packageVersion("sna")), "\n")
    quit()
}
ties <- read.csv(argument[1]) + 1
n <- max(ties)
outcome <- matrix(0, n, n)
outcome[as.matrix(ties)] <- 1
back <- c(n, seq_len(n - 1))
predictors <- list(outcome[back, back], t(outcome), abs(outer(seq_len(n), seq_len(n), "-")))
time <- system.time(fit <- netlm(outcome, predictors, nullhyp = "qapspp", reps = 1000))
values <- c(fit$coefficients, fit$tstat)
ours <- readBin(file.path(argument[2], paste0(argument[3], ".values")), "double", length(values))
cat(argument[3], sum(time[1:2]), max(abs(ours - values) / pmax(1, abs(values))), "\n")
