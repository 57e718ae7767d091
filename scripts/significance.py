"""Which of many differences are told apart from zero, as `pathways compare` decides it.

Standard errors come from leaving out one of G lineage groups at a time, so that estimates are judged by
Student's t with G - 1 degrees of freedom. Among many differences some lie far from zero by chance: p values
are adjusted by Benjamini and Hochberg (1995), doi 10.1111/j.2517-6161.1995.tb02031.x. Of the differences
with an adjusted p of at most 0.05 at most 5 % are expected to be chance.

SPDX-License-Identifier: MIT
"""
from __future__ import annotations

import math

import numpy as np

SIGNIFICANT = 0.05


def student(t: float, freedom: int) -> float:
    """Chance that Student's t lies at least as far from zero as `t`, on either side.

    Abramowitz and Stegun (1964), 26.7.3 and 26.7.4, exact for whole degrees of freedom.
    """
    if math.isnan(t):
        return math.nan
    theta = math.atan2(abs(t), math.sqrt(freedom))
    cosine, term, total = math.cos(theta), 1.0, 0.0
    for k in range(1 if freedom % 2 == 0 else 2, freedom, 2):
        total += term * (cosine if freedom % 2 else 1.0)
        term *= cosine * cosine * k / (k + 1)
    if freedom % 2:
        within = 2 / math.pi * (theta + math.sin(theta) * total)
    else:
        within = math.sin(theta) * total
    return min(max(1.0 - within, 0.0), 1.0)


def margin(freedom: int, chance: float = SIGNIFICANT) -> float:
    """Standard errors that Student's t exceeds with a chance, on both sides taken together; by halving."""
    low, high = 0.0, 1000.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if student(middle, freedom) > chance else (low, middle)
    return high


def p_values(value: np.ndarray, error: np.ndarray, freedom: int) -> np.ndarray:
    """Two-sided p of "this is zero": 1 for a zero without error, 0 for another value without error, NaN for NaN."""

    def one(number: float, spread: float) -> float:
        if math.isnan(number) or math.isnan(spread):
            return math.nan
        if spread == 0:
            return 1.0 if number == 0 else 0.0
        return student(number / spread, freedom)

    return np.vectorize(one, otypes=[float])(value, error)


def adjust(p: np.ndarray) -> np.ndarray:
    """Adjusted p by Benjamini and Hochberg; NaN stays NaN and does not count."""
    adjusted = np.full(p.shape, np.nan)
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    smallest = 1.0
    for rank in range(len(order), 0, -1):
        smallest = min(smallest, p[order[rank - 1]] * len(order) / rank)
        adjusted[order[rank - 1]] = smallest
    return adjusted


def stands_out(value: np.ndarray, error: np.ndarray, freedom: int) -> np.ndarray:
    """Which of a family of differences are told apart from zero. All arrays are of one dimension."""
    return adjust(p_values(value, error, freedom)) <= SIGNIFICANT
