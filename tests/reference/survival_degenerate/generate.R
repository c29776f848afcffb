# Records what R's survival answers for samples at the edge. Run by `make oracle` in this folder.

suppressPackageStartupMessages(library(survival))

samples <- list(
    "one event" = list(c(1, 2, 3, 4), c(1, 0, 0, 0), c(0, 1, 0, 1)),
    "all events at once" = list(c(2, 2, 2, 2), c(1, 1, 1, 1), c(0, 1, 0, 1)),
    "an arm without events" = list(c(1, 2, 3, 4), c(1, 0, 1, 0), c(0, 1, 0, 1)),
    "separation" = list(1:6, rep(1, 6), c(0, 0, 0, 1, 1, 1)),
    "3 events in 254 subjects" = list(c(5, 6, 7, rep(9, 251)), c(1, 1, 1, rep(0, 251)), (0:253) %% 2),
    "an arm absent from a stratum" = list(1:8, rep(1, 8), c(0, 1, 0, 1, 0, 1, 1, 1), c(0, 0, 0, 0, 0, 0, 1, 1)),
    "covariate constant in a stratum" = list(c(1, 2, 3, 4, 5, 6), c(1, 1, 0, 1, 1, 1), c(0, 1, 1, 0, 1, 1), c(0, 0, 0, 0, 1, 1))
)
out <- data.frame()
record <- function(sample, quantity, value) {
    out <<- rbind(out, data.frame(sample = sample, quantity = quantity, value = sprintf("%.15g", value)))
}
for (name in names(samples)) {
    s <- samples[[name]]
    time <- s[[1]]; event <- s[[2]]; arm <- s[[3]]
    stratum <- if (length(s) > 3) s[[4]] else rep(0, length(time))
    # survdiff stops where its variance is 0.
    test <- tryCatch(survdiff(Surv(time, event) ~ arm + strata(stratum)), error = function(e) NULL)
    record(name, "answered", as.numeric(!is.null(test)))
    if (!is.null(test)) {
        observed <- if (is.matrix(test$obs)) rowSums(test$obs) else test$obs
        expected <- if (is.matrix(test$exp)) rowSums(test$exp) else test$exp
        record(name, "variance", test$var[2, 2])
        record(name, "excess", observed[2] - expected[2])
    }
    fit <- suppressWarnings(coxph(Surv(time, event) ~ arm + strata(stratum),
        control = coxph.control(eps = 1e-13, iter.max = 200)))
    finite <- fit$var[1, 1] < 1e4
    record(name, "finite", as.numeric(finite))
    record(name, "loglik_null", fit$loglik[1])
    record(name, "score", fit$score)
    if (finite) {
        record(name, "coef", coef(fit))
        record(name, "std_err", sqrt(fit$var[1, 1]))
        record(name, "loglik", fit$loglik[2])
    }
    curve <- survfit(Surv(time, event) ~ 1)
    record(name, "survival", tail(curve$surv, 1))
    record(name, "first_std_err", head(curve$std.err * curve$surv, 1))
}
write.csv(out, "degenerate.csv", row.names = FALSE, quote = FALSE)
writeLines(c(R.version.string, paste("survival", packageVersion("survival"))), "versions.txt")
