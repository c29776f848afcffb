# Records R's numbers for weighted, permutation, one-sample and combined log-rank tests, robust errors and the
# cumulative hazard. Run by `make oracle` in this folder; inputs are those of ../survival/cases.csv.

suppressPackageStartupMessages({library(survival); library(coin); library(mvtnorm)})
source("../survival/cases.R")

y_of <- function(d, rows = TRUE) {
    if (is.null(d$entry)) Surv(d$time[rows], d$event[rows]) else Surv(d$entry[rows], d$time[rows], d$event[rows])
}

# One row per stratum and event time: n, d and the same on the experimental arm; S just before, Peto's at.
tables <- function(d, strata) {
    entry <- if (is.null(d$entry)) rep(-1, length(d$time)) else d$entry
    out <- NULL
    for (s in sort(unique(strata))) {
        before <- 1; peto <- 1
        for (t in sort(unique(d$time[d$event == 1 & strata == s]))) {
            at_risk <- entry < t & d$time >= t & strata == s
            died <- at_risk & d$time == t & d$event == 1
            n <- sum(at_risk); e <- sum(died)
            peto <- peto * (1 - e / (n + 1))
            x <- d$group != d$control
            out <- rbind(out, data.frame(s = s, t = t, n = n, d = e, n1 = sum(at_risk & x), d1 = sum(died & x),
                                         before = before, peto = peto))
            before <- before * (1 - e / n)
        }
    }
    out
}
weights_of <- function(r, delay) {
    floor <- ave(seq_len(nrow(r)), r$s, FUN = function(i) {
        by_then <- r$t[i] <= delay
        prod(1 - (r$d[i] / r$n[i])[by_then])
    })
    list(gehan = r$n, tarone_ware = sqrt(r$n), peto = r$peto, peto_modified = r$peto * r$n / (r$n + 1),
         magirr_burman = 1 / pmax(r$before, floor), magirr_burman_half = 1 / pmax(r$before, 0.5),
         g01 = 1 - r$before, g11 = r$before * (1 - r$before), g10 = r$before, logrank = rep(1, nrow(r)))
}
parts <- function(r) {
    v <- ifelse(r$n > 1, r$d * (r$n1 / r$n) * (1 - r$n1 / r$n) * (r$n - r$d) / (r$n - 1), 0)
    list(excess = r$d1 - r$d * r$n1 / r$n, v = v)
}

record_weighted <- function(name, d, delay) {
    d$whole <- rep(1, length(d$time))
    for (by in c("whole", if (!is.null(d$strata)) "strata")) {
        r <- tables(d, d[[by]]); p <- parts(r); w <- weights_of(r, delay)
        suffix <- if (by == "strata") "_stratified" else ""
        for (kind in names(w)) {
            record(name, paste0(kind, suffix), "", delay, "score", -sum(w[[kind]] * p$excess))
            record(name, paste0(kind, suffix), "", delay, "information", sum(w[[kind]]^2 * p$v))
        }
        combo <- w[c("logrank", "g01", "g10", "g11")]
        U <- -sapply(combo, function(x) sum(x * p$excess))
        V <- sapply(combo, function(a) sapply(combo, function(b) sum(a * b * p$v)))
        if (any(diag(V) <= 0)) next
        z <- U / sqrt(diag(V)); R <- cov2cor(V)
        # The four weights span three dimensions (g01 + g10 = logrank): Miwa needs a regular matrix, so three here.
        three <- c(1, 2, 4)
        m <- max(abs(z[three])); one <- max(z[three])
        record(name, paste0("maxcombo", suffix), "", NA, "statistic", m)
        record(name, paste0("maxcombo", suffix), "", NA, "p",
               1 - pmvnorm(rep(-m, 3), rep(m, 3), corr = R[three, three], algorithm = Miwa(4096)))
        record(name, paste0("maxcombo", suffix), "", NA, "p_benefit",
               1 - pmvnorm(rep(-Inf, 3), rep(one, 3), corr = R[three, three], algorithm = TVPACK(1e-14)))
        set.seed(1)
        m <- max(abs(z))
        record(name, paste0("maxcombo4", suffix), "", NA, "p",
               1 - pmvnorm(rep(-m, 4), rep(m, 4), corr = R, algorithm = GenzBretz(1e6, 1e-5, 0)))
    }
}

# Fleming-Harrington's rho = 1 with the weight of the curve of all strata together; any number of arms.
record_pooled <- function(name, d) {
    arms <- sort(unique(d$group))
    curve <- survfit(y_of(d) ~ 1)
    weight <- function(t) c(1, curve$surv)[1 + sum(curve$time < t)]
    entry <- if (is.null(d$entry)) rep(-1, length(d$time)) else d$entry
    U <- rep(0, length(arms)); V <- matrix(0, length(arms), length(arms))
    for (s in unique(d$strata)) for (t in unique(d$time[d$event == 1 & d$strata == s])) {
        at_risk <- entry < t & d$time >= t & d$strata == s
        n <- table(factor(d$group[at_risk], arms)); N <- sum(n)
        e <- table(factor(d$group[at_risk & d$time == t & d$event == 1], arms)); E <- sum(e)
        U <- U + weight(t) * (e - E * n / N)
        if (N > 1) V <- V + weight(t)^2 * E * (N - E) / (N - 1) * (diag(as.numeric(n / N)) - outer(n / N, n / N))
    }
    own <- which(diag(V) > 0)[-1]
    if (!length(own)) return()
    record(name, "rho1_pooled", arms, NA, "excess", as.numeric(U))
    record(name, "rho1_pooled", "", NA, "chi2", as.numeric(U[own] %*% solve(V[own, own], U[own])))
}

record_trend <- function(name, d) {
    fit <- survdiff(Surv(d$time, d$event) ~ factor(d$group, c(d$control, setdiff(sort(unique(d$group)), d$control))))
    a <- seq_along(fit$obs) - 1
    record(name, "trend", "", NA, "z", -sum(a * (fit$obs - fit$exp)) / sqrt(c(a %*% fit$var %*% a)))
}

# Observed less expected events of each subject: its event, less sum of d/n over the event times it saw. (None of
# coin's own log-rank scores treats ties so; they serve where there are none.)
martingale <- function(time, event) {
    hazard <- sapply(time, function(t) {
        seen <- sort(unique(time[event == 1 & time <= t]))
        sum(vapply(seen, function(s) sum(event[time == s]) / sum(time >= s), 0))
    })
    scores <- event - hazard
    if (!anyDuplicated(time)) {
        theirs <- as.numeric(logrank_trafo(Surv(time, event), ties.method = "Hothorn-Lausen"))
        stopifnot(all.equal(abs(cor(theirs, scores)), 1))
    }
    scores
}

record_permutation <- function(name, d) {
    arms <- factor(d$group, c(d$control, setdiff(sort(unique(d$group)), d$control)))
    scores <- martingale(d$time, d$event)
    for (by in c("whole", if (!is.null(d$strata)) "strata")) {
        block <- factor(if (by == "whole") rep(1, length(d$time)) else d[[by]])
        # The scores are those of the whole table; allocation within blocks.
        if (any(table(block) < 2)) next
        test <- independence_test(scores ~ arms | block, teststat = "scalar")
        suffix <- if (by == "strata") "_blocked" else ""
        # coin sums the scores of the first level, here the control arm: what that has too many, the other has too few.
        record(name, paste0("permutation", suffix), "", NA, "z", as.numeric(statistic(test, "standardized")))
        record(name, paste0("permutation", suffix), "", NA, "variance", as.numeric(variance(test)))
    }
}
record_exact <- function() {
    set.seed(20)
    for (k in 1:8) {
        n <- 12 + k
        d <- data.frame(time = sample(1:9, n, TRUE), event = rbinom(n, 1, 0.5), arm = rep(0:1, length.out = n))
        d$event[1:2] <- 1
        scores <- martingale(d$time, d$event)
        arms <- factor(d$arm)
        treated <- combn(n, sum(d$arm == 1))
        all_sums <- apply(treated, 2, function(i) sum(scores[i]))
        ours <- sum(scores[d$arm == 1])
        centre <- mean(all_sums)
        name <- paste0("drawn", k)
        record(name, "data", paste(d$time, d$event, d$arm, sep = "_"), NA, "row", seq_len(n))
        record(name, "exact", "", NA, "two-sided", mean(abs(all_sums - centre) >= abs(ours - centre) - 1e-9))
        record(name, "exact", "", NA, "benefit", mean(all_sums <= ours + 1e-9))
        record(name, "exact", "", NA, "harm", mean(all_sums >= ours - 1e-9))
        by_coin <- pvalue(independence_test(scores ~ arms, distribution = exact(algorithm = "split-up"), teststat = "scalar"))
        record(name, "exact", "", NA, "coin", as.numeric(by_coin))
    }
}

record_one_sample <- function(name, d) {
    S0 <- exp(-(d$time / (2 * mean(d$time)))^1.3)
    fit <- survdiff(Surv(d$time, d$event) ~ offset(S0))
    record(name, "one_sample", "", mean(d$time), "expected", fit$exp)
    record(name, "one_sample", "", mean(d$time), "chi2", fit$chisq)
    limits <- poisson.test(sum(d$event), fit$exp)$conf.int
    record(name, "one_sample", "", mean(d$time), "lower", limits[1])
    record(name, "one_sample", "", mean(d$time), "upper", limits[2])
}

few <- function(n) unique(round(seq(1, n, length.out = min(n, 6))))
record_robust <- function(name, d) {
    # Clusters of three neighbouring rows, as the file lists them.
    id <- (seq_along(d$time) - 1) %/% 3
    w <- if (is.null(d$weights)) rep(1, length(d$time)) else d$weights
    fit <- survfit(y_of(d) ~ 1, weights = w, cluster = id, robust = TRUE, conf.type = "log-log")
    k <- few(length(fit$time))
    s <- summary(fit, times = fit$time[k])
    record(name, "robust", "", s$time, "std_err", s$std.err)
    record(name, "robust", "", s$time, "survival", s$surv)
}
record_hazard <- function(name, d) {
    for (ctype in 1:2) {
        fit <- survfit(y_of(d) ~ 1, stype = 2, ctype = ctype, conf.type = "log-log")
        k <- few(length(fit$time))
        analysis <- c("together", "in turn")[ctype]
        record(name, analysis, "", fit$time[k], "hazard", fit$cumhaz[k])
        record(name, analysis, "", fit$time[k], "std_err", fit$std.chaz[k])
        record(name, analysis, "", fit$time[k], "survival", fit$surv[k])
        record(name, analysis, "", fit$time[k], "lower", fit$lower[k])
        record(name, analysis, "", fit$time[k], "upper", fit$upper[k])
    }
}

begin()
for (i in seq_len(nrow(cases))) {
    case <- cases[i, ]
    if (case$dataset %in% c("noisy_times", "empty_risk_set")) next
    d <- read_case(case)
    d$control <- case$control
    usable <- sum(d$event) > 1 && length(unique(d$time)) > 2
    if (!usable) next
    record_robust(case$dataset, d)
    if (!is.null(d$weights)) next
    record_hazard(case$dataset, d)
    if (is.null(d$entry)) record_one_sample(case$dataset, d)
    arms <- length(unique(d$group))
    if (is.null(d$group)) next
    if (!is.null(d$strata)) record_pooled(case$dataset, d)
    if (is.null(d$entry) && arms > 2) record_trend(case$dataset, d)
    if (arms != 2 || any(tapply(d$event, d$group, sum) == 0)) next
    record_weighted(case$dataset, d, median(d$time))
    if (is.null(d$entry)) record_permutation(case$dataset, d)
}
record_exact()
finish("tests.csv")
write_versions(c("survival", "coin", "mvtnorm"))
