# Events of a fixed design by each named formula.

by_convention <- list()
for (ratio in c(1, 2, 0.5)) for (hazard_ratio in c(0.5, 0.7, 0.9, 1.4)) for (convention in c("Schoenfeld", "Freedman", "HsiehFreedman")) {
  plan <- getSampleSizeSurvival(
    alpha = 0.025, beta = 0.1, sided = 1, hazardRatio = hazard_ratio, lambda2 = 0.02, allocationRatioPlanned = ratio,
    typeOfComputation = convention, accrualTime = c(0, 12), followUpTime = 12
  )
  by_convention[[length(by_convention) + 1]] <- data.frame(
    convention = convention, ratio = ratio, hazard_ratio = hazard_ratio, events = as.double(plan$eventsFixed),
    subjects = as.double(plan$nFixed)
  )
}
record(by_convention, "events_by_convention.csv")
