# Classical designs: O'Brien-Fleming, Pocock, Wang-Tsiatis, Pampallona-Tsiatis, Haybittle-Peto.

classical <- list()
one_classical <- function(t, alpha, beta, sides, shape, efficacy, futility = NA, binding = FALSE, bounds = NULL) {
  arguments <- list(
    informationRates = t, alpha = alpha, beta = beta, sided = sides, tolerance = TOLERANCE, typeOfDesign = shape
  )
  if (shape == "WT") arguments$deltaWT <- efficacy
  if (shape == "HP") arguments$constantBoundsHP <- efficacy
  if (shape == "PT") arguments <- c(arguments, list(deltaPT1 = efficacy, deltaPT0 = futility, bindingFutility = binding))
  if (!is.null(bounds)) arguments <- c(arguments, list(futilityBounds = bounds, bindingFutility = binding))
  design <- do.call(getDesignGroupSequential, arguments)
  shift <- getDesignCharacteristics(if (sides == 2) do.call(getDesignGroupSequential, c(arguments, twoSidedPower = FALSE)) else design)$shift
  K <- length(t)
  fill <- function(x) { x <- as.double(x); c(x, rep(NA, K))[1:K] }
  id <- length(classical) + 1
  classical[[id]] <<- data.frame(
    id = id, shape = shape, alpha = alpha, beta = beta, sides = as.integer(sides), efficacy = as.double(efficacy),
    futility = as.double(futility), binding = as.integer(binding), given = as.integer(!is.null(bounds)), shift = shift,
    look = 1:K, information_fraction = t, critical_value = fill(design$criticalValues),
    futility_bound = fill(design$futilityBounds), alpha_spent = fill(design$alphaSpent)
  )
}
classical_schedules <- list(c(1, 2) / 2, c(0.5, 0.75, 1), c(0.3, 0.6, 1), (1:5) / 5, c(0.2, 0.3, 0.6, 0.9, 1), (1:10) / 10)
for (t in classical_schedules) for (sides in 1:2) {
  one_classical(t, 0.025 * sides, 0.1, sides, "OF", NA)
  one_classical(t, 0.025 * sides, 0.2, sides, "P", NA)
  for (delta in c(0.1, 0.25, 0.4)) one_classical(t, 0.025 * sides, 0.1, sides, "WT", delta)
  one_classical(t, 0.025 * sides, 0.1, sides, "HP", 3)
  one_classical(t, 0.05 * sides, 0.1, sides, "HP", 3.29)
}
for (t in classical_schedules) for (binding in c(TRUE, FALSE)) for (delta in list(c(0, 0), c(0.1, 0.3), c(0.4, 0.2)))
  one_classical(t, 0.025, 0.1, 1, "PT", delta[1], delta[2], binding)
for (t in classical_schedules[1:3]) one_classical(t, 0.05, 0.1, 2, "PT", 0.1, 0.3, TRUE)
for (binding in c(TRUE, FALSE)) for (shape in c("OF", "P")) one_classical(c(0.3, 0.6, 1), 0.025, 0.1, 1, shape, NA, NA, binding, c(0, 0.5))
record(classical, "classical_designs.csv")
