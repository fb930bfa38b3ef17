"""Poisson regression: counts, from the likelihood to the loss, its gradient, its Hessian and its code."""

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
)

poisson = Derivation(
    "poisson_regression",
    title="Poisson regression: how many, and what that depends on",
    where="y integer >= 0; y[m] integer >= 0; mu > 0; mu[m] > 0; P > 0; P[m] > 0; M integer >= 1; N integer >= 0",
    indices="m in 0..M-1; k in 0..N; i in 0..N; j in 0..N",
    source="McCullagh and Nelder, Generalized Linear Models, 2nd edition, chapter 6",
    parameters="w u mu",
    main="count loss_of_the_mean mean slope_in_u gradient convexity",
    keywords="counts; log link; rate; GLM",
)
y, mu, u, M = poisson.symbols("y mu u M")
w, x, v, r = poisson.data("w x v r")
m, k, i, j = poisson.index("m k i j")

poisson.part("One count")


@poisson.given("P = mu^y*exp(-mu)/gamma(y + 1)", title="Counts that happen one by one")
def count():
    r"""Calls in an hour, horses' kicks in a year: each happens at any moment, none knows of the others, and on average
    there are $\mu$ of them. The probability of $y$ is then Poisson's. ($\Gamma(y + 1)$ is $y!$.)

    This is a modelling assumption.
    """


@poisson.step(
    claim="mu^(y + 1)*exp(-mu)/gamma(y + 2) = mu/(y + 1)*(mu^y*exp(-mu)/gamma(y + 1))",
    title="One more is μ/(y + 1) times as likely",
)
def one_more(count):
    r"""As long as $y + 1$ is smaller than $\mu$ one more is likelier, afterwards less likely: the most likely counts
    lie next to $\mu$.
    """
    return mu / (y + 1) * count


@poisson.step(claim="ce = -log(P) = mu - y*log(mu) + loggamma(y + 1)", title="The loss of one sample")
def loss_of_the_mean(count):
    r"""Powers and products come down to a sum, and the sign is flipped: small where the count was likely.
    $\log\Gamma(y + 1)$ holds no mean: it moves no optimum, and is kept so that the loss is all of the log-likelihood.
    """
    return -take_log(count)


@poisson.step(
    claim="diff(ce, mu) = 1 - y/mu = (mu - y)/mu",
    because="term by term; one denominator",
    title="The derivative with respect to the mean",
)
def slope_in_mu(loss_of_the_mean):
    """Prediction minus truth once more, measured in units of the mean: to be off by 3 weighs more where 2 were expected
    than where 200 were.
    """
    return together(differentiate(loss_of_the_mean, mu))


@poisson.given("mu = exp(u)", title="The log link")
def mean():
    r"""A mean count is positive, and $u$ is any number: let $u$ be its logarithm. A step of 1 in $u$ then multiplies
    the mean by $e$.
    """


@poisson.step(claim="diff(mu, u) = mu", title="The exponential is its own slope")
def mean_slope(mean):
    """But for a factor in front no other function is its own slope, and this is what cancels in the next line."""
    return substitute(differentiate(mean, u), mean, mu)


@poisson.step(
    claim="diff(ce, u) = (mu - y)/mu*mu = mu - y",
    relation="derivative of",
    of="loss_of_the_mean",
    because="the two slopes along the chain; the mean cancels",
    title="The chain rule: the mean cancels",
)
def slope_in_u(slope_in_mu, mean_slope):
    """Prediction minus truth, as for logistic and for linear regression."""
    return chain_rule(slope_in_mu, mean_slope)


poisson.part("What runs")


@poisson.step(claim="ce = exp(u) - y*u + loggamma(y + 1)", title="The loss in the predictor")
def loss_in_u(loss_of_the_mean, mean):
    """With the link put in, the logarithm and the exponential meet."""
    return substitute(loss_of_the_mean, mu, mean)


@poisson.step(claim="diff(ce, u) = exp(u) - y", title="Its derivative")
def slope(loss_in_u):
    """The same as above, written in what the program has at hand."""
    return differentiate(loss_in_u, u)


@poisson.step(claim="diff(diff(ce, u), u) = exp(u)", relation="derivative of", title="Its curvature")
def curvature(slope):
    """The curvature is the mean itself: samples with a large mean say more about the weights."""
    return differentiate(slope, u)


@poisson.step(claim="exp(u) > 0", relation="at least", title="The curvature is positive everywhere")
def curvature_is_positive(curvature):
    """So the loss of a sample is a bowl in u."""
    return curvature


poisson.part("All samples")
each = poisson.for_samples("m", "y mu P u")
poisson.independent_samples()


@poisson.step(
    claim="L = mean(mu[m] - y[m]*log(mu[m]) + loggamma(y[m] + 1), m)", of="average", title="The loss of the data set"
)
def loss(average, loss_of_the_mean, count_of_sample):
    """The average of the losses of all samples, each with a count and a mean of its own."""
    return average_over(each(loss_of_the_mean), m, M)


poisson.linear_predictor()


@poisson.step(claim="diff(L, w[i]) = mean(x[m, i]*(mu[m] - y[m]), m)", title="The gradient")
def gradient(loss, slope_in_u, features, mean_of_sample):
    """The line of logistic regression again, with another prediction in it."""
    return average_over(chain_rule(each(slope_in_u), differentiate(features, w[i])), m, M)


@poisson.step(
    claim="diff(diff(L, w[i]), w[j]) = mean(x[m, i]*x[m, j]*mu[m], m)", relation="derivative of", title="The Hessian"
)
def hessian(gradient, mean_slope, features, mean_of_sample):
    """Differentiate once more: only the means depend on the weights, and the mean is its own slope."""
    return average_over(x[m, i] * each(mean_slope) * differentiate(features, w[j]), m, M)


@poisson.step(
    claim="mean(mu[m]*sum(v[k]*x[m, k], k)^2, m) >= 0", relation="convex", of="loss", varying="w", title="One valley"
)
def convexity(hessian, loss, features, mean_of_sample):
    r"""Walk in any direction $v$: the double sum over the Hessian is a sum of squares with the means in front, which
    are positive. The loss is a bowl in the weights.
    """
    return sum_over(sum_over(v[i] * v[j] * hessian, *poisson.over("i")), *poisson.over("j"))


@poisson.definition("r[m] = mu[m] - y[m]", title="The errors, gathered in an array")
def errors(slope_in_u):
    """One number a sample: how far off its prediction was."""
    return each(slope_in_u)


@poisson.step(claim="diff(L, w[i]) = mean(x[m, i]*r[m], m)", of="gradient", title="The gradient as a program writes it")
def gradient_as_arrays(gradient, errors):
    r"""`X.T @ r / M`: the same line as for logistic regression, with other errors in it."""
    return substitute(gradient, errors, r[m])


poisson.part("No measurement at all")


@poisson.definition("L1 = mu - mean(y[m], m)*log(mu)", title="One mean for all samples")
def loss_of_a_constant():
    """The smallest case, without what holds no mean: the average count is all that enters of the data."""


@poisson.step(
    claim="mu_best = mean(y[m], m)",
    relation="optimum of",
    variable="mu",
    where="y[m] integer >= 1",
    title="The best constant is the average count",
)
def best_constant(loss_of_a_constant):
    r"""As one would have guessed: without any measurement the best prediction is the average. (Here every count is at
    least 1. If all of them are 0, the best mean lies at the end, $\mu = 0$, as in *Hit or miss*.)
    """
    return solve_for_zero(differentiate(loss_of_a_constant, mu), mu)


poisson.publish_loss(
    value="loss_in_u", slope="slope", curvature="curvature", target="y", target_domain="y integer >= 0"
)

if __name__ == "__main__":
    poisson.main()
