"""What many runs say together: the distribution of a figure at a point, and what each parameter does to it.

Sources: A. M. Law, Simulation Modeling and Analysis, 5th ed. 2015 (intervals of replications, section 9.4;
paired comparison, 10.2; common random numbers, 11.2; main effects in a factorial design, 12.2); A. Saltelli
et al., Global Sensitivity Analysis: The Primer, 2008 (standardized regression coefficients, chapter 1;
first-order indices, chapter 4).
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from statistics import mean, stdev

import numpy as np

from settlement.report.measures.figures import nearest_rank
from settlement.report.sweeps.stored import Spot, Values, Varied

#: Degrees of freedom beyond which the t distribution is taken as it is there: wider by less than 0.1 %.
_MOST_DEGREES = 2_000


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % interval of a mean."""

    low: Fraction
    high: Fraction


@dataclass(frozen=True, slots=True)
class Distribution:
    """How a figure is distributed over the replications of a point.

    ``n`` runs measured it. ``sd`` is the sample's standard deviation, n − 1 in the denominator. ``interval``
    is that of the mean: mean ± t(n − 1; 0.975) × sd ÷ √n. Both need two runs. Percentiles are by nearest
    rank.
    """

    n: int
    mean: Fraction
    sd: Fraction | None
    interval: Interval | None
    minimum: Fraction
    p5: Fraction
    q1: Fraction
    median: Fraction
    q3: Fraction
    p95: Fraction
    maximum: Fraction


def distribution_of(values: Iterable[Fraction]) -> Distribution | None:
    """The distribution of some values; None of none."""
    ordered = sorted(values)
    if not ordered:
        return None
    middle, interval = interval_of(ordered)

    def at(percent: int) -> Fraction:
        return nearest_rank(ordered, Fraction(percent, 100)) or Fraction(0)

    return Distribution(
        n=len(ordered),
        mean=middle,
        sd=Fraction(stdev(ordered)) if len(ordered) > 1 else None,
        interval=interval,
        minimum=ordered[0],
        p5=at(5),
        q1=at(25),
        median=at(50),
        q3=at(75),
        p95=at(95),
        maximum=ordered[-1],
    )


def interval_of(values: Sequence[Fraction]) -> tuple[Fraction, Interval | None]:
    """The mean of independent values and its 95 % interval by Student's t; None of a single value."""
    middle = Fraction(mean(values))
    if len(values) < 2:
        return middle, None
    half = Fraction(student_t(len(values) - 1) * stdev(values) / math.sqrt(len(values)))
    return middle, Interval(middle - half, middle + half)


@lru_cache
def student_t(degrees: int) -> float:
    """The number that Student's t exceeds in absolute value in 5 % of cases.

    By halving an interval of the angle θ = arctan(t ÷ √degrees), in which the distribution is a finite sum
    (M. Abramowitz and I. A. Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4).
    """
    degrees = min(degrees, _MOST_DEGREES)
    low, high = 0.0, math.pi / 2
    for _ in range(60):
        middle = (low + high) / 2
        if _within(middle, degrees) < 0.95:
            low = middle
        else:
            high = middle
    return math.sqrt(degrees) * math.tan(low)


def _within(angle: float, degrees: int) -> float:
    """How probable a number of at most √degrees × tan(angle) in absolute value is."""
    square = math.cos(angle) ** 2
    odd = degrees % 2
    term, total = (math.cos(angle) if odd else 1.0), 0.0
    for step in range(2 + odd, degrees + 1, 2):
        total += term
        term *= square * (step - 1) / step
    return (angle + math.sin(angle) * total) * 2 / math.pi if odd else math.sin(angle) * total


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """What one parameter does to a figure, over the whole grid.

    Attributes:
        parameter: which one; None stands for chance, the seed.
        effect: main effect: the mean change of the figure when the parameter goes from its first value to its
            last and all else stays, seeds included; ``interval`` is its 95 % interval over replications.
        elasticity: per cent by which the figure changes where the parameter changes by one per cent, at the
            means: slope × mean of the parameter ÷ mean of the figure.
        coefficient: standardized regression coefficient: slope × sd of the parameter ÷ sd of the figure.
        share: first-order index: variance of the means at each of its values ÷ variance of all; a share of 1.
    """

    parameter: Varied | None
    effect: Fraction | None
    interval: Interval | None
    elasticity: float | None
    coefficient: float | None
    share: float | None

    @property
    def title(self) -> str:
        """The parameter with the values that its effect lies between."""
        if self.parameter is None:
            return "chance (the seed)"
        return f"{self.parameter.name}, {self.parameter.values[0]} → {self.parameter.values[-1]}"

    @property
    def half(self) -> Fraction | None:
        """Half the width of the effect's interval."""
        return None if self.interval is None else (self.interval.high - self.interval.low) / 2


def sensitivities_of(
    values: Values, spots: Sequence[Spot], parameters: Sequence[Varied]
) -> list[Sensitivity]:
    """What each parameter does to a figure, and chance; nothing where the figure is always the same."""
    levels = {spot.number: spot.levels for spot in spots}
    known = [(levels[point], number, value) for point, own in values.items() for number, value in own.items()]
    if len({value for *_, value in known}) < 2:
        return []
    slopes = _regression(known, parameters)
    found = []
    for index, parameter in enumerate(parameters):
        if len(parameter.values) < 2:
            continue
        effect, interval = _main_effect(values, spots, index, len(parameter.values) - 1)
        elasticity, coefficient = slopes.get(index, (None, None))
        share = _share((chosen[index], value) for chosen, _, value in known)
        found.append(Sensitivity(parameter, effect, interval, elasticity, coefficient, share))
    if len({number for _, number, _ in known}) > 1:
        chance = _share((number, value) for _, number, value in known)
        found.append(Sensitivity(None, None, None, None, None, chance))
    return found


def _main_effect(
    values: Values, spots: Sequence[Spot], index: int, last: int
) -> tuple[Fraction | None, Interval | None]:
    """Last value against first, paired by what else varies and by seed, over whole replications."""
    ends: defaultdict[tuple[int, ...], dict[int, int]] = defaultdict(dict)
    for spot in spots:
        rest = (*spot.levels[:index], *spot.levels[index + 1 :])
        if spot.levels[index] in (0, last):
            ends[rest][spot.levels[index]] = spot.number
    pairs = [(pair[0], pair[last]) for pair in ends.values()]
    shared = set.intersection(*(set(values.get(point, {})) for pair in pairs for point in pair))
    effects = [
        Fraction(mean(values[after][number] - values[before][number] for before, after in pairs))
        for number in sorted(shared)
    ]
    return interval_of(effects) if effects else (None, None)


def _share(known: Iterable[tuple[int, Fraction]]) -> float:
    """Variance between groups as a share of all of it."""
    groups: defaultdict[int, list[Fraction]] = defaultdict(list)
    for group, value in known:
        groups[group].append(value)
    everything = [value for own in groups.values() for value in own]
    middle = mean(everything)
    between = sum(len(own) * (mean(own) - middle) ** 2 for own in groups.values())
    return float(between / sum((value - middle) ** 2 for value in everything))


def _regression(
    known: Sequence[tuple[tuple[int, ...], int, Fraction]], parameters: Sequence[Varied]
) -> Mapping[int, tuple[float | None, float]]:
    """Elasticity and standardized coefficient by the index of each numeric parameter, by least squares."""
    numeric = {
        index: numbers
        for index, parameter in enumerate(parameters)
        if (numbers := parameter.numbers) is not None and len(numbers) > 1
    }
    if not numeric:
        return {}
    y = np.array([float(value) for *_, value in known])
    x = np.array([[float(numbers[chosen[i]]) for i, numbers in numeric.items()] for chosen, *_ in known])
    centred = x - x.mean(axis=0)
    slopes, _, rank, _ = np.linalg.lstsq(centred, y - y.mean(), rcond=None)
    if rank < len(numeric):
        return {}
    found = {}
    for index, slope, own in zip(numeric, slopes, x.T, strict=True):
        elasticity = _settled(slope * own.mean() / y.mean()) if y.mean() else None
        found[index] = (elasticity, _settled(slope * own.std() / y.std()))
    return found


def _settled(value: float) -> float:
    """Without the last digits, which differ between machines, and without a zero's sign."""
    return round(float(value), 9) + 0.0
