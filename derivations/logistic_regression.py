"""From the likelihood to the loss of logistic regression, its gradient, its Hessian and its code."""

from __future__ import annotations

import sympy as sp

from lossproof import Derivation
from lossproof.moves import (
    at,
    average_over,
    chain_rule,
    collect,
    differentiate,
    expand_product,
    in_stable_names,
    negate_and_average,
    one_expression,
    product_over,
    substitute,
    sum_over,
    take_log,
    together,
)
from lossproof.notation.functions import expit

logistic = Derivation(
    "logistic_regression",
    title="Logistic regression: the loss function and where it comes from",
    where=(
        "0 <= yt <= 1; 0 < yp < 1; 0 <= yt[m] <= 1; 0 < yp[m] < 1; 0 < P <= 1; 0 < P[m] <= 1;"
        "M integer >= 1; N integer >= 1; n integer >= 0"
    ),
    indices="m in 0..M-1; k in 0..N; i in 0..N; j in 0..N",
    source="最短コースでわかる ディープラーニングの数学, chapter 8, section 8-4 (loss function: cross entropy)",
    parameters="w w0 w1 w2",
    main="hit miss one_try five_samples likelihood log_likelihood average_loss one_log loss ce slope_in_yp",
    keywords="binary cross entropy; log loss; negative log-likelihood; BCE; logit model; maximum likelihood; Bernoulli",
)
TRUE_VALUES = "yt in {0, 1}; yt[m] in {0, 1}"

yt, yp, u, M, n, before = logistic.symbols("yt yp u M n Lk_without")
w0, w1, w2, p, hits, tries = logistic.symbols("w0 w1 w2 p hits tries")
w, x, v, P, r, h = logistic.data("w x v P r h")
m, k, i, j = logistic.index("m k i j")
OVER = logistic.over("m")

logistic.part("What the model says")


@logistic.given("P_hit = yp", title="The model's output is a probability")
def hit():
    r"""The model looks at a flower and answers with a number $\mathit{yp}$ between 0 and 1.

    Read that number as a probability: how sure the model is that the true value $\mathit{yt}$ is 1. This reading is a
    decision, not a theorem; everything below follows from it.
    """


@logistic.step(claim="P_miss = 1 - yp", title="The probability of the other class")
def miss(hit):
    r"""There are only two classes, so what is left over belongs to $\mathit{yt} = 0$."""
    return 1 - hit


@logistic.definition(
    "P = Piecewise((yp, yt == 1), (1 - yp, True))",
    title="The probability of what really happened",
    keywords="Bernoulli",
)
def chance(hit, miss):
    r"""For each flower we know the true class, so we can ask: what probability did the model give to *that* class?

    Call it $P$. It is $\mathit{yp}$ where $\mathit{yt} = 1$ and $1 - \mathit{yp}$ where $\mathit{yt} = 0$. A good
    model makes it large.
    """
    return sp.Piecewise((hit, sp.Eq(yt, 1)), (miss, True))


@logistic.step(
    claim="P = yp^yt * (1 - yp)^(1 - yt)",
    relation="equal on a finite domain",
    where=TRUE_VALUES,
    title="One flower is one toss of a coin",
)
def one_try(chance, hit):
    r"""This is the coin of the chapter *Hit or miss* again, with a single try: $n = 1$ in its likelihood
    $p^k (1-p)^{n-k}$, and $k = \mathit{yt}$ says whether it hit.

    A power of 0 switches its factor off, so only the one that belongs to the true class stays.
    """
    return at(p**hits * (1 - p) ** (tries - hits), {tries: 1, hits: yt, p: hit})


logistic.part("The likelihood")
each = logistic.for_samples("m", "yt yp P")


@logistic.given("Lk_with = Lk_without * P[n]", title="The samples do not know of each other")
def independence():
    r"""Each further flower multiplies the likelihood by the probability $P_n$ that the model gave to it.

    That is what *independent* means, and it is the second modelling assumption: no flower knows of another.
    """


@logistic.step(claim="Lk_1 = P[0]", title="The likelihood of one sample")
def one_sample(independence):
    """Before the first sample there is nothing, which for a product means 1."""
    return at(independence, {before: 1, n: 0})


@logistic.step(claim="Lk_5 = P[0]*P[1]*P[2]*P[3]*P[4]", title="The likelihood of five samples")
def five_samples(one_sample, independence):
    """Add one sample after the other. Five are few enough to see all of them at once."""
    likelihood = one_sample
    for number in range(1, 5):
        likelihood = at(independence, {before: likelihood, n: number})
    return likelihood


@logistic.step(
    claim="Lk = prod(P[m], m)",
    relation="for every",
    of="one_sample",
    values="M = 1",
    title="The likelihood of M samples",
    keywords="maximum likelihood; MLE",
)
def likelihood(one_sample, independence):
    r"""Nothing about the number 5 was special. For one sample the product has one factor, and each further sample
    brings one more: so it holds for every $M$.

    The likelihood says how probable the whole data set was in the eyes of the model. We want the weights that make it
    as large as possible.
    """
    return at(independence, {before: product_over(P[m], *OVER), n: M})


@logistic.step(
    claim="Lk_5 = P[0]*P[1]*P[2]*P[3]*P[4]",
    relation="special case of",
    values="M = 5",
    title="With M = 5 these are the five samples",
)
def likelihood_of_five(likelihood, five_samples):
    """A quick test of the general formula: for five samples it gives back the line that we wrote out by hand."""
    return expand_product(at(likelihood, {M: 5}))


logistic.part("The loss")


@logistic.step(
    claim="log(Lk) = sum(log(P[m]), m)",
    relation="same optimum",
    varying="P",
    title="Take the logarithm: the product becomes a sum",
    picture="floats",
)
def log_likelihood(likelihood):
    """A product of a thousand small numbers is too small for a computer, and hard to differentiate. A sum is neither.

    The logarithm rises all the way, so the largest likelihood stays where it was.
    """
    return take_log(likelihood)


@logistic.step(
    claim="L = -(1/M) * sum(log(P[m]), m)",
    relation="same optimum",
    varying="P",
    title="Flip the sign and divide by M",
    keywords="minus sign; why divide by M; average; negative log-likelihood",
)
def average_loss(log_likelihood):
    r"""Training goes *downhill*, so the sign is flipped: the maximum becomes a minimum.

    Dividing by $M$ makes the number comparable between small and large data sets, as in linear regression.
    Neither moves the best weights.
    """
    return negate_and_average(log_likelihood, M)


@logistic.step(
    claim="log(P) = Piecewise((log(yp), yt == 1), (log(1 - yp), True))", title="The logarithm of one probability"
)
def log_chance(chance):
    """What is under the sum is still a case distinction: one formula for each of the two classes."""
    return take_log(chance, positive=[1 - yp])


@logistic.step(
    claim="log(P) = yt*log(yp) + (1 - yt)*log(1 - yp)",
    relation="equal on a finite domain",
    where=TRUE_VALUES,
    title="Two cases in one expression",
    keywords="case distinction; indicator",
)
def one_log(log_chance):
    r"""The trick of the chapter. $\mathit{yt}$ and $1 - \mathit{yt}$ are switches: one of them is 1, the other is 0.

    Multiply each case by its switch and add. Now one formula serves all samples, and the truth is an ordinary number in
    it that may be put in with the data.
    """
    return one_expression(log_chance, yt)


@logistic.step(
    claim="1*log(yp) + (1 - 1)*log(1 - yp) = log(yp)",
    relation="special case of",
    values="yt = 1",
    title="Check: the true value is 1",
)
def for_one(one_log):
    r"""Put $\mathit{yt} = 1$ in: the second switch is 0, and $\log \mathit{yp}$ remains, as it should."""
    return at(one_log, {yt: 1})


@logistic.step(
    claim="0*log(yp) + (1 - 0)*log(1 - yp) = log(1 - yp)",
    relation="special case of",
    values="yt = 0",
    title="Check: the true value is 0",
)
def for_zero(one_log):
    r"""Put $\mathit{yt} = 0$ in: now the first switch is 0, and $\log(1 - \mathit{yp})$ remains."""
    return at(one_log, {yt: 0})


@logistic.step(
    claim="L = -(1/M) * sum(yt[m]*log(yp[m]) + (1 - yt[m])*log(1 - yp[m]), m)",
    relation="equal on a finite domain",
    where=TRUE_VALUES,
    title="The loss function",
    keywords="cross entropy loss; log loss; negative log-likelihood; NLL",
)
def loss(average_loss, one_log, chance_of_sample):
    """Put the single expression into the sum, once for each sample. This is the *cross entropy*, the loss that
    nearly every classifier is trained with; *Entropy* says where the name comes from.
    """
    return substitute(average_loss, sp.log(P[m]), each(one_log))


@logistic.step(
    claim="ce = -(yt*log(yp) + (1 - yt)*log(1 - yp))",
    title="The cross entropy of one sample",
    keywords="log loss; BCE; binary cross entropy; cross entropy; crossentropy",
)
def ce(one_log):
    """The term under the sum, with the minus sign taken inside. The loss of a data set is the average of it, so
    from here on it is enough to look at one sample.
    """
    return -one_log


@logistic.step(
    claim="L = mean(-(yt[m]*log(yp[m]) + (1 - yt[m])*log(1 - yp[m])), m)",
    of="loss",
    title="The loss is the average of the terms",
)
def loss_is_the_average(loss, ce):
    """Putting the term back under the sum gives the loss again: nothing was lost on the way."""
    return average_over(each(ce), m, M)


@logistic.step(
    claim="diff(ce, yp) = -yt/yp + (1 - yt)/(1 - yp)"
    " = (yp*(1 - yt) - yt*(1 - yp))/(yp*(1 - yp)) = (yp - yt)/(yp*(1 - yp))",
    because=r"each logarithm by itself; one denominator; $\mathit{yt}\,\mathit{yp}$ is there twice and cancels",
    title="The derivative with respect to the prediction",
    picture="tangent",
    keywords="derivative of cross entropy; gradient of cross entropy",
)
def slope_in_yp(ce):
    """How does the loss of a sample change when the prediction moves a little? Each of the two logarithms leaves a
    fraction. Over one denominator the numerator becomes simply prediction minus truth.
    """
    return together(differentiate(ce, yp))


logistic.part("The derivative")


@logistic.definition("u = w0 + w1*x1 + w2*x2", title="The linear predictor")
def predictor():
    """Two measurements of a flower, a weight for each, and one weight that stands alone: linear in the measurements, as
    in linear regression. Its value can be any number.
    """


@logistic.given(
    "yp = sigmoid(u)", title="From a number to a probability", keywords="sigmoid; logit; log-odds; logistic function"
)
def model():
    r"""A probability has to lie between 0 and 1. The sigmoid $1/(1 + e^{-u})$ bends the whole line of numbers into
    that interval: far left becomes nearly 0, far right nearly 1, and $u = 0$ an undecided one half. Why this bend and
    no other is the subject of *Where the sigmoid comes from*.
    """


@logistic.step(
    claim="diff(yp, u) = yp*(1 - yp)",
    relation="derivative of",
    title="The sigmoid's derivative is made of itself",
    picture="tangent",
    keywords="sigmoid derivative; logistic function",
)
def sigmoid_slope(model):
    r"""Steepest in the middle, flat at both ends. *Where the sigmoid comes from* derives it from $1/(1 + e^{-u})$; that
    it can be written with the value itself is what makes everything below so short.
    """
    slope = differentiate(model, u)
    return substitute(substitute(slope, expit(-u), 1 - expit(u)), expit(u), yp)


@logistic.step(
    claim="diff(ce, u) = yp - yt",
    relation="derivative of",
    of="ce",
    title="The chain rule: prediction minus truth",
    keywords="chain rule; yp - yt; prediction minus truth",
)
def slope_in_u(slope_in_yp, sigmoid_slope):
    """Multiply the two derivatives along the chain. The denominator of the one is the whole of the other, and
    what remains could not be simpler: how far off the prediction was.
    """
    return chain_rule(slope_in_yp, sigmoid_slope)


@logistic.step(claim="diff(ce, w0) = yp - yt", relation="derivative of", of="ce", title="One link further: w0")
def slope_in_w0(slope_in_u, predictor):
    r"""$w_0$ stands alone in $u$, so the last link of the chain is 1."""
    return chain_rule(slope_in_u, differentiate(predictor, w0))


@logistic.step(claim="diff(ce, w1) = x1*(yp - yt)", relation="derivative of", of="ce", title="One link further: w1")
def slope_in_w1(slope_in_u, predictor):
    r"""$w_1$ is multiplied by $x_1$ in $u$, so the error is multiplied by $x_1$: a large input has a large say."""
    return chain_rule(slope_in_u, differentiate(predictor, w1))


@logistic.step(claim="diff(ce, w2) = x2*(yp - yt)", relation="derivative of", of="ce", title="One link further: w2")
def slope_in_w2(slope_in_u, predictor):
    r"""And the same with the second measurement. A measurement of 0 would leave its weight alone."""
    return chain_rule(slope_in_u, differentiate(predictor, w2))


logistic.part("For all samples")
each = logistic.for_samples("m", "u x1 x2")


@logistic.step(
    claim="diff(L, w0) = mean(yp[m] - yt[m], m)",
    relation="derivative of",
    of="loss",
    title="The gradient of the loss: w0",
)
def gradient_w0(slope_in_w0, predictor_of_sample, model_of_sample):
    """The derivative of an average is the average of the derivatives."""
    return average_over(each(slope_in_w0), m, M)


@logistic.step(
    claim="diff(L, w1) = mean(x1[m]*(yp[m] - yt[m]), m)",
    relation="derivative of",
    of="loss",
    title="The gradient of the loss: w1",
)
def gradient_w1(slope_in_w1, predictor_of_sample, model_of_sample):
    """Each sample votes with its error, and the measurement is the weight of its vote."""
    return average_over(each(slope_in_w1), m, M)


@logistic.step(
    claim="diff(L, w2) = mean(x2[m]*(yp[m] - yt[m]), m)",
    relation="derivative of",
    of="loss",
    title="The gradient of the loss: w2",
)
def gradient_w2(slope_in_w2, predictor_of_sample, model_of_sample):
    """These three averages are all that gradient descent needs in each round."""
    return average_over(each(slope_in_w2), m, M)


logistic.linear_predictor()


@logistic.step(
    claim="diff(L, w[i]) = mean(x[m, i]*(yp[m] - yt[m]), m)",
    relation="derivative of",
    of="loss",
    title="The gradient for any number of measurements",
    keywords="gradient; gradient descent",
)
def gradient(slope_in_u, features, model_of_sample):
    """One formula for every weight. The three before it are its special cases."""
    return average_over(chain_rule(each(slope_in_u), differentiate(features, w[i])), m, M)


@logistic.step(
    claim="diff(diff(L, w[i]), w[j]) = mean(x[m, i]*x[m, j]*yp[m]*(1 - yp[m]), m)",
    relation="derivative of",
    title="The Hessian: how the gradient itself changes",
    keywords="Hessian; second derivative; Newton",
)
def hessian(gradient, sigmoid_slope, features, model_of_sample):
    r"""Differentiate once more. Only $\mathit{yp}_m$ depends on the weights, and the sigmoid's derivative is known.

    The Hessian tells how the valley is curved in each direction. Newton's method and standard errors are made of it.
    """
    return average_over(x[m, i] * each(sigmoid_slope) * differentiate(features, w[j]), m, M)


logistic.part("For the computer")


@logistic.step(
    claim="ce = softplus(u) - yt*u",
    title="The same loss in a form that a computer can trust",
    picture="stable",
    keywords="numerical stability; numerically stable; overflow; logarithm of zero; NaN; BCEWithLogitsLoss",
)
def ce_in_u(ce, model):
    r"""Typed in as it stands, the cross entropy fails: for $u = 40$ a computer rounds $\mathit{yp}$ to 1, and
    $\log(1 - \mathit{yp})$ is the logarithm of zero. Written in $u$ there is nothing left that could be rounded away:
    $\operatorname{softplus}(u) = \log(1 + e^u)$ is computed without ever forming $e^u$ where it is too large.
    """
    return collect(in_stable_names(substitute(ce, yp, model)), u)


@logistic.step(claim="diff(ce, u) = expit(u) - yt", relation="derivative of", title="Its derivative")
def slope(ce_in_u):
    """Prediction minus truth again, as it has to be: the form is new, the function is not.

    (`expit` is the name that programs give to the sigmoid.)
    """
    return differentiate(ce_in_u, u)


@logistic.step(
    claim="diff(diff(ce, u), u) = expit(u)*expit(-u)",
    relation="derivative of",
    title="Its curvature",
    picture="parabola",
)
def curvature(slope):
    r"""This is $\mathit{yp}(1 - \mathit{yp})$ once more, but with $1 - \mathit{yp}$ written as
    $\operatorname{expit}(-u)$: subtracting from 1 would lose every digit where $\mathit{yp}$ is nearly 1.
    """
    return differentiate(slope, u)


@logistic.step(claim="expit(u)*expit(-u) > 0", relation="at least", title="The curvature is positive everywhere")
def curvature_is_positive(curvature):
    """Both factors lie between 0 and 1, and neither is ever 0. The loss of a sample is a bowl in u: no second
    valley to get lost in.
    """
    return curvature


@logistic.step(
    claim="L = mean(softplus(u[m]) - yt[m]*u[m], m)",
    of="loss",
    title="The loss of the whole data set in this form",
    picture="surface",
)
def loss_in_u(loss, ce_in_u, model_of_sample):
    """The average over the samples, now with each sample's term in its safe form."""
    return average_over(each(ce_in_u), m, M)


logistic.part("One valley")


@logistic.step(
    claim="mean(yp[m]*(1 - yp[m])*sum(v[k]*x[m, k], k)^2, m) >= 0",
    relation="convex",
    of="loss_in_u",
    varying="w",
    title="Why there is only one valley",
    keywords="convex; separable; perfect separation",
    picture="valley",
)
def convexity(hessian, loss_in_u, features):
    r"""Walk from the weights in any direction $v$. How the loss curves on that path is $\sum_i \sum_j v_i v_j$ times
    the Hessian, and the two sums are the same sum, squared. Squares with positive factors in front: whatever the
    direction, the loss never curves down.

    The same seen from the other side: each sample's loss is a bowl in $u$, $u$ is linear in the weights, and bowls
    added up make a bowl. $L$ is *convex*: it has no second valley in which gradient descent could get stuck. Whether
    the one valley has a lowest point is another question: where a straight line separates the two classes, the loss
    falls for ever towards 0 as the weights grow.
    """
    return sum_over(sum_over(v[i] * v[j] * hessian, *logistic.over("i")), *logistic.over("j"))


logistic.part("As a program writes it")


@logistic.definition("r[m] = yp[m] - yt[m]", title="The errors, gathered in an array")
def errors(slope_in_u):
    """A program keeps the errors of all samples in one array and the measurements in a table `X`, a row a sample."""
    return each(slope_in_u)


@logistic.step(
    claim="diff(L, w[i]) = mean(x[m, i]*r[m], m)", of="gradient", title="The gradient as a program writes it"
)
def gradient_as_arrays(gradient, errors):
    r"""Row $i$ of the transposed table times the array of errors: `X.T @ r / M`. One line of NumPy, and it is the
    gradient for all weights at once.
    """
    return substitute(gradient, errors, r[m])


@logistic.definition("h[m] = yp[m]*(1 - yp[m])", title="The curvatures, gathered in an array")
def curvatures(sigmoid_slope):
    """One number for each sample: how strongly its loss bends."""
    return each(sigmoid_slope)


@logistic.step(
    claim="diff(diff(L, w[i]), w[j]) = mean(x[m, i]*sum(delta(m, k)*h[k]*x[k, j], k, 0, M-1), m)",
    of="hessian",
    title="The Hessian as a program writes it",
)
def hessian_as_arrays(hessian, curvatures):
    r"""`X.T @ diag(h) @ X / M`. The diagonal matrix multiplies each sample's row by its curvature; that is all the
    delta under the inner sum does.
    """
    row = sum_over(sp.KroneckerDelta(m, k) * substitute(curvatures, m, k) * x[k, j], k, 0, M - 1)
    return average_over(x[m, i] * row, m, M)


logistic.publish_loss(value="ce_in_u", slope="slope", curvature="curvature")

if __name__ == "__main__":
    logistic.main()
