# Records R's numbers for the log-rank score test against a hazard ratio and the interval that inverts it.
# Run by `make oracle` in this folder; inputs are those of ../survival/cases.csv.
#
# coxph(init = log m, iter.max = 0) takes its score test at m; coxph.detail gives score, information, deaths and
# numbers at risk at each event time, from which the factor (n - d)/(n - 1) for ties is put on.

suppressPackageStartupMessages(library(survival))
source("../survival/cases.R")

at_ratio <- function(y, x, strata, log_ratio) {
    # It warns that no iteration was made, which is what was asked for.
    fit <- suppressWarnings(
        coxph(y ~ x + strata(strata), init = log_ratio, control = coxph.control(iter.max = 0), ties = "breslow")
    )
    parts <- coxph.detail(fit)
    n <- parts$nrisk; d <- parts$nevent
    breslow <- as.numeric(parts$imat)
    list(chi2 = as.numeric(fit$score), score = -sum(as.numeric(parts$score)), breslow = sum(breslow),
         information = sum(ifelse(n > 1, breslow * (n - d) / (n - 1), 0)))
}

limit <- function(y, x, strata, wanted, near) {
    z <- function(b) { p <- at_ratio(y, x, strata, b); p$score / sqrt(p$information) - wanted }
    exp(uniroot(z, near + c(-1, 1), extendInt = "upX", tol = 1e-13)$root)
}

begin()
for (i in seq_len(nrow(cases))) {
    case <- cases[i, ]
    d <- read_case(case)
    if (is.null(d$group) || !is.null(d$weights) || length(unique(d$group)) != 2) next
    x <- as.numeric(d$group != case$control)
    if (any(tapply(d$event, x, sum) == 0)) next
    y <- if (is.null(d$entry)) Surv(d$time, d$event) else Surv(d$entry, d$time, d$event)
    for (by in c("whole", if (!is.null(d$strata)) "strata")) {
        strata <- factor(if (by == "strata") d$strata else rep("all", length(x)))
        for (m in c(0.7, 1, 1.3, 2)) {
            found <- at_ratio(y, x, strata, log(m))
            for (quantity in names(found)) record(case$dataset, by, "", m, quantity, found[[quantity]])
        }
        # At its iterated maximum the score is 0 to rounding.
        fit <- coxph(y ~ x + strata(strata), ties = "breslow", control = coxph.control(eps = 1e-14, iter.max = 50))
        left <- at_ratio(y, x, strata, coef(fit))
        if (abs(coef(fit)) > 5 || abs(left$score) > 1e-10 * sqrt(left$breslow)) next
        record(case$dataset, by, "", NA, "hazard_ratio", exp(coef(fit)))
        if (length(x) > 1000) next
        record(case$dataset, by, "", NA, "lower", limit(y, x, strata, qnorm(0.025), coef(fit)))
        record(case$dataset, by, "", NA, "upper", limit(y, x, strata, qnorm(0.975), coef(fit)))
    }
}
finish("margin.csv")
write_versions("survival")
