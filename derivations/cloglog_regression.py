"""Complementary log-log regression: two classes, was there none or at least one."""

from __future__ import annotations

from lossproof import Derivation
from lossproof.moves import (
    average_over,
    chain_rule,
    differentiate,
    for_sample,
    in_stable_names,
    negate_and_average,
    product_over,
    substitute,
    take_log,
    together,
)

cloglog = Derivation(
    "cloglog_regression",
    title="Complementary log-log regression: none, or at least one",
    where=(
        "0 <= yt <= 1; 0 <= yt[m] <= 1; 0 < yp < 1; 0 < yp[m] < 1; P > 0; P[m] > 0; M integer >= 1; N integer >= 0;"
        "i in 0..N"
    ),
    source="McCullagh and Nelder, Generalized Linear Models, 2nd edition, section 4.3",
    parameters="w u",
)
yt, yp, u, M, N = cloglog.symbols("yt yp u M N")
w, x, P, yts, yps, us = cloglog.data("w x P yt yp u")
m, k, i = cloglog.index("m k i")


@cloglog.given("P = yp^yt*(1 - yp)^(1 - yt)", title="One try, hit or miss")
def one_try():
    r"""The model says how sure it is that the true value $\mathit{yt}$ is 1: $\mathit{yp}$. What it gave to what
    really happened is $\mathit{yp}$ for a hit and $1 - \mathit{yp}$ for a miss, as in *Logistic regression*.
    """


@cloglog.definition("P[m] = yp[m]^yt[m]*(1 - yp[m])^(1 - yt[m])", title="The same for each sample of a data set")
def try_of_sample(one_try):
    """Each sample has a truth and a prediction of its own."""
    return for_sample(one_try, m, yts, yps)


@cloglog.given("Lk = prod(P[m], m, 0, M-1)", title="The samples do not know of each other")
def likelihood():
    r"""The likelihood of the data set is the product over its $M$ samples, counted from 0 to $M-1$."""
    return product_over(P[m], m, 0, M - 1)


@cloglog.step(
    claim="log(Lk) = sum(log(P[m]), m, 0, M-1)",
    relation="same optimum",
    varying="P",
    title="Take the logarithm: the product becomes a sum",
)
def log_likelihood(likelihood):
    """The logarithm rises all the way, so the largest likelihood stays where it was."""
    return take_log(likelihood)


@cloglog.step(
    claim="-(1/M) * sum(log(P[m]), m, 0, M-1)",
    relation="same optimum",
    varying="P",
    title="Flip the sign and divide by M",
)
def average(log_likelihood):
    """Uphill becomes downhill, and data sets of any size can be compared."""
    return negate_and_average(log_likelihood, M)


@cloglog.step(claim="ce = -(yt*log(yp) + (1 - yt)*log(1 - yp))", title="The loss of one sample")
def ce(one_try):
    """The cross entropy: whatever bends the line into a probability, the loss is the same."""
    return -take_log(one_try, positive=[1 - yp])


@cloglog.step(
    claim="L = -(1/M) * sum(yt[m]*log(yp[m]) + (1 - yt[m])*log(1 - yp[m]), m, 0, M-1)",
    of="average",
    title="The loss of the data set",
)
def loss(average, ce, try_of_sample):
    """Each sample has its own truth and prediction; the average of all is small where the data were likely."""
    return average_over(for_sample(ce, m, yts, yps), m, M)


@cloglog.step(
    claim="diff(ce, yp) = (yp - yt)/(yp*(1 - yp))",
    relation="derivative of",
    title="The derivative by the prediction",
)
def slope_in_yp(ce):
    """Prediction minus truth, over the product of the two chances."""
    return together(differentiate(ce, yp))


@cloglog.given("yp = 1 - exp(-exp(u))", title="The complementary log-log link: at least one")
def model():
    r"""Count something rare with a Poisson mean of $e^u$, and ask only whether there was any: the chance of none is
    $e^{-e^u}$, that of at least one is the rest. It rises slowly from 0 and fast into 1.
    """


@cloglog.step(claim="diff(yp, u) = exp(u)*exp(-exp(u))", title="Its slope")
def model_slope(model):
    """The chain rule, twice: the outer exponential stays, and each inner one comes down as a factor."""
    return differentiate(model, u)


@cloglog.step(claim="diff(yp, u) = exp(u)*(1 - yp)", of="model_slope", title="The slope in the prediction")
def model_slope_in_yp(model_slope, model):
    r"""The chance of a miss is the factor that it holds."""
    return substitute(model_slope, 1 - model, 1 - yp)


@cloglog.step(
    claim="diff(ce, u) = exp(u)*(yp - yt)/yp",
    relation="derivative of",
    of="ce",
    title="The chain rule: one of the two chances cancels",
)
def slope_in_u(slope_in_yp, model_slope_in_yp, model):
    """Prediction minus truth again, with a factor that depends on where we are."""
    return together(chain_rule(slope_in_yp, model_slope_in_yp))


@cloglog.step(claim="ce = (1 - yt)*exp(u) - yt*log(1 - exp(-exp(u)))", title="The loss in the predictor")
def ce_in_u(ce, model):
    r"""The logarithm of a miss is $-e^u$, so one of the two logarithms is gone."""
    return in_stable_names(substitute(ce, yp, model))


@cloglog.step(
    claim="diff(ce, u) = (1 - yt)*exp(u) - yt*exp(u)/(exp(exp(u)) - 1)",
    relation="derivative of",
    title="Its derivative",
)
def slope(ce_in_u):
    """For a miss the loss rises with $e^u$; for a hit it falls, and ever more slowly."""
    return differentiate(ce_in_u, u)


@cloglog.step(
    claim=("diff(diff(ce, u), u) = (1 - yt)*exp(u) + yt*exp(u)*((exp(u) - 1)*exp(exp(u)) + 1)/(exp(exp(u)) - 1)^2"),
    relation="derivative of",
    title="Its curvature",
)
def curvature(slope):
    """The factor behind the hit is never negative: both parts bend the loss upwards."""
    return differentiate(slope, u)


@cloglog.given("u[m] = sum(w[k]*x[m, k], k, 0, N)", title="Any number of measurements")
def features():
    r"""With $N$ measurements the predictor is a sum, and $x_{m,0} = 1$ for every sample."""


@cloglog.given("yp[m] = 1 - exp(-exp(u[m]))", title="The prediction for each sample")
def model_of_sample(model):
    """One and the same link for all samples."""
    return for_sample(model, m, us)


@cloglog.step(
    claim="diff(L, w[i]) = (1/M) * sum(x[m, i]*exp(u[m])*(yp[m] - yt[m])/yp[m], m, 0, M-1)",
    relation="derivative of",
    of="loss",
    title="The gradient",
)
def gradient(slope_in_u, features, model_of_sample):
    """Each sample votes with its error, and its vote weighs as much as its measurement."""
    return average_over(chain_rule(for_sample(slope_in_u, m, yts, yps, us), differentiate(features, w[i])), m, M)


cloglog.publish_loss(value="ce_in_u", slope="slope", curvature="curvature")

if __name__ == "__main__":
    cloglog.main()
