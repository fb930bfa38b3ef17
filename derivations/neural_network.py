"""A hidden layer: back-propagation is the chain rule, with the sums kept in order."""

from lossproof import Derivation
from lossproof.moves import differentiate, substitute, sum_over
from lossproof.notation.functions import expit

net = Derivation(
    "neural_network",
    title="A hidden layer: back-propagation",
    where=(
        "M integer >= 1; D integer >= 1; H integer >= 1; K integer >= 2; yt[k] one-hot over 0..K-1; n in 0..M-1;"
        "d in 1..D; h in 1..H; q in 0..K-1"
    ),
    indices="m in 0..M-1; i in 1..D; j in 1..H; k in 0..K-1; l in 0..K-1",
    source="最短コースでわかる ディープラーニングの数学, chapter 10 (deep learning)",
)
M = net.symbols("M")
x, yt, v, b, a, z, w, c, u, yp, e, g, et, s, r = net.data("x yt v b a z w c u yp e g et s r")
m, n, i, j, k, d, h, q = net.index("m n i j k d h q")


@net.given("a[m, j] = b[j] + sum(v[j, i]*x[m, i], i)", title="Into the hidden layer")
def into_hidden():
    r"""A sample has $D$ measurements. Each of $H$ hidden nodes has a weight $v_{j,i}$ for each of them and a constant
    $b_j$ of its own. (The book writes $b_j$ as the weight of a measurement that is always 1.)
    """


@net.given("z[m, j] = sigmoid(a[m, j])", title="The hidden nodes bend")
def hidden():
    """Without a bend a line of lines would be a line again, and the layer could be left out. The sigmoid bends."""


@net.given("u[m, k] = c[k] + sum(w[k, j]*z[m, j], j)", title="Out of the hidden layer")
def out():
    """What the nodes say takes the place of the measurements: from here on it is softmax regression."""


@net.given("yp[m, k] = exp(u[m, k] - logsumexp(u[m, l], l))", title="K probabilities")
def prediction():
    """The softmax, in the form in which no exponent is above 0."""


@net.given("L = -mean(sum(yt[m, k]*log(yp[m, k]), k), m)", title="The loss")
def loss():
    """The cross entropy of the chapter *Softmax regression*, averaged over M samples."""


@net.step(claim="L = mean(logsumexp(u[m, k], k) - sum(yt[m, k]*u[m, k], k), m)", title="The loss in the predictors")
def loss_in_u(loss, prediction):
    """The logarithm undoes the exponential, and exactly one class is the true one."""
    return substitute(loss, yp[m, k], prediction)


@net.step(claim="diff(L, u[n, q]) = (1/M)*(yp[n, q] - yt[n, q])", title="The error at the exit")
def slope_in_u(loss_in_u, prediction):
    """Prediction minus truth, as in every chapter before. This is what is carried back through the network."""
    return differentiate(loss_in_u, u[n, q])


@net.definition("e[m, k] = yp[m, k] - yt[m, k]", title="The errors, a row a sample")
def errors(slope_in_u):
    """A name for them: every derivative below is made of these numbers."""


@net.step(claim="diff(L, w[q, h]) = mean(e[m, q]*z[m, h], m)", title="The weights of the exit")
def gradient_w(slope_in_u, errors, out, hidden, into_hidden):
    """As in softmax regression, with the hidden nodes in the place of the measurements."""
    return sum_over(substitute(slope_in_u, n, m) * differentiate(substitute(out, k, q), w[q, h]), *net.over("m"))


@net.step(claim="diff(L, c[q]) = mean(e[m, q], m)", title="The constants of the exit")
def gradient_c(slope_in_u, errors, out, hidden, into_hidden):
    """A constant has the factor 1: its derivative is the mean of the errors."""
    return sum_over(substitute(slope_in_u, n, m) * differentiate(substitute(out, k, q), c[q]), *net.over("m"))


@net.step(claim="diff(L, z[n, h]) = (1/M)*sum(e[n, k]*w[k, h], k)", title="Back through the exit")
def slope_in_z(slope_in_u, errors, out):
    r"""A hidden node speaks to all $K$ exits, so the chain rule adds up $K$ ways back: each error comes back through
    the weight through which it was caused.
    """
    return sum_over(substitute(slope_in_u, q, k) * differentiate(substitute(out, m, n), z[n, h]), *net.over("k"))


@net.step(claim="diff(z[n, h], a[n, h]) = z[n, h]*(1 - z[n, h])", title="Back through the bend")
def bend(hidden):
    """The sigmoid's derivative is made of itself. Where a node is nearly 0 or nearly 1 almost nothing comes through."""
    slope = differentiate(substitute(substitute(hidden, m, n), j, h), a[n, h])
    return substitute(substitute(slope, expit(-a[n, h]), 1 - expit(a[n, h])), expit(a[n, h]), z[n, h])


@net.step(
    claim="diff(L, a[n, h]) = (1/M)*z[n, h]*(1 - z[n, h])*sum(e[n, k]*w[k, h], k)", title="The error of a hidden node"
)
def slope_in_a(slope_in_z, bend, hidden):
    """The two links multiplied: this is all that back-propagation is."""
    return slope_in_z * bend


@net.definition("g[m, j] = z[m, j]*(1 - z[m, j])*sum(e[m, k]*w[k, j], k)", title="The errors of the hidden nodes")
def hidden_errors(slope_in_a):
    """A name for them, too: they are to the first layer what the errors at the exit are to the last."""


@net.step(claim="diff(L, v[h, d]) = mean(g[m, h]*x[m, d], m)", title="The weights of the entry")
def gradient_v(slope_in_a, hidden_errors, into_hidden):
    """Error times what came in, for the third time. The referee compares this with the derivative of the whole
    network by the weight, with nothing named on the way.
    """
    return sum_over(
        substitute(slope_in_a, n, m) * differentiate(substitute(into_hidden, j, h), v[h, d]), *net.over("m")
    )


@net.step(claim="diff(L, b[h]) = mean(g[m, h], m)", title="The constants of the entry")
def gradient_b(slope_in_a, hidden_errors, into_hidden):
    """The same with the factor 1: the mean of the errors of a hidden node."""
    return sum_over(substitute(slope_in_a, n, m) * differentiate(substitute(into_hidden, j, h), b[h]), *net.over("m"))


@net.definition("et[k, m] = e[m, k]", title="The table of the errors, turned on its side")
def transposed(errors):
    """A program has a table for each of these names; the transposed one is `e.T`."""


@net.step(claim="(1/M)*sum(et[q, m]*z[m, h], m)", of="gradient_w", title="A sum over samples is a product of matrices")
def gradient_as_arrays(gradient_w, transposed):
    """Row times column, added up: `e.T @ z / M`. In the same way `x @ v.T` is the sum over the measurements, `z @ w.T`
    that over the hidden nodes and `e @ w` that over the classes. These are the lines that the program runs.
    """
    return substitute(gradient_w, substitute(transposed, k, q), et[q, m])


@net.step(claim="mean(s[m]*(1 - s[m])*sum(e[m, k]*r[k], k)*x[m, d], m)", title="Why equal weights stay equal")
def twins(gradient_v, hidden_errors):
    r"""Let all hidden nodes start with the same weights. Then they say the same, $z_{m,j} = s_m$, and are heard the
    same, $w_{k,j} = r_k$; and in what their weights should change by there is no $j$ left. They stay twins for ever,
    and a hundred of them know no more than one. So a network does not start with ones, but with random numbers.
    """
    return substitute(substitute(substitute(gradient_v, g[m, h], hidden_errors), z[m, j], s[m]), w[k, j], r[k])


net.publish_network(loss="loss_in_u", gradients=("gradient_v", "gradient_b", "gradient_w", "gradient_c"))

if __name__ == "__main__":
    net.main()
