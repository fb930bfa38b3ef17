"""Two hidden layers and ReLU: what its kink means, and the chain rule through one layer more."""

from __future__ import annotations

from lossproof import Derivation
from lossproof.moves import at, differentiate, substitute, sum_over

relu = Derivation(
    "relu_network",
    title="Two hidden layers and ReLU: what the kink means",
    where=(
        "M integer >= 1; D integer >= 1; H1 integer >= 1; H2 integer >= 1; K integer >= 2; yt[k] one-hot over 0..K-1;"
        "n in 0..M-1; d in 1..D; f in 1..H1; g in 1..H2; q in 0..K-1; z >= 0; a real; c real; t real; s[m] > 0"
    ),
    indices="m in 0..M-1; i in 1..D; j in 1..H1; h in 1..H2; k in 0..K-1; l in 0..K-1",
    source="最短コースでわかる ディープラーニングの数学, chapter 10 (deep learning)",
    main="hinge slope_of_the_hinge slope_in_u errors slope_in_a2 errors_2 gradient_w2 slope_in_a1 errors_1 gradient_w1",
    keywords="ReLU; rectified linear unit; subgradient; deep network; back-propagation; dead units; He initialisation",
)
x, yt, u, yp, s = relu.data("x yt u yp s")
w1, b1, a1, z1, e1 = relu.data("w1 b1 a1 z1 e1")
w2, b2, a2, z2, e2 = relu.data("w2 b2 a2 z2 e2")
w3, b3, e3 = relu.data("w3 b3 e3")
a, c, t = relu.symbols("a c t")
m, n, j, h, k, d, f, g, q = relu.index("m n j h k d f g q")

relu.part("The kink")


@relu.given("z = Max(0, a)", title="A hinge in the place of the sigmoid", keywords="ReLU; activation function")
def hinge():
    r"""The *rectified linear unit*, ReLU: nothing below 0, the number itself above. Like the sigmoid it bends a line,
    and that is all a hidden layer needs. It costs one comparison, and on its right half it stays as steep as it is,
    where the sigmoid goes flat.
    """


@relu.step(claim="diff(z, a) = 1", where="a > 0", title="Right of the kink the slope is 1")
def right(hinge):
    """An error that comes back through such a node stays as it is."""
    return differentiate(hinge, a)


@relu.step(claim="diff(z, a) = 0", where="a < 0", title="Left of the kink it is 0")
def left(hinge):
    """Nothing comes back: where a node is off, its weights learn nothing from this sample."""
    return differentiate(hinge, a)


@relu.step(
    claim="(Max(0, 0 + t) - Max(0, 0))/t = indicator(t > 0)", where="t != 0", title="At the kink there is no slope"
)
def at_the_kink(hinge):
    r"""Go from 0 a little way $t$ and divide the rise by the way. To the right it gives 1, to the left 0, however short
    the way is: there is no one number that both come to, so at $a = 0$ the hinge has no derivative.
    """
    return (at(hinge, {a: t}) - at(hinge, {a: 0})) / t


@relu.step(claim="diff(z, a) = indicator(a > 0)", title="Both sides in one expression", keywords="ReLU derivative")
def slope_of_the_hinge(hinge):
    r"""The indicator is 1 where its condition holds and 0 elsewhere. At $a = 0$ the line claims nothing, for the left
    side has no value there. A program has to answer there too: with this formula it answers 0. That is a choice, and
    the next two lines say what is right about it.
    """
    return differentiate(hinge, a)


@relu.step(
    claim="Max(0, t) >= c*t",
    relation="at least",
    where="0 <= c <= 1",
    title="Through the kink there are many lines below the hinge",
    keywords="subgradient; subdifferential",
)
def lines_below(hinge):
    r"""In place of one tangent the kink has a fan of lines that touch the hinge at 0 and are nowhere above it: all
    those with a slope $c$ from 0 to 1. Each such slope is called a *subgradient*. 0 is one of them; so are 1 and 1/2.
    """
    return at(hinge, {a: t})


@relu.step(
    claim="Max(0, c) - (Max(0, a) + indicator(a > 0)*(c - a)) >= 0",
    relation="at least",
    title="What the program answers is a subgradient everywhere",
)
def subgradient(hinge, slope_of_the_hinge):
    r"""Draw the line with the program's slope through the hinge at any $a$, the kink included: at no $c$ is it above
    the hinge. Where there is a tangent it is the tangent, and at the kink it is one line of the fan.
    """
    return at(hinge, {a: c}) - (hinge + slope_of_the_hinge * (c - a))


@relu.step(claim="Max(0, a) - Max(0, -a) = a", title="And what it does not promise: two hinges make a straight line")
def two_hinges(hinge):
    r"""The slope of the right side is 1 everywhere. Hinge by hinge the program finds
    $\mathbf{1}[a > 0] + \mathbf{1}[-a > 0]$, which is 1 too, but for $a = 0$, where it is 0. Weights may be negative,
    so in a network, too, the answer *at* a kink may be no slope of anything. It does little harm: weights drawn at
    random put no node exactly on its kink, unless all that comes in is 0. Everything below is a derivative wherever no
    node stands there.
    """
    return hinge - at(hinge, {a: -a})


relu.part("Two hidden layers")


@relu.given("a1[m, j] = b1[j] + sum(w1[j, i]*x[m, i], i)", title="Into the first layer")
def into_first():
    r"""As in *A hidden layer*: weights for all $D$ measurements, and a constant. The first small figure is from now on
    the number of the layer: $w_1$, $w_2$, $w_3$.
    """


@relu.given("z1[m, j] = Max(0, a1[m, j])", title="The first hinge")
def first(hinge):
    r"""Each of the $H_1$ nodes is off on one side of a plane and rises evenly on the other."""


@relu.given("a2[m, h] = b2[h] + sum(w2[h, j]*z1[m, j], j)", title="Into the second layer")
def into_second():
    r"""What the first layer says is to the second what the measurements were to the first. It has $H_2$ nodes."""


@relu.given("z2[m, h] = Max(0, a2[m, h])", title="The second hinge")
def second(hinge):
    """A sum of hinges has an edge for each of them, and this hinge bends the sum once more: pieces of planes, put
    together without a gap. The more layers, the more pieces.
    """


@relu.given("u[m, k] = b3[k] + sum(w3[k, h]*z2[m, h], h)", title="Out of the second layer")
def out():
    """A predictor for each class. No hinge here: the softmax takes any number."""


@relu.given("yp[m, k] = exp(u[m, k] - logsumexp(u[m, l], l))", title="A probability for each class")
def prediction():
    """The softmax. It does not ask how many layers its predictors have come through."""


@relu.given("L = mean(logsumexp(u[m, k], k) - sum(yt[m, k]*u[m, k], k), m)", title="The loss, in the predictors")
def loss():
    """The cross entropy again, in the form to which the chapters before have brought it."""


relu.part("Back through both layers")


@relu.step(claim="diff(L, u[n, q]) = (1/M)*(yp[n, q] - yt[n, q])", title="Prediction minus truth")
def slope_in_u(loss, prediction):
    """Where the chain begins. Nothing in this line knows of hinges."""
    return differentiate(loss, u[n, q])


@relu.definition("e3[m, k] = yp[m, k] - yt[m, k]", title="The errors of layer 3")
def errors(slope_in_u):
    """The exit is the third layer of weights, so its errors are named after it. Two more kinds follow."""


@relu.step(claim="diff(L, w3[q, g]) = mean(e3[m, q]*z2[m, g], m)", title="The weights of layer 3")
def gradient_w3(slope_in_u, errors, out, second, into_second, first, into_first):
    """Error times what came in, averaged."""
    return sum_over(substitute(slope_in_u, n, m) * differentiate(substitute(out, k, q), w3[q, g]), *relu.over("m"))


@relu.step(claim="diff(L, b3[q]) = mean(e3[m, q], m)", title="The constants of layer 3")
def gradient_b3(slope_in_u, errors, out, second, into_second, first, into_first):
    """For a constant what came in is 1."""
    return sum_over(substitute(slope_in_u, n, m) * differentiate(substitute(out, k, q), b3[q]), *relu.over("m"))


@relu.step(claim="diff(L, z2[n, g]) = (1/M)*sum(e3[n, k]*w3[k, g], k)", title="Back through the weights of layer 3")
def slope_in_z2(slope_in_u, errors, out):
    r"""The chain rule adds up the ways through all $K$ exits."""
    return sum_over(substitute(slope_in_u, q, k) * differentiate(substitute(out, m, n), z2[n, g]), *relu.over("k"))


@relu.step(
    claim="diff(L, a2[n, g]) = (1/M)*indicator(a2[n, g] > 0)*sum(e3[n, k]*w3[k, g], k)",
    title="Back through the second hinge",
)
def slope_in_a2(slope_in_z2, second):
    """Here the kink comes in: the sigmoid would have multiplied by a number between 0 and 1/4, the hinge is a gate that
    is open or shut.
    """
    return slope_in_z2 * differentiate(substitute(substitute(second, m, n), h, g), a2[n, g])


@relu.definition("e2[m, h] = indicator(a2[m, h] > 0)*sum(e3[m, k]*w3[k, h], k)", title="The errors of layer 2")
def errors_2(slope_in_a2):
    """The errors of the layer above, brought back through its weights, where the gate is open."""


@relu.step(claim="diff(L, w2[g, f]) = mean(e2[m, g]*z1[m, f], m)", title="The weights of layer 2")
def gradient_w2(slope_in_a2, errors_2, into_second, first, into_first):
    """Error times what came in, again. The referee compares it with the derivative of the whole network."""
    return sum_over(
        substitute(slope_in_a2, n, m) * differentiate(substitute(into_second, h, g), w2[g, f]), *relu.over("m")
    )


@relu.step(claim="diff(L, b2[g]) = mean(e2[m, g], m)", title="The constants of layer 2")
def gradient_b2(slope_in_a2, errors_2, into_second, first, into_first):
    """The mean of the errors that pass the gate."""
    return sum_over(
        substitute(slope_in_a2, n, m) * differentiate(substitute(into_second, h, g), b2[g]), *relu.over("m")
    )


@relu.step(claim="diff(L, z1[n, f]) = (1/M)*sum(e2[n, h]*w2[h, f], h)", title="Back through the weights of layer 2")
def slope_in_z1(slope_in_a2, errors_2, into_second):
    r"""The line of layer 3 once more, with 2 for 3. It does not matter what lies above: the errors of the next layer
    are all that has to be known of it.
    """
    return sum_over(
        substitute(slope_in_a2, g, h) * differentiate(substitute(into_second, m, n), z1[n, f]), *relu.over("h")
    )


@relu.step(
    claim="diff(L, a1[n, f]) = (1/M)*indicator(a1[n, f] > 0)*sum(e2[n, h]*w2[h, f], h)",
    title="Back through the first hinge",
)
def slope_in_a1(slope_in_z1, first):
    """A second gate. What arrives here has come through open gates alone, and none of them has made it smaller."""
    return slope_in_z1 * differentiate(substitute(substitute(first, m, n), j, f), a1[n, f])


@relu.definition("e1[m, j] = indicator(a1[m, j] > 0)*sum(e2[m, h]*w2[h, j], h)", title="The errors of layer 1")
def errors_1(slope_in_a1):
    """Made of the errors of layer 2 as these are made of those of layer 3. A network of a hundred hidden layers has
    this line a hundred times.
    """


@relu.step(claim="diff(L, w1[f, d]) = mean(e1[m, f]*x[m, d], m)", title="The weights of layer 1")
def gradient_w1(slope_in_a1, errors_1, into_first):
    """Error times what came in, for the third time, through two hinges and a softmax. This, too, is compared with the
    derivative of the whole network, sizes and all left open.
    """
    return sum_over(
        substitute(slope_in_a1, n, m) * differentiate(substitute(into_first, j, f), w1[f, d]), *relu.over("m")
    )


@relu.step(claim="diff(L, b1[f]) = mean(e1[m, f], m)", title="The constants of layer 1")
def gradient_b1(slope_in_a1, errors_1, into_first):
    """With this line a program has everything: three layers forwards, three lines of errors backwards, six averages."""
    return sum_over(substitute(slope_in_a1, n, m) * differentiate(substitute(into_first, j, f), b1[f]), *relu.over("m"))


relu.part("What it means for training")


@relu.step(
    claim="mean(indicator(-s[m] > 0)*sum(e2[m, h]*w2[h, f], h)*x[m, d], m) = 0",
    because="off for every sample",
    title="A node that is off for all samples stays off",
    keywords="dead units; dying ReLU",
)
def dead(gradient_w1, errors_1):
    r"""Let node $f$ of the first layer be off for every sample, $a_{1;m,f} = -s_m$ with all $s_m$ above 0. Then its
    gradient is 0: its weights do not move, and it is off in the next round as well. Such a *dead* node is lost. A
    single step that was too large can do it, so a network of hinges asks for a smaller rate than one of sigmoids.
    """
    return substitute(substitute(gradient_w1, e1[m, f], errors_1), a1[m, f], -s[m])


@relu.step(
    claim="(Max(0, a)^2 + Max(0, -a)^2)/2 = a^2/2",
    title="A hinge lets half of the squares through",
    keywords="He initialisation; weight initialisation; Kaiming",
)
def half(hinge):
    r"""How large should the first weights be? Drawn from a bell around 0 they give $a$ and $-a$ with the same chance,
    and over such a pair the mean of $z^2$ is half of $a^2$. A sum over $H$ nodes whose weights have the variance $2/H$
    makes up for the half: on average the squares stay as large from layer to layer, and nothing fades or explodes on
    the way. These are the weights that `lossproof train` begins with.
    """
    return (hinge**2 + at(hinge, {a: -a}) ** 2) / 2


relu.publish_network(
    loss="loss", gradients=("gradient_w1", "gradient_b1", "gradient_w2", "gradient_b2", "gradient_w3", "gradient_b3")
)

if __name__ == "__main__":
    relu.main()
