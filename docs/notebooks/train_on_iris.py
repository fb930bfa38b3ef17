# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Train on the irises
#
# The chapter on [logistic regression](../chapters/logistic_regression/index.md) ends with three checked formulas: the
# loss of one sample, its slope and its curvature. Here they are trained on a hundred flowers, exactly as the book
# does it, and the numbers that the book prints come out to the last digit.
#
# This page is a script that ran when the site was built. Had a line raised an error, or a number differed, there
# would be no site.

# %%
import textwrap

import matplotlib.pyplot as plt
import numpy as np

import lossproof

loss = lossproof.load("logistic_regression").loss
print(loss.value, loss.slope, loss.curvature, sep="\n")

# %% [markdown]
# ## The data
#
# Two species, fifty flowers each, and of every flower the length and the width of a sepal. Seventy flowers are for
# training and thirty are kept back for the test. Which ones is written down in the project as row numbers, so that
# everyone trains on the same flowers as the book.

# %%
from lossproof.chapters.experiments import book_split
from lossproof.training.rows.csv_tables import shipped_table

table, split = shipped_table("iris.csv"), book_split("logistic_regression")
features = ["sepal_length", "sepal_width"]
all_X = table.matrix(features)[:100]
all_y = np.array(
    [float(name == "versicolor") for name in table.text("species")[:100]]
)
X, y = all_X[split["train"]], all_y[split["train"]]
test_X, test_y = all_X[split["test"]], all_y[split["test"]]
X.shape, test_X.shape

# %% tags=["folded"]
# %config InlineBackend.figure_formats = ["svg"]
plt.style.use("lossproof.site.figure")
BLUE, ORANGE, INK = "#2a5db0", "#c2571a", "#1f2430"
BLUE_SOFT, ORANGE_SOFT = "#d9e4f7", "#f9e2d2"
SPECIES = ((0, "setosa", BLUE, "o"), (1, "versicolor", ORANGE, "^"))


def flowers(axes):
    for label, name, colour, mark in SPECIES:
        style = {"s": 30, "marker": mark, "edgecolor": colour}
        axes.scatter(*X[y == label].T, facecolor=colour, label=name, **style)
        axes.scatter(*test_X[test_y == label].T, facecolor="none", **style)
    axes.scatter([], [], edgecolor=INK, facecolor="none", label="kept for the test")
    axes.set(xlabel="sepal length in cm", ylabel="sepal width in cm")
    axes.legend(loc="upper left", fontsize=9)


figure, axes = plt.subplots()
flowers(axes)
plt.show()

# %% [markdown]
# ## Training, as the book does it
#
# Gradient descent: start at $w = (1, 1, 1)$, go downhill with a rate of $0.01$, five thousand times. Nothing is
# typed in again: `loss` is the checked expression, turned into code.

# %%
book_way = {
    "method": "gd",
    "rate": 0.01,
    "start": [1, 1, 1],
    "max_iterations": 5000,
}
run = lossproof.fit(loss, X, y, names=features, tolerance=0.0, **book_way)
for name, weight in zip(run.names, run.params, strict=True):
    print(f"{name:<14}{weight:9.6f}")

# %% [markdown]
# The book prints loss and accuracy on the test flowers after some of the updates. Beside them stands what came out
# here. The accuracy falls before it rises: for a while nearly every flower is called by the wrong name.

# %%
from lossproof.chapters.experiments import book_run

printed = {
    0: ("4.493842", "0.500000"),
    100: ("0.740979", "0.133333"),
    200: ("0.677493", "0.700000"),
    300: ("0.623544", "0.900000"),
    500: ("0.538328", "0.933333"),
    1000: ("0.407587", "0.966667"),
    2000: ("0.291885", "0.966667"),
    4900: ("0.194710", "0.966667"),
}
history = book_run("logistic_regression", loss).history

print("            the book              here")
print("iteration   loss      accuracy    loss      accuracy")
for k, book in printed.items():
    here = tuple(
        f"{history[k][name]:.6f}" for name in ("test_loss", "test_accuracy")
    )
    assert here == book, (k, book, here)
    print(f"{k:>9}   {book[0]}  {book[1]}    {here[0]}  {here[1]}")

# %% tags=["folded"]
steps = np.array([entry["iteration"] for entry in history])
figure, axes = plt.subplots()
curves = (("loss", "training", BLUE, "-"), ("test_loss", "test", ORANGE, "--"))
for name, label, colour, line in curves:
    values = [entry[name] for entry in history]
    axes.plot(steps, values, label=label, color=colour, linestyle=line)
axes.set_xscale("function", functions=(np.log1p, np.expm1))
axes.set(xlim=(0, 5000), ylim=(0, None))
axes.set(xlabel="iteration", ylabel="loss")
axes.set_xticks([0, 1, 10, 100, 1000], ["0", "1", "10", "100", "1000"])
axes.legend()
plt.show()

# %% [markdown]
# ## The boundary
#
# The model is undecided where $u = 0$: that is a straight line, and the sigmoid bends the distance from it into a
# probability.

# %% tags=["folded"]
lengths, widths = np.linspace(4.1, 7.2, 200), np.linspace(1.8, 4.6, 200)
grid = np.array(np.meshgrid(lengths, widths))
yp = run.predict(grid.reshape(2, -1).T).reshape(grid.shape[1:])

figure, axes = plt.subplots()
fills = {"levels": [0, 0.5, 1], "colors": [BLUE_SOFT, ORANGE_SOFT]}
axes.contourf(lengths, widths, yp, **fills)
lines = {"levels": [0.1, 0.5, 0.9], "colors": [INK], "linewidths": [0.8, 1.6, 0.8]}
drawn = axes.contour(lengths, widths, yp, **lines)
places = [(6.9, 4.48), (6.9, 3.92), (6.9, 3.37)]
axes.clabel(drawn, fmt=lambda level: f"yp = {level:g}", fontsize=8, manual=places)
flowers(axes)
axes.grid(False)
plt.show()

# %% [markdown]
# ## Where does it end?
#
# Not after 5000 iterations: the loss was still falling. Newton's method would be at the bottom in a few steps, if
# there were one.

# %%
best = lossproof.fit(loss, X, y, names=features)
print(best.converged)
print(textwrap.fill(best.reason, 76))

# %% [markdown]
# A straight line parts the seventy flowers without a mistake, and then larger weights are always better: the lowest
# loss is zero, infinitely far away. Gradient descent only looked as if it would arrive. With a small penalty on the
# weights there is a best answer again.

# %%
print(lossproof.fit(loss, X, y, ridge=0.01, names=features).summary())

# %% [markdown]
# ## What ran
#
# The code of the three functions, as it was generated from the checked formulas. `softplus` and `expit` are used in
# place of $\log(1 + e^u)$ and $1/(1 + e^{-u})$, which a computer cannot evaluate for large $u$.

# %%
print(loss.compile(backend="numpy").source)
