"""The logarithm of a density as a sum, from what is known of its factors, in each of its cases by itself.

-q^y/(y*log(1 - q))                              ->   y*log(q) - log(y) - log(-log(1 - q))
Piecewise((p, y == 0), ((1 - p)*y^a, True))      ->   ... (log(1 - p) + a*log(y), True)       y >= 0, and not 0 there
"""

from __future__ import annotations

import sympy as sp
from sympy.core.relational import Relational

from lossproof.errors import CallerError, UnknownSign
from lossproof.models.setting import Setting
from lossproof.models.tidy import spelled_out, with_log_gamma
from lossproof.moves import take_log
from lossproof.referee.facts.facts import Comparison, Facts
from lossproof.referee.prove import prove_positive

_COMPARED: dict[str, Comparison] = {"==": "==", "!=": "!=", ">": ">", ">=": ">="}
_TURNED = {"<": ">", "<=": ">="}


def log_density(setting: Setting) -> sp.Expr:
    """log(P) as a sum. CallerError where a factor is not known to be positive."""
    reading = setting.reading
    formula = setting.expression(spelled_out(reading.density))
    if reading.is_log:
        return with_log_gamma(formula)
    try:
        return with_log_gamma(_log(formula, setting.facts))
    except UnknownSign as error:
        raise CallerError(
            f"density: nothing says that its factor {error.factor} is positive; add what makes it so to where, or"
            f" give the logarithm: log=True, log P({reading.target}) = ..."
        ) from error


def _log(formula: sp.Expr, facts: Facts) -> sp.Expr:
    if isinstance(formula, sp.Piecewise):
        cases, left = [], facts
        for value, condition in formula.args:
            cases.append((_log(value, _where(condition, left)), condition))
            left = _where(sp.Not(condition), left)
        return sp.Piecewise(*cases)
    rest, turned = _turned(formula, facts)
    return take_log(rest, positive=_positive_parts(rest, facts)) + turned


def _where(condition: sp.Basic, facts: Facts) -> Facts:
    """``facts``, and a comparison that holds as well; other conditions say nothing here."""
    if not isinstance(condition, Relational):
        return facts
    difference = _known(condition.lhs - condition.rhs, facts)
    order = str(condition.rel_op)
    if order in _TURNED:
        return facts.with_condition(-difference, _COMPARED[_TURNED[order]])
    return facts.with_condition(difference, _COMPARED[order])


def _turned(formula: sp.Expr, facts: Facts) -> tuple[sp.Expr, sp.Expr]:
    """The factors but for negative ones, where these are even in number, and the logarithm of these turned round.

    -q^y/log(q) is q^y times 1/(-log(q)) for q < 1.
    """
    if not isinstance(formula, sp.Mul):
        return formula, sp.S.Zero
    rest, logs = [], []
    for factor in formula.args:
        base, power = factor.as_base_exp()
        if power.is_Integer and power % 2 and not _is_positive(base, facts) and _is_positive(-base, facts):
            logs.append(power * sp.log(-base))
        else:
            rest.append(factor)
    return (sp.Mul(*rest), sp.Add(*logs)) if len(logs) % 2 == 0 else (formula, sp.S.Zero)


def _positive_parts(formula: sp.Expr, facts: Facts) -> list[sp.Expr]:
    """The factors, and cases, of which the referee can prove what SymPy does not see."""
    found: list[sp.Expr] = []
    waiting = [formula]
    while waiting:
        part = waiting.pop()
        if isinstance(part, sp.Mul):
            waiting += part.args
        elif isinstance(part, sp.Pow):
            waiting.append(part.base)
        elif isinstance(part, sp.Piecewise):
            waiting += [value for value, _ in part.args]
        elif not part.is_positive and _is_positive(part, facts):
            found.append(part)
    return found


def _is_positive(part: sp.Expr, facts: Facts) -> bool:
    return bool(part.is_positive) or prove_positive(_known(part, facts), facts) is not None


def _known(part: sp.Expr, facts: Facts) -> sp.Expr:
    """``part`` in the symbols that facts speak of."""
    names = {symbol: facts.scope.symbol(symbol.name) for symbol in part.free_symbols}
    return part.xreplace(names)
