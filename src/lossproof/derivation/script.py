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
import re
from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Self, overload

import sympy as sp

from lossproof.derivation import graph
from lossproof.derivation.claims import (
    NO_CLAIM,
    Statement,
    named_by,
    narrowed,
    ranges_of,
    read_claim,
    read_values,
    read_where,
    read_words,
    variable_of,
)
from lossproof.derivation.dependence import depends
from lossproof.derivation.every import refuse_wrong_start
from lossproof.derivation.publication import ClassPublication, NetworkPublication, Publication, Steps
from lossproof.derivation.samples import Sample, of_samples
from lossproof.derivation.shared import INDEPENDENT, LINEAR, OF_SAMPLE, Line
from lossproof.derivation.shown import Shown, main_line, shown
from lossproof.derivation.source import arguments_of, line_of, path_of, reason_of, source_of, title_of
from lossproof.derivation.step import LOOKS_BACK, UNCHECKED, Origin, Step
from lossproof.derivation.unfolding import has_finitely_many, quantities, unfold
from lossproof.errors import CallerError, DerivationError, MoveError
from lossproof.notation import Scope, free_names, from_sympy, parse_tree, to_sympy, walk
from lossproof.notation.evaluated import evaluated
from lossproof.notation.tree import Derivative, Indexed, Node
from lossproof.words.codes import Relation

Body = Callable[..., Any]
Decorator = Callable[[Body], Step]
OPTIONS = (
    *("claim", "relation", "title", "where", "of", "varying", "variable", "because", "values"),
    *("keywords", "picture"),
)
"""What the author of a step may say of it."""


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
        self.name = _checked(name)
        self.title = title or title_of(name)
        self.where = "; ".join(clauses for clauses in (where, indices) if clauses)
        self.source = source
        self.parameters = frozenset(parameters.split())
        self.assumptions = read_where(self.where, f"derivation `{name}`")
        self.ranges = ranges_of(read_where(indices, f"the indices of derivation `{name}`"))
        self.scope = Scope(self.assumptions)
        self.publication: Publication | ClassPublication | None = None
        self.published_network: NetworkPublication | None = None
        self.path: Path | None = None
        self.shown = shown("", keywords, picture)
        self._main = main
        self._introduction: str | None = None
        self._part = ""
        self._samples: Sample | None = None
        self._steps: dict[str, Step] = {}
        self._letters: set[str] = set(self.ranges)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r}, {len(self._steps)} steps)"

    def _repr_markdown_(self) -> str:
        """What a notebook shows: the title and every line, with the name that its step is asked for by."""
        lines = (f"`{step.name}` {step.title}\n\n$${step.latex}$$" for step in self.steps)
        return "\n\n".join([f"### {self.title}", *lines])

    def symbols(self, names: str) -> Any:
        """The scalars of that name, one or a tuple: ``yt, yp = derivation.symbols("yt yp")``."""
        return _one_or_all([self.scope.symbol(name) for name in names.split()])

    def data(self, names: str) -> Any:
        """Indexed data, one or a tuple: ``P[m]`` after ``P = derivation.data("P")``."""
        return _one_or_all([self.scope.data(name) for name in names.split()])

    def index(self, names: str) -> Any:
        """Integers that count through data, one or a tuple: ``m = derivation.index("m")``."""
        self._letters |= set(names.split())
        return _one_or_all([self.scope.index(name) for name in names.split()])

    def expression(self, formula: str | Node) -> sp.Expr:
        """A formula in the grammar of claims as a SymPy expression in this derivation's own symbols.

        A letter that picks an element of data, the m of ``P[m]``, is the symbol that `index` gives, unless it is
        declared as a quantity and no index of that name was asked for.
        """
        return self._expression(parse_tree(formula, self.ranges) if isinstance(formula, str) else formula)

    def over(self, letter: str) -> tuple[sp.Expr, sp.Expr, sp.Expr]:
        """An index with its range, ``(m, 0, M - 1)``, for the moves that sum: ``average_over(x[m], *over("m"))``."""
        if letter not in self.ranges:
            known = ", ".join(self.ranges) or "none"
            raise DerivationError(f"Derivation `{self.name}` says no range of {letter!r} in indices=; it has {known}.")
        low, high = (self._expression(end) for end in self.ranges[letter])
        return self.scope.index(letter), low, high

    def for_samples(self, index: str, names: str) -> Sample:
        """The same letters for each sample: ``each = chapter.for_samples("m", "yt yp")``, then ``each(ce)`` in bodies.

        ``names`` are the quantities of a sample, as scalars or with indices of their own. What steps above say of them
        is said of every sample, too: after ``model`` with ``yp = sigmoid(u)`` there is a step ``model_of_sample`` with
        ``yp[m] = sigmoid(u[m])``. Called again it adds names.
        """
        self.over(index)
        known = self._samples.names if self._samples is not None and self._samples.index == index else frozenset[str]()
        self._samples = each = Sample(index, known | frozenset(names.split()), self.scope)
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
        if self._introduction is None and self.path is not None:
            self._introduction = ast.get_docstring(ast.parse(self.path.read_text(encoding="utf-8")))
        return self._introduction or ""

    def in_words(self, steps: Iterable[Step], *, title: str, source: str, introduction: str, shown: Shown) -> Self:
        """The same derivation with other words for its steps and for itself; see `lossproof.chapters.chapter_texts`."""
        told = copy(self)
        told.title, told.source, told.shown, told._introduction = title, source, shown, introduction
        told._steps = {step.name: step for step in steps}
        return told

    def given(self, claim: str, **options: Any) -> Decorator:
        """A modelling assumption, stated and not derived; the function's docstring says why."""
        _refuse_bare_decorator(claim, "given")
        return self._decorator(Relation.GIVEN, claim=claim, **options)

    def definition(self, claim: str, **options: Any) -> Decorator:
        """A name for something. DerivationError when an earlier step already uses the symbol."""
        _refuse_bare_decorator(claim, "definition")
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
        (a few words for each line of a chain ``a = b = c``, separated by semicolons), ``values`` (what is put in
        for a special case, ``"M = 5"``, or where what holds for every size begins), ``keywords`` (other words that
        people search it by, separated by semicolons), ``picture`` (what the site draws of it).

        A claim ``diff(ce, yp) = ...`` is the derivative of the step that says what ``ce`` is. What the next step
        receives is the claim, as it is written; where nothing is claimed, the result.
        """
        if name is not None:
            _refuse_bare_decorator(name, "step")
            return self._found(name)
        return self._decorator(_relation(relation), claim=claim, **options)

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
        statement = read_claim(claim, relation, name, self.ranges) if claim is not None else NO_CLAIM
        self._refuse(name, uses, relation, statement)
        relation, of = self._read_off(relation, of, uses, statement)
        of = self._looks_back_at(name, relation, of, uses)
        origin = Origin.STATED if result is None else Origin.DERIVED
        result = self._result(name, result, statement)
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
            result_tree=_tree(name, result),
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
        _refuse_untied(step)
        refuse_wrong_start(step)
        _refuse_infinite(step)
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
            self._found(name)
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
            self._found(name)
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
            self._found(name)
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
        text = self.path.read_text(encoding="utf-8") if self.path else ""
        steps = [(step.name, step.relation, step.claim_text, step.source, str(step.result)) for step in self.steps]
        return hashlib.sha256(repr((self.name, self.where, self.publication, steps, text)).encode()).hexdigest()

    def _decorator(self, relation: Relation, **options: Any) -> Decorator:
        _refuse_options(options)

        def decorate(function: Body) -> Step:
            name, uses = function.__name__, arguments_of(function)
            self.path = self.path or path_of(function)
            used = [self._found(each, f"Step `{name}` uses") for each in uses]
            arguments, result = self._run(name, function, used)
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
            return self._with_origin(step, function, arguments)

        return decorate

    def _received(self, step: Step) -> sp.Expr:
        """What a later step is given: the claim as it is written, or the result where no formula is claimed."""
        if step.claim is None or step.operator != "=":
            return step.result
        return self._expression(step.claim, step.left)

    def _read_off(
        self, relation: Relation, of: str | None, uses: tuple[str, ...], statement: Statement
    ) -> tuple[Relation, str | None]:
        """A line ``diff(ce, yp) = ...`` is the derivative of the step above that says what ``ce`` is.

        ``diff(diff(ce, u), u) = ...`` is that of the step above with ``diff(ce, u)`` on its left side.
        """
        if relation is not Relation.EQUAL or of is not None or not isinstance(statement.left, Derivative):
            return relation, of
        for name in reversed(graph.ancestors(uses, self._steps)):
            definition, left = self._steps[name].defines, self._steps[name].left
            if statement.left.body in (left, definition and definition.symbol):
                return Relation.DERIVATIVE, name
        return relation, of

    def _run(self, name: str, function: Body, used: list[Step]) -> tuple[list[sp.Expr], sp.Expr | None]:
        """What the body was given and what it returned.

        Where a move refuses the claims it is given what was derived: a wrong claim is to be refuted where it stands,
        and not to be met as a move that fails further down.
        """
        claims, results = [self._received(step) for step in used], [step.result for step in used]
        try:
            return claims, function(*claims)
        except MoveError as error:
            try:
                return results, function(*results)
            except MoveError:
                raise MoveError(f"In step `{name}` of derivation `{self.name}`: {error}") from error

    def _with_origin(self, step: Step, function: Body, arguments: list[sp.Expr]) -> Step:
        """The step as typed where its function alone could tie it to others, and does not use them."""
        bare = step.relation not in UNCHECKED and step.claim is not None and not graph.is_tied(step)
        if bare and not depends(function, arguments, step.result):
            self._steps[step.name] = step = replace(step, origin=Origin.TYPED)
        return step

    def _found(self, name: str, said: str = "There is no step") -> Step:
        if name in self._steps:
            return self._steps[name]
        near = get_close_matches(name, self._steps, n=1)
        hint = f"did you mean `{near[0]}`?" if near else f"its steps are {', '.join(self._steps) or 'none yet'}."
        raise DerivationError(f"{said} `{name}`, which derivation `{self.name}` does not have so far; {hint}")

    def _refuse(self, name: str, uses: tuple[str, ...], relation: Relation, statement: Statement) -> None:
        """DerivationError where the step does not fit behind those that are there."""
        if name in self._steps:
            raise DerivationError(f"Derivation `{self.name}` has two steps named `{name}`; rename one of them.")
        for each in uses:
            self._found(each, f"Step `{name}` uses")
        if relation is not Relation.DEFINITION:
            return
        symbol = named_by(statement.left)
        if symbol is None:
            raise DerivationError(f"The definition `{name}` needs a symbol left of the =, as in `u = w0 + w1*x1`.")
        if graph.is_used(symbol, self.steps):
            raise DerivationError(
                f"The definition `{name}` names `{symbol.name}`, which an earlier step already uses: choose another"
                " symbol, or say that it is a modelling assumption with `given`."
            )

    def _looks_back_at(self, name: str, relation: Relation, of: str | None, uses: tuple[str, ...]) -> str | None:
        if of is not None:
            return self._found(of, f"Step `{name}` looks back at").name
        if relation not in LOOKS_BACK:
            return None
        if not uses:
            raise DerivationError(
                f"Step `{name}` ({relation}) looks back at no step: name one as its first argument or with of=."
            )
        return uses[0]

    def _result(self, name: str, result: Any, statement: Statement) -> sp.Expr:
        """What the body returned; for a line that only states something, the statement itself."""
        own, other = statement.right, statement.left
        if statement.operator != "=":
            own, other = other, own
        if result is None and own is not None:
            return self._expression(own, other)
        if not isinstance(result, sp.Expr):
            returned = "nothing" if result is None else type(result).__name__
            raise DerivationError(f"The function of step `{name}` returns {returned}; it has to return SymPy's Expr.")
        return result

    def _expression(self, tree: Node, beside: Node | None = None) -> sp.Expr:
        """``tree`` in SymPy; ``beside`` is the other side of the same line, where a letter may be an index too."""
        letters = {each for side in (tree, beside) if side is not None for each in _index_letters(side)}
        indices = letters & self._letters | letters - self.assumptions.scalars.keys()
        symbols = {self.scope.symbol(letter): self.scope.index(letter) for letter in indices}
        return evaluated(to_sympy(tree, self.scope).xreplace(symbols))


def _checked(name: Any) -> str:
    """The name of a derivation, which also names its script, its pages and its loss."""
    if isinstance(name, str) and re.fullmatch(r"[^\W\d][\w-]{0,99}", name):
        return name
    raise DerivationError(f"A derivation is called by letters, digits, _ and -, as in coin_2; {name!r} was given.")


def _index_letters(tree: Node) -> frozenset[str]:
    """The names that stand, free, as an index of data in ``tree`` or as a part of one: m in ``x[m - 1, k]``."""
    places = (index for part in walk(tree) if isinstance(part, Indexed) for index in part.indices)
    inside = {name for index in places for name in free_names(index)}
    return free_names(tree) & inside


def _tree(name: str, result: sp.Expr) -> Node:
    try:
        return from_sympy(result)
    except CallerError as error:
        raise DerivationError(f"What the function of step `{name}` returns cannot be written down: {error}") from error


def _refuse_untied(step: Step) -> None:
    """DerivationError where a step returns nothing and nothing else says how its claim follows."""
    if step.origin is Origin.STATED and step.relation not in UNCHECKED and not graph.is_tied(step):
        raise DerivationError(
            f"The function of step `{step.name}` returns nothing: return the formula that it derives, name the step"
            " that the claim is equal to with of=, or say that it is only stated with `given` or `definition`."
        )


def _refuse_options(options: Iterable[str]) -> None:
    for name in options:
        if name not in OPTIONS:
            near = get_close_matches(name, OPTIONS, n=1)
            hint = f"did you mean {near[0]}=?" if near else f"there are {', '.join(OPTIONS)}."
            raise DerivationError(f"A step has no option {name}=; {hint}")


def _refuse_bare_decorator(given: object, decorator: str) -> None:
    if callable(given):
        shown = "step()" if decorator == "step" else f'{decorator}("L = ...")'
        raise DerivationError(f"Write the decorator with its parentheses: @chapter.{shown}.")


def _refuse_infinite(step: Step) -> None:
    """DerivationError where a finite domain is the reason of a step and nothing in it has finitely many values."""
    if step.relation is not Relation.EQUAL_ON:
        return
    tree = unfold(step.formula, step.definitions)
    if not any(has_finitely_many(each, step.assumptions) for each in quantities(tree)):
        raise DerivationError(
            f"Step `{step.name}` holds on a finite domain, but nothing in its claim is said to have finitely many"
            " values: say so, as in where='yt in {0, 1}'."
        )


def _relation(relation: str) -> Relation:
    try:
        return Relation(relation)
    except ValueError:
        names = ", ".join(repr(str(each)) for each in Relation)
        raise DerivationError(f"There is no relation {relation!r}; the relations are {names}.") from None


def _one_or_all(things: list[Any]) -> Any:
    return things[0] if len(things) == 1 else tuple(things)
