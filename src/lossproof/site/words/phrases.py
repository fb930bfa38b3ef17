"""What a language has to say on a page: a phrase for each field.

A reason and a title come from the derivation, what the referee says from the catalogue of the language (`said`);
everything else is one of these phrases, so that another language is another `Words` and no page function changes.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lossproof import words
from lossproof.derivation import Relation
from lossproof.derivation.step import Origin
from lossproof.referee.verdict import Status


@dataclass(frozen=True, slots=True)
class CurveWords:
    """What stands in the drawing of error against input."""

    error: str
    computed: str
    printed: str
    gives: str


@dataclass(frozen=True, slots=True)
class CodeWords:
    """The page of what runs: the forms that are computed, how exact they are, their text."""

    title: str
    lead: str
    of_classes: str
    link: str
    kinds: dict[str, str]
    by: str
    rewritten: str
    as_published: str
    elsewhere: str
    in_wide: str
    not_printable: str
    rewriting: str
    derivatives: str
    derivatives_note: str
    measured: str
    measured_note: str
    form: str
    worst: str
    bad: str
    cost: str
    chosen: str
    exact: str
    exact_note: str
    difference_note: str
    function: str
    number_format: str
    ulp: str
    where: str
    tried_points: str
    against: str
    against_note: str
    failed_note: str
    not_evaluated: str
    neighbours: str
    others_zero: str
    curve: CurveWords
    source: str
    source_note: str
    source_command: str
    number_of_classes: str
    back_ends: str


Counted = tuple[str, str]
"""The phrase for one of a kind, and for none or several; ``{count}`` is the number."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the referee's: what it is called in the glossary, and a sentence that explains it."""

    title: str
    meaning: str


@dataclass(frozen=True, slots=True)
class PictureWords:
    """What stands below a picture, and what it shows for those who do not see it."""

    caption: str
    alt: str


@dataclass(frozen=True, slots=True)
class TryWords:
    """The box in which a reader changes a claim and has it checked."""

    title: str
    claim: str
    left: str
    relation: str
    relations: dict[str, str]  # those that are more than a sign
    right: str
    curvature: str
    varying: str
    where: str
    hint: str
    check: str
    stop: str
    reset: str
    weight: str
    loading: str
    checking: str
    searching: str
    nothing_near: str
    would_be_right: str
    from_disk: str
    broken: str
    seconds: str
    rejected: str
    too_long: str
    unclear: dict[str, str]
    differs: dict[str, str]  # by what the numbers of a counterexample are
    sides_always: str
    is_convex: str
    is_best_where: str
    proof: str
    proof_found: str
    proof_not_found: str
    proof_not_asked: str
    points: str
    points_agree: str
    points_exact: str
    points_differ: str
    no_points: str
    only_points: str


@dataclass(frozen=True, slots=True)
class Words:
    """The phrases of one language; ``{...}`` are filled in by `str.format`."""

    said: words.Catalogue
    # where a step stands
    step_of: str
    source: str
    # the lines
    turn: dict[Relation, str]
    turned: dict[Relation, str]
    line_above: str
    no_claim: str
    symbols: str
    # to take along
    take: str
    take_tex: str
    take_claim: str
    take_sympy: str
    take_citation: str
    taken: str
    take_along: str
    take_notebook: str
    take_script: str
    take_page: str
    # pictures
    picture: str
    pictures: dict[str, PictureWords]
    picture_hint: str
    read: dict[str, str]
    printed_as: str
    mixed: str
    rate: str
    updates: str
    # try it
    try_it: TryWords
    # which one is right
    exercise: str
    exercise_lead: str
    exercise_of: str
    right: str
    right_note: str
    wrong: str
    wrong_at: str
    wrong_always: str
    all_wrong: str
    all_wrong_note: str
    # the verdict
    verdict: str
    stated: dict[Relation, str]
    counted_rules: Counted
    counted_points: Counted
    counted_mutants: str
    exactly: str
    status: dict[Status, str]
    how: str
    rules: str
    points: str
    mutants: str
    mutants_of_all: str
    survived: str
    proof: str
    same_formula: str
    as_above: str
    witness: str
    witness_values: str
    coq_accepted: Counted
    coq_partly: str
    coq_none: str
    coq_not_run: str
    coq_axioms: str
    coq_counted: str
    under: str
    rests_on: dict[Status, str]
    # around the step
    source_code: str
    source_code_note: dict[Origin, str]
    source_code_of_statement: str
    used_by: str
    nothing_after: str
    same_line: str
    same_line_in: str
    # the chapter
    map: str
    map_note: str
    all_maps: str
    line_also_in: str
    main_line: str
    checks: str
    whole: str
    assumptions: str
    # pieces of hand-written pages
    tried: str
    dropped: str
    refuted: str
    together: str
    chapter: str
    number: str
    search: str
    on_the_page: str
    in_scripts: str
    values: str
    meaning: str
    first_in: str
    written: str
    printed: str
    aliases: str
    claims: str
    claims_right: str
    claims_wrong: str
    claims_seconds: str
    claims_corroborated: str
    claims_not_good: str
    claims_missing: str
    none: str
    move: str
    gives: str
    means: str
    looks_back: str
    first_argument: str
    where_given: str
    show_code: str
    results_missing: str
    nothing_across: str
    # the page of what runs
    code: CodeWords
    # the glossary
    glossary: str
    terms: dict[str, Term]
    quantities: dict[str, str]
    # what the program calls in English: the moves (by name, as their docstrings begin), the rules of what runs, and why
    # a text is not read (by its English sentence)
    moves: dict[str, str] = field(default_factory=dict)
    rewritings: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)

    def count(self, counted: Counted, count: int) -> str:
        """``1 rule``, ``3 rules``."""
        return counted[count != 1].format(count=count)
