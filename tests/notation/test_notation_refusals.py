"""What is no formula is refused with a sentence and a caret, quickly, and nothing of it is ever run."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from lossproof.errors import RejectedText
from lossproof.functions.table import FUNCTIONS, Function
from lossproof.notation import check_name, parse_assumptions, parse_tree
from lossproof.notation.vocabulary import BUILTINS, KEYWORDS, NEAR_MISSES

Work = Callable[[Callable[[], object]], int]
MOST_CALLS = 1_000_000
READERS: tuple[Callable[[str], object], ...] = (parse_tree, parse_assumptions, check_name)
DANGEROUS = ("exec", "compile", "open", "import", "os.", "subprocess", "socket", "pickle", "builtins.", "code.")
_events: list[str] = []
_listening = False


def _listen(event: str, _: object) -> None:
    if _listening and event.startswith(DANGEROUS):
        _events.append(event)


@pytest.fixture(scope="module", autouse=True)
def hook() -> None:
    sys.addaudithook(_listen)


def verdict(reader: Callable[[str], object], text: str) -> str:
    """What ``reader`` answers; it must not open, import, compile or run anything on the way."""
    global _listening
    _events.clear()
    _listening = True
    refusal: RejectedText | None = None
    try:
        reader(text)
    except RejectedText as error:
        refusal = error
    finally:
        _listening = False
    assert not _events
    assert refusal is None or refusal.sentence.endswith((".", "?")), refusal
    assert str(refusal).encode("utf-8")
    return "accepted" if refusal is None else "refused"


def test_the_audit_would_notice_text_that_is_run() -> None:
    with pytest.raises(AssertionError):
        verdict(lambda text: compile(text, "planted", "eval"), "1 + 1")


def payloads(folder: Path) -> list[tuple[str, dict[str, str]]]:
    items = json.loads((folder / "payloads_given.json").read_text(encoding="utf-8"))["items"]
    generated = {
        "p106": "(" * 2000 + "x" + ")" * 2000,
        "p110": "+".join(f"x{i}" for i in range(200000)),
        "p112": "1" * 5000 + "*x",
        "p113": "x" * 10**7,
    }
    return [(item["payload"] if item["payload"] is not None else generated[item["id"]], item) for item in items]


def test_every_given_payload_is_treated_as_required(reference_data: Path, tmp_path: Path, work: Work) -> None:
    allowed = {"accept": {"accepted"}, "refuse": {"refused"}, "escape": {"refused"}, "rename": {"accepted", "refused"}}
    for payload, item in payloads(reference_data):
        reader = {"formula": parse_tree, "symbol name": check_name}.get(item["how"])
        if reader is None:
            continue
        text = payload.replace("{MARKER}", str(tmp_path / "marker"))
        found, spent = verdict(reader, text), work(partial(reader, text))
        required = item["required"]
        words = {"accepted", "refused"} if " or " in required else allowed[required.split()[0]]
        assert found in words, item
        assert spent < (MOST_CALLS if item["category"] == "bomb" else MOST_CALLS // 10), item
    assert not list(tmp_path.iterdir())


ATTACKS = [
    "__import__('os').system('id')",
    "().__class__.__base__.__subclasses__()",
    "x.__class__",
    "x.diff(x)",
    "log.__globals__",
    "eval(x)",
    "exec(x)",
    "open(x)",
    "compile(x)",
    "input()",
    "globals()",
    "vars(x)",
    "type(x)",
    "getattr(x, y)",
    "breakpoint()",
    "sympify(x)",
    "parse_expr(x)",
    "Symbol('x')",
    "Function(x)(y)",
    "lambda x: x",
    "(lambda: 1)()",
    "[x for x in y]",
    "[1, 2, 3]",
    "{x}",
    "{x: 1}",
    "{**x}",
    "(x, y)",
    "(x,)",
    "()",
    "x if y else z",
    "x := 1",
    "(x := 1)",
    "x = 1",
    "x; y",
    "x\ny",
    "import os",
    "from os import system",
    "def f(x): return x",
    "await x",
    "yield x",
    "f(*x)",
    "log(*x)",
    "log(**x)",
    "log(x=1)",
    "log(x, evaluate=False)",
    "*x",
    "**x",
    "x @ y",
    "x % y",
    "x // y",
    "x & y",
    "x | y",
    "x ~ y",
    "~x",
    "x << 2",
    "x >> 2",
    "not x",
    "x and y",
    "x or y",
    "x < y",
    "x < y < z",
    "x == y",
    "x is y",
    "x in y",
    "x!",
    "x'",
    "'x'",
    '"x"',
    "`x`",
    "f'{x}'",
    "b'x'",
    "r'x'",
    "x\\y",
    "\\frac{1}{2}",
    "\\input{/etc/passwd}",
    "$x$",
    "x # comment",
    "?x",
    "x?",
    "x:y",
    "x[1:2]",
    "x[:]",
    "x[...]",
    "...",
    "x[]",
    "x[1]2",
    "x[1][2]",
    "(x)[1]",
    "x['a']",
    "x[0.5]",
    "x[exp(m)]",
    "x[y[m]]",
    "x[10**100]",
    "x[99999999999999999999]",
    "x[m, m, m, m, m]",
    "x[m] + x[m, m]",
    "x(y)",
    "x(1)(2)",
    "(x)(y)",
    "2x",
    "2(x)",
    "x 2",
    "x y",
    ")(",
    "(",
    ")",
    "((x)",
    "(x))",
    "x)",
    "[x]",
    "x +",
    "* x",
    "x ** ",
    "x + * y",
    "1.2.3",
    "1..2",
    "1e",
    "1e+",
    "1j",
    "1_000",
    "1__0",
    "0x10",
    "0b1",
    "0o7",
    "007",
    "1l",
    "1e1000000000",
    "1e-1000000000",
    "1e" + "9" * 5000,
    "oo",
    "-oo",
    "zoo",
    "nan",
    "inf",
    "NaN",
    "infinity",
    "oo*x",
    "True",
    "False",
    "None",
    "Ellipsis",
    "NotImplemented",
    "__debug__",
    "_x",
    "__x__",
    "_",
    "log()",
    "log(x, y, z)",
    "log(,)",
    "log(x,)",
    "binomial(n)",
    "xlogy(x)",
    "sum(x)",
    "sum(x, m)",
    "sum(x, m, 0)",
    "sum(x, m, 0, 1, 2)",
    "sum(x, (m, 0, 1))",
    "sum(x, 1, 0, 2)",
    "sum(x, e, 0, 1)",
    "sum(x, pi, 0, 1)",
    "sum(x, π, 0, 1)",
    "sum(x, m+1, 0, 1)",
    "sum(x, m, 0, m)",
    "sum(diff(x[m], m), m, 0, 1)",
    "diff(x)",
    "diff(x, 1)",
    "diff(x, pi)",
    "diff(x, y, z)",
    "diff(x, y + z)",
    "diff(x, -y)",
    "Piecewise()",
    "Piecewise(x)",
    "Piecewise((x, True), (y, True))",
    "Piecewise((x, y > 0))",
    "Piecewise((x, y))",
    "Piecewise((x, y > 0, z), (y, True))",
    "Piecewise(((x), y > 0), (y, False))",
    "indicator(x)",
    "indicator(0 < x == 1)",
    "indicator(not x > 0)",
    "indicator(x > 0, y > 0)",
    "indicator(x != 0 > y)",
    "indicator((x > 0) > 0)",
    "(x > 0)*y",
    "exp(x > 0)",
    "True + 1",
    "foo(x)",
    "e(x)",
    "pi(x)",
    "π(x) + print",
]

SNEAKY = [
    "\x00",
    "x\x00",
    "x\x00+y",
    "\ufeffx",
    "x\u200by",
    "x\u200d",
    "x\u202ey",
    "\u2066x\u2069",
    "x\u00ad",
    "e\u0301",
    "x\u0332",
    "x\ufe0f",
    "\ud800",
    "x\udfff",
    "x\u2028y",
    "x\u00a0+y",
    "x\u3000y",
    "x\x0by",
    "x\x1b[31my",
    "ｘ",
    "ｅｖａｌ(x)",
    "ﬁ",
    "ℯ",
    "𝑥",
    "𝐞𝐱𝐩(x)",
    "x²",
    "x₁",
    "１",
    "٣",
    "½",
    "µ",
    "ϕ",
    "ϵ",
    "ϐ",
    "ά",
    "é",
    "ſ",
    "\u212a",
    "\u2126",
    "а",
    "х + у",
    "ª",
    "名前",
    "x−y",
    "x×y",
    "x≤y",
    "x‐y",
    "∑x",
    "∞",
    "ⅷ",
    "🙂",
    "\U000e0041",
    "\uffff",
    "（x）",
    "x＋y",
    "x；y",
    "p［m］",
    "＿_x",
    "x\u037ey",
]


@pytest.mark.parametrize("text", [*ATTACKS, *SNEAKY])
def test_what_is_not_mathematics_is_refused(text: str, work: Work) -> None:
    assert verdict(parse_tree, text) == "refused"
    assert work(partial(parse_tree, text)) < MOST_CALLS // 10


@pytest.mark.parametrize("text", SNEAKY)
def test_characters_that_only_look_right_are_refused_in_assumptions_and_names(text: str) -> None:
    assert verdict(parse_assumptions, f"x{text} > 0") == "refused"
    assert verdict(check_name, f"x{text}") == "refused"


@pytest.mark.parametrize("name", sorted(BUILTINS | KEYWORDS))
def test_python_owns_its_words(name: str) -> None:
    for text in (name, f"{name}(x)", f"{name}[m]", f"sum(x, {name}, 0, 1)"):
        assert verdict(parse_tree, text) == "refused"
    assert verdict(check_name, name) == "refused"


BOMBS = [
    "9**9**9**9",
    "9^9^9",
    "((9**9)**9999)**9999",
    "(((2^99)^99)^99)^99",
    "3**20**6",
    "10**100000",
    "2**(10**9)",
    "2**-(10**9)",
    "(1/2)**(10**9)",
    "1.0000001**(10**9)",
    "0.1**100000",
    "2**(1/10**50)",
    "2**1e-400",
    "x**1e-400",
    "x**(10**9)",
    "x**-(10**9)",
    "x**1e9",
    "((x**999)**999)**999",
    "(x**999*y**999)**999",
    "factorial(10**9)",
    "factorial(factorial(factorial(5)))",
    "gamma(10**9)",
    "gamma(x + 10**9)",
    "loggamma(10**9)",
    "digamma(10**9)",
    "trigamma(10**12)",
    "binomial(10**9, 5*10**8)",
    "binomial(x, 10**9)",
    "binomial(10**9, x)",
    "exp(exp(exp(exp(2))))",
    "exp(10**9)",
    "sinh(cosh(sinh(99)))",
    "e^e^e^e^e",
    "expm1(expm1(expm1(99)))",
    "sin(exp(exp(exp(3))))",
    "prod(10, i, 1, 10**9)",
    "prod(i, i, 1, 10**9)",
    "prod(x, i, 1, 10**9)",
    "1e1000000000",
    "1e999*1e999*1e999*1e999",
    "9" * 1001,
    "0." + "1" * 5000,
    "(" * 2000 + "x" + ")" * 2000,
    "(" * 9999,
    "-" * 9999 + "x",
    "+" * 9999 + "x",
    "x" + "+x" * 4000,
    "x" + "*x" * 4000,
    "x" + "^x" * 4000,
    "log(" * 1500 + "x" + ")" * 1500,
    "x[" * 3000,
    "sum(" * 2000,
    "diff(" * 500 + "x" + ",x)" * 500,
    "indicator((" * 700 + "x > 0" + "))" * 700,
    "indicator(" + "(" * 4000 + "x > 0" + ")" * 4000 + ")",
    "Max(" + ",".join(["x"] * 4500) + ")",
    "indicator(" + " and ".join(["x > 0"] * 1100) + ")",
    "x" * 10**6,
    " " * 10**6,
    "1" * 10**6,
]


@pytest.mark.parametrize("text", BOMBS, ids=lambda text: text[:40])
def test_bombs_are_refused_before_they_are_computed(text: str, work: Work) -> None:
    assert verdict(parse_tree, text) == "refused"
    assert work(partial(parse_tree, text)) < MOST_CALLS


GOOD = [
    "2^10",
    "9^9^2",
    "x^400",
    "(x*y)^400",
    "x^(1/3)",
    "2^(1/3)",
    "2^0.3333333333",
    "2^x^y",
    "x^(a*n)",
    "factorial(100)",
    "binomial(100, 50)",
    "loggamma(101.5)",
    "exp(700)",
    "exp(-745.2)",
    "e^1000",
    "exp(exp(2))",
    "exp(-log(2)*3)",
    "exp(loggamma(101))",
    "exp(xlogy(2, 3))",
    "2^(1 + pi)",
    "1e308*x",
    "5e-324*x",
    "1e-400*x",
    "sum(x, i, 1, 10^9)",
    "sum(x[i], i, 0, 999999)",
    "prod(p[m], m, 0, 4)",
    "sqrt(2*pi)*sigma",
    "log(1 + 1e-300)",
    "sin(sin(sin(sin(1))))",
    "1/(3 - 1)*x",
    "x" + "+x" * 90,
    "lambda_*x",
    "S*I*N*E*O*Q",
    "np*pi*e*E",
    "β*α_1 + Σ",
    "sum*log + exp",
    "print_ + x__y",
]


@pytest.mark.parametrize("text", GOOD)
def test_what_is_mathematics_is_read(text: str) -> None:
    assert verdict(parse_tree, text) == "accepted"


CARETS = {
    "x + _y": "_",
    "x + print": "print",
    "x @ y": "@",
    "1 + 2x": "x",
    "x y": "y",
    "a + foo(x)": "foo",
    "3*20^30^40": "^30",
    "log(x, y, z)": "log",
    "x < 1": "<",
    "x + (y": "",
    "sum(x, e, 0, 1)": "e,",
    "a + 'b": "'b",
    "x[0.5]": "0.5",
    "q[i] + q[i, j]": "q[i, j]",
}


@pytest.mark.parametrize("text", CARETS)
def test_the_caret_stands_under_the_fault(text: str) -> None:
    with pytest.raises(RejectedText) as caught:
        parse_tree(text)
    position = caught.value.position
    assert position is not None
    assert text[position:].startswith(CARETS[text])
    assert position == (len(text) if not CARETS[text] else text.rindex(CARETS[text]))
    _, line, caret = str(caught.value).split("\n")
    assert line[caret.index("^") :].startswith(CARETS[text])


HINTS = {
    "foo(x)": "foo*(",
    "lg(x)": "log",
    "sqr(x)": "sqrt",
    "abs(x)": "Abs(x)",
    "logsumexp(a + b, b, c, d)": "low..high",
    "max(x, y)": "Max(x, y)",
    "Sum(x, m, 0, 1)": "sum(expr",
    "KroneckerDelta(i, j)": "delta(x, y)",
    "softmax(x)": "exp(u[k])",
    "lambda*x": "lambda_",
    "x−1": "'-'",
    "2x": "'*'",
    "0 < x": "condition",
    "µ*x": "μ",
    "x!": "factorial",
    "x² + 1": "^2",
    "exp x": "exp(...)",
    "sum(x[m], m=1, M)": "sum(f, m, 1, M)",
    "x if x > 0 else 0": "Piecewise(",
    "I(x > 0)": "indicator(",
    "exp(x, 2)": "1 argument",
    "sum(x)": "sum(expr, index, low, high)",
    "prod(x, m)": "prod(expr, index, low, high)",
    "indicator(0 < x != 1)": "in a row",
    "coth(x)": "cosh(x)/sinh(x)",
    "acosh(x)": "sqrt(x^2 - 1)",
    "y ~ x": "density",
    "diff(x, y, 2)": "diff(diff(",
    "x[i][j]": "q[i, j]",
}


@pytest.mark.parametrize("row", [row for row in FUNCTIONS.values() if row.elsewhere], ids=lambda row: row.name)
def test_a_function_is_known_by_its_names_in_other_systems(row: Function) -> None:
    for name in row.elsewhere.split():
        with pytest.raises(RejectedText) as caught:
            parse_tree(f"{name}(x)")
        assert caught.value.sentence == f"There is no function {name!r} here; write {row.call}."


def test_no_function_is_refused_as_that_of_another_system() -> None:
    assert not NEAR_MISSES.keys() & FUNCTIONS.keys()


@pytest.mark.parametrize("text", HINTS)
def test_the_sentence_says_what_would_do(text: str) -> None:
    with pytest.raises(RejectedText, match=r".") as caught:
        parse_tree(text)
    assert HINTS[text] in caught.value.sentence


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("value", [None, 3, b"x", ["x"], 1.5])
def test_only_text_is_read(reader: Callable[[object], object], value: object) -> None:
    with pytest.raises(RejectedText, match="text"):
        reader(value)


@pytest.mark.parametrize("name", ["x", "w0", "yt", "β", "θ_1", "lambda_", "np", "sepal_length", "gamma", "X" * 64])
def test_good_names_are_kept(name: str) -> None:
    assert check_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "a b",
        "0x",
        "_a",
        "sepal length (cm)",
        "a-b",
        "a.b",
        "lambda",
        "print",
        "oo",
        "X" * 65,
        "\\input{/etc/passwd}",
    ],
)
def test_bad_names_are_refused(name: str) -> None:
    assert verdict(check_name, name) == "refused"


def test_reading_leaves_room_on_the_stack_of_a_caller() -> None:
    """The deepest formulas are read, and refused, with most of Python's stack already used."""
    texts = ["sin(" * 48 + "x" + ")" * 48, "(" * 140 + "x" + ")" * 140, "-" * 99 + "x", "x" + "^x" * 99]
    texts += ["indicator(" + "(" * 60 + "x > 0" + ")" * 60 + ")", *(bomb for bomb in BOMBS if len(bomb) > 900)]

    def used(frames: int) -> list[str]:
        return used(frames - 1) if frames else [verdict(parse_tree, text) for text in texts]

    used_frames = 350
    assert used(used_frames)[:5] == ["accepted"] * 5


WORDS = "x yt M m and or not in True real integer over one hot simplex print e pi 0 1 2 0.5 1e-3"
SIGNS = "+ - * / ^ ** ( ) [ ] { } , ; = < <= > >= == != .. . ' \" \\ @ : ! é β \u200b \ud800 \x00"


def _pieces() -> list[str]:
    words, signs = WORDS.split(), SIGNS.split(" ")
    return [*words, *signs, *FUNCTIONS, "sum", "prod", "diff", "Piecewise", "indicator", " "]


@pytest.mark.parametrize("reader", [parse_tree, parse_assumptions])
def test_no_text_escapes_as_anything_but_a_refusal(reader: Callable[[str], object]) -> None:
    """A fuzz run with a fixed budget: 4000 texts of random words, 1000 mutations of good formulas."""
    draw = random.Random(20240817)
    pieces = _pieces()
    texts = ["".join(draw.choices(pieces, k=draw.randint(1, 30))) for _ in range(4000)]
    for _ in range(1000):
        letters = list(draw.choice(GOOD) + "; " + draw.choice(["0 < x < 1", "k in 1..K", "(a, b) one-hot"]))
        for _ in range(draw.randint(1, 3)):
            letters[draw.randrange(len(letters))] = draw.choice(pieces)
        texts.append("".join(letters))
    accepted = sum(verdict(reader, text) == "accepted" for text in texts)
    assert 0 < accepted < len(texts)


def test_much_work_would_be_noticed(work: Work) -> None:
    assert work(lambda: [abs(number) for number in range(MOST_CALLS)]) >= MOST_CALLS
