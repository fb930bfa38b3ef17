"""What a step asks, as lemmas with proof scripts.

equal          left = right                      derivative   is_derive (fun t => left) x right
at least       right <= left                     one way      0 < left, or left < 0
                                                 optimum      left rises exactly where right rises (or falls)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lossproof.derivation.unfolding import quantities
from lossproof.export.coq.clauses_that_hold import holds
from lossproof.export.coq.coq_terms import SUM, NotSaid, Terms, safe, whole_names
from lossproof.export.coq.kinks_for_coq import by_terms, kinks, premise
from lossproof.export.coq.looks import has_entry_beside, has_log_in_sum, is_over_a_bell, needs_rules
from lossproof.export.coq.premises import Quantity, is_whole, premises, written_out
from lossproof.export.coq.slopes_for_coq import only_sum, outer_sum, slope, square_of_sum
from lossproof.notation import Scope, complete_assumptions, from_sympy, substitute_tree, to_sympy, walk
from lossproof.notation.evaluated import evaluated
from lossproof.notation.traverse import fresh_name
from lossproof.notation.tree import Binary, Call, Derivative, Indexed, Name, Node, Reduction
from lossproof.referee.balls import agree_or_refute
from lossproof.referee.steps.links import Link, links
from lossproof.referee.steps.obligations import Kind, Obligation
from lossproof.referee.steps.relations import at_least
from lossproof.referee.verdict import Status
from lossproof.words.codes import Way

FILES = ("lemmas.v", "tactics.v", "rules.v", "sums.v", "beyond.v")
"""Lemmas about sums, tactics; rules for tables, kinks and sums of sums; what few chapters ask for beyond them."""
BEYOND = (
    *("optimum_by_rules", "optimum_falls_by_rules", "optimum_of_log_by_rules"),
    *("equal_of_classes", "equal_beside", "equal_of_bells"),
)
"""The tactics of the last file."""
FEW = 8  # points at which a candidate for a monotone function is tried


def _is_double(node: Node) -> bool:
    return isinstance(node, Reduction) and any(isinstance(part, Reduction) for part in walk(node.body))


def _picks(reduction: Reduction) -> bool:
    """Whether a sum in the terms picks one of them: the derivative is written without it, and compared then."""
    return any(isinstance(part, Call) and part.function == "delta" for part in walk(reduction.body))


@dataclass(frozen=True)
class Lemma:
    """``Lemma name : statement. Proof. script Qed.``; ``functions`` are those that Coq lacks, each after its parts."""

    name: str
    statement: str
    script: str
    functions: tuple[str, ...] = ()

    @property
    def files(self) -> int:
        """How many of `FILES` the script works with."""
        if any(f"{tactic} " in self.script or f"{tactic}." in self.script for tactic in BEYOND):
            return len(FILES)
        return len(FILES) - 1 if "by_rules." in self.script else 2

    @property
    def text(self) -> str:
        """As it stands in a file."""
        return f"Lemma {self.name} :\n  {self.statement}.\nProof.\n  {self.script}\nQed.\n"


def lemma(name: str, obligation: Obligation, beside: Sequence[Obligation] = ()) -> Lemma:
    """The lemma for one obligation; NotSaid, with what is missing, where it has none yet.

    ``beside`` are the other obligations of its step: a slope in one of them is the witness of a second derivative.
    """
    return _Writer(obligation, beside).lemma(name)


class _Writer:
    """One obligation with its names sorted into whole numbers, real numbers and data."""

    def __init__(self, obligation: Obligation, beside: Sequence[Obligation]) -> None:
        self.assumptions = obligation.assumptions
        self.beside = tuple(each.lhs for each in beside)
        sides = [written_out(each, self.assumptions) for each in (obligation.lhs, obligation.rhs)]
        self.left, self.right = sides
        self.kind, self.varying = obligation.kind, frozenset(obligation.varying)
        self.given = tuple(replace(each, body=written_out(each.body, self.assumptions)) for each in obligation.given)
        self.given = tuple(each for each in self.given if not holds(each, self.assumptions))
        self.terms = Terms(whole_names([*sides, *(each.body for each in self.given)], self.assumptions))

    def lemma(self, name: str) -> Lemma:
        statement, script = self._statement()
        return Lemma(name, statement, script, tuple(self.terms.functions))

    def _statement(self) -> tuple[str, str]:
        match self.kind:
            case Kind.EQUAL if isinstance(self.right, Derivative) and not isinstance(self.left, Derivative):
                self.left, self.right = self.right, self.left
                return self._derivative()
            case Kind.EQUAL if isinstance(self.left, Derivative):
                return self._derivative()
            case Kind.EQUAL:
                return self._equal()
            case Kind.AT_LEAST | Kind.MORE_THAN:
                order = "<=" if self.kind is Kind.AT_LEAST else "<"
                goal = f"{self.terms.real(self.right, SUM)} {order} {self.terms.real(self.left, SUM)}"
                return self._closed(goal), f"start. inequality{self._suffix()}."
            case Kind.ONE_WAY:
                up = at_least(self.left, self.right, self.assumptions, strict=True).status is Status.PROVED
                goal = self.terms.real(self.left, SUM)
                return self._closed(f"0 < {goal}" if up else f"{goal} < 0"), "start. inequality."
            case Kind.SAME_OPTIMUM:
                return self._optimum()
            case Kind.CONVEX:
                return self._convex()
        raise NotSaid(f"a question of the kind '{self.kind}'")

    def _closed(self, goal: str, *, without: frozenset[Quantity] = frozenset(), before: str = "") -> str:
        """``goal`` for every value of what stands in it, under what is assumed of it."""
        bodies = [self.left, self.right, *(each.body for each in self.given)]
        found = frozenset().union(*map(quantities, bodies))
        bound = {each for given in self.given for each in given.letters}
        found = frozenset(each for each in found if each not in {(letter, 0) for letter in bound})
        found |= self._of_bounds(found)
        clauses = list(dict.fromkeys(premises(found - without, self.assumptions, self.given, self.terms)))
        if self.terms.bases:
            goal = " /\\ ".join(f"({each})" for each in (*self.terms.bases, goal))
        quantified = " ".join(self._binder(each) for each in self._in_order(found))
        lines = [f"forall {quantified}," if quantified else "", before, *(f"({clause}) ->" for clause in clauses), goal]
        return "\n  ".join(line for line in lines if line)

    def _of_bounds(self, found: frozenset[Quantity]) -> frozenset[Quantity]:
        """The names in the bounds of what is found: n of ``0 < k < n``."""
        more = frozenset[Quantity]()
        for name, count in found:
            domain = self.assumptions.array(name) if count else self.assumptions.scalar(name)
            ends = [getattr(domain, "low", None), getattr(domain, "high", None)]
            more |= frozenset().union(*(quantities(end) for end in ends if end is not None))
        return more if more <= found else more | self._of_bounds(found | more)

    def _in_order(self, found: frozenset[Quantity]) -> list[Quantity]:
        return sorted(found, key=lambda each: (each[1], each[0] not in self.terms.whole, each[0]))

    def _binder(self, quantity: Quantity) -> str:
        name, count = quantity
        if count:
            return f"({safe(name, count)} : {'nat -> ' * count}R)"
        if name not in self.terms.whole:
            return f"({safe(name)} : R)"
        if not is_whole(name, self.assumptions.scalar(name)):
            raise NotSaid(f"the index {name}, which is not said to be 0 or more")
        return f"({safe(name)} : nat)"

    def _equal(self) -> tuple[str, str]:
        goal = f"{self.terms.real(self.left, SUM)} = {self.terms.real(self.right, SUM)}"
        return self._closed(goal), f"start. {self._square() or f'{self._equality()}.'}"

    def _equality(self) -> str:
        """The tactic for an equation, by what stands in it."""
        sides = self.left, self.right
        if any(map(is_over_a_bell, sides)):
            return "equal_of_bells"
        if self._suffix():
            apart = has_log_in_sum(self.left) != has_log_in_sum(self.right)
            return "equal_of_classes" if apart and not self.given else "equal_by_rules"
        return "equal_beside" if all(map(has_entry_beside, sides)) else "equal"

    def _suffix(self) -> str:
        return "_by_rules" if any(map(needs_rules, (self.left, self.right))) else ""

    def _square(self) -> str | None:
        """A script for a sum of squares of sums, multiplied out on the other side."""
        found = only_sum(self.left, self.assumptions)
        parts = None if found is None else square_of_sum(found)
        if found is None or parts is None or not _is_double(self.right):
            return None
        weight, square = parts
        match square.body:
            case Binary("*", first, second):
                pass
            case _:
                return None
        outer = replace(found.reduction, body=weight)
        number, weights = self.terms.over(outer)
        inside = replace(square, body=first)
        count, firsts = self.terms.over(inside)
        tables = self.terms.over(replace(found.reduction, body=replace(square, body=second)))[1]
        table = tables.replace(f"total {count} ", "", 1)
        return f"square_of_sum {number} {count} {weights} {firsts} {table}."

    def _derivative(self) -> tuple[str, str]:
        assert isinstance(self.left, Derivative)
        body, variable = self.left.body, self.left.variable
        if isinstance(body, Derivative):
            return self._second(body, variable)
        at = self._at(variable)
        goal = f"is_derive {self._moved(body, variable)} {at} {self.terms.real(self.right)}"
        away = dict.fromkeys(f"({premise(each, self.terms)}) ->" for each in kinks(body, variable))
        return self._closed("\n  ".join([*away, goal])), f"start. {self._derive(body, variable, self.right)}"

    def _second(self, inner: Derivative, variable: Name | Indexed) -> tuple[str, str]:
        """There is a slope at every point, and its derivative is the right side."""
        if isinstance(inner.body, Derivative):
            raise NotSaid("a third derivative")
        if self.given:
            raise NotSaid("a second derivative where its formula is not defined everywhere")
        first, scripts = self._witness(inner, variable)
        point = self._at(inner.variable)
        moved = self._moved(inner.body, inner.variable)
        if isinstance(variable, Indexed):
            count = len(variable.indices)
            name = safe(variable.name, count)
            kind, every = f"({'nat -> ' * count}R) -> R", f"forall {name}, "
        else:
            name, kind = safe(variable.name), "R -> R"
            every = f"locally {name} (fun {name} => "
        if not isinstance(variable, Indexed) and variable != inner.variable:
            raise NotSaid("a mixed second derivative by scalars")
        close = "" if isinstance(variable, Indexed) else ")"
        place = self._put(variable) if isinstance(variable, Indexed) else "t"
        goal = (
            f"exists slope : {kind}, ({every}is_derive {moved} {point} (slope {name}){close})"
            f" /\\ is_derive (fun t : R => slope {place}) {self._at(variable)} {self.terms.real(self.right)}"
        )
        witness = f"(fun {name} => {self.terms.real(first)})"
        near = f"clear {name}; intros {name}; cbv beta" if isinstance(variable, Indexed) else "nearby"
        script = f"start. exists {witness}. split.\n  - {near}. {scripts[0]}\n  - {scripts[1]}"
        return self._closed(goal), script

    def _witness(self, inner: Derivative, variable: Name | Indexed) -> tuple[Node, tuple[str, str]]:
        """The slope at every point, and a script for each of the two derivatives."""
        try:
            first = slope(inner.body, inner.variable, self.assumptions)
            return first, (
                self._derive(inner.body, inner.variable, first),
                self._derive(first, variable, self.right),
            )
        except NotSaid:
            for each in self.beside:
                match each:
                    case Derivative(body, by) if by == variable and not isinstance(body, Derivative):
                        return written_out(body, self.assumptions), ("by_rules.", "by_rules.")
            raise

    def _at(self, variable: Name | Indexed) -> str:
        return self.terms.real(variable)

    def _put(self, variable: Indexed) -> str:
        name = safe(variable.name, len(variable.indices))
        places = " ".join(map(self.terms.natural, variable.indices))
        return f"({'put' if len(variable.indices) == 1 else 'put2'} {name} {places} t)"

    def _moved(self, body: Node, variable: Name | Indexed) -> str:
        """``body`` as a function of t, which stands where the variable stood."""
        if isinstance(variable, Name):
            return self.terms.function(variable.name, body)
        count = len(variable.indices)
        if count > 2:
            raise NotSaid("a derivative by an entry of data with more than two indices")
        name, kind = safe(variable.name, count), f"{'nat -> ' * count}R"
        return f"(fun t : R => (fun {name} : {kind} => {self.terms.real(body)}) {self._put(variable)})"

    def _derive(self, body: Node, variable: Name | Indexed, right: Node) -> str:
        """A script for ``is_derive (fun t => body) x right``."""
        if by_terms(body, variable):
            return "by_rules."
        try:
            return self._derive_one_sum(body, variable, right)
        except NotSaid:
            return "by_rules."

    def _derive_one_sum(self, body: Node, variable: Name | Indexed, right: Node) -> str:
        outer = outer_sum(body, variable, self.assumptions)
        if outer is None:
            return "slope."
        number, terms = self.terms.over(outer.reduction)
        result = only_sum(right, self.assumptions)
        if result is None or _picks(result.reduction) or self.terms.over(result.reduction)[0] != number:
            result = only_sum(slope(body, variable, self.assumptions), self.assumptions)
        assert result is not None
        slopes = self.terms.over(result.reduction)[1]
        factors = " ".join(self.terms.real(each) for each in (outer.factor, result.factor, outer.rest))
        if isinstance(variable, Indexed):
            name = safe(variable.name, 1)
            moved = f"(fun t : R => (fun {name} : nat -> R => {terms}) {self._put(variable)})"
        else:
            moved = f"(fun {safe(variable.name)} : R => {terms})"
        return f"slope_of_sum {number} {factors} {moved} {slopes}."

    def _optimum(self) -> tuple[str, str]:
        """Where one line is larger the other one is larger, or where it is larger the other is smaller."""
        scale, falls, script = self._link()
        size, suffix = self.terms.real(scale), self._suffix()
        both = frozenset(each for each in quantities(self.left) | quantities(self.right) if each[0] in self.varying)
        if not both:
            raise NotSaid("an optimum in which nothing varies")
        second = {name: fresh_name(f"{name}_other", frozenset(name for name, _ in both)) for name, _ in both}
        copies = self._copied(second)
        left, right = self.terms.real(self.left), self.terms.real(self.right)
        other_left, other_right = (self.terms.real(each) for each in copies)
        order = f"{other_right} < {right}" if falls else f"{right} < {other_right}"
        goal = f"({left} < {other_left} <-> {order})"
        self.left, self.right = Binary("+", self.left, copies[0]), Binary("+", self.right, copies[1])
        scalars, arrays = dict(self.assumptions.scalars), dict(self.assumptions.arrays)
        scalars |= {second[name]: scalars[name] for name in second if name in scalars}
        arrays |= {second[name]: arrays[name] for name in second if name in arrays}
        self.assumptions = replace(self.assumptions, scalars=scalars, arrays=arrays)
        self.given += tuple(replace(each, body=self._renamed(each.body, second)) for each in self.given)
        return self._closed(goal), f"start. {script}{suffix} {size}."

    def _copied(self, second: dict[str, str]) -> tuple[Node, Node]:
        return self._renamed(self.left, second), self._renamed(self.right, second)

    def _renamed(self, node: Node, second: dict[str, str]) -> Node:
        table: dict[Name | Indexed | str, Node] = {}
        for part in walk(node):
            if isinstance(part, Name) and part.name in second:
                table[part] = Name(second[part.name])
            if isinstance(part, Indexed) and part.name in second:
                letters = tuple(Name(f"place{i}") for i in range(len(part.indices)))
                table[Indexed(part.name, letters)] = Indexed(second[part.name], letters)
        return substitute_tree(node, table)

    def _link(self) -> tuple[Node, bool, str]:
        """The factor of the first monotone function that holds at a few points, whether it is negative, a script."""
        for link in links(self.left, self.right, self.assumptions, self.varying):
            codes = [way.code for way in link.ways]
            if link.open is not None or Way.EXP_INCREASES in codes or not self._agree(link):
                continue
            falls = codes.count(Way.TIMES_NEGATIVE) % 2 == 1
            assert isinstance(link.formula, Binary)
            assert isinstance(link.formula.left, Binary)
            script = "optimum_of_log" if Way.LOG_INCREASES in codes else "optimum"
            scale = link.formula.left.left
            return self._negated(scale) if falls else scale, falls, script
        raise NotSaid("an optimum that no simple function carries over")

    def _negated(self, node: Node) -> Node:
        return from_sympy(-evaluated(to_sympy(node, Scope(self.assumptions))))

    def _agree(self, link: Link) -> bool:
        """Whether the link holds at a few points: a candidate that does not is no use to a script."""
        assumptions = complete_assumptions(self.assumptions, link.line, link.formula)
        found = agree_or_refute(link.line, link.formula, assumptions, points=FEW, minimise=False)
        return found.witness is None and found.out_of_domain is None

    def _convex(self) -> tuple[str, str]:
        """Along every line there is a slope, and its derivative is the right side."""
        if self.given:
            raise NotSaid("convexity on a part of the space")
        varying = [each for each in quantities(self.left) if each[0] in self.varying]
        free = [each for each in quantities(self.right) - quantities(self.left) if each[1] == 1]
        if len(varying) != 1 or varying[0][1] != 1 or len(free) != 1:
            raise NotSaid("convexity in anything but one vector")
        (name, _), (direction, _) = varying[0], free[0]
        variable = Indexed(name, (Name("k"),))
        first = slope(self.left, variable, self.assumptions, direction)
        line = f"(fun k : nat => {safe(name, 1)} k + t * {safe(direction, 1)} k)"
        vector = f"{safe(name, 1)} : nat -> R"
        on_line = [f"((fun {vector} => {self.terms.real(each)}) {line})" for each in (self.left, first, self.right)]
        goal = (
            f"exists slope : R -> R, (forall t : R, is_derive (fun t : R => {on_line[0]}) t (slope t))"
            f" /\\ (forall t : R, is_derive slope t {on_line[2]})"
        )
        scripts = [self._along(*pair, variable, line) for pair in ((self.left, first), (first, self.right))]
        script = (
            f"start. exists (fun t : R => {on_line[1]}). split; intros t; cbv beta.\n  - {scripts[0]}\n  - {scripts[1]}"
        )
        return self._closed(goal), script

    def _along(self, body: Node, right: Node, variable: Indexed, line: str) -> str:
        """A script for the derivative of ``body`` along a line."""
        outer, result = outer_sum(body, variable, self.assumptions), only_sum(right, self.assumptions)
        if outer is None or result is None:
            raise NotSaid("convexity of what is not a sum over samples")
        number, terms = self.terms.over(outer.reduction)
        slopes = self.terms.over(result.reduction)[1]
        factors = " ".join(self.terms.real(each) for each in (outer.factor, result.factor, outer.rest))
        vector = f"{safe(variable.name, 1)} : nat -> R"
        return (
            f"slope_of_sum {number} {factors} (fun t : R => (fun {vector} => {terms}) {line})"
            f" ((fun {vector} => {slopes}) {line})."
        )
