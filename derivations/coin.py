"""Hit or miss: the smallest maximum likelihood there is, and the pattern for everything after it."""

from __future__ import annotations

from lossproof import Derivation
from lossproof.moves import differentiate, solve_for_zero, substitute, take_log, together

coin = Derivation(
    "coin",
    title="Hit or miss: k hits in n tries",
    where="0 < p < 1; n integer >= 2; k integer; 0 < k < n",
    source="最短コースでわかる ディープラーニングの数学, the maximum likelihood example that section 8-4 recalls",
    parameters="p",
    main="likelihood log_likelihood slope slope_as_one_fraction best",
)
p, k, n = coin.symbols("p k n")


@coin.given("P_hit = p", title="The chance of a hit")
def hit():
    r"""Every try hits with the same chance, and nobody tells us how large it is. Call it $p$.

    Finding the $p$ that fits what was seen best is what this whole chapter is about.
    """


@coin.step(claim="P_miss = 1 - p", title="The chance of a miss")
def miss(hit):
    """A try either hits or misses. The two chances add up to 1, so the miss gets what the hit leaves over."""
    return 1 - hit


@coin.given("Lk = P_hit^k * P_miss^(n - k)", title="Independent tries multiply")
def independent_tries(hit, miss):
    r"""The tries do not know of each other, so their chances are multiplied.

    Among $n$ tries there are $k$ hits and $n - k$ misses. The product is called the *likelihood* of $p$: how
    likely it was to see what we saw.
    """


@coin.step(claim="Lk = p^k * (1 - p)^(n - k)", title="The likelihood of the chance p")
def likelihood(independent_tries, hit, miss):
    r"""Put the two chances in. With the data fixed, this is a function of $p$ alone.

    The order of hits and misses would add a factor that does not contain $p$; it moves no maximum, so it is
    left out.
    """
    P_hit, P_miss = coin.symbols("P_hit P_miss")
    return substitute(substitute(independent_tries, P_hit, hit), P_miss, miss)


@coin.step(
    claim="log(Lk) = k*log(p) + (n - k)*log(1 - p)",
    relation="same optimum",
    title="The logarithm of the likelihood",
    picture="optimum",
)
def log_likelihood(likelihood):
    """Powers are awkward to differentiate, a logarithm brings them down.

    The logarithm never stops rising, so the likelihood and its logarithm have their highest point at the same p.
    """
    return take_log(likelihood, positive=[1 - p])


@coin.step(
    claim="diff(log(Lk), p) = k/p - (n - k)/(1 - p)", relation="derivative of", title="The slope of the log-likelihood"
)
def slope(log_likelihood):
    """At the top of a hill the ground is level, so look for the place where the derivative is zero."""
    return differentiate(log_likelihood, p)


@coin.step(claim="diff(log(Lk), p) = (k - n*p)/(p*(1 - p))", title="The slope as one fraction")
def slope_as_one_fraction(slope):
    """Over the common denominator most of the numerator cancels, and one can see where the fraction is zero."""
    return together(slope)


@coin.step(claim="p_best = k/n", title="The chance that fits best")
def best(slope_as_one_fraction):
    """A fraction is zero where its numerator is. The best guess is what one would have guessed anyway:
    the share of hits among all tries.
    """
    return solve_for_zero(slope_as_one_fraction, p)


@coin.step(claim="(k - n*(k/n))/((k/n)*(1 - k/n)) = 0", title="The slope there is zero")
def level_at_the_best(slope_as_one_fraction, best):
    """Put the solution back in, as one should with every solution: the slope is zero indeed."""
    return substitute(slope_as_one_fraction, p, best)


@coin.step(
    claim="diff(diff(log(Lk), p), p) = -(k/p^2 + (n - k)/(1 - p)^2)",
    relation="derivative of",
    title="The curvature of the log-likelihood",
)
def curvature(slope):
    """A level place may also be the bottom of a valley. The second derivative tells the two apart."""
    return differentiate(slope, p)


@coin.step(claim="-(k/p^2 + (n - k)/(1 - p)^2) < 0", relation="at least", title="A maximum, not a minimum")
def bends_down(curvature):
    r"""Both terms in the bracket are positive and a minus stands in front: the curve bends down everywhere.

    So there is one highest point, and it is $k/n$. This is the second-order condition.
    """
    return curvature


@coin.step(claim="-n^3/(k*(n - k))", title="How sharp the maximum is")
def curvature_at_the_best(curvature, best):
    r"""At $p = k/n$ the curvature becomes a single fraction. Ten times the tries with the same share of hits
    make it ten times larger: more data, a sharper peak, a surer answer.
    """
    return together(substitute(curvature, p, best))


if __name__ == "__main__":
    coin.main()
