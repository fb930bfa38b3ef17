"""What the author of a model wrote, read: a density, what its quantities hang on, and what is assumed of each.

P(y) = mu^y*exp(-mu)/factorial(y)      mu = exp(u)      theta > 0      y integer >= 0
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from fractions import Fraction

import sympy as sp

from lossproof.errors import CallerError, RejectedText
from lossproof.notation import (
    assumptions_text,
    data_names,
    free_names,
    parse_assumptions,
    substitute_tree,
    walk,
)
from lossproof.notation.assumptions import Assumptions, Domain, Interval
from lossproof.notation.into_sympy import read_formula
from lossproof.notation.names import check_variable
from lossproof.notation.traverse import fresh_name, names_in_order
from lossproof.notation.tree import Call, Name, Node, Number

LETTERS = ("u", "v", "r", "s", "q")
_LEFT = re.compile(
    r"\s*((?:log|ln)(?:\s+|\s*\(\s*|(?=[A-Za-z](?!\w)))|(?=log(?:lik|likelihood|pdf|pmf|prob|density)(?!\w)))?"
    r"([A-Za-z]\w*)\s*(?:\(([^()|;]*)(?:[|;][^()]*)?\))?\s*\)?\s*"
)
"""``P(y | x)``, ``P``, ``log P(y)``, ``logP``, ``ln(p(y))``, ``loglik``."""
_DESIGN = re.compile(r"([A-Za-z]\w*)\s*@\s*([A-Za-z]\w*)")


@dataclass(frozen=True, slots=True)
class ClassesOf:
    """The ``probability`` of class ``letter``, one of ``low..high``, in data ``u[k]``; ``size`` is the K in the range.

    ``name`` is what its author called it, if anything.
    """

    probability: Node
    letter: str
    low: Node
    high: Node
    size: str
    name: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A model whose every name is accounted for.

    ``density`` is P or, where ``is_log``, log P. ``means`` are the predictors with their formulas, in the order in
    which one may be put in after the other; ``linear`` the letters of linear predictors in these formulas;
    ``parameters`` are free and have no features; ``columns`` are observed beside the target. With ``classes`` the
    target is one of K, and each has a linear predictor of its own.
    """

    target: str
    density: Node
    is_log: bool
    means: dict[str, Node]
    linear: tuple[str, ...]
    parameters: tuple[str, ...]
    columns: tuple[str, ...]
    assumptions: Assumptions
    classes: ClassesOf | None = None

    @property
    def predictors(self) -> tuple[str, ...]:
        """What the loss is differentiated by: the linear predictors, then the parameters."""
        return (*self.linear, *self.parameters)

    @property
    def observed(self) -> tuple[str, ...]:
        """The target and the other columns."""
        return (self.target, *self.columns)

    def clauses(self, names: Iterable[str]) -> str:
        """What is assumed of the scalars ``names``, as text."""
        wanted = set(names)
        some = {name: domain for name, domain in self.assumptions.scalars.items() if name in wanted}
        ties = tuple(tie for tie in self.assumptions.ties if free_names(tie.left) | free_names(tie.right) <= wanted)
        return "; ".join(assumptions_text(Assumptions(scalars=some, ties=ties)))


def read(
    density: str | sp.Expr,
    target: str,
    predictors: Mapping[str, str | sp.Expr],
    parameters: Mapping[str, str],
    where: str,
    log: bool,
    data: Iterable[str],
) -> Reading:
    """The model that these arguments say. Raises CallerError, which names the argument."""
    target, columns = _name("target", target), tuple(_name("data", each) for each in several("data", data))
    formula, is_log = density_of(density, target)
    texts = mapping("predictors", predictors)
    free = {_name("parameters", each) for each in mapping("parameters", parameters)}
    means, linear = _means(texts, {*free, target, *columns}, free_names(formula))
    known = (target, *columns, *means, *linear, *parameters)
    _refuse_twice(known)
    _refuse_unknown(formula, means, known)
    said = _with_counts(_assumptions(where, parameters, known), formula)
    return Reading(target, formula, log or is_log, means, linear, tuple(parameters), columns, said)


def unexplained(density: str, target: str, known: Collection[str], predictors: Mapping[str, str]) -> tuple[str, ...]:
    """The names in a density that are neither the target nor among ``known``, nor stand in a predictor's formula."""
    linear = {name for text in predictors.values() for name in free_names(formula_of("predictors", text))}
    names = names_in_order(density_of(density, target)[0])
    return tuple(each for each in names if each not in {target, *known, *linear})


def density_of(given: str | sp.Expr, target: str) -> tuple[Node, bool]:
    """The right side of ``P(y) = ...`` or ``log P(y) = ...``, and whether it is a logarithm."""
    is_log = False
    if isinstance(given, str) and (match := re.match(r"([^=<>!]+)=(?!=)", given)):
        left = _LEFT.fullmatch(match[1])
        if left is None:
            raise CallerError(
                f"density: {match[1].strip()!r} stands left of its sign; write P({target}) = ..., log P({target}) = ..."
                " or the right side alone"
            )
        if left[3] is not None and left[3].strip() != target:
            raise CallerError(f"density: it is the density of {left[3].strip()!r}, but the target is {target!r}")
        is_log, given = left[1] is not None, given[match.end() :]
    return formula_of("density", given), is_log


def formula_of(argument: str, given: object) -> Node:
    """What was ``given`` as a tree. CallerError, which names the ``argument``."""
    if isinstance(given, Node | sp.Expr | str):
        try:
            return read_formula(given)
        except RejectedText as error:
            raise RejectedText(f"{argument}: {error.sentence}", error.text, error.position) from error
    raise CallerError(f"{argument}: {given!r} was given; text or a SymPy expression is needed")


def _means(
    texts: Mapping[str, str | sp.Expr], taken: set[str], in_density: frozenset[str]
) -> tuple[dict[str, Node], tuple[str, ...]]:
    """Every predictor's formula, and the letters in them that nothing else explains: the linear predictors."""
    known = {*taken, *texts}
    designs: dict[str, str] = {}
    formulas = {}
    for name, text in texts.items():
        _name("predictors", name)
        if isinstance(text, str):
            text = _DESIGN.sub(lambda found: _letter(found, designs, known | in_density), text)
        formulas[name] = formula_of(f"predictors[{name!r}]", text)
    linear: dict[str, None] = {}
    means = {}
    for name in in_order(formulas):
        if formulas[name] == Name(name):  # {"u": "u"}: the quantity is a linear predictor itself
            linear[name] = None
            continue
        linear |= dict.fromkeys(each for each in names_in_order(formulas[name]) if each not in known)
        means[name] = formulas[name]
    return means, tuple(linear)


def _letter(found: re.Match[str], designs: dict[str, str], taken: set[str]) -> str:
    """``x @ w`` is a linear predictor: a letter of its own for each vector of weights."""
    if found[2] not in designs:
        free = (each for each in LETTERS if each not in taken and each not in designs.values())
        designs[found[2]] = next(free, fresh_name("u", frozenset({*taken, *designs.values()})))
    return designs[found[2]]


def in_order(formulas: Mapping[str, Node], names_in: Callable[[Node], frozenset[str]] = free_names) -> list[str]:
    """The names such that each stands before those in whose formulas it occurs. Raises CallerError for a circle."""
    ordered: list[str] = []
    while len(ordered) < len(formulas):
        ready = [
            name
            for name, formula in formulas.items()
            if name not in ordered and not (names_in(formula) & formulas.keys()) - {*ordered, name}
        ]
        if not ready:
            left = ", ".join(name for name in formulas if name not in ordered)
            raise CallerError(f"predictors: the formulas of {left} go round in a circle")
        ordered += ready
    return ordered


def _assumptions(where: str, parameters: Mapping[str, str], known: tuple[str, ...]) -> Assumptions:
    """``where`` and the clauses on parameters; CallerError where one speaks of what the model does not have."""
    if not isinstance(where, str):
        raise CallerError(f"where: {where!r} was given; clauses are needed, as in 'y integer >= 0'")
    clauses = [where, *(_clause(name, text) for name, text in parameters.items())]
    said = parse_assumptions("; ".join(each for each in clauses if each.strip()))
    spoken_of = {*said.scalars, *said.arrays, *(name for group in said.groups for name in group.members)}
    for name in sorted(spoken_of - set(known)):
        raise CallerError(f"where: a clause speaks of {name!r}, which the model does not have{hint(name, known)}")
    return said


def _with_counts(said: Assumptions, density: Node) -> Assumptions:
    """``said``, with what a textbook means by a factorial: y! is of a whole number from 0 on, where nothing else is
    said of y; in a binomial coefficient it goes up to n."""
    counts: dict[str, Domain] = {}
    for part in walk(density):
        match part:
            case Call("factorial", (Name(name),)):
                counts.setdefault(name, Interval(low=Number(Fraction(0)), integer=True))
            case Call("binomial", (Name(most), Name(name))):
                counts.setdefault(most, Interval(low=Number(Fraction(0)), integer=True))
                counts[name] = Interval(low=Number(Fraction(0)), high=Name(most), integer=True)
    return replace(said, scalars={**counts, **said.scalars})


def _clause(name: str, text: str) -> str:
    """``theta > 0``; also of ``> 0``, and ``theta real`` where nothing is said."""
    _name("parameters", name)
    if not isinstance(text, str):
        raise CallerError(f"parameters[{name!r}]: {text!r} was given; a clause is needed, as in '{name} > 0'")
    if not text.strip():
        return f"{name} real"
    return text if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) else f"{name} {text}"


def _refuse_twice(known: tuple[str, ...]) -> None:
    for name in known:
        if known.count(name) > 1:
            raise CallerError(f"{name!r} is said to be two things among target, data, predictors and parameters")


def _refuse_unknown(density: Node, means: Mapping[str, Node], known: tuple[str, ...]) -> None:
    for tree in (density, *means.values()):
        if data := data_names(tree):
            raise CallerError(f"density: {min(data)}[..] is indexed; one sample is meant, without its index")
    for name in names_in_order(density):
        if name not in known:
            raise CallerError(
                f"density: nothing says what {name!r} is{hint(name, known)}; name it in predictors (what it hangs on),"
                " in parameters (free, the same for all samples) or in data (a column)"
            )
    if known[0] not in free_names(density):
        raise CallerError(f"density: the target {known[0]!r} does not occur in it")
    used = free_names(density).union(*map(free_names, means.values()))
    for name in known[1:]:
        if name not in used:
            raise CallerError(f"density: {name!r} occurs neither in it nor in a predictor's formula")


def put_in(tree: Node, means: Mapping[str, Node]) -> Node:
    """``tree`` with every predictor's formula in its place."""
    for name in reversed(list(means)):
        tree = substitute_tree(tree, {name: means[name]})
    return tree


def hint(name: str, known: Iterable[str]) -> str:
    """A known name that may have been meant, in parentheses."""
    near = get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f" (did you mean {near[0]!r}?)" if near else ""


def _name(argument: str, name: object) -> str:
    if not isinstance(name, str):
        raise CallerError(f"{argument}: {name!r} was given; a name is needed")
    try:
        return check_variable(name)
    except CallerError as error:
        raise CallerError(f"{argument}: {error}") from error


def several(argument: str, names: object) -> tuple[str, ...]:
    """Names as a tuple. CallerError where they are none."""
    if isinstance(names, str) or not isinstance(names, Iterable):
        raise CallerError(f"{argument}: {names!r} was given; names of columns are needed, as in ('x1', 'x2')")
    return tuple(names)


def mapping(argument: str, given: object) -> Mapping[str, str]:
    """What was ``given``, a dictionary. CallerError where it is none."""
    if not isinstance(given, Mapping):
        example = '{"mu": "exp(u)"}' if argument == "predictors" else '{"theta": "theta > 0"}'
        raise CallerError(f"{argument}: {given!r} was given; a dictionary is needed, as in {example}")
    return given
