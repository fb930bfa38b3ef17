"""Ridge and lasso: what was believed of the weights before any data came, as a penalty on the loss."""

from __future__ import annotations

from lossproof import Derivation
from lossproof.moves import (
    average_over,
    differentiate,
    negate_and_average,
    solve_for_zero,
    take_log,
    without_constants,
)

priors = Derivation(
    "priors",
    title="Ridge and lasso: a belief about the weights becomes a penalty",
    where="s > 0; t > 0; c > 0; lam > 0; a real; w0 real; M integer >= 1; N integer >= 0; Lk > 0; Prior > 0",
    indices="m in 0..M-1; k in 0..N; i in 0..N",
    source="A. E. Hoerl and R. W. Kennard (1970), ridge; R. Tibshirani (1996), lasso",
    parameters="w w0",
    main="prior posterior ridge gradient shrunk log_peak zero_is_best",
    keywords="regularisation; weight decay; L2 penalty; L1 penalty; MAP; Gaussian prior; Laplace prior",
)
M, s, w0 = priors.symbols("M s w0")
yt, yp, w = priors.data("yt yp w")
m, k, i = priors.index("m k i")

priors.part("A belief about the weights")


@priors.given("Lk = prod(exp(-(yp[m] - yt[m])^2/(2*s^2))/(s*sqrt(2*pi)), m)", title="What the data say")
def likelihood():
    r"""The likelihood of *Linear regression*: errors are spread like a bell of width $s$ around the prediction, and the
    samples do not know of each other.
    """


priors.linear_predictor("yp")


@priors.given("Prior = prod(exp(-w[k]^2/(2*t^2))/(t*sqrt(2*pi)), k)", title="What was believed before: a bell")
def prior():
    r"""Large weights are not expected: before any data came, each is believed to lie around 0, spread like a bell of
    width $t$. This is an assumption about the world like any other. (The weight that stands alone is often left out of
    it; it is not here, so that the formula stays short.)
    """


@priors.given("Post = Lk*Prior", title="Both together")
def posterior(likelihood, prior):
    r"""Bayes' rule multiplies what was believed by what the data say. What it is divided by holds no weight: it moves
    no maximum and is left out.
    """


priors.part("The bell makes ridge")


@priors.step(
    claim="log(Post) = -sum((yp[m] - yt[m])^2/(2*s^2) + log(s) + log(2*pi)/2, m)"
    " - sum(w[k]^2/(2*t^2) + log(t) + log(2*pi)/2, k)",
    relation="same optimum",
    title="The logarithm turns products into sums",
)
def log_posterior(posterior, likelihood, prior):
    """Each bell leaves the square in its exponent, the data's and the belief's alike."""
    return take_log(likelihood) + take_log(prior)


@priors.definition("lam = s^2/(M*t^2)", title="How strong the belief is")
def strength():
    r"""The penalty is strong where the data are noisy ($s$ large), where there are few of them ($M$ small) and where
    the belief is firm ($t$ small).
    """


@priors.step(
    claim="L = mean((yp[m] - yt[m])^2/2, m) + lam/2*sum(w[k]^2, k)",
    relation="same optimum",
    varying="yp w",
    title="Ridge: the squares of the weights are added to the loss",
)
def ridge(log_posterior, strength):
    r"""Leave out what holds neither prediction nor weight, flip the sign and multiply by $s^2/M$. The loss of linear
    regression has got a second term: *ridge regression*, or weight decay.
    """
    return negate_and_average(without_constants(log_posterior, yp, w), M) * s**2


@priors.step(
    claim="diff(L, w[i]) = mean(x[m, i]*(yp[m] - yt[m]), m) + lam*w[i]",
    title="Its gradient pulls every weight towards 0",
)
def gradient(ridge, features, strength):
    """What the data ask for, and a pull back to 0 in proportion to the weight: large weights are pulled more."""
    return average_over((yp[m] - yt[m]) * differentiate(features, w[i]), m, M) + strength * w[i]


@priors.definition("R = (w0 - a)^2/2 + lam*w0^2/2", title="One weight alone")
def one_ridge(strength):
    r"""The smallest case shows what a penalty does: without it the weight would be $a$."""


@priors.step(
    claim="w_ridge = a/(1 + lam)", relation="optimum of", variable="w0", title="Ridge makes every weight smaller"
)
def shrunk(one_ridge):
    """The slope is zero at a fraction of what the data alone would say: smaller, and never 0 unless that is."""
    return solve_for_zero(differentiate(one_ridge, w0), w0)


priors.part("A peak makes lasso")


@priors.given("Peaked = prod(exp(-Abs(w[k])/c)/(2*c), k)", title="What was believed before: a peak")
def peak():
    r"""Another belief: most weights are 0, and a few may be large. Laplace's density has its peak at 0, where it is not
    smooth, and falls more slowly far out than a bell does.
    """


@priors.step(claim="-log(Peaked) = sum(Abs(w[k])/c + log(2) + log(c), k)", title="Its logarithm holds absolute values")
def log_peak(peak):
    r"""In place of the squares: $\sum_k |w_k|/c$. As a penalty this is the *lasso*."""
    return -take_log(peak)


@priors.definition("T = (w0 - a)^2/2 + lam*Abs(w0)", title="One weight alone, with the absolute value")
def one_lasso(log_peak):
    r"""Without the penalty the weight would be $a$ again. At $w_0 = 0$ the curve has a kink."""


@priors.step(claim="diff(T, w0) = w0 - a + lam*sign(w0)", where="w0 != 0", title="The slope jumps at the kink")
def kinked_slope(one_lasso):
    r"""Just left of 0 the slope is $-a - \lambda$, just right of it $-a + \lambda$: it jumps by $2 \lambda$. The pull
    towards 0 does not fade for small weights, as that of ridge does.
    """
    return differentiate(one_lasso, w0)


@priors.step(
    claim="(w0 - a)^2/2 + lam*Abs(w0) >= a^2/2",
    relation="at least",
    where="-lam <= a <= lam",
    title="A small weight becomes exactly 0",
)
def zero_is_best(one_lasso):
    r"""Where the slope is below 0 on the left of the kink and above 0 on its right, the kink is the lowest point,
    though the slope is zero nowhere. On the right stands the value at $w_0 = 0$: wherever $|a| \le \lambda$, nothing
    is below it.
    """
    return one_lasso


@priors.step(
    claim="(w0 - a)^2/2 + lam*Abs(w0) >= lam^2/2 + lam*(a - lam)",
    relation="at least",
    where="a > lam",
    title="A large weight moves towards 0 by lambda",
)
def moved(one_lasso):
    r"""On the right stands the value at $w_0 = a - \lambda$, where the slope $w_0 - a + \lambda$ is zero: nothing is
    below it either. So the lasso decides which weights are to be 0, and takes the same from those that are not.
    """
    return one_lasso


@priors.step(
    claim="(w0 - a)^2/2 + lam*Abs(w0) >= 0",
    relation="convex",
    of="one_lasso",
    title="One valley, kink or not",
)
def one_valley(one_lasso):
    """A kink is no obstacle to being a bowl: no chord of the curve lies below it."""
    return one_lasso


if __name__ == "__main__":
    priors.main()
