# R's survival on the cohort that `equipoise reconstruct examples/aall1731/published.toml --seed 1` writes.
# Records the cohort's data hash beside R's numbers, so that a replay knows that it reads the same cohort.
library(survival)
root <- normalizePath("../../..")
cohort <- tempfile("cohort")
equipoise <- file.path(root, ".venv", "bin", "equipoise")
status <- system2(equipoise, c("reconstruct", file.path(root, "examples/aall1731/published.toml"),
                               "--out", cohort, "--seed", "1", "--quiet"), stdout = FALSE)
stopifnot(status == 0)
python <- file.path(root, ".venv", "bin", "python")
hash <- system2(python, c("-c", shQuote(sprintf(
  "from equipoise.records import read_records; print(read_records('%s').data_hash)", cohort))), stdout = TRUE)
adsl <- read.csv(file.path(cohort, "adsl.csv"))
adtte <- read.csv(file.path(cohort, "adtte.csv"))
rows <- list()
record <- function(analysis, population, group, quantity, value) {
  rows[[length(rows) + 1]] <<- data.frame(analysis, population, group, quantity,
                                          value = formatC(value, digits = 17, format = "g"))
}
control <- "Chemotherapy"
for (parameter in c("DFS", "OS")) {
  all <- merge(adtte[adtte$PARAMCD == parameter, ], adsl[, c("USUBJID", "TRT01P", "RISKGRP")], by = "USUBJID",
               suffixes = c("", ".s"))
  all$event <- 1 - all$CNSR
  all$arm <- relevel(factor(all$TRT01P), ref = control)
  for (population in c("all", "SR-Average", "SR-High")) {
    d <- if (population == "all") all else all[all$RISKGRP == population, ]
    stratified <- population == "all"
    test <- if (stratified) survdiff(Surv(AVAL, event) ~ arm + strata(RISKGRP), d)
            else survdiff(Surv(AVAL, event) ~ arm, d)
    observed <- if (stratified) rowSums(test$obs) else test$obs
    expected <- if (stratified) rowSums(test$exp) else test$exp
    record(parameter, population, "", "logrank_chi2", test$chisq)
    record(parameter, population, "", "logrank_score", expected[2] - observed[2])
    record(parameter, population, "", "logrank_variance", test$var[2, 2])
    tight <- coxph.control(eps = 1e-12, toler.chol = 1e-14, iter.max = 100)
    fit <- if (stratified) coxph(Surv(AVAL, event) ~ arm + strata(RISKGRP), d, ties = "efron", control = tight)
           else coxph(Surv(AVAL, event) ~ arm, d, ties = "efron", control = tight)
    record(parameter, population, "", "cox_coef", coef(fit))
    record(parameter, population, "", "cox_se", sqrt(vcov(fit)[1, 1]))
    curve <- survfit(Surv(AVAL, event) ~ arm, d, conf.type = "log-log")
    at <- summary(curve, times = 365.25 * (1:4), extend = TRUE)
    for (i in seq_along(at$time)) {
      group <- sub("arm=", "", at$strata[i])
      record(parameter, population, group, sprintf("survival_%d", round(at$time[i] / 365.25)), at$surv[i])
      record(parameter, population, group, sprintf("greenwood_%d", round(at$time[i] / 365.25)), at$std.err[i])
      record(parameter, population, group, sprintf("n_risk_%d", round(at$time[i] / 365.25)), at$n.risk[i])
    }
    mean <- summary(curve, rmean = 4.5 * 365.25)$table
    for (g in rownames(mean)) {
      record(parameter, population, sub("arm=", "", g), "rmst", mean[g, "rmean"])
      record(parameter, population, sub("arm=", "", g), "rmst_se", mean[g, "se(rmean)"])
    }
  }
  reverse <- quantile(survfit(Surv(AVAL, 1 - event) ~ 1, all), c(0.25, 0.5, 0.75))$quantile
  record(parameter, "all", "", "follow_up_median", reverse[2])
}
write.csv(do.call(rbind, rows), "survival.csv", row.names = FALSE, quote = FALSE)
writeLines(c(paste("R", getRversion()), paste("survival", packageVersion("survival")), paste("cohort", hash)),
           "versions.txt")
