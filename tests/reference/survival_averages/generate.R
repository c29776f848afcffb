# Records average hazard ratios and mean times within a window from survfit's curves, with errors from the influence of
# each subject that survfit gives (influence = 1). Run by `make oracle` in this folder; the inputs are those of
# ../survival/cases.csv.

suppressPackageStartupMessages(library(survival))
source("../survival/cases.R")

# Survival and each subject's influence on it just after the times asked for (time 0 among them).
curve <- function(time, event, at) {
    fit <- survfit(Surv(time, event) ~ 1, influence = 1)
    place <- findInterval(at, fit$time)
    U <- fit$influence.surv
    list(S = c(1, fit$surv)[place + 1], U = cbind(0, U)[, place + 1])
}
begin()
for (i in seq_len(nrow(cases))) {
    case <- cases[i, ]
    if (!case$dataset %in% c("gehan", "veteran", "lung", "ovarian", "pbc")) next
    d <- read_case(case)
    tau <- as.numeric(case$tau)
    on <- d$group != case$control
    at <- c(0, sort(unique(d$time[d$event == 1 & d$time <= tau])))
    k <- seq_along(at)[-1]
    c0 <- curve(d$time[!on], d$event[!on], at); c1 <- curve(d$time[on], d$event[on], at)
    # Mass of x that falls at each time, times the mean of y before and after it.
    falls <- function(x, y) if (is.matrix(x)) drop((x[, k - 1] - x[, k]) %*% ((y[k - 1] + y[k]) / 2)) else sum((x[k - 1] - x[k]) * (y[k - 1] + y[k]) / 2)
    middle <- function(x, U) drop(((U[, k - 1] + U[, k]) / 2) %*% (x[k - 1] - x[k]))
    a1 <- falls(c1$S, c0$S); a0 <- falls(c0$S, c1$S)
    of1 <- falls(c1$U, c0$S) / a1 - middle(c0$S, c1$U) / a0
    of0 <- middle(c1$S, c0$U) / a1 - falls(c0$U, c1$S) / a0
    record(case$dataset, "average", "", NA, "log_ratio", log(a1 / a0))
    record(case$dataset, "average", "", NA, "std_err", sqrt(sum(of1^2) + sum(of0^2)))
    for (arm in c("control", "experimental")) {
        rows <- if (arm == "control") !on else on
        when <- c(tau / 4, sort(unique(d$time[d$event == 1 & d$time > tau / 4 & d$time < tau])), tau)
        c <- curve(d$time[rows], d$event[rows], when)
        n <- length(when)
        record(case$dataset, "window", arm, NA, "mean", sum(diff(when) * c$S[-n]))
        record(case$dataset, "window", arm, NA, "std_err", sqrt(sum(drop(c$U[, -n] %*% diff(when))^2)))
    }
}
finish("averages.csv")
write_versions("survival")
