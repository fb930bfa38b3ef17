"""The glossary in English: what the words of the referee mean, and the letters of the formulas."""

from __future__ import annotations

from lossproof.site.words.phrases import Term

TERMS: dict[str, Term] = {
    "proved": Term(
        "proved",
        "A proof by named rules, and besides it an independent evaluator that agrees at many points. Both are needed.",
    ),
    "corroborated": Term(
        "corroborated", "No proof was found, but every point that was tried agrees. Good evidence, and no proof."
    ),
    "refuted": Term("refuted", "Wrong: there are numbers for which the two sides differ, and they are shown."),
    "undecided": Term("undecided", "Neither a proof nor enough points; it never counts as right."),
    "given": Term("given", "A decision or a name: there is nothing to prove, and what follows rests on it."),
    "rules": Term(
        "named rules",
        "A proof is a list of small rewritings, each with a name, a before and an after, and each tried alone.",
    ),
    "balls": Term(
        "ball arithmetic",
        "Numbers with a certain error: a middle and a radius that surely hold the true value. Where the balls of two "
        "sides do not touch, the sides differ for certain.",
    ),
    "mutants": Term(
        "wrong versions",
        "The claim with one slip in it: a sign turned, a factor dropped, 1/M lost. A referee that let one of them pass "
        "would be worth nothing, so each is put to it.",
    ),
    "rational identity": Term(
        "rational identity",
        "Both sides as one fraction of polynomials: where the numerators agree term by term, multiplied out, the sides "
        "are equal. Logarithms and exponentials count as letters of their own.",
    ),
    "derivatives carried out": Term(
        "derivatives carried out", "The derivatives in the claim were worked out by the rules before both sides met."
    ),
    "sums": Term(
        "sums in normal form",
        "Sums over a range are brought to one form, whatever the size: constants out, ranges beginning at 0, products "
        "of sums ordered. It holds for every M, and not for the first few.",
    ),
    "summand by summand": Term("summand by summand", "Two sums over the same range are equal because their terms are."),
    "cases": Term(
        "cases", "A quantity takes few values, such as 0 and 1: the claim is proved for each of them by itself."
    ),
    "induction": Term(
        "induction", "True for the smallest size, and true for one more whenever it is true for a size: so for all."
    ),
    "signs": Term("signs", "What is made of positive parts by sums, products and squares is positive."),
    "monotone": Term(
        "same optimum",
        "A function that rises all the way, put around a formula or taken from it, leaves the place of the optimum "
        "where it was; a minus turns the largest into the smallest.",
    ),
    "convex": Term(
        "convex",
        "Between any two points the function lies below the straight line that joins them: one valley at most.",
    ),
    "follows": Term(
        "follows",
        "The script computes this line from those above it. What it computes is compared with the claim, which was "
        "written down separately.",
    ),
}
"""By the name that pages refer to."""

QUANTITIES: dict[str, str] = {
    "yt": "the true value of a sample: 1 or 0 where there are two classes",
    "yp": "the prediction: the probability that the model gives to class 1, or the value that it predicts",
    "u": "the linear predictor: the weights times the measurements, added up; any real number",
    "w": "the weights of the model, which training looks for",
    "w0": "the weight that stands alone",
    "w1": "the weight of the first measurement",
    "w2": "the weight of the second measurement",
    "x": "the measurements: a row a sample, a column a measurement",
    "x1": "the first measurement of a sample",
    "x2": "the second measurement of a sample",
    "M": "how many samples there are",
    "N": "how many measurements a sample has",
    "K": "how many classes there are",
    "m": "the number of a sample, counted from 0",
    "k": "how many of the tries hit; as an index, it counts through a sum",
    "n": "how many tries there were; as an index, the number of the next sample",
    "p": "the probability of a hit",
    "i": "an index that picks a weight",
    "j": "an index that picks a weight",
    "v": "a direction: how fast each weight moves on a straight walk",
    "P": "the probability that the model gave to what really happened",
    "P_hit": "the probability of class 1",
    "P_miss": "the probability of class 0",
    "Lk": "the likelihood: how probable all the data are in the eyes of the model",
    "Lk_with": "the likelihood with one more sample",
    "Lk_without": "the likelihood without the next sample",
    "Lk_5": "the likelihood of five samples",
    "L": "the loss: what training makes small",
    "ce": "the cross entropy of one sample: its term of the loss",
    "mu": "the mean that the model predicts",
    "y": "the observed value",
}
"""What a letter stands for in the chapters; a letter that is not here is explained by the step that names it."""
