# Records what rpact answers, for the tests beside this file. Run in this folder: Rscript generate.R
# rpact 3.3 allows no tolerance below 1e-10; its quadrature grid is fixed and not set by the tolerance.
suppressMessages(library(rpact))
options(warn = -1)
TOLERANCE <- 1e-10

`%||%` <- function(a, b) if (is.null(a)) b else a
number <- function(x) ifelse(is.na(x), "", sprintf("%.17g", x))
listed <- function(x) paste(sprintf("%.17g", x), collapse = ";")
record <- function(rows, file) {
  table <- do.call(rbind, rows)
  for (name in names(table)) if (is.double(table[[name]])) table[[name]] <- number(table[[name]])
  write.csv(table, file, row.names = FALSE, quote = FALSE, na = "")
}

source("group_sequential.R")
source("survival.R")
source("simulation.R")
source("analysis.R")
source("classical.R")
source("conventions.R")

writeLines(c(
  R.version.string,
  paste("rpact", as.character(packageVersion("rpact"))),
  paste("tolerance", TOLERANCE)
), "versions.txt")
