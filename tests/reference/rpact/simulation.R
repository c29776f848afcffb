# Simulated trials: unstratified log-rank at numbers of events, one-sided bounds by Lan-DeMets spending.

ITERATIONS <- 20000

control <- list(
  leukaemia = list(from = 0, rate = -log(0.88) / 36), early = list(from = c(0, 6, 12), rate = c(0.03, 0.05, 0.02)),
  flat = list(from = 0, rate = 0.04)
)
simulations <- list(
  list(hazards = "leukaemia", treated = 1, subjects = 1440, months = 60, events = c(30, 60, 90), ratio = c(1, 1), dropout = 0),
  list(hazards = "leukaemia", treated = 0.5, subjects = 1440, months = 60, events = c(30, 60, 90), ratio = c(1, 1), dropout = 0),
  list(hazards = "early", treated = 0.7, subjects = 420, months = 24, events = c(100, 150, 200), ratio = c(2, 1), dropout = 0.05),
  list(hazards = "early", treated = c(1, 0.6, 0.4), subjects = 400, months = 18, events = c(90, 180), ratio = c(1, 1), dropout = 0.08),
  list(hazards = "early", treated = c(0.4, 0.8, 1.4), subjects = 300, months = 12, events = c(60, 120, 160), ratio = c(1, 1), dropout = 0.03),
  list(hazards = "flat", treated = 0.75, subjects = 300, months = 20, events = c(50, 100, 150, 200), ratio = c(1, 1), dropout = 0.02, futility = TRUE),
  list(hazards = "flat", treated = 0.6, subjects = 240, months = 24, events = c(66, 132), ratio = c(1, 1), dropout = 0.04, futility = TRUE),
  list(hazards = "early", treated = 1, subjects = 500, months = 20, events = c(80, 160, 240), ratio = c(1, 1), dropout = 0.02, futility = TRUE),
  list(hazards = "flat", treated = 0.65, subjects = 360, months = 30, events = c(50, 100, 150, 200), ratio = c(2, 1), dropout = 0.03),
  list(hazards = "leukaemia", treated = 0.5, subjects = 1440, months = 60, events = c(45, 90), ratio = c(1, 1), dropout = 0.01)
)

simulated <- list()
for (case in seq_along(simulations)) {
  s <- simulations[[case]]
  K <- length(s$events)
  arguments <- list(informationRates = s$events / s$events[K], alpha = 0.025, beta = 0.2, sided = 1, typeOfDesign = "asOF",
                    tolerance = TOLERANCE)
  if (!is.null(s$futility)) arguments <- c(arguments, list(typeBetaSpending = "bsHSD", gammaB = -2, bindingFutility = FALSE))
  design <- do.call(getDesignGroupSequential, arguments)
  hazards <- control[[s$hazards]]
  common <- list(
    design = design, directionUpper = FALSE, lambda2 = hazards$rate, lambda1 = hazards$rate * s$treated,
    accrualTime = c(0, s$months), accrualIntensity = s$subjects / s$months, plannedEvents = s$events,
    allocation1 = s$ratio[1], allocation2 = s$ratio[2], dropoutRate1 = s$dropout, dropoutRate2 = s$dropout,
    dropoutTime = 12, maxNumberOfIterations = ITERATIONS, longTimeSimulationAllowed = TRUE, seed = 20240 + case
  )
  if (length(hazards$from) > 1) common$piecewiseSurvivalTime <- hazards$from
  result <- do.call(getSimulationSurvival, common)
  simulated[[case]] <- data.frame(
    case = case, look = 1:K, iterations = ITERATIONS, events = as.integer(s$events), subjects = as.integer(s$subjects),
    accrual_months = as.integer(s$months), experimental_per_control = s$ratio[1] / s$ratio[2],
    hazard_from = listed(hazards$from), control_hazard = listed(hazards$rate),
    hazard_ratio = listed(rep(s$treated, length.out = length(hazards$rate))), dropout = -log1p(-s$dropout) / 12,
    efficacy_z = design$criticalValues,
    futility_z = if (is.null(s$futility)) NA_real_ else c(as.double(design$futilityBounds), NA),
    rejected = as.double(result$rejectPerStage),
    futile = if (is.null(s$futility)) 0 else c(as.double(result$futilityPerStage), 0),
    expected_events = as.double(result$expectedNumberOfEvents), analysis_time = as.double(result$analysisTime), enrolled = as.double(result$numberOfSubjects)
  )
}
record(simulated, "simulated_trials.csv")
