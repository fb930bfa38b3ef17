"""Likelihoods that textbooks have, a row each, as one would write them: `Model.named` derives them by name.

negative_binomial      P(y) = ...      mu = exp(u)      theta > 0      y a whole number from 0 on
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Family:
    """The arguments of a `Model`; ``log`` where the density is given by its logarithm."""

    density: str
    predictors: dict[str, str]
    parameters: dict[str, str] = field(default_factory=dict)
    where: str = ""
    data: tuple[str, ...] = ()
    log: bool = False


_BELL = "exp(-(y - mu)^2/(2*v))/sqrt(2*pi*v)"
_LOGISTIC = "exp(-(y - mu)/s)/(s*(1 + exp(-(y - mu)/s))^2)"
_STUDENT = "gamma((nu + 1)/2)/(gamma(nu/2)*sqrt(pi*nu)*s)*(1 + ((y - mu)/s)^2/nu)^(-(nu + 1)/2)"
_NB2 = "gamma(y + theta)/(gamma(theta)*factorial(y))*(theta/(theta + mu))^theta*(mu/(theta + mu))^y"
_POISSON = "mu^y*exp(-mu)/factorial(y)"
_INFLATED = "Piecewise((p + (1 - p)*exp(-mu), y == 0), ((1 - p)*mu^y*exp(-mu)/factorial(y), True))"
_HURDLE = "Piecewise((p, y == 0), ((1 - p)*mu^y*exp(-mu)/(factorial(y)*(1 - exp(-mu))), True))"
_TRUNCATED = "mu^y*exp(-mu)/(factorial(y)*(1 - exp(-mu)))"
_GAMMA = "a^a*y^(a - 1)*exp(-a*y/mu)/(gamma(a)*mu^a)"
_INVERSE = "sqrt(lam/(2*pi*y^3))*exp(-lam*(y - mu)^2/(2*mu^2*y))"
_TWEEDIE = "-y*mu^(1 - p)/(p - 1) - mu^(2 - p)/(2 - p)"  # what of it depends on the mean
_BETA = "y^(mu*phi - 1)*(1 - y)^((1 - mu)*phi - 1)/beta(mu*phi, (1 - mu)*phi)"
_BINOMIAL = "binomial(n, y)*p^y*(1 - p)^(n - y)"
_TRIALS = "n integer >= 1; 0 <= y <= n; y integer"
_EVENT = "y > 0; d in {0, 1}"
_WEIBULL = "(k/s*(y/s)^(k - 1))^d*exp(-(y/s)^k)"
_LOG_NORMAL = "(exp(-((log(y) - mu)/s)^2/2)/(sqrt(2*pi)*s*y))^d*normcdf(-(log(y) - mu)/s)^(1 - d)"
_INTERVAL = "exp(-(low/s)^k) - exp(-(y/s)^k)"
_TOBIT = "Piecewise((normcdf(-mu/s), y == 0), (exp(-((y - mu)/s)^2/2)/(sqrt(2*pi)*s), True))"
_MULTINOMIAL = "P(y=k) = exp(u[k])/sum(exp(u[j]), j, 0, K - 1)"


def _ordered(cdf: str) -> Family:
    """Three ordered answers with two thresholds a < a + exp(b)."""
    between = f"{cdf}(a + exp(b) - u) - {cdf}(a - u)"
    logs = f"Piecewise((log({cdf}(a - u)), y == 0), (log({between}), y == 1), (log({cdf}(u - a - exp(b))), True))"
    return Family(logs, {"u": "u"}, {"a": "", "b": ""}, "y in {0, 1, 2}", log=True)


FAMILIES = {
    "gaussian": Family(_BELL, {"mu": "u"}, {"v": "v > 0"}),
    "gaussian_heteroscedastic": Family(_BELL, {"mu": "u", "v": "exp(r)"}),
    "laplace": Family("exp(-Abs(y - mu)/s)/(2*s)", {"mu": "u"}, {"s": "s > 0"}),
    "logistic_errors": Family(_LOGISTIC, {"mu": "u"}, {"s": "s > 0"}),
    "cauchy": Family("1/(pi*s*(1 + ((y - mu)/s)^2))", {"mu": "u"}, {"s": "s > 0"}),
    "student_t": Family(_STUDENT, {"mu": "u"}, {"s": "s > 0", "nu": "nu > 0"}),
    "poisson": Family(_POISSON, {"mu": "exp(u)"}),
    "negative_binomial": Family(_NB2, {"mu": "exp(u)"}, {"theta": "theta > 0"}),
    "negative_binomial_modelled": Family(_NB2, {"mu": "exp(u)", "theta": "exp(r)"}),
    "zero_inflated_poisson": Family(_INFLATED, {"mu": "exp(u)", "p": "expit(v)"}),
    "hurdle_poisson": Family(_HURDLE, {"mu": "exp(u)", "p": "expit(v)"}),
    "zero_truncated_poisson": Family(_TRUNCATED, {"mu": "exp(u)"}, where="y integer >= 1"),
    "gamma": Family(_GAMMA, {"mu": "exp(u)"}, {"a": "a > 0"}, "y > 0"),
    "inverse_gaussian": Family(_INVERSE, {"mu": "exp(u)"}, {"lam": "lam > 0"}, "y > 0"),
    "tweedie": Family(_TWEEDIE, {"mu": "exp(u)"}, where="y >= 0; 1 < p < 2", data=("p",), log=True),
    "beta": Family(_BETA, {"mu": "expit(u)"}, {"phi": "phi > 0"}, "0 < y < 1"),
    "binomial_logit": Family(_BINOMIAL, {"p": "expit(u)"}, where=_TRIALS, data=("n",)),
    "binomial_probit": Family(_BINOMIAL, {"p": "normcdf(u)"}, where=_TRIALS, data=("n",)),
    "binomial_cloglog": Family(_BINOMIAL, {"p": "1 - exp(-exp(u))"}, where=_TRIALS, data=("n",)),
    "binomial_cauchit": Family(_BINOMIAL, {"p": "1/2 + atan(u)/pi"}, where=f"{_TRIALS}; 0 < p < 1", data=("n",)),
    "ordered_logit": _ordered("expit"),
    "ordered_probit": _ordered("normcdf"),
    "multinomial": Family(_MULTINOMIAL, {"u[k]": "x @ w[k]"}),
    "exponential_survival": Family("(1/s)^d*exp(-y/s)", {"s": "exp(u)"}, where=_EVENT, data=("d",)),
    "weibull_survival": Family(_WEIBULL, {"s": "exp(u)"}, {"k": "k > 0"}, _EVENT, ("d",)),
    "weibull_interval": Family(
        f"log({_INTERVAL})", {"s": "exp(u)"}, {"k": "k > 0"}, "y > 0; low > 0; low < y", ("low",), log=True
    ),
    "log_normal_survival": Family(_LOG_NORMAL, {"mu": "u"}, {"s": "s > 0"}, _EVENT, ("d",)),
    "tobit": Family(_TOBIT, {"mu": "u"}, {"s": "s > 0"}, "y >= 0"),
}
"""Name to family; ordered answers are three, classes as many as the data have."""
