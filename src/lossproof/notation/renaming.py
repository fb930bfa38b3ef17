"""Every name of a claim under another name, free and bound alike: in its formulas and in what is assumed.

    sum(y[m]*log(mu), m, 1, M), mu > 0        ->  sum(v_aa[v_ab]*log(v_ac), v_ab, 1, v_ad), v_ac > 0

A renaming gives different names different names, so that it captures nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from lossproof.notation.assumptions import Assumptions, Domain, FiniteSet, Group, Interval, Tie
from lossproof.notation.traverse import Part, children, rebuild, walk
from lossproof.notation.tree import Indexed, Name, Reduction, Total

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_LEAST_WIDTH = 2


def names_written(*parts: Part | None) -> tuple[str, ...]:
    """Every name in the order in which it is written first: scalars, indexed data and bound indices."""
    found = (name for part in parts if part is not None for inner in walk(part) for name in _names(inner))
    return tuple(dict.fromkeys(found))


def _names(part: Part) -> tuple[str, ...]:
    if isinstance(part, Name | Indexed):
        return (part.name,)
    return (part.index,) if isinstance(part, Reduction | Total) else ()


def names_assumed(assumptions: Assumptions) -> tuple[str, ...]:
    """Every name of the clauses, each kind of them in the order written."""
    return tuple(dict.fromkeys(_assumed(assumptions)))


def _assumed(assumptions: Assumptions) -> Iterator[str]:
    for name, domain in chain(assumptions.scalars.items(), assumptions.arrays.items()):
        yield name
        yield from names_bounding(domain)
    for group in assumptions.groups:
        yield from (*group.members, *names_written(group.low, group.high))
    for name, body in assumptions.definitions:
        yield from (name, *names_written(body))
    for name, letters in assumptions.letters.items():
        yield from (name, *letters)
    for tie in assumptions.ties:
        yield from (*tie.letters, *names_written(tie.left, tie.right))
    for data, body in assumptions.formulas:
        yield from names_written(data, body)


def names_bounding(domain: Domain) -> tuple[str, ...]:
    """The names in the ends of a domain and among the values that are left out of it."""
    if isinstance(domain, FiniteSet):
        return ()
    return names_written(domain.low, domain.high, *(domain.excluded if isinstance(domain, Interval) else ()))


@dataclass(frozen=True, slots=True)
class Renaming:
    """Names to other names, no two to the same; a name that is not among them stays."""

    names: Mapping[str, str]

    @classmethod
    def in_order(cls, names: Iterable[str]) -> Renaming:
        """Names that follow one another in the alphabet as they were given: ``v_aa``, ``v_ab``, ..."""
        listed = tuple(dict.fromkeys(names))
        width = _LEAST_WIDTH
        while len(_LETTERS) ** width < len(listed):
            width += 1
        return cls({name: f"v_{_numeral(place, width)}" for place, name in enumerate(listed)})

    @property
    def inverse(self) -> Renaming:
        """The way back."""
        return Renaming({new: old for old, new in self.names.items()})

    def name(self, name: str) -> str:
        """The other name."""
        return self.names.get(name, name)

    def of(self, part: Any) -> Any:
        """A formula or a condition under the other names; None is None."""
        if part is None:
            return None
        if isinstance(part, Name):
            return Name(self.name(part.name))
        if isinstance(part, Indexed):
            return Indexed(self.name(part.name), tuple(map(self.of, part.indices)))
        if not (below := children(part)):
            return part
        made = rebuild(part, [self.of(child) for child in below])
        return replace(made, index=self.name(made.index)) if isinstance(made, Reduction | Total) else made

    def assumptions(self, assumptions: Assumptions) -> Assumptions:
        """The clauses under the other names, in the same order."""
        return Assumptions(
            scalars={self.name(name): self.domain(domain) for name, domain in assumptions.scalars.items()},
            arrays={self.name(name): self.domain(domain) for name, domain in assumptions.arrays.items()},
            groups=tuple(self._group(group) for group in assumptions.groups),
            definitions=tuple((self.name(name), self.of(body)) for name, body in assumptions.definitions),
            letters={self.name(name): self._each(letters) for name, letters in assumptions.letters.items()},
            ties=tuple(self._tie(tie) for tie in assumptions.ties),
            formulas=tuple((self.of(data), self.of(body)) for data, body in assumptions.formulas),
        )

    def domain(self, domain: Any) -> Any:
        """The domain with its ends under the other names."""
        if isinstance(domain, FiniteSet):
            return domain
        ends: dict[str, Any] = {"low": self.of(domain.low), "high": self.of(domain.high)}
        if isinstance(domain, Interval):
            ends["excluded"] = tuple(map(self.of, domain.excluded))
        return replace(domain, **ends)

    def _each(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(map(self.name, names))

    def _group(self, group: Group) -> Group:
        return replace(group, members=self._each(group.members), low=self.of(group.low), high=self.of(group.high))

    def _tie(self, tie: Tie) -> Tie:
        return replace(tie, left=self.of(tie.left), right=self.of(tie.right), letters=self._each(tie.letters))


def _numeral(place: int, width: int) -> str:
    digits = []
    for _ in range(width):
        place, digit = divmod(place, len(_LETTERS))
        digits.append(_LETTERS[digit])
    return "".join(reversed(digits))
