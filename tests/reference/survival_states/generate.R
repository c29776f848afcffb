# Records multi-state probabilities: etm's transition matrices with Greenwood's covariance, late entry included, and
# the occupied states of survival's survfit. Run by `make oracle` in this folder; writes the stays it made up as well.

suppressPackageStartupMessages({library(survival); library(etm)})

set.seed(20260722)
states <- c("dead", "ill", "well")
make <- function(n, late, whole) {
    rows <- list()
    for (i in seq_len(n)) {
        now <- if (late && runif(1) < 0.4) runif(1, 0, 3) else 0
        if (whole) now <- floor(now)
        state <- if (late && runif(1) < 0.3) "ill" else "well"
        end <- runif(1, 6, 14)
        repeat {
            stay <- rexp(1, 0.35)
            until <- if (whole) now + ceiling(stay) else now + round(stay, 6) + 1e-6
            to <- if (runif(1) < 0.3) "dead" else if (state == "well") "ill" else "well"
            if (until > end) { to <- "none"; until <- if (whole) max(ceiling(end), now + 1) else end }
            rows[[length(rows) + 1]] <- data.frame(id = i, entry = now, time = until, from = state, to = to)
            if (to %in% c("none", "dead")) break
            now <- until; state <- to
        }
    }
    do.call(rbind, rows)
}
sets <- list(continuous = make(120, FALSE, FALSE), late = make(150, TRUE, FALSE), tied = make(150, TRUE, TRUE))
write.csv(do.call(rbind, lapply(names(sets), function(n) cbind(set = n, sets[[n]]))), "stays.csv", row.names = FALSE, quote = FALSE)

allowed <- matrix(FALSE, 3, 3, dimnames = list(states, states))
allowed["well", c("ill", "dead")] <- TRUE
allowed["ill", c("well", "dead")] <- TRUE
out <- list()
put <- function(set, source, start, time, origin, state, quantity, value) {
    out[[length(out) + 1]] <<- data.frame(set, source, start, time, origin, state, quantity, value = sprintf("%.17g", value))
}
for (name in names(sets)) {
    d <- sets[[name]]
    for (s in c(0, 2)) {
        e <- data.frame(id = d$id, from = d$from, to = d$to, entry = d$entry, exit = d$time)
        fit <- etm(e, states, allowed, "none", s = s)
        for (k in unique(round(seq(1, length(fit$time), length.out = 7)))) {
            for (a in states) for (b in states) {
                put(name, "etm", s, fit$time[k], a, b, "probability", fit$est[a, b, k])
                put(name, "etm", s, fit$time[k], a, b, "variance", fit$cov[paste(a, b), paste(a, b), k])
            }
        }
    }
    d$to <- factor(d$to, c("none", states))
    d$from <- factor(d$from, states)
    curve <- survfit(Surv(entry, time, to) ~ 1, data = d, id = id, istate = from)
    if (name == "continuous") for (k in unique(round(seq(2, length(curve$time), length.out = 7)))) {
        for (b in curve$states) put(name, "survfit", 0, curve$time[k], "", b, "probability", curve$pstate[k, match(b, curve$states)])
    }
}
write.csv(do.call(rbind, out), "states.csv", row.names = FALSE, quote = FALSE)
writeLines(c(R.version.string, paste("survival", packageVersion("survival")), paste("etm", packageVersion("etm"))), "versions.txt")
