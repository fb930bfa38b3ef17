"""A model of a likelihood of which only the density is known: what its quantities hang on is a first draft.

P(y) = mu^y*exp(-mu)/factorial(y)   ->   mu = exp(u): the first link for which every factor of the density is positive
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice, product

from lossproof.errors import CallerError
from lossproof.models.model import Model
from lossproof.models.reading import LETTERS, unexplained

LINKS = ("{u}", "exp({u})", "expit({u})")
"""Any number, a positive one, one between 0 and 1: from the plainest on."""
MOST = 27  # drafts that are tried: three links for each of three names


def drafted(
    density: str,
    target: str,
    predictors: Mapping[str, str],
    parameters: Mapping[str, str],
    where: str,
    name: str,
) -> tuple[Model, dict[str, str]]:
    """The model, and the links that were chosen for names of which nothing is said.

    CallerError with what stands in the way of the last draft where none can be derived.
    """
    open_names = unexplained(density, target, {*predictors, *parameters}, predictors)
    refusal: CallerError | None = None
    for links in islice(_drafts(open_names, {target, *predictors, *parameters, *open_names}), MOST):
        try:
            model = Model(density, target, {**predictors, **links}, parameters, where=where, name=name)
            model.derive()
        except CallerError as error:
            refusal = error
        else:
            return model, links
    assert refusal is not None
    raise refusal


def _drafts(names: tuple[str, ...], taken: set[str]) -> Iterator[dict[str, str]]:
    """Every choice of links, each name with a linear predictor of its own."""
    letters = [letter for letter in LETTERS if letter not in taken]
    for links in product(LINKS, repeat=len(names)):
        yield {name: link.format(u=u) for name, link, u in zip(names, links, letters, strict=False)}
