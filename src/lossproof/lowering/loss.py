"""A loss per sample: the formulas of value, slope and curvature, and the ways from them to code.

value l(u, yt)     slope dl/du     curvature d2l/du2      u: the linear predictors of one sample

A row may hold more than the target: time and event, trials, exposure. These are its ``columns``.
"""

from __future__ import annotations

import hashlib
import math
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from importlib.metadata import entry_points
from typing import Any

import sympy
from sympy import Expr, Symbol

from lossproof.errors import CallerError, InexactLoss
from lossproof.lowering import family, standing
from lossproof.lowering.called_by_name import called_by_name
from lossproof.lowering.code.backends import build
from lossproof.lowering.code.loss_formulas import KINDS, Component, Formulas, Matrix, components
from lossproof.lowering.forms import kept
from lossproof.lowering.forms.choice import GOAL, Chosen, Weakness
from lossproof.lowering.forms.code_functions import formula, parts
from lossproof.lowering.forms.judged_domain import domains_in_words, guarded_by_domains, refuse_unlike_numbers
from lossproof.lowering.forms.rewriting import COMPACT, rewritten
from lossproof.lowering.forms.sample import Question
from lossproof.lowering.loss_arguments import check_domain, check_letters, check_parameters, expression, row, square
from lossproof.lowering.measure.accuracy import Accuracy, Plan, certificate
from lossproof.lowering.measure.single import right_in_single
from lossproof.lowering.validation import target_interval
from lossproof.notation import from_sympy, parse_assumptions, to_latex
from lossproof.notation.assumptions import Assumptions, Domain
from lossproof.referee.steps.grounds import Ground
from lossproof.referee.steps.report import StepVerdict

DISPERSIONS = ("fixed", "pearson")
LONGEST_NAME = 200
UNCHECKED = "Unchecked: the referee was not asked whether slope and curvature are the derivatives."
MOST_MEASURED = 15  # functions whose plain forms are compared: value, slopes and curvatures of four predictors


@dataclass(frozen=True)
class Loss:
    """The loss of one sample as expressions in the predictors and the target.

    With one predictor ``slope`` and ``curvature`` are expressions; with q they are a tuple and a tuple of tuples.
    ``target_domain`` says which targets are allowed, as assumptions or as their text (``"0 <= yt <= 1"``); it speaks of
    the ``columns`` too, the symbols of what else is observed in a row (``"yt > 0; d in {0, 1}"``), and of a predictor
    that has an end (``"u > 0"``): beyond it, nothing is a number. ``parameters`` names the predictors that have no
    features as a rule, such as a dispersion: one number for all rows unless a fit gives them a design. ``digest``
    identifies the derivation that the formulas come from; without one it is the hash of the formulas. ``dispersion``
    says whether the loss is the negative log-likelihood ("fixed"), or that times a factor which the family leaves open
    and Pearson's statistic estimates ("pearson").

    Before anything runs, the referee judges that slope and curvature are the derivatives, and ``grounds``, which a
    derivation gives. What is refuted raises RefutedLoss; ``unchecked=True`` asks nobody.
    """

    name: str
    predictors: tuple[Symbol, ...]
    target: Symbol
    target_domain: Assumptions | str
    value: Expr
    slope: Expr | tuple[Expr, ...]
    curvature: Expr | Matrix
    digest: str = field(default="")
    dispersion: str = "fixed"
    grounds: tuple[Ground, ...] = field(default=(), repr=False, hash=False)
    unchecked: bool = False
    columns: tuple[Symbol, ...] = ()
    parameters: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name.isprintable() or not 0 < len(self.name) <= LONGEST_NAME:
            raise CallerError(f"name: {self.name!r} was given; it is 1 to {LONGEST_NAME} printable characters")
        if self.dispersion not in DISPERSIONS:
            known = " or ".join(map(repr, DISPERSIONS))
            raise CallerError(f"dispersion: {self.dispersion!r} was given; it is {known}")
        if not isinstance(self.unchecked, bool):
            raise CallerError(f"unchecked: {self.unchecked!r} was given; it is True or False")
        check_letters(self.predictors, self.target, self.columns)
        check_parameters(self.parameters, self.predictors)
        check_domain(self.target_domain)
        refuse_unlike_numbers(self.predictors, self.predictor_domains)
        for name, formulas in self._read().items():
            object.__setattr__(self, name, formulas)
        if not self.digest:
            parts = (self.name, self.predictors, self.target, self.value, self.slope, self.curvature, *self.columns)
            object.__setattr__(self, "digest", hashlib.sha256(repr(parts).encode()).hexdigest()[:16])

    def __hash__(self) -> int:
        """Of what names the formulas: these are long, and what is found out about a loss is looked up often."""
        return hash((self.name, self.digest))

    def _read(self) -> dict[str, Any]:
        """The formulas as expressions: one slope and curvature with one predictor, else tuples. Raises CallerError."""
        q, letters = len(self.predictors), self.arguments
        value = expression("value", self.value, letters)
        if q == 1 and not isinstance(self.slope, tuple) and not isinstance(self.curvature, tuple):
            slope = expression("slope", self.slope, letters)
            return {"value": value, "slope": slope, "curvature": expression("curvature", self.curvature, letters)}
        slopes, curvatures = row("slope", self.slopes, q, letters), square("curvature", self.curvatures, q, letters)
        return {"value": value, "slope": slopes, "curvature": curvatures}

    @property
    def slopes(self) -> tuple[Expr, ...]:
        """The slope by each predictor, also where there is one."""
        return self.slope if isinstance(self.slope, tuple) else (self.slope,)

    @property
    def curvatures(self) -> Matrix:
        """The matrix of second derivatives, also where it is 1 by 1."""
        return self.curvature if isinstance(self.curvature, tuple) else ((self.curvature,),)

    @property
    def arguments(self) -> tuple[Symbol, ...]:
        """What the formulas hold: the predictors, the other observed columns, the target."""
        return (*self.predictors, *self.columns, self.target)

    @property
    def domain(self) -> Domain:
        """The domain of the target."""
        return target_interval(self._domains, self.target.name)

    @property
    def column_domains(self) -> tuple[Domain, ...]:
        """The domain of each of the ``columns``."""
        domains = self._domains
        return tuple(target_interval(domains, column.name) for column in self.columns)

    @cached_property
    def predictor_domains(self) -> tuple[Domain, ...]:
        """Where each predictor may lie: as ``target_domain`` says of it, else as its symbol does."""
        said = self._domains.scalars
        return tuple(said.get(symbol.name) or standing.domain_of(symbol) for symbol in self.predictors)

    @cached_property
    def _domains(self) -> Assumptions:
        given = self.target_domain
        return parse_assumptions(given) if isinstance(given, str) else given

    @cached_property
    def mean(self) -> Expr | None:
        """yp(u), the target at which the slope is 0; None where there is no such formula."""
        return family.mean_of(self.slopes[0], self.target) if len(self.predictors) == 1 else None

    @cached_property
    def link(self) -> Expr | None:
        """u(yp), the predictor at which a target is the mean; None where there is no such formula."""
        return None if self.mean is None else family.inverse_of(self.mean, self.predictors[0], self.target)

    def _repr_markdown_(self) -> str:
        """What a notebook shows: the published formulas; the curvature where there is one predictor."""
        published = [("Loss", self.value)]
        published += [(f"Slope by `{by}`", each) for by, each in zip(self.predictors, self.slopes, strict=True)]
        if len(self.predictors) == 1:
            published.append(("Curvature", self.curvatures[0][0]))
        formulas = "\n\n".join(f"{words}: {_in_latex(expr)}" for words, expr in published)
        return f"**{self.name}**, {self.target_domain}\n\n{formulas}"

    @cached_property
    def categorical(self) -> bool:
        """Whether the predictors belong to K classes yt = 0..K-1 and only their differences count."""
        return family.sums_to_zero(self.slopes, self.target)

    @property
    def two_classes(self) -> bool:
        """Whether there is one predictor and the targets lie between 0 and 1."""
        low, high = family.ends(self.domain)
        return len(self.predictors) == 1 and low >= 0 and high <= 1

    @property
    def never_negative(self) -> bool:
        """Whether no target is below 0, as with counts and sizes."""
        return family.ends(self.domain)[0] >= 0

    @cached_property
    def verdicts(self) -> dict[str, StepVerdict]:
        """The referee's verdict on every step and row that the loss rests on, by name; kept between runs."""
        return standing.verdicts(self)

    @property
    def doubts(self) -> tuple[str, ...]:
        """A line for each of them that stays undecided; empty as well where nobody was asked."""
        return () if self.unchecked else standing.doubts(self)

    @cached_property
    def choices(self) -> dict[str, Chosen]:
        """Which forms of value, slopes and curvatures were measured, and which one is computed.

        Raises RefutedLoss: what is refuted has no form that may be computed.
        """
        standing.refuse_refuted(self)
        return dict(chosen_forms(self, components(self.value, self.slopes, self.curvatures)))

    @cached_property
    def weaknesses(self) -> dict[str, Weakness]:
        """The functions whose computed form misses the goal somewhere, with where; empty as a rule."""
        return {name: chosen.weakness for name, chosen in self.choices.items() if chosen.weakness is not None}

    @property
    def trusted(self) -> bool:
        """Whether every function met the goal wherever it was measured."""
        return not self.weaknesses

    @property
    def cautions(self) -> dict[str, str]:
        """A sentence for each function of `weaknesses`: how wrong it is, and where not to rely on it."""
        letters = [symbol.name for symbol in self.arguments]
        return {name: _sentence(name, weakness, letters) for name, weakness in self.weaknesses.items()}

    def warn_where_inexact(self) -> None:
        """`InexactLoss` where a function is not to be trusted everywhere: which, how wrong, where."""
        said = self.cautions.values()
        if said:
            warnings.warn(f"the loss {self.name!r}: {'; '.join(said)}", InexactLoss, stacklevel=3)

    @cached_property
    def computed(self) -> Formulas:
        """The forms that become code: not a number where a predictor leaves the domain in which it was judged."""
        published = components(self.value, self.slopes, self.curvatures)
        inside = partial(guarded_by_domains, predictors=self.predictors, domains=self.predictor_domains)
        best = {(part.kind, *part.place): inside(self.choices[part.name].best.expr) for part in published}
        places = range(len(self.predictors))
        several = len(self.predictors) > 1
        slopes = tuple(best["slope", *((p,) if several else ())] for p in places)
        curvatures = tuple(
            tuple(best["curvature", *((min(p, s), max(p, s)) if several else ())] for s in places) for p in places
        )
        about = (self.name, self.digest, self.predictors, self.target)
        forms = (best["value",], slopes, curvatures, tuple(published))
        return Formulas(*about, *forms, columns=self.columns, notes=self._notes)

    @property
    def _notes(self) -> tuple[str, ...]:
        """What the code of this loss says of itself: a line for each thing that is not as it should be."""
        asked = (UNCHECKED,) if self.unchecked else tuple(f"Not confirmed: {doubt}." for doubt in self.doubts)
        inside = domains_in_words(self.predictors, self.predictor_domains)
        return (*asked, *inside, *(f"Not to be trusted everywhere: {caution}." for caution in self.cautions.values()))

    @cached_property
    def plain(self) -> Formulas:
        """The forms in plain floats, right at predictors of ordinary size: what a fit of several predictors sums up.

        Raises RefutedLoss as `choices` does.
        """
        standing.refuse_refuted(self)
        published = components(self.value, self.slopes, self.curvatures)
        best = {part.place or (0,) * KINDS.index(part.kind): expr for part, expr in _plain(self, published)}
        places = range(len(self.predictors))
        curvatures = tuple(tuple(best[min(p, s), max(p, s)] for s in places) for p in places)
        about = (self.name, self.digest, self.predictors, self.target)
        forms = (best[()], tuple(best[p,] for p in places), curvatures, tuple(published))
        return Formulas(*about, *forms, columns=self.columns)

    def formulas(self, backend: str) -> Formulas:
        """What a back end is built from; JAX asks whether what it computes in float32 is right."""
        if backend != "jax":
            return self.computed
        asked = partial(right_in_single, self.computed, self.predictor_domains, self.domain, self.column_domains)
        return replace(self.computed, right_in_single=asked)

    def compile(self, backend: str = "numba") -> CompiledLoss:
        """Functions of arrays: "numba" (default), "numpy" (readable reference) or "jax" (optional extra).

        Warns with `InexactLoss` where a function is not to be trusted everywhere.
        """
        self.warn_where_inexact()
        return CompiledLoss(self, backend)

    def accuracy(
        self, backend: str = "numba", points: int = 100_000, seed: int = 0, subnormal: bool = True
    ) -> Accuracy:
        """The largest error of every function against balls, in units in the last place, with its point.

        ``subnormal=False`` leaves out points and results below the smallest normal number, which JAX replaces
        by 0 on most processors.
        """
        plan = Plan(points, seed, subnormal)
        return certificate(self, build(self.formulas(backend), backend), backend, plan)

    def export(self, target: str, **options: Any) -> Any:
        """The loss for another program: see `lossproof.export`.

        "python" (a module that needs NumPy and nothing else) and "c" are text; "jax" and "torch" a function
        ``loss(u, y)`` with exact derivatives; "xgboost" and "lightgbm" an objective with its metric; "sklearn" a loss
        object for HistGradientBoosting*. Targets are the entry points of the group ``lossproof.targets``, so that an
        installed package may bring its own.
        """
        known = {each.name: each for each in entry_points(group="lossproof.targets")}
        if target not in known:
            raise CallerError(f"target: {target!r} was given; known are {', '.join(map(repr, sorted(known)))}")
        self.warn_where_inexact()
        return known[target].load()(self, target, **options)


class CompiledLoss:
    """value(u, y), slope(u, y), curvature(u, y) on arrays that broadcast; ``source`` is the generated text.

    u (M,) and y (M,) give (M,); with q predictors u is (M, q), the slope (M, q), the curvature (M, q, q). What else a
    row holds is given by name: ``value(u, y, tau=tau, d=d)``, each (M,).
    """

    def __init__(self, loss: Loss, backend: str = "numba") -> None:
        self.loss = loss
        self.backend = backend
        *functions, self.source = build(loss.formulas(backend), backend)
        predictors, columns = ([each.name for each in group] for group in (loss.predictors, loss.columns))
        called = partial(called_by_name, predictors=predictors, columns=columns, target=loss.target.name)
        self.value, self.slope, self.curvature = map(called, functions)

    def __reduce__(self) -> tuple[Any, ...]:
        return CompiledLoss, (self.loss, self.backend)

    def __repr__(self) -> str:
        return f"CompiledLoss({self.loss.name!r}, backend={self.backend!r})"


def _in_latex(expr: Expr) -> str:
    """As a formula; as code where only code has a word for a part of it."""
    try:
        return f"${to_latex(from_sympy(expr))}$"
    except CallerError:
        return f"`{expr}`"


def _sentence(function: str, weakness: Weakness, letters: list[str]) -> str:
    """Which function, how wrong, where."""
    sides = zip(letters, weakness.box, strict=True)
    box = ", ".join(f"{letter} from {low:g} to {high:g}" for letter, (low, high) in sides)
    point = ", ".join(f"{letter} = {value!r}" for letter, value in zip(letters, weakness.point, strict=True))
    if math.isnan(weakness.error):
        return f"nothing confirms its {function} at {point}; do not rely on it for {box}"
    error = "inf or nan" if math.isinf(weakness.error) else f"wrong by {weakness.error:.3g} units in the last place"
    return f"its {function} is {error} at {point} (the goal is {GOAL:g}); do not rely on it for {box}"


def chosen_forms(loss: Loss, wanted: list[Component]) -> Iterator[tuple[str, Chosen]]:
    """The value first; then each derivative may also come from the form chosen for what it is derived from."""
    arguments, domain, columns = loss.arguments, loss.domain, loss.column_domains
    chosen: dict[tuple[int, ...], Chosen] = {}
    for part in wanted:
        by = part.place or (0,) * KINDS.index(part.kind)
        derived = _derivatives(chosen[by[:-1]].best.expr, loss.predictors[by[-1]]) if by else ()
        question = Question(part.expr, arguments, domain, derived, columns, loss.predictor_domains)
        chosen[by] = kept.chosen(question)
        yield part.name, chosen[by]


def _plain(loss: Loss, published: list[Component]) -> Iterator[tuple[Component, Expr]]:
    """The plain form of every component; with very many, or a formula of free parameters alone, as it was published."""
    measured = len(published) <= MOST_MEASURED and len(loss.parameters) < max(2, len(loss.predictors))
    for part in published:
        question = Question(part.expr, loss.arguments, loss.domain, (), loss.column_domains, loss.predictor_domains)
        yield part, kept.plain(question) if measured else part.expr


def _derivatives(expr: Expr, by: Symbol) -> tuple[Expr, ...]:
    """The derivatives of the forms as they stand, and of their compact ones, which have other derivatives."""
    found = parts(expr)
    stand = [formula(expr)] if found is None else [formula(found.near), formula(found.far)]
    forms = dict.fromkeys([*stand, *(rewritten(form, COMPACT).expr for form in stand)])
    return tuple(dict.fromkeys(sympy.diff(form, by) for form in forms))
