"""Claims over sums and products of symbolic size: the true ones become 0 = 0, the wrong ones never do."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SOFT = "exp(u[{0}])/sum(exp(u[l]), l, 1, K)"
CLASS_SCORE = "sum(w[i,{1}]*x[{0},i], i, 0, N)"
SCORES = f"exp({CLASS_SCORE})"
SOFT_ROW = "exp(sum(w[a,{1}]*x[{0},a], a, 0, N))/sum(exp(sum(w[b,l]*x[{0},b], b, 0, N)), l, 1, K)"
HIDDEN = "1/(1+exp(-sum(w[{0},i]*x[i], i, 1, N)))"
PREDICTOR = "sum(w[j]*x[{0},j], j, 0, N)"
SIGMOID = "1/(1+exp(-" + PREDICTOR + "))"
ROW_LOSS = f"log(1+exp({PREDICTOR.format('m')}))-yt[m]*{PREDICTOR.format('m')}"
MEAN = "sum(x[k], k, 1, M)/M"
VARIANCE = "sum((x[a]-sum(x[b], b, 1, M)/M)^2, a, 1, M)/M"
K_CLASSES = "K integer >= 2; i in 1..K; j in 1..K; k in 1..K"

# name, left, right, where, true?
CLAIMS = [
    (
        "softmax: derivative of log-sum-exp",
        "diff(log(sum(exp(u[l]), l, 1, K)), u[k])",
        SOFT.format("k"),
        K_CLASSES,
        True,
    ),
    ("softmax: probabilities add to one", f"sum({SOFT.format('j')}, j, 1, K)", "1", K_CLASSES, True),
    (
        "softmax: Jacobian",
        f"diff({SOFT.format('i')}, u[j])",
        f"{SOFT.format('i')}*(delta(i,j)-{SOFT.format('j')})",
        K_CLASSES,
        True,
    ),
    (
        "softmax: Jacobian without the delta",
        f"diff({SOFT.format('i')}, u[j])",
        f"{SOFT.format('i')}*(1-{SOFT.format('j')})",
        K_CLASSES,
        False,
    ),
    (
        "softmax: Jacobian with the wrong index",
        f"diff({SOFT.format('i')}, u[j])",
        f"{SOFT.format('i')}*(delta(i,j)-{SOFT.format('i')})",
        K_CLASSES,
        False,
    ),
    (
        "softmax: cross entropy gradient, one-hot",
        f"diff(-sum(t[j]*log({SOFT.format('j')}), j, 1, K), u[k])",
        f"{SOFT.format('k')} - t[k]",
        "K integer >= 2; k in 1..K; t one-hot over 1..K",
        True,
    ),
    (
        "softmax: cross entropy gradient, probabilities as target",
        f"diff(-sum(t[j]*log({SOFT.format('j')}), j, 1, K), u[k])",
        f"{SOFT.format('k')} - t[k]",
        "K integer >= 2; k in 1..K; t simplex over 1..K",
        True,
    ),
    (
        "softmax: cross entropy gradient without the group",
        f"diff(-sum(t[j]*log({SOFT.format('j')}), j, 1, K), u[k])",
        f"{SOFT.format('k')} - t[k]",
        "K integer >= 2; k in 1..K; t[j] real",
        False,
    ),
    (
        "softmax: sign of the gradient",
        f"diff(-sum(t[j]*log({SOFT.format('j')}), j, 1, K), u[k])",
        f"t[k] - {SOFT.format('k')}",
        "K integer >= 2; k in 1..K; t one-hot over 1..K",
        False,
    ),
    (
        "softmax: Hessian of log-sum-exp",
        "diff(diff(log(sum(exp(u[l]), l, 1, K)), u[i]), u[j])",
        f"{SOFT.format('i')}*delta(i,j) - {SOFT.format('i')}*{SOFT.format('j')}",
        K_CLASSES,
        True,
    ),
    (
        "softmax: Hessian, sign of the outer product",
        "diff(diff(log(sum(exp(u[l]), l, 1, K)), u[i]), u[j])",
        f"{SOFT.format('i')}*delta(i,j) + {SOFT.format('i')}*{SOFT.format('j')}",
        K_CLASSES,
        False,
    ),
    (
        "softmax: a shift of all scores changes nothing",
        "exp(u[k]-c)/sum(exp(u[l]-c), l, 1, K)",
        SOFT.format("k"),
        K_CLASSES + "; c real",
        True,
    ),
    (
        "log-sum-exp with a shift",
        "log(sum(exp(u[l]), l, 1, K))",
        "c + log(sum(exp(u[l]-c), l, 1, K))",
        "K integer >= 1; c real; u[l] real",
        True,
    ),
    (
        "log-sum-exp with a shift, not added back",
        "log(sum(exp(u[l]), l, 1, K))",
        "log(sum(exp(u[l]-c), l, 1, K))",
        "K integer >= 1; c real; u[l] real",
        False,
    ),
    (
        "log-softmax of one row",
        f"sum(t[j]*log({SOFT.format('j')}), j, 1, K)",
        "sum(t[j]*u[j], j, 1, K) - sum(t[j], j, 1, K)*log(sum(exp(u[l]), l, 1, K))",
        "K integer >= 1; u[j] real; t[j] real",
        True,
    ),
    (
        "softmax: mean loss over samples by a weight",
        f"diff(-(1/M)*sum(sum(t[m,j]*log({SOFT_ROW.format('m', 'j')}), j, 1, K), m, 1, M), w[c,k])",
        f"(1/M)*sum(x[m,c]*({SOFT_ROW.format('m', 'k')}*sum(t[m,j], j, 1, K) - t[m,k]), m, 1, M)",
        "M integer >= 1; N integer >= 0; K integer >= 2; c in 0..N; k in 1..K; t[m,j] real",
        True,
    ),
    (
        "softmax: mean loss over samples by a weight, feature of the wrong class",
        f"diff(-(1/M)*sum(sum(t[m,j]*log({SOFT_ROW.format('m', 'j')}), j, 1, K), m, 1, M), w[c,k])",
        f"(1/M)*sum(x[m,k]*({SOFT_ROW.format('m', 'k')}*sum(t[m,j], j, 1, K) - t[m,k]), m, 1, M)",
        "M integer >= 1; N integer >= 0; K integer >= 2; c in 0..N; k in 1..K; t[m,j] real",
        False,
    ),
    (
        "logistic: gradient of the mean loss",
        f"diff(-(1/M)*sum(yt[m]*log({SIGMOID.format('m')})+(1-yt[m])*log(1-{SIGMOID.format('m')}), m, 0, M-1), w[k])",
        f"(1/M)*sum(x[m,k]*({SIGMOID.format('m')}-yt[m]), m, 0, M-1)",
        "M integer >= 1; N integer >= 1; k in 0..N; yt[m] in {0, 1}",
        True,
    ),
    (
        "logistic: gradient without 1/M",
        f"diff(-(1/M)*sum(yt[m]*log({SIGMOID.format('m')})+(1-yt[m])*log(1-{SIGMOID.format('m')}), m, 0, M-1), w[k])",
        f"sum(x[m,k]*({SIGMOID.format('m')}-yt[m]), m, 0, M-1)",
        "M integer >= 1; N integer >= 1; k in 0..N; yt[m] in {0, 1}",
        False,
    ),
    (
        "logistic: Hessian of the mean loss",
        f"diff(diff((1/M)*sum({ROW_LOSS}, m, 0, M-1), w[k]), w[h])",
        f"(1/M)*sum(x[m,k]*x[m,h]*{SIGMOID.format('m')}*(1-{SIGMOID.format('m')}), m, 0, M-1)",
        "M integer >= 1; N integer >= 1; k in 0..N; h in 0..N; yt[m] in {0, 1}",
        True,
    ),
    (
        "logistic: Hessian with the square of one feature",
        f"diff(diff((1/M)*sum({ROW_LOSS}, m, 0, M-1), w[k]), w[h])",
        f"(1/M)*sum(x[m,k]^2*{SIGMOID.format('m')}*(1-{SIGMOID.format('m')}), m, 0, M-1)",
        "M integer >= 1; N integer >= 1; k in 0..N; h in 0..N; yt[m] in {0, 1}",
        False,
    ),
    (
        "Bernoulli: log of the likelihood",
        "log(prod(yp[m]^yt[m]*(1-yp[m])^(1-yt[m]), m, 0, M-1))",
        "sum(yt[m]*log(yp[m])+(1-yt[m])*log(1-yp[m]), m, 0, M-1)",
        "M integer >= 1; 0 < yp[m] < 1; yt[m] in {0, 1}",
        True,
    ),
    (
        "Bernoulli: log of the likelihood, any target",
        "log(prod(yp[m]^yt[m]*(1-yp[m])^(1-yt[m]), m, 0, M-1))",
        "sum(yt[m]*log(yp[m])+(1-yt[m])*log(1-yp[m]), m, 0, M-1)",
        "M integer >= 1; 0 < yp[m] < 1; 0 <= yt[m] <= 1",
        True,
    ),
    (
        "Bernoulli: base and exponent swapped",
        "log(prod(yp[m]^yt[m]*(1-yp[m])^(1-yt[m]), m, 0, M-1))",
        "sum(yp[m]*log(yt[m])+(1-yp[m])*log(1-yt[m]), m, 0, M-1)",
        "M integer >= 1; 0 < yp[m] < 1; 0 < yt[m] < 1",
        False,
    ),
    (
        "Bernoulli: derivative by one prediction",
        "diff(-(1/M)*sum(yt[m]*log(yp[m])+(1-yt[m])*log(1-yp[m]), m, 0, M-1), yp[k])",
        "(yp[k]-yt[k])/(M*yp[k]*(1-yp[k]))",
        "M integer >= 1; 0 < yp[m] < 1; yt[m] in {0, 1}; k in 0..M-1",
        True,
    ),
    (
        "Bernoulli: one p for all, the count of ones is enough",
        "prod(p^yt[m]*(1-p)^(1-yt[m]), m, 1, M)",
        "p^sum(yt[m], m, 1, M)*(1-p)^(M-sum(yt[m], m, 1, M))",
        "M integer >= 1; 0 < p < 1; yt[m] in {0, 1}",
        True,
    ),
    (
        "Bernoulli: one p for all, exponent of the second factor",
        "prod(p^yt[m]*(1-p)^(1-yt[m]), m, 1, M)",
        "p^sum(yt[m], m, 1, M)*(1-p)^(1-sum(yt[m], m, 1, M))",
        "M integer >= 1; 0 < p < 1; yt[m] in {0, 1}",
        False,
    ),
    (
        "Gaussian: log of a product of densities",
        "log(prod(exp(-(y[m]-mu)^2/(2*sigma^2))/sqrt(2*pi*sigma^2), m, 1, M))",
        "-M*log(sigma)-M*log(2*pi)/2-sum((y[m]-mu)^2, m, 1, M)/(2*sigma^2)",
        "M integer >= 1; sigma > 0; mu real",
        True,
    ),
    (
        "Gaussian: half a factor lost",
        "log(prod(exp(-(y[m]-mu)^2/(2*sigma^2))/sqrt(2*pi*sigma^2), m, 1, M))",
        "-M*log(sigma)-M*log(2*pi)/2-sum((y[m]-mu)^2, m, 1, M)/sigma^2",
        "M integer >= 1; sigma > 0; mu real",
        False,
    ),
    (
        "Poisson: score in the weights",
        f"diff(sum(y[m]*{PREDICTOR.format('m')}-exp({PREDICTOR.format('m')}), m, 1, M), w[k])",
        f"sum(x[m,k]*(y[m]-exp({PREDICTOR.format('m')})), m, 1, M)",
        "M integer >= 1; N integer >= 0; k in 0..N; y[m] integer >= 0",
        True,
    ),
    (
        "Poisson: log of the likelihood",
        "log(prod(exp(-mu[m])*mu[m]^y[m], m, 1, M))",
        "sum(y[m]*log(mu[m]), m, 1, M) - sum(mu[m], m, 1, M)",
        "M integer >= 1; mu[m] > 0; y[m] integer >= 0",
        True,
    ),
    (
        "linear regression: normal equations",
        f"diff((1/(2*M))*sum(({PREDICTOR.format('m')}-y[m])^2, m, 1, M), w[k])",
        "(1/M)*(sum(w[j]*sum(x[m,j]*x[m,k], m, 1, M), j, 0, N) - sum(x[m,k]*y[m], m, 1, M))",
        "M integer >= 1; N integer >= 1; k in 0..N",
        True,
    ),
    (
        "linear regression: factor 2 left over",
        f"diff((1/M)*sum(({PREDICTOR.format('m')}-y[m])^2, m, 1, M), w[k])",
        f"(1/M)*sum(x[m,k]*({PREDICTOR.format('m')}-y[m]), m, 1, M)",
        "M integer >= 1; N integer >= 1; k in 0..N",
        False,
    ),
    (
        "linear regression: Hessian",
        f"diff(diff((1/2)*sum(({PREDICTOR.format('m')}-y[m])^2, m, 1, M), w[k]), w[h])",
        "sum(x[m,k]*x[m,h], m, 1, M)",
        "M integer >= 1; N integer >= 1; k in 0..N; h in 0..N",
        True,
    ),
    (
        "ridge: gradient of the penalty",
        "diff(r*sum(w[j]^2, j, 1, N)/2, w[k])",
        "r*w[k]",
        "N integer >= 1; k in 1..N; r real",
        True,
    ),
    (
        "ridge: the intercept is not penalised",
        "diff(r*sum(w[j]^2, j, 1, N)/2, w[0])",
        "0",
        "N integer >= 1; r real",
        True,
    ),
    (
        "ridge: the intercept is not penalised, said wrongly",
        "diff(r*sum(w[j]^2, j, 0, N)/2, w[0])",
        "0",
        "N integer >= 1; r real",
        False,
    ),
    (
        "hidden layer: derivative by an outer weight",
        f"diff((sum(v[j]*{HIDDEN.format('j')}, j, 1, H)-y)^2/2, v[k])",
        f"(sum(v[j]*{HIDDEN.format('j')}, j, 1, H)-y)*{HIDDEN.format('k')}",
        "H integer >= 1; N integer >= 1; k in 1..H; y real",
        True,
    ),
    (
        "hidden layer: derivative by an inner weight",
        f"diff((sum(v[j]*{HIDDEN.format('j')}, j, 1, H)-y)^2/2, w[k,c])",
        f"(sum(v[j]*{HIDDEN.format('j')}, j, 1, H)-y)*v[k]*{HIDDEN.format('k')}*(1-{HIDDEN.format('k')})*x[c]",
        "H integer >= 1; N integer >= 1; k in 1..H; c in 1..N; y real",
        True,
    ),
    (
        "hidden layer: factor of the outer weight lost",
        f"diff((sum(v[j]*{HIDDEN.format('j')}, j, 1, H)-y)^2/2, w[k,c])",
        f"(sum(v[j]*{HIDDEN.format('j')}, j, 1, H)-y)*{HIDDEN.format('k')}*(1-{HIDDEN.format('k')})*x[c]",
        "H integer >= 1; N integer >= 1; k in 1..H; c in 1..N; y real",
        False,
    ),
    (
        "hidden layer: logistic loss by an inner weight, over samples",
        "diff(sum(log(1+exp(sum(v[j]*tanh(sum(w[j,i]*x[m,i], i, 1, N)), j, 1, H)))"
        " - y[m]*sum(v[j]*tanh(sum(w[j,i]*x[m,i], i, 1, N)), j, 1, H), m, 1, M)/M, w[k,c])",
        "sum((1/(1+exp(-sum(v[j]*tanh(sum(w[j,i]*x[m,i], i, 1, N)), j, 1, H)))-y[m])"
        "*v[k]*(1-tanh(sum(w[k,i]*x[m,i], i, 1, N))^2)*x[m,c], m, 1, M)/M",
        "H integer >= 1; N integer >= 1; M integer >= 1; k in 1..H; c in 1..N; y[m] in {0, 1}",
        True,
    ),
    (
        "batch norm: derivative of the mean",
        f"diff({MEAN}, x[i])",
        "1/M",
        "M integer >= 1; i in 1..M",
        True,
    ),
    (
        "batch norm: derivative of the variance",
        f"diff({VARIANCE}, x[i])",
        "2*(x[i]-sum(x[k], k, 1, M)/M)/M",
        "M integer >= 1; i in 1..M",
        True,
    ),
    (
        "batch norm: derivative of the variance, 1/M lost",
        f"diff({VARIANCE}, x[i])",
        "2*(x[i]-sum(x[k], k, 1, M)/M)",
        "M integer >= 1; i in 1..M",
        False,
    ),
    (
        "batch norm: derivative of a normalised value",
        f"diff((x[i]-{MEAN})/sqrt({VARIANCE}+eps), x[j])",
        f"(delta(i,j)-1/M)/sqrt({VARIANCE}+eps) - (x[i]-{MEAN})*(x[j]-{MEAN})/(M*({VARIANCE}+eps)^(3/2))",
        "M integer >= 1; i in 1..M; j in 1..M; eps > 0",
        True,
    ),
    (
        "batch norm: power of the denominator",
        f"diff((x[i]-{MEAN})/sqrt({VARIANCE}+eps), x[j])",
        f"(delta(i,j)-1/M)/sqrt({VARIANCE}+eps) - (x[i]-{MEAN})*(x[j]-{MEAN})/(M*sqrt({VARIANCE}+eps))",
        "M integer >= 1; i in 1..M; j in 1..M; eps > 0",
        False,
    ),
    (
        "weighted mean: deviations add to zero",
        "sum(w[m]*(x[m]-sum(w[k]*x[k], k, 1, M)/sum(w[k], k, 1, M)), m, 1, M)",
        "0",
        "M integer >= 1; w[m] > 0",
        True,
    ),
    (
        "weighted mean: deviations add to zero, weights forgotten",
        "sum(x[m]-sum(w[k]*x[k], k, 1, M)/sum(w[k], k, 1, M), m, 1, M)",
        "0",
        "M integer >= 1; w[m] > 0",
        False,
    ),
    (
        "weighted mean: the minimum of weighted squares",
        "diff(sum(w[m]*(x[m]-c)^2, m, 1, M), c)",
        "2*(c*sum(w[m], m, 1, M)-sum(w[m]*x[m], m, 1, M))",
        "M integer >= 1; w[m] > 0; c real",
        True,
    ),
    (
        "covariance: two forms",
        "sum((x[m]-sum(x[k], k, 0, M-1)/M)*(y[m]-sum(y[k], k, 0, M-1)/M), m, 0, M-1)",
        "sum(x[m]*y[m], m, 0, M-1) - sum(x[m], m, 0, M-1)*sum(y[m], m, 0, M-1)/M",
        "M integer >= 1",
        True,
    ),
    (
        "covariance: one centred factor is enough",
        "sum((x[m]-sum(x[k], k, 0, M-1)/M)*(y[m]-sum(y[k], k, 0, M-1)/M), m, 0, M-1)",
        "sum((x[m]-sum(x[k], k, 0, M-1)/M)*y[m], m, 0, M-1)",
        "M integer >= 1",
        True,
    ),
    (
        "covariance: over all pairs",
        "sum(sum((x[i]-x[j])*(y[i]-y[j]), i, 1, M), j, 1, M)/2",
        "M*sum(x[m]*y[m], m, 1, M) - sum(x[m], m, 1, M)*sum(y[m], m, 1, M)",
        "M integer >= 1",
        True,
    ),
    (
        "covariance: over all pairs, not halved",
        "sum(sum((x[i]-x[j])*(y[i]-y[j]), i, 1, M), j, 1, M)",
        "M*sum(x[m]*y[m], m, 1, M) - sum(x[m], m, 1, M)*sum(y[m], m, 1, M)",
        "M integer >= 1",
        False,
    ),
    (
        "variance: over ordered pairs",
        "sum(sum((x[i]-x[j])^2, j, 1, i-1), i, 2, M)",
        "M*sum(x[m]^2, m, 1, M) - sum(x[m], m, 1, M)^2",
        "M integer >= 2",
        True,
    ),
    (
        "square of a sum by ordered pairs",
        "sum(x[m], m, 0, M-1)^2",
        "sum(x[m]^2, m, 0, M-1) + 2*sum(sum(x[i]*x[j], j, 0, i-1), i, 0, M-1)",
        "M integer >= 1",
        True,
    ),
    (
        "square of a sum by ordered pairs, 2 lost",
        "sum(x[m], m, 0, M-1)^2",
        "sum(x[m]^2, m, 0, M-1) + sum(sum(x[i]*x[j], j, 0, i-1), i, 0, M-1)",
        "M integer >= 1",
        False,
    ),
    (
        "triangle: sums swapped",
        "sum(sum(a[i]*q[i,j], j, 1, i), i, 1, M)",
        "sum(sum(a[i]*q[i,j], i, j, M), j, 1, M)",
        "M integer >= 1",
        True,
    ),
    (
        "triangle: sums swapped, bound wrong",
        "sum(sum(a[i]*q[i,j], j, 1, i), i, 1, M)",
        "sum(sum(a[i]*q[i,j], i, 1, j), j, 1, M)",
        "M integer >= 1",
        False,
    ),
    (
        "triangle: strict, sums swapped, ranges trimmed",
        "sum(sum(q[i,j], j, 1, i-1), i, 2, M)",
        "sum(sum(q[i,j], i, j+1, M), j, 1, M-1)",
        "M integer >= 2",
        True,
    ),
    (
        "triangle: both halves and the diagonal",
        "sum(sum(q[i,j], j, 1, M), i, 1, M)",
        "sum(sum(q[i,j]+q[j,i], j, 1, i-1), i, 1, M) + sum(q[i,i], i, 1, M)",
        "M integer >= 1",
        True,
    ),
    (
        "triangle: counting",
        "sum(sum(1, j, 1, i), i, 1, M)",
        "M*(M+1)/2",
        "M integer >= 1",
        True,
    ),
    (
        "triangle: partial sums summed",
        "sum(sum(x[j], j, 1, i), i, 1, M)",
        "sum((M+1-j)*x[j], j, 1, M)",
        "M integer >= 1",
        True,
    ),
    (
        "triangle: partial sums summed, one too few",
        "sum(sum(x[j], j, 1, i), i, 1, M)",
        "sum((M-j)*x[j], j, 1, M)",
        "M integer >= 1",
        False,
    ),
    ("sum of the index", "sum(i, i, 0, M-1)", "M*(M-1)/2", "M integer >= 1", True),
    ("sum of squares of the index", "sum(i^2, i, 1, M)", "M*(M+1)*(2*M+1)/6", "M integer >= 0", True),
    ("telescoping", "sum(x[m+1]-x[m], m, 0, M-1)", "x[M]-x[0]", "M integer >= 1", True),
    ("telescoping, last term off", "sum(x[m+1]-x[m], m, 0, M-1)", "x[M-1]-x[0]", "M integer >= 1", False),
    (
        "telescoping product",
        "prod(x[m+1]/x[m], m, 0, M-1)",
        "x[M]/x[0]",
        "M integer >= 1; x[m] > 0",
        True,
    ),
    (
        "telescoping product without a sign",
        "prod(x[m+1]/x[m], m, 0, M-1)",
        "x[M]/x[0]",
        "M integer >= 1; x[m] real",
        True,
    ),
    ("telescoping fractions", "sum(1/(m*(m+1)), m, 1, M)", "1-1/(M+1)", "M integer >= 1", True),
    (
        "double sum with a delta",
        "sum(sum(a[i]*b[j]*delta(i,j), i, 1, K), j, 1, K)",
        "sum(a[i]*b[i], i, 1, K)",
        "K integer >= 1",
        True,
    ),
    (
        "double sum with a delta, one range shorter",
        "sum(sum(a[i]*b[j]*delta(i,j), i, 1, K-1), j, 1, K)",
        "sum(a[i]*b[i], i, 1, K)",
        "K integer >= 1",
        False,
    ),
    (
        "double sum with a delta and a shift",
        "sum(sum(a[i]*b[j]*delta(i,j+1), i, 1, K), j, 1, K)",
        "sum(a[i+1]*b[i], i, 1, K-1)",
        "K integer >= 1",
        True,
    ),
    (
        "trace of a product",
        "sum(sum(a[i,j]*b[j,i], j, 1, N), i, 1, K)",
        "sum(sum(b[i,j]*a[j,i], j, 1, K), i, 1, N)",
        "K integer >= 1; N integer >= 1",
        True,
    ),
    (
        "quadratic form: gradient",
        "diff(sum(sum(x[i]*a[i,j]*x[j], j, 1, N), i, 1, N), x[k])",
        "sum((a[k,j]+a[j,k])*x[j], j, 1, N)",
        "N integer >= 1; k in 1..N",
        True,
    ),
    (
        "quadratic form: gradient as if symmetric",
        "diff(sum(sum(x[i]*a[i,j]*x[j], j, 1, N), i, 1, N), x[k])",
        "2*sum(a[k,j]*x[j], j, 1, N)",
        "N integer >= 1; k in 1..N",
        False,
    ),
    (
        "reversed order",
        "sum(x[M-1-m]*y[m], m, 0, M-1)",
        "sum(x[m]*y[M-1-m], m, 0, M-1)",
        "M integer >= 1",
        True,
    ),
    (
        "reversed order, off by one",
        "sum(x[M-m]*y[m], m, 0, M-1)",
        "sum(x[m]*y[M-1-m], m, 0, M-1)",
        "M integer >= 1",
        False,
    ),
    ("last term split off", "sum(x[m], m, 0, M-1)", "sum(x[m], m, 0, M-2) + x[M-1]", "M integer >= 1", True),
    (
        "split in the middle",
        "sum(x[m], m, 0, M-1)",
        "sum(x[m], m, 0, k) + sum(x[m], m, k+1, M-1)",
        "M integer >= 1; k in 0..M-1",
        True,
    ),
    (
        "split in the middle, one term twice",
        "sum(x[m], m, 0, M-1)",
        "sum(x[m], m, 0, k) + sum(x[m], m, k, M-1)",
        "M integer >= 1; k in 0..M-1",
        False,
    ),
    (
        "one term taken out",
        "sum(x[m], m, 0, k-1) + sum(x[m], m, k+1, M-1)",
        "sum(x[m], m, 0, M-1) - x[k]",
        "M integer >= 1; k in 0..M-1",
        True,
    ),
    (
        "split inside a logarithm",
        "log(exp(u[1]) + sum(exp(u[l]), l, 2, K))",
        "log(sum(exp(u[l]), l, 1, K))",
        "K integer >= 2",
        True,
    ),
    (
        "softmax with class 1 as reference",
        "exp(u[k])/sum(exp(u[l]), l, 1, K)",
        "exp(u[k]-u[1])/(1+sum(exp(u[l]-u[1]), l, 2, K))",
        "K integer >= 2; k in 1..K",
        True,
    ),
    (
        "indicator as a range",
        "sum(x[m]*indicator(m <= k), m, 0, M-1)",
        "sum(x[m], m, 0, k)",
        "M integer >= 1; k in 0..M-1",
        True,
    ),
    (
        "indicator as a range, strict",
        "sum(x[m]*indicator(m < k), m, 0, M-1)",
        "sum(x[m], m, 0, k)",
        "M integer >= 1; k in 0..M-1",
        False,
    ),
    (
        "all but one by an indicator",
        "sum(x[m]*indicator(m != k), m, 0, M-1)",
        "sum(x[m], m, 0, M-1) - x[k]",
        "M integer >= 1; k in 0..M-1",
        True,
    ),
    (
        "delta without a range",
        "sum(x[m]*delta(m,k), m, 0, M-1)",
        "x[k]",
        "M integer >= 1; k integer",
        False,
    ),
    ("length of a range", "sum(c, m, k, M)", "c*(M-k+1)", "M integer >= 1; k in 1..M; c real", True),
    ("length of a range that may be empty", "sum(c, m, 1, n)", "c*n", "n integer; c real", False),
    ("product of a constant", "prod(c, m, 0, M-1)", "c^M", "M integer >= 1; c real", True),
    (
        "product of exponentials",
        "prod(exp(a[m]), m, 1, M)",
        "exp(sum(a[m], m, 1, M))",
        "M integer >= 1",
        True,
    ),
    ("product of squares", "prod(x[m]^2, m, 1, M)", "prod(x[m], m, 1, M)^2", "M integer >= 1", True),
    (
        "product split apart",
        "prod(a[m]*b[m], m, 1, M)",
        "prod(a[m], m, 1, M)*prod(b[m], m, 1, M)",
        "M integer >= 1",
        True,
    ),
    (
        "product of sums is not the sum of products",
        "prod(a[m]+b[m], m, 1, M)",
        "prod(a[m], m, 1, M)+prod(b[m], m, 1, M)",
        "M integer >= 2",
        False,
    ),
    ("product: first factor", "prod(x[m], m, 1, M)", "x[1]*prod(x[m], m, 2, M)", "M integer >= 1", True),
    (
        "product: derivative",
        "diff(prod(x[m], m, 1, M), x[k])",
        "prod(x[m], m, 1, M)/x[k]",
        "M integer >= 1; k in 1..M; x[m] > 0",
        True,
    ),
    ("one-hot: square of a member", "sum(t[j]^2, j, 1, K)", "1", "K integer >= 2; t one-hot over 1..K", True),
    (
        "one-hot: picks one",
        "sum(t[j]*a[j], j, 1, K)^2",
        "sum(t[j]*a[j]^2, j, 1, K)",
        "K integer >= 2; t one-hot over 1..K",
        True,
    ),
    (
        "simplex: does not pick one",
        "sum(t[j]*a[j], j, 1, K)^2",
        "sum(t[j]*a[j]^2, j, 1, K)",
        "K integer >= 2; t simplex over 1..K",
        False,
    ),
    (
        "simplex: the last probability",
        "sum(p[j], j, 1, K-1)",
        "1 - p[K]",
        "K integer >= 2; p simplex over 1..K",
        True,
    ),
    (
        "one-hot: log of a product of powers",
        "log(prod(p[j]^t[j], j, 1, K))",
        "sum(t[j]*log(p[j]), j, 1, K)",
        "K integer >= 2; t one-hot over 1..K; p simplex over 1..K",
        True,
    ),
    (
        "one-hot: the product of powers is a mixture",
        "prod(p[j]^t[j], j, 1, K)",
        "sum(t[j]*p[j], j, 1, K)",
        "K integer >= 2; t one-hot over 1..K; p[j] > 0",
        True,
    ),
    (
        "one-hot: log of a mixture",
        "log(sum(t[j]*p[j], j, 1, K))",
        "sum(t[j]*log(p[j]), j, 1, K)",
        "K integer >= 2; t one-hot over 1..K; p[j] > 0",
        True,
    ),
    (
        "finite data: square",
        "sum((yt[m]-c)^2, m, 1, M)",
        "(1-2*c)*sum(yt[m], m, 1, M) + M*c^2",
        "M integer >= 1; yt[m] in {0, 1}; c real",
        True,
    ),
    (
        "finite data: signs",
        "sum(log(1+exp(-s[m]*u[m])), m, 1, M)",
        "sum((1+s[m])/2*log(1+exp(-u[m])) + (1-s[m])/2*log(1+exp(u[m])), m, 1, M)",
        "M integer >= 1; s[m] in {-1, 1}",
        True,
    ),
    (
        "geometric sum",
        "(1-r)*sum(r^m, m, 0, M-1)",
        "1-r^M",
        "M integer >= 1; r > 0",
        True,
    ),
    (
        "geometric sum, one power off",
        "(1-r)*sum(r^m, m, 0, M-1)",
        "1-r^(M-1)",
        "M integer >= 1; r > 0",
        False,
    ),
    (
        "mean of means",
        "sum(sum(x[i,j], j, 1, N)/N, i, 1, K)/K",
        "sum(sum(x[i,j], i, 1, K)/K, j, 1, N)/N",
        "K integer >= 1; N integer >= 1",
        True,
    ),
    (
        "a sum inside a sum is not its square",
        "sum(sum(x[i], i, 1, K), j, 1, K)",
        "sum(x[i], i, 1, K)^2",
        "K integer >= 1",
        False,
    ),
    (
        "partial fractions under a sum",
        "sum(1/(yp[m]*(1-yp[m])), m, 1, M)",
        "sum(1/yp[m], m, 1, M) + sum(1/(1-yp[m]), m, 1, M)",
        "M integer >= 1; 0 < yp[m] < 1",
        True,
    ),
    (
        "partial fractions inside an exponential",
        "exp(sum(1/(yp[m]*(1-yp[m])), m, 1, M))",
        "exp(sum(1/yp[m], m, 1, M))*exp(sum(1/(1-yp[m]), m, 1, M))",
        "M integer >= 1; 0 < yp[m] < 1",
        True,
    ),
    (
        "autoregression: shifted index in a derivative",
        "diff(sum((x[t]-a*x[t-1])^2, t, 1, M), x[k])",
        "2*(x[k]-a*x[k-1]) - 2*a*(x[k+1]-a*x[k])",
        "M integer >= 3; k in 1..M-1; a real",
        True,
    ),
    (
        "autoregression: the following term forgotten",
        "diff(sum((x[t]-a*x[t-1])^2, t, 1, M), x[k])",
        "2*(x[k]-a*x[k-1])",
        "M integer >= 3; k in 1..M-1; a real",
        False,
    ),
]

NAMES = [claim[0] for claim in CLAIMS]
TRUE = [claim for claim in CLAIMS if claim[-1]]


def difference(statement: Callable[[str], Any], left: str, right: str, where: str) -> Any:
    """The normal form of left - right."""
    given = statement(where)
    return given.normal(given.expr(left) - given.expr(right))


@pytest.mark.parametrize(("name", "left", "right", "where", "truth"), CLAIMS, ids=NAMES)
def test_a_claim_becomes_zero_exactly_when_it_is_true(
    name: str, left: str, right: str, where: str, truth: bool, statement: Callable[[str], Any]
) -> None:
    assert (difference(statement, left, right, where) == 0) is truth


def test_given_claims_over_sums(reference_data: Path, statement: Callable[[str], Any]) -> None:
    lines = (reference_data / "claims_given.jsonl").read_text(encoding="utf-8").splitlines()
    claims = [claim for claim in map(json.loads, lines) if claim["kind"] == "sum"]
    found = {c["id"]: difference(statement, c["lhs"], c["rhs"], c["where"]) == 0 for c in claims}
    assert found == {c["id"]: c["truth"] for c in claims}
    assert len(found) >= 15


@pytest.mark.parametrize(("name", "left", "right", "where", "truth"), CLAIMS, ids=NAMES)
def test_the_normal_form_is_its_own_normal_form(
    name: str, left: str, right: str, where: str, truth: bool, statement: Callable[[str], Any]
) -> None:
    given = statement(where)
    for side in (left, right):
        once = given.normal(given.expr(side))
        assert given.normal(once) == once


@pytest.mark.parametrize(("name", "left", "right", "where", "truth"), TRUE, ids=[claim[0] for claim in TRUE])
def test_renamed_symbols_change_nothing(
    name: str, left: str, right: str, where: str, truth: bool, statement: Callable[[str], Any]
) -> None:
    """No rule may look at how a quantity is called."""
    renamed = (_renamed(text) for text in (left, right, where))
    assert difference(statement, *renamed) == 0


_WORDS = {"exp", "log", "sum", "prod", "diff", "delta", "sqrt", "tanh", "pi", "in", "integer", "real", "indicator"}
_WORDS |= {"one", "hot", "over", "simplex"}


def _renamed(text: str) -> str:
    """Every name exchanged for another one, in an order that turns the alphabet round."""
    return re.sub(r"[A-Za-z]+", lambda m: m[0] if m[0] in _WORDS else _other_name(m[0]), text)


def _other_name(name: str) -> str:
    ends = (("a", "z") if letter.islower() else ("A", "Z") for letter in name)
    turned = (chr(ord(a) + ord(z) - ord(letter)) for letter, (a, z) in zip(name, ends, strict=True))
    return "".join(turned) + "0"
