"""More rows than memory, and more than one machine: the answer is that of the rows in memory."""

from __future__ import annotations

import os
import signal
import threading
import time

import numpy as np
import pytest

from lossproof.errors import DataError
from lossproof.training import fit
from lossproof.training.existence.separation import separation
from lossproof.training.rows import files as blocks
from lossproof.training.rows.data import BlockData


@pytest.fixture(scope="module")
def many():
    """A sample (20000, 4) in float32 with y, weights and an offset."""
    rng = np.random.default_rng(8)
    X = (rng.normal(size=(20_000, 4)) * [1, 10, 0.1, 1] + [0, 50, 0, -3]).astype(np.float32)
    u = X @ np.array([0.5, -0.05, 4.0, 1.0]) + 5.5
    y = (rng.random(len(X)) < 1 / (1 + np.exp(-u))).astype(np.float32)
    return X, y, rng.integers(0, 3, len(X)).astype(float), 0.1 * rng.normal(size=len(X))


@pytest.fixture
def small_blocks(monkeypatch):
    """Blocks of 1000 rows of four columns, so that small files have many."""
    monkeypatch.setattr(blocks, "_BLOCK_ENTRIES", 4000)


def mapped(path, array):
    np.save(path, array)
    return np.load(path, mmap_mode="r")


def same(found, expected):
    assert found.converged
    assert found.rows == expected.rows
    assert found.names == expected.names
    np.testing.assert_allclose(found.params, expected.params, rtol=1e-10)
    np.testing.assert_allclose(found.standard_errors, expected.standard_errors, rtol=1e-10)
    for name in ("loss", "total_weight", "deviance", "aic"):
        assert getattr(found, name) == pytest.approx(getattr(expected, name), rel=1e-10)


@pytest.mark.parametrize("method", ["newton", "lbfgs"])
def test_a_mapped_file_is_fitted_block_by_block(logistic, many, tmp_path, small_blocks, method):
    X, y, weights, offset = many
    arrays = [mapped(tmp_path / f"{name}.npy", a) for name, a in (("X", X), ("y", y), ("w", weights), ("o", offset))]
    data = blocks.mapped_data(logistic, *arrays)
    assert len(data.sources) == 20
    found = fit(logistic, arrays[0], arrays[1], weights=arrays[2], offset=arrays[3], method=method)
    expected = fit(logistic, X, y, weights=weights, offset=offset)
    if method == "newton":
        same(found, expected)
    else:
        np.testing.assert_allclose(found.params, expected.params, rtol=1e-6)


def test_a_bad_value_in_a_mapped_file_is_named(logistic, many, tmp_path, small_blocks):
    X, y, *_ = many
    bad = X.copy()
    bad[15_007, 2] = np.nan
    with pytest.raises(DataError, match="X: the value nan stands in row"):
        fit(logistic, mapped(tmp_path / "X.npy", bad), y)
    with pytest.raises(DataError, match="y: the value 2"):
        fit(logistic, mapped(tmp_path / "X.npy", X), 2 * y)
    with pytest.raises(DataError, match="y: shape"):
        fit(logistic, mapped(tmp_path / "X.npy", X), y[:-1])


def test_separation_is_decided_over_blocks(logistic, many, tmp_path, small_blocks):
    X, *_ = many
    Xm = mapped(tmp_path / "X.npy", X)
    complete = fit(logistic, Xm, (X[:, 2] > 0.01).astype(float))
    assert (complete.converged, complete.separation.kind, complete.separation.features) == (False, "complete", ("x3",))
    y = (np.random.default_rng(0).random(len(X)) < 0.5).astype(float)
    y[X[:, 0] > 3.2] = 1.0
    expected = separation(np.column_stack([X, np.ones(len(X))]).astype(float), y)
    assert expected.kind == "none"
    assert fit(logistic, Xm, y).converged


def test_memory_stays_within_a_block(logistic, tmp_path, monkeypatch):
    """A mapped float32 file of 80 MB, blocks of 16 MB: the peak of anonymous memory stays under a fifth of the file."""
    import tracemalloc

    monkeypatch.setattr(blocks, "_BLOCK_ENTRIES", 1 << 22)
    rows = 2_000_000
    X = np.lib.format.open_memmap(tmp_path / "X.npy", mode="w+", dtype=np.float32, shape=(rows, 10))
    y = np.lib.format.open_memmap(tmp_path / "y.npy", mode="w+", dtype=np.float32, shape=(rows,))
    rng = np.random.default_rng(0)
    for start in range(0, rows, 500_000):
        part = rng.normal(size=(500_000, 10)).astype(np.float32)
        X[start : start + len(part)] = part
        y[start : start + len(part)] = rng.random(len(part)) < 1 / (1 + np.exp(-part[:, 0]))
    X, y = np.load(tmp_path / "X.npy", mmap_mode="r"), np.load(tmp_path / "y.npy", mmap_mode="r")
    fit(logistic, X[:2000], y[:2000])
    tracemalloc.start()
    found = fit(logistic, X, y)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.converged
    assert found.params[0] == pytest.approx(1.0, abs=0.01)
    assert peak < 16e6


def test_parquet_files_are_read_by_row_groups(logistic, many, tmp_path):
    pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    from pyarrow import parquet

    X, y, weights, offset = many
    names = ("age", "dose", "size", "time")
    table = pa.table({**dict(zip(names, X.T, strict=True)), "clicked": y, "count": weights, "shift": offset})
    parquet.write_table(table.slice(0, 12_000), tmp_path / "a.parquet", row_group_size=5000)
    parquet.write_table(table.slice(12_000), tmp_path / "b.parquet", row_group_size=5000)
    expected = fit(logistic, X, y, weights=weights, offset=offset, names=names)
    for path in (tmp_path, str(tmp_path / "*.parquet")):
        same(fit(logistic, path, "clicked", weights="count", offset="shift"), expected)
    fewer = fit(logistic, tmp_path, "clicked", names=["dose", "age"])
    same(fewer, fit(logistic, X[:, [1, 0]], y, names=["dose", "age"]))
    with pytest.raises(DataError, match="y: 'bought' was given; it has to name a column"):
        fit(logistic, tmp_path, "bought")
    with pytest.raises(DataError, match="there is no Parquet file"):
        fit(logistic, tmp_path / "nothing.parquet", "clicked")
    parquet.write_table(pa.table({"age": ["old"] * 3, "clicked": [0.0, 1.0, 1.0]}), tmp_path / "text.parquet")
    with pytest.raises(DataError, match="column 'age' has the type"):
        fit(logistic, tmp_path / "text.parquet", "clicked")


def test_a_block_that_is_left_out_would_be_noticed(logistic, many, tmp_path, small_blocks):
    X, y, *_ = many
    data = blocks.mapped_data(logistic, mapped(tmp_path / "X.npy", X), y, None, None)
    short = BlockData(logistic, data.sources[:-1], data.features)
    coordinates = fit_coordinates(data)
    whole, part = (d.mean_loss(coordinates).value_and_gradient(np.ones(5))[1] for d in (data, short))
    assert np.abs(whole - part).max() > 1e-6


def fit_coordinates(data):
    from lossproof.training.rows.coordinates import unchanged

    return unchanged(data.width, True)


@pytest.fixture(scope="module")
def client():
    """Two worker processes on this machine, one thread each."""
    pytest.importorskip("distributed", reason="dask[distributed] is not installed")
    from dask.distributed import Client, LocalCluster

    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, memory_limit=0) as cluster,
        Client(cluster) as client,
    ):
        yield client


def test_a_dask_array_gives_the_single_machines_answer(logistic, many, client):
    import dask.array as da

    X, y, weights, offset = many
    lazy = da.from_array(X, chunks=(3000, 2))
    expected = fit(logistic, X, y, weights=weights, offset=offset)
    same(fit(logistic, lazy, da.from_array(y, chunks=1234), weights=weights, offset=offset), expected)
    same(fit(logistic, lazy, y), fit(logistic, X, y))


def test_a_dask_frame_gives_the_single_machines_answer(logistic, many, client):
    import dask.dataframe as dd
    import pandas as pd

    X, y, *_ = many
    frame = pd.DataFrame(X, columns=["age", "dose", "size", "time"]).assign(clicked=y)
    lazy = dd.from_pandas(frame, npartitions=7)
    same(
        fit(logistic, lazy[["age", "dose", "size", "time"]], lazy["clicked"]),
        fit(logistic, frame[["age", "dose", "size", "time"]], y),
    )
    with pytest.raises(DataError, match="has to be a Dask collection too"):
        fit(logistic, lazy[["age", "dose"]], y)


def test_separation_and_bad_values_are_seen_on_the_cluster(logistic, many, client):
    import dask.array as da

    X, y, *_ = many
    lazy = da.from_array(X, chunks=(3000, 4))
    found = fit(logistic, lazy, (X[:, 2] > 0.01).astype(float))
    assert (found.separation.kind, found.separation.features) == ("complete", ("x3",))
    with pytest.raises(DataError, match="y: the value 2"):
        fit(logistic, lazy, 2 * y)


def test_a_worker_that_dies_costs_a_retry_and_nothing_else(logistic, many, client):
    """One of the two processes is killed while an iteration runs; the answer is the same to the last digit."""
    import dask.array as da

    X, y, *_ = many
    lazy = da.from_array(X, chunks=(500, 4))
    expected = fit(logistic, lazy, y)
    killed = []

    def kill(entry):
        if entry["iteration"] == 1 and not killed:
            pid = next(iter(client.run(os.getpid).values()))
            killed.append(pid)
            threading.Thread(target=lambda: (time.sleep(0.05), os.kill(pid, signal.SIGKILL))).start()

    found = fit(logistic, lazy, y, callback=kill)
    assert killed
    np.testing.assert_array_equal(found.params, expected.params)
    np.testing.assert_array_equal(found.standard_errors, expected.standard_errors)
