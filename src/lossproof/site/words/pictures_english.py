"""What the pictures say, in English."""

from __future__ import annotations

from lossproof.site.words.phrases import PictureWords

PICTURES: dict[str, PictureWords] = {
    "tangent": PictureWords(
        "Curve and slope are the two formulas of this page. The dashed line has the slope that the formula gives.",
        "A curve with a movable point and the tangent there.",
    ),
    "parabola": PictureWords(
        "The dashed parabola touches the curve and bends exactly as it does there: that is what the curvature says.",
        "A curve with a movable point and the parabola that touches it and bends like it.",
    ),
    "optimum": PictureWords(
        "Above the function, below its logarithm. They look different, and are largest at the same place.",
        "Two curves one below the other; a vertical line marks the largest value of both, at the same place.",
    ),
    "floats": PictureWords(
        "Above the product of the probabilities, in powers of ten: beyond some number of samples a computer has no "
        "number left for it and says 0, where the curve ends. Below the sum of the logarithms, which goes on.",
        "Above, the product of many probabilities falls and breaks off. Below, the sum of their logarithms goes on.",
    ),
    "stable": PictureWords(
        "Two ways to write one function. As it is printed, the formula breaks off where a computer says NaN or "
        "infinity; in the other form it goes on.",
        "Two curves that lie on each other; one of them breaks off to the right.",
    ),
    "shares": PictureWords(
        "Three classes. Raise one predictor, and its class takes from the other two; add the same to all three, and "
        "nothing changes.",
        "Three curves between 0 and 1 that add up to 1 everywhere: one rises with its predictor, the others fall.",
    ),
    "valley": PictureWords(
        "Six samples with one measurement. Where a line separates the classes, the loss falls for ever as the weight "
        "grows; mix the classes, and the valley has a lowest point.",
        "The loss against one weight: it falls towards 0 without a lowest point.",
    ),
    "surface": PictureWords(
        "Lines of equal loss over two weights, for the hundred irises of the book with the means taken off. The path "
        "is gradient descent from the large point: with a small rate it creeps, with a large one it jumps to and fro.",
        "Lines of equal loss over two weights, with the path of gradient descent into the valley.",
    ),
}
