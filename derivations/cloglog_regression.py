"""Complementary log-log regression: two classes, was there none or at least one."""

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

cloglog = Derivation(
    "cloglog_regression",
    title="Complementary log-log regression: none, or at least one",
    where=("0 <= yt <= 1; 0 <= yt[m] <= 1; 0 < yp < 1; 0 < yp[m] < 1; P > 0; P[m] > 0; M integer >= 1; N integer >= 0"),
    indices="m in 0..M-1; k in 0..N; i in 0..N",
    source="McCullagh and Nelder, Generalized Linear Models, 2nd edition, section 4.3",
    parameters="w u",
    main="model one_try ce slope_in_u ce_in_u gradient",
    keywords="discrete-time survival; grouped survival; extreme value; GLM",
)
yt, yp, u, M = cloglog.symbols("yt yp u M")
w = cloglog.data("w")
m, i = cloglog.index("m i")


cloglog.part("The link")


@cloglog.given("yp = 1 - exp(-exp(u))", title="The complementary log-log link: at least one")
def model():
    r"""Count something rare with a Poisson mean of $e^u$, and ask only whether there was any: the chance of none is
    $e^{-e^u}$, that of at least one is the rest. It rises slowly from 0 and fast into 1.
    """


@cloglog.step(claim="diff(yp, u) = exp(u)*exp(-exp(u))", title="Its slope")
def model_slope(model):
    """The chain rule, twice: the outer exponential stays, and each inner one comes down as a factor."""
    return differentiate(model, u)


@cloglog.step(
    claim="diff(yp, u) = exp(u)*(1 - yp)", relation="equal", of="model_slope", title="The slope in the prediction"
)
def model_slope_in_yp(model_slope, model):
    r"""The chance of a miss is the factor that it holds."""
    return substitute(model_slope, 1 - model, 1 - yp)


cloglog.part("The loss")


@cloglog.given("P = yp^yt*(1 - yp)^(1 - yt)", title="One try, hit or miss")
def one_try():
    r"""What the model gave to what really happened: $\mathit{yp}$ where there was at least one, the rest where there
    was none. A power of 0 switches the other factor off, as in *Logistic regression*.
    """


@cloglog.step(claim="ce = -(yt*log(yp) + (1 - yt)*log(1 - yp))", title="The loss of one sample")
def ce(one_try):
    """Flip the sign of the logarithm: for a probability of a hit it is always the cross entropy."""
    return -take_log(one_try, positive=[1 - yp])


@cloglog.step(claim="diff(ce, yp) = (yp - yt)/(yp*(1 - yp))", title="The derivative with respect to the prediction")
def slope_in_yp(ce):
    """As in *Logistic regression*: the link comes only now."""
    return together(differentiate(ce, yp))


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
    r"""A miss curves the loss by $e^u$. Whether a hit curves it up as well depends on the bracket, which comes next."""
    return differentiate(slope, u)


@cloglog.step(
    claim="(t - 1)*exp(t) + 1 >= 0", relation="at least", where="t >= 0", title="The bracket is never negative"
)
def bracket(curvature):
    r"""With $t = e^u$, which is positive. At $t = 0$ the bracket is 0, and its slope, $t e^t$, is never negative: it
    only rises from there. So hits bend the loss up, too, and the loss of a sample is a bowl in $u$.
    """


cloglog.part("All samples")
each = cloglog.for_samples("m", "yt yp P u")
cloglog.independent_samples()


@cloglog.step(
    claim="L = -(1/M) * sum(yt[m]*log(yp[m]) + (1 - yt[m])*log(1 - yp[m]), m)",
    of="average",
    title="The loss of the data set",
)
def loss(average, ce, one_try_of_sample):
    """The average of the cross entropies, as for every model that predicts a probability."""
    return average_over(each(ce), m, M)


cloglog.linear_predictor()


@cloglog.step(
    claim="diff(L, w[i]) = (1/M) * sum(x[m, i]*exp(u[m])*(yp[m] - yt[m])/yp[m], m)",
    relation="derivative of",
    of="loss",
    title="The gradient",
)
def gradient(loss, slope_in_u, features, model_of_sample):
    r"""Each error is multiplied by its measurement and by $e^{u_m}/\mathit{yp}_m$. That factor is 1 where a hit is
    rare, so that there the line is that of logistic regression.
    """
    return average_over(chain_rule(each(slope_in_u), differentiate(features, w[i])), m, M)


cloglog.publish_loss(value="ce_in_u", slope="slope", curvature="curvature")

if __name__ == "__main__":
    cloglog.main()
