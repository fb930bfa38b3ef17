"""Gamma regression with the inverse link: rates, and the shortest gradient that this likelihood has."""

from __future__ import annotations

import sympy as sp

from lossproof import Derivation
from lossproof.moves import (
    average_over,
    chain_rule,
    differentiate,
    for_sample,
    negate_and_average,
    product_over,
    substitute,
    sum_over,
    take_log,
    together,
)

inverse = Derivation(
    "gamma_regression_inverse",
    title="Gamma regression with the inverse link: one over the mean is a line",
    where=(
        "y > 0; y[m] > 0; mu > 0; mu[m] > 0; u > 0; u[m] > 0; a > 0; P > 0; P[m] > 0; M integer >= 1; N integer >= 0;"
        "i in 0..N; j in 0..N"
    ),
    source="McCullagh and Nelder, Generalized Linear Models, 2nd edition, chapter 8",
    parameters="w u mu",
)
y, mu, u, a, M, N = inverse.symbols("y mu u a M N")
w, x, v, P, ys, mus, us, r = inverse.data("w x v P y mu u r")
m, k, i, j = inverse.index("m k i j")


@inverse.given("P = (a/mu)^a*y^(a - 1)*exp(-a*y/mu)/gamma(a)", title="Positive sizes with a mean")
def size():
    r"""Times until something is done: positive, and the larger the mean $\mu$, the wider they are spread, in
    proportion. The gamma density says so; $a$, the *shape*, tells how narrow the bell is compared with its mean.

    This is a modelling assumption.
    """


@inverse.definition(
    "P[m] = (a/mu[m])^a*y[m]^(a - 1)*exp(-a*y[m]/mu[m])/gamma(a)", title="The same for each sample of a data set"
)
def size_of_sample(size):
    """All samples share the shape; the mean is each sample's own."""
    return for_sample(size, m, ys, mus)


@inverse.given("Lk = prod(P[m], m, 0, M-1)", title="The samples do not know of each other")
def likelihood():
    r"""The likelihood of the data set is the product over its $M$ samples, counted from 0 to $M-1$."""
    return product_over(P[m], m, 0, M - 1)


@inverse.step(
    claim="log(Lk) = sum(log(P[m]), m, 0, M-1)",
    relation="same optimum",
    varying="P",
    title="Take the logarithm: the product becomes a sum",
)
def log_likelihood(likelihood):
    """The logarithm rises all the way, so the largest likelihood stays where it was."""
    return take_log(likelihood)


@inverse.step(
    claim="-(1/M) * sum(log(P[m]), m, 0, M-1)",
    relation="same optimum",
    varying="P",
    title="Flip the sign and divide by M",
)
def average(log_likelihood):
    """Uphill becomes downhill, and data sets of any size can be compared."""
    return negate_and_average(log_likelihood, M)


@inverse.step(
    claim="log(P) = a*log(a) - a*log(mu) + (a - 1)*log(y) - a*y/mu - loggamma(a)",
    title="The logarithm of one density",
)
def log_size(size):
    r"""Powers and products come down to a sum. Only two of its terms hold the mean."""
    return take_log(size)


@inverse.step(
    claim="(1/M) * sum(a*(y[m]/mu[m] + log(mu[m])) - a*log(a) - (a - 1)*log(y[m]) + loggamma(a), m, 0, M-1)",
    of="average",
    title="The average over the data set",
)
def average_of_logs(average, log_size, size_of_sample):
    """Put the logarithm under the sum and sort it: what holds the mean stands in front, with the factor $a$."""
    return average_over(-for_sample(log_size, m, ys, mus), m, M)


@inverse.step(
    claim="L = (1/M) * sum(y[m]/mu[m] + log(mu[m]), m, 0, M-1)",
    relation="same optimum",
    varying="mu",
    title="The loss function",
)
def loss(average_of_logs):
    r"""The shape stretches the landscape and lifts it, and moves no valley: the best means do not depend on it. How
    sure they are does: $1/a$ is estimated afterwards, from how far the sizes lie from their means.
    """
    return average_over(ys[m] / mus[m] + sp.log(mus[m]), m, M)


@inverse.definition("ce = y/mu + log(mu)", title="The loss of one sample")
def loss_of_the_mean():
    """The term under the sum. The loss of a data set is its average, so one sample is enough to look at."""


@inverse.step(claim="diff(ce, mu) = (mu - y)/mu^2", relation="derivative of", title="The derivative by the mean")
def slope_in_mu(loss_of_the_mean):
    """Prediction minus truth, divided by the square of the mean: a miss is measured by the size it is a miss of."""
    return together(differentiate(loss_of_the_mean, mu))


@inverse.given("mu = 1/u", title="The inverse link")
def mean():
    r"""If $\mu$ is a time, $1/\mu$ is a rate: how many in an hour. Here the rate is the line. It has to be positive,
    which the line alone does not see to: weights that make it negative for any sample are out of the question.
    """


@inverse.step(claim="diff(mu, u) = -mu^2", relation="derivative of", title="The slope of the link")
def mean_slope(mean):
    """The higher the rate, the shorter the time, and the less it matters."""
    return substitute(differentiate(mean, u), u, 1 / mu)


@inverse.step(
    claim="diff(ce, u) = y - mu",
    relation="derivative of",
    of="loss_of_the_mean",
    title="The chain rule: the squares cancel",
)
def slope_in_u(slope_in_mu, mean_slope):
    """Truth minus prediction, the sign turned because the mean falls with u. For this likelihood no other link makes
    so short a gradient: it is the *canonical* one.
    """
    return together(chain_rule(slope_in_mu, mean_slope))


@inverse.step(claim="ce = y*u - log(u)", title="The loss in the predictor")
def loss_in_u(loss_of_the_mean, mean):
    """With the link put in: a straight line and a logarithm."""
    return substitute(loss_of_the_mean, mu, mean)


@inverse.step(claim="diff(ce, u) = y - 1/u", relation="derivative of", title="Its derivative")
def slope(loss_in_u):
    """The same as above, written in what the program has at hand."""
    return differentiate(loss_in_u, u)


@inverse.step(claim="diff(diff(ce, u), u) = 1/u^2", relation="derivative of", title="Its curvature")
def curvature(slope):
    """The square of the mean: samples with long times say more about the weights."""
    return differentiate(slope, u)


@inverse.step(claim="1/u^2 > 0", relation="at least", title="The curvature is positive everywhere")
def curvature_is_positive(curvature):
    """So the loss of a sample is a bowl in u, whose left wall is at 0."""
    return curvature


@inverse.given("u[m] = sum(w[k]*x[m, k], k, 0, N)", title="Any number of measurements")
def features():
    r"""With $N$ measurements the predictor is a sum, and $x_{m,0} = 1$ for every sample."""


@inverse.given("mu[m] = 1/u[m]", title="The mean of each sample")
def mean_of_sample(mean):
    """One and the same link for all samples."""
    return for_sample(mean, m, us)


@inverse.step(
    claim="diff(L, w[i]) = (1/M) * sum(x[m, i]*(y[m] - mu[m]), m, 0, M-1)",
    relation="derivative of",
    of="loss",
    title="The gradient",
)
def gradient(slope_in_u, features, mean_of_sample):
    """Each sample votes with its error, and its vote weighs as much as its measurement."""
    return average_over(chain_rule(for_sample(slope_in_u, m, ys, mus), differentiate(features, w[i])), m, M)


@inverse.step(
    claim="(1/M) * sum(x[m, i]*x[m, j]*mu[m]^2, m, 0, M-1)",
    relation="derivative of",
    variable="w[j]",
    title="The Hessian",
)
def hessian(gradient, mean_slope, features, mean_of_sample):
    """It holds no truth, only predictions: with the canonical link the observed and the expected curvature are one."""
    return average_over(x[m, i] * (-for_sample(mean_slope, m, mus)) * differentiate(features, w[j]), m, M)


@inverse.step(
    claim="(1/M) * sum(mu[m]^2*sum(v[k]*x[m, k], k, 0, N)^2, m, 0, M-1)", title="The curvature along any direction"
)
def curvature_along_v(hessian):
    r"""Walk in any direction $v$: the double sum over the Hessian is a sum of squares."""
    return sum_over(sum_over(v[i] * v[j] * hessian, i, 0, N), j, 0, N)


@inverse.step(
    claim="L = (1/M) * sum(y[m]*u[m] - log(u[m]), m, 0, M-1)",
    of="loss",
    title="The loss of the data set in the predictor",
)
def data_loss_in_u(loss, loss_in_u, mean_of_sample):
    """The average over the samples once more, with the link put in: a sum of bowls in the predictors."""
    return average_over(for_sample(loss_in_u, m, ys, us), m, M)


@inverse.step(
    claim="(1/M) * sum(mu[m]^2*sum(v[k]*x[m, k], k, 0, N)^2, m, 0, M-1) >= 0",
    relation="convex",
    of="data_loss_in_u",
    varying="w",
    title="One valley",
)
def convexity(curvature_along_v, data_loss_in_u, features):
    """Squares with positive factors: wherever all rates are positive, the loss is a bowl in the weights."""
    return curvature_along_v


inverse.publish_loss(
    value="loss_in_u", slope="slope", curvature="curvature", target="y", target_domain="y > 0", dispersion="pearson"
)

if __name__ == "__main__":
    inverse.main()
