# Times R's survival on the same columns: bench_survival.R <folder>, lines "name,seconds" on standard output.
suppressPackageStartupMessages(library(survival))
folder <- commandArgs(trailingOnly = TRUE)[1]
column <- function(name, kind = "double") {
    path <- file.path(folder, paste0(name, ".bin"))
    readBin(path, kind, n = file.size(path) / 8, size = 8)
}
X <- matrix(column("x"), ncol = 5, byrow = TRUE)
event <- column("event"); arm <- column("arm"); stratum <- column("stratum")
report <- function(name, work) {
    gc(FALSE)
    cat(name, ",", system.time(work())[["elapsed"]], "\n", sep = "")
}
for (kind in c("continuous", "days")) {
    time <- column(kind)
    y <- Surv(time, event)
    report(paste0("kaplan_meier:", kind), function() survfit(y ~ 1))
    report(paste0("cox:", kind), function() coxph(y ~ X))
    report(paste0("cox_bare:", kind), function() {
        coxph.fit(X, y, NULL, NULL, NULL, coxph.control(), NULL, "efron", NULL, resid = FALSE)
    })
}
