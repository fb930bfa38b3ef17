"""`lossproof new`: start a derivation of one of three kinds, a small one that passes, to be changed."""

from __future__ import annotations

import sys
from keyword import iskeyword
from pathlib import Path

import click

from lossproof.chapters.scripts import folders
from lossproof.errors import CallerError
from lossproof.store import write_whole

_LIKELIHOOD = '''"""{title}: say here in a sentence what is derived, and from which book."""

from lossproof import Derivation
from lossproof.moves import differentiate, take_log

chapter = Derivation(
    "{name}",
    title="{title}",
    where="k integer; 0 <= k <= n; n integer >= 1; 0 < p < 1",
    parameters="p",
)
k, n, p = chapter.symbols("k n p")


@chapter.given(claim="Lk = p^k * (1-p)^(n-k)")
def likelihood():
    """The likelihood: what the model says of the data. Write the reason of every step in its docstring."""
    return p**k * (1 - p) ** (n - k)


@chapter.step(claim="k*log(p) + (n-k)*log(1-p)", relation="same optimum")
def log_likelihood(likelihood):
    """The logarithm is strictly increasing: the largest value stays where it is."""
    return take_log(likelihood, positive=[1 - p])


@chapter.step(claim="k/p - (n-k)/(1-p)", relation="derivative of", variable="p")
def slope(log_likelihood):
    """The slope of the log-likelihood."""
    return differentiate(log_likelihood, p)


# Next: where the slope is 0 (relation="zero of"), and why that is a maximum (the second derivative).

if __name__ == "__main__":
    chapter.main()
'''

_LOSS = '''"""{title}: the loss of one sample, which `lossproof.fit` and `lossproof export` take."""

from lossproof import Derivation
from lossproof.moves import differentiate

chapter = Derivation("{name}", title="{title}", where="y integer >= 0; u real")
u, y = chapter.symbols("u y")


@chapter.definition(claim="loss = exp(u) - y*u")
def loss():
    """The loss of one sample in the linear predictor u. Write the reason of every step in its docstring."""


@chapter.step(claim="diff(loss, u) = exp(u) - y", relation="derivative of")
def slope(loss):
    """Its slope: what a fit follows downhill."""
    return differentiate(loss, u)


@chapter.step(claim="diff(diff(loss, u), u) = exp(u)", relation="derivative of")
def curvature(slope):
    """Its curvature: what Newton's method and standard errors need."""
    return differentiate(slope, u)


chapter.publish_loss(value="loss", slope="slope", curvature="curvature", target="y", target_domain="y >= 0")

# Next: put your own loss in. Then `lossproof train {name} --data table.csv --target y`.

if __name__ == "__main__":
    chapter.main()
'''

_FORMULA = '''"""{title}: a line that leads to another, each judged."""

from lossproof import Derivation

chapter = Derivation("{name}", title="{title}", where="0 < p < 1")


@chapter.definition(claim="q = p/(1 - p)")
def odds():
    """What the new letter stands for. Write the reason of every step in its docstring."""


@chapter.step(claim="log(q) = log(p) - log(1 - p)")
def log_odds(odds):
    """A claim may stand for itself: the referee derives it from what the letters stand for."""


# Next: further lines, chains (a = b = c), inequalities (relation="at least"), derivatives (relation="derivative of").

if __name__ == "__main__":
    chapter.main()
'''

KINDS = {"likelihood": _LIKELIHOOD, "loss": _LOSS, "formula": _FORMULA}


@click.command()
@click.argument("name", required=False)
@click.option(
    "--kind",
    type=click.Choice(list(KINDS)),
    help="From a likelihood to its optimum, a loss that runs, or lines of algebra; asked for on a terminal.",
)
@click.option(
    "--from", "density", metavar="DENSITY", help='Start from a likelihood: "P(y) = mu^y*exp(-mu)/factorial(y)".'
)
@click.option("--target", default="y", metavar="NAME", help="With --from: what is predicted (default: y).")
@click.option(
    "--predictor", multiple=True, metavar="TEXT", help='With --from: what a quantity hangs on, "mu = exp(u)".'
)
@click.option("--parameter", multiple=True, metavar="TEXT", help='With --from: a number without features, "theta > 0".')
@click.option("--where", default="", metavar="TEXT", help='With --from: other clauses, "y integer >= 1".')
def new(
    name: str | None,
    kind: str | None,
    density: str | None,
    target: str,
    predictor: tuple[str, ...],
    parameter: tuple[str, ...],
    where: str,
) -> None:
    """Start a derivation: write derivations/NAME.py, a small one that passes, to be changed.

    With --from the whole chain is derived from a likelihood; a quantity of which nothing is said gets a link for which
    the density is positive.
    """
    name = name or _asked("name of the chapter", "NAME: the chapter needs a name, as in: lossproof new my_chapter")
    if not name.isidentifier() or not name.isascii() or iskeyword(name):
        raise CallerError(f"NAME: {name!r} cannot name a script; use letters, digits and _ (coin_of_two_sides).")
    path = Path("derivations") / f"{name}.py"
    if path.exists():
        raise CallerError(f"NAME: {path} exists already and was left as it is; choose another name.")
    _refuse_to_hide(name)
    title = name.replace("_", " ").capitalize()
    if density is not None:
        if kind is not None:
            raise CallerError("--kind: a chapter that starts --from a likelihood is of that kind; leave it out.")
        from lossproof.cli.from_likelihood import said_of, script_of
        from lossproof.cli.likelihood import clauses, halves

        given = dict(halves(predictor)), dict(clauses(parameter))
        text, links = script_of(name, title, density, target, *given, where)
        for sentence in said_of(links):
            click.echo(sentence)
    elif target != "y" or predictor or parameter or where:
        raise CallerError("--target, --predictor, --parameter and --where are for a likelihood: give it with --from.")
    else:
        text = KINDS[kind or _kind()].format(name=name, title=title)
    _make(path.parent)
    write_whole(path, text)
    click.echo(f"wrote {path}; check it with: lossproof check {path}")


def _asked(what: str, refusal: str) -> str:
    """An answer of a person at a terminal; CallerError where there is none."""
    if not _at_a_terminal():
        raise CallerError(refusal)
    return str(click.prompt(what))


def _at_a_terminal() -> bool:
    return sys.stdin.isatty()


def _kind() -> str:
    """Asked for at a terminal; elsewhere the first."""
    if not _at_a_terminal():
        return next(iter(KINDS))
    for kind, meaning in _MEANING.items():
        click.echo(f"  {kind:<11} {meaning}")
    return str(click.prompt("kind", type=click.Choice(list(KINDS)), default=next(iter(KINDS))))


_MEANING = {
    "likelihood": "from what a model says of data to the best value of its parameter",
    "loss": "a loss of one sample with its slope and curvature, which fit, train and export take",
    "formula": "lines of algebra, each judged",
}


def _refuse_to_hide(name: str) -> None:
    if any((folder / f"{name}.py").is_file() for folder in folders()[1:]):
        raise CallerError(
            f"NAME: {name!r} is a chapter that comes with lossproof, and a script of that name would hide it; choose"
            " another name."
        )


def _make(folder: Path) -> None:
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise CallerError(f"the folder {folder} cannot be made in {Path.cwd()} ({error.strerror}).") from error
