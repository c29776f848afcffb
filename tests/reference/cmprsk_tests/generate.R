# Records cmprsk's Gray tests and Fine-Gray models. Run by `make oracle` in this folder; inputs are those of
# ../survival/cases.csv; EQUIPOISE_TEST_DATA names the outside data.

suppressPackageStartupMessages(library(cmprsk))
source("../survival/cases.R")

record_gray <- function(name, d) {
    for (by in c("whole", if (!is.null(d$strata)) "strata")) for (rho in c(0, 1)) {
        strata <- if (by == "strata") d$strata else rep(1, length(d$time))
        fit <- cuminc(d$time, d$cause, d$group, strata, rho = rho, cencode = 0)
        analysis <- paste0("gray", rho, if (by == "strata") "_stratified")
        record(name, analysis, rownames(fit$Tests), NA, "chi2", fit$Tests[, "stat"])
        record(name, analysis, rownames(fit$Tests), NA, "df", fit$Tests[, "df"])
    }
}
record_fine_gray <- function(name, d) {
    groups <- c("whole", if (!is.null(d$strata)) "strata")
    for (by in groups) for (cause in sort(setdiff(unique(d$cause), 0))) {
        censoring <- if (by == "strata") as.integer(factor(d$strata)) else rep(1, length(d$time))
        for (gtol in 10^-(13:9)) {
            fit <- crr(d$time, d$cause, d$X, cengroup = censoring, failcode = cause, gtol = gtol, maxiter = 50)
            if (fit$converged) break
        }
        if (!fit$converged) next
        p <- seq_along(fit$coef)
        analysis <- paste0("crr", cause, if (by == "strata") "_censoring")
        record(name, analysis, "", p, "coef", fit$coef)
        record(name, analysis, "", p, "std_err", sqrt(diag(fit$var)))
        record(name, analysis, "", NA, "loglik", fit$loglik)
        record(name, analysis, "", NA, "loglik_null", fit$loglik.null)
    }
}

begin()
for (i in seq_len(nrow(cases))) {
    case <- cases[i, ]
    if (case$dataset %in% c("noisy_times", "arm_without_events")) next
    d <- read_case(case)
    if (is.null(d$cause) || !is.null(d$entry) || length(unique(d$time)) < 3 || sum(d$cause > 0) < 5) next
    if (!is.null(d$group) && length(unique(d$cause)) > 2) record_gray(case$dataset, d)
    if (!is.null(d$X) && length(d$time) < 1500 && all(table(d$cause) > 20)) record_fine_gray(case$dataset, d)
}
finish("tests.csv")
write_versions("cmprsk")
