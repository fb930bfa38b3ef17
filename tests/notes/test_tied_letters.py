"""A function of a letter that is tied to another one varies with it; what nothing defines ends no note."""

from __future__ import annotations

import pytest

from lossproof.notation import parse_assumptions
from lossproof.notation.parser import parse_tree
from lossproof.notation.tree import Name
from lossproof.notes import check_note, note_of
from lossproof.notes.inverses import inverse
from lossproof.referee import judge_claim
from lossproof.referee.verdict import Status

RIGHT, WRONG, BEYOND = ("claim", "proved"), ("claim", "refuted"), ("beyond", "None")
ANEW = ("definition", "given")
"""As after a name for a function that nothing defines: what is plain names it, and nothing is judged."""
LOGIT = (r"\eta=\log\frac{\phi}{1-\phi}", r"a(\eta)=-\log(1-\phi)")
BOTH = (r"\mu=\log\lambda", r"\lambda=e^\mu", r"A(\mu)=\lambda-y\mu")
CROSS = (r"z=\log\frac{p}{1-p}", r"L=-y\log p-(1-y)\log(1-p)")

CASES: dict[str, tuple[tuple[str, ...], tuple[str, str]]] = {
    "the mean": ((*LOGIT, r"a'(\eta)=\phi"), RIGHT),
    "a wrong mean": ((*LOGIT, r"a'(\eta)=1-\phi"), WRONG),
    "the variance": ((*LOGIT, r"a''(\eta)=\phi(1-\phi)"), RIGHT),
    "a wrong variance": ((*LOGIT, r"a''(\eta)=\phi"), WRONG),
    "both directions": ((*BOTH, r"A'(\mu)=\lambda-y"), RIGHT),
    "both directions, what is tied forgotten": ((*BOTH, r"A'(\mu)=-y"), WRONG),
    "a letter that stands nowhere": ((*CROSS, r"\frac{dL}{dz}=p-y"), RIGHT),
    "and the wrong sign": ((*CROSS, r"\frac{dL}{dz}=y-p"), WRONG),
    "the letter itself": ((CROSS[0], r"\frac{dp}{dz}=p(1-p)"), RIGHT),
    "and its wrong slope": ((CROSS[0], r"\frac{dp}{dz}=p(1+p)"), WRONG),
    "not to be solved": ((r"z=p+\log p", r"A(z)=p^2", r"A'(z)=2p"), BEYOND),
    "two letters are no tie": ((r"z=wx", r"L(z)=z^2+w^2", r"L'(z)=2z"), RIGHT),
    "nothing defines it": ((r"S(t)=1-F(t)", r"h(t)=-S'(t)", r"h(t)=2"), ANEW),
    "nor this": ((r"f(t)=F'(t)", r"f(t)=\lambda e^{-\lambda t}"), ANEW),
}


@pytest.mark.parametrize("name", CASES)
def test_tied_letters(name: str) -> None:
    formulas, expected = CASES[name]
    row = check_note(note_of(" and ".join(f"${each}$" for each in formulas), "n.md", ".md")).findings[-1]
    assert (str(row.kind), str(row.status)) == expected


@pytest.mark.parametrize("text", ["log(p)", "-log(1-p)", "log(p/(1-p))", "log(p)-log(1-p)", "3-2/p", "sqrt(p)*2"])
def test_an_inverse_undoes(text: str) -> None:
    whole = parse_tree(text)
    found = inverse(whole, Name("p"), whole)
    assert found is not None
    assert judge_claim(found, Name("p"), parse_assumptions("0 < p < 1")).status is Status.PROVED


def test_two_places_are_not_undone() -> None:
    assert inverse(parse_tree("p+log(p)"), Name("p"), Name("z")) is None
