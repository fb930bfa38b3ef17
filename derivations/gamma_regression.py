"""Gamma regression with a log link: sizes that are positive and spread in proportion to their mean."""

from __future__ import annotations

from lossproof import Derivation
from lossproof.moves import (
    average_over,
    chain_rule,
    differentiate,
    solve_for_zero,
    substitute,
    sum_over,
    take_log,
    together,
    without_constants,
)

gamma = Derivation(
    "gamma_regression",
    title="Gamma regression: how large, when errors grow with the size",
    where="y > 0; y[m] > 0; mu > 0; mu[m] > 0; a > 0; P > 0; P[m] > 0; M integer >= 1; N integer >= 0",
    indices="m in 0..M-1; k in 0..N; i in 0..N; j in 0..N",
    source="McCullagh and Nelder, Generalized Linear Models, 2nd edition, chapter 8",
    parameters="w u mu",
    main="size log_size loss_of_the_mean mean slope_in_u loss gradient convexity",
    keywords="claims; durations; log link; coefficient of variation; GLM",
)
y, mu, u, a, M = gamma.symbols("y mu u a M")
w, x, v, mus = gamma.data("w x v mu")
m, k, i, j = gamma.index("m k i j")

gamma.part("One size")


@gamma.given("P = (a/mu)^a*y^(a - 1)*exp(-a*y/mu)/gamma(a)", title="Positive sizes with a mean")
def size():
    r"""Waiting times, claims, rainfall: positive, and the larger the mean $\mu$, the wider they are spread, in
    proportion. The gamma density says so; the *shape* $a$ tells how close
    to their mean they stay, as a fraction of it.

    This is a modelling assumption.
    """


@gamma.step(
    claim="-log(P) = a*(y/mu + log(mu)) - a*log(a) - (a - 1)*log(y) + loggamma(a)",
    title="The logarithm of one density",
)
def log_size(size):
    r"""Powers and products come down to a sum, and the sign is flipped. Only the first bracket holds the mean."""
    return -take_log(size)


@gamma.step(claim="ce = y/mu + log(mu)", relation="same optimum", varying="mu", title="The loss of one sample")
def loss_of_the_mean(log_size):
    r"""The shape stretches the landscape and lifts it, and moves no valley: the best mean does not depend on it."""
    return without_constants(log_size, mu) / a


@gamma.step(
    claim="diff(ce, mu) = -y/mu^2 + 1/mu = (mu - y)/mu^2",
    because="term by term; one denominator",
    title="The derivative with respect to the mean",
)
def slope_in_mu(loss_of_the_mean):
    """Prediction minus truth, divided by the square of the mean: a miss is measured by the size it is a miss of."""
    return together(differentiate(loss_of_the_mean, mu))


@gamma.given("mu = exp(u)", title="The log link")
def mean():
    r"""A mean size is positive and $u$ is any number: let $u$ be its logarithm."""


@gamma.step(claim="diff(mu, u) = mu", title="The exponential is its own slope")
def mean_slope(mean):
    """A small step in $u$ changes the mean by so many hundredths of itself."""
    return substitute(differentiate(mean, u), mean, mu)


@gamma.step(
    claim="diff(ce, u) = (mu - y)/mu^2*mu = 1 - y/mu",
    relation="derivative of",
    of="loss_of_the_mean",
    because="the two slopes along the chain; one mean cancels",
    title="The chain rule: a relative error",
)
def slope_in_u(slope_in_mu, mean_slope):
    """How far off the prediction was, as a fraction of it."""
    return chain_rule(slope_in_mu, mean_slope)


gamma.part("What runs")


@gamma.step(claim="ce = y*exp(-u) + u", title="The loss in the predictor")
def loss_in_u(loss_of_the_mean, mean):
    """With the link put in, the logarithm undoes the exponential."""
    return substitute(loss_of_the_mean, mu, mean)


@gamma.step(claim="diff(ce, u) = 1 - y*exp(-u)", title="Its derivative")
def slope(loss_in_u):
    """One minus truth over prediction: 0 where the two are the same."""
    return differentiate(loss_in_u, u)


@gamma.step(claim="diff(diff(ce, u), u) = y*exp(-u)", relation="derivative of", title="Its curvature")
def curvature(slope):
    """It depends on the truth: a sample that is larger than predicted curves the loss more."""
    return differentiate(slope, u)


@gamma.step(claim="y*exp(-u) > 0", relation="at least", title="The curvature is positive everywhere")
def curvature_is_positive(curvature):
    """Sizes are positive, and so is the exponential: the loss of a sample bends up for every u."""
    return curvature


gamma.part("All samples")
each = gamma.for_samples("m", "y mu P u")
gamma.independent_samples()


@gamma.step(
    claim="L = mean(y[m]/mu[m] + log(mu[m]), m)", relation="same optimum", varying="mu", title="The loss function"
)
def loss(average, size_of_sample):
    r"""The density put under the average, the shape left out again. How sure the best means are does depend on the
    shape: $1/a$ is estimated afterwards, from how far the sizes lie from their means.
    """
    return without_constants(average_over(-take_log(size_of_sample), m, M), mus) / a


gamma.linear_predictor()


@gamma.step(claim="diff(L, w[i]) = mean(x[m, i]*(1 - y[m]/mu[m]), m)", title="The gradient")
def gradient(loss, slope_in_u, features, mean_of_sample):
    """Relative errors are averaged, each times its measurement: a miss of a tenth counts the same at every size."""
    return average_over(chain_rule(each(slope_in_u), differentiate(features, w[i])), m, M)


@gamma.step(
    claim="diff(diff(L, w[i]), w[j]) = mean(x[m, i]*x[m, j]*y[m]/mu[m], m)",
    relation="derivative of",
    title="The Hessian",
)
def hessian(gradient, curvature, features, mean_of_sample):
    """The curvature of each sample, truth over prediction, between two measurements."""
    return average_over(x[m, i] * each(curvature) * differentiate(features, w[j]), m, M)


@gamma.step(
    claim="mean(y[m]/mu[m]*sum(v[k]*x[m, k], k)^2, m) >= 0",
    relation="convex",
    of="loss",
    varying="w",
    title="One valley",
)
def convexity(hessian, loss, features, mean_of_sample):
    r"""Walk in any direction $v$: the double sum over the Hessian is a sum of squares, and before each of them stands a
    positive fraction. The loss is a bowl in the weights.
    """
    return sum_over(sum_over(v[i] * v[j] * hessian, *gamma.over("i")), *gamma.over("j"))


gamma.part("No measurement at all")


@gamma.definition("L1 = mean(y[m], m)/mu + log(mu)", title="One mean for all samples")
def loss_of_a_constant():
    """The smallest case. Of the data only the average size enters."""


@gamma.step(claim="diff(L1, mu) = (mu - mean(y[m], m))/mu^2", relation="derivative of", title="Its slope has one zero")
def slope_of_a_constant(loss_of_a_constant):
    """Negative below the average size, positive above it: the loss falls up to there and rises from there on."""
    return together(differentiate(loss_of_a_constant, mu))


@gamma.step(
    claim="mu_best = mean(y[m], m)", relation="zero of", variable="mu", title="The best constant is the average size"
)
def best_constant(slope_of_a_constant):
    """As one would have guessed, and for every shape."""
    return solve_for_zero(slope_of_a_constant, mu)


gamma.publish_loss(
    value="loss_in_u", slope="slope", curvature="curvature", target="y", target_domain="y > 0", dispersion="pearson"
)

if __name__ == "__main__":
    gamma.main()
