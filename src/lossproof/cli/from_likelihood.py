"""The script that `lossproof new --from DENSITY` writes: a model, what was derived from it, and what to write next."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping

from lossproof.derivation import Step
from lossproof.derivation.publication import Publication
from lossproof.errors import CallerError
from lossproof.lowering import Loss
from lossproof.models.class_reading import speaks_of_classes
from lossproof.models.draft import drafted

_SCRIPT = '''"""{title}: say here in a sentence what is modelled, and from which book."""

from lossproof import Model
from lossproof.moves import differentiate

model = Model(
{arguments}
)
chapter = model.derive()

# What follows from it, each line judged by `lossproof check`; `lossproof show {name}` says why:
#
{lines}

{chosen}
# Next, lines of your own. The arguments of the function are the lines above that it uses, by their names:
{symbol} = chapter.symbols("{symbol}")


@chapter.step(claim="diff({loss}, {symbol}) = {slope}")
def slope_as_i_write_it({value}):
    """Write the line as your book prints it, and the reason here. The claim is compared with what the body derives."""
    return differentiate({value}, {symbol})


# Then: lossproof train {name} --data table.csv --target {target}
#       lossproof export {name} --to xgboost

if __name__ == "__main__":
    chapter.main()
'''


def script_of(
    name: str,
    title: str,
    density: str,
    target: str,
    predictors: Mapping[str, str],
    parameters: Mapping[str, str],
    where: str,
) -> tuple[str, dict[str, str]]:
    """The text of the script, and the links that were chosen where nothing was said of a name.

    CallerError where no loss can be derived from the density.
    """
    if speaks_of_classes(density, target):
        raise CallerError("density: a script for K classes is not written; Model(...).derive() has its lines.")
    model, links = drafted(density, target, predictors, parameters, where, name)
    chapter, published = model.derive(), model.loss
    steps = {step.name: step for step in chapter.steps}
    assert isinstance(chapter.publication, Publication)
    assert isinstance(published, Loss)
    value, slope = steps[chapter.publication.value], steps[_first(chapter.publication.slope)]
    named = {
        "density": density,
        "name": name,
        "target": target,
        "predictors": {**predictors, **links},
        "parameters": dict(parameters),
        "where": where,
    }
    arguments = [f"    {key}={given!r}," for key, given in named.items() if given and (key, given) != ("target", "y")]
    text = _SCRIPT.format(
        title=title,
        name=name,
        target=target,
        arguments="\n".join(arguments),
        lines="\n".join(_listed(chapter.steps)),
        chosen="".join(f"# {each}\n" for each in said_of(links)),
        loss=(value.claim_text or "").partition(" = ")[0],
        value=value.name,
        slope=(slope.claim_text or "").rpartition(" = ")[2],
        symbol=published.predictors[0].name,
    )
    return text, links


def said_of(links: Mapping[str, str]) -> Iterator[str]:
    """What was chosen, and why."""
    for name, link in links.items():
        yield f"{name} = {link} is a first draft, for which the density is positive; say another with --predictor."


def _first(step: str | tuple[object, ...]) -> str:
    return step if isinstance(step, str) else _first(step[0])  # type: ignore[arg-type]


def _listed(steps: tuple[Step, ...]) -> Iterator[str]:
    """``#   loss_of_one: l = -log(P) = ...``, a line a step, shortened where it is long."""
    for step in steps:
        yield textwrap.shorten(f"#   {step.name}: {step.claim_text}", 110, placeholder=" ...")
