"""Gamma regression with the inverse link: rates, and the canonical link of this likelihood."""

from __future__ import annotations

from lossproof import Derivation
from lossproof.moves import (
    average_over,
    chain_rule,
    differentiate,
    substitute,
    sum_over,
    take_log,
    together,
    without_constants,
)

inverse = Derivation(
    "gamma_regression_inverse",
    title="Gamma regression with the inverse link: one over the mean is a line",
    where="y > 0; y[m] > 0; mu > 0; mu[m] > 0; u > 0; u[m] > 0; a > 0; P > 0; M integer >= 1; N integer >= 0",
    indices="m in 0..M-1; k in 0..N; i in 0..N; j in 0..N",
    source="McCullagh and Nelder, Generalized Linear Models, 2nd edition, chapter 8",
    parameters="w u mu",
    main="size loss_of_the_mean mean slope_in_u gradient convexity",
    keywords="rates; reciprocal link; canonical link; GLM",
)
y, mu, u, a, M = inverse.symbols("y mu u a M")
w, x, v = inverse.data("w x v")
m, k, i, j = inverse.index("m k i j")


@inverse.given("P = (a/mu)^a*y^(a - 1)*exp(-a*y/mu)/gamma(a)", title="Positive sizes with a mean")
def size():
    r"""Times until something is done: positive, and the larger the mean $\mu$, the wider they are spread, in
    proportion. The gamma density says so; the *shape* $a$ tells how close
    to their mean they stay, as a fraction of it.

    This is a modelling assumption.
    """


@inverse.step(claim="ce = y/mu + log(mu)", relation="same optimum", varying="mu", title="The loss of one sample")
def loss_of_the_mean(size):
    r"""The logarithm with its sign flipped, divided by the shape and without what holds no mean: *Gamma regression*
    takes these steps one by one. The likelihood is the same there; only the link is another.
    """
    return without_constants(-take_log(size), mu) / a


@inverse.step(claim="diff(ce, mu) = (mu - y)/mu^2", title="The derivative with respect to the mean")
def slope_in_mu(loss_of_the_mean):
    """Prediction minus truth over the square of the prediction, before any link is chosen."""
    return together(differentiate(loss_of_the_mean, mu))


@inverse.given("mu = 1/u", title="The inverse link")
def mean():
    r"""If $\mu$ is a time, $1/\mu$ is a rate: how many in an hour. Here the rate is the line. It has to be positive,
    which the line alone does not see to: weights that make it negative for any sample are out of the question.
    """


@inverse.step(
    claim="diff(mu, u) = -1/u^2 = -mu^2", because="the rule for 1/u; 1/u is the mean", title="The slope of the link"
)
def mean_slope(mean):
    """The higher the rate, the shorter the time, and the less a step in the rate changes it."""
    return substitute(differentiate(mean, u), u, 1 / mu)


@inverse.step(
    claim="diff(ce, u) = (mu - y)/mu^2*(-mu^2) = y - mu",
    relation="derivative of",
    of="loss_of_the_mean",
    because="the two slopes along the chain; the squares cancel",
    title="The chain rule: the squares cancel",
)
def slope_in_u(slope_in_mu, mean_slope):
    """Truth minus prediction, the sign turned because the mean falls with u. A link that leaves nothing else is called
    *canonical*.
    """
    return together(chain_rule(slope_in_mu, mean_slope))


@inverse.step(claim="ce = y*u - log(u)", title="The loss in the predictor")
def loss_in_u(loss_of_the_mean, mean):
    """With the link put in: a straight line and a logarithm."""
    return substitute(loss_of_the_mean, mu, mean)


@inverse.step(claim="diff(ce, u) = y - 1/u", title="Its derivative")
def slope(loss_in_u):
    """The truth minus one over the rate, which is the prediction."""
    return differentiate(loss_in_u, u)


@inverse.step(claim="diff(diff(ce, u), u) = 1/u^2", relation="derivative of", title="Its curvature")
def curvature(slope):
    """The square of the mean: samples with long times say more about the weights."""
    return differentiate(slope, u)


@inverse.step(claim="1/u^2 > 0", relation="at least", title="The curvature is positive everywhere")
def curvature_is_positive(curvature):
    """A square upside down: the logarithm with its minus bends up wherever it is defined."""
    return curvature


inverse.part("All samples")
each = inverse.for_samples("m", "y mu u")


@inverse.definition("L = mean(y[m]/mu[m] + log(mu[m]), m)", title="The loss function")
def loss(loss_of_the_mean):
    """The average over the samples, as *Gamma regression* derives it from their likelihood."""
    return average_over(each(loss_of_the_mean), m, M)


inverse.linear_predictor()


@inverse.step(claim="diff(L, w[i]) = mean(x[m, i]*(y[m] - mu[m]), m)", title="The gradient")
def gradient(loss, slope_in_u, features, mean_of_sample):
    """Errors in hours, not in fractions: with this link long times weigh more than with the log link."""
    return average_over(chain_rule(each(slope_in_u), differentiate(features, w[i])), m, M)


@inverse.step(
    claim="diff(diff(L, w[i]), w[j]) = mean(x[m, i]*x[m, j]*mu[m]^2, m)", relation="derivative of", title="The Hessian"
)
def hessian(gradient, mean_slope, features, mean_of_sample):
    """It holds no truth, only predictions: with the canonical link the observed and the expected curvature are one."""
    return average_over(x[m, i] * (-each(mean_slope)) * differentiate(features, w[j]), m, M)


@inverse.step(
    claim="mean(mu[m]^2*sum(v[k]*x[m, k], k)^2, m) >= 0", relation="convex", of="loss", varying="w", title="One valley"
)
def convexity(hessian, loss, features, mean_of_sample):
    r"""In any direction $v$ the Hessian gives squares times squares: wherever all rates are positive, the loss is a
    bowl in the weights.
    """
    return sum_over(sum_over(v[i] * v[j] * hessian, *inverse.over("i")), *inverse.over("j"))


inverse.publish_loss(
    value="loss_in_u", slope="slope", curvature="curvature", target="y", target_domain="y > 0", dispersion="pearson"
)

if __name__ == "__main__":
    inverse.main()
