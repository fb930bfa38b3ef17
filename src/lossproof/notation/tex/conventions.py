"""What the formulas of one text agree on: which letters are indices, which names hold data, what is a function.

Found by looking at all formulas together before one of them is read: ``y^i`` is an element where a sum runs over i,
and a power where none does.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from lossproof.notation.tex.atoms import Atom, Row
from lossproof.notation.tex.raised import indices_above
from lossproof.notation.tex.told_apart import told_apart
from lossproof.notation.tex.words import words_in

USUAL_INDICES = frozenset("ijklmn")
COMPONENTS = frozenset("cdpqr")
"""Letters that count components where something shows that they do: ``x_{nd}``, ``\\partial w_d`` of a vector w."""
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


def walk_atoms(row: Row) -> Iterator[Atom]:
    """Every atom of a row, those inside and around others too."""
    stack = list(reversed(row))
    while stack:
        atom = stack.pop()
        yield atom
        for part in (*atom.parts, atom.sub or (), atom.sup or ()):
            stack.extend(part)


def rows_of(row: Row) -> Iterator[Row]:
    """The row and every row inside it."""
    stack = [row]
    while stack:
        current = stack.pop()
        yield current
        for atom in current:
            stack.extend(part for part in (*atom.parts, atom.sub or (), atom.sup or ()) if part)


def base_of(atom: Atom) -> str:
    """A letter or word with its accents, without scripts."""
    return atom.text + "".join(atom.marks)


def function_name(atom: Atom) -> str:
    """The name by which a function is known: a letter above belongs to it, as in ``p^m(x)``."""
    above = atom.sup or ()
    letter = above[0].text if len(above) == 1 and above[0].kind == "letter" else ""
    return f"{base_of(atom)}^{letter}" if letter else base_of(atom)


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
            if counts or any(part.text in letters for part in below) or _superscript_index(atom, above):
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
        return frozenset(own | {row[0].text for row in self.whole if _names_gate(row)}) - bound

    def pi_varies(self) -> bool:
        """Whether ``\\pi`` is a quantity: something is derived by it, it is named or taken from 1."""
        return any(_is_varied_pi(row, place) for row in self.rows for place in range(len(row)))

    def differences(self) -> frozenset[str]:
        """``\\delta`` and ``\\Delta`` where they never stand but at once before another letter: ``\\delta f_t``."""
        stand = [(row, place) for row in self.rows for place, atom in enumerate(row) if atom.text in {"delta", "Delta"}]
        other = {row[place].text for row, place in stand if not _is_before_letter(row, place)}
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
                if sign.text in {"=", ":="} and plus.text == "+" and small and _is_capital(replace(w, sub=None)):
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
                if atom.kind == "letter" and atom.text in bound and atom.bare and not _in_index(row):
                    alone = place + 1 < len(row) or place > 0
                    found |= {atom.text} if alone and not _is_bound_place(row) else set()
        return frozenset(found)

    def functions(self) -> frozenset[str]:
        """Names that stand with an argument left of a relation or above a derivative."""
        return frozenset({function_name(atom) for atom in self.defined_functions()} | self.always_called())

    def defined_functions(self) -> Iterator[Atom]:
        """What stands with an argument left of a relation."""
        for row in self.rows:
            for before, after, relation in zip(row, row[1:], (*row[2:], None), strict=False):
                if before.kind in {"letter", "word"} and is_argument(after) and after.bare and _defines(relation):
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
                if usual and not _says_neither(atom, after) and not is_applied_bare(row, atom):
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
        families = {base_of(atom) for atom in self.atoms if base_of(atom) in partners and _has_index(atom)}
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
        named = {base_of(atom) for atom in letters if atom.sub is not None and not _may_be_index(atom.sub)}
        return frozenset({base_of(atom) for atom in letters if atom.sub is None} - named)

    def components(self, vectors: frozenset[str]) -> frozenset[str]:
        """``d`` of ``\\partial L / \\partial w_d`` where w is a vector that stands without an index too."""
        whole = vectors & self.standing()
        below = [atom.sub or () for atom in self.varied_elements() if base_of(atom) in whole]
        return COMPONENTS & {row[0].text for row in below if len(row) == 1 and row[0].bare}

    def multiplied(self) -> frozenset[str]:
        """Letters that stand in front of another letter, which no function without a bracket does: ``H w``."""
        pairs = (pair for row in self.rows for pair in _side_by_side(row))
        plain = ((before, after) for before, after in pairs if before.kind == after.kind == "letter" and before.bare)
        return frozenset(base_of(before) for before, _ in plain) - FUNCTION_LETTERS - {"d", "sigma", "delta"}

    def applied(self) -> set[str]:
        """Capitals that are transposed, or before a small letter that is bold or in a norm: ``\\|y - Xw\\|``."""
        found = {atom.text for atom in self.atoms if _is_capital(atom) and is_transposed(atom)} - {"Y"}
        for atom in self.atoms:
            if atom.kind == "bracket" and (atom.text == "‖" or is_transposed(atom)):
                found |= {before.text for before, after in _side_by_side(atom.parts[0]) if _is_applied(before, after)}
        beside = ((before, after) for row in self.rows for before, after in _side_by_side(row))
        return found | {before.text for before, after in beside if after.font == "bold" and _is_applied(before, after)}

    def pairs(self, matrices: frozenset[str]) -> Iterator[tuple[str, str]]:
        """A matrix and the small letter behind it, which is a vector: ``X \\beta``."""
        for row in self.rows:
            for before, after in _side_by_side(row):
                if base_of(before) in matrices and _is_applied(before, after):
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
        measured = [atom for inside in norms for atom in _terms_alone(inside)]
        found = {base_of(atom) for atom in measured}
        families = {base_of(atom) for atom in measured if _has_letter_below(atom)}
        for row in self.rows:
            values = [atom for atom in row if atom.kind not in {"text"}]
            for before, after in itertools.pairwise(values):
                if is_transposed(before) and before.kind == "letter" and after.kind == "letter":
                    found |= {base_of(before), base_of(after)}
                    families |= {base_of(atom) for atom in (before, after) if _has_index(atom)}
            for one, dot, other in zip(values, values[1:], values[2:], strict=False):
                if dot.text == "*" and one.font == other.font == "bold":
                    found |= {base_of(one), base_of(other)}
                    families |= {base_of(atom) for atom in (one, other) if _has_index(atom)}
        return frozenset(found), frozenset(families | (found & self.counted()))

    def counted(self) -> frozenset[str]:
        """The letters of which several are told apart in parentheses above: ``x^{(i)}``."""
        return frozenset(base_of(atom) for atom in self.atoms if atom.kind == "letter" and _is_counted(atom))


def _may_be_index(row: Row) -> bool:
    letters = [atom.text for atom in row if atom.kind in {"letter", "word"}]
    return all(letter in USUAL_INDICES | COMPONENTS for letter in letters)


def _names_gate(row: Row) -> bool:
    """``i = \\sigma(...)``: a usual index that is the value of a function."""
    if len(row) < 4 or row[0].text not in USUAL_INDICES or not row[0].bare or row[1].text != "=":
        return False
    return row[2].kind == "function" or (row[2].text == "sigma" and row[3].kind == "bracket")


def _terms_alone(row: Row) -> Iterator[Atom]:
    """The letters that are a term of their own, as both of ``z - t``."""
    values = [atom for atom in row if atom.kind not in {"text", "align"}]
    for place, atom in enumerate(values):
        near = [*values[max(place - 1, 0) : place], *values[place + 1 : place + 2]]
        if atom.kind == "letter" and all(other.kind == "operator" and other.text in "+-" for other in near):
            yield atom


def _has_letter_below(atom: Atom) -> bool:
    """``x_i``, of which a norm is taken: the i says which vector it is."""
    below = atom.sub or ()
    return len(below) == 1 and below[0].kind == "letter" and below[0].bare


def _is_counted(atom: Atom) -> bool:
    """``x^{(i)}``: a letter in parentheses above says which of several vectors it is."""
    above = atom.sup or ()
    is_bracket = len(above) == 1 and above[0].kind == "bracket" and above[0].text == "("
    return is_bracket and above[0].parts[0][:1] != ()


def _is_varied_pi(row: Row, place: int) -> bool:
    atom, before = row[place], row[place - 1] if place else None
    if atom.text != "pi" or atom.kind != "letter" or not atom.bare:
        return False
    if before is not None and (before.kind == "partial" or before.text == "d"):
        return len(row) == 2
    is_rest = place > 1 and before is not None and before.text == "-" and row[place - 2].text == "1"
    is_named = place == 0 and len(row) > 1 and row[1].text in {"=", ":=", "in"} and row[1].kind == "relation"
    is_number = len(row) > 2 and row[2].kind == "number" and row[2].text.startswith("3.")
    return is_rest or (is_named and not is_number)


def _is_before_letter(row: Row, place: int) -> bool:
    """A bare sign before a letter, elsewhere than at the beginning of a part of a fraction such as ``\\delta L``."""
    following = row[place + 1] if place + 1 < len(row) else None
    return row[place].bare and following is not None and following.kind == "letter" and len(row) > 2


def _side_by_side(row: Row) -> Iterator[tuple[Atom, Atom]]:
    values = [atom for atom in row if atom.kind != "text"]
    return itertools.pairwise(values)


def _is_applied(before: Atom, after: Atom) -> bool:
    """``Xw``, ``X^\\top y``: a capital letter without an index, and a small one that is no usual factor."""
    is_matrix = _is_capital(before) and (before.sup is None or is_transposed(before))
    small = after.kind == "letter" and after.sub is None and (after.sup is None or is_transposed(after))
    return is_matrix and small and (after.text.islower() or after.text == "Y") and after.text not in _FACTORS


def _is_capital(atom: Atom) -> bool:
    return atom.kind == "letter" and atom.text.isupper() and atom.sub is None


_FACTORS = frozenset({"lambda", "alpha", "eta", "sigma", "gamma", "tau", "d", "pi", "e"})


def _has_index(atom: Atom) -> bool:
    return atom.sub is not None or (atom.sup is not None and not is_transposed(atom))


def _defines(atom: Atom | None) -> bool:
    return atom is not None and (atom.kind == "align" or (atom.kind == "relation" and atom.text in {"=", ":="}))


def bound_letters(atom: Atom) -> tuple[str, ...]:
    """The letters that a big operator binds: ``i`` of ``i=1``, ``k`` of ``k \\ne i``, both of ``i,j``."""
    if atom.text not in {"sum", "prod"} or not atom.sub:
        return ()
    found = [atom.sub[0].text] if atom.sub[0].kind == "letter" else []
    for before, after in zip(atom.sub, atom.sub[1:], strict=False):
        if before.kind == "separator" and after.kind == "letter":
            found.append(after.text)
    return tuple(found)


def is_range(row: Row) -> bool:
    """``i = 1, \\dots, n`` or ``i \\in \\{1, \\dots, n\\}``."""
    if len(row) < 3 or row[0].kind != "letter" or not row[0].bare or row[1].kind != "relation":
        return False
    inside = row[2].parts[0] if row[2].kind == "bracket" else row[2:]
    behind = [before for before, atom in itertools.pairwise(inside) if atom.kind == "dots"]
    return row[1].text in {"=", "in"} and any(before.kind in {"separator", "number", "text"} for before in behind)


def is_transposed(atom: Atom) -> bool:
    """``w^T``, ``w^\\top``, ``X'`` is not."""
    above = atom.sup or ()
    while len(above) == 1 and above[0].kind == "group":
        above = above[0].parts[0]
    return (
        len(above) == 1
        and above[0].bare
        and above[0].kind in {"letter", "word"}
        and above[0].text in {"T", "top", "t"}
        and (above[0].text != "t" or atom.font == "bold")
    )


def is_argument(atom: Atom) -> bool:
    """A bracket that can only be the argument of a function: one name, or several things side by side."""
    if atom.kind != "bracket" or atom.text != "(":
        return False
    inside = atom.parts[0]
    if any(part.kind == "separator" and part.text in {",", ";", "|", "‖"} for part in inside):
        return True
    return is_family(atom) or (len(inside) == 1 and inside[0].kind in {"letter", "word"})


def is_family(bracket: Atom) -> bool:
    """``((x_k)_{k \\in ...})``: all elements side by side."""
    inside = bracket.parts[0]
    return len(inside) == 1 and inside[0].kind == "bracket" and inside[0].sub is not None and inside[0].sup is None


def is_inverted(atom: Atom) -> bool:
    """Whether ``-1`` stands above."""
    return "".join(part.text for part in atom.sup or ()) == "-1"


def _says_neither(atom: Atom, after: Atom | None) -> bool:
    """``\\Phi^{-1}(p)``, ``\\sigma^2(x)``: a function or a factor; ``\\sigma^2(1 - r)`` is a variance."""
    if atom.sup is None or after is None or after.kind != "bracket" or after.text != "(":
        return False
    return base_of(atom) != "sigma" or is_inverted(atom) or is_argument(after)


def is_applied_bare(row: Row, atom: Atom) -> bool:
    """``\\sigma`` of ``\\log\\sigma z``: between a function and a letter."""
    place = next((n for n, each in enumerate(row) if each is atom), 0)
    between = 0 < place < len(row) - 1 and row[place - 1].kind == "function" and row[place + 1].kind == "letter"
    return between and atom.bare and base_of(atom) == "sigma"


def _superscript_index(atom: Atom, indices: frozenset[tuple[str, str]]) -> bool:
    above = atom.sup or ()
    if len(above) != 1:
        return False
    if above[0].kind == "bracket":
        inside = above[0].parts[0]
        return bool(inside) and all(part.kind in {"letter", "number", "operator"} for part in inside)
    return above[0].kind == "letter" and (base_of(atom), above[0].text) in indices


def _in_index(row: Row) -> bool:
    return len(row) == 1


def _is_bound_place(row: Row) -> bool:
    """Whether a row is what stands below a sum: ``i=1``, ``k \\ne i``, ``i, j``."""
    return (len(row) > 1 and (row[1].kind == "relation" or row[1].kind == "separator")) or all(
        atom.kind in {"letter", "number", "separator"} or atom.text in "+-" for atom in row
    )
