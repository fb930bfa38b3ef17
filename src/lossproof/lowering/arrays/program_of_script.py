"""From what a script publishes of a network to its program: names that are needed, in the order of their lines."""

from __future__ import annotations

from collections.abc import Iterator

from lossproof.derivation import Definition, NetworkPublication, Script, Step
from lossproof.derivation.claims import ranges_of
from lossproof.errors import DerivationError
from lossproof.lowering.arrays.program import Named, Network, letters_of
from lossproof.notation import free_names, walk
from lossproof.notation.tree import Derivative, Indexed, Name, Node
from lossproof.referee.steps.grounds import grounds_of_steps


def network_of(script: Script) -> Network:
    """The program of the network that ``script`` publishes. DerivationError where it publishes none."""
    published = script.published_network
    if published is None:
        raise DerivationError(f"Derivation `{script.name}` publishes no network; call publish_network in its script.")
    loss = script.step(published.loss)
    gradients = tuple(_gradient(script.step(name)) for name in published.gradients)
    formulas = [loss.formula, *(each.formula for each in gradients)]
    steps = [loss, *(script.step(name) for name in published.gradients)]
    lines = tuple(_in_order(formulas, _meanings(steps)))
    written = [*formulas, *(each.formula for each in lines)]
    data, truth = (_seen(name, written, script) for name in (published.data, published.truth))
    name = loss.left.name if isinstance(loss.left, Name) else "L"
    return Network(
        name=script.name,
        digest=script.digest,
        data=data,
        truth=truth,
        lines=lines,
        loss=Named(name, (), loss.formula),
        prediction=_prediction(published, lines, script),
        gradients=gradients,
        ranges=ranges_of(script.assumptions),
        sizes=dict(_sizes(written, data, script)),
        grounds=grounds_of_steps(script, (published.loss, *published.gradients)),
    )


def _gradient(step: Step) -> Named:
    left = step.left
    if not isinstance(left, Derivative) or not isinstance(left.variable, Indexed):
        raise DerivationError(f"Step `{step.name}` is no derivative by a parameter: write diff(L, w[q, h]) = ...")
    return Named(left.variable.name, letters_of(left.variable), step.formula)


def _meanings(steps: list[Step]) -> dict[tuple[str, int], Definition]:
    """What stands for each quantity with indices below ``steps``."""
    found = [each for step in steps for each in step.definitions if isinstance(each.symbol, Indexed)]
    return {(each.symbol.name, len(each.symbol.indices)): each for each in found if isinstance(each.symbol, Indexed)}


def _in_order(formulas: list[Node], meanings: dict[tuple[str, int], Definition]) -> Iterator[Named]:
    """Every quantity that ``formulas`` need, after those that it is made of."""
    done: set[tuple[str, int]] = set()

    def needed(formula: Node) -> Iterator[Named]:
        for part in walk(formula):
            key = (part.name, len(part.indices)) if isinstance(part, Indexed) else ("", 0)
            if key in meanings and key not in done:
                done.add(key)
                meaning = meanings[key]
                yield from needed(meaning.body)
                assert isinstance(meaning.symbol, Indexed)
                yield Named(key[0], letters_of(meaning.symbol), meaning.body)

    for formula in formulas:
        yield from needed(formula)


def _seen(name: str, formulas: list[Node], script: Script) -> Indexed:
    places = (part for each in formulas for part in walk(each) if isinstance(part, Indexed) and part.name == name)
    found = next(places, None)
    if found is None:
        raise DerivationError(
            f"Derivation `{script.name}` publishes a network of `{name}`, and no formula of it holds it."
        )
    return found


def _prediction(published: NetworkPublication, lines: tuple[Named, ...], script: Script) -> str:
    if published.prediction not in {each.name for each in lines}:
        raise DerivationError(f"Derivation `{script.name}` does not say what `{published.prediction}` is.")
    return published.prediction


def _sizes(formulas: list[Node], data: Indexed, script: Script) -> Iterator[tuple[str, tuple[str, int]]]:
    """The letters that stand for a number of samples or measurements, and the axis of the data that shows it."""
    scalars = {name for each in formulas for name in _outside_of_ranges(each)}
    ranges = script.letters.ranges
    for axis, letter in enumerate(letters_of(data)):
        for name in sorted(free_names(ranges[letter][1]) & scalars) if letter in ranges else ():
            yield name, (data.name, axis)


def _outside_of_ranges(formula: Node) -> set[str]:
    """The names that a line holds beside its indices: the M of 1/M."""
    return {part.name for part in walk(formula) if isinstance(part, Name)}
