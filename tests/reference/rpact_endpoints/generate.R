# Sample size and power for proportions and means, one and two arms, fixed and group-sequential.
suppressPackageStartupMessages(library(rpact))
setLogLevel("DISABLED")
out <- list()
add <- function(...) out[[length(out) + 1]] <<- data.frame(..., stringsAsFactors = FALSE)
design_of <- function(name, alpha, sided, beta) {
  if (name == "fixed") {
    return(getDesignGroupSequential(kMax = 1, alpha = alpha, sided = sided, beta = beta, tolerance = 1e-10))
  }
  getDesignGroupSequential(
    informationRates = c(0.4, 0.7, 1), alpha = alpha, sided = sided, beta = beta,
    typeOfDesign = "asOF", tolerance = 1e-10
  )
}
for (name in c("fixed", "three")) for (sided in 1:2) {
  alpha <- if (sided == 1) 0.025 else 0.05
  d <- design_of(name, alpha, sided, 0.1)
  inflation <- if (name == "fixed") 1 else getDesignCharacteristics(d)$inflationFactor
  for (pair in list(c(0.15, 0.10), c(0.30, 0.45), c(0.6, 0.5), c(0.05, 0.02))) for (r in c(1, 2)) {
    for (rr in FALSE) {
      s <- getSampleSizeRates(d,
        groups = 2, thetaH0 = if (rr) 1 else 0, normalApproximation = TRUE, riskRatio = rr,
        pi2 = pair[1], pi1 = pair[2], allocationRatioPlanned = r
      )
      add(
        endpoint = if (rr) "ratio" else "difference", design = name, sided = sided, alpha = alpha,
        control = pair[1], experimental = pair[2], sd = NA, ratio = r, inflation = inflation,
        n_fixed = s$nFixed, n_max = if (name == "fixed") s$nFixed else s$maxNumberOfSubjects
      )
    }
  }
  for (pair in list(c(0.3, 0.45), c(0.6, 0.5))) {
    s <- getSampleSizeRates(d, groups = 1, thetaH0 = pair[1], normalApproximation = TRUE, pi1 = pair[2])
    add(
      endpoint = "one proportion", design = name, sided = sided, alpha = alpha, control = pair[1],
      experimental = pair[2], sd = NA, ratio = NA, inflation = inflation,
      n_fixed = s$nFixed, n_max = if (name == "fixed") s$nFixed else s$maxNumberOfSubjects
    )
  }
  for (delta in c(0.3, 0.5)) for (r in c(1, 2)) {
    s <- getSampleSizeMeans(d,
      groups = 2, normalApproximation = TRUE, alternative = delta, stDev = 1.2, allocationRatioPlanned = r
    )
    add(
      endpoint = "means", design = name, sided = sided, alpha = alpha, control = 0, experimental = delta,
      sd = 1.2, ratio = r, inflation = inflation,
      n_fixed = s$nFixed, n_max = if (name == "fixed") s$nFixed else s$maxNumberOfSubjects
    )
  }
}
all <- do.call(rbind, out)
for (col in c("inflation", "n_fixed", "n_max")) all[[col]] <- formatC(all[[col]], digits = 15, format = "g")
write.csv(all, "sample_sizes.csv", row.names = FALSE, quote = FALSE)

powers <- list()
for (n in c(600, 900)) for (pair in list(c(0.15, 0.10), c(0.30, 0.45))) for (name in c("fixed", "three")) {
  d <- design_of(name, 0.025, 1, 0.1)
  p <- getPowerRates(d,
    groups = 2, thetaH0 = 0, pi2 = pair[1], pi1 = pair[2], maxNumberOfSubjects = n,
    directionUpper = pair[2] > pair[1]
  )
  powers[[length(powers) + 1]] <- data.frame(
    endpoint = "difference", design = name, control = pair[1], experimental = pair[2], n = n,
    power = formatC(p$overallReject, digits = 15, format = "g")
  )
}
for (n in c(200, 300)) for (delta in c(0.3, 0.5)) for (name in c("fixed", "three")) {
  d <- design_of(name, 0.025, 1, 0.1)
  p <- getPowerMeans(d,
    groups = 2, normalApproximation = TRUE, alternative = delta, stDev = 1.2, maxNumberOfSubjects = n
  )
  powers[[length(powers) + 1]] <- data.frame(
    endpoint = "means", design = name, control = 0, experimental = delta, n = n,
    power = formatC(p$overallReject, digits = 15, format = "g")
  )
}
write.csv(do.call(rbind, powers), "powers.csv", row.names = FALSE, quote = FALSE)
writeLines(c(R.version.string, paste("rpact", packageVersion("rpact"))), "versions.txt")
