# Records riskRegression's average treatment effects on survival from Cox models with Breslow's ties, the arm as
# stratum and as covariate, with errors by influence functions. Ties are broken by the order of the subjects, since
# with ties ate's influence functions are not the derivatives by weight (errors differ by up to 7 %). Run by `make oracle` in this folder; the inputs are
# those of ../survival/cases.csv.

suppressPackageStartupMessages({library(survival); library(riskRegression)})
source("../survival/cases.R")

begin()
for (i in seq_len(nrow(cases))) {
    case <- cases[i, ]
    if (!case$dataset %in% c("continuous", "veteran", "lung", "ovarian", "pbc")) next
    d <- read_case(case)
    d$time <- d$time + seq_along(d$time) / 1000
    X <- d$X[, !colnames(d$X) %in% unique(d$group), drop = FALSE]
    colnames(X) <- paste0("z", seq_len(ncol(X)))
    data <- data.frame(time = d$time, event = d$event, arm = factor(d$group, c(case$control, setdiff(sort(unique(d$group)), case$control))), X)
    times <- as.numeric(quantile(d$time[d$event == 1], c(0.2, 0.5, 0.8), type = 1))
    terms <- paste(colnames(X), collapse = " + ")
    for (effect in c("stratum", "covariate")) {
        formula <- as.formula(paste("Surv(time, event) ~", terms, "+", if (effect == "stratum") "strata(arm)" else "arm"))
        fit <- coxph(formula, data, ties = "breslow", x = TRUE, y = TRUE, control = coxph.control(eps = 1e-12, iter.max = 100))
        found <- ate(fit, treatment = "arm", data = data, times = times, se = TRUE, verbose = FALSE)
        mean <- found$meanRisk
        for (a in levels(data$arm)) {
            rows <- mean[mean$treatment == a, ]
            record(case$dataset, effect, a, times, "survival", 1 - rows$estimate)
            record(case$dataset, effect, a, times, "std_err", rows$se)
        }
        record(case$dataset, effect, "difference", times, "difference", -found$diffRisk$estimate)
        record(case$dataset, effect, "difference", times, "std_err", found$diffRisk$se)
    }
}
finish("standardized.csv")
write_versions(c("survival", "riskRegression"))
