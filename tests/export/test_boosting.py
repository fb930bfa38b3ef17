"""The trees that grow from a derived loss are those of the library's own objective, weights and all."""

from __future__ import annotations

import json
import pickle
from typing import Any

import lightgbm
import numpy as np
import pytest
import xgboost

import lossproof
from lossproof.errors import CallerError, DataError
from lossproof.export.boosting import CONVENTIONS, BoostingObjective

ROUNDS = 20
BUILT_IN = {
    "logistic_regression": ("binary:logistic", 0.5, "binary"),
    "poisson_regression": ("count:poisson", 1.0, "poisson"),
    "gamma_regression": ("reg:gamma", 1.0, "gamma"),
}
# The built-in Poisson objectives add 0.7 to the score of the second derivative; these say not to.
XGBOOST = {"max_depth": 3, "nthread": 1, "tree_method": "hist", "max_delta_step": 0}
LIGHTGBM = {
    "num_leaves": 7,
    "num_threads": 1,
    "verbose": -1,
    "deterministic": True,
    "boost_from_average": False,
    "poisson_max_delta_step": 1e-12,
}


def loss_of(name: str) -> lossproof.Loss:
    return lossproof.load(name).loss


def splits(booster: xgboost.Booster) -> list[Any]:
    """Which feature each node asks for, and at which value."""
    return [list(_nodes(json.loads(tree))) for tree in booster.get_dump(dump_format="json")]


def _nodes(node: dict[str, Any]) -> Any:
    yield node.get("split"), round(node.get("split_condition", 0.0), 5)
    for child in node.get("children", ()):
        yield from _nodes(child)


def trees(booster: lightgbm.Booster) -> list[str]:
    return [json.dumps(tree) for tree in booster.dump_model()["tree_info"]]


@pytest.mark.parametrize("name", BUILT_IN)
def test_xgboost_grows_the_trees_of_its_own_objective(name: str, rows: Any) -> None:
    data = xgboost.DMatrix(rows.X, rows.targets[name], weight=rows.weights)
    own, start, _ = BUILT_IN[name]
    expected = xgboost.train({**XGBOOST, "objective": own, "base_score": start}, data, ROUNDS)
    found = xgboost.train({**XGBOOST, "base_score": 0.0}, data, ROUNDS, obj=loss_of(name).export("xgboost"))
    assert splits(found) == splits(expected)
    assert found.predict(data) == pytest.approx(expected.predict(data, output_margin=True), rel=1e-4, abs=1e-4)


@pytest.mark.parametrize("name", BUILT_IN)
def test_lightgbm_grows_the_trees_of_its_own_objective(name: str, rows: Any) -> None:
    def data() -> lightgbm.Dataset:
        return lightgbm.Dataset(rows.X, rows.targets[name], weight=rows.weights)

    expected = lightgbm.train({**LIGHTGBM, "objective": BUILT_IN[name][2]}, data(), ROUNDS)
    found = lightgbm.train({**LIGHTGBM, "objective": loss_of(name).export("lightgbm")}, data(), ROUNDS)
    same = sum(one == other for one, other in zip(trees(found), trees(expected), strict=True))
    rounded_otherwise = 2 if name == "poisson_regression" else 0  # exp of the score, by another library
    assert same >= ROUNDS - rounded_otherwise
    assert found.predict(rows.X) == pytest.approx(expected.predict(rows.X, raw_score=True), rel=1e-6, abs=1e-9)


def test_several_classes_grow_the_trees_of_both_libraries(softmax: Any, rows: Any) -> None:
    y = rows.targets["softmax"]
    data = xgboost.DMatrix(rows.X, y, weight=rows.weights)
    classes = {**XGBOOST, "num_class": 3, "base_score": 0.0}
    expected = xgboost.train({**classes, "objective": "multi:softprob"}, data, ROUNDS)
    found = xgboost.train({**classes, "disable_default_eval_metric": 1}, data, ROUNDS, obj=softmax.export("xgboost"))
    assert splits(found) == splits(expected)
    own = {**LIGHTGBM, "num_class": 3}
    sets = [lightgbm.Dataset(rows.X, y, weight=rows.weights) for _ in range(2)]
    expected_lgb = lightgbm.train({**own, "objective": "multiclass"}, sets[0], ROUNDS)
    found_lgb = lightgbm.train({**own, "objective": softmax.export("lightgbm")}, sets[1], ROUNDS)
    same = sum(one == other for one, other in zip(trees(found_lgb), trees(expected_lgb), strict=True))
    assert same >= 3 * ROUNDS - 3


def test_with_the_true_diagonal_the_trees_are_others(softmax: Any, rows: Any) -> None:
    """The factor of the table is what makes them equal: without it they are not."""
    data = xgboost.DMatrix(rows.X, rows.targets["softmax"])
    classes = {**XGBOOST, "num_class": 3, "base_score": 0.0}
    expected = xgboost.train({**classes, "objective": "multi:softprob"}, data, ROUNDS)
    plain = softmax.export("xgboost", factor=1.0)
    found = xgboost.train({**classes, "disable_default_eval_metric": 1}, data, ROUNDS, obj=plain)
    assert splits(found) != splits(expected)


def test_the_scikit_learn_interfaces_pass_weights(rows: Any) -> None:
    name = "logistic_regression"
    y, loss = rows.targets[name], loss_of(name)
    own = lightgbm.LGBMRegressor(objective=loss.export("lightgbm"), n_estimators=ROUNDS, verbose=-1, n_jobs=1)
    native = lightgbm.train(
        {"objective": loss.export("lightgbm"), "verbose": -1, "num_threads": 1},
        lightgbm.Dataset(rows.X, y, weight=rows.weights),
        ROUNDS,
    )
    assert own.fit(rows.X, y, sample_weight=rows.weights).predict(rows.X) == pytest.approx(native.predict(rows.X))
    settings = {"n_estimators": ROUNDS, "base_score": 0.0, "n_jobs": 1, "learning_rate": 0.3, "max_depth": 3}
    model = xgboost.XGBRegressor(objective=loss.export("xgboost"), **settings)
    data = xgboost.DMatrix(rows.X, y, weight=rows.weights)
    expected = xgboost.train({"max_depth": 3, "base_score": 0.0}, data, ROUNDS, obj=loss.export("xgboost"))
    assert model.fit(rows.X, y, sample_weight=rows.weights).predict(rows.X) == pytest.approx(expected.predict(data))


def test_the_metric_is_the_mean_loss_with_weights(rows: Any) -> None:
    name = "poisson_regression"
    y, objective = rows.targets[name], loss_of(name).export("lightgbm")
    raw = 0.1 * rows.X[:, 0]
    expected = np.average(loss_of(name).compile("numpy").value(raw, y), weights=rows.weights)
    assert objective.metric(y, raw, rows.weights) == (name, pytest.approx(expected, rel=1e-14), False)
    data = xgboost.DMatrix(rows.X, y, weight=rows.weights)
    found, value = loss_of(name).export("xgboost").metric(raw, data)
    assert (found, value) == (name, pytest.approx(expected, rel=1e-6))


def test_what_a_library_would_swallow_is_refused(rows: Any) -> None:
    objective = loss_of("poisson_regression").export("lightgbm")
    y = rows.targets["poisson_regression"]
    with pytest.raises(DataError, match=r"row 7 .* not a number that float32 holds"):
        objective(y, np.where(np.arange(500) == 7, 200.0, 0.0))
    with pytest.raises(DataError, match="row 3 "):
        objective(y, np.where(np.arange(500) == 3, np.nan, 0.0))


def test_a_negative_curvature_is_refused() -> None:
    import sympy

    u, y = sympy.symbols("u y", real=True)
    value = sympy.log(1 + (u - y) ** 2)
    loss = lossproof.Loss("cauchy", (u,), y, "y real", value, sympy.diff(value, u), sympy.diff(value, u, 2))
    with pytest.raises(DataError, match=r"row 1 .*a negative curvature.*LightGBM"):
        loss.export("lightgbm")(np.zeros(2), np.array([0.5, 3.0]))


@pytest.mark.parametrize(("options", "words"), [({"factor": 0.0}, "positive"), ({"speed": 3}, "does not take speed")])
def test_an_option_that_does_not_fit_is_refused(options: dict[str, Any], words: str) -> None:
    with pytest.raises(CallerError, match=words):
        loss_of("logistic_regression").export("xgboost", **options)


def test_scores_of_another_shape_are_refused(softmax: Any) -> None:
    with pytest.raises(CallerError, match="num_class=3"):
        softmax.export("xgboost")(np.zeros(4), np.zeros(4))


def test_an_objective_pickles(rows: Any) -> None:
    objective = loss_of("logistic_regression").export("xgboost", factor=1.5)
    again = pickle.loads(pickle.dumps(objective))
    assert isinstance(again, BoostingObjective)
    assert again.factor == 1.5
    y = rows.targets["logistic_regression"]
    assert np.array_equal(again(y, y)[1], objective(y, y)[1])


def test_the_versions_in_the_table_are_those_that_were_compared() -> None:
    assert xgboost.__version__ == CONVENTIONS["xgboost"].compared
    assert lightgbm.__version__ == CONVENTIONS["lightgbm"].compared
