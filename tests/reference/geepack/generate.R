# Records restricted means regressed on arm and covariates by pseudo-values: each subject left out of survfit in turn,
# then geepack's geese with independent working covariance. Run by `make oracle` in this folder; the inputs are those
# of ../survival/cases.csv.

suppressPackageStartupMessages({library(survival); library(geepack)})
source("../survival/cases.R")

area <- function(time, event, tau) {
    fit <- survfit(Surv(time, event) ~ 1)
    when <- c(0, fit$time[fit$time < tau], tau)
    sum(diff(when) * c(1, fit$surv[fit$time < tau]))
}
leave_out <- function(time, event, tau) {
    n <- length(time)
    whole <- area(time, event, tau)
    sapply(seq_len(n), function(i) n * whole - (n - 1) * area(time[-i], event[-i], tau))
}
begin()
for (i in seq_len(nrow(cases))) {
    case <- cases[i, ]
    if (!case$dataset %in% c("continuous", "veteran", "lung", "ovarian", "pbc")) next
    d <- read_case(case)
    tau <- as.numeric(case$tau)
    arm <- as.numeric(d$group != case$control)
    if (length(unique(d$group)) != 2) next # restricted means compare two arms
    X <- d$X[, !colnames(d$X) %in% unique(d$group), drop = FALSE]
    for (source in c("pooled", "by-arm")) {
        y <- numeric(length(arm))
        if (source == "pooled") y <- leave_out(d$time, d$event, tau) else for (a in 0:1) y[arm == a] <- leave_out(d$time[arm == a], d$event[arm == a], tau)
        for (link in c("identity", "log")) {
            Z <- cbind(1, arm, X)
            colnames(Z) <- paste0("z", seq_len(ncol(Z)))
            fit <- geese(y ~ Z - 1, id = seq_along(y), mean.link = link, corstr = "independence",
                         b = if (link == "log") c(log(mean(y)), rep(0, ncol(Z) - 1)) else NULL,
                         control = geese.control(epsilon = 1e-12, maxit = 200))
            record(case$dataset, source, link, NA, "coef", fit$beta[2])
            record(case$dataset, source, link, NA, "std_err", sqrt(fit$vbeta[2, 2]))
        }
    }
}
finish("pseudo.csv")
write_versions(c("survival", "geepack"))
