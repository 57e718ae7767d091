"""Elementary effects: which of many factors move an outcome, in few evaluations.

Factors go from 0 to 1 in four levels. A trajectory starts at random and moves each factor once, by two thirds, in
random order, so that k factors take k + 1 evaluations and each gets one elementary effect: the change of the outcome over
that of the factor (Morris 1991, "Factorial sampling plans for preliminary computational experiments", Technometrics 33,
doi 10.1080/00401706.1991.10484804). Over many trajectories the mean of the absolute effects, mu*, says how much a factor
matters, and their standard deviation, sigma, how far that depends on the other factors or is not a straight line
(Campolongo, Cariboni and Saltelli 2007, "An effective screening design for sensitivity analysis of large models",
Environmental Modelling & Software 22, doi 10.1016/j.envsoft.2006.10.004).

SPDX-License-Identifier: MIT
"""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

import significance

NUM_LEVELS = 4
STEP = NUM_LEVELS / (2 * (NUM_LEVELS - 1))  # of a factor at a time: two thirds
NUM_DRAWS = 2000  # of a bootstrap
COVER = 0.95


def draw_trajectory(generator: np.random.Generator, num_factors: int) -> np.ndarray:
    """[point, factor]: a start, and after it each factor moved once, in random order."""
    low = generator.integers(0, NUM_LEVELS // 2, num_factors) / (NUM_LEVELS - 1)
    goes_up = generator.integers(0, 2, num_factors) == 1
    points = np.tile(np.where(goes_up, low, low + STEP), (num_factors + 1, 1))
    for row, factor in enumerate(generator.permutation(num_factors), start=1):
        points[row:, factor] = low[factor] + (STEP if goes_up[factor] else 0.0)
    return points


def draw_trajectories(seed: int, num_factors: int, count: int) -> np.ndarray:
    """[trajectory, point, factor]; the first of many are the same as those of few.

    They are not chosen to lie far apart, as Campolongo et al. propose: what lies furthest apart lies in the corners, and
    effects would be those of the corners.
    """
    return np.array([draw_trajectory(np.random.default_rng([seed, t]), num_factors) for t in range(count)])


def elementary_effects(points: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Change of the outcome over that of the factor: [trajectory, point, factor], [trajectory, point] -> [trajectory, factor]

    Factors go from 0 to 1: an effect is what the outcome would change along the whole range of a factor.
    """
    moves = np.diff(points, axis=1)
    return (moves * np.diff(values, axis=1)[:, :, None]).sum(axis=1) / STEP ** 2


def effect_errors(points: np.ndarray, errors: np.ndarray) -> np.ndarray:
    """Standard errors of the effects when those of the outcomes are independent; same shapes."""
    moved = np.abs(np.diff(points, axis=1)) / STEP
    both = errors[:, 1:] ** 2 + errors[:, :-1] ** 2
    return np.sqrt((moved * both[:, :, None]).sum(axis=1)) / STEP


@dataclass(frozen=True)
class Screened:
    """What is known of each factor; arrays [factor]. Floors: what the largest of as many factors that do nothing but deal
    out luck again stays below with a chance of 95 %."""

    mu_star: np.ndarray
    low: np.ndarray    # ends of a 95 % interval of mu*
    high: np.ndarray
    mu: np.ndarray     # mean with its sign
    mu_error: np.ndarray
    sigma: np.ndarray
    floor: float       # of mu*
    sigma_floor: float
    num_trajectories: int

    @property
    def mu_half(self) -> np.ndarray:
        """Half of a 95 % interval of mu."""
        return significance.margin(self.num_trajectories - 1) * self.mu_error

    @property
    def is_told(self) -> np.ndarray:
        """Is the factor told apart from chance: is mu* above its floor, or mu not zero (false discovery rate 5 %)?"""
        return (self.mu_star > self.floor) | significance.stands_out(self.mu, self.mu_error, self.num_trajectories - 1)

    @property
    def order(self) -> np.ndarray:
        """Factors from the most influential: first those told apart from chance."""
        return np.lexsort((-self.mu_star, ~self.is_told))


def screen(points: np.ndarray, values: np.ndarray, value_errors: np.ndarray, seed: int = 1) -> Screened:
    """points: [trajectory, point, factor]; values and their standard errors: [trajectory, point]; two trajectories at least

    Intervals are of a bootstrap over trajectories. Floors are of a parametric one: effects of zero with their errors.
    """
    generator = np.random.default_rng(seed)
    effects, errors = elementary_effects(points, values), effect_errors(points, value_errors)
    absolute, num_trajectories = np.abs(effects), len(effects)
    resampled = np.array([absolute[generator.integers(0, num_trajectories, num_trajectories)].mean(axis=0)
                          for _ in range(NUM_DRAWS)])
    low, high = np.quantile(resampled, ((1 - COVER) / 2, (1 + COVER) / 2), axis=0)
    largest = []
    for _ in range(NUM_DRAWS):
        nothing = errors * generator.standard_normal(errors.shape)
        largest.append((np.abs(nothing).mean(axis=0).max(), nothing.std(axis=0, ddof=1).max()))
    floor, sigma_floor = np.quantile(largest, COVER, axis=0)
    sigma = effects.std(axis=0, ddof=1)
    # A few effects may be the same by chance: they are never surer than the errors of the outcomes allow.
    mu_error = np.sqrt(np.maximum(sigma ** 2, (errors ** 2).mean(axis=0)) / num_trajectories)
    return Screened(absolute.mean(axis=0), low, high, effects.mean(axis=0), mu_error, sigma, float(floor),
                    float(sigma_floor), num_trajectories)
