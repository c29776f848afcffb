"""Every tolerance that a test uses, each with its reason. None is loosened to pass."""

# Two double-precision computations of one closed formula: some hundreds of rounding errors.
ROUNDING = 1e-12
# Equal formulas summed in another order over a thousand or more terms.
SUMMATION = 1e-10
# R records 15 significant digits; an iteration stopped at a relative change of 1e-12 agrees to this.
ITERATION = 1e-8
# Gauss-Legendre quadrature of the group-sequential recursion: promised to 1e-10 up to 100 looks, met with room.
QUADRATURE = 1e-11
# rpact's critical values, drift and inflation: its fixed quadrature grid is right to this in usual designs.
RPACT_Z = 1e-6
# rpact's crossing probabilities on the same grid.
RPACT_POWER = 1e-7
# rpact takes 1e-8 off the alpha it reports at the last look (not off its bound).
RPACT_ALPHA_SPENT = 2e-8
# rpact's average sample sizes: its probabilities summed over up to ten looks, times an inflation up to 1.5.
RPACT_EXPECTED = 1e-6
# Bounds and drifts by two unlike quadratures, both converged: seen 2e-13 over 370 designs.
RIVAL_BOUND = 1e-11
# rpact integrates with R's integrate() across the corners of piecewise hazards: events and months agree to this.
RPACT_EVENTS = 0.01
RPACT_MONTHS = 0.01
RPACT_EVENT_PROBABILITY = 1e-5
# Expected events by closed form and by adaptive quadrature to 1e-12 a piece, over up to 7 000 patients.
RIVAL_EVENTS = 1e-8
# Calendar times from them: at least 0.3 events a month where they are asked for.
RIVAL_MONTHS = 1e-7
# Power by the expected score and the null variance, beside 10^5 simulated trials: what the normal form leaves out.
MOMENT_POWER = 0.003
# mvtnorm's Miwa algorithm on 4096 points in three dimensions, and TVPACK: seen 2e-9.
MIWA = 1e-7
# mvtnorm's Genz-Bretz algorithm was asked for an absolute error of 1e-5, which it states at 99 %.
GENZ_BRETZ = 5e-5
# R's robust errors of a Cox model: sums of squares of residuals at a coefficient right to 1e-10 standard errors.
ROBUST = 1e-7
# R's cox.zph at such coefficients: its score is a small difference of large sums.
ZPH = 1e-6
# A maximum that optim's BFGS found by differences of the likelihood, in standard errors.
BFGS = 1e-3
# rpact's intervals, estimates (log hazard ratio) and p-values: its roots are sought to about 5e-7.
RPACT_INFERENCE = 1e-6
# Means at stopping by two unlike quadratures; the rival leaves out what lies beyond 9 standard deviations.
STOPPED_MEAN = 1e-9
# cmprsk's errors with several censoring groups differ from the sandwich of the definition (see the naive rival).
CRR_GROUPED = 1e-2
# A Kullback-Leibler projection stops at a Newton decrement of 1e-10: value of the dual against the primal.
PROJECTION = 1e-8
# Normal probabilities of boxes on a lattice of 65 536 points, in up to nine variables: seen 2e-6.
LATTICE = 1e-5
# rpact's sizes for proportions and means: its inflation factor is right to about 1e-8, its quantiles to rounding.
RPACT_ENDPOINT = 1e-6
# rpact multiplies the fixed size of a test of proportions by the inflation of a test whose variance does not change
# with the effect; with the variance as it is under the effect, the sizes differ by this at most (0.05 v 0.02 at 2:1: 0.8 %), the powers by that.
RPACT_INFLATED = 1e-2
RPACT_INFLATED_POWER = 2e-3
# Sequential p-values by two root searches over unlike quadratures, relative: bounds to 1e-11, probits to 1e-13.
SEQUENTIAL_P = 1e-9
# Power of a test of proportions by the normal form, beside 2 x 10^5 binomial trials (0.0011 at one standard error).
NORMAL_PROPORTIONS = 0.004
# A root that R's uniroot found at its default tolerance, 1.2e-4: seen 2e-5.
UNIROOT = 1e-4
# RobinCar2 leaves a stratum of one subject out of the number by which it weighs strata: a factor n/(n-1) of the little saved.
LONE_SUBJECT = 1e-8
# Score, variance and events by Gauss-Legendre on cut panels and by adaptive quadrature asked for 1e-10 a piece.
RIVAL_STATISTIC = 1e-7
# Moments of z to first order in the number of patients, beside 10^5 played trials of 500 to 1440 patients (one
# standard error 0.003): what is left is of the order of one over the root of the events. At milestones few are left.
STATISTIC_MEAN = 0.04
STATISTIC_SD = 0.025
STATISTIC_CORRELATION = 0.02
# The chance of having crossed by a look, from those moments, beside the same trials (one standard error 0.0016).
STATISTIC_POWER = 0.01
# A number printed with three decimals.
THREE_DIGITS = 0.0006
# gsDesign2's weighted scores: R's integrate() over bent integrands, right to four or five digits.
NUMERIC_INTEGRAL = 1e-4
# Printed with four decimals, from mvtnorm's Genz-Bretz asked for 1e-5, and with the spread of z taken as 1.
MAXCOMBO_PRINTED = 1e-3
# gsDesign2 reckons the null variance with both arms at an average hazard, here it is that of the test under the
# assumptions: powers and sizes of weighted tests differ by this (its FH(0, 0) and its own AHR method differ by 1 %).
GSDESIGN2_INFO0 = 0.006
GSDESIGN2_INFO0_PATIENTS = 0.02
# A futility bound of z whose spread is not quite 1 as gsDesign2 takes it.
MAXCOMBO_FUTILITY = 0.03
# A last bound whose correlations come from either null variance; the first two bounds agree to the digits printed.
MAXCOMBO_CORRELATED = 0.003
# Under the null with equal arms z has spread 1 and canonical correlation, by integrals on cut panels.
NULL_SPREAD = 1e-6
# The same at 60 rare events, where one event is a step of 0.26 of z: seen 0.0084, of which 0.005 is the band.
LATTICE_POWER = 0.006
# Mean and standard deviation of z to first order in the patients, beside 10^5 played trials with an error of 0.003 to
# 0.005: terms of order 1 / sqrt(events) are left out, seen 0.030 where two thirds of the patients have an event.
PLAYED_MEAN_Z = 0.035
PLAYED_SD_Z = 0.02
PLAYED_CORRELATION = 0.015
# coxph stops by default once the log-likelihood gains less than 1e-9 of itself: coefficients in standard errors,
# seen 7e-8 off over 165 figures.
COXPH_STOP = 1e-6
