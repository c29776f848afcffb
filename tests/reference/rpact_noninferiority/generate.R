# Records rpact's non-inferiority designs for hazard ratios: events, calendar, bounds on the scale of the hazard ratio.
# Run in this folder: Rscript generate.R. Hazards are per month; dropout is rpact's probability of dropout by month 12.
suppressMessages(library(rpact))
options(warn = -1)

listed <- function(x) paste(sprintf("%.17g", as.double(x)), collapse = ";")
hazards <- list(
  flat = list(from = 0, rate = 0.012),
  leukaemia = list(from = c(0, 12, 24, 36), rate = c(0.00225, 0.0035, 0.0056, 0.001))
)
plans <- list(1, c(0.5, 1), c(0.4, 0.7, 1))
rows <- list()
turn <- 0
for (hazard in names(hazards)) for (margin in c(0.9, 1.2, 1.3, 1.5, 2)) for (ratio in c(0.8, 0.9, 1, 1.1)) {
  if (ratio >= margin || log(margin / ratio) < 0.1) next
  turn <- turn + 1
  t <- plans[[turn %% 3 + 1]]
  allocation <- c(1, 2, 1, 0.5)[turn %% 4 + 1]
  beta <- c(0.1, 0.2)[turn %% 2 + 1]
  dropout <- c(0.03, 0.05)
  h <- hazards[[hazard]]
  common <- list(
    thetaH0 = margin, hazardRatio = ratio, allocationRatioPlanned = allocation,
    dropoutRate1 = dropout[1], dropoutRate2 = dropout[2], dropoutTime = 12,
    accrualTime = c(0, 6, 48), accrualIntensity = c(0.3, 1), accrualIntensityType = "relative",
    followUpTime = 24
  )
  if (length(h$from) == 1) {
    common$lambda2 <- h$rate
  } else {
    common$piecewiseSurvivalTime <- h$from
    common$lambda2 <- h$rate
  }
  if (length(t) == 1) {
    common <- c(common, list(alpha = 0.025, beta = beta, sided = 1))
  } else {
    common$design <- getDesignGroupSequential(
      informationRates = t, alpha = 0.025, beta = beta, sided = 1, typeOfDesign = "asOF", tolerance = 1e-10
    )
  }
  size <- do.call(getSampleSizeSurvival, common)
  single <- length(t) == 1
  subjects <- if (single) size$nFixed else size$maxNumberOfSubjects
  rows[[turn]] <- data.frame(
    id = turn, margin, hazard_ratio = ratio, allocation, beta, fractions = listed(t),
    hazard_from = listed(h$from), control_hazard = listed(h$rate),
    dropout_experimental = sprintf("%.17g", -log1p(-dropout[1]) / 12),
    dropout_control = sprintf("%.17g", -log1p(-dropout[2]) / 12),
    patients = sprintf("%.17g", subjects),
    events = sprintf("%.17g", if (single) size$eventsFixed else size$maxNumberOfEvents),
    look_times = listed(if (single) 72 else size$analysisTime),
    bound_z = listed(if (single) qnorm(0.975) else size$.design$criticalValues),
    bound_hazard_ratio = listed(size$criticalValuesEffectScale)
  )
}
write.csv(do.call(rbind, rows), "designs.csv", row.names = FALSE, quote = FALSE)
writeLines(c(R.version.string, paste("rpact", as.character(packageVersion("rpact")))), "versions.txt")
