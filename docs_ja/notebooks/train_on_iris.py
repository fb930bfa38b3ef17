# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # アヤメで学習する
#
# [ロジスティック回帰](../chapters/logistic_regression/index.md)の章は、確かめられた三つの式で終わります。
# 一つの標本の損失、その傾き、その曲率です。ここでは百個の花を使い、本とまったく同じように学習します。
# 本に印刷された数値が、最後の桁まで再現されます。
#
# このページは、サイトを作ったときに実行されたスクリプトです。どこかの行でエラーが起きるか、
# 数値が一つでも違えば、サイトは作られません。

# %%
import textwrap

import matplotlib.pyplot as plt
import numpy as np

import lossproof

loss = lossproof.load("logistic_regression").loss
print(loss.value, loss.slope, loss.curvature, sep="\n")

# %% [markdown]
# ## データ
#
# 二つの種類の花が 50 個ずつあり、それぞれの萼片 (がくへん) の長さと幅が測られています。70 個を学習に使い、
# 30 個は検証のために残します。どの花がどちらかは行番号としてプロジェクトに書かれているので、
# 誰でも本と同じ花で学習できます。

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
# ## 本の通りの学習
#
# 勾配降下法です。$w = (1, 1, 1)$ から始め、学習率 $0.01$ で五千回下ります。式を打ち直すことはありません。
# `loss` は確かめられた式そのものを、プログラムにしたものです。

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
# 本には、いくつかの更新の後の、検証データでの損失と精度が印刷されています。その横に、
# ここで得られた数値を並べます。精度はいったん下がってから上がります。しばらくの間、
# ほとんどすべての花が間違った名前で呼ばれるのです。

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
# ## 決定境界
#
# $u = 0$ のところで、モデルはどちらとも決められません。それは直線であり、
# シグモイド関数が直線からの隔たりを確率に変えます。

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
# ## どこで終わるのか
#
# 5000 回では終わりません。損失はまだ下がり続けています。最小点があるなら、ニュートン法は数歩でそこに着くはずです。

# %%
best = lossproof.fit(loss, X, y, names=features)
print(best.converged)
print(textwrap.fill(best.reason, 76))

# %% [markdown]
# 一本の直線が 70 個の花を一つの間違いもなく分けます。このとき、重みは大きければ大きいほどよくなり、
# 最小の損失は 0 で、無限の彼方にあります。勾配降下法は、着きそうに見えただけでした。
# 重みに小さな罰則をつければ、最もよい答えが再び存在します。

# %%
print(lossproof.fit(loss, X, y, ridge=0.01, names=features).summary())

# %% [markdown]
# ## 動いたもの
#
# 確かめられた式から生成された、三つの関数のプログラムです。
# 大きな $u$ では計算機が計算できない $\log(1 + e^u)$ と $1/(1 + e^{-u})$ の代わりに、
# `softplus` と `expit` を使っています。

# %%
print(loss.compile(backend="numpy").source)
