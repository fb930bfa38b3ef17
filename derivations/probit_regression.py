"""Probit regression: two classes, told apart by a threshold that is normal."""

from __future__ import annotations

from lossproof import Derivation
from lossproof.moves import (
    average_over,
    chain_rule,
    differentiate,
    in_stable_names,
    substitute,
    take_log,
    together,
)

probit = Derivation(
    "probit_regression",
    title="Probit regression: the same loss behind another bend",
    where=("0 <= yt <= 1; 0 <= yt[m] <= 1; 0 < yp < 1; 0 < yp[m] < 1; P > 0; P[m] > 0; M integer >= 1; N integer >= 0"),
    indices="m in 0..M-1; k in 0..N; i in 0..N",
    source="McCullagh and Nelder, Generalized Linear Models, 2nd edition, section 4.3",
    parameters="w u",
    main="one_try ce model slope_in_u ce_in_u gradient",
    keywords="normal distribution; binary outcome; Mills ratio; GLM",
)
yt, yp, u, M = probit.symbols("yt yp u M")
w = probit.data("w")
m, i = probit.index("m i")


@probit.given("P = yp^yt*(1 - yp)^(1 - yt)", title="One try, hit or miss")
def one_try():
    r"""The model says how sure it is that the true value $\mathit{yt}$ is 1: $\mathit{yp}$. What it gave to what
    really happened is $\mathit{yp}$ for a hit and $1 - \mathit{yp}$ for a miss, as in *Logistic regression*.
    """


@probit.step(claim="ce = -(yt*log(yp) + (1 - yt)*log(1 - yp))", title="The loss of one sample")
def ce(one_try):
    """The logarithm with its sign flipped: the cross entropy, whatever bends the line into a probability."""
    return -take_log(one_try, positive=[1 - yp])


@probit.step(claim="diff(ce, yp) = (yp - yt)/(yp*(1 - yp))", title="The derivative with respect to the prediction")
def slope_in_yp(ce):
    """The same as in *Logistic regression*: which bend makes the prediction is not asked yet."""
    return together(differentiate(ce, yp))


@probit.given("yp = normcdf(u)", title="The probit link: does a normal threshold lie below u?")
def model():
    r"""Think of a threshold that nobody sees: something normal, with mean 0 and spread 1, has to stay below $u$ for a
    hit. The chance that it does is the area $\Phi(u)$ under the bell curve left of $u$.
    """


@probit.step(
    claim="diff(yp, u) = exp(-u^2/2)/sqrt(2*pi)", relation="derivative of", title="The bell curve is its slope"
)
def model_slope(model):
    """Move $u$ a little to the right: the area grows by a strip as high as the curve is there."""
    return differentiate(model, u)


@probit.step(
    claim="diff(ce, u) = exp(-u^2/2)/sqrt(2*pi)*(yp - yt)/(yp*(1 - yp))",
    relation="derivative of",
    of="ce",
    title="The chain rule",
)
def slope_in_u(slope_in_yp, model_slope, model):
    """Here nothing cancels: that is the price of this link."""
    return chain_rule(slope_in_yp, model_slope)


@probit.step(
    claim="ce = -(yt*lognormcdf(u) + (1 - yt)*lognormcdf(-u))",
    title="The same loss in a form that a computer can trust",
)
def ce_in_u(ce, model):
    r"""Typed in as it stands, $\log(1 - \Phi(u))$ is the logarithm of 0 from $u = 9$ on. The bell is symmetric:
    $1 - \Phi(u) = \Phi(-u)$, and its logarithm is computed without ever forming the area.
    """
    return in_stable_names(substitute(ce, yp, model))


@probit.step(
    claim=(
        "diff(ce, u) = (1 - yt)*exp(-u^2/2 - lognormcdf(-u))/sqrt(2*pi) - yt*exp(-u^2/2 - lognormcdf(u))/sqrt(2*pi)"
    ),
    relation="derivative of",
    title="Its derivative",
)
def slope(ce_in_u):
    """Height over area, once from the left and once from the right: statisticians call it the Mills ratio, upside
    down.
    """
    return differentiate(ce_in_u, u)


@probit.step(
    claim=(
        "diff(diff(ce, u), u) ="
        " yt*(exp(-u^2/2 - lognormcdf(u))/sqrt(2*pi))*(exp(-u^2/2 - lognormcdf(u))/sqrt(2*pi) + u)"
        " + (1 - yt)*(exp(-u^2/2 - lognormcdf(-u))/sqrt(2*pi))*(exp(-u^2/2 - lognormcdf(-u))/sqrt(2*pi) - u)"
    ),
    relation="derivative of",
    title="Its curvature",
)
def curvature(slope):
    r"""With $h = e^{-u^2/2}/(\sqrt{2\pi}\,\Phi(u))$, height over area, a hit curves the loss by $h (h + u)$, and a miss
    by the same seen from the other side.
    """
    return differentiate(slope, u)


probit.part("All samples")
each = probit.for_samples("m", "yt yp P u")
probit.independent_samples()


@probit.step(
    claim="L = -(1/M) * sum(yt[m]*log(yp[m]) + (1 - yt[m])*log(1 - yp[m]), m)",
    of="average",
    title="The loss of the data set",
)
def loss(average, ce, one_try_of_sample):
    """A data set is judged by the average of its cross entropies, whichever bend made the predictions."""
    return average_over(each(ce), m, M)


probit.linear_predictor()


@probit.step(
    claim=("diff(L, w[i]) = (1/M) * sum(x[m, i]*exp(-u[m]^2/2)/sqrt(2*pi)*(yp[m] - yt[m])/(yp[m]*(1 - yp[m])), m)"),
    relation="derivative of",
    of="loss",
    title="The gradient",
)
def gradient(loss, slope_in_u, features, model_of_sample):
    r"""Each error is multiplied by its measurement and by the height of the bell, and divided by the product of the two
    chances: nothing has cancelled.
    """
    return average_over(chain_rule(each(slope_in_u), differentiate(features, w[i])), m, M)


probit.publish_loss(value="ce_in_u", slope="slope", curvature="curvature")

if __name__ == "__main__":
    probit.main()
