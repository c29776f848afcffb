# Records cmprsk's cumulative incidence with Aalen's variance at a few times of each curve. Run by `make oracle`
# in this folder; the inputs are those of ../survival/cases.csv; EQUIPOISE_TEST_DATA names the outside data.

suppressPackageStartupMessages(library(cmprsk))
source("../survival/cases.R")

record_incidence <- function(name, d) {
    arms <- if (is.null(d$group)) character() else sort(unique(d$group))
    for (group in c("all", arms)) {
        rows <- if (group == "all") rep(TRUE, length(d$time)) else d$group == group
        # cuminc compares times bit by bit: noise below 1e-9 is rounded away first.
        time <- round(d$time[rows], 9)
        if (all(d$cause[rows] == 0)) next # cuminc stops where nothing happens
        causes <- sort(setdiff(unique(d$cause[rows]), 0))
        fit <- cuminc(time, d$cause[rows], cencode = 0)
        at <- sort(unique(quantile(time, c(0.1, 0.25, 0.4, 0.55, 0.7, 0.85, 0.95), type = 1)))
        points <- timepoints(fit, at)
        for (j in seq_along(causes)) {
            where <- paste0(group, ":", causes[j])
            record(name, "incidence", where, at, "incidence", points$est[j, ])
            record(name, "incidence", where, at, "std_err", sqrt(points$var[j, ]))
        }
    }
}

begin()
for (i in seq_len(nrow(cases))) {
    case <- cases[i, ]
    d <- read_case(case)
    if (is.null(d$cause) || !is.null(d$entry) || length(unique(d$time)) == 1) next
    record_incidence(case$dataset, d)
}
finish("cuminc.csv")
write_versions("cmprsk")
