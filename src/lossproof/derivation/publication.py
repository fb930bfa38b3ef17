"""Which steps of a derivation become code: the loss of one sample with its slope and curvature."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lossproof.derivation.step import Step
from lossproof.derivation.unfolding import Quantity, quantities
from lossproof.errors import DerivationError, counted
from lossproof.notation import free_names, walk
from lossproof.notation.assumptions import Assumptions
from lossproof.notation.tree import Derivative, Indexed, Node, Reduction

Steps = str | tuple["Steps", ...]


@dataclass(frozen=True, slots=True)
class Publication:
    """Step names. With several predictors ``slope`` is a tuple and ``curvature`` a tuple of tuples of names.

    ``columns`` are observed in a row beside the target; ``parameters`` are predictors without features as a rule.
    """

    value: str
    slope: Steps
    curvature: Steps
    predictors: tuple[str, ...]
    target: str
    target_domain: str
    dispersion: str = "fixed"
    columns: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()

    @property
    def letters(self) -> tuple[str, ...]:
        """Everything that the loss of one sample may hold."""
        return (*self.predictors, self.target, *self.columns)

    def names(self) -> tuple[str, ...]:
        """Every step name once, in the order value, slope, curvature."""
        return tuple(dict.fromkeys(_flat((self.value, self.slope, self.curvature))))

    @property
    def slopes(self) -> tuple[str, ...]:
        """The step that is the slope in each predictor, also where there is one."""
        return (self.slope,) if isinstance(self.slope, str) else tuple(_flat(self.slope))

    @property
    def curvatures(self) -> tuple[tuple[str, ...], ...]:
        """The matrix of the steps that are second derivatives, also where it is 1 by 1."""
        rows = ((self.curvature,),) if isinstance(self.curvature, str) else self.curvature
        return tuple((row,) if isinstance(row, str) else tuple(_flat(row)) for row in rows)

    def refuse(self, steps: Mapping[str, Step], domain: Assumptions) -> None:
        """DerivationError where this cannot be one sample's loss: its shape, its symbols, its target's domain."""
        wrong = (self._wrong_shape(), self._wrong_domain(domain), self._wrong_dispersion(), self._wrong_symbol(steps))
        for sentence in wrong:
            if sentence is not None:
                raise DerivationError(sentence)

    def _wrong_shape(self) -> str | None:
        q = len(self.predictors)
        if not q or len(set(self.letters)) != len(self.letters):
            named = ", ".join(self.predictors) or "none"
            beside = f", with the columns {', '.join(self.columns)}" if self.columns else ""
            return f"The predictors are {named} and the target is `{self.target}`{beside}: name each quantity once."
        if strange := [name for name in self.parameters if name not in self.predictors]:
            return f"parameters= names `{strange[0]}`; the predictors are {', '.join(self.predictors)}."
        if len(self.slopes) != q or [len(row) for row in self.curvatures] != [q] * q:
            return (
                f"The loss has {counted(q, 'predictor')}, so it publishes {counted(q, 'slope')} and "
                f"{counted(q, 'row')} of {counted(q, 'curvature')}."
            )
        return None

    def _wrong_domain(self, domain: Assumptions) -> str | None:
        spoken_of = [*domain.scalars, *(f"{name}[..]" for name in domain.arrays)]
        known = {self.target, *self.columns, *self.parameters}
        other = next((name for name in spoken_of if name not in known), None)
        if other is None:
            return None
        return f"target_domain={self.target_domain!r} speaks of `{other}`, but the target is `{self.target}`."

    def _wrong_dispersion(self) -> str | None:
        if self.dispersion in ("fixed", "pearson"):
            return None
        return f"dispersion={self.dispersion!r} was given; it is 'fixed' or 'pearson'."

    def _wrong_symbol(self, steps: Mapping[str, Step]) -> str | None:
        allowed = {(name, 0) for name in self.letters}
        for name in self.names():
            free = sorted(quantities(steps[name].formula) - allowed)
            if free:
                return self._left_free(name, free[0], steps[name].formula)
        if (self.target, 0) not in quantities(steps[self.value].formula):
            return f"The target `{self.target}` does not occur in step `{self.value}`, which is published as the value."
        return None

    def _left_free(self, step: str, quantity: Quantity, formula: Node) -> str:
        name = f"{quantity[0]}[..]" if quantity[1] else quantity[0]
        advice = f"Put in what `{name}` stands for, or name it as a predictor, as the target or in columns=."
        if quantity in _counts(formula):
            advice = "What is published is the loss of one sample: the sum or the average over all is the trainer's."
        allowed = ", ".join(f"`{each}`" for each in self.letters)
        return (
            f"Step `{step}` holds `{name}`, so it cannot be published: the loss of one sample holds {allowed}"
            f" and nothing else. {advice}"
        )


@dataclass(frozen=True, slots=True)
class ClassPublication:
    """Step names of a loss over K classes with K a symbol: ``slope`` is by ``u[i]``, ``curvature`` by ``u[j]`` as well.

    ``truth`` is the one-hot data ``yt[k]`` that say which class it is, from ``low`` to ``high``.
    """

    value: str
    slope: str
    curvature: str
    truth: str
    low: Node
    high: Node

    def names(self) -> tuple[str, ...]:
        """Every step name, in the order value, slope, curvature."""
        return tuple(dict.fromkeys((self.value, self.slope, self.curvature)))

    def predictors(self, steps: Mapping[str, Step]) -> tuple[Indexed, Indexed]:
        """``u[i]`` and ``u[j]``: what the slope and the curvature are taken by, as their left sides say."""
        first, second = (_taken_by(steps[name]) for name in (self.slope, self.curvature))
        if first.name != second.name or first.indices == second.indices:
            raise DerivationError(
                f"The slope is taken by `{first.name}` and the curvature by `{second.name}`: both are derivatives by"
                " the same data with two different letters, as in diff(ce, u[i]) and diff(diff(ce, u[i]), u[j])."
            )
        return first, second

    def refuse(self, steps: Mapping[str, Step]) -> None:
        """DerivationError where this cannot be the loss of one sample for any number of classes."""
        places = self.predictors(steps)
        data = {(places[0].name, 1), (self.truth, 1)}
        sizes = {(name, 0) for end in (self.low, self.high) for name in free_names(end)}
        letters = {(name, 0) for place in places for index in place.indices for name in free_names(index)}
        for name in self.names():
            free = sorted(quantities(steps[name].formula) - data - sizes - letters)
            if free:
                raise DerivationError(
                    f"Step `{name}` holds `{free[0][0]}`, so it cannot be published: the loss of one sample holds"
                    f" `{places[0].name}[..]` and `{self.truth}[..]` and nothing else."
                )


@dataclass(frozen=True, slots=True)
class NetworkPublication:
    """Step names of a network that trains: the mean loss, and its derivative ``diff(L, w[q, h])`` by each parameter.

    ``data``, ``truth`` and ``prediction`` name what goes in, what should come out, and what does.
    """

    loss: str
    gradients: tuple[str, ...]
    data: str
    truth: str
    prediction: str


def _taken_by(step: Step) -> Indexed:
    left = step.left
    if isinstance(left, Derivative) and isinstance(left.variable, Indexed) and len(left.variable.indices) == 1:
        return left.variable
    raise DerivationError(
        f"Step `{step.name}` does not say by which predictor the derivative is taken: write diff(ce, u[i]) = ..."
    )


def _counts(formula: Node) -> frozenset[Quantity]:
    """What the ends of the sums in ``formula`` are made of: the number of samples."""
    ends = [end for part in walk(formula) if isinstance(part, Reduction) for end in (part.low, part.high)]
    return frozenset[Quantity]().union(*map(quantities, ends))


def _flat(steps: Steps) -> list[str]:
    return [steps] if isinstance(steps, str) else [name for part in steps for name in _flat(part)]
