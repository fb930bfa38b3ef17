"""Does a normal form vanish?

Four ways are left where the numerator is not the zero polynomial. It may be a multiple of what a case says to be 0.
Roots may be nested, sqrt(3 + 2*sqrt(2)) - 1 - sqrt(2): its sign is that of what the larger root is compared with.
Different exponents may hide equal exponentials
(exp(x/(1+x))*exp(1/(1+x)) = exp(1)): terms are grouped by their total exponents. And with roots of sums, factors
under a logarithm are not unique (r*(r*y + 1) = x*y + r for r^2 = x): a*log(f) + b*log(g) + T is zero if it is real
and f^a*g^b*exp(T) = 1. Beyond the reals it may be 2*pi*i: log((-1)^2) - 2*log(-1).
"""

from __future__ import annotations

from lossproof.referee.algebra.ratios import Polynomial, Ratio, Table
from lossproof.referee.field.monotone import exponentiated
from lossproof.referee.field.normal import Normaliser


def vanishes(n: Normaliser, value: Ratio) -> bool:
    """True when ``value`` is zero wherever it is defined; False when that is not known."""
    if value.is_zero or _is_multiple_of_zero(n, value):
        return True
    if _has_roots(value) and n.ratio_signs(value) == {0}:
        return True
    table = value.table
    exponentials = [place for place in table.used(value.num) if table.kernels[place].kind == "exp"]
    if len(exponentials) > 1 and all(p.is_zero() for p in _by_exponent(table, value.num, exponentials).values()):
        return True
    return bool(table.relations) and _logarithms_vanish(n, value.num)


def _has_roots(value: Ratio) -> bool:
    return any(value.table.kernels[place].kind == "root" for place in value.table.used(value.num))


def _is_multiple_of_zero(n: Normaliser, value: Ratio) -> bool:
    """Is the numerator a multiple of what a case says to be 0?"""
    zeros = (n.ratio(inside).num for inside, comparison in n.facts.conditions if comparison == "==")
    return any(not zero.is_constant() and divmod(value.num, zero)[1].is_zero() for zero in zeros)


def _by_exponent(table: Table, polynomial: Polynomial, places: list[int]) -> dict[str, Polynomial]:
    """The cofactors of the different exponentials in ``polynomial``, keyed by their exponents."""
    found: dict[str, Polynomial] = {}
    for powers, coefficient in polynomial.terms():
        exponent = table.number(0)
        for place in places:
            exponent = exponent + table.kernels[place].inside.times(int(powers[place]))
        rest = tuple(0 if place in places else power for place, power in enumerate(powers))
        part = table.context.from_dict({rest: coefficient})
        found[exponent.key] = found.get(exponent.key, table.zero) + part
    return found


def _logarithms_vanish(n: Normaliser, polynomial: Polynomial) -> bool:
    """Is ``sum of m*(a*log(f) + b*log(g))`` zero for every product m of other kernels?"""
    logs = {place for place in n.table.used(polynomial) if n.table.kernels[place].kind == "log"}
    groups: dict[tuple[int, ...], Polynomial] = {}
    for powers, coefficient in polynomial.terms():
        standing = [place for place in logs if powers[place]]
        if len(standing) > 1 or (standing and powers[standing[0]] > 1):
            return False
        key = tuple(0 if place in logs else power for place, power in enumerate(powers)) if standing else ()
        inner = tuple(power if place in logs else 0 for place, power in enumerate(powers)) if standing else powers
        groups[key] = groups.get(key, n.table.zero) + n.table.context.from_dict({inner: coefficient})
    one = (0,) * len(n.table.unknowns)
    if () in groups:
        groups[one] = groups.get(one, n.table.zero) + groups.pop(())
    return all(_is_logarithm_of_one(n, part) for part in groups.values())


def _is_logarithm_of_one(n: Normaliser, polynomial: Polynomial) -> bool:
    """Is ``polynomial`` proved to be real and its exponential to be 1?"""
    product = exponentiated(n, polynomial) if n.is_real(polynomial) else None
    return product is not None and product.is_zero
