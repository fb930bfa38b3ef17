"""A saved fit is numbers and formulas; no file, however hostile, runs anything."""

from __future__ import annotations

import json
import os
import pickle
from dataclasses import replace

import numpy as np
import pytest

import lossproof
from lossproof.errors import CallerError, DataError, RefutedLoss
from lossproof.training import fit, load_fit


@pytest.fixture
def saved(logistic, clicks, tmp_path):
    found = fit(logistic, *clicks)
    found.save(tmp_path / "fit.json")
    return found, tmp_path / "fit.json"


def test_a_fit_comes_back_with_every_digit(saved, clicks):
    found, path = saved
    again = load_fit(path)
    np.testing.assert_array_equal(again.params, found.params)
    np.testing.assert_array_equal(again.covariance(), found.covariance())
    np.testing.assert_allclose(again.predict(clicks[0]), found.predict(clicks[0]), rtol=1e-15)
    assert again.summary() == found.summary()
    assert again.history == found.history


def test_a_fit_without_certainty_comes_back_too(logistic, clicks, tmp_path):
    X, _ = clicks
    found = fit(logistic, X, (X[:, 0] > 0).astype(float))
    found.save(tmp_path / "separated.json")
    again = load_fit(tmp_path / "separated.json")
    assert again.separation.features == ("x1",)
    np.testing.assert_array_equal(again.separation.rows, found.separation.rows)
    assert np.isnan(again.standard_errors).all()
    assert again.reason == found.reason


def test_the_file_holds_formulas_in_the_grammar_and_no_code(saved):
    data = json.loads(saved[1].read_text())
    assert data["model"]["slopes"] == ["expit(u) - yt"]


def test_a_pickle_presented_as_a_saved_model_is_refused(given_json, tmp_path):
    marker = tmp_path / "marker"
    (payload,) = [row for row in given_json("payloads_given.json")["items"] if "pickle" in row["why"]]
    path = tmp_path / "model.json"
    path.write_text(payload["payload"].replace("{MARKER}", str(marker)))
    with pytest.raises(DataError, match="not a fit saved by lossproof"):
        load_fit(path)
    assert not marker.exists()


def test_a_real_pickle_is_refused(saved, tmp_path):
    path = tmp_path / "fit.pickle"
    path.write_bytes(pickle.dumps(saved[0]))
    with pytest.raises(DataError, match="not a fit saved by lossproof"):
        load_fit(path)


def _changed(data, path, value):
    *outer, last = path
    place = data
    for key in outer:
        place = place[key]
    place[last] = value
    return data


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("format",), "lossproof fit 0"),
        (("params",), "__import__('os').system('true')"),
        (("params",), [1.0, 2.0]),
        (("params",), [[1.0]] * 4),
        (("params",), [True, 1.0, 1.0, 1.0]),
        (("covariance",), [[1.0]]),
        (("coefficients",), [[1.0]]),
        (("names",), [1, 2, 3, 4]),
        (("outcome",), "__class__"),
        (("intercept",), 1),
        (("iterations",), 1.5),
        (("history",), [[1]]),
        (("separation",), {"kind": "none", "features": [], "rows": [], "of": 1, "direction": []}),
        (("model",), None),
        (("model", "value"), "__import__('os')"),
        (("model", "value"), "u" + "+u" * 1_000_000),
        (("model", "slopes"), []),
        (("model", "slopes"), ["().__class__"]),
        (("model", "target"), "__builtins__"),
        (("model", "where"), "import os"),
        (("model", "predictors"), ["lambda: 0"]),
    ],
)
def test_a_changed_file_is_refused_in_one_sentence(saved, path, value):
    data = _changed(json.loads(saved[1].read_text()), path, value)
    saved[1].write_text(json.dumps(data))
    with pytest.raises(DataError, match="not a fit saved by lossproof") as refusal:
        load_fit(saved[1])
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("text", ["", "[]", "{}", "NaN", '{"format": NaN}', "[" * 100_000, "1" * 5000, "\x00"])
def test_what_is_no_fit_at_all_is_refused(tmp_path, text):
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(DataError, match="not a fit saved by lossproof"):
        load_fit(tmp_path / "x.json")


def test_a_missing_file_and_a_folder_get_a_sentence(saved, tmp_path):
    with pytest.raises(DataError, match="cannot be read"):
        load_fit(tmp_path / "none.json")
    with pytest.raises(DataError, match="cannot be read"):
        load_fit(tmp_path)
    with pytest.raises(CallerError, match="cannot be written"):
        saved[0].save(tmp_path / "no" / "such" / "folder.json")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("separation",), {"kind": "quasi", "features": ["a"], "rows": [], "of": 10**12, "direction": [1.0]}),
        (("separation",), {"kind": "quasi", "features": ["a"], "rows": [400], "of": 400, "direction": [1.0]}),
        (("separation",), {"kind": "quasi", "features": ["a"], "rows": [-1], "of": 400, "direction": [1.0]}),
        (("separation",), {"kind": "quasi", "features": ["a"], "rows": [0], "of": 3, "direction": [1.0]}),
        (("loss",), 10**400),
        (("offset",), 0),
        (("dispersion_from",), "x"),
        (("dispersion",), -1.0),
        (("method",), "guess"),
        (("rank",), 10**400),
        (("rank",), 5),
        (("rank",), -1),
        (("rows",), -1),
        (("rows",), 10**30),
        (("iterations",), -1),
        (("total_weight",), -4.0),
        (("total_weight",), None),
        (("ridge",), -1),
        (("ridge",), "inf"),
        (("params", 0), 7.0),
        (("coefficients", 0, 3), 7.0),
        (("covariance", 0, 0), -0.01),
        (("covariance", 0, 0), 100.0),
        (("covariance", 0, 1), 100.0),
        (("standard_errors", 2), -1.0),
        (("standard_errors", 2), None),
        (("standard_errors",), [1.0]),
    ],
)
def test_absurd_content_is_refused(saved, path, value):
    saved[1].write_text(json.dumps(_changed(json.loads(saved[1].read_text()), path, value)))
    with pytest.raises(DataError, match="not a fit saved by lossproof"):
        load_fit(saved[1])


def test_no_file_makes_another_loss_compute_with_its_formulas(tmp_path):
    """A file that claims to be gamma regression, with 4 y for y: the chapter's own loss stays what it is."""
    gamma = lossproof.load("gamma_regression").loss
    random = np.random.default_rng(3)
    X, y = random.normal(size=(80, 1)), random.gamma(2.0, size=80)
    fit(gamma, X, y).save(tmp_path / "fit.json")
    data = json.loads((tmp_path / "fit.json").read_text())
    model = {key: json.loads(json.dumps(data["model"][key]).replace("y*", "4*y*")) for key in ("value", "slopes")}
    data["model"] |= model | {"digest": gamma.digest}
    (tmp_path / "fit.json").write_text(json.dumps(data))
    forged = load_fit(tmp_path / "fit.json").model
    assert forged.name == gamma.name
    assert forged.value != gamma.value
    assert forged.digest != gamma.digest
    with pytest.raises(RefutedLoss):
        fit(forged, X, y)
    fit(forged, X, y, unchecked=True)
    found = fit(replace(gamma), X, y)
    means = found.predict(X)
    assert found.deviance == pytest.approx(2 * np.sum(y / means - 1 - np.log(y / means)), rel=1e-10)


def test_an_infinite_loss_is_saved_and_comes_back(saved, tmp_path):
    replace(saved[0], loss=np.inf, gradient=-np.inf).save(tmp_path / "endless.json")
    again = load_fit(tmp_path / "endless.json")
    assert (again.loss, again.gradient) == (np.inf, -np.inf)


def test_a_file_is_whole_or_untouched(saved, monkeypatch):
    """The disk is full in the middle of the second writing: what was there is as it was."""
    found, path = saved
    before = path.read_text()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(CallerError, match="No space left on device"):
        found.save(path)
    monkeypatch.undo()
    assert path.read_text() == before
    assert [each.name for each in path.parent.iterdir()] == ["fit.json"]


@pytest.mark.parametrize("field", ['"params": [9, 9, 9, 9]', '"format": "lossproof fit 4"'])
def test_a_field_that_stands_twice_is_refused(saved, field):
    text = saved[1].read_text()
    saved[1].write_text(f"{{{field},{text[1:]}")
    with pytest.raises(DataError, match=r"not a fit saved by lossproof .a field stands twice"):
        load_fit(saved[1])


@pytest.mark.parametrize("path", [None, 5, "", b"fit.json"])
def test_what_is_no_path_gets_a_sentence(saved, path):
    with pytest.raises(CallerError, match=r"path: .* was given; the path of a file is needed"):
        saved[0].save(path)
    with pytest.raises(CallerError, match=r"path: .* was given; the path of a file is needed"):
        load_fit(path)


@pytest.mark.parametrize("reference", [0, 2, None])
def test_a_fit_over_classes_comes_back(softmax, tmp_path, reference):
    random = np.random.default_rng(2)
    found = fit(softmax, random.normal(size=(90, 2)), np.arange(90) % 3, reference=reference)
    found.save(tmp_path / "fit.json")
    again = load_fit(tmp_path / "fit.json")
    np.testing.assert_array_equal(again.coefficients, found.coefficients)
    np.testing.assert_array_equal(again.covariance(), found.covariance())
