"""A network runs as its derivation says: its gradients are JAX's, it learns, and from ones it does not."""

from __future__ import annotations

import numpy as np
import pytest

import lossproof
from lossproof.chapters.data_sets import diabetes, digits, drawn
from lossproof.chapters.experiments import train
from lossproof.errors import CallerError, DataError, MoveError
from lossproof.lowering.arrays.array_lines import line
from lossproof.notation import parse_tree
from lossproof.training.mini_batches import Plan, alike, first_weights, learn, one_hot


@pytest.fixture(scope="module")
def network():
    return lossproof.load("neural_network").network


@pytest.fixture(scope="module")
def deep():
    return lossproof.load("relu_network").network


@pytest.fixture(scope="module")
def written():
    """Digits: rows to learn from, rows to test on, with their labels."""
    X, y, _ = digits()
    train, test = drawn(len(X), 1347)
    return X[train], y[train], X[test], y[test]


def test_the_gradients_agree_with_those_of_jax(network):
    jax = pytest.importorskip("jax")
    random = np.random.default_rng(0)
    x, truth = random.normal(size=(30, 5)), np.eye(4)[random.integers(0, 4, 30)]
    shapes = {"v": (7, 5), "b": (7,), "w": (4, 7), "c": (4,)}
    weights = {name: random.normal(size=shape) for name, shape in shapes.items()}

    def typed(p):
        z = jax.nn.sigmoid(x @ p["v"].T + p["b"])
        return -jax.numpy.mean(jax.numpy.sum(truth * jax.nn.log_softmax(z @ p["w"].T + p["c"]), axis=1))

    with jax.enable_x64(True):
        value, slopes = jax.value_and_grad(typed)(weights)
    loss, gradients = network.loss_and_gradients(x, truth, weights)
    assert loss == pytest.approx(float(value), rel=1e-14)
    for name in shapes:
        np.testing.assert_allclose(gradients[name], slopes[name], atol=1e-12, err_msg=name)


DEEP = {"w1": (7, 5), "b1": (7,), "w2": (6, 7), "b2": (6,), "w3": (4, 6), "b3": (4,)}


def test_the_gradients_through_two_hinges_agree_with_those_of_jax(deep):
    jax = pytest.importorskip("jax")
    random = np.random.default_rng(0)
    x, truth = random.normal(size=(30, 5)), np.eye(4)[random.integers(0, 4, 30)]
    weights = {name: random.normal(size=shape) for name, shape in DEEP.items()}

    def typed(p):
        z = x
        for layer in "12":
            z = jax.nn.relu(z @ p[f"w{layer}"].T + p[f"b{layer}"])
        return -jax.numpy.mean(jax.numpy.sum(truth * jax.nn.log_softmax(z @ p["w3"].T + p["b3"]), axis=1))

    with jax.enable_x64(True):
        value, slopes = jax.value_and_grad(typed)(weights)
    loss, gradients = deep.loss_and_gradients(x, truth, weights)
    assert loss == pytest.approx(float(value), rel=1e-14)
    for name in DEEP:
        np.testing.assert_allclose(gradients[name], slopes[name], atol=1e-12, err_msg=name)


def test_at_the_kink_the_program_answers_zero(deep):
    """Without weights every node stands exactly on its kink: nothing comes back to a hidden layer."""
    none = {name: np.zeros(shape) for name, shape in DEEP.items()} | {"w3": np.ones(DEEP["w3"])}
    _, gradients = deep.loss_and_gradients(np.ones((3, 5)), np.eye(4)[:3], none)
    assert [name for name in DEEP if gradients[name].any()] == ["b3"]


def test_a_node_that_is_off_for_all_samples_never_moves_again(deep, written):
    X, y, test_X, labels = written
    plan = Plan((16, 16), updates=200, rate=0.2)
    begun = first_weights(deep, plan, 64, 10)
    begun["b1"][3] = -100
    *_, last = learn(deep, X, one_hot(y, 10), begun, plan)
    moved = (last.weights["w1"] != begun["w1"]).any(axis=1)
    assert not moved[3]
    assert moved.sum() >= 12
    assert (deep.predict(test_X, last.weights).argmax(axis=1) == labels).mean() > 0.85


def test_a_network_of_two_layers_has_two_numbers_of_nodes_and_a_line_a_layer(deep):
    assert deep.hidden_sizes == ("H1", "H2")
    for line_of_layer in ("z1 = np.maximum(0, a1)", "e2 = (a2 > 0)*(e3 @ w3)", "e1 = (a1 > 0)*(e2 @ w2)"):
        assert line_of_layer in deep.source
    assert "((" not in deep.source.replace("sqrt((", "")


def test_sums_over_nodes_classes_and_samples_are_products_of_matrices(network):
    for product in ("x @ v.T", "z @ w.T", "e @ w", "g.T @ x", "e.T @ z"):
        assert product in network.source
    assert network.hidden_sizes == ("H",)


def test_it_learns_the_digits_from_random_weights_and_nothing_from_ones(network, written):
    X, y, test_X, labels = written
    right = {}
    for start in ("normal", "ones"):
        plan = Plan((16,), updates=300, rate=0.5, start=start)
        *_, last = learn(network, X, one_hot(y, 10), first_weights(network, plan, 64, 10), plan)
        right[start] = (network.predict(test_X, last.weights).argmax(axis=1) == labels).mean()
        assert alike(network, last.weights) == (start == "ones")
    assert right["normal"] > 0.85
    assert right["ones"] < 0.2


def test_a_seed_says_all_that_is_random(network, written):
    X, y, *_ = written
    plans = [Plan((4,), updates=5, seed=seed) for seed in (1, 1, 2)]
    ends = [list(learn(network, X, one_hot(y, 10), first_weights(network, p, 64, 10), p))[-1].loss for p in plans]
    assert ends[0] == ends[1] != ends[2]


def test_what_cannot_be_a_plan_gets_a_sentence(network):
    for wrong, sentence in (({"rate": 0.0}, "rate"), ({"batch": 0}, "batch"), ({"start": "zeros"}, "normal or ones")):
        with pytest.raises(CallerError, match=sentence):
            Plan((4,), **wrong)
    with pytest.raises(CallerError, match=r"2 number\(s\) were given; neural_network has H"):
        first_weights(network, Plan((4, 4)), 64, 10)
    with pytest.raises(DataError, match="0 to 9"):
        one_hot(np.array([1.0, 10.0]), 10)


def test_a_sum_over_a_part_of_an_axis_has_no_line():
    ranges = {"k": (parse_tree("1"), parse_tree("K"))}
    assert line(parse_tree("sum(w[k]*x[m, k], k, 1, K)"), ("m",), ranges) == "(w*x).sum(axis=1)"
    for text in ("sum(x[m, k], k, 2, K)", "sum(x[m, k + 1], k, 1, K)", "gamma(x[m])"):
        with pytest.raises(MoveError):
            line(parse_tree(text), ("m",), ranges)


def test_what_only_a_network_takes_is_refused_elsewhere_and_the_other_way_round(logistic):
    with pytest.raises(CallerError, match="logistic_regression is no network"):
        train("logistic_regression", network={"batch": 8}, loss=logistic)
    with pytest.raises(CallerError, match="--target: a network is trained on the digits"):
        train("neural_network", target="y")
    with pytest.raises(CallerError, match="too many weights to list"):
        train("neural_network", start=[1.0])


def test_the_patients_of_scikit_learn_meet_the_least_squares(squares):
    run = train("linear_regression", loss=squares)
    X = np.column_stack([np.ones(442), *(diabetes().X[:, k] for k in (2, 8))])
    best = np.linalg.lstsq(X, diabetes().y, rcond=None)[0]
    np.testing.assert_allclose(list(run.coefficients.values()), best, rtol=1e-4)
    assert len(run.history) == 2000
