"""Recorded designs in which rpact's fixed quadrature grid is off by more than 1e-6 in z or 1e-7 in a probability.

The double-exponential rival settles each (tests/independent/group_sequential_by_tanh_sinh.py, itself held to
adaptive quadrature, to the multivariate normal distribution and to mpmath). The numbers are rpact's distance from it.
"""

from __future__ import annotations

TAIL = "the bound after a first one beyond z = 6.3 is off: it spends little, and rpact's root tolerance is absolute"
CLOSE = "looks 2 to 5 % of the information apart are narrower than rpact's grid of 6 standard deviations"
OPEN = "no binding lower bound and many looks: rpact's grid covers the whole lower half-line"

COARSE: dict[int, tuple[str, float]] = {
    67: (TAIL, 4.2e-7),
    89: (TAIL, 9.0e-6),
    155: (TAIL, 8.5e-5),
    162: (OPEN, 4.5e-6),
    172: (OPEN, 3.5e-6),
    174: (OPEN, 1.1e-6),
    177: (CLOSE, 2.9e-6),
    178: (CLOSE, 9.2e-6),
    179: (CLOSE, 1.5e-6),
    180: (CLOSE, 1.5e-5),
    182: (CLOSE, 1.0e-4),
    184: (CLOSE, 7.9e-5),
    186: (CLOSE, 1.1e-5),
    187: (CLOSE, 1.5e-6),
    188: (CLOSE, 1.8e-5),
    189: (CLOSE, 1.5e-6),
    190: (CLOSE, 1.8e-5),
    193: (CLOSE, 3.1e-5),
    195: (CLOSE, 2.5e-5),
    196: (CLOSE, 9.8e-7),
    197: (CLOSE, 2.0e-5),
    198: (CLOSE, 4.0e-7),
    199: (CLOSE, 3.6e-5),
    201: (CLOSE, 8.7e-5),
    203: (CLOSE, 1.4e-2),
    204: (CLOSE, 1.0e-5),
    205: (CLOSE, 7.3e-4),
    206: (CLOSE, 1.0e-4),
    313: (OPEN, 1.1e-6),
    319: (OPEN, 4.3e-6),
    325: (OPEN, 4.5e-6),
    333: (CLOSE, 1.8e-5),
    335: (CLOSE, 3.8e-5),
    337: (CLOSE, 5.8e-4),
    339: (CLOSE, 1.6e-5),
    341: (CLOSE, 4.0e-5),
    343: (CLOSE, 7.6e-5),
    345: (CLOSE, 1.7e-5),
}
