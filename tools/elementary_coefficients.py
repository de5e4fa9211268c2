#!/usr/bin/env python3
"""Prints the constants of Sources/Formats/Elementary*.swift, as hexadecimal binary32 literals.

Every polynomial is a Chebyshev interpolant (near minimax) computed with 60 digits and rounded to binary32.
Needs mpmath. `swift test --filter Elementary` measures what the rounded constants are worth.
"""
import math
import struct

import mpmath as mp

mp.mp.dps = 60


def f32(x):
    return struct.unpack("<f", struct.pack("<f", float(x)))[0]


def literal(x):
    mantissa, exponent = float(x).hex().split("p")
    digits = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    return f"{digits}p{int(exponent)}"


def fit(function, low, high, degree):
    """Coefficients, constant first."""
    coefficients, error = mp.chebyfit(function, [low, high], degree + 1, error=True)
    print(f"    // degree {degree} on [{mp.nstr(low, 6)}, {mp.nstr(high, 6)}], error 2^{mp.nstr(mp.log(error, 2), 4)}")
    return [f32(c) for c in reversed(coefficients)]


def show(name, values):
    print(name, ", ".join(literal(v) for v in values))


def exponential():
    print("exp: (e^r - 1 - r) / r^2")
    edge = mp.log(2) / 2 + mp.mpf(2) ** -14
    quotient = lambda r: mp.mpf(1) / 2 if r == 0 else (mp.expm1(r) - r) / r**2
    show("polynomial", fit(quotient, -edge, edge, 4))
    high = mp.mpf(int(mp.log(2) * 2**15)) / 2**15
    show("ln 2, 15 bits and rest", [f32(high), f32(mp.log(2) - high)])
    show("1 / ln 2", [f32(1 / mp.log(2))])


def logarithm():
    print("log: (ln(1 + f) - f + f^2 / 2) / f^3")
    quotient = lambda f: mp.mpf(1) / 3 if f == 0 else (mp.log(1 + f) - f + f**2 / 2) / f**3
    show("polynomial", fit(quotient, mp.sqrt(mp.mpf(1) / 2) - 1, mp.sqrt(2) - 1, 8))


def trigonometry():
    print("sin: (sin r / r - 1) / s, cos: (cos r - 1 + s / 2) / s^2, s = r^2")
    edge = (mp.pi / 4 + mp.mpf(2) ** -6) ** 2
    sine = lambda s: -mp.mpf(1) / 6 if s == 0 else (mp.sin(mp.sqrt(s)) / mp.sqrt(s) - 1) / s
    cosine = lambda s: mp.mpf(1) / 24 if s == 0 else (mp.cos(mp.sqrt(s)) - 1 + s / 2) / s**2
    show("sine", fit(sine, mp.mpf(0), edge, 3))
    show("cosine", fit(cosine, mp.mpf(0), edge, 2))
    rest, parts = mp.pi / 2, []
    for n in range(7):
        unit = mp.mpf(2) ** (-7 * n - 6)
        parts.append(mp.floor(rest / unit) * unit)
        rest -= parts[-1]
    show("pi / 2, parts of 7 bits and rest", [f32(part) for part in parts + [rest]])
    show("2 / pi", [f32(2 / mp.pi)])


def reciprocal():
    print("1 / (1 + t): seed on [0, 1]")
    show("polynomial", fit(lambda t: 1 / (1 + t), mp.mpf(0), mp.mpf(1), 2))


def hyperbolic_tangent():
    print("tanh: (tanh x - x) / x^3 in s = x^2, x < 7/8")
    quotient = lambda s: (mp.tanh(mp.sqrt(s)) / mp.sqrt(s) - 1) / s
    show("polynomial", fit(quotient, mp.mpf(10) ** -20, mp.mpf(49) / 64, 6))


def error_function():
    print("erf: (erf x - x) / x in s = x^2, x < 1/2")
    quotient = lambda s: mp.erf(mp.sqrt(s)) / mp.sqrt(s) - 1
    show("polynomial", fit(quotient, mp.mpf(10) ** -20, mp.mpf(1) / 4, 5))
    print("erf, 1/2 <= x < 4: rows of intervals of width 1/8")
    for interval in range(4, 32):
        centre = mp.mpf(2 * interval + 1) / 16
        high = f32(mp.erf(centre))
        coefficients, _ = mp.chebyfit(
            lambda d: mp.erf(centre + d) - high, [-mp.mpf(1) / 16, mp.mpf(1) / 16], 5, error=True
        )
        row = [high] + [f32(c) for c in reversed(coefficients)]
        print("        " + ", ".join(literal(v) for v in row) + ",")


def reciprocal_square_root():
    print("rsqrt: floor(2^11 / sqrt(right edge)), 64 intervals of [1, 2), then 64 of [2, 4)")
    entries = [math.isqrt(2**28 // (64 + i + 1)) for i in range(64)] + [
        math.isqrt(2**27 // (64 + i + 1)) for i in range(64)
    ]
    for start in range(0, 128, 16):
        print("        " + ", ".join(str(e) for e in entries[start : start + 16]) + ",")


exponential()
logarithm()
trigonometry()
reciprocal()
hyperbolic_tangent()
error_function()
reciprocal_square_root()
