"""Where the sigmoid comes from: odds, their logarithm, a line for it, and the slope from first principles."""

from __future__ import annotations

import sympy as sp

from lossproof import Derivation
from lossproof.moves import at, differentiate, solve_for_zero, take_log, together

sigmoid = Derivation(
    "sigmoid",
    title="Where the sigmoid comes from",
    where="0 < yp < 1; odds > 0; u real; s > 0; 0 < q < 1; x real; a real; b real; P1 > 0; P0 > 0",
    source="最短コースでわかる ディープラーニングの数学, chapter 8 (the sigmoid); McCullagh and Nelder, section 4.3",
    parameters="yp",
    main="odds log_odds line value slope",
    keywords="logistic function; logit; log odds; expit",
)
yp, u, x, a, b, s, q = sigmoid.symbols("yp u x a b s q")

sigmoid.part("From a probability to any number")


@sigmoid.definition("odds = yp/(1 - yp)", title="Odds: hits on one miss")
def odds():
    r"""How many hits come on one miss? With $\mathit{yp} = 3/4$ it is three to one. Odds are positive and have no upper
    end: half of the way from a probability to a number without limits.
    """


@sigmoid.step(
    claim="diff(odds, yp) = (1 - yp + yp)/(1 - yp)^2 = 1/(1 - yp)^2",
    because="the rule for quotients; what is taken away comes back",
    title="Odds rise with the probability",
)
def odds_slope(odds):
    """The slope is a square upside down, so it is positive: to each probability belong odds of its own, and back."""
    return together(differentiate(odds, yp))


@sigmoid.step(claim="log(odds) = log(yp) - log(1 - yp)", title="The logarithm of the odds")
def log_odds(odds):
    r"""The other half of the way: the logarithm of a positive number may be any number. Even odds become 0, and three
    to one stands as far to the right of it as one to three stands to the left.
    """
    return take_log(odds, positive=[1 - yp])


@sigmoid.step(
    claim="log((1 - yp)/yp) = -(log(yp) - log(1 - yp))",
    title="The other class has the opposite log odds",
)
def other_class(log_odds):
    """Who bets on the other class turns the fraction over, and the sign of its logarithm round."""
    return -log_odds


sigmoid.part("And back")


@sigmoid.definition("gap = log(yp) - log(1 - yp) - u", title="A straight line for the log odds")
def line(log_odds):
    r"""The model computes a number $u$, a straight line in the measurements. A line may take any value, and so may log
    odds: let the one be the other. Where the gap between them is 0, $\mathit{yp}$ is what the model says.
    """
    return log_odds - u


@sigmoid.step(
    claim="sigma = exp(u)/(1 + exp(u)) = 1/(1 + exp(-u))",
    relation="zero of",
    variable="yp",
    because="hits over all; numerator and denominator divided by the numerator",
    title="The sigmoid",
)
def value(line):
    r"""With no gap the odds are $e^u$: so many hits on one miss. The probability of a hit is the hits over all of them.

    Nobody invented this curve to be bent in the right way; it is what log odds on a line come to.
    """
    return solve_for_zero(sp.exp(line) - 1, yp)


@sigmoid.step(claim="sigma_0 = 1/2", relation="special case of", values="u = 0", title="In the middle")
def middle(value):
    r"""At $u = 0$ the model has no opinion. Far left of it the exponential grows without limit and $\sigma$ is
    nearly 0, far right it vanishes and $\sigma$ is nearly 1.
    """
    return at(value, {u: 0})


@sigmoid.step(claim="1 - sigma = 1/(1 + exp(u))", title="One minus the sigmoid is the sigmoid turned round")
def complement(value):
    r"""The other class has the opposite log odds, so $-u$ stands where $u$ stood."""
    return together(1 - value)


sigmoid.part("Its slope")


@sigmoid.step(
    claim="diff(sigma, u) = exp(-u)/(1 + exp(-u))^2 = 1/(1 + exp(-u)) * (exp(-u)/(1 + exp(-u)))"
    " = 1/(1 + exp(-u)) * (1 - 1/(1 + exp(-u))) = sigma*(1 - sigma)",
    because=(
        "the rule for 1/f, and the minus of the exponent; one factor taken apart;"
        " what is missing to 1; both factors are known"
    ),
    title="The slope is made of the value itself",
)
def slope(value):
    r"""Derived from $1/(1 + e^{-u})$ and not looked up. That nothing but $\sigma$ is left is why the gradient of
    logistic regression is so short.
    """
    return differentiate(value, u)


@sigmoid.step(claim="sigma*(1 - sigma) <= 1/4", relation="at least", title="Never steeper than a quarter")
def at_most_a_quarter(slope):
    r"""The curve is steepest in the middle, where $\sigma = 1/2$, and flat at both ends: a model that is nearly
    certain hardly changes its mind.
    """
    return slope


sigmoid.part("Why a line?")


@sigmoid.given("P1 = exp(-(x - a)^2/(2*s^2))/(s*sqrt(2*pi))", title="Where the measurements of one class lie")
def one_class():
    """An example in which the log odds are a line without anybody having asked for it: the measurements of the first
    class are spread like a bell.
    """


@sigmoid.given("P0 = exp(-(x - b)^2/(2*s^2))/(s*sqrt(2*pi))", title="And those of the other")
def the_other():
    """The same bell, moved: it has another middle, and it is just as wide."""


@sigmoid.step(
    claim="log(q*P1/((1 - q)*P0)) = -(x - a)^2/(2*s^2) + (x - b)^2/(2*s^2) + log(q) - log(1 - q)"
    " = (a - b)/s^2*x + (b^2 - a^2)/(2*s^2) + log(q) - log(1 - q)",
    because="the factors in front are the same and cancel; so do the squares of x",
    title="Two bells of one width give a straight line",
)
def two_bells(one_class, the_other):
    r"""A share $q$ belongs to the first class. By Bayes' rule the odds after measuring $x$ are the share times the
    height of its bell, over the same for the other class. The squares cancel because both bells are equally wide, and a
    line in $x$ remains: $w_1 = (a - b)/s^2$.
    """
    return take_log(q * one_class / ((1 - q) * the_other), positive=[1 - q])


if __name__ == "__main__":
    sigmoid.main()
