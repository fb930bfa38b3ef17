"""What the formulas of one text agree on: which letters are indices, which names hold data, what is a function.

Found by looking at all formulas together before one of them is read: ``y^i`` is an element where a sum runs over i,
and a power where none does.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from lossproof.notation.tex.atom_looks import (
    COMPONENTS,
    USUAL_INDICES,
    base_of,
    bound_letters,
    defines,
    function_name,
    has_index,
    has_letter_below,
    in_index,
    is_applied,
    is_applied_bare,
    is_argument,
    is_before_letter,
    is_bound_place,
    is_capital,
    is_counted,
    is_range,
    is_transposed,
    is_varied_pi,
    may_be_index,
    names_gate,
    rows_of,
    says_neither,
    side_by_side,
    superscript_index,
    terms_alone,
    walk_atoms,
)
from lossproof.notation.tex.atoms import Atom, Row
from lossproof.notation.tex.raised import indices_above
from lossproof.notation.tex.told_apart import told_apart
from lossproof.notation.tex.words import words_in

FUNCTION_LETTERS = frozenset({"f", "g", "h", "F", "G", "phi", "varphi", "psi"})


@dataclass(frozen=True, slots=True)
class Conventions:
    """``bound`` letters run through a sum or a range; ``arrays`` are bases that carry an index somewhere.

    ``subscripted`` are those that carry a letter below.

    ``functions`` are bases that were defined with arguments, ``scalars`` letters that usually are functions and here
    are none; ``words`` are rows of letters that are one name; ``scripts`` are letters that occur plain and in script.
    ``labels`` are usual indices that are quantities of their own, as the gate i_t: W_i is a name. ``pi_varies``
    says that the letter pi is a quantity, ``differences`` which of delta and Delta stand for a change of the letter
    behind. ``above`` are the pairs of a name and a bound letter above it that is an index, no exponent. ``vectors``
    have components, of which ``families`` are those with an index that says which vector it is, and ``counted``
    those that say it in parentheses above, ``x^{(i)}``, so that what is below is a component; ``whole`` are letters
    that stand without an index too, ``told_apart`` those of a few things with names below, ``x_a``. ``matrices`` have
    two indices; ``rows`` names the family of vectors that are the rows of a matrix. ``data`` carry an index that some
    sum runs over; ``quantities`` are names that stand for values, so that a bracket behind them is a factor.
    ``own`` are letters of usual functions, such as ``\\psi``, that the text gives a meaning of its own.
    ``indexed`` says whether anything in the text has an index at all, ``fills`` whether an index that was left out
    is put in; ``named`` are letters that a formula defines.
    """

    bound: frozenset[str] = frozenset()
    arrays: frozenset[str] = frozenset()
    subscripted: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()
    scalars: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    scripts: frozenset[str] = frozenset()
    above: frozenset[tuple[str, str]] = frozenset()
    labels: frozenset[str] = frozenset()
    pi_varies: bool = False
    differences: frozenset[str] = frozenset()
    layers: frozenset[str] = frozenset()
    vectors: frozenset[str] = frozenset()
    families: frozenset[str] = frozenset()
    counted: frozenset[str] = frozenset()
    whole: frozenset[str] = frozenset()
    told_apart: frozenset[str] = frozenset()
    matrices: frozenset[str] = frozenset()
    rows: Mapping[str, str] = field(default_factory=dict)
    quantities: frozenset[str] = frozenset()
    data: frozenset[str] = frozenset()
    indexed: bool = True
    fills: bool = False
    named: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()


def conventions_of(rows: Sequence[Row], words: Iterable[str] = ()) -> Conventions:
    """What ``rows``, the formulas of one text with their brackets matched, agree on."""
    survey = _Survey(rows)
    bound = survey.bound()
    above = survey.above(bound)
    vectors, families = survey.vectors()
    bare, bare_families = survey.bare_vectors()
    bound |= survey.components(vectors)
    arrays = frozenset(base for base, _ in survey.indexed(bound, above))
    identity = frozenset() if survey.is_named("I") else frozenset({"I"})
    layers = survey.layers()
    among_vectors = {w for w, others in layers if others & (vectors | bare) or w in survey.tables()}
    applied = (survey.applied() | among_vectors) - identity
    vectors -= identity
    matrices = frozenset(name for name in vectors if name[0].isupper() and name != "Y") | frozenset(applied)
    vectors |= frozenset(name for _, name in survey.pairs(matrices))
    scalars = survey.scalars()
    return Conventions(
        bound=bound,
        arrays=arrays,
        subscripted=survey.subscripted(bound, above),
        functions=survey.functions() - scalars,
        scalars=scalars,
        words=frozenset(words) | words_in(rows, survey.rows, survey.atoms),
        scripts=survey.scripts(),
        above=above,
        labels=survey.labels(bound),
        pi_varies=survey.pi_varies(),
        differences=survey.differences(),
        layers=frozenset[str]().union(*({w, *others} for w, others in layers if w not in matrices)),
        vectors=(vectors | bare) - frozenset(applied) - identity,
        matrices=matrices,
        quantities=survey.multiplied() - survey.functions(),
        families=families | bare_families,
        counted=survey.counted(),
        whole=survey.standing(),
        told_apart=survey.told_apart(bound),
        indexed=bool(arrays),
    )


class _Survey:
    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = [row for whole in rows for row in rows_of(whole)]
        self.whole = rows
        self.atoms = [atom for row in self.rows for atom in row]
        self._told_apart: dict[frozenset[str], frozenset[str]] = {}

    def bound(self) -> frozenset[str]:
        """The letters below sums and products, and those of ``i = 1, ..., n``."""
        below = {letter for atom in self.atoms if atom.kind == "big" for letter in bound_letters(atom)}
        return frozenset(below | {row[0].text for row in self.whole if is_range(row)})

    def subscripted(self, bound: frozenset[str], above: frozenset[tuple[str, str]]) -> frozenset[str]:
        """The bases with a letter for an index below, so that a number below is one too."""
        letters = bound | (USUAL_INDICES - self.labels(bound))
        return frozenset(
            base
            for base, atom in self.indexed(bound, above)
            if any(part.kind == "letter" and part.text in letters for part in walk_atoms(atom.sub or ()))
        )

    def indexed(self, bound: frozenset[str], above: frozenset[tuple[str, str]]) -> Iterator[tuple[str, Atom]]:
        """The bases that carry a letter as index, where they do."""
        letters = bound | (USUAL_INDICES - self.labels(bound))
        for atom in self.atoms:
            if atom.kind not in {"letter", "word"} or base_of(atom) in self.told_apart(bound):
                continue
            below = [part for part in atom.sub or () if part.kind == "letter"]
            counts = bool(below) and any(part.kind == "operator" and part.text in "+-" for part in atom.sub or ())
            if counts or any(part.text in letters for part in below) or superscript_index(atom, above):
                yield base_of(atom), atom

    def told_apart(self, bound: frozenset[str]) -> frozenset[str]:
        if bound not in self._told_apart:
            self._told_apart[bound] = told_apart(self.atoms, bound, USUAL_INDICES | COMPONENTS)
        return self._told_apart[bound]

    def is_named(self, letter: str) -> bool:
        """Whether the text says what a letter is: left of a relation, or with an index."""
        starts = (row[0] for row in self.rows if len(row) > 2 and row[1].kind == "relation")
        return any(atom.text == letter for atom in starts) or any(
            atom.text == letter and atom.kind == "letter" and atom.sub is not None for atom in self.atoms
        )

    def labels(self, bound: frozenset[str]) -> frozenset[str]:
        """Usual indices that carry an index of their own, ``i_t``, and run through nothing: they are quantities.

        So is the gate of ``i = \\sigma(W_i x)``, which a formula names.
        """
        own = {atom.text for atom in self.atoms if atom.kind == "letter" and atom.sub and atom.text in USUAL_INDICES}
        return frozenset(own | {row[0].text for row in self.whole if names_gate(row)}) - bound

    def pi_varies(self) -> bool:
        """Whether ``\\pi`` is a quantity: something is derived by it, it is named or taken from 1."""
        return any(is_varied_pi(row, place) for row in self.rows for place in range(len(row)))

    def differences(self) -> frozenset[str]:
        """``\\delta`` and ``\\Delta`` where they never stand but at once before another letter: ``\\delta f_t``."""
        stand = [(row, place) for row in self.rows for place, atom in enumerate(row) if atom.text in {"delta", "Delta"}]
        other = {row[place].text for row, place in stand if not is_before_letter(row, place)}
        named = {row[0].text for row, place in stand if place == 0 and len(row) > 2 and row[2].kind == "relation"}
        return frozenset(named) - other

    def layers(self) -> set[tuple[str, frozenset[str]]]:
        """W of ``z = W x + b``, which may be a number or a matrix, with the letters z, x, b."""
        found: set[tuple[str, frozenset[str]]] = set()
        for row in self.rows:
            values = [atom for atom in row if atom.kind not in {"text", "align"}]
            for place in range(2, len(values) - 3):
                z, sign, w, x, plus, b = values[place - 2 : place + 4]
                small = all(atom.kind == "letter" and atom.text.islower() for atom in (z, x, b))
                if sign.text in {"=", ":="} and plus.text == "+" and small and is_capital(replace(w, sub=None)):
                    found.add((base_of(w), frozenset(base_of(atom) for atom in (z, x, b))))
        return found

    def tables(self) -> frozenset[str]:
        """The bases of elements with two indices, ``W_{ij}``; the letters of ``W_{hx}`` are no indices."""
        letters = USUAL_INDICES | COMPONENTS
        below = ((atom, atom.sub or ()) for atom in self.atoms if atom.kind == "letter")
        return frozenset(
            base_of(atom) for atom, sub in below if len(sub) == 2 and all(part.text in letters for part in sub)
        )

    def above(self, bound: frozenset[str]) -> frozenset[tuple[str, str]]:
        """The names and letters above them that are indices."""
        return indices_above(self.atoms, bound, self.powers(bound))

    def powers(self, bound: frozenset[str]) -> frozenset[str]:
        """Bound letters that are numbers in their own right, as k in ``k!``: above a name they are exponents."""
        found = set()
        for row in self.rows:
            for place, atom in enumerate(row):
                if atom.kind == "letter" and atom.text in bound and atom.bare and not in_index(row):
                    alone = place + 1 < len(row) or place > 0
                    found |= {atom.text} if alone and not is_bound_place(row) else set()
        return frozenset(found)

    def functions(self) -> frozenset[str]:
        """Names that stand with an argument left of a relation or above a derivative."""
        return frozenset({function_name(atom) for atom in self.defined_functions()} | self.always_called())

    def defined_functions(self) -> Iterator[Atom]:
        """What stands with an argument left of a relation."""
        for row in self.rows:
            for before, after, relation in zip(row, row[1:], (*row[2:], None), strict=False):
                if before.kind in {"letter", "word"} and is_argument(after) and after.bare and defines(relation):
                    yield before

    def always_called(self) -> set[str]:
        """The letters for functions that never stand without a bracket behind them."""
        called: Counter[str] = Counter()
        every = Counter(base_of(atom) for atom in self.atoms if atom.kind == "letter" and atom.text in FUNCTION_LETTERS)
        for row in self.rows:
            for before, after in itertools.pairwise(row):
                if before.text in FUNCTION_LETTERS and after.kind == "bracket" and after.text == "(":
                    called[base_of(before)] += 1
        return {base for base, times in every.items() if called[base] == times}

    def scalars(self) -> frozenset[str]:
        """Letters that usually are functions and here are mostly squared, divided by, indexed.

        One with a prime or with an argument left of a relation is a function that is abbreviated elsewhere.
        """
        bare: Counter[str] = Counter()
        called: Counter[str] = Counter()
        for row in self.rows:
            for atom, after in zip(row, (*row[1:], None), strict=False):
                usual = atom.kind == "letter" and base_of(atom) in {"sigma", "psi", "phi", "Phi"}
                if usual and not says_neither(atom, after) and not is_applied_bare(row, atom):
                    is_call = after is not None and after.kind == "bracket" and not atom.sup
                    (called if is_call else bare)[base_of(atom)] += 1
        functions = {base_of(atom) for atom in self.defined_functions()}
        functions |= {base_of(atom) for atom in self.atoms if atom.kind == "letter" and atom.primes}
        return frozenset(name for name, times in bare.items() if times > called[name] and name not in functions)

    def bare_vectors(self) -> tuple[frozenset[str], frozenset[str]]:
        """What derivatives take by components and ``\\theta x`` has without an index, with partners; and families."""
        varied = {base_of(variable) for variable in self.varied_elements() if len(variable.sub or ()) == 1}
        partners = {base_of(after) for before, after in self.neighbours() if base_of(before) in varied}
        whole = {base_of(before) for before, _ in self.neighbours() if base_of(before) in varied}
        families = {base_of(atom) for atom in self.atoms if base_of(atom) in partners and has_index(atom)}
        return frozenset(whole | partners if whole else ()), frozenset(families)

    def varied_elements(self) -> Iterator[Atom]:
        """The elements that derivatives are taken by: ``w_j`` below a round d."""
        for atom in self.atoms:
            if atom.kind == "frac" and atom.text == "frac" and len(atom.parts[1]) == 2:
                mark, variable = atom.parts[1]
                if (mark.kind == "partial" or mark.text == "d") and variable.kind == "letter" and variable.sub:
                    yield variable

    def standing(self) -> frozenset[str]:
        """The letters that stand without an index too, and elsewhere with nothing but what may be one: no ``x_a``."""
        letters = [atom for atom in self.atoms if atom.kind == "letter"]
        named = {base_of(atom) for atom in letters if atom.sub is not None and not may_be_index(atom.sub)}
        return frozenset({base_of(atom) for atom in letters if atom.sub is None} - named)

    def components(self, vectors: frozenset[str]) -> frozenset[str]:
        """``d`` of ``\\partial L / \\partial w_d`` where w is a vector that stands without an index too."""
        whole = vectors & self.standing()
        below = [atom.sub or () for atom in self.varied_elements() if base_of(atom) in whole]
        return COMPONENTS & {row[0].text for row in below if len(row) == 1 and row[0].bare}

    def multiplied(self) -> frozenset[str]:
        """Letters that stand in front of another letter, which no function without a bracket does: ``H w``."""
        pairs = (pair for row in self.rows for pair in side_by_side(row))
        plain = ((before, after) for before, after in pairs if before.kind == after.kind == "letter" and before.bare)
        return frozenset(base_of(before) for before, _ in plain) - FUNCTION_LETTERS - {"d", "sigma", "delta"}

    def applied(self) -> set[str]:
        """Capitals that are transposed, or before a small letter that is bold or in a norm: ``\\|y - Xw\\|``."""
        found = {atom.text for atom in self.atoms if is_capital(atom) and is_transposed(atom)} - {"Y"}
        for atom in self.atoms:
            if atom.kind == "bracket" and (atom.text == "‖" or is_transposed(atom)):
                found |= {before.text for before, after in side_by_side(atom.parts[0]) if is_applied(before, after)}
        beside = ((before, after) for row in self.rows for before, after in side_by_side(row))
        return found | {before.text for before, after in beside if after.font == "bold" and is_applied(before, after)}

    def pairs(self, matrices: frozenset[str]) -> Iterator[tuple[str, str]]:
        """A matrix and the small letter behind it, which is a vector: ``X \\beta``."""
        for row in self.rows:
            for before, after in side_by_side(row):
                if base_of(before) in matrices and is_applied(before, after):
                    yield base_of(before), base_of(after)

    def neighbours(self) -> Iterator[tuple[Atom, Atom]]:
        """Two letters side by side, the first without any index, neither a number in the second's place."""
        for row in self.rows:
            for before, after in itertools.pairwise(row):
                if before.kind == after.kind == "letter" and before.bare and after.sub is None:
                    yield before, after

    def scripts(self) -> frozenset[str]:
        fonts: dict[str, set[str]] = defaultdict(set)
        for atom in self.atoms:
            if atom.kind == "letter":
                fonts[atom.text].add("script" if atom.font in {"script", "fraktur", "double"} else "plain")
        return frozenset(letter for letter, seen in fonts.items() if len(seen) == 2)

    def vectors(self) -> tuple[frozenset[str], frozenset[str]]:
        """What is transposed, what stands right of it, bold letters around a dot; and which of them are families."""
        norms = (atom.parts[0] for atom in self.atoms if atom.kind == "bracket" and atom.text == "‖")
        measured = [atom for inside in norms for atom in terms_alone(inside)]
        found = {base_of(atom) for atom in measured}
        families = {base_of(atom) for atom in measured if has_letter_below(atom)}
        for row in self.rows:
            values = [atom for atom in row if atom.kind not in {"text"}]
            for before, after in itertools.pairwise(values):
                if is_transposed(before) and before.kind == "letter" and after.kind == "letter":
                    found |= {base_of(before), base_of(after)}
                    families |= {base_of(atom) for atom in (before, after) if has_index(atom)}
            for one, dot, other in zip(values, values[1:], values[2:], strict=False):
                if dot.text == "*" and one.font == other.font == "bold":
                    found |= {base_of(one), base_of(other)}
                    families |= {base_of(atom) for atom in (one, other) if has_index(atom)}
        return frozenset(found), frozenset(families | (found & self.counted()))

    def counted(self) -> frozenset[str]:
        """The letters of which several are told apart in parentheses above: ``x^{(i)}``."""
        return frozenset(base_of(atom) for atom in self.atoms if atom.kind == "letter" and is_counted(atom))
