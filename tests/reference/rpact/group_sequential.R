# Group-sequential designs: spending functions, both sides, beta spending, observed information.

schedules <- list(
  k1 = c(1),
  k2 = c(1, 2) / 2, k2early = c(0.3, 1), k2late = c(0.8, 1),
  k3 = (1:3) / 3, k3interim = c(0.5, 0.75, 1), k3uneven = c(0.2, 0.65, 1),
  k4 = (1:4) / 4, k4uneven = c(0.15, 0.4, 0.85, 1),
  k5 = (1:5) / 5, k5uneven = c(0.25, 0.4, 0.6, 0.75, 1),
  k6 = (1:6) / 6, k7uneven = c(0.2, 0.3, 0.45, 0.6, 0.7, 0.9, 1),
  k8 = (1:8) / 8, k9uneven = c(0.15, 0.25, 0.35, 0.5, 0.6, 0.7, 0.8, 0.9, 1),
  k10 = (1:10) / 10, k10late = c(0.4, 0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.95, 1)
)
close_looks <- list(
  close2 = c(0.97, 1), close3 = c(0.5, 0.52, 1), close4 = c(0.3, 0.33, 0.35, 1), close3late = c(0.9, 0.95, 1),
  close5 = c(0.7, 0.72, 0.75, 0.77, 1)
)
spendings <- list(
  list("OF", NA), list("P", NA),
  list("HSD", -8), list("HSD", -4), list("HSD", -2), list("HSD", -1), list("HSD", 0.5), list("HSD", 1),
  list("KD", 1), list("KD", 2), list("KD", 3)
)
beta_spendings <- list(
  list("OF", NA), list("P", NA), list("HSD", -4), list("HSD", -2), list("HSD", 1), list("KD", 1), list("KD", 2.5)
)
alphas <- c(0.025, 0.05, 0.005, 0.1, 0.01)
betas <- c(0.1, 0.2, 0.05)

designs <- list()
looks <- list()

one_design <- function(schedule, t, efficacy, alpha, beta, sides, futility = list("none", NA), binding = FALSE) {
  arguments <- list(
    informationRates = t, alpha = alpha, beta = beta, sided = sides, tolerance = TOLERANCE,
    typeOfDesign = paste0("as", efficacy[[1]])
  )
  if (!is.na(efficacy[[2]])) arguments$gammaA <- efficacy[[2]]
  if (futility[[1]] != "none") {
    arguments$typeBetaSpending <- paste0("bs", futility[[1]])
    arguments$bindingFutility <- binding
    if (!is.na(futility[[2]])) arguments$gammaB <- futility[[2]]
  }
  design <- tryCatch(do.call(getDesignGroupSequential, arguments), error = function(e) NULL)
  if (is.null(design)) return(invisible())
  traits <- tryCatch(getDesignCharacteristics(design), error = function(e) NULL)
  if (is.null(traits)) return(invisible())
  both <- traits
  if (sides == 2) both <- getDesignCharacteristics(do.call(getDesignGroupSequential, c(arguments, twoSidedPower = TRUE)))
  only <- function(x) if (length(x) == 1) as.double(x) else NA
  id <- length(designs) + 1
  K <- length(t)
  designs[[id]] <<- data.frame(
    id = id, schedule = schedule, looks = K, alpha = alpha, beta = beta, sides = as.integer(sides),
    efficacy = efficacy[[1]], efficacy_parameter = as.double(efficacy[[2]]),
    futility = futility[[1]], futility_parameter = as.double(futility[[2]]), binding = as.integer(binding),
    n_fixed = traits$nFixed, shift = traits$shift, inflation = traits$inflationFactor,
    asn_null = only(traits$averageSampleNumber0), asn_half = only(traits$averageSampleNumber01),
    asn_alternative = only(traits$averageSampleNumber1),
    shift_both_tails = both$shift, inflation_both_tails = both$inflationFactor
  )
  fill <- function(x) { x <- as.double(x); c(x, rep(NA, K))[1:K] }
  looks[[id]] <<- data.frame(
    id = id, look = 1:K, information_fraction = t,
    critical_value = fill(design$criticalValues), alpha_spent = fill(design$alphaSpent),
    nominal_p = fill(design$stageLevels), futility_bound = fill(design$futilityBounds),
    beta_spent = fill(if (futility[[1]] == "none") NA else design$betaSpent),
    rejected = fill(traits$rejectionProbabilities),
    futile = fill(if (futility[[1]] == "none") NA else traits$futilityProbabilities)
  )
}

turn <- 0
for (name in names(schedules)) for (spending in spendings) {
  turn <- turn + 1
  one_design(name, schedules[[name]], spending, alphas[turn %% 5 + 1], betas[turn %% 3 + 1], turn %% 2 + 1)
}
for (name in names(close_looks)) for (spending in spendings[c(1, 2, 4, 9)]) {
  turn <- turn + 1
  one_design(name, close_looks[[name]], spending, alphas[turn %% 5 + 1], betas[turn %% 3 + 1], turn %% 2 + 1)
}
for (name in c("k2", "k2early", "k3", "k3interim", "k3uneven", "k4uneven", "k5", "k7uneven", "k10", "close3"))
  for (futility in beta_spendings) for (binding in c(FALSE, TRUE)) {
    turn <- turn + 1
    one_design(name, schedules[[name]] %||% close_looks[[name]], spendings[[turn %% 11 + 1]], alphas[turn %% 3 + 1],
               betas[turn %% 3 + 1], 1, futility, binding)
  }
for (name in c("k2", "k3interim", "k4", "k5uneven")) for (futility in beta_spendings[c(1, 2, 4)]) for (binding in c(FALSE, TRUE)) {
  turn <- turn + 1
  one_design(name, schedules[[name]], spendings[[turn %% 3 + 1]], 0.05, betas[turn %% 2 + 1], 2, futility, binding)
}
record(designs, "group_sequential_designs.csv")
record(looks, "group_sequential_looks.csv")

# Interim analyses at other information than planned: spending at the planned scale, covariance by what was observed.
observed <- list(
  list(planned = 90, events = c(28, 66, 90)), list(planned = 90, events = c(35, 58, 97)),
  list(planned = 90, events = c(30, 60, 84)), list(planned = 330, events = c(160, 248, 335)),
  list(planned = 205, events = c(41, 99, 154, 211)), list(planned = 120, events = c(44, 61, 92, 118)),
  list(planned = 240, events = c(61, 118, 185, 240)), list(planned = 500, events = c(90, 210, 303, 405, 512))
)
interims <- list()
for (case in seq_along(observed)) for (spending in spendings[c(1, 2, 4, 8, 10)]) for (sides in 1:2) {
  planned <- observed[[case]]$planned
  events <- observed[[case]]$events
  K <- length(events)
  alpha <- 0.025 * sides
  t <- pmin(events / planned, 1)
  t[K] <- 1
  curve <- function(t) switch(spending[[1]],
    OF = 2 * pnorm(qnorm(0.025 / 2) / sqrt(t)),
    P = 0.025 * log(1 + (exp(1) - 1) * t),
    HSD = 0.025 * (1 - exp(-spending[[2]] * t)) / (1 - exp(-spending[[2]])),
    KD = 0.025 * t^spending[[2]]
  )
  spent <- pmin(curve(t), 0.025)
  design <- getDesignGroupSequential(
    informationRates = events / events[K], alpha = alpha, sided = sides, typeOfDesign = "asUser",
    userAlphaSpending = sides * spent, tolerance = TOLERANCE
  )
  interims[[length(interims) + 1]] <- data.frame(
    case = length(interims) + 1, planned = as.double(planned), sides = as.integer(sides), alpha = alpha,
    efficacy = spending[[1]], efficacy_parameter = as.double(spending[[2]]),
    look = 1:K, events = as.double(events), spending_time = t, alpha_spent = sides * spent,
    critical_value = design$criticalValues
  )
}
record(interims, "interim_bounds.csv")
