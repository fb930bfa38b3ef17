"""Where a function of floats is measured: the whole range of exponents, the edges, and near the worst found.

Points come as arrays (n, q + c + 1): the predictors, other observed columns, then the target, each inside its domain.
Seeds decide everything; a certificate draws with another seed than the choice between candidates did.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lossproof.lowering.numbers.rounding import FLOAT64, Format
from lossproof.lowering.validation import number, outside
from lossproof.notation.assumptions import Domain, FiniteSet, Interval

LARGEST = {"float64": 1e308, "float32": 3e38}
SMALLEST = {"float64": 5e-324, "float32": 1.5e-45}

# Where exp and its relatives change their behaviour, in float64 and float32: 53 log 2, overflow, the first
# subnormal and the last result above zero; small numbers whose square is lost.
TURNING = (
    *(0.0, 0.3465735902799726, 0.5, 0.6931471805599453, 1.0, 2.0, 16.6, 17.3, 36.7, 37.4, 40.0),
    *(87.3, 88.72, 103.9, 708.39, 709.78, 744.44, 745.13, 746.0, 1e3, 1e5, 1e-8, 1e-16, 1e-300),
)


Domains = tuple[Domain, ...]
"""Where the predictors, or the observed columns besides the target, lie, in their order."""

ORDINARY = 40.0  # the power of two of the largest targets that were ever counted
LIMITS = (0.5, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 350.0, 375.0, 700.0, 750.0, 1e4, 1e6, 1e9)
"""The sizes of the boxes of predictors in which a form may be right that is not right everywhere."""


def exponents_uniform(random: np.random.Generator, count: int, low: float, high: float) -> np.ndarray:
    """Numbers of either sign with |x| between ``low`` and ``high``, every power of two equally likely."""
    sizes = np.exp2(random.uniform(np.log2(low), np.log2(high), count))
    return np.clip(sizes, low, high) * random.choice((-1.0, 1.0), count)


def predictor_values(random: np.random.Generator, count: int, form: Format) -> np.ndarray:
    """Half over the whole range of exponents, the rest where losses bend; edges and their neighbours first."""
    edges = _with_neighbours(np.array(TURNING), form)
    edges = np.concatenate([edges, -edges, [LARGEST[form.name], -LARGEST[form.name]]])
    whole = exponents_uniform(random, count // 2, SMALLEST[form.name], LARGEST[form.name])
    bend = exponents_uniform(random, count // 4, 1e-6, 800.0)
    near = random.uniform(-40.0, 40.0, count // 4)
    drawn = np.concatenate([edges, whole, bend, near])
    return drawn if count > len(edges) else random.permutation(drawn)[:count]


def target_values(random: np.random.Generator, count: int, domain: Domain) -> np.ndarray:
    """Targets inside the domain: its ends, numbers close to them, and between."""
    if isinstance(domain, FiniteSet):
        return np.array([float(value) for value in domain.values])
    low, high = (number(domain.low), number(domain.high)) if isinstance(domain, Interval) else (None, None)
    drawn = np.concatenate([_ends(low, high), _between(random, count, low, high)])
    drawn = np.floor(drawn) if isinstance(domain, Interval) and domain.integer else drawn
    return np.unique(drawn[~outside(domain, drawn)])


def within(domains: Domains, u: np.ndarray) -> np.ndarray:
    """Predictors (n, q) that were drawn from all numbers, each folded into its domain: |u| for what is positive."""
    folded = [_folded(domain, column) for domain, column in zip(domains, u.T, strict=True)]
    return np.column_stack(folded) if folded else u


def _folded(domain: Domain, column: np.ndarray) -> np.ndarray:
    low, high = (number(domain.low), number(domain.high)) if isinstance(domain, Interval) else (None, None)
    if isinstance(domain, FiniteSet) or (low is not None and high is not None):
        random = np.random.default_rng(len(column))
        return random.choice(target_values(random, 64, domain), len(column))
    if low is not None:
        return low + np.abs(column - low)
    return high - np.abs(column - high) if high is not None else column


def points_in_boxes(
    seed: int, count: int, predictors: Domains, domain: Domain, form: Format, columns: Domains = ()
) -> np.ndarray:
    """About ``count`` points whose predictors are uniform in one of the boxes of `LIMITS`, two in five near a side."""
    random, q = np.random.default_rng(seed), len(predictors)
    sizes = np.where(random.random((count, 1)) < 0.5, *(random.choice(LIMITS, (count, k)) for k in (1, q)))
    side = random.uniform(0.9, 1.0, (count, q)) * random.choice((-1.0, 1.0), (count, q))
    inside = random.uniform(-1.0, 1.0, (count, q))
    u = within(predictors, sizes * np.where(random.random((count, q)) < 0.4, side, inside))
    targets = _chosen_targets(random, count, domain)
    drawn = np.column_stack([u, *_observed(random, count, columns), targets])
    return _in_format(drawn, form, (*predictors, *columns, domain))


def _observed(random: np.random.Generator, count: int, columns: Domains) -> list[np.ndarray]:
    """Values of the other columns, each drawn by itself."""
    return [_chosen_targets(random, count, each) for each in columns]


def points_near_data(
    seed: int, count: int, predictors: Domains, domain: Domain, form: Format, columns: Domains = ()
) -> np.ndarray:
    """Points where data lie: predictors of a few units, evenly spread and alike."""
    random = np.random.default_rng(seed)
    u = random.uniform(-1.0, 1.0, (count, len(predictors))) * random.choice((3.0, 10.0, 40.0), (count, 1))
    targets = _chosen_targets(random, count, domain)
    drawn = np.column_stack([within(predictors, u), *_observed(random, count, columns), targets])
    return _in_format(drawn, form, (*predictors, *columns, domain))


def _chosen_targets(random: np.random.Generator, count: int, domain: Domain) -> np.ndarray:
    """Half of them one of the two ends."""
    targets = target_values(random, 64, domain)
    return np.where(random.random(count) < 0.5, random.choice(targets[[0, -1]], count), random.choice(targets, count))


def exact_targets(domain: Domain) -> list[float]:
    """The targets at which a loss is no mixture: those of a finite set, the ends that belong to an interval."""
    if isinstance(domain, FiniteSet):
        return [float(value) for value in domain.values]
    if not isinstance(domain, Interval):
        return []
    ends = ((number(domain.low), domain.low_open), (number(domain.high), domain.high_open))
    return [end for end, is_open in ends if end is not None and not is_open]


def _ends(low: float | None, high: float | None) -> np.ndarray:
    close = (0.0, 1e-300, 1e-17, 1e-9, 0.001, 0.5, 1.0, 2.0, 10.0)
    ends = [low + step for step in close] if low is not None else []
    ends += [high - step for step in (0.0, 1e-16, 1e-9, 0.001, 0.5)] if high is not None else []
    return np.array(ends or [-1.0, 0.0, 1.0])


def _between(random: np.random.Generator, count: int, low: float | None, high: float | None) -> np.ndarray:
    if low is not None and high is not None:
        return random.uniform(low, high, count)
    sizes = np.exp2(random.uniform(-20.0, 20.0, count))
    if low is not None:
        return low + sizes
    return high - sizes if high is not None else sizes * random.choice((-1.0, 1.0), count)


def points(
    seed: int, count: int, predictors: Domains, domain: Domain, form: Format, columns: Domains = ()
) -> np.ndarray:
    """About ``count`` points for a loss with these domains of predictors, target and other columns."""
    random = np.random.default_rng(seed)
    u = [predictor_values(random, count, form)]
    u += [random.permutation(u[0]) for _ in predictors[1:]]
    chosen = _chosen_targets(random, len(u[0]), domain)
    others = _observed(random, len(u[0]), columns)
    drawn = np.column_stack([within(predictors, np.column_stack(u)), *others, chosen])
    return _in_format(drawn, form, (*predictors, *columns, domain))


def large_targets(seed: int, count: int, predictors: Domains, domain: Domain, columns: Domains = ()) -> np.ndarray:
    """Points (n, q + 1) with targets of every size where the domain has no upper end, and predictors about their size.

    Those are y itself and its logarithm, where losses have their minimum and their terms cancel; and some far off.
    With several predictors, the others are of ordinary size, as targets are then.
    """
    if not isinstance(domain, Interval) or number(domain.high) is not None:
        return np.empty((0, len(predictors) + len(columns) + 1))
    random = np.random.default_rng(seed)
    yt = np.floor(np.exp2(14.0 + 1009.0 * random.random(count) ** 4))
    about = random.choice((0.0, 0.0, 1e-9, 1e-5, 0.1, 3.0), count) * random.choice((-1.0, 1.0), count)
    close = np.where(random.random(count) < 0.8, np.log(yt) + about, yt * (1.0 + about * 2.0**-20))
    u = np.where(random.random(count) < 0.9, close, exponents_uniform(random, count, 1.0, 1e300))
    u = u.reshape(-1, 1)
    if len(predictors) > 1:
        yt = np.floor(np.exp2(random.uniform(14.0, ORDINARY, count)))
        u = random.uniform(-40.0, 40.0, (count, len(predictors)))
        u[: count // 2, 0] = np.log(yt[: count // 2])
    drawn = np.column_stack([within(predictors, u), *_observed(random, count, columns), yt])
    return _in_format(drawn, FLOAT64, (*predictors, *columns, domain))


def sign_changes(call: Callable[[np.ndarray], np.ndarray], drawn: np.ndarray, form: Format) -> np.ndarray:
    """Points on both sides of each place where a function of one predictor changes sign, for some targets."""
    if drawn.shape[1] != 2:
        return drawn[:0]
    u = np.unique(drawn[:, 0])
    targets = np.unique(drawn[:, 1])
    found = [_bisected(call, u, yt, form) for yt in targets[:: max(1, len(targets) // 24)]]
    return np.concatenate([drawn[:0], *found])


def _bisected(call: Callable[[np.ndarray], np.ndarray], u: np.ndarray, yt: float, form: Format) -> np.ndarray:
    def signs(values: np.ndarray) -> np.ndarray:
        return np.sign(call(np.column_stack([values, np.full(len(values), yt)]).astype(form.name)))

    before = signs(u)
    places = np.flatnonzero(before[:-1] * before[1:] < 0)
    low, high, left = u[places], u[places + 1], before[places]
    for _ in range(form.digits + 12):
        middle = low / 2 + high / 2
        same = signs(middle) == left
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    values = np.concatenate([low, high])
    return np.column_stack([values, np.full(len(values), yt)]).astype(form.name).astype(np.float64)


def neighbours(
    random: np.random.Generator,
    point: tuple[float, ...],
    count: int,
    closer: int,
    domains: Domains,
    form: Format,
    observed: int = 1,
) -> np.ndarray:
    """Points around ``point``: predictors moved by up to 2^(digits - 4 closer) last places, the rest of a row too.

    ``domains`` are those of all of the point, of which the last ``observed`` are no predictors.
    """
    centre = np.array(point)
    reach = max(2.0, 2.0 ** (form.digits - 2 - 4 * closer))
    steps = np.round(random.uniform(-1.0, 1.0, (count, len(point))) * reach)
    for place in range(observed):
        steps[:, -1 - place] *= random.random(count) < 0.5
    moved = centre + steps * np.spacing(np.abs(centre.astype(form.name))).astype(np.float64)
    moved = np.clip(moved, -LARGEST[form.name], LARGEST[form.name])
    for place, each in enumerate(domains):
        moved[outside(each, moved[:, place]), place] = centre[place]
    return np.concatenate([centre[None], _in_format(moved, form, domains)])


def _in_format(drawn: np.ndarray, form: Format, domains: Domains) -> np.ndarray:
    """Rounded to the format, without what left its domain by it."""
    exact = drawn.astype(form.name).astype(np.float64)
    wrong = [outside(domain, column) for domain, column in zip(domains, exact.T, strict=True)]
    return np.unique(exact[~np.logical_or.reduce(wrong)], axis=0)


def _with_neighbours(values: np.ndarray, form: Format) -> np.ndarray:
    kind = values.astype(form.name)
    steps = [kind, np.nextafter(kind, kind.dtype.type(np.inf)), np.nextafter(kind, kind.dtype.type(-np.inf))]
    return np.concatenate(steps).astype(np.float64)
