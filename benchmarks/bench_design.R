# Answers bench_design.py: for each line "looks" it times one design by rpact and prints the seconds.
suppressMessages(library(rpact))
options(warn = -1)
one <- function(K) {
  design <- getDesignGroupSequential(
    informationRates = seq_len(K) / K, alpha = 0.025, beta = 0.1, sided = 1, typeOfDesign = "asOF",
    typeBetaSpending = "bsHSD", gammaB = -4, bindingFutility = FALSE
  )
  getDesignCharacteristics(design)$shift
}
input <- file("stdin", "r")
cat(as.character(packageVersion("rpact")), "\n", sep = "")
flush(stdout())
while (length(line <- readLines(input, n = 1)) > 0) {
  K <- as.integer(line)
  began <- Sys.time()
  shift <- one(K)
  cat(sprintf("%.9f %.12f\n", as.numeric(difftime(Sys.time(), began, units = "secs")), shift))
  flush(stdout())
}
