"""Lines that every chapter about samples has: from the probability of one to the average over all, and the predictor.

The letters in them, P for the probability and m for the sample, are those of the chapter.
"""

from __future__ import annotations

from dataclasses import dataclass

from lossproof.words.codes import Relation


@dataclass(frozen=True, slots=True)
class Line:
    """A step without a function: its claim says all; what it follows from is ``uses``."""

    name: str
    title: str
    claim: str
    reason: str
    uses: tuple[str, ...] = ()
    relation: Relation = Relation.GIVEN


INDEPENDENT = (
    Line(
        "likelihood",
        "The samples do not know of each other",
        "Lk = prod({P}[{m}], {m})",
        "The probability of several things that do not know of each other is the product of their probabilities."
        " Seen as a function of what the model may choose it is called the *likelihood* of the data set.",
    ),
    Line(
        "log_likelihood",
        "Take the logarithm: the product becomes a sum",
        "log(Lk) = sum(log({P}[{m}]), {m})",
        "The logarithm rises all the way, so the largest likelihood stays where it was.",
        ("likelihood",),
        Relation.SAME_OPTIMUM,
    ),
    Line(
        "average",
        "Flip the sign and divide by M",
        "NLL = -mean(log({P}[{m}]), {m})",
        "Uphill becomes downhill, and data sets of any size can be compared. This is the *negative log-likelihood* of a"
        " sample, on average.",
        ("log_likelihood",),
        Relation.SAME_OPTIMUM,
    ),
)
LINEAR = Line(
    "features",
    "Any number of measurements",
    "{u}[{m}] = sum(w[{k}]*x[{m}, {k}], {k})",
    "The predictor is a sum over the measurements, each with a weight of its own. The first of them, $x_{{{m},0}}$, is"
    " 1 for every sample, so that $w_0$ is a weight like the others.",
)
OF_SAMPLE = Line(
    "{step}_of_sample",
    "{title}, for each sample",
    "{claim}",
    "What was said of one sample holds for each of them, with quantities of its own.",
)
