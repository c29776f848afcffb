# Records R's numbers for what a Cox model is asked beyond its coefficients: exact ties, offset, robust errors,
# residuals, baseline and predicted survival, proportional hazards, concordance, effects that change with time,
# Firth's penalty. Run by `make oracle` in this folder; inputs are those of ../survival/cases.csv.

suppressPackageStartupMessages(library(survival))
source("../survival/cases.R")

fitted <- function(formula, data, ties, ...) {
    environment(formula) <- list2env(data, parent = globalenv())
    for (eps in 10^-(10:14)) {
        control <- coxph.control(eps = eps, iter.max = 100, toler.chol = eps / 10)
        if (ties == "exact") {
            fit <- coxph(formula, ties = ties, ..., control = control)
            there <- coxph(formula, ties = ties, ..., init = fit$coefficients, control = coxph.control(iter.max = 0))
        } else {
            fit <- coxph(formula, weights = w, ties = ties, ..., control = control)
            there <- coxph(formula, weights = w, ties = ties, ..., init = fit$coefficients,
                           control = coxph.control(iter.max = 0))
        }
        if (sqrt(abs(there$score)) < 1e-10) return(fit)
    }
    stop("coxph does not reach the maximum")
}
put <- function(name, analysis, fit) {
    x <- seq_along(fit$coefficients)
    record(name, analysis, "", x, "coef", fit$coefficients)
    record(name, analysis, "", x, "std_err", sqrt(diag(fit$var)))
    record(name, analysis, "", NA, "loglik_null", fit$loglik[1])
    record(name, analysis, "", NA, "loglik", fit$loglik[2])
}
few <- function(n, most = 5) unique(round(seq(1, n, length.out = min(n, most))))

# l(b) + log det I(b) / 2 by coxph at fixed b; its maximum by Newton's method on differences of it.
record_firth <- function(name, d, X) {
    y <- d$y
    unit <- apply(X, 2, sd)
    X <- X / rep(unit, each = nrow(X))
    value <- function(b) if (any(abs(b) > 8)) -1e6 else {
        fit <- coxph(y ~ X, ties = "breslow", init = b, control = coxph.control(iter.max = 0))
        fit$loglik[2] - 0.5 * as.numeric(determinant(as.matrix(fit$var))$modulus)
    }
    found <- optim(coxph(y ~ X, ties = "breslow")$coefficients, function(b) -value(b), method = "BFGS", control = list(reltol = 1e-15, maxit = 500))
    fit <- coxph(y ~ X, ties = "breslow", init = found$par, control = coxph.control(iter.max = 0))
    record(name, "firth", "", seq_len(ncol(X)), "coef", found$par / unit)
    record(name, "firth", "", seq_len(ncol(X)), "std_err", sqrt(diag(as.matrix(fit$var))) / unit)
    record(name, "firth", "", NA, "loglik", -found$value + sum(log(unit)))
    record(name, "firth", "", NA, "loglik_null", value(rep(0, ncol(X))) + sum(log(unit)))
}

# With late entry and strata together, tt() of survival 3.5 finds other risk sets than its own survSplit: that serves.
split_at_events <- function(d, X) {
    whole <- data.frame(start = d$entry, stop = d$time, event = d$event, by = d$by, x1 = d$x1)
    whole$X <- X
    parts <- survSplit(Surv(start, stop, event) ~ ., data = whole, cut = sort(unique(d$time[d$event == 1])))
    parts$changing <- parts$x1 * log(parts$stop)
    fitted(Surv(start, stop, event) ~ X + changing + strata(by), c(parts, list(w = rep(1, nrow(parts)))), "efron")
}

record_case <- function(name, d, small) {
    d$by <- if (is.null(d$strata)) rep("1", length(d$time)) else d$strata
    n <- length(d$time)
    d$y <- if (is.null(d$entry)) Surv(d$time, d$event) else Surv(d$entry, d$time, d$event)
    d$id <- (seq_len(n) - 1) %/% 3
    d$z <- sin(seq_len(n))
    weighted <- !is.null(d$weights)
    d$w <- if (weighted) d$weights else rep(1, n)
    X <- d$X
    if (!weighted && small && is.null(d$entry)) put(name, "exact", fitted(y ~ X + strata(by), d, "exact"))
    for (ties in c("efron", "breslow")) {
        A <- function(what) paste(ties, what, sep = "_")
        robust <- fitted(y ~ X + strata(by) + cluster(id), d, ties)
        put(name, A("robust"), robust)
        record(name, A("robust"), "", NA, "wald_chi2", robust$wald.test)
        put(name, A("offset"), fitted(y ~ X + offset(z) + strata(by), d, ties, robust = FALSE))
        fit <- fitted(y ~ X + strata(by), d, ties, robust = FALSE, x = TRUE)
        k <- few(n, 6)
        for (type in c("martingale", "deviance")) record(name, A(type), "", k, "residual", resid(fit, type)[k])
        for (type in c("score", "dfbeta")) {
            r <- as.matrix(resid(fit, type))
            for (j in seq_len(ncol(r))) record(name, A(type), as.character(j), k, "residual", r[k, j])
        }
        r <- as.matrix(resid(fit, "schoenfeld"))
        # Sums over tied events do not depend on their order.
        for (j in seq_len(ncol(r))) record(name, A("schoenfeld"), as.character(j), NA, "sum_of_squares", sum(r[, j]^2))
        for (transform in c("km", "rank", "identity", "log")) {
            table <- cox.zph(fit, transform, terms = FALSE)$table
            record(name, A(paste0("zph_", transform)), rownames(table), NA, "chi2", table[, "chisq"])
            record(name, A(paste0("zph_", transform)), rownames(table), NA, "p", table[, "p"])
        }
        at <- list(zero = rep(0, ncol(X)), first = X[1, ])
        plain <- fitted(y ~ X, d, ties, robust = FALSE)
        for (which in names(at)) {
            new <- data.frame(row.names = 1); new$X <- matrix(at[[which]], 1)
            curve <- survfit(plain, newdata = new, conf.type = "log-log")
            s <- which(curve$n.event > 0); s <- s[few(length(s))]
            record(name, A(paste0("predict_", which)), "", curve$time[s], "hazard", curve$cumhaz[s])
            record(name, A(paste0("predict_", which)), "", curve$time[s], "hazard_std_err", curve$std.err[s])
            record(name, A(paste0("predict_", which)), "", curve$time[s], "survival", curve$surv[s])
            record(name, A(paste0("predict_", which)), "", curve$time[s], "lower", curve$lower[s])
            record(name, A(paste0("predict_", which)), "", curve$time[s], "upper", curve$upper[s])
        }
    }
    if (is.null(d$entry)) {
        found <- concordance(fitted(y ~ X + strata(by), d, "efron", robust = FALSE))
        counts <- if (is.matrix(found$count)) colSums(found$count) else found$count
        record(name, "concordance", "", NA, "value", (counts[1] + counts[3] / 2) / sum(counts[1:3]))
        record(name, "concordance", "", NA, "concordant", counts[1])
        record(name, "concordance", "", NA, "discordant", counts[2])
        record(name, "concordance", "", NA, "tied", counts[3])
    }
    if (small && !weighted) {
        d$x1 <- X[, ncol(X)]
        put(name, "time_varying", if (is.null(d$entry)) {
            fitted(y ~ X + tt(x1) + strata(by), d, "efron", tt = function(x, t, ...) x * log(t))
        } else split_at_events(d, X))
        record_firth(name, d, X)
    }
}

begin()
for (i in seq_len(nrow(cases))) {
    case <- cases[i, ]
    if (case$dataset %in% c("noisy_times", "arm_without_events", "all_events_at_once")) next
    d <- read_case(case)
    if (is.null(d$X) || sum(d$event) < 3) next
    if (!is.null(d$group) && any(tapply(d$event, d$group, sum) == 0)) next
    small <- length(d$time) <= 320 && max(table(d$time[d$event == 1])) < 30
    tryCatch(record_case(case$dataset, d, small), error = function(e) stop(case$dataset, ": ", conditionMessage(e)))
}
finish("cox.csv")
write_versions("survival")
