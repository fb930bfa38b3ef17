"""What every test may ask for: where the reference data of others lies; and what `make quick` leaves out."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parent

# What is kept between runs stays in the checkout, for the processes that tests start, too.
os.environ.setdefault("LOSSPROOF_CACHE_DIR", str(ROOT / ".cache" / "lossproof"))

# Files that take three seconds or more: thousands of judged claims, compiled kernels, built sites, whole fits.
SLOW = {
    "chapters/test_chapter_texts.py",
    "chapters/test_chapters.py",
    "chapters/test_kept_accuracy.py",
    "chapters/test_planted_errors.py",
    "claims/test_attack.py",
    "claims/test_claims.py",
    "claims/test_functions.py",
    "claims/test_kept_claims.py",
    "cli/test_batch_files.py",
    "cli/test_cli.py",
    "cli/test_likelihood.py",
    "cli/test_promises.py",
    "cli/test_show.py",
    "derivation/test_chains.py",
    "derivation/test_hollow_steps.py",
    "derivation/test_load.py",
    "derivation/test_samples.py",
    "export/test_boosting.py",
    "export/test_coq.py",
    "export/test_hist_boosting.py",
    "export/test_pymc.py",
    "export/test_source.py",
    "lowering/test_accuracy_certificate.py",
    "lowering/test_against.py",
    "lowering/test_any_shape.py",
    "lowering/test_columns.py",
    "lowering/test_elementary.py",
    "lowering/test_family.py",
    "lowering/test_functions_in_code.py",
    "lowering/test_generated_code.py",
    "lowering/test_jax.py",
    "lowering/test_judged_domain.py",
    "lowering/test_likelihoods.py",
    "lowering/test_loss_arguments.py",
    "lowering/test_loss_values.py",
    "lowering/test_named.py",
    "lowering/test_objective_sums.py",
    "lowering/test_rewriting.py",
    "lowering/test_row_functions.py",
    "lowering/test_rows.py",
    "lowering/test_standing.py",
    "lowering/test_wide.py",
    "models/test_classes.py",
    "models/test_families.py",
    "models/test_lines_again.py",
    "models/test_model.py",
    "models/test_prior.py",
    "notation/test_latex_reader.py",
    "notation/test_notation_round_trips.py",
    "notes/test_components.py",
    "notes/test_corpus.py",
    "notes/test_given_notes.py",
    "notes/test_hostile_notes.py",
    "notes/test_matrices.py",
    "notes/test_meaning.py",
    "notes/test_names_of_two_kinds.py",
    "notes/test_other_hands.py",
    "notes/test_own_names.py",
    "notes/test_scanning.py",
    "notes/test_spellings.py",
    "notes/test_unseen_kinds.py",
    "notes/test_values_in_passing.py",
    "referee_balls/test_ball_blind_spots.py",
    "referee_balls/test_ball_claims.py",
    "referee_balls/test_ball_functions.py",
    "referee_balls/test_ball_groups.py",
    "referee_balls/test_ball_ties.py",
    "referee_balls/test_ball_time.py",
    "referee_proof/test_alphabet.py",
    "referee_proof/test_beyond_the_reals.py",
    "referee_proof/test_closed_sums.py",
    "referee_proof/test_false_claims.py",
    "referee_proof/test_huge_numbers.py",
    "referee_proof/test_identities.py",
    "referee_proof/test_induction.py",
    "referee_proof/test_inequalities.py",
    "referee_proof/test_judge.py",
    "referee_proof/test_means.py",
    "referee_proof/test_random_rewriting.py",
    "referee_proof/test_signs_against_points.py",
    "referee_proof/test_slopes_at_kinks.py",
    "referee_proof/test_switching.py",
    "referee_proof/test_totals.py",
    "referee_relations/test_check.py",
    "referee_relations/test_mutants.py",
    "referee_relations/test_published.py",
    "referee_relations/test_relations.py",
    "referee_sums/test_brute_force.py",
    "referee_sums/test_claims_over_sums.py",
    "referee_sums/test_derivatives.py",
    "referee_sums/test_rewriting.py",
    "referee_sums/test_rules_one_by_one.py",
    "site/test_browser.py",
    "site/test_build.py",
    "site/test_built.py",
    "site/test_chapter_notebook.py",
    "site/test_code_page.py",
    "site/test_docs.py",
    "site/test_languages.py",
    "site/test_notebooks.py",
    "site/test_print.py",
    "site/test_search.py",
    "site/test_try_it.py",
    "test_functions_stand_once.py",
    "test_readme.py",
    "test_wheel.py",
    "training/test_after.py",
    "training/test_arrival.py",
    "training/test_book_run.py",
    "training/test_bounded_work.py",
    "training/test_classes.py",
    "training/test_classes_after.py",
    "training/test_estimators.py",
    "training/test_fit.py",
    "training/test_given.py",
    "training/test_hard_data.py",
    "training/test_kinks.py",
    "training/test_law.py",
    "training/test_many_rows.py",
    "training/test_mini_batches.py",
    "training/test_nonlinear.py",
    "training/test_offset.py",
    "training/test_separation.py",
    "training/test_several.py",
    "training/test_store.py",
    "training/test_unusual_data.py",
    "training/test_way_to_the_minimum.py",
    "training/test_ways_in.py",
    "words/test_catalogues.py",
}


# With several processes these begin: no process waits at the end for a file that takes minutes, and only one for the
# site that is built from nothing, while the others do what needs neither that nor its verdicts.
FIRST = ("site/test_built.py", "lowering/test_likelihoods.py", "lowering/test_wide.py", "lowering/test_any_shape.py")
# These read the site or the verdicts of all chapters: sooner, they would wait for the build, or judge what it judges.
ON_WHAT_IS_BUILT = ("chapters/", "cli/", "site/", "training/test_mini_batches.py")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Where slow tests are not wanted, their files are not even imported: half of the imports of others are theirs."""
    wanted = str(config.option.markexpr)
    left_out = wanted == "not slow" or wanted.startswith("not slow and ")
    return True if left_out and _place(collection_path) in SLOW else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of the slow files, so that one table says what the inner loop leaves out; put the longest first.

    A file's tests stay in one process (`--dist=loadfile`): its fixtures are made once.
    """
    missing = {name for name in {*SLOW, *FIRST} if not (TESTS / name).is_file()}
    assert not missing, f"tests/conftest.py names files that are not there: {sorted(missing)}"
    after = sorted(SLOW - {*FIRST}, key=lambda name: (name.startswith(ON_WHAT_IS_BUILT), name))
    place = {name: number for number, name in enumerate([*FIRST, *after])}
    for item in items:
        if _place(item.path) in SLOW:
            item.add_marker(pytest.mark.slow)
    items.sort(key=lambda item: place.get(_place(item.path), len(place)))


@cache
def _place(path: Path) -> str:
    return path.relative_to(TESTS).as_posix() if path.is_relative_to(TESTS) else ""


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """The folder of figures that others published; tests that need it skip elsewhere and say so.

    In continuous integration a missing folder is a failure: a skipped test that nobody sees is no test.
    """
    folder = Path(os.environ.get("LOSSPROOF_REFERENCE_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        message = f"reference data not found at {folder} (set LOSSPROOF_REFERENCE_DATA)"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    return folder
