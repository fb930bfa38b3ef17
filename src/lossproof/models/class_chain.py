"""From the probability of class k to a loss over K classes, K a symbol: line by line, as for one quantity.

p[k] = exp(u[k])/sum(exp(u[j]), j, 1, K)    P = prod(p[k]^y[k], k, 1, K)    l = -sum(y[k]*log(p[k]), k, 1, K)
l = logsumexp(u[j], j, 1, K) - sum(y[k]*u[k], k, 1, K)       diff(l, u[i]) = p[i] - y[i]
"""

from __future__ import annotations

import sympy as sp

from lossproof.derivation import Relation
from lossproof.errors import MoveError
from lossproof.models.board import Lines, product, shown
from lossproof.models.class_forms import named
from lossproof.models.class_letters import Chain
from lossproof.models.lines_again import Log
from lossproof.models.one_sample import average_tree, likelihood, over_samples
from lossproof.models.setting import ONE, ZERO, Setting
from lossproof.moves import average_over, differentiate, sum_over
from lossproof.moves.sums import adds_up_to_one, taken_apart
from lossproof.notation import from_sympy, to_text
from lossproof.notation.tree import Binary, Call, Indexed, Name, Negative, Reduction
from lossproof.referee.balls import agree_or_refute


def chain_of_classes(log: Log, setting: Setting) -> None:
    """Every line, and what is published. CallerError where a logarithm cannot be taken."""
    reading = setting.reading
    assert reading.classes is not None
    chain = Chain(Lines(log, setting), reading.classes, reading.target, reading.linear[0])
    _probability(chain)
    likelihood(chain.lines)
    _loss_in_probabilities(chain)
    loss = _loss(chain)
    slope = _slope(chain, loss)
    curvature = _curvature(chain, slope)
    _one_valley(chain, curvature)
    _data_set(chain, slope, curvature)
    u = chain.predictor
    log.publish_classes(value="loss", slope=f"slope_{u}", curvature=f"curvature_{u}_{u}", truth=chain.target)


def _probability(chain: Chain) -> None:
    """p[k], that it sums to one, and P as one-hot data say it."""
    lines, classes, own = chain.lines, chain.classes, chain.own
    p = chain.element("p")
    lines.given(
        "link_p",
        f"{to_text(p)} = {to_text(classes.probability)}",
        "The probability of each class",
        f"How the chance of class {shown(classes.letter)}, one of {shown(classes.size)}, hangs on the predictors of all"
        " classes. This is a modelling assumption.",
    )
    sums_to_one = _total(chain)
    density = chain.over_classes(Binary("^", p, chain.element(chain.target)), "prod")
    lines.given(
        "density",
        f"{own['P']} = {to_text(density)}",
        "One class happened",
        f"{shown(chain.target)} is 1 for the class that happened and 0 for all others, and a power of 0 is 1: what is"
        f" left of the product is the probability of what was observed. {sums_to_one}",
        ["link_p"],
    )
    sample = f"{own['P']}[{own['m']}]"
    lines.named(
        "density_of_sample",
        f"{sample} = {to_text(chain.sample.tree(density))}",
        "The same for each sample of a data set",
        "Every sample has a class and predictors of its own.",
        ["density"],
    )


def _total(chain: Chain) -> str:
    """The line that the probabilities sum to one, and a sentence; the sentence alone where they do not."""
    whole, spelled = chain.over_classes(chain.element("p")), chain.over_classes(chain.classes.probability)
    agreement = agree_or_refute(spelled, ONE, chain.lines.setting.assumptions)
    if agreement.witness is not None:
        return f"The probabilities of all classes do not sum to 1 but, for one, to {agreement.witness.lhs}."
    chain.lines.derived(
        "total",
        to_text(whole),
        sp.S.One,
        "The probabilities sum to one",
        "Each is a share of the whole.",
        ["link_p"],
        between=[spelled],
        written=ONE,
        source="sum of link_p over the classes",
    )
    return "The probabilities sum to one."


def _loss_in_probabilities(chain: Chain) -> None:
    """log(P), l = -log(P), and the loss of the data set."""
    lines, own = chain.lines, chain.own
    p, y = chain.element("p"), chain.element(chain.target)
    logs = chain.over_classes(Binary("*", y, Call("log", (p,))))
    result = chain.expression(logs)
    lines.derived(
        "log_density",
        f"log({own['P']})",
        result,
        "The logarithm of one probability",
        "The product comes down to a sum.",
        ["density"],
        written=logs,
        source="take_log(density)",
    )
    lines.derived(
        "loss_of_one",
        f"{own['l']} = -log({own['P']})",
        -result,
        "The loss of one sample: the cross entropy",
        "Large where the class that was observed had been thought unlikely.",
        ["log_density"],
        written=Negative(logs),
        source="-log_density",
    )
    m = lines.setting.scope.index(own["m"])
    lines.derived(
        "loss_of_data",
        own["L"],
        average_over(chain.sample(-result), m, lines.setting.many),
        title="The loss of the data set",
        reason="The average of the losses of its samples: one sample is enough to look at.",
        uses=["average", "loss_of_one", "density_of_sample"],
        written=average_tree(over_samples(chain.sample.tree(Negative(logs)), own), own["M"]),
        of="average",
        source=f"average_over(for_sample(loss_of_one, {own['m']}), {own['m']}, {own['M']})",
    )


def _loss(chain: Chain) -> sp.Expr:
    """log(p[k]), and the loss in the predictors: this is published."""
    lines = chain.lines
    p, y = chain.element("p"), chain.element(chain.target)
    written = named(from_sympy(chain.log_probability))
    lines.derived(
        "log_link_p",
        f"log({to_text(p)})",
        chain.log_probability,
        "The logarithm of a quotient is a difference",
        "The largest exponent is taken out of the sum first, so nothing overflows.",
        ["link_p"],
        written=written,
        source="take_log(link_p)",
    )
    spelled = Negative(chain.over_classes(Binary("*", y, written)))
    plain = chain.expression(spelled)
    try:
        result = adds_up_to_one(plain, chain.expression(y))
    except MoveError:
        result = taken_apart(plain)
    final = named(chain.written(result))
    lines.derived(
        "loss",
        chain.own["l"],
        result,
        "The loss in its predictors",
        f"What is the same for all classes comes out of the sum, for exactly one {to_text(y)} is 1. This is what is"
        " published, and what runs.",
        ["loss_of_one", "log_link_p"],
        between=[] if final == spelled else [spelled],
        written=final,
        source="adds_up_to_one(substitute(loss_of_one, log_link_p))",
    )
    return result


def _slope(chain: Chain, loss: sp.Expr) -> sp.Expr:
    """dl/du[i]: this is published; and the same in probabilities, by the chain rule."""
    lines, loss_letter, u = chain.lines, chain.own["l"], chain.element(chain.predictor, "i")
    result = differentiate(loss, chain.expression(u))
    short = chain.in_probabilities(result, "i")
    lines.derived(
        f"slope_{chain.predictor}",
        f"diff({loss_letter}, {to_text(u)})",
        result,
        f"The slope by the predictor of class {chain.own['i']}",
        "Written in what the program has at hand.",
        ["loss"],
        relation=Relation.DERIVATIVE,
        of="loss",
        written=chain.published(result, short),
        source=f"differentiate(loss, {to_text(u)})",
    )
    if short is not None:
        _chain_rule(chain, short)
    return result


def _chain_rule(chain: Chain, slope: sp.Expr) -> None:
    """dl/dp[i], dp[k]/du[i], and their products added up over the classes."""
    lines, own, loss_letter = chain.lines, chain.own, chain.own["l"]
    p, u, y = chain.element("p"), chain.element(chain.predictor, "i"), chain.element(chain.target)
    inner = differentiate(chain.of(""), chain.expression(u))
    jacobian = chain.in_probabilities(inner, "", "i")
    if jacobian is None:
        return
    lines.derived(
        "slope_of_p",
        f"diff({to_text(p)}, {to_text(u)})",
        inner,
        "Each probability knows all predictors",
        "What one class wins the others lose.",
        ["link_p"],
        relation=Relation.DERIVATIVE,
        of="link_p",
        written=chain.written(jacobian),
        source=f"differentiate(link_p, {to_text(u)})",
    )
    spelled = chain.over_classes(Negative(Binary("*", Binary("/", y, p), chain.written(jacobian))))
    lines.derived(
        f"chain_rule_{chain.predictor}",
        f"diff({loss_letter}, {to_text(u)})",
        chain.expression(spelled),
        "The chain rule: prediction minus truth",
        f"A predictor moves every probability, so the chain rule adds up {shown(chain.classes.size)} ways.",
        ["loss_of_one", "slope_of_p"],
        relation=Relation.DERIVATIVE,
        of="loss_of_one",
        between=[spelled],
        written=chain.written(slope),
        source=f"sum_over(differentiate(loss_of_one, p)*slope_of_p, {own['i']})",
    )


def _curvature(chain: Chain, slope: sp.Expr) -> sp.Expr:
    """d2l/du[i]du[h]: this is published."""
    lines, u, v = chain.lines, chain.element(chain.predictor, "i"), chain.element(chain.predictor, "h")
    by = chain.expression(v)
    result = differentiate(slope, by) if slope.has(by.base) else sp.S.Zero
    step = f"slope_{chain.predictor}"
    lines.derived(
        f"curvature_{chain.predictor}_{chain.predictor}",
        f"diff(diff({chain.own['l']}, {to_text(u)}), {to_text(v)})",
        result,
        f"The curvature by the predictors of classes {chain.own['i']} and {chain.own['h']}",
        "How the slope changes: the classes compete, so it is not zero for two of them.",
        [step],
        relation=Relation.DERIVATIVE,
        of=step,
        written=chain.published(result, chain.in_probabilities(result, "i", "h")),
        source=f"differentiate({step}, {to_text(v)})",
    )
    return result


def _one_valley(chain: Chain, curvature: sp.Expr) -> None:
    """Along any direction the curvature is the variance of what the direction says of a class, where it is that."""
    short = chain.in_probabilities(curvature, "i", "h")
    first, second = (chain.expression(chain.element("p", letter)) for letter in ("i", "h"))
    competing = first * (sp.KroneckerDelta(first.indices[0], second.indices[0]) - second)
    factor = None if short is None else sp.cancel(short / competing)
    if factor is None or not (factor.is_number and factor.is_positive):
        return
    p, v, low, high = chain.element("p"), chain.element("v"), *map(chain.expression, chain.ends)
    mean = chain.over_classes(product(chain.element("p", "h"), chain.element("v", "h")), letter="h")
    spread = Binary("^", Binary("-", v, mean), from_sympy(sp.Integer(2)))
    variance = chain.over_classes(product(p, spread))
    written = variance if factor == 1 else product(from_sympy(factor), variance)
    along = chain.expression(chain.element("v", "i")) * chain.expression(chain.element("v", "h")) * short
    i, h = first.indices[0], second.indices[0]
    chain.lines.stated(
        "one_valley",
        f"{to_text(written)} >= 0",
        sum_over(sum_over(along, h, low, high), i, low, high),
        "One valley",
        f"Along any direction {shown(chain.own['v'])} the curvatures add up to a variance: the loss is a bowl in its"
        " predictors, and so in the weights.",
        uses=["loss", f"curvature_{chain.predictor}_{chain.predictor}", "link_p"],
        relation=Relation.CONVEX,
        of="loss",
        varying=chain.predictor,
        source="sum_over(sum_over(v*v*curvature))",
    )


def _data_set(chain: Chain, slope: sp.Expr, curvature: sp.Expr) -> None:
    """Features and probabilities of each sample, the gradient and the Hessian."""
    lines, own = chain.lines, chain.own
    design = lines.setting.designs[chain.predictor]
    k, m, b = chain.classes.letter, own["m"], design.second
    predictor = Indexed(chain.predictor, (Name(m), Name(k)))
    total = Reduction("sum", product(_at(design.weights, k, b), _at(design.features, m, b)), b, ZERO, Name(design.last))
    lines.given(
        f"features_of_{chain.predictor}",
        f"{to_text(predictor)} = {to_text(total)}",
        "A row of weights for each class",
        f"The predictor of a class is a sum, and ${design.features}_{{{m},0}} = 1$ for every sample.",
    )
    lines.given(
        "p_of_sample",
        f"{to_text(chain.sample.tree(chain.element('p')))} = {to_text(chain.sample.tree(chain.classes.probability))}",
        "The probabilities of each sample",
        "The same for all samples.",
        ["link_p"],
    )
    x, further = _at(design.features, m, design.first), _at(design.features, m, design.second)
    first, second = _at(design.weights, own["i"], design.first), _at(design.weights, own["h"], design.second)
    _average(chain, f"gradient_{chain.predictor}", slope, ["i"], [x], [first])
    _average(
        chain, f"hessian_{chain.predictor}_{chain.predictor}", curvature, ["i", "h"], [x, further], [first, second]
    )


def _average(
    chain: Chain, name: str, term: sp.Expr, letters: list[str], measured: list[Indexed], by: list[Indexed]
) -> None:
    """dL/dw, or a second derivative: the term of each sample, weighed with its measurements."""
    lines, own, u = chain.lines, chain.own, chain.predictor
    short = chain.in_probabilities(term, *letters)
    each = chain.sample(term if short is None else short)
    factors = sp.Mul(*map(chain.expression, measured))
    tree = chain.sample.tree(chain.published(term, None) if short is None else chain.written(short))
    left = own["L"]
    for weight in by:
        left = f"diff({left}, {to_text(weight)})"
    above = "loss_of_data" if len(by) == 1 else f"gradient_{u}"
    lines.derived(
        name,
        left,
        average_over(factors * each, lines.setting.scope.index(own["m"]), lines.setting.many),
        "The gradient" if len(by) == 1 else "The Hessian",
        "Each sample votes with its error in a class, as heavily as its measurement says."
        if len(by) == 1
        else "A block for each pair of classes. Beside the diagonal they are not zero: the classes compete.",
        [above, f"slope_{u}" if len(by) == 1 else f"curvature_{u}_{u}", f"features_of_{u}", "p_of_sample"],
        relation=Relation.DERIVATIVE,
        of=above,
        written=average_tree(over_samples(product(*measured, tree), own), own["M"]),
        source=f"average_over(for_sample({'slope' if len(by) == 1 else 'curvature'}_{u}, {own['m']}), {own['M']})",
    )


def _at(name: str, *letters: str) -> Indexed:
    return Indexed(name, tuple(map(Name, letters)))
