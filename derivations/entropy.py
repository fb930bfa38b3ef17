"""Entropy, cross entropy and Kullback-Leibler: why the loss has its name, and why it is least where the two agree."""

from __future__ import annotations

import sympy as sp

from lossproof import Derivation
from lossproof.moves import (
    adds_up_to_one,
    apart,
    at,
    average_over,
    differentiate,
    solve_for_zero,
    substitute,
    sum_over,
    together,
)

entropy = Derivation(
    "entropy",
    title="Entropy, cross entropy and Kullback-Leibler: why the loss has its name",
    where=(
        "K integer >= 2; M integer >= 1; p simplex over 1..K; q simplex over 1..K; z > 0;"
        "0 <= yt <= 1; 0 < yp < 1; 0 <= yt[m] <= 1"
    ),
    indices="k in 1..K; m in 0..M-1; i in 1..K; j in 1..K",
    source="C. E. Shannon, A mathematical theory of communication (1948); S. Kullback and R. A. Leibler (1951)",
    parameters="yp",
    main="surprise entropy_of_p cross gap never_negative two_classes agree",
    keywords="information; surprisal; relative entropy; KL divergence; Gibbs' inequality",
)
K, M, yt, yp, z = entropy.symbols("K M yt yp z")
p, q = entropy.data("p q")
k, m, i, j = entropy.index("k m i j")
OVER = entropy.over("k")

entropy.part("How surprised?")


@entropy.definition("s[k] = -log(p[k])", title="Surprise: minus the logarithm of a probability")
def surprise():
    r"""One of $K$ things happens, the $k$-th with probability $p_k$. How surprising is it? What is certain surprises
    nobody: $-\log 1 = 0$. What is nearly impossible surprises without limit.
    """


@entropy.step(claim="-log(p[i]*p[j]) = s[i] + s[j]", title="Two surprises add up")
def surprises_add_up(surprise):
    """Two things that do not know of each other have probabilities that are multiplied, and surprises that are added.
    That is why it is the logarithm.
    """
    return substitute(surprise, k, i) + substitute(surprise, k, j)


@entropy.step(claim="H = sum(p[k]*s[k], k) = -sum(p[k]*log(p[k]), k)", title="Entropy is the surprise to expect")
def entropy_of_p(surprise):
    r"""Each thing surprises by $s_k$, and it happens in a share $p_k$ of all times. On average that is the *entropy*:
    how uncertain the world is for somebody who knows its probabilities.
    """
    return sum_over(p[k] * surprise, *OVER)


@entropy.step(claim="-sum(p[k]*log(p[k]), k) >= 0", relation="at least", title="It is never negative")
def not_negative(entropy_of_p):
    """No probability is above 1, so no logarithm is above 0: nobody is less surprised than not at all."""
    return entropy_of_p


entropy.part("Two distributions that cross")


@entropy.definition("CE = -sum(p[k]*log(q[k]), k)", title="Cross entropy")
def cross(entropy_of_p):
    r"""Now somebody believes in other probabilities $q_k$. Things still happen as often as $p_k$ says, but the surprise
    is that of the believer, $-\log q_k$. Reality and belief cross in one formula: hence the name.
    """
    return substitute(entropy_of_p, sp.log(p[k]), sp.log(q[k]))


@entropy.step(
    claim="CE - H = sum(p[k]*log(p[k]) - p[k]*log(q[k]), k) = sum(p[k]*log(p[k]/q[k]), k)",
    because="both sums in one; a difference of logarithms is that of a fraction",
    title="What a wrong belief costs: Kullback-Leibler",
)
def gap(cross, entropy_of_p):
    r"""Part of the surprise is the world's own and cannot be helped. The rest comes from believing in $q$ where $p$ is
    true: the *Kullback-Leibler divergence*.
    """
    return cross - entropy_of_p


@entropy.step(claim="z - 1 - log(z) >= 0", relation="at least", title="The logarithm lies below its tangent")
def tangent():
    r"""The logarithm bends down, and the line $z - 1$ touches it at $z = 1$. What follows needs nothing else."""


@entropy.step(
    claim="sum(p[k]*(q[k]/p[k] - 1 - log(q[k]/p[k])), k) >= 0",
    relation="at least",
    title="The same for every fraction, weighed and added up",
)
def terms(tangent):
    r"""Put $z = q_k/p_k$ in and multiply by $p_k$, which is positive. No term is negative, so their sum is not."""
    return sum_over(p[k] * substitute(tangent, z, q[k] / p[k]), *OVER)


@entropy.step(claim="sum(p[k]*log(p[k]/q[k]), k) >= 0", relation="at least", title="No belief is better than the truth")
def never_negative(terms):
    r"""Taken apart, the sum holds all $q_k$, which make 1, and takes away all $p_k$, which make 1 too. What is left is
    the divergence: it is never negative. This is *Gibbs' inequality*.
    """
    return adds_up_to_one(adds_up_to_one(terms, q[k]), p[k])


@entropy.step(
    claim="-sum(p[k]*log(q[k]), k) >= -sum(p[k]*log(p[k]), k)",
    relation="at least",
    title="Cross entropy is at least the entropy",
)
def at_least_the_entropy(gap, entropy_of_p, never_negative):
    r"""Cross entropy is entropy plus divergence. Whatever is believed, the surprise to expect is never below $H$; who
    makes the cross entropy small brings $q$ towards $p$.
    """
    return gap + entropy_of_p


@entropy.step(claim="sum(p[k]*log(p[k]/p[k]), k) = 0", title="Nothing is lost where the two agree")
def nothing_lost(gap):
    r"""Put $q = p$ in: every fraction is 1 and every logarithm 0. The lowest value is reached."""
    return substitute(gap, q[k], p[k])


entropy.part("The loss of logistic regression")


@entropy.step(claim="CE_2 = -(p[1]*log(q[1]) + p[2]*log(q[2]))", title="Two things that can happen")
def two_things(cross):
    r"""With $K = 2$ the sum has two terms."""
    return at(cross, {K: 2}).doit()


@entropy.step(claim="ce = -(yt*log(yp) + (1 - yt)*log(1 - yp))", title="The loss of one sample is a cross entropy")
def two_classes(two_things):
    r"""The truth says that class 1 has probability $\mathit{yt}$ and the other one the rest; the model believes in
    $\mathit{yp}$ and its rest. This is the loss of logistic regression, and why it is called cross entropy.
    """
    there = {p[1]: yt, p[2]: 1 - yt, q[1]: yp, q[2]: 1 - yp}
    return two_things.xreplace(there)


@entropy.step(claim="ce_1 = -log(yp)", relation="special case of", values="yt = 1", title="Where the truth is certain")
def certain(two_classes):
    r"""A label is a distribution that knows no doubt. Then the loss is the surprise at what happened, and the entropy
    of the truth is 0: the loss is all divergence.
    """
    return at(two_classes, {yt: 1})


@entropy.step(
    claim="diff(ce, yp) = -yt/yp + (1 - yt)/(1 - yp) = (yp - yt)/(yp*(1 - yp))",
    because="each logarithm by itself; one denominator",
    title="Its slope in the belief",
)
def slope(two_classes):
    """Belief minus truth stands in the numerator: too small a belief is pulled up, too large a one down."""
    return together(differentiate(two_classes, yp))


@entropy.step(
    claim="yp_best = yt",
    relation="optimum of",
    of="two_classes",
    variable="yp",
    where="0 < yt < 1",
    title="The best belief is the truth",
)
def agree(slope):
    """The slope is zero where belief and truth agree, and the curve bends up everywhere: no other place is as good."""
    return solve_for_zero(slope, yp)


entropy.part("The average over data")
each = entropy.for_samples("m", "yt")


@entropy.definition("h = mean(yt[m], m)", title="How often it happened")
def share():
    r"""In the data class 1 was true in a share $h$ of the $M$ samples: not a probability that anybody assumed, but one
    that was counted.
    """


@entropy.step(
    claim="mean(-(yt[m]*log(yp) + (1 - yt[m])*log(1 - yp)), m)"
    " = -(mean(yt[m], m)*log(yp) + (1 - mean(yt[m], m))*log(1 - yp)) = -(h*log(yp) + (1 - h)*log(1 - yp))",
    because="sums apart, and what is the same for all samples in front; the share has a name",
    title="The loss of a data set crosses what was counted with what is believed",
)
def average(two_classes, share):
    r"""Where the model believes the same of all samples, the average loss is the cross entropy of the counted share and
    the belief. By what was just proved it is smallest at $\mathit{yp} = h$: $k/n$, as in *Hit or miss*.
    """
    return apart(average_over(each(two_classes), m, M))


if __name__ == "__main__":
    entropy.main()
