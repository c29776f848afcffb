# Writes german_breast_cancer.csv: 686 women of the German Breast Cancer Study Group's trial (Schumacher et al. 1994,
# J Clin Oncol 12:2086-2093) with recurrence-free days, event, and the thirds of a prognostic index with the terms of
# Sauerbrei and Royston (1999, JRSS A 162:71-94), fitted anew, which are the groups of flexsurv's data set bc.

suppressPackageStartupMessages(library(survival))
d <- gbsg
X <- with(d, cbind((age / 50)^-2, (age / 50)^-0.5, grade >= 2, exp(-0.12 * nodes), (pgr + 1)^0.5, hormon))
place <- rank(drop(X %*% coef(coxph(Surv(rfstime, status) ~ X, d))), ties.method = "first")
group <- c("Good", "Medium", "Poor")[1 + (place > 229) + (place > 458)]
write.csv(data.frame(time = d$rfstime, event = d$status, group), "german_breast_cancer.csv", row.names = FALSE, quote = FALSE)
