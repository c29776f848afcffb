"""Every tolerance that a test uses, each with its reason. None is loosened to pass."""

# Two double-precision computations of one closed formula: some hundreds of rounding errors.
ROUNDING = 1e-12
# Equal formulas summed in another order over a thousand or more terms.
SUMMATION = 1e-10
# R records 15 significant digits; an iteration stopped at a relative change of 1e-12 agrees to this.
ITERATION = 1e-8
# Gauss-Legendre quadrature of the group-sequential recursion: promised to 1e-10 up to 100 looks, met with room.
QUADRATURE = 1e-11
