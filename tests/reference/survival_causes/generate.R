# Records cause-specific Cox models: each cause as the event of R's coxph, the others censored. Run by `make oracle` in
# this folder; the inputs are those of ../survival/cases.csv.

suppressPackageStartupMessages(library(survival))
source("../survival/cases.R")

fitted <- function(d, event, ties) {
    X <- d$X
    by <- if (is.null(d$strata)) rep("1", length(event)) else d$strata
    y <- if (is.null(d$entry)) Surv(d$time, event) else Surv(d$entry, d$time, event)
    for (eps in 10^-(10:14)) {
        fit <- coxph(y ~ X + strata(by), ties = ties, control = coxph.control(eps = eps, iter.max = 100, toler.chol = eps / 10))
        there <- coxph(y ~ X + strata(by), ties = ties, init = fit$coefficients, control = coxph.control(iter.max = 0))
        if (sqrt(abs(there$score)) < 1e-10) return(fit)
    }
    stop("coxph does not reach the maximum")
}
begin()
for (i in seq_len(nrow(cases))) {
    case <- cases[i, ]
    if (!case$dataset %in% c("heavy_ties", "continuous", "left_truncated", "pbc", "mgus2")) next
    d <- read_case(case)
    for (cause in setdiff(sort(unique(d$cause)), 0)) for (ties in c("efron", "breslow")) {
        fit <- fitted(d, as.integer(d$cause == cause), ties)
        x <- seq_along(fit$coefficients)
        record(case$dataset, ties, as.character(cause), x, "coef", fit$coefficients)
        record(case$dataset, ties, as.character(cause), x, "std_err", sqrt(diag(fit$var)))
        record(case$dataset, ties, as.character(cause), NA, "loglik", fit$loglik[2])
        record(case$dataset, ties, as.character(cause), NA, "events", fit$nevent)
    }
}
finish("causes.csv")
write_versions("survival")
