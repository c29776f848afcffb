"""Chances that bound a survival curve's band, by series in 30 digits; no code shared with the library."""

from __future__ import annotations

import mpmath as mp


def stationary_stays_within(c: float, time: float, terms: int = 7) -> float:
    """P(|X| <= c over `time`) of the stationary process with correlation exp(-s), by Kummer's function.

    Eigenvalues nu are the zeros of 1F1(-nu/2; 1/2; c²/2), eigenfunctions the same in x.
    """
    with mp.workdps(30):
        half = mp.mpf(c) ** 2 / 2

        def at_the_bound(nu: mp.mpf) -> mp.mpf:
            return mp.hyp1f1(-nu / 2, mp.mpf(1) / 2, half)

        total, nu, step, found = mp.mpf(0), mp.mpf("1e-9"), mp.mpf("0.02"), 0
        before = at_the_bound(nu)
        while found < terms:
            value = at_the_bound(nu + step)
            if before * value < 0:
                root = mp.findroot(at_the_bound, (nu, nu + step), solver="anderson")

                def f(x: mp.mpf, root: mp.mpf = root) -> mp.mpf:
                    return mp.hyp1f1(-root / 2, mp.mpf(1) / 2, x * x / 2)

                once = 2 * mp.quad(lambda x, f=f: f(x) * mp.npdf(x), [0, c])
                twice = 2 * mp.quad(lambda x, f=f: f(x) ** 2 * mp.npdf(x), [0, c])
                total += mp.exp(-root * time) * once**2 / twice
                found += 1
            nu, before = nu + step, value
            step = mp.mpf("0.02") if found == 0 else mp.mpf("0.2")
        return float(total)


def bridge_stays_within(c: float, a: float, b: float) -> float:
    """P(|B| <= c on a to b) of the Brownian bridge: Brownian motion absorbed at ±c, by its sine series.

    Density of the motion at u at time a, of going from u to v unabsorbed, and of v to 0 at time 1.
    """
    with mp.workdps(20):
        c, a, b = mp.mpf(c), mp.mpf(a), mp.mpf(b)
        total, k = mp.mpf(0), 1
        while True:
            decay = mp.exp(-((k * mp.pi / (2 * c)) ** 2) * (b - a) / 2)
            if decay < mp.mpf(10) ** -14:
                return float(total / mp.npdf(0))

            def wave(x: mp.mpf, k: int = k) -> mp.mpf:
                return mp.sin(k * mp.pi * (x + c) / (2 * c))

            left = wave(mp.mpf(0))
            if a > 0:
                left = mp.quad(lambda u, w=wave: w(u) * mp.npdf(u, 0, mp.sqrt(a)), mp.linspace(-c, c, 5))
            right = mp.quad(lambda v, w=wave: w(v) * mp.npdf(v, 0, mp.sqrt(1 - b)), mp.linspace(-c, c, 5))
            total += left * right * decay / c
            k += 2
