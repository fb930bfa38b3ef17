"""The answer of a fit with its certainty: `Fit`, plain data that pickles and has a JSON form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy import special

from lossproof.errors import DataError, counted
from lossproof.lowering import Loss
from lossproof.lowering.prediction import predicted
from lossproof.lowering.validation import offsets
from lossproof.training.arrays import Matrix, Vector
from lossproof.training.certainty.inference import Certainty, Pending
from lossproof.training.existence.separation import Separation
from lossproof.training.minimise.solution import Entry, Outcome
from lossproof.training.rows.design import name_columns, read_matrix, refuse_other_rows
from lossproof.training.rows.frames import frame_of


@dataclass(frozen=True)
class Shape:
    """What a predictor hangs on: its ``features``, none for a constant, and an ``intercept`` behind them."""

    predictor: str
    features: tuple[str, ...]
    intercept: bool


@dataclass(frozen=True, eq=False, repr=False)
class Fit:
    """A minimum of the mean loss, or the best point that was reached, with what is known of it.

    ``params`` (p,) in the order of ``names``, the intercept last; ``coefficients`` (q, d + 1), or (q, d) without an
    intercept, the same for each predictor, 0 where nothing was fitted; ``loss`` is the mean loss without the penalty;
    ``offset`` says that the predictors had one; ``gradient`` is the largest component of the gradient in the
    coordinates of the fit; ``history`` has an entry an update. ``known`` is the certainty, or what works it out when it
    is first asked for: then asking raises DataError where the arrays of the fit were changed meanwhile. ``designs``
    says what each predictor hangs on where it has a design of its own; ``work`` are the data of such a fit and
    ``formulas`` what makes designs of new rows, which no file and no copy takes along. ``lasso`` is the factor of the
    absolute weights.
    """

    model: Loss
    params: Vector
    coefficients: Matrix
    names: tuple[str, ...]
    features: tuple[str, ...]
    intercept: bool
    loss: float
    outcome: Outcome
    detail: str
    method: str
    iterations: int
    history: tuple[Entry, ...]
    gradient: float
    known: Certainty | Pending
    rows: int
    total_weight: float
    ridge: float
    offset: bool
    separation: Separation | None
    designs: tuple[Shape, ...] = ()
    work: Any = None
    formulas: Any = None
    lasso: float = 0.0

    @property
    def converged(self) -> bool:
        return self.outcome.converged

    @property
    def reason(self) -> str:
        """Why the work stopped, as a sentence."""
        return f"{self.outcome.value}{'; ' if self.detail else ''}{self.detail}"

    @property
    def _certainty(self) -> Certainty:
        return self.known.result if isinstance(self.known, Pending) else self.known

    def covariance(self, kind: str = "observed", groups: Any = None) -> Matrix:
        """Of ``params`` (p, p); nan where not determined, where not converged, and where the square is no float.

        "observed" is that of `standard_errors`. "robust", which is "HC0", to "HC3" do not take the model at its word
        (sandwich); with ``groups``, a label a row, rows of one group may depend on each other. Raises CallerError and
        DataError.
        """
        if kind != "observed" or groups is not None:
            from lossproof.training.after.covariances import sandwich

            return sandwich(self, "robust" if kind == "observed" else kind, groups)
        known, p = self._certainty.covariance, len(self.params)
        return np.broadcast_to(np.nan, (p, p)) if known is None else known

    @property
    def rank(self) -> int:
        """How many of the parameters the data determine."""
        return self.known.rank

    @property
    def dispersion(self) -> float:
        """The factor of the covariance: 1, or the estimate where the family leaves it open."""
        return self._certainty.dispersion

    @property
    def dispersion_from(self) -> str:
        """Where the dispersion is from: "fixed" or the name of the estimate."""
        return self._certainty.dispersion_from

    @property
    def saturated_loss(self) -> float:
        """The mean over samples of the least loss that any prediction could have."""
        return self._certainty.saturated_loss

    def __repr__(self) -> str:
        end = "converged" if self.converged else "not converged"
        return f"<Fit of {self.model.name}: {end}, mean loss {self.loss:.6g}, {len(self.names)} parameters>"

    def _repr_html_(self) -> str:
        """What a notebook shows: the table of `summary`."""
        from lossproof.training.summary import as_html

        return as_html(self)

    def __getstate__(self) -> dict[str, Any]:
        """What pickles and copies take along: the certainty itself, never the data; nan where these were changed."""
        return {**self.__dict__, "known": self._settled().known, "work": None, "formulas": None}

    def _settled(self) -> Fit:
        """This fit with its certainty worked out, or said to be unknown."""
        if not isinstance(self.known, Pending):
            return self
        try:
            return replace(self, known=self.known.result)
        except DataError:
            return replace(self, known=self.known.unknown)

    @property
    def standard_errors(self) -> Vector:
        """sqrt diag(covariance) (p,), also where the squares are no floats."""
        known = self._certainty.standard_errors
        return np.full(len(self.params), np.nan) if known is None else known

    @property
    def z(self) -> Vector:
        """params / standard_errors (p,)."""
        with np.errstate(all="ignore"):
            return self.params / self.standard_errors

    @property
    def p(self) -> Vector:
        """Two-sided p values (p,): normal, or Student's t where the dispersion was estimated."""
        free, below = self._free, -np.abs(self.z)
        return np.asarray(2 * (special.ndtr(below) if free is None else special.stdtr(free, below)))

    def confidence_intervals(self, level: float = 0.95) -> Matrix:
        """params -/+ quantile * standard_errors (p, 2)."""
        if not 0 < level < 1:
            raise DataError(f"level: {level!r} was given; a number between 0 and 1 is needed, such as 0.95.")
        margin = self.quantile(level) * self.standard_errors
        return np.column_stack([self.params - margin, self.params + margin])

    def quantile(self, level: float) -> float:
        """How many standard errors an interval of this level reaches: normal, or Student's t as in `p`."""
        free, share = self._free, (1 + level) / 2
        return float(special.ndtri(share) if free is None else special.stdtrit(free, share))

    @property
    def _free(self) -> float | None:
        """The degrees of freedom of Student's t; None for the normal distribution."""
        free = self.total_weight - self.rank
        return free if self.dispersion_from != "fixed" and free > 0 else None

    @property
    def loglik(self) -> float:
        """-sum a * loss: the log-likelihood up to what the loss leaves out, which no parameter changes.

        nan where the family leaves the dispersion open: the loss is the log-likelihood up to a factor then.
        """
        return -self.total_weight * self.loss if self.model.dispersion == "fixed" else float("nan")

    @property
    def deviance(self) -> float:
        """2 sum a (l - the least l that any prediction could have): twice the distance from a perfect fit."""
        return self._certainty.deviance

    @property
    def aic(self) -> float:
        """2 p - 2 loglik, with the rank as p; nan where there is no log-likelihood."""
        return 2 * self.rank - 2 * self.loglik

    @property
    def bic(self) -> float:
        """log(n) p - 2 loglik with the total weight as n; nan where there is no log-likelihood."""
        return float(np.log(self.total_weight)) * self.rank - 2 * self.loglik

    def test(self, values: str | Sequence[str] | Mapping[str, float], kind: str = "wald") -> Any:
        """Whether the named parameters have these ``values``, 0 where only names are given.

        "wald", "lr" (likelihood ratio) or "score": .statistic, .df, .p. Raises CallerError and DataError.
        """
        from lossproof.training.after.hypotheses import test

        return test(self, values, kind)

    def profile(self, name: str, level: float = 0.95) -> tuple[float, float]:
        """The interval of a parameter by its profile likelihood; an end is infinite where the likelihood has none."""
        from lossproof.training.after.hypotheses import profile

        return profile(self, name, level)

    def delta(self, formulas: str | Sequence[str], level: float = 0.95, **letters: str) -> Any:
        """Functions of the parameters, as text, by the delta method: .values, .standard_errors, .intervals.

        ``letters`` say which parameter a letter stands for where its name is no word, ``s="u: intercept"``. Raises
        CallerError and DataError.
        """
        from lossproof.training.after.delta import delta

        return delta(self, formulas, letters, level)

    def residuals(self, kind: str = "pearson", seed: int = 0) -> Vector:
        """Of every row (M,): "response", "pearson", "deviance", or "quantile", which are normal where the model is
        true (with counts a place in each step is drawn by ``seed``). With classes "response" and "pearson" are (M, K).
        Raises CallerError and DataError.
        """
        from lossproof.training.after.residuals import residuals

        return residuals(self, kind, seed)

    def effects(self, kind: str = "average", columns: Mapping[str, Any] | None = None) -> Any:
        """How much the mean changes with each feature: "average" over the rows, or at their "means".

        Where the target is one of K classes it is the probability of each that changes: (K, d).

        ``columns`` stand for what else was observed in the rows: ``{"d": 1}`` for times that all end in an event.
        """
        from lossproof.training.after.effects import effects

        return effects(self, kind, columns)

    def interval(
        self,
        X: Any,
        level: float = 0.95,
        offset: Any = None,
        kind: str = "mean",
        columns: Mapping[str, Any] | None = None,
    ) -> Matrix:
        """(M, 3): yp of new rows X (M, d) and the ends of the interval of the mean there, or of one "observation".

        With classes (M, K, 3): of each its probability and the ends of that.

        ``columns`` are those of the new rows where the loss has some. Raises CallerError and DataError.
        """
        from lossproof.training.after.new_rows import interval

        return interval(self, X, level, offset, kind, columns)

    def compare(self, *others: Fit, names: Sequence[str] | None = None) -> Any:
        """Fits to the same rows side by side: log-likelihood, AIC, BIC, likelihood ratios. Raises DataError."""
        from lossproof.training.after.comparison import compare

        return compare((self, *others), names)

    def linear_predictor(self, X: Any, offset: Any = None) -> Vector:
        """u (M,) for new rows X (M, d) with their ``offset`` (M,), or one number; (M, q) with q predictors.

        A fit with an offset needs one here: without it the predictions would be others'. Raises DataError.
        """
        X = self._designed(X)
        if self.designs:
            return self._from_designs(X, offset)
        refuse_other_rows(X, offset=offset)
        columns = read_matrix(X)
        if len(columns.names) != len(self.features):
            raise DataError(
                f"X: {counted(len(columns.names), 'column was', 'columns were')} given;"
                f" the fit has {len(self.features)}."
            )
        named = hasattr(X, "columns")
        own = self.features != name_columns(len(self.features), None)
        if named and own and set(columns.names) != set(self.features):
            unknown = ", ".join(name for name in columns.names if name not in self.features)
            raise DataError(f"X: the fit knows no column {unknown}; it has {', '.join(self.features)}.")
        if named and set(columns.names) == set(self.features) and columns.names != self.features:
            raise DataError(f"X: the columns come in another order; the fit has {', '.join(self.features)}.")
        W = self.coefficients
        u = columns.values @ W[:, : len(self.features)].T
        u = u + W[:, len(self.features) :].sum(axis=1) + self._added(offset, len(u))
        return np.asarray(u[:, 0] if len(W) == 1 else u)

    def columns_of_each(self, X: Any) -> list[Matrix]:
        """du_p/dw_p (M, d_p) of each predictor at new rows ``X``: its columns, and ones behind for an intercept."""
        X = self._designed(X)
        if self.designs:
            return self._tables(X)
        values = np.asarray(read_matrix(X).values, dtype=np.float64)
        return [np.column_stack([values, *[np.ones(len(values))] * self.intercept])]

    def _designed(self, X: Any) -> Any:
        """The designs of a frame where formulas made those of the fit, else ``X``."""
        if not self.formulas or frame_of(X) is None:
            return X
        X = {name: design.again(X) for name, design in self.formulas.items() if design.names}
        return X if self.designs else X[self.model.predictors[0].name]

    def _tables(self, X: Any) -> list[Matrix]:
        """`columns_of_each` from a mapping like that of the fit, or from one X where one predictor has features."""
        featured = [each.predictor for each in self.designs if each.features]
        given = X if isinstance(X, Mapping) else dict.fromkeys(featured, X)
        table = {name: read_matrix(given[name]) for name in featured if name in given}
        missing = [name for name in featured if name not in table]
        if missing:
            raise DataError(f"X: the columns of {', '.join(missing)} are needed, as {{{missing[0]!r}: X}}.")
        rows = next((len(each.values) for each in table.values()), 1)
        found = []
        for shape in self.designs:
            values = table[shape.predictor].values if shape.features else np.zeros((rows, 0))
            if values.shape != (rows, len(shape.features)):
                raise DataError(
                    f"X: {shape.predictor} got {counted(values.shape[1], 'column')};"
                    f" it has {', '.join(shape.features)}."
                )
            found.append(np.column_stack([values, *[np.ones(rows)] * shape.intercept]))
        return found

    def _from_designs(self, X: Any, offset: Any) -> Vector:
        """u of new rows from what `_tables` takes."""
        columns = []
        for shape, table, w in zip(self.designs, self._tables(X), self.coefficients, strict=True):
            places = [self.features.index(name) for name in shape.features]
            columns.append(table @ np.append(w[places], w[len(w) - shape.intercept :]))
        u = np.column_stack(columns) + self._added(offset, len(columns[0]))
        return np.asarray(u[:, 0] if len(columns) == 1 else u)

    def _added(self, offset: Any, rows: int) -> Matrix | float:
        """The offset of new rows (M, q)."""
        if offset is None and self.offset:
            raise DataError(
                "offset: the model was fitted with one, so a prediction needs that of the new rows, as in "
                "predict(X, offset=log_of_years); offset=0 is for rows of one unit."
            )
        if offset is None:
            return 0.0
        q = len(self.coefficients)
        return offsets(np.full((rows, q)[: 1 + (q > 1)], offset) if np.ndim(offset) == 0 else offset, rows, q)

    def predict(self, X: Any, offset: Any = None, columns: Mapping[str, Any] | None = None) -> Vector:
        """yp for new rows X (M, d): the predicted target (M,), a probability for cross entropy.

        With a loss over K classes, ordered ones too, the probability of each (M, K). ``offset`` as in
        `linear_predictor`. Where the loss has no formula of its mean, that is added up from the probabilities of the
        target; ``columns`` are then what else a row holds. Raises CallerError for a loss without a mean, DataError
        where a row is outside of its domain.
        """
        if not self.model.categorical and (self.model.mean is None or self.model.columns):
            from lossproof.training.after.new_rows import means

            return means(self, X, offset, columns)
        return predicted(self.model, self.linear_predictor(X, offset))

    def summary(self) -> str:
        """The table for people."""
        from lossproof.training.summary import summary

        return summary(self._settled())

    def save(self, path: str | Path) -> None:
        """Write the fit as JSON: numbers, and formulas in the project's grammar; `load_fit` reads it."""
        from lossproof.training.saved import save

        save(self._settled(), path)

    def plot(self, kind: str = "loss", **options: Any) -> Any:
        """Draw with matplotlib (optional): see `lossproof.training.plot`."""
        from lossproof.training.plot import plot

        return plot(self, kind, **options)
