"""The table of a fit for people, with what it rests on said below."""

from __future__ import annotations

import math
from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

from lossproof.errors import counted
from lossproof.training.minimise.solution import Outcome

if TYPE_CHECKING:
    from lossproof.training.result import Fit

_HEADER = ("", "coef", "std err", "z", "p", "2.5 %", "97.5 %")
_DISPERSION = {
    "fixed": "Standard errors: observed information; the family fixes the dispersion at 1.",
    "unknown": "Standard errors: unknown; the arrays were changed after the fit, before they were asked for.",
    "pearson": "Standard errors: observed information times the dispersion, Pearson / (n - p) = {dispersion:.6g}; t.",
}


def summary(fit: Fit) -> str:
    """Coefficients with their certainty, then the fit as a whole, then the notes."""
    rows = [_HEADER, *_rows(fit)]
    widths = [max(len(row[k]) for row in rows) for k in range(len(_HEADER))]
    table = ["  ".join(_aligned(cell, width, k) for k, (cell, width) in enumerate(zip(row, widths, strict=True)))
             for row in rows]  # fmt: skip
    line = "-" * len(table[0])
    return "\n".join([_title(fit), line, table[0], line, *table[1:], line, *_facts(fit), *_notes(fit)])


def as_html(fit: Fit) -> str:
    """The same table for a notebook."""

    def row(cells: Iterable[str], kind: str) -> str:
        return "<tr>" + "".join(f"<{kind}>{escape(cell)}</{kind}>" for cell in cells) + "</tr>"

    rows = [row(_HEADER, "th"), *(row(each, "td") for each in _rows(fit))]
    said = "<br>".join(map(escape, (*_facts(fit), *_notes(fit))))
    return f"<table><caption>{escape(_title(fit))}</caption>{''.join(rows)}</table><p>{said}</p>"


def _title(fit: Fit) -> str:
    end = "converged" if fit.converged else "NOT converged"
    return f"{fit.model.name}: {end} after {counted(fit.iterations, 'iteration')} of {fit.method}"


def _aligned(cell: str, width: int, column: int) -> str:
    return cell.ljust(width) if column == 0 else cell.rjust(width)


def _rows(fit: Fit) -> list[tuple[str, ...]]:
    columns = (fit.params, fit.standard_errors, fit.z, fit.p, *fit.confidence_intervals().T)
    forms = ("{:.6g}", "{:.4g}", "{:.3f}", "{:.3g}", "{:.5g}", "{:.5g}")
    return [
        (name, *(form.format(column[j]) for form, column in zip(forms, columns, strict=True)))
        for j, name in enumerate(fit.names)
    ]


def _facts(fit: Fit) -> list[str]:
    return [
        f"rows {fit.rows}, total weight {fit.total_weight:.10g}, parameters {len(fit.names)}, rank {fit.rank}",
        f"mean loss {fit.loss:.9g}, {_likelihood(fit)}{_deviance(fit)}{_criterion(fit)}",
    ]


def _likelihood(fit: Fit) -> str:
    """Only where the loss is one: with a dispersion of its own the family has no likelihood of the weights alone."""
    return f"log-likelihood {fit.loglik:.9g}, " if fit.model.dispersion == "fixed" else ""


def _deviance(fit: Fit) -> str:
    """Only where a best prediction is known."""
    return "" if math.isnan(fit.deviance) else f"deviance {fit.deviance:.9g}"


def _criterion(fit: Fit) -> str:
    between = "" if math.isnan(fit.deviance) else ", "
    return f"{between}AIC {fit.aic:.9g}" if fit.model.dispersion == "fixed" else ""


def _notes(fit: Fit) -> list[str]:
    notes = [f"Stopped because: {fit.reason}."]
    if fit.converged and fit.outcome is not Outcome.KINK:
        notes.append(_DISPERSION[fit.dispersion_from].format(dispersion=fit.dispersion))
    if fit.offset:
        notes.append("With an offset: predict(X, offset=...) needs that of the new rows.")
    if fit.ridge:
        notes.append(f"With a ridge of {fit.ridge:g}: coefficients are shrunk, the information includes the penalty.")
    if fit.lasso:
        notes.append(f"With a lasso of {fit.lasso:g}: coefficients are shrunk, and those that help too little are 0.")
    return [*notes, *_unjudged(fit)]


def _unjudged(fit: Fit) -> list[str]:
    """What no verdict of the referee stands behind."""
    if fit.model.unchecked:
        return ["The formulas were run unchecked, as was asked for: no verdict of the referee stands behind them."]
    return [f"Not confirmed by the referee: {doubt}." for doubt in fit.model.doubts]
