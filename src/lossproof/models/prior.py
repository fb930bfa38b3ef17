"""A belief about the weights as one more factor, and the penalty that it becomes.

Prior = prod(f(w[k]), k, 1, N),  Post = Lk*Prior   ->   R = L + 1/M*sum(a*Abs(w[k]) + b*w[k]^2/2, k, 1, N)

A bell makes ridge (a = 0), a peak makes lasso (b = 0), both together the elastic net. The weight of the constant is
left out. Per sample the penalty is a M-th of it: a fit divides by how many samples there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import sympy as sp

from lossproof.derivation import Relation
from lossproof.errors import CallerError, MoveError
from lossproof.models.board import Lines, listed, shown
from lossproof.models.one_sample import average_tree
from lossproof.moves import average_over, product_over, take_log
from lossproof.notation import Scope, free_names, from_sympy, substitute_tree, to_sympy, to_text
from lossproof.notation.assumptions import Assumptions
from lossproof.notation.evaluated import evaluated
from lossproof.notation.into_sympy import read_formula
from lossproof.notation.tree import Binary, Indexed, Name, Node, Number, Reduction


@dataclass(frozen=True)
class Prior:
    """The density of each weight, ``tree`` in ``letter``: exp(-lasso*|w| - ridge*w^2/2) up to a factor."""

    tree: Node
    letter: str
    lasso: float
    ridge: float

    def at(self, weight: Node) -> Node:
        """The density of one weight."""
        return substitute_tree(self.tree, {self.letter: weight})

    @cached_property
    def penalty(self) -> Node:
        """``lasso*Abs(w) + ridge*w^2/2`` with exact numbers."""
        return from_sympy(_parts(self.tree, self.letter)[0])


def read_prior(given: object) -> Prior | None:
    """The prior that is meant; None for None. CallerError where it is no bell, no peak and no product of them."""
    if given is None:
        return None
    try:
        tree = read_formula(given)
    except CallerError as error:
        raise CallerError(f"prior: {error}") from error
    names = sorted(free_names(tree))
    if len(names) != 1:
        said = ", ".join(names) or "none"
        raise CallerError(
            f"prior: the density of one weight in one letter is needed, as in exp(-w^2/2); it has {said}."
        )
    penalty, lasso, ridge = _parts(tree, names[0])
    if penalty == 0:
        raise CallerError("prior: it is the same for every weight, so it says nothing.")
    return Prior(tree, names[0], lasso, ridge)


def _parts(tree: Node, letter: str) -> tuple[sp.Expr, float, float]:
    """a|w| + b w^2/2, a and b of the density ``tree``."""
    scope = Scope(Assumptions())
    w, size = scope.symbol(letter), sp.Symbol("size", positive=True)
    try:
        logs = sp.expand(-take_log(evaluated(to_sympy(tree, scope))))
    except MoveError as error:
        raise CallerError(f"prior: {error}") from error
    right, left = (sp.expand(logs.subs(w, sign * size)) for sign in (1, -1))
    polynomial = sp.Poly(right, size) if right.is_polynomial(size) and sp.expand(right - left) == 0 else None
    if polynomial is None or polynomial.degree() > 2 or not all(each.is_number for each in polynomial.all_coeffs()):
        raise CallerError(
            "prior: ridge and lasso are what is fitted, so it must be a bell, exp(-w^2/2), a peak, exp(-Abs(w)), or"
            " their product, with numbers for their widths."
        )
    a, b = polynomial.coeff_monomial(size), 2 * polynomial.coeff_monomial(size**2)
    if a < 0 or b < 0:
        raise CallerError("prior: it grows with the weight, so it is no density; a minus is missing.")
    return a * sp.Abs(w) + b * w**2 / 2, float(a), float(b)


def posterior(lines: Lines, prior: Prior, loss: sp.Expr) -> None:
    """What was believed, both together, their logarithm, and the loss with its penalty."""
    setting, own, scope = lines.setting, lines.setting.letters, lines.setting.scope
    designs = [setting.designs[name] for name in setting.reading.linear]
    k = scope.index(own["k"])

    products = [
        product_over(
            lines.expression(prior.at(Indexed(design.weights, (Name(own["k"]),)))),
            k,
            1,
            sp.Symbol(design.last, integer=True, nonnegative=True),
        )
        for design in designs
    ]
    lines.given(
        "prior",
        f"{own['Prior']} = {'*'.join(to_text(from_sympy(each)) for each in products)}",
        "What was believed of the weights before any data came",
        f"An assumption like any other: each weight of {listed(setting.reading.linear)} but that of the constant is"
        " spread like this around 0.",
    )
    lines.given(
        "posterior",
        f"{own['Post']} = {own['Lk']}*{own['Prior']}",
        "Both together",
        "Bayes' rule multiplies what was believed by what the data say; what it divides by holds no weight.",
        ["likelihood", "prior"],
    )
    m, many = scope.index(own["m"]), setting.many
    P = sp.IndexedBase(sp.Symbol(own["P"], positive=True))[m]
    logs = take_log(product_over(P, m, 0, many - 1)) + sp.Add(*map(take_log, products))
    lines.derived(
        "log_posterior",
        f"log({own['Post']})",
        logs,
        "The logarithm turns the products into sums",
        "One sum over the samples, one over the weights.",
        ["posterior", "likelihood", "prior"],
        source="take_log(likelihood) + take_log(prior)",
    )
    _penalised(lines, prior, average_over(setting.of_sample(loss), m, many))


def _penalised(lines: Lines, prior: Prior, average: sp.Expr) -> None:
    setting, own = lines.setting, lines.setting.letters
    written: Node = Name(own["L"])
    for name in setting.reading.linear:
        design = setting.designs[name]
        weight = Indexed(design.weights, (Name(own["k"]),))
        term = substitute_tree(prior.penalty, {prior.letter: weight})
        written = Binary("+", written, average_tree(_over_weights(term, own["k"], design.last), own["M"]))
    added = lines.expression(written) - lines.expression(Name(own["L"]))
    weights = [setting.designs[name].weights for name in setting.reading.linear]
    lines.derived(
        "penalised",
        own["R"],
        average + added,
        "The belief is a penalty on the weights",
        f"What holds no weight is left out. Its share falls as {shown(own['M'])} grows: many data outvote any belief.",
        ["log_posterior", "loss_of_data"],
        written=written,
        of="log_posterior",
        relation=Relation.SAME_OPTIMUM,
        varying=" ".join((*weights, *setting.reading.means, *setting.reading.predictors)),
        source="loss_of_data + penalty/M",
    )


def _over_weights(term: Node, letter: str, last: str) -> Node:
    return Reduction("sum", term, letter, Number(Fraction(1)), Name(last))
