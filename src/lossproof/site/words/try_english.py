"""The box in which a claim is changed and checked, in English."""

from __future__ import annotations

from lossproof.site.words.phrases import TryWords

TRY = TryWords(
    title="Try it: change the claim and have it checked here",
    left="Left side",
    right="Right side",
    where="Assumptions",
    hint="Text or LaTeX; assumptions are separated by semicolons.",
    check="Check",
    stop="Stop",
    reset="As it was",
    weight="The first check fetches the referee, {megabytes} MB, from this site; nothing you type leaves this page.",
    loading="The referee is being fetched and started …",
    checking="Checking …",
    searching="Looking for what would have been right …",
    nothing_near="No single change of either side makes it right, as far as was tried.",
    would_be_right="What would have been right:",
    from_disk="A page opened from the disk cannot start the referee. Read it over http, as `lossproof serve` does.",
    broken="The referee could not be started in this browser:",
    seconds="{seconds} s, by the referee in this page.",
    rejected="That was not read as mathematics.",
    sides_at="Counterexample: at {point} the left side is {left} and the right side is {right}.",
    sides_always="The left side is {left} and the right side is {right}.",
    proof="Proof",
    proof_found="Found, by named rules:",
    proof_not_found="None was found:",
    proof_not_asked="Not asked for: a counterexample decides.",
    points="Points",
    points_agree="{points} points agree in ball arithmetic, to within {radius}.",
    points_exact="{points} points agree exactly.",
    points_differ="One of them is the counterexample.",
    no_points="At none of those tried do both sides have a value that could be compared.",
    only_points="Only points were compared: that is no proof.",
)
