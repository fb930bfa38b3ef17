"""The script of a derivation: functions that are steps, wired by their argument names.

logistic = Derivation("logistic_regression", where="yt in {0, 1}; 0 < yp < 1")

@logistic.step(claim="diff(ce, yp) = (yp - yt)/(yp*(1 - yp))", relation="derivative of")
def slope_in_yp(ce):
    "Why this step is taken."
    return differentiate(ce, yp)
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import Any, Self, overload

import sympy as sp

from lossproof.derivation import graph
from lossproof.derivation.bodies import Body, formula_of, is_typed, run, tree_of
from lossproof.derivation.claims import (
    NO_CLAIM,
    narrowed,
    read_claim,
    read_values,
    read_where,
    read_words,
    variable_of,
)
from lossproof.derivation.declared_letters import Letters
from lossproof.derivation.options import checked_name, refuse_bare_decorator, refuse_options, relation_named
from lossproof.derivation.placing import StepsAbove, refuse_unjudged
from lossproof.derivation.publication import ClassPublication, NetworkPublication, Publication, Steps
from lossproof.derivation.samples import Sample, of_samples
from lossproof.derivation.shared import INDEPENDENT, LINEAR, OF_SAMPLE, Line
from lossproof.derivation.shown import Shown, main_line, shown
from lossproof.derivation.source import arguments_of, line_of, path_of, reason_of, source_of, title_of
from lossproof.derivation.step import Origin, Step
from lossproof.errors import DerivationError, counted
from lossproof.notation.tree import Node
from lossproof.words.codes import Relation

Decorator = Callable[[Body], Step]


class Script:
    """Steps in the order they were written, and the graph between them that their argument names say.

    ``where`` holds for every step; ``indices`` are letters that count, each with its range, as in
    ``"m in 0..M-1; k in 1..K"``: a claim may leave the range out, ``sum(x[m], m)``, and ``mean(x[m], m)`` is the
    average. ``parameters`` are the quantities that an optimum is looked for in, unless a step says otherwise;
    ``source`` cites the book. ``main`` lists the steps of the main line, which the chapter's page opens with.
    ``keywords`` and ``picture`` are those of the chapter as a whole, see `lossproof.derivation.shown`.
    Raises DerivationError for a script put together wrongly.
    """

    def __init__(
        self,
        name: str,
        *,
        title: str = "",
        where: str = "",
        indices: str = "",
        source: str = "",
        parameters: str = "",
        main: str = "",
        keywords: str = "",
        picture: str = "",
    ) -> None:
        self.name = checked_name(name)
        self.title = title or title_of(name)
        self.where = "; ".join(clauses for clauses in (where, indices) if clauses)
        self.source = source
        self.parameters = frozenset(parameters.split())
        self.assumptions = read_where(self.where, f"derivation `{name}`")
        self.letters = Letters(name, self.assumptions, read_where(indices, f"the indices of derivation `{name}`"))
        self.publication: Publication | ClassPublication | None = None
        self.published_network: NetworkPublication | None = None
        self.path: Path | None = None
        self.text = ""
        self.shown = shown("", keywords, picture)
        self._main = main
        self._introduction: str | None = None
        self._part = ""
        self._samples: Sample | None = None
        self._steps: dict[str, Step] = {}

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r}, {counted(len(self._steps), 'step')})"

    def _repr_markdown_(self) -> str:
        """What a notebook shows: the title and every line, with the name that its step is asked for by."""
        lines = (f"`{step.name}` {step.title}\n\n$${step.latex}$$" for step in self.steps)
        return "\n\n".join([f"### {self.title}", *lines])

    def symbols(self, names: str) -> Any:
        """The scalars of that name, one or a tuple: ``yt, yp = derivation.symbols("yt yp")``."""
        return self.letters.symbols(names)

    def data(self, names: str) -> Any:
        """Indexed data, one or a tuple: ``P[m]`` after ``P = derivation.data("P")``."""
        return self.letters.data(names)

    def index(self, names: str) -> Any:
        """Integers that count through data, one or a tuple: ``m = derivation.index("m")``."""
        return self.letters.index(names)

    def expression(self, formula: str | Node) -> sp.Expr:
        """A formula in the grammar of claims as a SymPy expression in this derivation's own symbols.

        A letter that picks an element of data, the m of ``P[m]``, is the symbol that `index` gives, unless it is
        declared as a quantity and no index of that name was asked for.
        """
        return self.letters.expression(formula)

    def over(self, letter: str) -> tuple[sp.Expr, sp.Expr, sp.Expr]:
        """An index with its range, ``(m, 0, M - 1)``, for the moves that sum: ``average_over(x[m], *over("m"))``."""
        return self.letters.over(letter)

    def for_samples(self, index: str, names: str) -> Sample:
        """The same letters for each sample: ``each = chapter.for_samples("m", "yt yp")``, then ``each(ce)`` in bodies.

        ``names`` are the quantities of a sample, as scalars or with indices of their own. What steps above say of them
        is said of every sample, too: after ``model`` with ``yp = sigmoid(u)`` there is a step ``model_of_sample`` with
        ``yp[m] = sigmoid(u[m])``. Called again it adds names.
        """
        self.over(index)
        known = self._samples.names if self._samples is not None and self._samples.index == index else frozenset[str]()
        self._samples = each = Sample(index, known | frozenset(names.split()), self.letters.scope)
        for step, claim in of_samples(each, self.steps):
            relation = Relation.GIVEN if step.relation is Relation.GIVEN else Relation.DEFINITION
            line = replace(OF_SAMPLE, uses=(step.name,), relation=relation)
            self._record_line(line, step=step.name, title=step.title, claim=claim)
        return each

    def independent_samples(self, probability: str = "P", index: str = "m") -> None:
        """Three steps: ``likelihood``, the product over all samples, ``log_likelihood`` and ``average``.

        The average of -log P over the samples has its lowest point where the likelihood has its highest.
        """
        for line in INDEPENDENT:
            self._record_line(line, P=probability, m=index, varying=probability)

    def linear_predictor(self, predictor: str = "u", index: str = "m", feature: str = "k") -> None:
        """A step ``features``: ``u[m] = sum(w[k]*x[m, k], k)``, an assumption."""
        self._record_line(LINEAR, u=predictor, m=index, k=feature)

    def _record_line(self, line: Line, *, varying: str | None = None, **letters: str) -> Step:
        """A step of those that many chapters share, in this chapter's letters."""
        name, title, claim, reason = (
            text.format(**letters) for text in (line.name, line.title, line.claim, line.reason)
        )
        return self.record(
            name, None, uses=line.uses, relation=line.relation, claim=claim, title=title, reason=reason, varying=varying
        )

    def part(self, title: str) -> None:
        """A heading: the steps that follow stand below it, as far as the next one."""
        self._part = title

    @property
    def main_line(self) -> tuple[Step, ...]:
        """The steps that ``main`` lists. DerivationError where one is not there or out of order."""
        return main_line(self._main, self._steps, self.name)

    @property
    def introduction(self) -> str:
        """What the script says of itself at its head, as Markdown."""
        if self._introduction is None:
            self._introduction = ast.get_docstring(ast.parse(self.text))
        return self._introduction or ""

    def written_in(self, path: Path) -> None:
        """Say which script this is. Its text is what is read now, whatever becomes of the file."""
        self.path, self.text = path, path.read_text(encoding="utf-8")

    def in_words(self, steps: Iterable[Step], *, title: str, source: str, introduction: str, shown: Shown) -> Self:
        """The same derivation with other words for its steps and for itself; see `lossproof.chapters.chapter_texts`."""
        told = copy(self)
        told.title, told.source, told.shown, told._introduction = title, source, shown, introduction
        told._steps = {step.name: step for step in steps}
        return told

    def given(self, claim: str, **options: Any) -> Decorator:
        """A modelling assumption, stated and not derived; the function's docstring says why."""
        refuse_bare_decorator(claim, "given")
        return self._decorator(Relation.GIVEN, claim=claim, **options)

    def definition(self, claim: str, **options: Any) -> Decorator:
        """A name for something. DerivationError when an earlier step already uses the symbol."""
        refuse_bare_decorator(claim, "definition")
        return self._decorator(Relation.DEFINITION, claim=claim, **options)

    @overload
    def step(self, name: str, /) -> Step: ...
    @overload
    def step(self, /, *, claim: str | None = None, relation: str = "equal", **options: Any) -> Decorator: ...
    def step(
        self, name: str | None = None, /, *, claim: str | None = None, relation: str = "equal", **options: Any
    ) -> Step | Decorator:
        """Look up a step by name, ``derivation.step("ce")``; or, as a decorator, add a line that is derived.

        The decorated function gets the results of the steps that its arguments name and returns SymPy.
        Options: ``claim``, ``relation``, ``title``, ``where`` (more assumptions), ``of`` (the step that the
        relation looks back at; else the first argument), ``varying`` (what an optimum is looked for in),
        ``variable`` (what a derivative is taken by, where the claim's left side is not ``diff(..)``), ``because``
        (a few words for each line of a chain ``a = b = c``, separated by semicolons, formulas between dollars),
        ``values`` (what is put in for a special case, ``"M = 5"``, or where what holds for every size begins),
        ``keywords`` (other words that people search it by, separated by semicolons), ``picture`` (what the site
        draws of it).

        A claim ``diff(ce, yp) = ...`` is the derivative of the step that says what ``ce`` is. What the next step
        receives is the claim, as it is written; where nothing is claimed, the result.
        """
        if name is not None:
            refuse_bare_decorator(name, "step")
            return self._above.found(name)
        return self._decorator(relation_named(relation), claim=claim, **options)

    def record(
        self,
        name: str,
        result: sp.Expr | None,
        *,
        uses: Iterable[str] = (),
        relation: Relation = Relation.EQUAL,
        claim: str | None = None,
        reason: str = "",
        title: str | None = None,
        where: str = "",
        of: str | None = None,
        varying: str | None = None,
        variable: str | None = None,
        source: str = "",
        line: int | None = None,
        because: str = "",
        values: str = "",
        keywords: str = "",
        picture: str = "",
    ) -> Step:
        """Append a step whose result is computed already; the decorators are made of this.

        Without a result the claim is the formula, where the step only states something, and where what it looks
        back at or the left side of the claim says how it can be judged.
        """
        uses = tuple(uses)
        names = graph.names_known(self.assumptions, self.steps)
        statement = NO_CLAIM if claim is None else read_claim(claim, relation, name, self.letters.ranges, names)
        relation, of = self._above.placed(name, relation, of, uses, statement)
        origin = Origin.STATED if result is None else Origin.DERIVED
        result = formula_of(name, result, statement, self.letters)
        definitions = graph.definitions_in_force([*uses, *([of] if of else [])], self._steps)
        step = Step(
            name=name,
            title=title or title_of(name),
            reason=reason,
            uses=uses,
            relation=relation,
            of=of,
            left=statement.left,
            operator=statement.operator,
            claim=statement.right,
            claim_text=claim,
            result=result,
            result_tree=tree_of(name, result),
            assumptions=narrowed(self.assumptions, read_where(where, f"step `{name}`"), f"step `{name}`"),
            source=source,
            defines=graph.defines(statement, relation, definitions, self.steps),
            definitions=definitions,
            varying=self.parameters if varying is None else frozenset(varying.split()),
            variable=variable_of(name, relation, variable, statement.left),
            origin=origin,
            line=line,
            between=statement.between,
            because=read_words(because, statement, name),
            values=read_values(values, relation, name),
            shown=shown(self._part, keywords, picture),
        )
        refuse_unjudged(step)
        if step.relation is Relation.EQUAL and not graph.is_tied(step):
            step = replace(step, relation=Relation.DERIVED)
        self._steps[name] = step
        return step

    def publish_loss(
        self,
        *,
        value: str,
        slope: Steps,
        curvature: Steps,
        predictors: tuple[str, ...] = ("u",),
        target: str = "yt",
        target_domain: str = "0 <= yt <= 1",
        dispersion: str = "fixed",
        columns: tuple[str, ...] = (),
        parameters: tuple[str, ...] = (),
    ) -> None:
        """Say which steps become code: the loss of one sample, its slope and its curvature in ``predictors``.

        ``columns`` name what is observed in a row beside the target, such as an event or a number of trials;
        ``target_domain`` may speak of them. ``parameters`` name the predictors that have no features as a rule, such
        as a dispersion.

        ``dispersion`` is "fixed" where the value is the negative log-likelihood, up to terms without predictors;
        "pearson" where a factor was left out as well (1/s^2 of a bell curve of width s): standard errors then
        rest on Pearson's estimate of it. `check` judges that slope and curvature are the derivatives.
        DerivationError where a step holds anything but the predictors, the target and the columns, or where shapes
        and names do not fit together.
        """
        publication = Publication(
            value, slope, curvature, predictors, target, target_domain, dispersion, tuple(columns), tuple(parameters)
        )
        for name in publication.names():
            self._above.found(name)
        publication.refuse(self._steps, read_where(target_domain, f"the target of derivation `{self.name}`"))
        self.publication = publication

    def publish_classes(self, *, value: str, slope: str, curvature: str, truth: str = "yt") -> None:
        """Say which steps become the code of a loss over K classes, with K still a symbol.

        ``truth`` is declared one-hot over the classes. ``slope`` has the left side ``diff(ce, u[i])`` and
        ``curvature`` ``diff(diff(ce, u[i]), u[j])``. DerivationError where a step holds anything else, or where no
        clause says over which classes ``truth`` is one-hot.
        """
        one_hot = (each for each in self.assumptions.groups if each.kind == "one-hot" and each.members == (truth,))
        group = next(one_hot, None)
        if group is None or group.low is None or group.high is None:
            raise DerivationError(
                f"truth={truth!r} has to be one-hot over the classes: say so, as in '{truth}[k] one-hot over 1..K'."
            )
        publication = ClassPublication(value, slope, curvature, truth, group.low, group.high)
        for name in publication.names():
            self._above.found(name)
        publication.refuse(self._steps)
        self.publication = publication

    def publish_network(
        self, *, loss: str, gradients: tuple[str, ...], data: str = "x", truth: str = "yt", prediction: str = "yp"
    ) -> None:
        """Say which steps become a program that trains: the mean loss and its derivative by each parameter.

        Every name in them that a step above says what it is becomes a line of the program. DerivationError where
        there is no such step.
        """
        for name in (loss, *gradients):
            self._above.found(name)
        self.published_network = NetworkPublication(loss, gradients, data, truth, prediction)

    @property
    def steps(self) -> tuple[Step, ...]:
        """Every step, in the order written."""
        return tuple(self._steps.values())

    @property
    def graph(self) -> dict[str, tuple[str, ...]]:
        """Step to the steps it uses, as computed from the argument names."""
        return {step.name: step.uses for step in self.steps}

    @property
    def digest(self) -> str:
        """SHA-256, in hexadecimal, of everything written in the script: another text is another derivation."""
        steps = [(step.name, step.relation, step.claim_text, step.source, str(step.result)) for step in self.steps]
        return hashlib.sha256(repr((self.name, self.where, self.publication, steps, self.text)).encode()).hexdigest()

    @property
    def _above(self) -> StepsAbove:
        return StepsAbove(self.name, self._steps)

    def _decorator(self, relation: Relation, **options: Any) -> Decorator:
        refuse_options(options)

        def decorate(function: Body) -> Step:
            name, uses = function.__name__, arguments_of(function)
            if self.path is None and (path := path_of(function)) is not None:
                self.written_in(path)
            used = [self._above.found(each, f"Step `{name}` uses") for each in uses]
            arguments, result = run(function, used, self.letters, f"step `{name}` of derivation `{self.name}`")
            step = self.record(
                name,
                result,
                uses=uses,
                relation=relation,
                reason=reason_of(function),
                source=source_of(function),
                line=line_of(function),
                **options,
            )
            if is_typed(step, function, arguments):
                self._steps[name] = step = replace(step, origin=Origin.TYPED)
            return step

        return decorate
