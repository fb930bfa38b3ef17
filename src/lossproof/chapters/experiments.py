"""`lossproof train`: the experiment of the book, or the same loss on a CSV file, as plain data.

The book's run (最短コースでわかるディープラーニングの数学, section 8): irises of the rows 0 to 99, sepal length and
width, a column of ones in front, w = (1, 1, 1), rate 0.01, full batch; 70 rows for training and 30 for the test,
as scikit-learn's train_test_split(train_size=70, test_size=30, random_state=123) draws them, kept here as row
numbers. Data: Fisher, Annals of Eugenics 7, 1936, the values as scikit-learn ships them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from lossproof.chapters.data_sets import diabetes
from lossproof.chapters.network_runs import read_start, refuse_data, train_network
from lossproof.chapters.scripts import chapters, load
from lossproof.errors import CallerError, DataError
from lossproof.lowering import ClassLoss, Loss, objective
from lossproof.lowering.classes import settled
from lossproof.lowering.prediction import mean_function
from lossproof.training.arrays import Matrix, Vector
from lossproof.training.fit import fit
from lossproof.training.result import Fit
from lossproof.training.rows.csv_tables import Table, read_table, shipped_table
from lossproof.training.rows.design import INTERCEPT

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class BookRun:
    """An experiment as a book prints it: ``classes`` are the species in the order of their labels 0, 1, ...

    ``train`` and ``test`` are row numbers among those of the classes, in the order in which they are used; where there
    are no classes, the data are the patients of scikit-learn, all of them for training.
    """

    features: tuple[str, ...]
    classes: tuple[str, ...]
    start: float
    rate: float
    iterations: int
    predictors: int
    train: tuple[int, ...]
    test: tuple[int, ...]


@cache
def experiments() -> Mapping[str, BookRun]:
    """Chapter -> its experiment: sections 8 and 9 of the book, iterations as in its revised notebooks."""
    text = (resources.files("lossproof.chapters") / "data" / "experiments.json").read_text(encoding="utf-8")
    return {name: BookRun(**_in_tuples(run)) for name, run in json.loads(text).items()}


def _in_tuples(run: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in run.items()}


@dataclass(frozen=True, slots=True)
class Sample:
    """Rows to learn from and, where there are any, rows to test on; ``names`` are the features'."""

    X: Matrix
    y: Vector
    names: tuple[str, ...]
    test_X: Matrix | None = None
    test_y: Vector | None = None


@dataclass(frozen=True, slots=True)
class Training:
    """What `lossproof train --json` prints: ``coefficients`` in the order of the design matrix, ones first.

    ``confusion``, where there are test rows: a row a true class, a column a predicted one, at the end. A file of one's
    own has ``standard_errors`` in the same order, and ``summary``, the table of the fit for people.
    """

    coefficients: dict[str, float]
    loss: float
    iterations: int
    converged: bool
    reason: str
    method: str
    history: list[dict[str, float]] = field(repr=False)
    confusion: list[list[int]] | None = None
    standard_errors: dict[str, float | None] | None = None
    summary: str | None = field(default=None, repr=False)

    def as_dict(self) -> dict[str, Any]:
        """Every field for programs, but those that there is nothing to say in."""
        fields = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "summary"}
        return {name: value for name, value in fields.items() if value is not None}


def book_run(name: str, loss: Loss | None = None, progress: bool | None = None) -> Training:
    """The book's experiment with the loss of the chapter ``name``, every iteration from 0 in the history."""
    return train(name, loss=loss, progress=progress)


def train(
    name: str,
    *,
    data: str | Path | None = None,
    target: str | None = None,
    features: Sequence[str] | None = None,
    method: str | None = None,
    rate: float | None = None,
    iterations: int | None = None,
    start: Sequence[float] | str | None = None,
    loss: Loss | ClassLoss | None = None,
    progress: bool | None = None,
    network: Mapping[str, Any] | None = None,
) -> Training:
    """Train the loss of the chapter ``name`` on a CSV file, or without ``data`` on the book's own experiment.

    ``start`` is in the order of the design matrix, a column of ones first. ``loss`` stands in for the chapter's.
    ``network`` are the fields of a `Plan` for a chapter that publishes a network; its ``start`` is "normal" or "ones".
    Raises DataError, CallerError and UnknownChapter.
    """
    if loss is None:
        chapter = load(name)
        if chapter.published_network is not None:
            refuse_data(data, {"target": target, "features": features, "method": method})
            asked = {"rate": rate, "updates": iterations, **(network or {}), **read_start(start)}
            kept = {key: value for key, value in asked.items() if value is not None}
            return Training(**train_network(chapter, kept, progress))
        loss = chapter.loss
    if isinstance(start, str) or network:
        raise CallerError(f"{name} is no network: --hidden, --batch, --seed and --start ones are for those that are.")
    if data is None:
        _refuse_target(target)
        run = _with_features(_book_run(name), features)
        sample, usual = _book_sample(run), _book_options(run, method)
    else:
        sample, usual = _csv_sample(read_table(data), target, features), {"method": method}
    loss = settled(loss, sample.y)
    options = usual | {k: v for k, v in {"rate": rate, "max_iterations": iterations}.items() if v is not None}
    if start is not None:
        options["start"] = _intercept_last(start, _coefficients(loss, sample.names, options))
    tests = _Tests(loss, sample)
    result = fit(loss, sample.X, sample.y, names=sample.names, callback=tests, progress=progress, **options)
    trained = _training(result, tests)
    if data is None:
        return trained
    errors = [None if np.isnan(each) else each for each in result.standard_errors.tolist()]
    return replace(trained, standard_errors=_ones_first(result, errors), summary=result.summary())


def _refuse_target(target: str | None) -> None:
    if target is not None:
        raise CallerError("--target names a column of a CSV file; give one with --data.")


def _with_features(run: BookRun, features: Sequence[str] | None) -> BookRun:
    """The experiment with other columns of its table. Raises DataError where one is not there, or twice."""
    if features is None:
        return run
    if len(set(features)) < len(features):
        raise DataError(f"--features: a name stands twice in {','.join(features)}.")
    return replace(run, features=tuple(features))


def _book_run(name: str) -> BookRun:
    if name not in experiments():
        known = ", ".join(sorted(experiments().keys() & chapters().keys())) or "no chapter that is there"
        raise CallerError(f"{name}: the book has no experiment for it (only for {known}); give --data and --target.")
    return experiments()[name]


def _book_options(run: BookRun, method: str | None) -> dict[str, Any]:
    """The book's own settings, every class with coefficients of its own; another method has its usual ones."""
    if method not in (None, "gd"):
        return {"method": method}
    start = np.full(run.predictors * (len(run.features) + 1), run.start)
    gd = {"method": "gd", "rate": run.rate, "max_iterations": run.iterations, "start": start}
    return gd | ({"reference": None} if run.predictors > 1 else {})


def _book_sample(run: BookRun) -> Sample:
    if not run.classes:
        return _patients(run.features)
    table = shipped_table("iris.csv")
    label = {species: float(k) for k, species in enumerate(run.classes)}
    kept = [i for i, species in enumerate(table.text("species")) if species in label]
    X = table.matrix(run.features)[kept]
    y = np.array([label[species] for species in table.text("species") if species in label])
    train, test = list(run.train), list(run.test)
    return Sample(X[train], y[train], run.features, X[test], y[test])


def _patients(features: tuple[str, ...]) -> Sample:
    found = diabetes()
    for name in features:
        if name not in found.names:
            raise DataError(f"--features: there is no column {name!r}; it has {', '.join(found.names)}.")
    return Sample(found.X[:, [found.names.index(name) for name in features]], found.y, features)


def book_split(name: str) -> dict[str, list[int]]:
    """The row numbers of the book's experiment: ``train`` and ``test``, in the order they are used."""
    run = _book_run(name)
    return {"train": list(run.train), "test": list(run.test)}


def _csv_sample(table: Table, target: str | None, features: Sequence[str] | None) -> Sample:
    if target is None:
        raise CallerError(f"--target: say which column is the target; {table.file} has {', '.join(table.names)}.")
    y = table.column(target)
    names = tuple(features) if features is not None else tuple(n for n in table.names if n != target)
    if target in names:
        raise DataError(f"--features: {target!r} is the target; it cannot be a feature as well.")
    if len(set(names)) < len(names):
        raise DataError(f"--features: a name stands twice in {','.join(names)}.")
    return Sample(table.matrix(names), y, names)


def _coefficients(loss: Loss, features: Sequence[str], options: Mapping[str, Any]) -> list[list[str]]:
    """The names that `fit` gives the coefficients, a list for each predictor in the order of the design matrix."""
    predictors = [symbol.name for symbol in loss.predictors]
    if loss.categorical and options.get("reference", 0) is not None:
        predictors.pop(options.get("reference", 0))
    return [[c if len(loss.predictors) == 1 else f"{u}: {c}" for c in (INTERCEPT, *features)] for u in predictors]


def _intercept_last(start: Sequence[float], coefficients: list[list[str]]) -> list[float]:
    """From the order of the design matrix to that of a fit, for every predictor."""
    names = [name for row in coefficients for name in row]
    if len(start) != len(names) or not np.isfinite(start).all():
        needed = f"{len(names)} finite numbers are needed, for {', '.join(names)} in this order"
        raise DataError(f"start: {', '.join(map(str, start))} was given; {needed}.")
    width = len(coefficients[0])
    rows = [list(start[k : k + width]) for k in range(0, len(start), width)]
    return [number for row in rows for number in (*row[1:], *row[:1])]


class _Tests:
    """Told of every update: keeps loss and accuracy on the test rows."""

    def __init__(self, loss: Loss, sample: Sample) -> None:
        self.seen: list[dict[str, float]] = []
        self.sample = sample
        if sample.test_X is not None:
            self.X = np.column_stack([sample.test_X, np.ones(len(sample.test_X))])
            self.objective = objective(loss, self.X, sample.test_y)
            self.q = len(loss.predictors)
            self.mean = mean_function(loss) if self.q == 1 else None

    def __call__(self, entry: Mapping[str, Any]) -> None:
        if self.sample.test_X is not None:
            w = self._all(entry["params"])
            accuracy = float((self._classes(w) == self.sample.test_y).mean())
            self.seen.append({"test_loss": self.objective.value(w), "test_accuracy": accuracy})

    def confusion(self, params: Vector) -> list[list[int]] | None:
        """How many test rows of each class (rows) were taken for each (columns); None without test rows."""
        if self.sample.test_y is None:
            return None
        found = np.zeros((max(self.q, 2),) * 2, dtype=int)
        np.add.at(found, (self.sample.test_y.astype(int), self._classes(self._all(params)).astype(int)), 1)
        return [[int(count) for count in row] for row in found]

    def _all(self, w: Vector) -> Vector:
        """The coefficients with those of the reference class, which are 0."""
        return w if w.size == self.objective.parameters else np.append(np.zeros(self.X.shape[1]), w)

    def _classes(self, w: Vector) -> NDArray[Any]:
        """The predicted class: the more likely of two, or the one with the largest predictor."""
        if self.mean is not None:
            return self.mean(self.X @ w) >= 0.5
        return np.argmax(self.X @ w.reshape(self.q, -1).T, axis=1)


def _ones_first(result: Fit, values: list[T]) -> dict[str, T]:
    """Name to value (p,) in the order of the design matrix, for every predictor."""
    pairs = list(zip(result.names, values, strict=True))
    width = len(result.features) + 1
    rows = [pairs[k : k + width] for k in range(0, len(pairs), width)]
    return dict(pair for row in rows for pair in (*row[-1:], *row[:-1]))


def _training(result: Fit, tests: _Tests) -> Training:
    history = [
        {"iteration": entry["iteration"], "loss": entry["loss"], **(tests.seen[k] if tests.seen else {})}
        for k, entry in enumerate(result.history)
    ]
    return Training(
        coefficients=_ones_first(result, result.params.tolist()),
        loss=result.loss,
        iterations=result.iterations,
        converged=result.converged,
        reason=result.reason,
        method=result.method,
        history=history,
        confusion=tests.confusion(result.params),
    )
