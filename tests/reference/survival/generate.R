# Records R's numbers for tests/reference/survival: Kaplan-Meier, log-rank, Cox, restricted mean, follow-up,
# Aalen-Johansen. Run by `make oracle` in this folder; EQUIPOISE_TEST_DATA names the outside data.

suppressPackageStartupMessages(library(survival))
source("cases.R")
limits <- c("plain", "log", "log-log", "logit", "arcsin")

# Rows of a long curve to record: all of a short one, an even choice of a long one.
some <- function(n, most) if (n <= most) seq_len(n) else unique(round(seq(1, n, length.out = most)))

response <- function(d, rows = TRUE, status = d$event) {
    if (is.null(d$entry)) Surv(d$time[rows], status[rows]) else Surv(d$entry[rows], d$time[rows], status[rows])
}
subsets <- function(d) {
    whole <- list(all = rep(TRUE, length(d$time)))
    if (is.null(d$group)) return(whole)
    arms <- sort(unique(d$group))
    c(whole, setNames(lapply(arms, function(arm) d$group == arm), arms))
}
curve <- function(d, rows, conf = "log-log", status = d$event) {
    w <- if (is.null(d$weights)) rep(1, sum(rows)) else d$weights[rows]
    survfit(response(d, rows, status) ~ 1, weights = w, robust = FALSE, conf.type = conf)
}
record_quantiles <- function(name, analysis, group, fit, p) {
    q <- quantile(fit, p)
    for (what in names(q)) record(name, analysis, group, p, sub("quantile", "value", what), as.numeric(q[[what]]))
}

record_kaplan_meier <- function(name, d, most) {
    for (group in names(subsets(d))) {
        rows <- subsets(d)[[group]]
        fit <- curve(d, rows)
        k <- some(length(fit$time), most)
        t <- fit$time[k]
        record(name, "curve", group, NA, "n_times", length(fit$time))
        record(name, "curve", group, t, "n_risk", fit$n.risk[k])
        record(name, "curve", group, t, "n_event", fit$n.event[k])
        if (is.null(d$entry)) record(name, "curve", group, t, "n_censor", fit$n.censor[k])
        record(name, "curve", group, t, "survival", fit$surv[k])
        record(name, "curve", group, t, "greenwood", (fit$surv * fit$std.err)[k])
        record(name, "curve", group, t, "tsiatis", (fit$surv * fit$std.chaz)[k])
        record(name, "curve", group, t, "cumulative_hazard", fit$cumhaz[k])
        few <- k[some(length(k), 3)]
        for (type in limits) {
            fit <- curve(d, rows, type)
            record(name, type, group, fit$time[few], "lower", fit$lower[few])
            record(name, type, group, fit$time[few], "upper", fit$upper[few])
            if (type %in% c("plain", "log-log")) {
                record_quantiles(name, paste0("quantile:", type), group, fit, c(0.25, 0.5, 0.75))
            }
        }
    }
}

record_test <- function(name, analysis, arms, control, observed, expected, V, chisq) {
    record(name, analysis, arms, NA, "observed", observed)
    record(name, analysis, arms, NA, "expected", expected)
    pairs <- outer(arms, arms, paste, sep = "~")
    record(name, analysis, as.vector(pairs), NA, "variance", as.vector(V))
    df <- sum(expected > 0) - 1
    record(name, analysis, "", NA, "chi2", chisq)
    record(name, analysis, "", NA, "df", df)
    record(name, analysis, "", NA, "p", pchisq(chisq, df, lower.tail = FALSE))
    i <- which(arms != control)
    if (length(arms) == 2 && V[i, i] > 0) {
        record(name, analysis, arms[i], NA, "z", (expected[i] - observed[i]) / sqrt(V[i, i]))
    }
}
record_logrank <- function(name, d, control) {
    if (length(unique(d$time)) == 1) return() # no event, or a variance of zero: survdiff has no answer
    if (sum(d$event) == 0) return()
    d$whole <- rep(1, length(d$time))
    for (rho in 0:1) for (by in c("whole", if (!is.null(d$strata)) "strata")) {
        fit <- survdiff(Surv(time, event) ~ group + strata(stratum), rho = rho,
                        data = data.frame(time = d$time, event = d$event, group = d$group, stratum = d[[by]]))
        sums <- function(x) if (is.matrix(x)) rowSums(x) else as.numeric(x)
        analysis <- paste0("rho", rho, if (by == "strata") "_stratified")
        record_test(name, analysis, sort(unique(d$group)), control, sums(fit$obs), sums(fit$exp), fit$var, fit$chisq)
    }
}
# survdiff refuses late entry; the log-rank test is the Mantel-Haenszel test over the tables at the event times.
record_truncated_logrank <- function(name, d) {
    d$whole <- rep(1, length(d$time))
    for (by in c("whole", if (!is.null(d$strata)) "strata")) {
        tables <- list()
        for (stratum in unique(d[[by]])) for (t in unique(d$time[d$event == 1 & d[[by]] == stratum])) {
            at_risk <- d$entry < t & d$time >= t & d[[by]] == stratum
            failed <- factor(d$time[at_risk] == t & d$event[at_risk] == 1, levels = c(TRUE, FALSE))
            if (sum(at_risk) > 1) tables[[length(tables) + 1]] <- table(factor(d$group)[at_risk], failed)
        }
        test <- mantelhaen.test(simplify2array(tables), correct = FALSE)
        record(name, if (by == "strata") "rho0_stratified" else "rho0", "", NA, "chi2", test$statistic)
    }
}

# Too tight an eps makes coxph halve its last step on rounding errors and stop beside the maximum (by 2e-6 on one
# figure). So: the first of several whose remaining step, in standard errors, is below 1e-10.
fitted <- function(formula, data, ties) {
    environment(formula) <- list2env(data, parent = globalenv())
    for (eps in 10^-(10:14)) {
        control <- coxph.control(eps = eps, iter.max = 100, toler.chol = eps / 10)
        fit <- coxph(formula, weights = w, ties = ties, robust = FALSE, control = control)
        there <- coxph(formula, weights = w, ties = ties, robust = FALSE, init = fit$coefficients,
                       control = coxph.control(iter.max = 0))
        if (sqrt(abs(there$score)) < 1e-10) return(fit)
    }
    stop("coxph does not reach the maximum")
}
record_fit <- function(name, analysis, fit, covariates) {
    V <- fit$var
    record(name, analysis, covariates, NA, "coef", fit$coefficients)
    record(name, analysis, covariates, NA, "std_err", sqrt(diag(V)))
    upper <- upper.tri(V)
    record(name, analysis, outer(covariates, covariates, paste, sep = "~")[upper], NA, "covariance", V[upper])
    record(name, analysis, "", NA, "loglik_null", fit$loglik[1])
    record(name, analysis, "", NA, "loglik", fit$loglik[2])
    record(name, analysis, "", NA, "score_chi2", fit$score)
    record(name, analysis, "", NA, "wald_chi2", fit$wald.test)
}
record_cox <- function(name, d) {
    d$whole <- rep(1, length(d$time))
    d$y <- response(d)
    d$w <- if (is.null(d$weights)) d$whole else d$weights
    for (ties in c("efron", "breslow")) for (by in c("whole", if (!is.null(d$strata)) "strata")) {
        d$by <- d[[by]]
        fit <- fitted(y ~ X + strata(by), d, ties)
        record_fit(name, paste0(ties, if (by == "strata") "_stratified"), fit, colnames(d$X))
    }
}

# An arm without events: no finite estimate, but the likelihood has a supremum and the score test a value.
record_monotone <- function(name, d, reference) {
    if (is.null(d$group) || !is.null(d$weights) || sum(d$event) == 0) return()
    arms <- setdiff(sort(unique(d$group)), reference)
    if (all(tapply(d$event, d$group, sum) > 0) || length(unique(d$time)) == 1) return()
    X <- sapply(arms, function(arm) as.numeric(d$group == arm))
    for (ties in c("efron", "breslow")) {
        control <- coxph.control(eps = 1e-12, iter.max = 60, toler.chol = 1e-13)
        fit <- suppressWarnings(coxph(response(d) ~ X, ties = ties, control = control))
        analysis <- paste0("monotone_", ties)
        record(name, analysis, "", NA, "loglik_null", fit$loglik[1])
        record(name, analysis, "", NA, "loglik", fit$loglik[2])
        record(name, analysis, "", NA, "score_chi2", fit$score)
        finite <- arms[abs(fit$coefficients) < 10]
        record(name, analysis, finite, NA, "coef", fit$coefficients[arms %in% finite])
        record(name, analysis, finite, NA, "std_err", sqrt(diag(fit$var))[arms %in% finite])
    }
}

# Restricted mean and Var = sum over event times t_i <= tau of (area from t_i to tau)^2 d_i / (n_i (n_i - d_i)).
restricted_mean <- function(fit, tau) {
    before <- fit$time <= tau & fit$n.event > 0
    t <- fit$time[before]
    area <- diff(c(0, t, tau)) * c(1, fit$surv[before])
    n <- fit$n.risk[before]
    e <- fit$n.event[before]
    left <- rev(cumsum(rev(area)))[-1]
    c(sum(area), sqrt(sum(ifelse(n == e, 0, left^2 * e / (n * (n - e))))))
}
record_rmst <- function(name, d, control, tau) {
    arms <- sort(unique(d$group))
    each <- sapply(arms, function(arm) {
        fit <- curve(d, d$group == arm)
        stopifnot(tau <= max(fit$time))
        ours <- restricted_mean(fit, tau)
        if (min(fit$time) < tau) {
            theirs <- summary(fit, rmean = tau)$table[c("rmean", "se(rmean)")]
            stopifnot(abs(ours - theirs) <= 1e-12 * tau)
        }
        ours
    })
    q <- qnorm(0.975)
    record(name, "arm", arms, tau, "rmst", each[1, ])
    record(name, "arm", arms, tau, "std_err", each[2, ])
    for (arm in setdiff(arms, control)) {
        m1 <- each[1, arm]; m0 <- each[1, control]; v1 <- each[2, arm]^2; v0 <- each[2, control]^2
        put <- function(quantity, value) record(name, "contrast", arm, tau, quantity, value)
        put("difference", m1 - m0)
        put("std_err", sqrt(v1 + v0))
        put("lower", m1 - m0 - q * sqrt(v1 + v0))
        put("upper", m1 - m0 + q * sqrt(v1 + v0))
        log_se <- sqrt(v1 / m1^2 + v0 / m0^2)
        put("ratio", m1 / m0)
        put("ratio_lower", m1 / m0 * exp(-q * log_se))
        put("ratio_upper", m1 / m0 * exp(q * log_se))
    }
}

record_follow_up <- function(name, d) {
    for (group in names(subsets(d))) for (type in c("log", "log-log")) {
        fit <- curve(d, subsets(d)[[group]], type, 1 - d$event)
        record_quantiles(name, paste0("quantile:", type), group, fit, c(0.25, 0.5, 0.75))
    }
}

record_aalen_johansen <- function(name, d, most) {
    states <- factor(d$cause, levels = 0:2, labels = c("censored", "1", "2"))
    for (group in names(subsets(d))) {
        rows <- subsets(d)[[group]]
        if (sum(d$cause[rows] > 0) < 2) next # survfit stops at a single transition
        status <- states[rows]
        y <- if (is.null(d$entry)) Surv(d$time[rows], status) else Surv(d$entry[rows], d$time[rows], status)
        fit <- survfit(y ~ 1, id = seq_len(sum(rows)), conf.type = "log-log")
        k <- some(length(fit$time), most)
        for (cause in setdiff(fit$states, "(s0)")) {
            j <- match(cause, fit$states)
            where <- paste0(group, ":", cause)
            record(name, "incidence", where, fit$time[k], "incidence", fit$pstate[k, j])
            record(name, "incidence", where, fit$time[k], "std_err", fit$std.err[k, j])
        }
    }
}

record_figures <- function() {
    results <- read_text(file.path(outside, "kmdata/results.csv"))
    for (i in seq_len(nrow(results))) {
        table <- read_text(file.path(outside, "kmdata", results$file[i]))
        d <- list(time = as.numeric(table$time), event = as.integer(table$event), group = table$arm)
        control <- results$ref_arm[i]
        arms <- c(control, setdiff(unique(d$group), control))
        stopifnot(length(arms) == 2, control %in% d$group)
        name <- results$name[i]
        x <- as.numeric(d$group == arms[2])
        for (rho in 0:1) {
            fit <- survdiff(Surv(d$time, d$event) ~ factor(d$group, arms), rho = rho)
            record(name, paste0("rho", rho), "", NA, "chi2", fit$chisq)
            record(name, paste0("rho", rho), "", NA, "z", (fit$exp[2] - fit$obs[2]) / sqrt(fit$var[2, 2]))
        }
        for (ties in c("efron", "breslow")) {
            fit <- fitted(Surv(time, event) ~ x, c(d, list(x = x, w = rep(1, length(x)))), ties)
            record(name, ties, "", NA, "coef", fit$coefficients)
            record(name, ties, "", NA, "std_err", sqrt(fit$var[1, 1]))
            record(name, ties, "", NA, "loglik_null", fit$loglik[1])
            record(name, ties, "", NA, "loglik", fit$loglik[2])
            for (transform in c("km", "log")) {
                record(name, paste0(ties, "_zph_", transform), "", NA, "chi2", cox.zph(fit, transform)$table[1, "chisq"])
            }
        }
        for (role in 1:2) {
            fit <- survfit(Surv(d$time, d$event) ~ 1, subset = d$group == arms[role], conf.type = "log-log")
            at <- quantile(d$time[d$event == 1], c(0.25, 0.75), type = 1)
            s <- summary(fit, times = at, extend = TRUE)
            record(name, "curve", c("control", "experimental")[role], at, "survival", s$surv)
            record(name, "curve", c("control", "experimental")[role], at, "greenwood", s$std.err)
            record(name, "curve", c("control", "experimental")[role], at, "lower", s$lower)
            record(name, "curve", c("control", "experimental")[role], at, "upper", s$upper)
        }
    }
}

each_case <- function(file, work) {
    begin()
    for (i in seq_len(nrow(cases))) {
        case <- cases[i, ]
        work(case, read_case(case))
    }
    finish(file)
}
most <- function(case, short, long) if (startsWith(case$file, "generated/")) short else long

each_case("kaplan_meier.csv", function(case, d) record_kaplan_meier(case$dataset, d, most(case, 10, 5)))
each_case("logrank.csv", function(case, d) {
    if (is.null(d$group) || !is.null(d$weights)) return()
    if (is.null(d$entry)) record_logrank(case$dataset, d, case$control) else record_truncated_logrank(case$dataset, d)
})
each_case("cox.csv", function(case, d) if (!is.null(d$X)) record_cox(case$dataset, d))
each_case("monotone.csv", function(case, d) record_monotone(case$dataset, d, case$control))
each_case("rmst.csv", function(case, d) {
    if (!is.na(case$tau)) record_rmst(case$dataset, d, case$control, as.numeric(case$tau))
})
each_case("follow_up.csv", function(case, d) {
    if (is.null(d$entry) && is.null(d$weights)) record_follow_up(case$dataset, d)
})
each_case("aalen_johansen.csv", function(case, d) {
    if (!is.null(d$cause)) record_aalen_johansen(case$dataset, d, most(case, 12, 6))
})
begin()
record_figures()
finish("figures.csv")
write_versions(c("survival", "jsonlite"))
