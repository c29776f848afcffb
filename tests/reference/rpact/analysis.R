# Analyses of group-sequential trials: repeated intervals and p, conditional power, and inference after stopping.

analyses <- list()

cumulative <- function(events, z, ratio) getDataset(
  cumEvents = events, cumLogRanks = z, cumAllocationRatios = rep(ratio, length(events))
)

one_analysis <- function(kind, design, events, stop, z, ratio, hazard_ratio, traits) {
  K <- length(events)
  arguments <- list(design, cumulative(events[1:stop], z[1:stop], ratio), directionUpper = TRUE, stage = stop,
                    normalApproximation = TRUE)
  if (stop < K) {
    arguments$nPlanned <- diff(events)[stop:(K - 1)]
    arguments$thetaH1 <- hazard_ratio
    arguments$allocationRatioPlanned <- ratio
  }
  a <- do.call(getAnalysisResults, arguments)
  held <- 1:stop
  at_stop <- function(x) if (isTRUE(a$finalStage == stop)) x[stop] else NA
  id <- length(analyses) + 1
  fill <- function(x) { x <- as.double(x); c(x, rep(NA, K))[1:K] }
  analyses[[id]] <<- data.frame(
    id = id, kind = kind, traits, look = 1:K, stop = as.integer(stop), ratio = ratio,
    hazard_ratio = hazard_ratio, events = as.double(events), z = z,
    critical_value = fill(design$criticalValues), futility_bound = fill(design$futilityBounds),
    repeated_lower = fill(a$repeatedConfidenceIntervalLowerBounds),
    repeated_upper = fill(a$repeatedConfidenceIntervalUpperBounds),
    repeated_p = fill(a$repeatedPValues), conditional_power = fill(a$conditionalPower),
    final_p = at_stop(a$finalPValues), final_lower = at_stop(a$finalConfidenceIntervalLowerBounds),
    final_upper = at_stop(a$finalConfidenceIntervalUpperBounds),
    median_unbiased = at_stop(a$medianUnbiasedEstimates)
  )
}

statistics <- function(critical, futility, stop, turn) {
  K <- length(critical)
  z <- c(0.6, 0.75, 0.5, 0.7)[(seq_len(K) + turn) %% 4 + 1] * pmin(critical, 3)
  if (length(futility) > 0) z[seq_len(K - 1)] <- pmax(z[seq_len(K - 1)], futility[seq_len(K - 1)] + 0.1)
  z[stop] <- if (stop == K) c(0.1, critical[K] - 0.4, critical[K] + 0.5)[turn %% 3 + 1] else critical[stop] + c(0.2, 0.8)[turn %% 2 + 1]
  round(z, 4)
}

analysis_schedules <- list(c(0.5, 1), c(0.3, 1), c(0.5, 0.75, 1), (1:3) / 3, c(0.25, 0.4, 0.85, 1), (1:5) / 5)
analysis_spendings <- list(list("OF", NA), list("P", NA), list("HSD", -4), list("KD", 2), list("HSD", 1))
turn <- 0
planned_case <- function(t, stop, sides, futility, binding) {
  turn <<- turn + 1
  spending <- analysis_spendings[[turn %% 5 + 1]]
  alpha <- c(0.025, 0.05)[(turn %/% 2) %% 2 + 1]
  arguments <- list(
    informationRates = t, alpha = alpha, beta = 0.1, sided = sides, tolerance = TOLERANCE,
    typeOfDesign = paste0("as", spending[[1]])
  )
  if (!is.na(spending[[2]])) arguments$gammaA <- spending[[2]]
  if (futility) arguments <- c(arguments, list(typeBetaSpending = "bsHSD", gammaB = -2, bindingFutility = binding))
  design <- do.call(getDesignGroupSequential, arguments)
  z <- statistics(design$criticalValues, if (futility) design$futilityBounds else c(), stop, turn)
  one_analysis(
    "planned", design, 240 * t, stop, z, c(1, 2, 0.5)[turn %% 3 + 1], c(1.25, 1.6)[turn %% 2 + 1],
    data.frame(
      planned = 240, alpha = alpha, sides = as.integer(sides), efficacy = spending[[1]],
      efficacy_parameter = as.double(spending[[2]]), futility = as.integer(futility), binding = as.integer(binding)
    )
  )
}
for (sides in 1:2) for (t in analysis_schedules) for (stop in seq_along(t)) planned_case(t, stop, sides, FALSE, FALSE)
for (t in analysis_schedules[c(1, 3, 4, 5)]) for (stop in seq_along(t)) planned_case(t, stop, 1, TRUE, FALSE)
for (t in analysis_schedules[c(1, 3)]) for (stop in seq_along(t)) planned_case(t, stop, 1, TRUE, TRUE)

analysed <- c(observed, list(
  list(planned = 248, events = c(61, 118, 177, 252)), list(planned = 90, events = c(33, 74)),
  list(planned = 330, events = c(80, 190, 248, 301)) # the last is short of the plan
))
for (case in seq_along(analysed)) for (spending in analysis_spendings[c(1, 3, 4)]) for (sides in 1:2) {
  turn <- turn + 1
  planned <- analysed[[case]]$planned
  events <- analysed[[case]]$events
  K <- length(events)
  t <- pmin(events / planned, 1)
  t[K] <- 1
  spent <- switch(spending[[1]],
    OF = 2 * pnorm(qnorm(0.025 / 2) / sqrt(t)),
    HSD = 0.025 * (1 - exp(-spending[[2]] * t)) / (1 - exp(-spending[[2]])),
    KD = 0.025 * t^spending[[2]]
  )
  design <- getDesignGroupSequential(
    informationRates = events / events[K], alpha = 0.025 * sides, sided = sides, typeOfDesign = "asUser",
    userAlphaSpending = sides * pmin(spent, 0.025), tolerance = TOLERANCE
  )
  stop <- turn %/% 2 %% K + 1
  one_analysis(
    "observed", design, events, stop, statistics(design$criticalValues, c(), stop, turn), c(1, 2)[turn %% 2 + 1], 1.4,
    data.frame(
      planned = planned, alpha = 0.025 * sides, sides = as.integer(sides), efficacy = spending[[1]],
      efficacy_parameter = as.double(spending[[2]]), futility = 0L, binding = 0L
    )
  )
}
record(analyses, "analyses.csv")
