"""A likelihood of your own: from one line to a derivation.

P(y) = mu^y*exp(-mu)/factorial(y), mu = exp(u)   ->   a chain of judged steps   ->   a loss that runs
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cached_property, partial
from typing import TYPE_CHECKING

import sympy as sp

from lossproof.errors import CallerError
from lossproof.models.board import Lines
from lossproof.models.class_chain import chain_of_classes
from lossproof.models.class_letters import setting_of_classes
from lossproof.models.class_reading import read_classes, speaks_of_classes
from lossproof.models.data_set import samples
from lossproof.models.expected import information
from lossproof.models.families import FAMILIES
from lossproof.models.lines_again import Log, kept, key_of, recalled
from lossproof.models.one_sample import adds_up, density, likelihood, loss_of_one
from lossproof.models.prior import Prior, posterior, read_prior
from lossproof.models.reading import Reading, read
from lossproof.models.setting import Setting, setting
from lossproof.models.slopes import Derivatives, derivatives
from lossproof.models.total import Kind, total
from lossproof.models.valley import one_valley, valley

if TYPE_CHECKING:
    from lossproof.chapters.derivation import Derivation
    from lossproof.lowering import Loss
    from lossproof.lowering.classes import ClassLoss


class Model:
    """P(target | predictors, parameters, data), as one writes it down.

        Model("mu^y*exp(-mu)/factorial(y)", target="y", predictors={"mu": "exp(u)"}, where="y integer >= 0")

    ``density`` is text of the grammar, LaTeX or SymPy: a probability or a density, or with ``log=True`` its logarithm;
    ``"P(y) = ..."`` and ``"log P(y) = ..."`` say which by themselves. ``predictors`` says what its quantities hang on:
    a letter that nothing else explains, the ``u`` of ``"exp(u)"``, is a linear predictor, and ``"exp(x @ w)"`` is
    another way to write one. ``parameters`` are free and have no features, each with a clause on it:
    ``{"theta": "theta > 0"}``. ``data`` names what else is observed in a row. ``prior`` is what is believed of each
    weight before any data came, a bell or a peak in one letter: ``"exp(-Abs(w)/2)"``. ``where`` holds the other
    clauses. What a predictor's formula shows of its range (exp(u) > 0) need not be said.

    Raises CallerError, which names the argument, for a name that nothing explains, for text outside of the grammar and
    for clauses on what the model does not have.
    """

    def __init__(
        self,
        density: str | sp.Expr,
        target: str = "y",
        predictors: Mapping[str, str | sp.Expr] | None = None,
        parameters: Mapping[str, str] | None = None,
        *,
        where: str = "",
        log: bool = False,
        data: Iterable[str] = (),
        prior: str | sp.Expr | None = None,
        name: str = "model",
        title: str = "",
    ) -> None:
        reader = read_classes if speaks_of_classes(density, target) else read
        self.reading: Reading = reader(density, target, predictors or {}, parameters or {}, where, log, data)
        self.prior = read_prior(prior)
        if self.prior is not None and self.reading.classes is not None:
            raise CallerError("prior: with K classes it is not derived; give its share of a sample as ridge to fit.")
        if self.prior is not None and not self.reading.linear:
            raise CallerError("prior: it is a belief about weights, and no predictor of this model has any.")
        self.name = name
        self.title = title

    @classmethod
    def named(cls, name: str) -> Model:
        """A likelihood of the textbooks, such as ``"negative_binomial"``: a row of `lossproof.models.FAMILIES`.

        Its target is called y. CallerError for a name that no row has.
        """
        if name not in FAMILIES:
            near = get_close_matches(str(name), FAMILIES, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(FAMILIES)}."
            raise CallerError(f"name: there is no family {name!r}; {hint}")
        row = FAMILIES[name]
        arguments = (row.density, "y", row.predictors, row.parameters)
        return cls(*arguments, where=row.where, log=row.log, data=row.data, name=name)

    def __repr__(self) -> str:
        given = (*self.reading.predictors, *self.reading.columns)
        return f"Model({self.name!r}, P({self.reading.target} | {', '.join(given)}))"

    def derive(self) -> Derivation:
        """The whole derivation, recorded by ordinary steps and judged like any other.

        Independent samples, logarithm, minus and average, the loss of one sample, its derivatives by the means, the
        chain rule, slopes and curvatures in the predictors, whether it is convex, gradient and Hessian of a data set,
        and the published loss. CallerError where the logarithm of the density cannot be taken, because nothing says
        that a factor is positive.
        """
        return self._derivation

    @property
    def loss(self) -> Loss | ClassLoss:
        """The published loss of the derivation: it compiles, fits and exports; one of K classes is a `ClassLoss`."""
        return self.derive().loss

    @cached_property
    def _derivation(self) -> Derivation:
        from lossproof.chapters.derivation import Derivation

        varying = " ".join((*self.reading.means, *self.reading.predictors))
        empty = partial(Derivation, self.name, title=self.title, parameters=varying)
        key = key_of(self.name, self.title, self.reading, self.prior)
        known = recalled(key, empty)
        if known is not None:
            return known
        if self.reading.classes is not None:
            letters, where = setting_of_classes(self.reading)
        else:
            letters = setting(self.reading)
            where = letters.where()
        derivation = empty(where=where)
        log = Log(derivation)
        if self.reading.classes is not None:
            chain_of_classes(log, letters)
        else:
            _publish(log, _recorded(log, letters, self.prior))
        return kept(key, log, empty) or derivation


def _recorded(log: Log, letters: Setting, prior: Prior | None) -> Derivatives:
    """The chain, line by line, and the derivatives that it ends in."""
    lines = Lines(log, letters)
    found = total(letters.reading, letters.assumptions.scalars)
    density(lines, found)
    adds_up(lines, found)
    likelihood(lines)
    loss = loss_of_one(lines)
    slopes = derivatives(lines, loss)
    if found.kind is Kind.ONE:
        information(lines, slopes)
    valley(lines, slopes)
    samples(lines, slopes)
    one_valley(lines, slopes)
    if prior is not None:
        posterior(lines, prior, loss)
    return slopes


def _publish(log: Log, found: Derivatives) -> None:
    reading, steps, matrix = found.reading, found.slope_steps(), found.curvature_steps()
    single = len(steps) == 1
    log.publish_loss(
        value=found.value_step,
        slope=steps[0] if single else steps,
        curvature=matrix[0][0] if single else matrix,
        predictors=reading.predictors,
        target=reading.target,
        target_domain=reading.clauses((*reading.observed, *reading.parameters)),
        columns=reading.columns,
        parameters=reading.parameters,
    )
