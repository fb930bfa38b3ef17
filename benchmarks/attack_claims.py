"""Random claims in six kinds where a referee may be wrong or blind; true or false by `attack_values`."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from random import Random

from attack_values import ORDERS, Point, Tree, number, text

POINTS = 60

DOMAINS = ("real", "real", "real", "positive", "negative", "unit")
CLAUSE = {
    "real": "{} real",
    "positive": "{} > 0",
    "negative": "{} < 0",
    "unit": "0 < {} < 1",
    "bit": "{} in {{0, 1}}",
    "integer": "{} integer",
}


@dataclass
class Claim:
    """Two sides, the domain of every name and data, the least of every size."""

    kind: str
    left: Tree
    right: Tree
    domains: dict[str, str]
    data: tuple[str, ...] = ()
    sizes: dict[str, int] = field(default_factory=dict)

    @property
    def where(self) -> str:
        """The clauses."""
        found = []
        for name, domain in self.domains.items():
            if domain == "sorted":
                found.append(f"{name}[k] < {name}[k+1]")
            else:
                found.append(CLAUSE[domain].format(f"{name}[m]" if name in self.data else name))
        return "; ".join([*found, *(f"{name} integer >= {least}" for name, least in self.sizes.items())])

    def points(self, random: Random) -> list[Point]:
        """Points at which the clauses hold."""
        close = sorted(numbers_in((self.left, self.right)))
        far = int(max([*(abs(each) for each in close), 0]))
        found = []
        for style in range(POINTS):
            point = Point(random, self.domains, style, close)
            for name, domain in self.domains.items():
                if name not in self.data and domain != "sorted":
                    point.names[name] = number(random, domain, style, close)
            for name, least in self.sizes.items():
                size = random.choice((least, least, least + 1, least + 2, least + 3, far - 1, far, far + 1, far + 3))
                point.names[name] = Fraction(max(least, size))
            for name in self.domains:
                if self.domains[name] == "sorted" and "x" in point.names and style % 3 == 0:
                    point.names["x"] = point.element(name, (random.randrange(1, 6),))
            found.append(point)
        return found


def numbers_in(tree: Tree) -> set[Fraction]:
    """The numbers that stand in a claim."""
    if isinstance(tree, tuple):
        return set[Fraction]().union(*(numbers_in(part) for part in tree))
    return set() if isinstance(tree, str) else {Fraction(tree)}


def plain(random: Random, names: list[Tree], depth: int = 2) -> Tree:
    """A small real formula."""
    if depth == 0 or random.random() < 0.25:
        return random.choice(names)
    operation = random.choice("++-**/^^fc")
    one = plain(random, names, depth - 1)
    if operation == "^":
        return ("^", one, random.choice((2, 2, 3, Fraction(-1))))
    if operation == "f":
        return (random.choice(("exp", "Abs", "atan")), one)
    if operation == "c":
        return (random.choice("+-"), one, random.choice((1, 2, Fraction(1, 2), Fraction(7, 5))))
    return (operation, one, plain(random, names, depth - 1))


def beyond(random: Random) -> Claim:
    """An identity of logarithms, roots and powers, true for what is positive, with formulas of any sign in it."""
    names = ["x", "y"]
    f, g = plain(random, names), plain(random, names)
    n = random.choice((2, 2, 3, 4))
    r, s = (Fraction(*random.choice(((1, 2), (1, 3), (3, 2), (2, 1), (-1, 2)))) for _ in range(2))
    left, right = random.choice(
        (
            (("log", ("*", f, g)), ("+", ("log", f), ("log", g))),
            (("log", ("/", f, g)), ("-", ("log", f), ("log", g))),
            (("log", ("^", f, n)), ("*", n, ("log", f))),
            (("log", ("^", f, 2)), ("*", 2, ("log", ("Abs", f)))),
            (("log", ("/", 1, f)), ("-", 0, ("log", f))),
            (("log", ("sqrt", f)), ("/", ("log", f), 2)),
            (("log", ("exp", ("*", g, ("log", f)))), ("*", g, ("log", f))),
            (("log", ("exp", f)), f),
            (("exp", ("log", f)), f),
            (("exp", ("*", r, ("log", f))), ("^", f, r)),
            (("sqrt", ("*", f, g)), ("*", ("sqrt", f), ("sqrt", g))),
            (("sqrt", ("/", f, g)), ("/", ("sqrt", f), ("sqrt", g))),
            (("sqrt", ("^", f, 2)), f),
            (("sqrt", ("^", f, 2)), ("Abs", f)),
            (("^", ("^", f, r), s), ("^", f, r * s)),
            (("*", ("^", f, r), ("^", f, s)), ("^", f, r + s)),
            (("*", ("^", f, r), ("^", g, r)), ("^", ("*", f, g), r)),
            (("log", ("Abs", f)), ("log", f)),
            (("expit", ("log", f)), ("/", f, ("+", 1, f))),
            (("log", ("*", ("exp", g), f)), ("+", g, ("log", f))),
        )
    )
    around = random.choice(
        (
            lambda t: t,
            lambda t: ("+", t, ("Abs", "y")),
            lambda t: ("*", ("sqrt", ("+", 1, ("^", "x", 2))), t),
            lambda t: ("exp", ("/", t, 3)),
            lambda t: ("-", ("*", "x", t), "y"),
        )
    )
    domains = {name: random.choice(DOMAINS) for name in names}
    return Claim("beyond", around(left), around(right), domains)


def lags(random: Random) -> Claim:
    """Sums over a window with a lag: shifted, parted, a term taken out, or nearly so."""
    lag, start = random.randrange(1, 30), random.randrange(1, 40)
    extra = random.choice((0, 0, 1, -1))
    summand = random.choice(
        (
            lambda m: ("at", "x", m),
            lambda m: ("*", ("at", "x", m), ("at", "x", ("-", m, lag))),
            lambda m: ("^", ("-", ("at", "x", m), ("*", "a", ("at", "x", ("-", m, lag)))), 2),
            lambda m: ("*", m, ("at", "x", m)),
            lambda m: ("exp", ("*", "a", ("at", "x", m))),
        )
    )
    whole_sum = ("sum", summand("m"), "m", start, "M")
    cut = random.choice((start, start + 1, start + 3))
    ways: list[tuple[Tree, Tree]] = [
        (whole_sum, ("sum", summand(("+", "m", lag)), "m", start - lag + extra, ("-", "M", lag))),
        (whole_sum, ("+", ("sum", summand("m"), "m", start, cut), ("sum", summand("m"), "m", cut + 1 + extra, "M"))),
        (whole_sum, ("+", summand(start + extra), ("sum", summand("m"), "m", start + 1, "M"))),
        (("-", whole_sum, ("sum", summand("m"), "m", start, ("-", "M", 1))), summand(("-", "M", -extra))),
        (("sum", summand(("-", ("+", "M", start), "m")), "m", start + extra, "M"), whole_sum),
        (
            ("diff", whole_sum, "a"),
            ("sum", ("diff", summand("k"), "a"), "k", start + extra, "M"),
        ),
        (
            ("sum", ("*", ("indicator", (">=", "m", start + extra)), summand("m")), "m", 1, "M"),
            whole_sum,
        ),
        (("sum", ("delta", "m", start), "m", 1, "M"), ("indicator", (">=", "M", start + extra))),
    ]
    left, right = random.choice(ways)
    least = random.choice((1, 1, start, start + 3))
    return Claim("lags", left, right, {"x": "real", "a": random.choice(DOMAINS)}, ("x",), {"M": least})


def in_order(random: Random) -> Claim:
    """Comparisons of sorted data."""
    i, j = random.sample(range(1, 6), 2)
    low, high = min(i, j), max(i, j)
    c = lambda k: ("at", "c", k)  # noqa: E731
    wrong = random.random() < 0.5
    one, other = (low, high) if not wrong else (high, low)
    step = random.choice((1, 2))
    ways: list[tuple[Tree, Tree]] = [
        (("Max", c(i), c(j)), c(other)),
        (("Min", c(i), c(j)), c(one)),
        (("Abs", ("-", c(i), c(j))), ("-", c(other), c(one))),
        (("indicator", ("<", c(i), c(j))), int((i < j) != wrong)),
        (("sign", ("-", c(high), c(low))), -1 if wrong else 1),
        (("Max", c("n"), c(("+", "n", step))), c(("+", "n", 0 if wrong else step))),
        (("sum", ("Abs", ("-", c(("+", "k", 1)), c("k"))), "k", 1, "M"), ("-", c(("+", "M", 0 if wrong else 1)), c(1))),
        (
            ("*", ("indicator", ("<", "x", c(low))), ("indicator", ("<", "x", c(high)))),
            ("indicator", ("<", "x", c(high if wrong else low))),
        ),
        (
            ("-", ("indicator", ("<", "x", c(high))), ("indicator", ("<", "x", c(low)))),
            ("indicator", ("and", (">=" if not wrong else ">", "x", c(low)), ("<", "x", c(high)))),
        ),
        (
            ("sum", ("indicator", (">=", c("k"), c(low))), "k", 1, 6),
            7 - low - int(wrong),
        ),
    ]
    left, right = random.choice(ways)
    used = text(left) + text(right)
    domains = {"c": "sorted", **({"x": "real"} if "x" in used else {}), **({"n": "integer"} if "[n" in used else {})}
    return Claim("in order", left, right, domains, ("c",), {"M": 1} if "M" in used else {})


def thresholds(random: Random) -> Claim:
    """Pieces, maxima and indicators around numbers, some irrational."""
    t: Tree = random.choice(
        (
            1,
            2,
            Fraction(-1, 2),
            Fraction(7, 3),
            ("sqrt", 2),
            ("log", 7),
            ("/", "pi", 2),
            ("-", 0, ("sqrt", 3)),
            ("exp", 1),
        )
    )
    u: Tree = ("+", t, random.choice((Fraction(1, 3), 1, 2)))
    x: Tree = random.choice(("x", "x", ("^", "x", 3), ("*", 2, "x"), ("+", "x", "y"), ("exp", "x")))
    wrong = random.random() < 0.5
    above, below = ("indicator", (">", x, t)), ("indicator", ("<=" if not wrong else "<", x, t))
    ways: list[tuple[Tree, Tree]] = [
        (("+", above, below), 1),
        (("Max", x, t), ("cases", x, (">" if not wrong else "<", x, t), t)),
        (("-", ("Max", x, t), ("Min", x, t)), ("Abs", (("+" if wrong else "-"), x, t))),
        (("Max", 0, ("-", x, t)), ("/", ("+", ("-", x, t), ("Abs", ("-", x, u if wrong else t))), 2)),
        (("Min", ("Max", x, t), u), ("cases", t, ("<", x, t), ("cases", u, (">", x, t if wrong else u), x))),
        (("*", ("indicator", (">", x, t)), ("indicator", (">", x, u))), ("indicator", (">", x, t if wrong else u))),
        (
            ("indicator", ("and", (">", x, t), ("<", x, u))),
            ("*", above, ("indicator", ("<" if not wrong else ">", x, u))),
        ),
        (
            ("cases", ("+", "y", "x"), ("and", (">", x, t), ("<", x, u)), "y"),
            "y" if wrong else ("+", "y", ("*", "x", ("indicator", ("and", (">", x, t), ("<", x, u))))),
        ),
        (("diff", ("Max", "x", t), "x"), ("indicator", (">" if not wrong else "<", "x", t))),
        (("diff", ("^", ("Max", 0, ("-", "x", t)), 2), "x"), ("*", 1 if wrong else 2, ("Max", 0, ("-", "x", t)))),
        (
            ("Abs", ("-", ("^", x, 2), 2)),
            (
                "cases",
                ("-", ("^", x, 2), 2),
                (">" if not wrong else "<", ("Abs", x), ("sqrt", 2)),
                ("-", 2, ("^", x, 2)),
            ),
        ),
        (("sign", ("-", x, t)), ("-", above, ("indicator", ("<", x, u if wrong else t)))),
    ]
    left, right = random.choice(ways)
    return Claim("thresholds", left, right, {"x": random.choice(DOMAINS[:4]), "y": "real"})


def sums_of_logs(random: Random) -> Claim:
    """Logarithms and roots of products and sums over data of any sign."""
    start = random.choice((1, 1, 1, 2, 9, 25))
    x = ("at", "x", "m")
    f = random.choice((x, ("^", x, 2), ("exp", x), ("/", 1, x), ("+", 1, ("^", x, 2)), ("*", "a", x), ("Abs", x)))
    product = ("prod", f, "m", start, "M")
    total = ("sum", f, "m", start, "M")
    n = random.choice((2, 3))
    ways: list[tuple[Tree, Tree]] = [
        (("log", product), ("sum", ("log", f), "m", start, "M")),
        (("log", ("^", product, n)), ("*", n, ("log", product))),
        (("log", ("/", 1, product)), ("-", 0, ("log", product))),
        (("sqrt", product), ("prod", ("sqrt", f), "m", start, "M")),
        (("sqrt", ("^", product, 2)), product),
        (("sqrt", ("^", product, 2)), ("Abs", product)),
        (("log", ("*", "a", total)), ("+", ("log", "a"), ("log", total))),
        (("log", ("^", total, 2)), ("*", 2, ("log", total))),
        (("sqrt", ("^", total, 2)), total),
        (("exp", ("sum", ("log", f), "m", start, "M")), product),
        (("Abs", total), ("sum", ("Abs", f), "m", start, "M")),
        (("prod", ("^", f, 2), "m", start, "M"), ("^", product, 2)),
        (("prod", ("exp", f), "m", start, "M"), ("exp", total)),
        (("log", ("prod", ("exp", f), "m", start, "M")), total),
    ]
    left, right = random.choice(ways)
    domains = {"x": random.choice(("real", "positive", "negative", "bit", "unit")), "a": random.choice(DOMAINS)}
    return Claim("sums of logs", left, right, domains, ("x",), {"M": random.choice((1, 1, 2, start))})


def slope_of(tree: Tree, x: str) -> Tree:
    """A derivative by the rules of the school, without any simplification."""
    if tree == x:
        return 1
    if not isinstance(tree, tuple):
        return 0
    operation, *parts = tree
    f = parts[0]
    df = slope_of(f, x)
    if operation in "+-":
        return (operation, df, slope_of(parts[1], x))
    if operation == "*":
        return ("+", ("*", df, parts[1]), ("*", f, slope_of(parts[1], x)))
    if operation == "/":
        return ("/", ("-", ("*", df, parts[1]), ("*", f, slope_of(parts[1], x))), ("^", parts[1], 2))
    if operation == "^":
        return ("*", ("*", parts[1], ("^", f, parts[1] - 1)), df)
    rules: dict[str, Tree] = {
        "exp": tree,
        "log": ("/", 1, f),
        "sqrt": ("/", 1, ("*", 2, tree)),
        "atan": ("/", 1, ("+", 1, ("^", f, 2))),
        "Abs": ("-", ("indicator", (">", f, 0)), ("indicator", ("<", f, 0))),
        "expit": ("*", tree, ("-", 1, tree)),
        "softplus": ("expit", f),
    }
    return ("*", rules[operation], df)


def slipped(random: Random, tree: Tree) -> Tree:
    """The formula with one slip: a sign, a number, a function or a place."""
    if not isinstance(tree, tuple) or random.random() < 0.3:
        return ("-", 0, tree) if random.random() < 0.5 else ("+", tree, random.choice((1, "x", Fraction(1, 100))))
    place = random.randrange(1, len(tree))
    if isinstance(tree[place], tuple) and tree[place][0] not in ORDERS:
        return (*tree[:place], slipped(random, tree[place]), *tree[place + 1 :])
    swap = {"+": "-", "-": "+", "*": "/", "exp": "expit", "Abs": "exp", "softplus": "Abs"}
    return (swap.get(tree[0], tree[0]), *tree[1:])


def slopes(random: Random) -> Claim:
    """The derivative of a small formula, right or with a slip."""
    f = plain(random, ["x", "x", "y"], 3)
    f = random.choice((f, ("log", f), ("softplus", f), ("expit", f), ("sqrt", f), ("*", "y", ("log", f))))
    right = slope_of(f, "x")
    right = slipped(random, right) if random.random() < 0.5 else right
    return Claim("slopes", ("diff", f, "x"), right, {"x": random.choice(DOMAINS), "y": random.choice(DOMAINS)})


KINDS = {
    "beyond": beyond,
    "lags": lags,
    "in order": in_order,
    "thresholds": thresholds,
    "sums of logs": sums_of_logs,
    "slopes": slopes,
}
