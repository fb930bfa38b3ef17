"""Does a normal form vanish?

Different exponents may hide equal exponentials (exp(x/(1+x))*exp(1/(1+x)) = exp(1)), so a numerator that is
not the zero polynomial is grouped by its total exponents before the answer is no.
"""

from __future__ import annotations

from lossproof.referee.algebra.ratios import Polynomial, Ratio, Table


def vanishes(value: Ratio) -> bool:
    """True when ``value`` is zero wherever it is defined; False when that is not known."""
    if value.is_zero:
        return True
    table = value.table
    exponentials = [place for place in table.used(value.num) if table.kernels[place].kind == "exp"]
    if len(exponentials) < 2:
        return False
    return all(part.is_zero() for part in _by_exponent(table, value.num, exponentials).values())


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
