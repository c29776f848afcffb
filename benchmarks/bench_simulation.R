# Trials per second of rpact's getSimulationSurvival, a batch for each line of standard input that holds a number.
# 1440 subjects, 1:1, uniform accrual over 5 years, 3-year survival 0.88, hazard ratio 0.5, looks at 30, 60, 90
# events. rpact's log-rank test is not stratified.
suppressMessages(library(rpact))
design <- getDesignGroupSequential(
    kMax = 3, alpha = 0.025, sided = 1, informationRates = c(1 / 3, 2 / 3, 1), typeOfDesign = "asOF"
)
simulate <- function(trials, seed) {
    getSimulationSurvival(
        design,
        lambda2 = -log(0.88) / 3, hazardRatio = 0.5, accrualTime = c(0, 5), maxNumberOfSubjects = 1440,
        plannedEvents = c(30, 60, 90), directionUpper = FALSE, maxNumberOfIterations = trials, seed = seed,
        longTimeSimulationAllowed = TRUE
    )
}
invisible(simulate(10, 1))
cat("rpact", as.character(packageVersion("rpact")), "\n")
input <- file("stdin", "r")
while (length(line <- readLines(input, n = 1)) == 1) {
    before <- proc.time()
    found <- simulate(as.integer(line), 1)
    spent <- proc.time() - before
    cat(spent[["elapsed"]], spent[["user.self"]] + spent[["sys.self"]], found$overallReject, "\n")
}
