"""Poisson regression: counts, from the likelihood to the loss, its gradient, its Hessian and its code."""

from __future__ import annotations

from lossproof import Derivation
from lossproof.moves import (
    average_over,
    chain_rule,
    differentiate,
    for_sample,
    negate_and_average,
    product_over,
    solve_for_zero,
    substitute,
    sum_over,
    take_log,
    together,
)

poisson = Derivation(
    "poisson_regression",
    title="Poisson regression: how many, and what that depends on",
    where=(
        "y integer >= 0; y[m] integer >= 0; mu > 0; mu[m] > 0; P > 0; P[m] > 0; M integer >= 1; N integer >= 0;"
        "i in 0..N; j in 0..N"
    ),
    source="McCullagh and Nelder, Generalized Linear Models, 2nd edition, chapter 6",
    parameters="w u mu",
)
y, mu, u, M, N = poisson.symbols("y mu u M N")
w, x, v, P, ys, mus, us, r, h = poisson.data("w x v P y mu u r h")
m, k, i, j = poisson.index("m k i j")


@poisson.given("P = mu^y*exp(-mu)/gamma(y + 1)", title="Counts that happen one by one")
def count():
    r"""Calls in an hour, horses' kicks in a year: each happens at any moment, none knows of the others, and on average
    there are $\mu$ of them. The probability of $y$ is then Poisson's. ($\Gamma(y + 1)$ is $y!$.)

    This is a modelling assumption.
    """


@poisson.step(
    claim="mu^(y + 1)*exp(-mu)/gamma(y + 2) = mu/(y + 1)*(mu^y*exp(-mu)/gamma(y + 1))",
    title="One more is as likely as mu/(y+1) times",
)
def one_more(count):
    r"""As long as $y + 1$ is smaller than $\mu$ one more is likelier, afterwards less likely: the bell sits around
    $\mu$.
    """
    return mu / (y + 1) * count


@poisson.definition("P[m] = mu[m]^y[m]*exp(-mu[m])/gamma(y[m] + 1)", title="The same for each sample")
def count_of_sample(count):
    """Each sample has a count and a mean of its own."""
    return for_sample(count, m, ys, mus)


@poisson.given("Lk = prod(P[m], m, 0, M-1)", title="The samples do not know of each other")
def likelihood():
    r"""The likelihood of the data set is the product over its $M$ samples, counted from 0 to $M-1$."""
    return product_over(P[m], m, 0, M - 1)


@poisson.step(
    claim="log(Lk) = sum(log(P[m]), m, 0, M-1)",
    relation="same optimum",
    varying="P",
    title="Take the logarithm: the product becomes a sum",
)
def log_likelihood(likelihood):
    """The logarithm rises all the way, so the largest likelihood stays where it was."""
    return take_log(likelihood)


@poisson.step(
    claim="-(1/M) * sum(log(P[m]), m, 0, M-1)",
    relation="same optimum",
    varying="P",
    title="Flip the sign and divide by M",
)
def average(log_likelihood):
    """Uphill becomes downhill, and data sets of any size can be compared."""
    return negate_and_average(log_likelihood, M)


@poisson.step(claim="log(P) = y*log(mu) - mu - loggamma(y + 1)", title="The logarithm of one probability")
def log_count(count):
    r"""Powers and products come down to a sum. $\log\Gamma(y + 1)$ holds no mean: it moves no optimum, and is kept
    so that the loss is the log-likelihood and not only up to a constant.
    """
    return take_log(count)


@poisson.step(claim="ce = mu - y*log(mu) + loggamma(y + 1)", title="The loss of one sample")
def loss_of_the_mean(log_count):
    """The sign is flipped: small where the count was likely."""
    return -log_count


@poisson.step(
    claim="L = (1/M) * sum(mu[m] - y[m]*log(mu[m]) + loggamma(y[m] + 1), m, 0, M-1)",
    of="average",
    title="The loss of the data set",
)
def loss(average, loss_of_the_mean, count_of_sample):
    """Each sample has its own truth and prediction; the average of all is small where the data were likely."""
    return average_over(for_sample(loss_of_the_mean, m, ys, mus), m, M)


@poisson.step(claim="diff(ce, mu) = (mu - y)/mu", relation="derivative of", title="The derivative by the mean")
def slope_in_mu(loss_of_the_mean):
    """Prediction minus truth once more, measured in units of the mean: a miss of 3 counts more where 2 were expected
    than where 200 were.
    """
    return together(differentiate(loss_of_the_mean, mu))


@poisson.given("mu = exp(u)", title="The log link")
def mean():
    r"""A mean count is positive, and $u$ is any number: let $u$ be its logarithm. A step of 1 in $u$ then multiplies
    the mean by $e$.
    """


@poisson.step(claim="diff(mu, u) = mu", relation="derivative of", title="The exponential is its own slope")
def mean_slope(mean):
    """That is what makes this link the natural one here."""
    return substitute(differentiate(mean, u), mean, mu)


@poisson.step(
    claim="diff(ce, u) = mu - y",
    relation="derivative of",
    of="loss_of_the_mean",
    title="The chain rule: the mean cancels",
)
def slope_in_u(slope_in_mu, mean_slope):
    """Prediction minus truth, as for logistic and for linear regression."""
    return chain_rule(slope_in_mu, mean_slope)


@poisson.step(claim="ce = exp(u) - y*u + loggamma(y + 1)", title="The loss in the predictor")
def loss_in_u(loss_of_the_mean, mean):
    """With the link put in, the logarithm and the exponential meet."""
    return substitute(loss_of_the_mean, mu, mean)


@poisson.step(claim="diff(ce, u) = exp(u) - y", relation="derivative of", title="Its derivative")
def slope(loss_in_u):
    """The same as above, written in what the program has at hand."""
    return differentiate(loss_in_u, u)


@poisson.step(claim="diff(diff(ce, u), u) = exp(u)", relation="derivative of", title="Its curvature")
def curvature(slope):
    """The curvature is the mean itself, and a mean is positive."""
    return differentiate(slope, u)


@poisson.step(claim="exp(u) > 0", relation="at least", title="The curvature is positive everywhere")
def curvature_is_positive(curvature):
    """So the loss of a sample is a bowl in u."""
    return curvature


@poisson.given("u[m] = sum(w[k]*x[m, k], k, 0, N)", title="Any number of measurements")
def features():
    r"""With $N$ measurements the predictor is a sum, and $x_{m,0} = 1$ for every sample."""


@poisson.given("mu[m] = exp(u[m])", title="The mean of each sample")
def mean_of_sample(mean):
    """One and the same link for all samples."""
    return for_sample(mean, m, us)


@poisson.step(
    claim="diff(L, w[i]) = (1/M) * sum(x[m, i]*(mu[m] - y[m]), m, 0, M-1)",
    relation="derivative of",
    of="loss",
    title="The gradient",
)
def gradient(slope_in_u, features, mean_of_sample):
    """The line of logistic regression again, with another prediction in it."""
    return average_over(chain_rule(for_sample(slope_in_u, m, ys, mus), differentiate(features, w[i])), m, M)


@poisson.step(
    claim="diff(diff(L, w[i]), w[j]) = (1/M) * sum(x[m, i]*x[m, j]*mu[m], m, 0, M-1)",
    relation="derivative of",
    title="The Hessian",
)
def hessian(gradient, mean_slope, features, mean_of_sample):
    """Samples with a large mean say more about the weights: their curvature is their mean."""
    return average_over(x[m, i] * for_sample(mean_slope, m, mus) * differentiate(features, w[j]), m, M)


@poisson.step(
    claim="(1/M) * sum(mu[m]*sum(v[k]*x[m, k], k, 0, N)^2, m, 0, M-1)", title="The curvature along any direction"
)
def curvature_along_v(hessian):
    r"""Walk in any direction $v$: the double sum over the Hessian is a sum of squares with the means in front."""
    return sum_over(sum_over(v[i] * v[j] * hessian, i, 0, N), j, 0, N)


@poisson.step(
    claim="L = (1/M) * sum(exp(u[m]) - y[m]*u[m] + loggamma(y[m] + 1), m, 0, M-1)",
    of="loss",
    title="The loss of the data set in the predictor",
)
def data_loss_in_u(loss, loss_in_u, mean_of_sample):
    """The average over the samples once more, with the link put in: a sum of bowls in the predictors."""
    return average_over(for_sample(loss_in_u, m, ys, us), m, M)


@poisson.step(
    claim="(1/M) * sum(mu[m]*sum(v[k]*x[m, k], k, 0, N)^2, m, 0, M-1) >= 0",
    relation="convex",
    of="data_loss_in_u",
    varying="w",
    title="One valley",
)
def convexity(curvature_along_v, data_loss_in_u, features):
    """Squares with positive factors: the loss is a bowl in the weights."""
    return curvature_along_v


@poisson.definition("L1 = mu - (1/M)*sum(y[m], m, 0, M-1)*log(mu)", title="No measurement at all")
def loss_of_a_constant():
    """The smallest case: one mean for all samples, without what holds no mean."""


@poisson.step(claim="diff(L1, mu) = 1 - (1/M)*sum(y[m], m, 0, M-1)/mu", relation="derivative of", title="Its slope")
def slope_of_a_constant(loss_of_a_constant):
    """The average count enters, and nothing else of the data."""
    return differentiate(loss_of_a_constant, mu)


@poisson.step(claim="mu_best = (1/M)*sum(y[m], m, 0, M-1)", title="The best constant is the average count")
def best_constant(slope_of_a_constant):
    """As one would have guessed: without any measurement the best prediction is the average."""
    return solve_for_zero(slope_of_a_constant, mu)


@poisson.definition("r[m] = mu[m] - y[m]", title="The errors, gathered in an array")
def errors(slope_in_u):
    """One number a sample: how far off its prediction was."""
    return for_sample(slope_in_u, m, ys, mus)


@poisson.step(claim="(1/M) * sum(x[m, i]*r[m], m, 0, M-1)", of="gradient", title="The gradient as a program writes it")
def gradient_as_arrays(gradient, errors):
    r"""`X.T @ r / M`: the same line as for logistic regression."""
    return sum_over(x[m, i] * r[m], m, 0, M - 1) / M


poisson.publish_loss(
    value="loss_in_u", slope="slope", curvature="curvature", target="y", target_domain="y integer >= 0"
)

if __name__ == "__main__":
    poisson.main()
