"""Linear regression: the squared error with its 1/2, the gradient, the normal equations, and why it is squares."""

from __future__ import annotations

from lossproof import Derivation
from lossproof.moves import (
    at,
    average_over,
    chain_rule,
    differentiate,
    solve_for_zero,
    substitute,
    sum_over,
    take_log,
    without_constants,
)

linear = Derivation(
    "linear_regression",
    title="Linear regression: the squared error, and why it is squared",
    where="s > 0; M integer >= 1; N integer >= 0; P > 0; P[m] > 0",
    indices="m in 0..M-1; k in 0..N; i in 0..N; j in 0..N",
    source="最短コースでわかる ディープラーニングの数学, chapter 7 (linear regression)",
    parameters="w w0 w1 u",
    main="line squared_error loss slope_in_yp gradient normal_equations",
    keywords="least squares; mean squared error; MSE; normal equations; OLS",
)
yt, yp, u, s, M, w0, w1 = linear.symbols("yt yp u s M w0 w1")
w, x, v, r, yps, us = linear.data("w x v r yp u")
m, k, i, j = linear.index("m k i j")

linear.part("The loss")


@linear.definition("u = w0 + w1*x1", title="A straight line")
def line():
    r"""One measurement $x_1$ with its weight, and one weight that stands alone. Two numbers decide where the line
    lies.
    """


@linear.given("yp = u", title="The prediction is the line itself")
def model():
    r"""Here any number may be predicted, so nothing has to be bent. (Logistic regression puts the sigmoid here.)"""


@linear.definition("se = (yp - yt)^2/2", title="The squared error of one sample")
def squared_error():
    r"""How far off is the prediction? Squared, so that too much and too little count alike and large errors count most.

    The 1/2 moves no minimum. It is there because the derivative brings a 2 down.
    """


each = linear.for_samples("m", "u yp yt x1")


@linear.definition("L = mean((yp[m] - yt[m])^2/2, m)", title="The loss is the average over all samples")
def loss(squared_error):
    r"""Divided by $M$, the number of samples does not matter: data sets of any size can be compared."""
    return average_over(each(squared_error), m, M)


linear.part("The gradient")


@linear.step(claim="diff(se, yp) = yp - yt", title="The derivative with respect to the prediction")
def slope_in_yp(squared_error):
    """Prediction minus truth. The 2 that came down has met the half."""
    return differentiate(squared_error, yp)


@linear.step(
    claim="diff(se, w0) = (yp - yt)*1 = yp - yt",
    because="the chain rule; times 1",
    relation="derivative of",
    of="squared_error",
    title="One link further: w0",
)
def slope_in_w0(slope_in_yp, model, line):
    r"""$w_0$ stands alone in $u$: the last link of the chain is 1."""
    return chain_rule(slope_in_yp, differentiate(line, w0))


@linear.step(
    claim="diff(se, w1) = x1*(yp - yt)", relation="derivative of", of="squared_error", title="One link further: w1"
)
def slope_in_w1(slope_in_yp, model, line):
    r"""$w_1$ is multiplied by $x_1$, so the error is multiplied by $x_1$."""
    return chain_rule(slope_in_yp, differentiate(line, w1))


@linear.step(
    claim="diff(L, w0) = mean(yp[m] - yt[m], m)", relation="derivative of", of="loss", title="The gradient: w0"
)
def gradient_w0(slope_in_w0, line_of_sample, model_of_sample):
    """The derivative of an average is the average of the derivatives: here, the average error."""
    return average_over(each(slope_in_w0), m, M)


@linear.step(
    claim="diff(L, w1) = mean(x1[m]*(yp[m] - yt[m]), m)", relation="derivative of", of="loss", title="The gradient: w1"
)
def gradient_w1(slope_in_w1, line_of_sample, model_of_sample):
    """Each error counts as much as the measurement that it was made with."""
    return average_over(each(slope_in_w1), m, M)


linear.part("Any number of measurements")
linear.linear_predictor()


@linear.step(
    claim="diff(L, w[i]) = mean(x[m, i]*(yp[m] - yt[m]), m)", relation="derivative of", of="loss", title="The gradient"
)
def gradient(slope_in_yp, features, model_of_sample):
    """One formula for every weight; the two before it are its special cases."""
    return average_over(chain_rule(each(slope_in_yp), differentiate(features, w[i])), m, M)


@linear.step(
    claim="mean(x[m, i]*(yp[m] - yt[m]), m) = mean(x[m, i]*(sum(w[k]*x[m, k], k) - yt[m]), m)"
    " = sum(mean(x[m, i]*x[m, k], m)*w[k], k) - mean(x[m, i]*yt[m], m)",
    of="gradient",
    because="the line put in; sums apart, and the weights out of the sum over the samples",
    title="The normal equations",
)
def normal_equations(gradient, features, model_of_sample):
    r"""Put the line in and sort by weights. Set to zero for every $i$, these are $N + 1$ linear equations for $N + 1$
    weights: they can be solved at once, without going downhill; gradient descent goes to a solution of them step by
    step.
    """
    return substitute(substitute(gradient, yps[m], model_of_sample), us[m], features)


@linear.step(
    claim="diff(diff(L, w[i]), w[j]) = mean(x[m, i]*x[m, j], m)",
    relation="derivative of",
    of="normal_equations",
    title="The Hessian does not depend on the weights",
)
def hessian(normal_equations):
    """Only measurements are left: the loss is curved the same everywhere."""
    return differentiate(normal_equations, w[j])


@linear.step(
    claim="mean(sum(v[k]*x[m, k], k)^2, m) >= 0", relation="convex", of="loss", varying="w", title="One valley"
)
def convexity(hessian, loss, features, model_of_sample):
    r"""Walk in any direction $v$: the double sum over the Hessian is an average of squares, never negative. The loss
    is a bowl, and what gradient descent finds is the best there is.
    """
    return sum_over(sum_over(v[i] * v[j] * hessian, *linear.over("i")), *linear.over("j"))


@linear.definition("r[m] = yp[m] - yt[m]", title="The errors, gathered in an array")
def errors(slope_in_yp):
    """A program keeps the errors in one array and the measurements in a table `X`, a row a sample."""
    return each(slope_in_yp)


@linear.step(claim="diff(L, w[i]) = mean(x[m, i]*r[m], m)", of="gradient", title="The gradient as a program writes it")
def gradient_as_arrays(gradient, errors):
    r"""`X.T @ r / M`: one line of NumPy, and it is the gradient for all weights at once."""
    return substitute(gradient, errors, r[m])


linear.part("Why squares")


@linear.given("P = exp(-(yt - yp)^2/(2*s^2))/(s*sqrt(2*pi))", title="The errors are spread like a bell")
def bell():
    r"""Why the square, and not the fourth power? Suppose that the truth lies around the prediction as Gauss's bell
    curve says: near it often, far from it rarely; $s$ is how wide the bell is.
    """


each = linear.for_samples("m", "P")
linear.independent_samples()


@linear.step(
    claim="L = mean((yp[m] - yt[m])^2/2, m)",
    relation="same optimum",
    varying="yp",
    title="The likelihood leads to the same loss",
)
def loss_from_the_bell(average, bell_of_sample, loss):
    r"""The logarithm meets the exponential, and the square is what is left of the prediction. The width $s$ and the
    constants lift the landscape and stretch it, and move no valley. So this is why errors are squared: a bell was
    assumed.
    """
    logs = average_over(-take_log(bell_of_sample), m, M)
    return without_constants(logs, yps) * s**2


linear.part("No measurement at all")


@linear.step(
    claim="L0 = mean((w0 - yt[m])^2/2, m)", relation="special case of", values="w1 = 0", title="One number for all"
)
def constant(loss, line_of_sample, model_of_sample):
    """The smallest case: a line that does not rise. One number is to stand for all samples."""
    return at(substitute(substitute(loss, yps[m], model_of_sample), us[m], line_of_sample), {w1: 0})


@linear.step(
    claim="w0_best = mean(yt[m], m)", relation="optimum of", variable="w0", title="The best constant is the mean"
)
def best_constant(constant):
    """The slope is the average error, and it is zero at the mean: squares and means belong together."""
    return solve_for_zero(differentiate(constant, w0), w0)


linear.part("What runs")


@linear.step(claim="se = (u - yt)^2/2", title="The squared error in the predictor")
def se_in_u(squared_error, model):
    """The same with the line put in: what the program computes."""
    return substitute(squared_error, yp, model)


@linear.step(claim="diff(se, u) = u - yt", title="Its derivative")
def slope(se_in_u):
    """Prediction minus truth: logistic regression has the very same line."""
    return differentiate(se_in_u, u)


@linear.step(claim="diff(diff(se, u), u) = 1", relation="derivative of", title="Its curvature")
def curvature(slope):
    """Every sample's loss is the same parabola, only moved. That is what makes this problem so easy."""
    return differentiate(slope, u)


linear.publish_loss(
    value="se_in_u", slope="slope", curvature="curvature", target_domain="yt real", dispersion="pearson"
)

if __name__ == "__main__":
    linear.main()
