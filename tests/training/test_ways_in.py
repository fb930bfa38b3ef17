"""Every way in, as people walk it: tables, files and clusters are fitted as in memory, or refused by name."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import lossproof
from lossproof.errors import CallerError, DataError
from lossproof.training import fit
from lossproof.training.rows import files

FEATURES = ("age", "dose")


@pytest.fixture(scope="module")
def ill() -> tuple[np.ndarray, np.ndarray]:
    """Ages and doses (3000, 2) of patients, and who fell ill."""
    random = np.random.default_rng(12)
    X = random.normal(size=(3000, 2)) * [12.0, 1.0] + [50.0, 3.0]
    return X, (random.random(3000) < 1 / (1 + np.exp(-(0.05 * X[:, 0] - X[:, 1])))).astype(float)


def same(found: Any, expected: Any) -> None:
    assert found.converged
    assert found.names == expected.names
    np.testing.assert_allclose(found.params, expected.params, rtol=1e-9)
    np.testing.assert_allclose(found.standard_errors, expected.standard_errors, rtol=1e-9)
    assert found.deviance == pytest.approx(expected.deviance, rel=1e-9)


@pytest.fixture(scope="module")
def expected(logistic: Any, ill: Any) -> Any:
    return fit(logistic, *ill, names=FEATURES)


class Counted:
    """A source that counts how often it is read."""

    def __init__(self, source: Any, reads: list[int]) -> None:
        self.source, self.reads = source, reads

    def read(self) -> Any:
        self.reads.append(1)
        return self.source.read()

    def survey(self, loss: Any) -> Any:
        self.reads.append(1)
        return self.source.survey(loss)


@pytest.mark.parametrize("name", ["logistic_regression", "linear_regression", "poisson_regression"])
@pytest.mark.parametrize("method", ["newton", "lbfgs"])
def test_a_fit_over_blocks_reads_the_data_twice_besides_the_evaluations(
    ill: Any, monkeypatch: pytest.MonkeyPatch, name: str, method: str
) -> None:
    from lossproof.training.rows.data import SumOverBlocks

    loss = lossproof.load(name).loss
    X, y = ill
    monkeypatch.setattr(files, "_BLOCK_ENTRIES", 1000)
    data = files.mapped_data(loss, X, y, None, None)
    reads: list[int] = []
    counted = type(data)(loss, [Counted(source, reads) for source in data.sources], data.features)
    evaluations: list[int] = []
    mean = SumOverBlocks._mean
    monkeypatch.setattr(SumOverBlocks, "_mean", lambda *given: evaluations.append(1) or mean(*given))
    from lossproof.training.fit import run
    from lossproof.training.minimise.choose import Options
    from lossproof.training.minimise.task import Settings, make_task

    found = run(make_task(counted, counted.features, Settings()), None, Options(method=method))
    assert found.converged
    assert np.isfinite(found.standard_errors).all()
    assert np.isfinite(found.deviance)
    assert len(reads) % len(data.sources) == 0
    assert len(reads) // len(data.sources) <= len(evaluations) + 2


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_tables_keep_their_names(logistic: Any, ill: Any, expected: Any, library: str) -> None:
    module = pytest.importorskip(library, reason=f"{library} is not installed")
    make = module.table if library == "pyarrow" else module.DataFrame
    table = make(dict(zip(FEATURES, ill[0].T, strict=True)))
    same(fit(logistic, table, ill[1]), expected)
    np.testing.assert_allclose(expected.predict(table), expected.predict(ill[0]), rtol=1e-12)


DAYS = ["2026-01-01", "2026-01-02", "2026-01-05"]


@pytest.mark.parametrize("kind", ["datetime64[ns]", "timedelta64[ns]"])
def test_dates_beside_numbers_are_refused_in_pandas(logistic: Any, kind: str) -> None:
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    column = pandas.Series(np.array(DAYS, dtype="datetime64[ns]") if "datetime" in kind else [1, 2, 3]).astype(kind)
    for beside in ([1.0, 2.0, 3.0], [True, False, True]):
        frame = pandas.DataFrame({"a": beside, "day": column})
        with pytest.raises(DataError, match=r"X: column 'day' has the type .*give the time since a day"):
            fit(logistic, frame, [0, 1, 1])


@pytest.mark.parametrize("kind", ["Date", "Datetime", "Duration", "Time"])
def test_dates_beside_numbers_are_refused_in_polars(logistic: Any, kind: str) -> None:
    polars = pytest.importorskip("polars", reason="polars is not installed")
    column = polars.Series("day", [1, 2, 3]).cast(getattr(polars, kind))
    frame = polars.DataFrame({"a": [1.0, 2.0, 3.0]}).with_columns(column)
    with pytest.raises(DataError, match=r"X: column 'day' has the type .*give the time since a day"):
        fit(logistic, frame, [0, 1, 1])


def test_categories_of_whole_numbers_are_no_numbers(logistic: Any) -> None:
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    frame = pandas.DataFrame({"a": [1.0, 2.0, 3.0], "g": pandas.Categorical([1, 2, 1])})
    with pytest.raises(DataError, match=r"column 'g' has the type category, .*a column of 0 and 1 for each level"):
        fit(logistic, frame, [0, 1, 1])


def test_what_is_missing_is_said_to_be_missing(logistic: Any) -> None:
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    frame = pandas.DataFrame({"a": [1.0, 2.0, 3.0], "n": pandas.array([1, pandas.NA, 3], dtype="Int64")})
    with pytest.raises(DataError, match=r"in row 1, column 'n' .*fill what is missing"):
        fit(logistic, frame, [0, 1, 1])
    with pytest.raises(DataError, match=r"column 'n' holds '<NA>' in row 1 .*fill what is missing, or leave the row"):
        fit(logistic, frame.astype({"n": object}), [0, 1, 1])
    holes = pandas.DataFrame({"a": [1.0, 2.0, 3.0], "b": [1.0, np.nan, 3.0]})
    with pytest.raises(DataError, match=r"the value nan stands in row 1, column 'b' \(counted from 0\)"):
        fit(logistic, holes, [0, 1, 1])


def test_other_containers_are_named_with_what_would_do(logistic: Any, ill: Any) -> None:
    polars = pytest.importorskip("polars", reason="polars is not installed")
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    table = dict(zip(FEATURES, ill[0].T, strict=True))
    for given, would_do in (
        (polars.DataFrame(table).lazy(), r"a LazyFrame was given.*call \.collect\(\) first"),
        (table, r"a dict was given.*pandas\.DataFrame"),
        (pandas.Series(ill[0][:, 0]), r"a Series was given.*\.to_frame\(\)"),
    ):
        with pytest.raises(DataError, match=f"X: {would_do}"):
            fit(logistic, given, ill[1])


def test_a_name_for_a_column_in_memory_is_refused(logistic: Any, ill: Any) -> None:
    for role in ("weights", "offset"):
        with pytest.raises(DataError, match=rf"{role}: the text 'exposure' was given; .*frame\['exposure'\]"):
            fit(logistic, *ill, **{role: "exposure"})


def test_dates_rates_and_labels_as_targets_get_their_own_advice(logistic: Any, ill: Any) -> None:
    X, _ = ill
    linear, poisson = (lossproof.load(f"{name}_regression").loss for name in ("linear", "poisson"))
    with pytest.raises(DataError, match=r"y: values like .*For dates, give the time since a day"):
        fit(linear, X[:3], np.array(DAYS, dtype="datetime64[D]"))
    with pytest.raises(DataError, match=r"y: values like .*Encode them as numbers"):
        fit(linear, X[:3], ["a", "b", "c"])
    with pytest.raises(DataError, match="Labels are taken by LossClassifier"):
        fit(logistic, X[:3], ["a", "b", "c"])
    with pytest.raises(DataError, match=r"y: the value 0.5 .*rates are counts with offset=log\(exposure\)"):
        fit(poisson, X[:3], [1.0, 0.5, 2.0])


def test_weights_beyond_all_floats_are_refused(logistic: Any, ill: Any) -> None:
    with pytest.raises(DataError, match="weights: their sum is too large for a float"):
        fit(logistic, *ill, weights=np.full(3000, 1e308))


def test_a_refusal_names_the_row_of_the_whole_file(
    logistic: Any, ill: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setattr(files, "_BLOCK_ENTRIES", 1000)
    X = ill[0].copy()
    X[2617, 1] = np.nan
    np.save(tmp_path / "X.npy", X)
    mapped = np.load(tmp_path / "X.npy", mmap_mode="r")
    with pytest.raises(DataError, match="stands in row 2617, column 1"):
        fit(logistic, mapped, ill[1])
    with pytest.raises(DataError, match="stands in row 2617, column 'dose'"):
        fit(logistic, mapped, ill[1], names=FEATURES)
    wrong = ill[1].copy()
    wrong[2999] = 2
    np.save(tmp_path / "X.npy", ill[0])
    with pytest.raises(DataError, match=r"y: the value 2.0 stands in row 2999"):
        fit(logistic, np.load(tmp_path / "X.npy", mmap_mode="r"), wrong)


def test_tiny_columns_are_refused_wherever_the_rows_are(
    logistic: Any, ill: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setattr(files, "_BLOCK_ENTRIES", 1000)
    np.save(tmp_path / "X.npy", ill[0] * [1.0, 1e-300])
    with pytest.raises(DataError, match="too small for a coefficient"):
        fit(logistic, np.load(tmp_path / "X.npy", mmap_mode="r"), ill[1])


@pytest.fixture
def parquet() -> Any:
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    from pyarrow import parquet

    return parquet


def table_of(ill: Any, **more: Any) -> Any:
    import pyarrow

    return pyarrow.table({**dict(zip(FEATURES, ill[0].T, strict=True)), "ill": ill[1], **more})


def test_a_first_row_group_without_weight_is_fitted_as_in_memory(
    logistic: Any, ill: Any, parquet: Any, tmp_path: Any
) -> None:
    weights = np.repeat([0.0, 1.0, 2.0], 1000)
    parquet.write_table(table_of(ill, n=weights), tmp_path / "a.parquet", row_group_size=1000)
    same(fit(logistic, tmp_path, "ill", weights="n"), fit(logistic, *ill, weights=weights, names=FEATURES))
    parquet.write_table(table_of(ill, n=0 * weights), tmp_path / "a.parquet", row_group_size=1000)
    with pytest.raises(DataError, match="weights: all are 0"):
        fit(logistic, tmp_path, "ill", weights="n")


def test_files_and_row_groups_without_rows_are_passed_over(
    logistic: Any, ill: Any, expected: Any, parquet: Any, tmp_path: Any
) -> None:
    whole = table_of(ill)
    parquet.write_table(whole.slice(0, 0), tmp_path / "a.parquet")
    with parquet.ParquetWriter(tmp_path / "b.parquet", whole.schema) as writer:
        for start, length in ((0, 900), (900, 0), (900, 2100)):
            writer.write_table(whole.slice(start, length))
    same(fit(logistic, tmp_path, "ill"), expected)
    (tmp_path / "b.parquet").unlink()
    with pytest.raises(DataError, match="there are no rows"):
        fit(logistic, tmp_path, "ill")


def test_a_parquet_file_that_does_not_fit_is_named(logistic: Any, ill: Any, parquet: Any, tmp_path: Any) -> None:
    whole = table_of(ill)
    parquet.write_table(whole, tmp_path / "a.parquet")
    parquet.write_table(whole.drop_columns(["dose"]), tmp_path / "b.parquet")
    with pytest.raises(DataError, match=r"b\.parquet: there is no column 'dose', which other files have"):
        fit(logistic, tmp_path, "ill")
    (tmp_path / "b.parquet").write_bytes(b"PAR1 or so")
    with pytest.raises(DataError, match=r"b\.parquet: this is no Parquet file that can be read"):
        fit(logistic, tmp_path, "ill")


def test_a_row_of_a_parquet_file_is_named_with_its_file(logistic: Any, ill: Any, parquet: Any, tmp_path: Any) -> None:
    X = ill[0].copy()
    X[2500, 1] = np.nan
    parquet.write_table(table_of((X, ill[1])), tmp_path / "a.parquet", row_group_size=1000)
    with pytest.raises(DataError, match=r"a\.parquet: X: the value nan stands in row 2500, column 'dose'"):
        fit(logistic, tmp_path, "ill")


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([], "names: no column was named"),
        (["age", "ill"], "names: 'ill' is a feature and y at once"),
        (["age", "size"], "names: 'size' was given; it has to name a column"),
        (["age", "age"], "2 different names are needed"),
    ],
)
def test_features_of_parquet_files_are_checked(
    logistic: Any, ill: Any, parquet: Any, tmp_path: Any, names: list[str], said: str
) -> None:
    parquet.write_table(table_of(ill), tmp_path / "a.parquet")
    with pytest.raises(DataError, match=said):
        fit(logistic, tmp_path, "ill", names=names)


def test_types_of_parquet_columns_are_what_they_say(logistic: Any, ill: Any, parquet: Any, tmp_path: Any) -> None:
    import pyarrow

    days = pyarrow.array(np.arange(3000, dtype=np.int32)).cast(pyarrow.date32())
    groups = pyarrow.array(np.array(["a", "b", "c"])[np.arange(3000) % 3]).dictionary_encode()
    for column, kind in ((days, "date32"), (groups, "dictionary")):
        parquet.write_table(table_of(ill, other=column), tmp_path / "a.parquet")
        with pytest.raises(DataError, match=rf"column 'other' has the type {kind}"):
            fit(logistic, tmp_path, "ill")


def test_folders_that_are_named_for_a_column_are_read(
    logistic: Any, ill: Any, expected: Any, parquet: Any, tmp_path: Any
) -> None:
    for year, part in ((2020, slice(0, 1200)), (2021, slice(1200, 3000))):
        (tmp_path / f"year={year}").mkdir()
        parquet.write_table(table_of((ill[0][part], ill[1][part])), tmp_path / f"year={year}" / "a.parquet")
    same(fit(logistic, tmp_path, "ill"), expected)
    years = np.repeat([2020.0, 2021.0], [1200, 1800])
    with_years = fit(logistic, np.column_stack([ill[0], years]), ill[1], names=[*FEATURES, "year"])
    same(fit(logistic, tmp_path, "ill", names=[*FEATURES, "year"]), with_years)


def test_a_folder_with_brackets_in_its_name_is_read(
    logistic: Any, ill: Any, expected: Any, parquet: Any, tmp_path: Any
) -> None:
    (tmp_path / "br[1]").mkdir()
    parquet.write_table(table_of(ill), tmp_path / "br[1]" / "a.parquet")
    same(fit(logistic, tmp_path / "br[1]", "ill"), expected)


@pytest.fixture
def frames() -> Any:
    pytest.importorskip("pandas", reason="pandas is not installed")
    return pytest.importorskip("dask.dataframe", reason="dask is not installed")


@pytest.mark.filterwarnings("ignore:The inplace keyword")  # Dask, of pandas
@pytest.mark.parametrize("count", [4, 10, 40])
def test_the_lines_of_the_readme_fit_any_number_of_files(
    logistic: Any, ill: Any, expected: Any, parquet: Any, frames: Any, tmp_path: Any, count: int
) -> None:
    for k, part in enumerate(np.array_split(np.arange(3000), count)):
        parquet.write_table(table_of((ill[0][part], ill[1][part])), tmp_path / f"{k:03}.parquet")
    rows = frames.read_parquet(tmp_path)
    same(fit(logistic, rows[["age", "dose"]], rows["ill"]), expected)


def test_partitions_that_a_filter_left_empty_are_passed_over(logistic: Any, ill: Any, frames: Any) -> None:
    import pandas

    frame = pandas.DataFrame(ill[0], columns=list(FEATURES)).assign(ill=ill[1], part=np.repeat(np.arange(6), 500))
    lazy = frames.from_pandas(frame, npartitions=6)
    some = lazy[lazy["part"] % 2 == 1]
    kept = frame["part"] % 2 == 1
    same(fit(logistic, some[list(FEATURES)], some["ill"]), fit(logistic, ill[0][kept], ill[1][kept], names=FEATURES))


def test_mixed_columns_of_a_dask_frame_are_fitted(logistic: Any, ill: Any, frames: Any) -> None:
    import pandas

    frame = pandas.DataFrame(
        {
            "age": ill[0][:, 0].astype(int),
            "dose": ill[0][:, 1].astype(np.float32),
            "old": ill[0][:, 0] > 60,
            "ill": ill[1].astype(bool),
        }
    )
    lazy, features = frames.from_pandas(frame, npartitions=5), ["age", "dose", "old"]
    same(fit(logistic, lazy[features], lazy["ill"]), fit(logistic, frame[features], ill[1]))


def test_blocks_of_unlike_and_unknown_sizes_are_not_paired_by_chance(logistic: Any, ill: Any, frames: Any) -> None:
    import dask.array as arrays

    X, y = arrays.from_array(ill[0], chunks=(1000, 2)), arrays.from_array(ill[1], chunks=600)
    same(fit(logistic, X, y), fit(logistic, *ill))
    with pytest.raises(DataError, match="it has 5 blocks and X 3, of sizes that are not known"):
        fit(logistic, X[X[:, 0] > 0], y[y >= 0])
    with pytest.raises(DataError, match=r"y: shape \(2999,\) was given; X has 3000 rows"):
        fit(logistic, X, y[1:])


def test_names_of_dask_columns_are_checked(logistic: Any, ill: Any, frames: Any) -> None:
    import dask.array as arrays
    import pandas

    X = arrays.from_array(ill[0], chunks=(1000, 2))
    assert fit(logistic, X, ill[1], names=FEATURES).names == (*FEATURES, "intercept")
    with pytest.raises(DataError, match="names: age were given; 2 different names are needed"):
        fit(logistic, X, ill[1], names=["age"])
    frame = frames.from_pandas(pandas.DataFrame(ill[0], columns=["age", "age"]).assign(ill=ill[1]), npartitions=2)
    with pytest.raises(DataError, match="the column name 'age' stands twice"):
        fit(logistic, frame[["age"]], frame["ill"])


def test_a_refusal_of_a_dask_block_names_the_row_of_the_whole(logistic: Any, ill: Any, frames: Any) -> None:
    import dask.array as arrays

    X = ill[0].copy()
    X[1407, 1] = np.inf
    with pytest.raises(DataError, match="X: the value inf stands in row 1407, column 'x2'"):
        fit(logistic, arrays.from_array(X, chunks=(500, 2)), ill[1])


def test_workers_that_all_die_are_a_sentence(
    logistic: Any, ill: Any, frames: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import dask
    import dask.array as arrays

    class KilledWorker(Exception):
        """As Dask's scheduler raises it."""

    def died(*_: Any, **__: Any) -> Any:
        raise KilledWorker("attempted to run task on 4 workers")

    monkeypatch.setattr(dask, "compute", died)
    with pytest.raises(DataError, match=r"X: every worker that took one of its blocks died.*smaller blocks"):
        fit(logistic, arrays.from_array(ill[0], chunks=(500, 2)), ill[1])


@pytest.mark.parametrize("option", ["intercept", "unchecked"])
@pytest.mark.parametrize("value", ["no", 0, 1, None, [False]])
def test_a_yes_or_no_is_true_or_false(logistic, clicks, option, value):
    with pytest.raises(CallerError, match=f"^{option}: .* was given; it is True or False"):
        fit(logistic, *clicks, **{option: value})


def test_numpy_says_no_to_the_intercept_as_well(logistic, clicks):
    assert not fit(logistic, *clicks, intercept=np.bool_(False)).intercept


@pytest.mark.parametrize("name", ["y", "weights", "offset"])
def test_a_series_with_other_rows_than_the_frame_is_refused(logistic, clicks, name):
    """By position the rows would be mixed up; the same index, and no index, are taken."""
    pandas = pytest.importorskip("pandas")
    X, y = clicks
    frame, given = pandas.DataFrame(X), {"y": y, "weights": np.arange(1.0, 401), "offset": np.zeros(400)}
    expected = fit(logistic, frame, **given).params
    series = pandas.Series(given[name])
    np.testing.assert_array_equal(fit(logistic, frame, **{**given, name: series}).params, expected)
    mixed = series.sample(frac=1, random_state=0)
    with pytest.raises(DataError, match=f"{name}: its index is another than that of X"):
        fit(logistic, frame, **{**given, name: mixed})
    again = fit(logistic, frame, **{**given, name: mixed.loc[frame.index]}).params
    np.testing.assert_array_equal(again, expected)
    with pytest.raises(DataError, match="offset: its index is another than that of X"):
        fit(logistic, frame, **given).predict(frame, mixed)
