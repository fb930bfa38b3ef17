"""README's examples run as they stand."""

from __future__ import annotations

import doctest
import re
import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
SCRIPTS = [code for code in re.findall(r"```python\n(.*?)```", README, re.DOTALL) if ">>>" not in code]


def test_the_python_of_the_readme_prints_what_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    result = doctest.testfile(str(ROOT / "README.md"), module_relative=False)
    assert result.attempted >= 5
    assert result.failed == 0


def patients(rows: int = 400) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(1)
    X = random.normal(size=(rows, 2))
    return X, (random.random(rows) < 1 / (1 + np.exp(-X[:, 0]))).astype(float)


@pytest.mark.parametrize("files", [10])
@pytest.mark.filterwarnings("default")  # Dask's own, of the libraries it meets
def test_the_scripts_of_the_readme_fit_what_they_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], files: int
) -> None:
    """One after the other, as printed; the cluster at scheduler:8786 is one in this process."""
    distributed = pytest.importorskip("distributed", reason="dask[distributed] is not installed")
    pyarrow = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    import dask.distributed
    from pyarrow import parquet

    X, y = patients()
    np.save(tmp_path / "X.npy", X)
    np.save(tmp_path / "y.npy", y)
    (tmp_path / "rows").mkdir()
    for k, part in enumerate(np.array_split(np.arange(len(y)), files)):
        table = pyarrow.table({"age": X[part, 0], "dose": X[part, 1], "ill": y[part], "name": ["?"] * len(part)})
        parquet.write_table(table, tmp_path / "rows" / f"{k:03}.parquet")
    clients: list[Any] = []

    def client(address: str) -> Any:
        assert address == "scheduler:8786"
        clients.append(distributed.Client(processes=False, n_workers=1, threads_per_worker=1, dashboard_address=None))
        return clients[0]

    monkeypatch.setattr(dask.distributed, "Client", client)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "script.py").write_text("\n".join([*SCRIPTS[:1], "loss = lossproof.load('logistic_regression').loss"]))
    (tmp_path / "cluster.py").write_text(SCRIPTS[1])
    alone = runpy.run_path(str(tmp_path / "script.py"))
    assert "converged" in capsys.readouterr().out
    try:
        many = runpy.run_path(str(tmp_path / "cluster.py"), init_globals=alone)
    finally:
        clients[0].shutdown()
    assert many["fit"].names == ("age", "dose", "intercept")
    np.testing.assert_allclose(many["fit"].params, alone["fit"].params, rtol=1e-9)
