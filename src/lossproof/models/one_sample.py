"""From the density to the loss of one sample: independent samples, logarithm, minus and average.

P -> prod P[m] -> sum log P[m] -> -(1/M) sum log P[m]          l = -log(P)
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import reduce

import sympy as sp

from lossproof.derivation import Relation
from lossproof.models.board import Lines, listed, shown
from lossproof.models.log_of_density import log_density
from lossproof.models.reading import Reading
from lossproof.models.total import Kind, Total, sentence
from lossproof.moves import average_over, negate_and_average, product_over, take_log
from lossproof.notation import from_sympy, substitute_tree, to_text
from lossproof.notation.assumptions import FiniteSet, Interval
from lossproof.notation.tree import Binary, Call, Name, Negative, Node, Number, Reduction


def density(lines: Lines, found: Total) -> None:
    """What the author assumes of one sample, and the same of each sample of a data set."""
    own, reading = lines.setting.letters, lines.setting.reading
    tree = _density_tree(reading)
    hangs = [*reading.means, *(name for name in reading.linear if name not in reading.means), *reading.parameters]
    domain = lines.setting.assumptions.scalar(reading.target)
    counts = not isinstance(domain, Interval) or domain.integer
    reason = (
        f"The {'probability' if counts else 'density'} of {listed([reading.target])}, given {listed(hangs)}."
        f" {sentence(found, reading, counts)}"
    )
    lines.given(
        "density", f"{own['P']} = {to_text(tree)}", "One sample", f"{reason}\n\nThis is a modelling assumption."
    )
    sample = f"{own['P']}[{own['m']}]"
    lines.named(
        "density_of_sample",
        f"{sample} = {to_text(lines.setting.tree_of_sample(tree))}",
        "The same for each sample of a data set",
        "Every sample has its own values; parameters without an index are shared by all.",
        ["density"],
    )


def adds_up(lines: Lines, found: Total) -> None:
    """That the probabilities of finitely many values sum to one, as a line that is judged."""
    setting, target = lines.setting, lines.setting.reading.target
    domain = setting.assumptions.scalar(target)
    tree = _density_tree(setting.reading)
    if found.kind is not Kind.ONE or setting.reading.is_log:
        return
    if isinstance(domain, FiniteSet):
        values = [substitute_tree(tree, {target: Number(value)}) for value in domain.values]
        whole = reduce(lambda left, right: Binary("+", left, right), values)
    elif isinstance(domain, Interval) and domain.integer and domain.low is not None and domain.high is not None:
        counted = substitute_tree(tree, {target: Name(setting.letters["k"])})
        whole = Reduction("sum", counted, setting.letters["k"], domain.low, domain.high)
    else:
        return
    lines.derived(
        "total",
        "",
        setting.expression(whole),
        "The probabilities sum to one",
        f"Over every value that {shown(target)} can have.",
        ["density"],
        between=[whole],
        written=Number(Fraction(1)),
        source="sum of the density over its values",
    )


def _density_tree(reading: Reading) -> Node:
    return Call("exp", (reading.density,)) if reading.is_log else reading.density


def likelihood(lines: Lines) -> None:
    """Independent samples, the logarithm, the minus and the average."""
    own, scope = lines.setting.letters, lines.setting.scope
    m, many = scope.index(own["m"]), lines.setting.many
    P = sp.IndexedBase(sp.Symbol(own["P"], positive=True))[m]
    product = product_over(P, m, 0, many - 1)
    lines.given(
        "likelihood",
        f"{own['Lk']} = {to_text(from_sympy(product))}",
        "The samples do not know of each other",
        f"The likelihood of the data set is the product over its {shown(own['M'])} samples.",
    )
    logs = take_log(product)
    lines.derived(
        "log_likelihood",
        f"log({own['Lk']})",
        logs,
        "Take the logarithm: the product becomes a sum",
        "The logarithm rises all the way, so the largest likelihood stays where it was.",
        ["likelihood"],
        relation=Relation.SAME_OPTIMUM,
        varying=own["P"],
        source="take_log(likelihood)",
    )
    lines.derived(
        "average",
        "",
        negate_and_average(logs, many),
        written=Negative(average_tree(from_sympy(logs), own["M"])),
        title=f"Flip the sign and divide by {own['M']}",
        reason="Uphill becomes downhill, and data sets of any size can be compared.",
        uses=["log_likelihood"],
        relation=Relation.SAME_OPTIMUM,
        varying=own["P"],
        source=f"negate_and_average(log_likelihood, {own['M']})",
    )


def loss_of_one(lines: Lines) -> sp.Expr:
    """``l = -log(P)``, written out; the loss of the data set is its average."""
    setting, own = lines.setting, lines.setting.letters
    logs = log_density(setting)
    written = lines.tidy(logs)
    lines.derived(
        "log_density",
        f"log({own['P']})",
        written,
        "The logarithm of one density",
        "Products and powers come down to a sum.",
        ["density"],
        source="take_log(density)",
    )
    loss = lines.tidy(-written, -logs)
    lines.derived(
        "loss_of_one",
        f"{own['l']} = -log({own['P']})",
        loss,
        "The loss of one sample",
        "Large where what was observed had been thought unlikely.",
        ["log_density"],
        source="-log_density",
    )
    m, many = setting.scope.index(own["m"]), lines.setting.many
    lines.derived(
        "loss_of_data",
        own["L"],
        average_over(setting.of_sample(loss), m, many),
        title="The loss of the data set",
        reason="The average of the losses of its samples: one sample is enough to look at.",
        uses=["average", "loss_of_one", "density_of_sample"],
        written=average_tree(over_samples(setting.tree_of_sample(lines.written(loss)), own), own["M"]),
        of="average",
        source=f"average_over(for_sample(loss_of_one, {own['m']}), {own['m']}, {own['M']})",
    )
    return loss


def over_samples(tree: Node, own: Mapping[str, str]) -> Node:
    """sum(tree, m, 0, M - 1)"""
    last = Binary("-", Name(own["M"]), Number(Fraction(1)))
    return Reduction("sum", tree, own["m"], Number(Fraction(0)), last)


def average_tree(total: Node, count: str) -> Node:
    """(1/M)*total, as a textbook writes it."""
    return Binary("*", Binary("/", Number(Fraction(1)), Name(count)), total)
