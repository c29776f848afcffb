# Reads the analyses' inputs as cases.csv describes them, all columns as text first, rows with a gap left out.
# Needs EQUIPOISE_TEST_DATA for the data that stand outside the repository.

here <- if (file.exists("cases.csv")) "." else "../survival"
outside <- Sys.getenv("EQUIPOISE_TEST_DATA", "../../../../shared/data")
if (!dir.exists(outside)) stop("EQUIPOISE_TEST_DATA must name the folder of outside data")
outside <- normalizePath(outside)

read_text <- function(path) {
    read.csv(path, colClasses = "character", na.strings = c("", "NA"), check.names = FALSE)
}

read_source <- function(file) {
    if (startsWith(file, "generated/")) return(read_text(file.path(here, paste0(file, ".csv"))))
    if (endsWith(file, ".json")) {
        parsed <- jsonlite::fromJSON(file.path(outside, file))
        table <- as.data.frame(parsed$rows, stringsAsFactors = FALSE)
        names(table) <- parsed$columns$name
        return(table)
    }
    if (endsWith(file, ".gz")) return(read_text(gzfile(file.path(outside, file))))
    read_text(file.path(outside, paste0(file, ".csv")))
}

# mgus2: a plasma-cell malignancy (cause 1) or death without it (cause 2), whichever came first.
first_of_two <- function(table) {
    malignancy <- table$pstat == "1"
    table[["@time"]] <- ifelse(malignancy, table$ptime, table$futime)
    table[["@cause"]] <- ifelse(malignancy, "1", ifelse(table$death == "1", "2", "0"))
    table[["@event"]] <- ifelse(table[["@cause"]] == "0", "0", "1")
    table
}

read_case <- function(case) {
    table <- read_source(case$file)
    if (case$time == "@time") table <- first_of_two(table)
    if (!is.na(case$keep)) {
        rule <- strsplit(case$keep, "=")[[1]]
        table <- table[table[[rule[1]]] == rule[2], ]
    }
    wanted <- if (is.na(case$covariates)) character() else strsplit(case$covariates, " ")[[1]]
    numeric <- setdiff(wanted, "@group")
    used <- na.omit(c(case$time, case$event, case$group, case$strata, case$entry, case$weights, case$cause, numeric))
    table <- table[complete.cases(table[, unique(used), drop = FALSE]), ]
    column <- function(name) if (is.na(name)) NULL else table[[name]]
    number <- function(name) if (is.na(name)) NULL else as.numeric(table[[name]])
    data <- list(
        time = number(case$time), event = as.integer(column(case$event) == case$observed),
        group = column(case$group), strata = column(case$strata), entry = number(case$entry),
        weights = number(case$weights), cause = number(case$cause)
    )
    arms <- setdiff(sort(unique(data$group)), case$control)
    X <- NULL
    for (name in wanted) {
        if (name == "@group") {
            dummies <- sapply(arms, function(arm) as.numeric(data$group == arm))
            X <- cbind(X, matrix(dummies, ncol = length(arms), dimnames = list(NULL, arms)))
        } else {
            X <- cbind(X, matrix(as.numeric(table[[name]]), ncol = 1, dimnames = list(NULL, name)))
        }
    }
    data$X <- X
    data
}

cases <- read.csv(file.path(here, "cases.csv"), na.strings = "", colClasses = "character")

# One long table per file, collected row by row and written with 17 digits.
ledger <- new.env()
begin <- function() ledger$rows <- list()
record <- function(dataset, analysis, group, time, quantity, value) {
    keep <- !is.na(value) | startsWith(analysis, "quantile")
    if (!any(keep)) return(invisible())
    rows <- data.frame(dataset, analysis, group, time, quantity, value)[keep, ]
    ledger$rows[[length(ledger$rows) + 1]] <- rows
}
digits <- function(x) ifelse(is.na(x), "", sub("^-0$", "0", sprintf("%.17g", x)))
finish <- function(file) {
    all <- do.call(rbind, ledger$rows)
    all$time <- digits(as.numeric(all$time))
    all$value <- digits(as.numeric(all$value))
    write.csv(all, file, row.names = FALSE, quote = FALSE, na = "")
}

write_versions <- function(packages) {
    lines <- c(R.version.string, sapply(packages, function(p) paste(p, packageVersion(p))))
    writeLines(lines, "versions.txt")
}
