"""Hit or miss: the smallest maximum likelihood there is, and the pattern for everything after it."""

from __future__ import annotations

from lossproof import Derivation
from lossproof.moves import at, differentiate, solve_for_zero, substitute, take_log, together

coin = Derivation(
    "coin",
    title="Hit or miss: k hits in n tries",
    where="0 < p < 1; n integer >= 1; k integer; 0 <= k <= n",
    source="最短コースでわかる ディープラーニングの数学, the maximum likelihood example that section 8-4 recalls",
    parameters="p",
    main="likelihood log_likelihood slope best",
    keywords="maximum likelihood; Bernoulli; binomial; coin toss",
)
p, k, n, P_hit, P_miss = coin.symbols("p k n P_hit P_miss")
SOME_OF_EACH = "0 < k < n"

coin.part("The likelihood")


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

    That the hits may come in any order would add a factor that does not contain $p$; it moves no maximum, so it is
    left out.
    """
    return substitute(substitute(independent_tries, P_hit, hit), P_miss, miss)


coin.part("Its highest point")


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
    claim="diff(log(Lk), p) = k/p - (n - k)/(1 - p) = (k*(1 - p) - (n - k)*p)/(p*(1 - p)) = (k - n*p)/(p*(1 - p))",
    relation="derivative of",
    because="each logarithm by itself; one denominator; $kp$ is there twice and cancels",
    title="The slope of the log-likelihood",
)
def slope(log_likelihood):
    """At the top of a hill the ground is level, so look for the place where the derivative is zero. Over one
    denominator it can be seen.
    """
    return together(differentiate(log_likelihood, p))


@coin.step(
    claim="diff(diff(log(Lk), p), p) = -(k/p^2 + (n - k)/(1 - p)^2)",
    relation="derivative of",
    title="The curvature of the log-likelihood",
)
def curvature(slope):
    """A level place may also be the bottom of a valley. The second derivative tells the two apart."""
    return differentiate(slope, p)


@coin.step(
    claim="-(k/p^2 + (n - k)/(1 - p)^2) < 0", relation="at least", where=SOME_OF_EACH, title="A maximum, not a minimum"
)
def bends_down(curvature):
    r"""Where there was a hit and a miss, both terms in the bracket are positive, and a minus stands in front: the curve
    bends down everywhere. So there is one highest point.
    """
    return curvature


@coin.step(
    claim="p_best = k/n",
    relation="optimum of",
    of="log_likelihood",
    variable="p",
    where=SOME_OF_EACH,
    title="The chance that fits best",
)
def best(slope, bends_down):
    """A fraction is zero where its numerator is. The best guess is what one would have guessed anyway:
    the share of hits among all tries.
    """
    return solve_for_zero(slope, p)


@coin.step(claim="c_best = -n^3/(k*(n - k))", where=SOME_OF_EACH, title="How sharp the maximum is")
def curvature_at_the_best(curvature, best):
    r"""At $p = k/n$ the curvature becomes a single fraction. Ten times the tries with the same share of hits
    make it ten times larger: more data, a sharper peak, a surer answer.
    """
    return together(substitute(curvature, p, best))


coin.part("Nothing but misses, nothing but hits")


@coin.step(claim="Lk_0 = (1 - p)^n", relation="special case of", values="k = 0", title="No hit at all")
def no_hit(likelihood):
    r"""With $k = 0$ the first factor is gone. The slope of the logarithm is $-n/(1 - p)$: it is nowhere zero, so there
    is no level place to look for.
    """
    return at(likelihood, {k: 0})


@coin.step(claim="(1 - p)^n < 1", relation="at least", title="Without a hit the best chance is 0")
def below_one(no_hit):
    r"""Whatever $p > 0$ is tried, the likelihood stays below 1, which it comes to at $p = 0$: the highest point lies at
    the end, and it is $k/n$ again. It is a belief without any doubt: nothing will ever hit.
    """
    return no_hit


@coin.step(claim="Lk_n = p^n", relation="special case of", values="k = n", title="Nothing but hits")
def only_hits(likelihood):
    r"""With $k = n$ the second factor is gone, and the likelihood rises all the way."""
    return at(likelihood, {k: n})


@coin.step(claim="p^n < 1", relation="at least", title="With nothing but hits the best chance is 1")
def below_one_again(only_hits):
    r"""The highest point lies at the other end, $p = 1 = k/n$. Logistic regression meets the same where a line
    separates the two classes: the best weights then lie infinitely far out.
    """
    return only_hits


if __name__ == "__main__":
    coin.main()
