# Score intervals of one proportion by prop.test of R's stats package, without continuity correction.
# Run from this folder: Rscript generate.R
cases <- expand.grid(x = c(0, 1, 2, 5, 8, 16, 52, 65, 351), n = c(1, 5, 20, 84, 86, 351, 376), level = c(0.8, 0.95, 0.99))
cases <- cases[cases$x <= cases$n, ]
limits <- t(mapply(function(x, n, level) {
  suppressWarnings(prop.test(x, n, conf.level = level, correct = FALSE)$conf.int)
}, cases$x, cases$n, cases$level))
out <- data.frame(events = cases$x, n = cases$n, level = cases$level,
                  lower = sprintf("%.15g", limits[, 1]), upper = sprintf("%.15g", limits[, 2]))
write.csv(out, "wilson.csv", row.names = FALSE, quote = FALSE)
writeLines(R.version.string, "versions.txt")
