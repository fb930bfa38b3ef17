"""Linear regression: why squares, the gradient, the normal equations, and why there is one valley."""

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
)

linear = Derivation(
    "linear_regression",
    title="Linear regression: why the errors are squared",
    where="s > 0; M integer >= 1; N integer >= 0; i in 0..N; j in 0..N; P > 0; P[m] > 0",
    source="最短コースでわかる ディープラーニングの数学, chapter 7 (linear regression)",
    parameters="w w0 w1 u",
)
yt, yp, u, s, M, N = linear.symbols("yt yp u s M N")
w0, w1, x1 = linear.symbols("w0 w1 x1")
w, x, v, P, yts, yps, us, x1s, r = linear.data("w x v P yt yp u x1 r")
m, k, i, j = linear.index("m k i j")


@linear.given(
    "P = exp(-(yt - yp)^2/(2*s^2))/(s*sqrt(2*pi))", title="The errors are spread like a bell around the prediction"
)
def bell():
    r"""The model predicts $\mathit{yp}$, the truth $\mathit{yt}$ lies somewhere around it: near it often, far from it
    rarely. Gauss's bell curve says how often, and $s$ is how wide the bell is.

    This is a modelling assumption. Everything below, the squares too, follows from it.
    """


@linear.definition(
    "P[m] = exp(-(yt[m] - yp[m])^2/(2*s^2))/(s*sqrt(2*pi))", title="The same for each sample of a data set"
)
def bell_of_sample(bell):
    """All samples share the width of the bell; what is predicted is each sample's own."""
    return for_sample(bell, m, yts, yps)


@linear.given("Lk = prod(P[m], m, 0, M-1)", title="The samples do not know of each other")
def likelihood():
    r"""The likelihood of the whole data set is the product over its $M$ samples, counted from 0 to $M-1$."""
    return product_over(P[m], m, 0, M - 1)


@linear.step(
    claim="log(Lk) = sum(log(P[m]), m, 0, M-1)",
    relation="same optimum",
    varying="P",
    title="Take the logarithm: the product becomes a sum",
)
def log_likelihood(likelihood):
    """The logarithm rises all the way, so the largest likelihood stays where it was."""
    return take_log(likelihood)


@linear.step(
    claim="-(1/M) * sum(log(P[m]), m, 0, M-1)",
    relation="same optimum",
    varying="P",
    title="Flip the sign and divide by M",
)
def average(log_likelihood):
    r"""Uphill becomes downhill, and data sets of any size can be compared."""
    return negate_and_average(log_likelihood, M)


@linear.step(claim="log(P) = -(yt - yp)^2/(2*s^2) - log(s) - log(2*pi)/2", title="The logarithm brings the square down")
def log_bell(bell):
    """Logarithm and exponential cancel. What stood in the exponent is what is left of the prediction."""
    return take_log(bell)


@linear.step(
    claim="(1/M) * sum((yp[m] - yt[m])^2/(2*s^2) + log(s) + log(2*pi)/2, m, 0, M-1)",
    of="average",
    title="The average over the data set",
)
def average_of_squares(average, log_bell, bell_of_sample):
    """Put the logarithm under the sum. The minus in front has met the minus of the exponent."""
    return average_over(-for_sample(log_bell, m, yts, yps), m, M)


@linear.step(
    claim="L = (1/M) * sum((yp[m] - yt[m])^2/2, m, 0, M-1)",
    relation="same optimum",
    varying="yp",
    title="The loss function",
)
def loss(average_of_squares):
    r"""The width $s$ and the constants hold no prediction: they lift the landscape and stretch it, and move no
    valley. Without them the loss is the mean of the squared errors, halved.

    So this is why errors are squared: a bell was assumed. And it is why the best line does not depend on $s$.
    """
    return average_over((yps[m] - yts[m]) ** 2 / 2, m, M)


@linear.definition("se = (yp - yt)^2/2", title="The squared error of one sample")
def squared_error():
    """The term under the sum. The half is there for the next line."""


@linear.step(claim="diff(se, yp) = yp - yt", relation="derivative of", title="The derivative by the prediction")
def slope_in_yp(squared_error):
    """Prediction minus truth. The 2 that came down has met the half."""
    return differentiate(squared_error, yp)


@linear.definition("u = w0 + w1*x1", title="The linear predictor")
def predictor():
    """A measurement and its weight, and a weight that stands alone: a straight line."""


@linear.given("yp = u", title="The prediction is the line itself")
def model():
    r"""Here any number may be predicted, so nothing has to be bent. (Logistic regression puts the sigmoid here.)"""


@linear.step(claim="se = (u - yt)^2/2", title="The squared error in the predictor")
def se_in_u(squared_error, model):
    """The same with the line put in: what the program will compute."""
    return substitute(squared_error, yp, model)


@linear.step(claim="diff(se, u) = u - yt", relation="derivative of", title="Its derivative")
def slope(se_in_u):
    """Prediction minus truth: logistic regression has the very same line."""
    return differentiate(se_in_u, u)


@linear.step(claim="diff(diff(se, u), u) = 1", relation="derivative of", title="Its curvature")
def curvature(slope):
    """Every sample's loss is the same parabola, only moved. That is what makes this problem so easy."""
    return differentiate(slope, u)


@linear.step(claim="diff(se, w0) = yp - yt", relation="derivative of", of="squared_error", title="One link further: w0")
def slope_in_w0(slope_in_yp, model, predictor):
    r"""$w_0$ stands alone in $u$: the last link of the chain is 1."""
    return chain_rule(slope_in_yp, differentiate(predictor, w0))


@linear.step(
    claim="diff(se, w1) = x1*(yp - yt)", relation="derivative of", of="squared_error", title="One link further: w1"
)
def slope_in_w1(slope_in_yp, model, predictor):
    r"""$w_1$ is multiplied by $x_1$, so the error is multiplied by $x_1$."""
    return chain_rule(slope_in_yp, differentiate(predictor, w1))


@linear.given("u[m] = sum(w[k]*x[m, k], k, 0, N)", title="Any number of measurements")
def features():
    r"""With $N$ measurements the predictor is a sum, and $x_{m,0} = 1$ for every sample, so that $w_0$ is a weight
    like the others.
    """


@linear.given("yp[m] = u[m]", title="The prediction for each sample")
def model_of_sample(model):
    """One and the same model predicts for all samples."""
    return for_sample(model, m, us)


@linear.step(
    claim="diff(L, w[i]) = (1/M) * sum(x[m, i]*(yp[m] - yt[m]), m, 0, M-1)",
    relation="derivative of",
    of="loss",
    title="The gradient",
)
def gradient(slope_in_yp, features, model_of_sample):
    """Each sample votes with its error, and its vote weighs as much as its measurement."""
    return average_over(chain_rule(for_sample(slope_in_yp, m, yts, yps), differentiate(features, w[i])), m, M)


@linear.step(
    claim="(1/M) * sum(x[m, i]*(sum(w[k]*x[m, k], k, 0, N) - yt[m]), m, 0, M-1)",
    title="The gradient in the weights",
)
def gradient_in_w(gradient, features, model_of_sample):
    r"""Put the line in. Where this is zero for every $i$ the weights are best: these are the *normal equations*,
    as many straight lines as there are weights, and no iteration is needed to solve them.
    """
    return average_over(x[m, i] * (features - yts[m]), m, M)


@linear.step(
    claim="diff(diff(L, w[i]), w[j]) = (1/M) * sum(x[m, i]*x[m, j], m, 0, M-1)",
    relation="derivative of",
    title="The Hessian does not depend on the weights",
)
def hessian(gradient_in_w, features):
    """Only measurements are left: the loss is curved the same everywhere."""
    return average_over(x[m, i] * differentiate(features, w[j]), m, M)


@linear.step(
    claim="(1/M) * sum(sum(v[k]*x[m, k], k, 0, N)^2, m, 0, M-1)",
    title="The curvature along any direction",
)
def curvature_along_v(hessian):
    r"""Walk in any direction $v$: the double sum over the Hessian is a sum of squares."""
    return sum_over(sum_over(v[i] * v[j] * hessian, i, 0, N), j, 0, N)


@linear.step(
    claim="L = (1/M) * sum((sum(w[k]*x[m, k], k, 0, N) - yt[m])^2/2, m, 0, M-1)",
    of="loss",
    title="The loss in the weights",
)
def loss_in_w(loss, features, model_of_sample):
    """The loss with the line put in: a function of the weights, and of nothing else that could be changed."""
    return average_over((features - yts[m]) ** 2 / 2, m, M)


@linear.step(
    claim="(1/M) * sum(sum(v[k]*x[m, k], k, 0, N)^2, m, 0, M-1) >= 0",
    relation="convex",
    of="loss_in_w",
    varying="w",
    title="One valley",
)
def convexity(curvature_along_v, loss_in_w):
    """Squares are never negative: the loss is a bowl, and what gradient descent finds is the best there is."""
    return curvature_along_v


@linear.definition("r[m] = yp[m] - yt[m]", title="The errors, gathered in an array")
def errors(slope_in_yp):
    """A program keeps the errors in one array and the measurements in a table `X`, a row a sample."""
    return for_sample(slope_in_yp, m, yts, yps)


@linear.step(claim="(1/M) * sum(x[m, i]*r[m], m, 0, M-1)", of="gradient", title="The gradient as a program writes it")
def gradient_as_arrays(gradient, errors):
    r"""`X.T @ r / M`: the same line as for logistic regression."""
    return sum_over(x[m, i] * r[m], m, 0, M - 1) / M


@linear.definition("L1 = (1/M) * sum((w0 - yt[m])^2/2, m, 0, M-1)", title="No measurement at all")
def loss_of_a_constant():
    """The smallest case: one number is to stand for all samples."""


@linear.step(claim="diff(L1, w0) = w0 - (1/M)*sum(yt[m], m, 0, M-1)", relation="derivative of", title="Its slope")
def slope_of_a_constant(loss_of_a_constant):
    """The average of the errors: positive where the constant is too large."""
    return w0 - average_over(yts[m], m, M)


@linear.step(claim="w0_best = (1/M)*sum(yt[m], m, 0, M-1)", title="The best constant is the mean")
def best_constant(slope_of_a_constant):
    """The slope is zero where $w_0$ is the average: squares and means belong together."""
    return solve_for_zero(slope_of_a_constant, w0)


linear.publish_loss(
    value="se_in_u", slope="slope", curvature="curvature", target_domain="yt real", dispersion="pearson"
)

if __name__ == "__main__":
    linear.main()
