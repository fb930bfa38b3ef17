"""Softmax regression: one of K classes, from the likelihood to a loss that runs for any number of classes."""

from lossproof import Derivation
from lossproof.moves import average_over, differentiate, substitute, sum_over, take_log

softmax = Derivation(
    "softmax_regression",
    title="Softmax regression: one of K classes",
    where="K integer >= 2; N integer >= 0; M integer >= 1; yt[k] one-hot over 0..K-1; yp[k] > 0",
    indices="m in 0..M-1; k in 0..K-1; l in 0..K-1; i in 0..K-1; j in 0..K-1; a in 0..N; b in 0..N",
    source="最短コースでわかる ディープラーニングの数学, chapter 9 (multi-class classification)",
    parameters="w u",
)
M, yt, yp, u, x, w, v = softmax.symbols("M"), *softmax.data("yt yp u x w v")
m, k, i, j, a, b = softmax.index("m k i j a b")


@softmax.given("P = prod(yp[k]^yt[k], k)", title="One of K classes happened")
def chance():
    r"""The model gives class $k$ the probability $\mathit{yp}_k$; $\mathit{yt}_k$ is 1 for the true class and 0 for all
    others. A power of 0 switches its factor off, so $P$ is the probability of what really happened."""


@softmax.step(claim="ce = -sum(yt[k]*log(yp[k]), k)", title="The cross entropy of K classes")
def ce(chance):
    """Logarithm and minus, as with two classes: the product becomes a sum, and uphill becomes downhill."""
    return -take_log(chance)


@softmax.given("yp[k] = exp(u[k])/sum(exp(u[l]), l)", title="The softmax makes K probabilities", picture="shares")
def model():
    """Exponentials are positive, and divided by their sum they add up to 1. With two classes it is the sigmoid."""


@softmax.step(claim="diff(yp[k], u[i]) = yp[k]*(delta(k, i) - yp[i])", title="Each prediction knows all predictors")
def jacobian(model):
    """On the diagonal the slope of the sigmoid again; beside it a minus, for what one class wins the others lose."""
    return differentiate(model, u[i])


@softmax.step(
    claim="diff(ce, u[i]) = sum(-yt[k]/yp[k]*(yp[k]*(delta(k, i) - yp[i])), k)"
    " = yp[i]*sum(yt[k], k) - yt[i] = yp[i] - yt[i]",
    because="the chain rule, over all K predictions; only one term has k = i; exactly one class is the true one",
    title="The chain rule: prediction minus truth",
)
def slope(ce, jacobian):
    r"""$u_i$ moves all predictions, so the chain rule adds up K ways. What is left is as short as with two classes."""
    return sum_over(substitute(differentiate(ce, yp[i]), i, k) * jacobian, *softmax.over("k"))


@softmax.step(
    claim="ce = log(sum(exp(u[l]), l))*sum(yt[k], k) - sum(yt[k]*u[k], k) = logsumexp(u[k], k) - sum(yt[k]*u[k], k)",
    because="the logarithm of a fraction, summed; exactly one class is the true one",
    title="The same loss in a form that a computer can trust",
)
def ce_in_u(ce, model):
    """An exponential overflows beyond 709. `logsumexp` takes the largest predictor out of the sum first."""
    return substitute(ce, yp[k], model)


@softmax.step(claim="diff(ce, u[i]) = exp(u[i] - logsumexp(u[k], k)) - yt[i]", title="Its slope")
def slope_in_u(ce_in_u):
    """Prediction minus truth, where no exponent is above 0."""
    return differentiate(ce_in_u, u[i])


@softmax.step(
    claim="diff(diff(ce, u[i]), u[j]) = exp(u[i] - logsumexp(u[k], k))*(delta(i, j) - exp(u[j] - logsumexp(u[k], k)))",
    title="Its curvature",
)
def curvature_in_u(slope_in_u):
    """The Jacobian of the predictions, in the same form: the truth is a constant and has no part in it."""
    return differentiate(slope_in_u, u[j])


@softmax.step(claim="sum(yp[k]*(v[k] - sum(yp[l]*v[l], l))^2, k) >= 0", relation="convex", title="One valley")
def convexity(ce_in_u, jacobian):
    r"""Along any direction $v$ the curvatures make up a variance: that of $v_k$ where class $k$ has probability
    $\mathit{yp}_k$. As in logistic regression the loss is then a bowl in the weights, too."""
    return sum_over(sum_over(v[k] * v[i] * jacobian, *softmax.over("k")), *softmax.over("i"))


each = softmax.for_samples("m", "yt yp u")


@softmax.step(claim="L = -mean(sum(yt[m, k]*log(yp[m, k]), k), m)", title="The loss of the data set")
def loss(ce):
    """The average over M samples, each with a truth and with predictions of its own."""
    return average_over(each(ce), m, M)


@softmax.given("u[m, k] = sum(w[k, b]*x[m, b], b)", title="A row of weights for each class")
def features():
    r"""With $N$ measurements each class has $N + 1$ weights, for $x_{m,0} = 1$ in every sample."""


@softmax.step(claim="diff(L, w[i, a]) = mean(x[m, a]*(yp[m, i] - yt[m, i]), m)", title="The gradient")
def gradient(loss, slope, features, model_of_sample):
    """Each sample votes with its error in a class, as heavily as its measurement says: `X.T @ (yp - yt) / M`."""
    return average_over(each(slope) * x[m, a], m, M)


@softmax.step(
    claim="diff(diff(L, w[i, a]), w[j, b]) = mean(x[m, a]*x[m, b]*yp[m, i]*(delta(i, j) - yp[m, j]), m)",
    title="The Hessian",
)
def hessian(gradient, jacobian, features, model_of_sample):
    """A block for each pair of classes. Beside the diagonal they are not zero: the classes compete."""
    return average_over(each(substitute(substitute(jacobian, i, j), k, i)) * x[m, a] * x[m, b], m, M)


softmax.publish_classes(value="ce_in_u", slope="slope_in_u", curvature="curvature_in_u", truth="yt")

if __name__ == "__main__":
    softmax.main()
