"""The box in which a claim is changed and checked, in English."""

from __future__ import annotations

from lossproof.site.words.phrases import TryWords

TRY = TryWords(
    title="Try it: change the claim and have it checked here",
    claim="Line of this chapter",
    left="Left side",
    relation="Relation",
    relations={
        "=": "= equals",
        ">=": "≥ is at least",
        ">": "> is more than",
        "<=": "≤ is at most",
        "<": "< is less than",
        "convex": "is convex (one valley)",
        "same optimum": "has its optimum in the same place as",
    },
    right="Right side",
    curvature="Its second derivative along a line with direction v (empty: SymPy takes it)",
    varying="What varies, separated by commas",
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
    too_long="A field has {given} characters; give {most} at most.",
    unclear={
        "names_missing": "Say what varies: the names in which it is convex or has its optimum, such as w, b.",
        "name_not_there": "“{name}” is no quantity of the left side; name one that stands there.",
        "curvature_missing": (
            "For data such as w[k], give the second derivative along a line with direction v, such as "
            "sum(sum(v[i]*v[j]*h[i, j], i, 1, d), j, 1, d)."
        ),
    },
    differs={
        "sides": "Counterexample: at {point} the left side is {left} and the right side is {right}.",
        "curvature": "Counterexample: at {point} the second derivative along the line is {left}, less than zero.",
        "chord": (
            "Counterexample: at {point} the middle of the chord is {left}; the function between its ends is {right}."
        ),
        "places": "Counterexample: {point}.",
    },
    sides_always="The left side is {left} and the right side is {right}.",
    is_convex="{left} is convex in {varying}.",
    is_best_where="{left} and {right} have their optimum in {varying} in the same place.",
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
