# Time-to-event designs: events by Schoenfeld's formula, patients, calendar times, expected events.
# Hazards are per month; dropout is a hazard, made from rpact's probability of dropout by month 12.

hazard_sets <- list(
  flat = list(from = 0, rate = 0.03), low = list(from = 0, rate = 0.006),
  early = list(from = c(0, 6, 12), rate = c(0.03, 0.05, 0.02)),
  leukaemia = list(from = c(0, 12, 24, 36), rate = c(0.00225, 0.0035, 0.0056, 0.001)),
  falling = list(from = c(0, 3, 9, 18, 30), rate = c(0.09, 0.06, 0.035, 0.02, 0.01))
)
accrual_sets <- list(
  uniform = list(end = 24, relative = 1), slow_first = list(end = c(6, 12, 36), relative = c(0.2, 0.5, 1)),
  hold = list(end = c(18, 24, 48), relative = c(1, 0.1, 0.8)),
  ramp = list(end = c(2, 4, 6, 8, 30), relative = c(0.1, 0.25, 0.5, 0.75, 1))
)
dropouts <- list(c(0, 0), c(0.05, 0.05), c(0.04, 0.1))
ratios <- c(0.5, 0.65, 0.8, 0.33)
plans <- list(
  list(t = 1, spending = "OF", parameter = NA, alpha = 0.025, beta = 0.1, sides = 1),
  list(t = c(0.5, 1), spending = "OF", parameter = NA, alpha = 0.05, beta = 0.2, sides = 2),
  list(t = (1:3) / 3, spending = "OF", parameter = NA, alpha = 0.025, beta = 0.1, sides = 1),
  list(t = c(0.5, 0.75, 1), spending = "HSD", parameter = -4, alpha = 0.025, beta = 0.2, sides = 1),
  list(t = c(0.2, 0.4, 0.6, 0.8, 1), spending = "P", parameter = NA, alpha = 0.05, beta = 0.1, sides = 1)
)

settings <- list()
events_by_time <- list()

one_setting <- function(plan, hazards, accrual, allocation, dropout, ratio, given, margin = 1) {
  arguments <- list(informationRates = plan$t, alpha = plan$alpha, beta = plan$beta, sided = plan$sides,
                    typeOfDesign = paste0("as", plan$spending), tolerance = TOLERANCE)
  if (!is.na(plan$parameter)) arguments$gammaA <- plan$parameter
  design <- do.call(getDesignGroupSequential, arguments)
  common <- list(
    design = design, thetaH0 = margin, lambda2 = hazards$rate, hazardRatio = ratio,
    allocationRatioPlanned = allocation, dropoutRate1 = dropout[1], dropoutRate2 = dropout[2], dropoutTime = 12
  )
  if (length(hazards$from) > 1) common$piecewiseSurvivalTime <- hazards$from
  starts <- c(0, accrual$end[-length(accrual$end)])
  share <- accrual$relative / sum(accrual$relative * (accrual$end - starts))
  if (given$what == "follow_up") {
    common <- c(common, list(accrualTime = c(0, accrual$end), accrualIntensity = accrual$relative,
                             accrualIntensityType = "relative", followUpTime = given$value))
  } else {
    common <- c(common, list(accrualTime = c(0, accrual$end), accrualIntensity = given$value * share,
                             accrualIntensityType = "absolute"))
  }
  size <- tryCatch(do.call(getSampleSizeSurvival, common), error = function(e) NULL)
  if (is.null(size)) return(invisible())
  follow_up <- if (given$what == "follow_up") given$value else size$followUpTime
  if (is.na(follow_up) || follow_up <= 0) return(invisible())
  K <- length(plan$t)
  end <- accrual$end[length(accrual$end)] + follow_up
  subjects <- if (K == 1) size$nFixed else size$maxNumberOfSubjects
  id <- length(settings) + 1
  settings[[id]] <<- data.frame(
    id = id, alpha = plan$alpha, beta = plan$beta, sides = as.integer(plan$sides), efficacy = plan$spending,
    efficacy_parameter = as.double(plan$parameter), information_fraction = listed(plan$t),
    hazard_from = listed(hazards$from), control_hazard = listed(hazards$rate), hazard_ratio = ratio,
    hazard_ratio_null = margin, allocation = allocation, accrual_end = listed(accrual$end),
    accrual_rate = listed(subjects * share), dropout_experimental = -log1p(-dropout[1]) / 12,
    dropout_control = -log1p(-dropout[2]) / 12, given = given$what,
    events = if (K == 1) size$eventsFixed else size$maxNumberOfEvents, events_fixed = size$eventsFixed,
    subjects = subjects, follow_up = follow_up, study_duration = end,
    look_times = listed(if (K == 1) end else as.double(size$analysisTime)),
    look_events = listed(if (K == 1) size$eventsFixed else as.double(size$eventsPerStage)),
    look_subjects = listed(if (K == 1) subjects else as.double(size$numberOfSubjects)),
    expected_events = if (K == 1) NA else size$expectedEventsH1,
    expected_events_null = if (K == 1) NA else size$expectedEventsH0,
    expected_duration = if (K == 1) NA else size$studyDuration,
    expected_subjects = if (K == 1) NA else size$expectedNumberOfSubjectsH1
  )
  times <- sort(unique(c(1, 7.5, 13, 25, 40, end)))
  asked <- common[setdiff(names(common), c("design", "thetaH0", "followUpTime"))]
  asked$accrualIntensity <- subjects * share
  asked$accrualIntensityType <- "absolute"
  asked$time <- times
  asked$maxNumberOfSubjects <- subjects
  probability <- do.call(getEventProbabilities, asked)
  events_by_time[[id]] <<- data.frame(
    id = id, time = times, overall = as.double(probability$overallEventProbabilities),
    experimental = as.double(probability$eventProbabilities1), control = as.double(probability$eventProbabilities2)
  )
}

turn <- 0
for (hazards in hazard_sets) for (accrual in accrual_sets) for (allocation in c(1, 2, 0.5)) {
  turn <- turn + 1
  one_setting(plans[[turn %% 5 + 1]], hazards, accrual, allocation, dropouts[[turn %% 3 + 1]], ratios[turn %% 4 + 1],
              list(what = "follow_up", value = c(6, 12, 18, 30)[(turn %/% 2) %% 4 + 1]))
}
for (hazards in hazard_sets) for (accrual in accrual_sets) for (subjects in c(400, 1440)) {
  turn <- turn + 1
  one_setting(plans[[turn %% 5 + 1]], hazards, accrual, c(1, 2, 0.5)[turn %% 3 + 1], dropouts[[turn %% 3 + 1]],
              ratios[turn %% 4 + 1], list(what = "accrual_rate", value = subjects))
}
for (accrual in accrual_sets) for (margin in c(1.25, 1.5)) {
  turn <- turn + 1
  one_setting(plans[[turn %% 5 + 1]], hazard_sets$flat, accrual, 1, dropouts[[2]], c(1, 0.9)[turn %% 2 + 1],
              list(what = "follow_up", value = 12), margin)
}
record(settings, "survival_designs.csv")
record(events_by_time, "survival_event_probabilities.csv")
