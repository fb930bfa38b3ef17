"""Rules for exp, log, powers and roots.

    exp(a + n*log(f))  = exp(a) * f^n
    log(c * f^n * g)   = n*log(f) + log(c*g)              f > 0, or f real, n even and |f| for f
    log(exp(t))        = t                                t real
    b^a                = exp(a*log(b))                    b > 0 proved
    (f^2 * g)^(1/2)    = |f| * g^(1/2)

What is not real, log(-1) or a root of -1, is not ruled out: it has a principal value, of which nothing is proved.
A real factor of unknown sign leaves the logarithm or the root only in even powers, as its absolute value, so that
log(x^2) is 2*log|x| but log(x*y) stays whole where the signs of x and y are open. What may not be real stays inside.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import sympy as sp

from lossproof.referee.algebra.ratios import Kernel, Polynomial, Ratio
from lossproof.referee.facts.facts import Kinks
from lossproof.referee.field.record import NotProved, Undefined, unevaluated

if TYPE_CHECKING:
    from lossproof.referee.field.normal import Normaliser, Rule

_LARGEST_FACTORED = 10**15
_LARGEST_POWER = 240
_MOST_SHIFTS = 12


def _e(n: Normaliser, expr: sp.Expr) -> Ratio:
    return exponential(n, n.table.number(1))


def _exp(n: Normaliser, expr: sp.Expr) -> Ratio:
    argument = n.ratio(expr.args[0])
    return n.note("exponential of a sum", unevaluated(sp.exp, argument), exponential(n, argument))


def _log(n: Normaliser, expr: sp.Expr) -> Ratio:
    argument = n.ratio(expr.args[0])
    return n.note("logarithm of a product", unevaluated(sp.log, argument), logarithm(n, argument))


def _pow(n: Normaliser, expr: sp.Expr) -> Ratio:
    base, exponent = n.ratio(expr.base), n.ratio(expr.exp)
    return raised(n, base, exponent)


def exponential(n: Normaliser, exponent: Ratio) -> Ratio:
    """exp of a ratio: a product over its terms, or one kernel where the powers would be too large."""
    result = n.table.number(1)
    terms = list(exponent.terms())
    if any(abs(coefficient) > _LARGEST_POWER for coefficient, _ in terms) and len(terms) > 1:
        content, _ = exponent.factors()
        return _unit(n, content, exponent.times(1 / content))
    for coefficient, term in terms:
        result = result * _unit(n, coefficient, term)
    return result


def _unit(n: Normaliser, coefficient: Fraction, term: Ratio) -> Ratio:
    """exp(coefficient*term): a power of the logarithm's argument, or of the kernel exp(term/d)."""
    kernel = n.table.single(term.num) if term.den.is_constant() else None
    if kernel and kernel.kind == "log":
        return root(n, absolute(n, kernel.inside), coefficient)
    if kernel and kernel.kind == "log of":
        return root(n, kernel.inside, coefficient)
    if abs(coefficient) > _LARGEST_POWER or coefficient.denominator > _LARGEST_POWER:
        return _exp_kernel(n, term.times(coefficient))
    divisor = n.fineness.divisor(("exp", term.to_expr()), coefficient.denominator)
    return _exp_kernel(n, term.times(Fraction(1, divisor))) ** int(coefficient * divisor)


def _exp_kernel(n: Normaliser, exponent: Ratio) -> Ratio:
    return n.table.kernel(("exp", exponent.key), lambda: Kernel("exp", sp.exp(exponent.to_expr()), exponent))


def logarithm(n: Normaliser, argument: Ratio) -> Ratio:
    """log of a ratio: what is proved positive goes out, and even powers of what is proved real."""
    if argument.is_zero:
        raise Undefined("log(0)")
    content, factors = argument.factors()
    total, left = n.table.number(0), n.table.number(content)
    for factor, power in factors:
        if not n.is_real(factor):
            left = left * Ratio(n.table, factor, n.table.one) ** power
            continue
        kernel = n.table.single(factor)
        if kernel and kernel.kind == "exp":
            total = total + kernel.inside.times(power)
            continue
        signs = n.signs(factor) - {0}
        if signs == {-1}:
            left = left.times(-1 if power % 2 else 1)
        even = power if len(signs) == 1 else power - power % 2
        total = total + log_absolute(n, factor).times(even)
        if power != even:
            left = left * Ratio(n.table, factor, n.table.one)
    return total + _log_rest(n, left)


def _log_rest(n: Normaliser, left: Ratio) -> Ratio:
    """log of a number, or of a number times factors of unknown sign."""
    if (number := left.constant) is not None:
        if number <= 0:
            raise NotProved(f"log({number}) is not real")
        return log_number(n, number)
    content, _ = left.factors()
    kept = left.times(1 / abs(content))
    place = n.table.kernel(("log of", kept.key), lambda: Kernel("log of", sp.log(kept.to_expr(), evaluate=False), kept))
    return place + log_number(n, abs(content))


def log_absolute(n: Normaliser, factor: Polynomial) -> Ratio:
    """log|f| for an irreducible polynomial f: a kernel, or what stands inside when f is a root or |g|."""
    kernel = n.table.single(factor)
    if kernel and kernel.kind == "root":
        radicand, order = kernel.inside
        return logarithm(n, radicand).times(Fraction(1, order))
    if kernel and kernel.kind == "abs":
        return log_absolute(n, kernel.inside)
    if kernel and kernel.kind == "fine":
        expr, divisor = kernel.inside
        made = Kernel("log", sp.log(expr, evaluate=False), factor**divisor)
        return n.table.kernel(("log", str(factor)), lambda: made).times(Fraction(1, divisor))
    signs = n.signs(factor) - {0}
    inside = -factor if signs == {-1} else factor
    expr = n.table.to_expr(inside) if len(signs) == 1 else sp.Abs(n.table.to_expr(inside), evaluate=False)
    return n.table.kernel(("log", str(factor)), lambda: Kernel("log", sp.log(expr, evaluate=False), inside))


def log_number(n: Normaliser, number: Fraction) -> Ratio:
    """log of a positive rational as a combination of logarithms of primes."""
    total = n.table.number(0)
    for prime, power in _prime_powers(number):
        total = total + _log_prime(n, prime).times(power)
    return total


def _log_prime(n: Normaliser, prime: int) -> Ratio:
    constant = n.table.context.constant(prime)
    return n.table.kernel(("log", f"number {prime}"), lambda: Kernel("log", sp.log(prime), constant))


def _prime_powers(number: Fraction) -> list[tuple[int, int]]:
    found = []
    for part, sign in ((number.numerator, 1), (number.denominator, -1)):
        if part > _LARGEST_FACTORED and sp.factorint(part, limit=1000) and not _smooth(part):
            found.append((part, sign))
        elif part > 1:
            found += [(int(p), sign * int(k)) for p, k in sp.factorint(part).items()]
    return found


def _smooth(part: int) -> bool:
    """Has only small prime factors, such as a power of ten."""
    return all(p < 1000 for p in sp.factorint(part, limit=1000))


def raised(n: Normaliser, base: Ratio, exponent: Ratio) -> Ratio:
    """base^exponent for whole, rational and symbolic exponents."""
    if (number := exponent.constant) is not None:
        if number.denominator == 1:
            return _whole_power(n, base, int(number))
        return n.note("root of a product", unevaluated(sp.Pow, base, exponent), root(n, base, number))
    if base.constant == 1:
        return base
    possible = n.ratio_signs(base) - {0} if not base.is_zero else frozenset()
    if n.ratio_signs(base) == {1}:
        after = exponential(n, exponent * logarithm(n, base))
        return n.note("power as exponential of a logarithm", unevaluated(sp.Pow, base, exponent), after)
    if n.facts.is_integer(exponent.to_expr()):
        return _integer_power(n, base, exponent)
    if possible == {1}:
        zero = base.to_expr()
        n.wish((zero, "=="), (zero, ">"))
    return n.opaque(sp.Pow(base.to_expr(), exponent.to_expr()))


def _integer_power(n: Normaliser, base: Ratio, exponent: Ratio) -> Ratio:
    """b^(a + k) = b^a * b^k for whole a >= 0 and k >= 0, or b != 0; (-b)^a = (-1)^a * b^a for b > 0."""
    signs = n.ratio_signs(base)
    if signs == {-1} and base.constant != -1:
        minus_one = _integer_power(n, n.table.number(-1), exponent)
        return minus_one * raised(n, -base, exponent)
    exponent, whole = _least_exponent(n, exponent) if 0 in signs else (exponent, 0)
    result = base**whole
    for coefficient, term in exponent.terms():
        step = term.times(coefficient)
        if not n.facts.is_integer(step.to_expr()) or (0 in signs and not n.ratio_signs(step) <= {0, 1}):
            return n.opaque(sp.Pow(base.to_expr(), exponent.to_expr())) * base**whole
        result = result * _integer_step(n, base, coefficient, term)
    return result


def _least_exponent(n: Normaliser, exponent: Ratio) -> tuple[Ratio, int]:
    """(e - k, k) for the largest k with e - k >= 0 proved: b^e = b^k * b^(e-k) at b = 0 too."""
    for whole in range(_MOST_SHIFTS):
        below = exponent - n.table.number(1)
        if not n.ratio_signs(below) <= {0, 1}:
            return exponent, whole
        exponent = below
    return exponent, _MOST_SHIFTS


def _integer_step(n: Normaliser, base: Ratio, coefficient: Fraction, term: Ratio) -> Ratio:
    """b^(c*t): a power of the kernel b^t; (-1)^t has the square 1."""
    if (number := term.times(coefficient).constant) is not None:
        return _whole_power(n, base, int(number))
    if coefficient.denominator != 1 or not n.facts.is_integer(term.to_expr()):
        return n.opaque(sp.Pow(base.to_expr(), term.times(coefficient).to_expr()))
    expr = sp.Pow(base.to_expr(), term.to_expr(), evaluate=False)
    place = n.table.place(("power", base.key, term.key), lambda: Kernel("opaque", expr))
    if base.constant == -1:
        n.table.relate(place, 2, n.table.one)
    return _whole_power(n, Ratio(n.table, n.table.unknowns[place], n.table.one), int(coefficient))


def _whole_power(n: Normaliser, base: Ratio, power: int) -> Ratio:
    if abs(power) > _LARGEST_POWER:
        raise NotProved(f"the power {power} is too large")
    if power < 0 and (base.is_zero or (n.facts.kinks is Kinks.LEFT_OUT and n.ratio_signs(base) == {0})):
        raise Undefined("division by zero")
    return base**power


def root(n: Normaliser, base: Ratio, power: Fraction) -> Ratio:
    """base^(p/q): proved non-negative factors one by one, other real ones in pairs as absolute values."""
    if power.denominator == 1:
        return _whole_power(n, base, int(power))
    if base.is_zero and power > 0:
        return base
    if base.is_zero:
        raise Undefined("division by zero")
    content, factors = base.factors()
    result, left = n.table.number(1), n.table.number(1 if content > 0 else -1)
    for prime, times in _prime_powers(abs(content)):
        result = result * _radical(n, n.table.number(prime), power * times)
    for factor, times in factors:
        signs = n.signs(factor)
        element = Ratio(n.table, factor, n.table.one)
        if not n.is_real(factor):
            left = left * element**times
        elif signs <= {0, 1}:
            result = result * _factor_power(n, factor, power * times)
        elif signs <= {0, -1}:
            result = result * _radical(n, -element, power * times)
            left = left.times(-1 if times % 2 else 1)
        else:
            even = times - times % 2
            result = result * root_of_absolute(n, factor, power * even)
            left = left * element ** (times - even)
    return result * _root_rest(n, left, power)


def _root_rest(n: Normaliser, left: Ratio, power: Fraction) -> Ratio:
    if left.constant == 1:
        return left
    if left.constant is not None:
        raise NotProved("a root of a negative number is not real")
    return _radical(n, left, power)


def root_of_absolute(n: Normaliser, factor: Polynomial, power: Fraction) -> Ratio:
    """|f|^power for a polynomial of unknown sign."""
    return _radical(n, absolute(n, factor), power) if power else n.table.number(1)


def _factor_power(n: Normaliser, factor: Polynomial, power: Fraction) -> Ratio:
    """f^power for f >= 0; exponentials and roots pass the power on to what is inside."""
    kernel = n.table.single(factor)
    if kernel and kernel.kind == "exp":
        return exponential(n, kernel.inside.times(power))
    if kernel and kernel.kind == "root":
        radicand, order = kernel.inside
        return root(n, radicand, power / order)
    return _radical(n, Ratio(n.table, factor, n.table.one), power)


def _radical(n: Normaliser, base: Ratio, power: Fraction) -> Ratio:
    """base^power, base a polynomial that is not taken apart any more: a power of the kernel base^(1/q)."""
    if power.denominator == 1:
        return _whole_power(n, base, int(power))
    if base.den.is_constant() and (single := n.table.single(base.num)):
        _refine(n, single, base.num, power.denominator)
    expr = base.to_expr()
    order = n.fineness.divisor(("root", expr), power.denominator)
    place = n.table.place(
        ("root", base.key),
        lambda: Kernel("root", sp.Pow(expr, sp.Rational(1, order), evaluate=False), (base, order)),
    )
    n.table.relate(place, order, base.num)
    kernel = Ratio(n.table, n.table.unknowns[place], n.table.one)
    return _whole_power(n, kernel, int(power * order))


def _refine(n: Normaliser, kernel: Kernel, unknown: Polynomial, denominator: int) -> None:
    """Ask for finer kernels (x = r^2) where a root of a single one is wanted that is proved non-negative.

    With r^2 = x as a mere relation r*(r*y + 1) and x*y + r would be the same in two factorisations.
    """
    if kernel.kind == "fine":
        expr, divisor = kernel.inside
        n.fineness.divisor(expr, divisor * denominator)
    elif kernel.kind in ("atom", "opaque") and n.signs(unknown) <= {0, 1}:
        n.fineness.divisor(kernel.expr, denominator)


def absolute(n: Normaliser, factor: Polynomial) -> Ratio:
    """|f| for an irreducible polynomial f over Z; a kernel with |f|^2 = f^2 where its sign is open."""
    element = Ratio(n.table, factor, n.table.one)
    signs = n.signs(factor)
    if signs <= {0, 1}:
        return element
    if signs <= {0, -1}:
        return -element
    expr = n.table.to_expr(factor)
    switch = n.switch(factor)
    n.wish((switch, ">="), (-switch, ">="))
    place = n.table.place(("abs", str(factor)), lambda: Kernel("abs", sp.Abs(expr, evaluate=False), factor))
    n.table.relate(place, 2, factor**2)
    return Ratio(n.table, n.table.unknowns[place], n.table.one)


RULES: dict[str, Rule] = {
    "Exp1": _e,
    "exp": _exp,
    "log": _log,
    "Pow": _pow,
}
