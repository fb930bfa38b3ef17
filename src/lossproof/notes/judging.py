"""One link of a chain judged: every way of reading it, every way of putting names in, what usually goes unsaid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import islice, product

from lossproof.errors import LossproofError, RejectedText
from lossproof.notation import free_names, to_text, walk
from lossproof.notation.assumptions import Assumptions
from lossproof.notation.sizes import measure_tree
from lossproof.notation.tex.dimensions import Sizes
from lossproof.notation.tex.readings import Beyond, NotUnderstood, Reading
from lossproof.notation.tree import Binary, Call, Derivative, Indexed, Name, Node, Number, Reduction
from lossproof.notes.assuming import (
    Claim,
    about,
    clauses_between,
    inside_of_domain,
    needed,
    outside_of_sums,
    unsaid,
    usual_domains,
)
from lossproof.notes.bound_letters import with_own_letters
from lossproof.notes.chain_parts import kinds_of
from lossproof.notes.definitions import Definitions, Variable
from lossproof.notes.label_uses import Uses, label_uses
from lossproof.notes.left_out import TOLD as LEFT_OUT
from lossproof.notes.put_in import Unfolding
from lossproof.notes.sides_of_zero import sides_of_zero
from lossproof.referee import judge_claim
from lossproof.referee.verdict import Status, Verdict, Witness

MAX_PAIRS = 9
_ZERO = Number(Fraction(0))
MAX_FOR_A_PROOF = 2
"""How many further assumptions are tried where every point agrees already and only a proof is missing."""
SEVERAL_STEPS = "Not judged: a derivative through several steps of a recursion."
GOOD = frozenset({Status.PROVED, Status.CORROBORATED})


@dataclass(frozen=True, slots=True)
class Outcome:
    """The verdict on a link, what it assumes that the note does not say, and how it had to be read.

    ``asked`` is what the logarithms of the note ask for where the link takes one apart: ``x > 0`` of ``log x^2``.
    ``only`` are the values of the note with which alone it holds, where it does not hold in general.
    """

    status: Status
    witness: Witness | None = None
    assumed: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    claim: Claim | None = None
    assumptions: Assumptions | None = None
    asked: tuple[str, ...] = ()
    only: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """What a link is judged under: the note's definitions and assumptions, and what its derivatives vary.

    ``fixes`` says that a derivative is taken by what a clause defines: it is carried out and its value there is meant.
    ``apart`` says that an element that is named may be none of those that are summed over: samples drawn beside it.
    """

    definitions: Definitions
    assumptions: Assumptions
    sizes: Sizes
    kept: frozenset[Variable] = field(default_factory=frozenset)
    uses: Uses = field(default_factory=Uses)
    fixes: bool = False
    apart: bool = False


def judged(left: Sequence[Reading[Node]], right: Sequence[Reading[Node]], context: Context) -> Outcome:
    """The verdict on the link as it is usually read, or on another reading where that one holds."""
    first: Outcome | None = None
    failure: NotUnderstood | None = None
    for one, other in islice(_pairs(left, right), MAX_PAIRS):
        try:
            outcome = _read_so(one.value, other.value, context)
        except NotUnderstood as error:
            failure = failure or error
            continue
        if outcome.status in GOOD:
            return replace(outcome, witness=None, said=(*one.taken, *other.taken))
        first = first or outcome
    if first is None:
        raise failure or NotUnderstood("This formula is not understood.")
    return first


def _pairs(
    left: Sequence[Reading[Node]], right: Sequence[Reading[Node]]
) -> Iterator[tuple[Reading[Node], Reading[Node]]]:
    """The readings of both sides together; an index that is left out is put in on both sides or on none."""
    for one, other in product(left, right):
        if (LEFT_OUT in one.taken) == (LEFT_OUT in other.taken):
            yield one, other


def _read_so(left: Node, right: Node, context: Context) -> Outcome:
    """One reading: names put in around what the derivatives vary, or derivatives carried out."""
    refuse_idle(left, right, context)
    first: Outcome | None = None
    failure: NotUnderstood | None = None
    seen: set[tuple[Node, Node]] = set()
    for claim in _claims(left, right, context):
        if isinstance(claim, NotUnderstood):
            failure = failure or claim
            continue
        if (claim.left, claim.right) in seen:
            continue
        seen.add((claim.left, claim.right))
        outcome = decided(claim, context)
        if outcome.status in GOOD:
            return outcome
        first = first or outcome
    if first is None:
        raise failure or NotUnderstood("This formula is not understood.")
    return first


def _claims(left: Node, right: Node, context: Context) -> Iterator[Claim | NotUnderstood]:
    for carries in (True,) if context.fixes else (False, True):
        try:
            yield _claim(left, right, context, carries)
        except NotUnderstood as error:
            yield error
        except (RejectedText, ValueError) as error:
            yield NotUnderstood(getattr(error, "sentence", "A name cannot be put in here."))


def _claim(left: Node, right: Node, context: Context, carries: bool) -> Claim:
    kept = context.kept
    one, other = (Unfolding(context.definitions, kept, carries).of(side) for side in (left, right))
    for node in (one, other):
        refuse_undefined(node, context)
        measure_tree(node)
    taken = free_names(one) | free_names(other)
    return Claim(with_own_letters(one, taken), with_own_letters(other, taken))


def refuse_undefined(node: Node, context: Context) -> None:
    """A derivative of a name that nothing defines is no zero: it is not known."""
    for part in walk(node):
        if isinstance(part, Derivative) and isinstance(part.body, Name | Indexed) and part.body != part.variable:
            if isinstance(part.body, Indexed) and part.body.name == part.variable.name:
                if context.definitions.is_recursive(part.body.name):
                    raise Beyond(SEVERAL_STEPS)
                continue
            raise Beyond(f"Not judged: {to_text(part.body)!r} is not defined in this note.")
        if isinstance(part, Derivative):
            refuse_mixed(part)


def refuse_idle(left: Node, right: Node, context: Context) -> None:
    """A derivative by what the definitions that were read never hold is no zero either: a line between was not read."""
    for side, against in ((left, right), (right, left)):
        if not isinstance(side, Derivative) or against == _ZERO:
            continue
        try:
            whole = Unfolding(context.definitions, context.kept, False).of(side)
        except (NotUnderstood, RejectedText, ValueError):
            continue
        if not isinstance(whole, Derivative):
            continue
        names = {inner.name for inner in walk(whole.body) if isinstance(inner, Name | Indexed)}
        if isinstance(whole.body, Name) and whole.body != whole.variable:
            raise Beyond(f"Not judged: {whole.body.name!r} is not defined in this note.")
        if whole.variable.name not in names:
            letter = to_text(whole.variable)
            raise NotUnderstood(f"{letter!r} stands nowhere in what is differentiated, as far as it was read.")


def refuse_mixed(part: Derivative) -> None:
    """A derivative by ``w_j`` of what holds w alone, or the other way round, would be a zero that nobody means."""
    name = part.variable.name
    kinds = kinds_of(name, part.body)
    if kinds and type(part.variable) not in kinds:
        raise NotUnderstood(f"{name!r} is used with and without an index.")


def decided(claim: Claim, context: Context) -> Outcome:
    """The verdict under what the note says; then under what usually goes unsaid."""
    if claim.left == claim.right:
        return Outcome(Status.PROVED, claim=claim)
    base = needed(about(context.assumptions, claim), claim, context.sizes, context.uses.positive)
    first: tuple[Verdict, Assumptions] | None = None
    corroborated: Outcome | None = None
    supposed: Outcome | None = None
    for number, assumptions in enumerate(unsaid(base, claim, context.sizes, context.uses)):
        if corroborated is not None and number > MAX_FOR_A_PROOF:
            break
        verdict = _verdict(claim, assumptions)
        assumed = clauses_between(base, assumptions)
        if verdict.status is Status.PROVED:
            return Outcome(
                Status.PROVED, None, assumed, (), claim, assumptions, () if assumed else asked(claim, context)
            )
        if verdict.status is Status.CORROBORATED:
            agreed = Outcome(Status.CORROBORATED, None, assumed, (), claim, assumptions)
            corroborated = agreed if not assumed else corroborated
            supposed = supposed or agreed
        if first is None or (first[0].status is not Status.REFUTED and verdict.status is Status.REFUTED):
            first = verdict, assumptions
    if (agreed_on := corroborated or supposed) is not None:
        return agreed_on
    if first is not None and first[0].status is Status.UNDECIDED and (inside := inside_of_domain(first[1], claim)):
        verdict = _verdict(claim, inside)
        if verdict.status is not Status.UNDECIDED:
            assumed = clauses_between(base, inside)
            return Outcome(verdict.status, verdict.witness, assumed, (), claim, inside)
    for letter, assumptions in outside_of_sums(base, claim) if context.apart else ():
        verdict = _verdict(claim, assumptions)
        if verdict.status in GOOD:
            return Outcome(verdict.status, None, (f"{letter} is none of those summed over",), (), claim, assumptions)
    for assumptions in sides_of_zero(base, claim):
        verdict = _verdict(claim, assumptions)
        if verdict.status in GOOD:
            return Outcome(verdict.status, None, clauses_between(base, assumptions), (), claim, assumptions)
    assert first is not None
    return Outcome(first[0].status, first[0].witness, clauses_between(base, first[1]), (), claim, first[1])


def asked(claim: Claim, context: Context) -> tuple[str, ...]:
    """The clauses that a logarithm that is taken apart asks for and that nothing says: of ``log x^2 = 2 log x``."""
    is_derived = any(isinstance(part, Derivative) for part in claim.parts)
    if is_derived or not any(_is_taken_apart(part) for part in claim.parts):
        return ()
    about_claim = about(context.assumptions, claim)
    plain = needed(about_claim, claim, context.sizes, frozenset())
    return clauses_between(plain, needed(about_claim, claim, context.sizes, context.uses.positive))


def _is_taken_apart(part: object) -> bool:
    """``log(a b)``, ``log a^n``, the logarithm of a product of data, ``exp(log x)``, ``sqrt(x^2)``, ``(x^a)^b``."""
    if isinstance(part, Binary):
        return part.operator == "^" and isinstance(part.left, Binary) and _is_of_factors(part.left)
    if not isinstance(part, Call) or not part.arguments:
        return False
    inside = part.arguments[0]
    if part.function == "exp":
        return isinstance(inside, Call) and inside.function in {"log", "ln"}
    is_compound = isinstance(inside, Binary) or (isinstance(inside, Reduction) and inside.kind == "prod")
    return part.function in {"log", "ln", "sqrt"} and is_compound and _is_of_factors(inside)


def _is_of_factors(node: Node) -> bool:
    if isinstance(node, Reduction):
        return node.kind == "prod" and _is_of_factors(node.body)
    if not isinstance(node, Binary):
        return isinstance(node, Name | Indexed | Number)
    return node.operator in "*/^" and _is_of_factors(node.left) and (node.operator == "^" or _is_of_factors(node.right))


def strongest(claim: Claim, context: Context) -> tuple[Assumptions, ...]:
    """What a claim may be supposed to hold under at most: all usual domains, and the last that goes unsaid."""
    base = needed(about(context.assumptions, claim), claim, context.sizes, context.uses.positive)
    ladder = list(unsaid(base, claim, context.sizes, context.uses))
    domains = usual_domains(base, claim, context.uses | label_uses((claim.left, claim.right)))[-1]
    return (domains,) if ladder[-1] == domains else (domains, ladder[-1])


def _verdict(claim: Claim, assumptions: Assumptions) -> Verdict:
    try:
        return judge_claim(claim.left, claim.right, assumptions)
    except RejectedText as error:
        raise NotUnderstood(error.sentence) from error
    except LossproofError as error:
        raise NotUnderstood(str(error)) from error
