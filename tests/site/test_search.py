"""What people type finds what they mean: for each query a page that is among the first three results."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lossproof.site.npm import run_node

L = "chapters/logistic_regression"
WANTED: dict[str, tuple[str, ...]] = {
    "cross entropy": (f"{L}/ce", f"{L}/loss"),
    "crossentropy": (f"{L}/ce",),
    "binary cross entropy": (f"{L}/ce",),
    "BCE": (f"{L}/ce",),
    "log loss": (f"{L}/ce", f"{L}/loss"),
    "negative log-likelihood": (f"{L}/loss", f"{L}/average_loss"),
    "derivative of cross entropy": (f"{L}/slope_in_yp",),
    "sigmoid": (f"{L}/model", f"{L}/sigmoid_slope"),
    "sigmoid derivative": (f"{L}/sigmoid_slope",),
    "chain rule": (f"{L}/slope_in_u",),
    "yp-yt": (f"{L}/slope_in_u",),
    "prediction minus truth": (f"{L}/slope_in_u",),
    "Hessian": (f"{L}/hessian",),
    "convex": (f"{L}/convexity",),
    "overflow": (f"{L}/ce_in_u",),
    "numerical stability": (f"{L}/ce_in_u",),
    "logarithm of zero": (f"{L}/ce_in_u",),
    "BCEWithLogitsLoss": (f"{L}/ce_in_u",),
    "softplus": (f"{L}/ce_in_u",),
    "why divide by M": (f"{L}/average_loss",),
    "minus sign": (f"{L}/average_loss",),
    "maximum likelihood": (f"{L}/likelihood", "chapters/coin/likelihood"),
    "likelihood": (f"{L}/likelihood", "chapters/coin/likelihood", f"{L}/log_likelihood"),
    "bernoulli": (f"{L}/chance",),
    "gradient": (f"{L}/gradient",),
    "gradient descent": (f"{L}/gradient", "notebooks/train_on_iris"),
    "logit": (f"{L}/model",),
    "perfect separation": (f"{L}/convexity",),
    "logistic regression loss": (f"{L}/loss", f"{L}/index", f"{L}/loss_in_u"),
    "xgboost": ("export",),
    "ball arithmetic": ("trust",),
}

IN_JAPANESE: dict[str, tuple[str, ...]] = {
    "交差エントロピー": (f"{L}/ce", f"{L}/loss", "chapters/entropy/cross"),
    "交差エントロピー 微分": (f"{L}/slope_in_yp",),
    "最尤推定": (f"{L}/likelihood", "chapters/coin/index", "chapters/coin/best"),
    "ロジスティック回帰": (f"{L}/index",),
    "尤度関数": (f"{L}/likelihood", "chapters/coin/likelihood"),
    "対数尤度関数": (f"{L}/log_likelihood", "chapters/coin/log_likelihood"),
    "損失関数": (f"{L}/loss", "chapters/linear_regression/loss", "chapters/softmax_regression/loss"),
    "シグモイド関数": (f"{L}/model", "chapters/sigmoid/value", "chapters/sigmoid/index"),
    "シグモイド関数の微分": (f"{L}/sigmoid_slope", "chapters/sigmoid/slope"),
    "ソフトマックス関数": ("chapters/softmax_regression/model",),
    "勾配降下法": (f"{L}/gradient", "chapters/linear_regression/gradient", "notebooks/train_on_iris"),
    "連鎖律": (f"{L}/slope_in_u", "chapters/softmax_regression/slope"),
    "誤差逆伝播": ("chapters/neural_network/index", "chapters/neural_network/slope_in_a"),
    "予測値": (f"{L}/slope_in_yp", f"{L}/hit", f"{L}/slope_in_u", "chapters/linear_regression/slope_in_yp"),
    "なぜ M で割るか": (f"{L}/average_loss",),
    "ヘッセ行列": (f"{L}/hessian", "chapters/linear_regression/hessian", "chapters/softmax_regression/hessian"),
    "凸関数": (f"{L}/convexity", "chapters/linear_regression/convexity", "chapters/softmax_regression/convexity"),
    "数値安定": (f"{L}/ce_in_u",),
    "オーバーフロー": (f"{L}/ce_in_u", "chapters/softmax_regression/ce_in_u"),
    "正規方程式": ("chapters/linear_regression/normal_equations",),
    "log loss": (f"{L}/ce", f"{L}/loss"),
    "BCE": (f"{L}/ce",),
}

# The theme's own search worker, run by node instead of a browser: what it posts is what the page shows.
ASK = """
import { readFileSync } from "node:fs"
import vm from "node:vm"
const { worker, index, queries } = JSON.parse(readFileSync(0, "utf8")), hear = [], said = []
const page = { console: { warn() {} }, setTimeout, importScripts() {} }
page.addEventListener = (_, handler) => hear.push(handler)
page.postMessage = message => said.push(message)
page.self = page.globalThis = page
vm.runInContext(readFileSync(worker, "utf8"), vm.createContext(page))
const ask = async message => {
  const before = said.length
  hear.forEach(handler => handler({ data: message }))
  while (said.length === before) await new Promise(resolve => setTimeout(resolve, 1))
  return said.at(-1).data
}
const { config, docs } = JSON.parse(readFileSync(index, "utf8")), found = {}
await ask({ type: 0, data: { config, docs, options: { suggest: false } } })
for (const query of queries)
  found[query] = (await ask({ type: 2, data: query })).items.slice(0, 3).map(each => (each[0] ?? each).location)
console.log(JSON.stringify(found))
"""


@pytest.mark.parametrize(("folder", "wanted"), [("", WANTED), ("ja", IN_JAPANESE)], ids=["en", "ja"])
def test_what_people_type_finds_what_they_mean(
    built: Path, tmp_path: Path, folder: str, wanted: dict[str, tuple[str, ...]]
) -> None:
    (worker,) = (built / folder / "assets" / "javascripts" / "workers").glob("search.*.min.js")
    index = built / folder / "search" / "search_index.json"
    asked = {"worker": str(worker), "index": str(index), "queries": list(wanted)}
    script = tmp_path / "ask.mjs"
    script.write_text(ASK, encoding="utf-8")
    found = json.loads(run_node(str(script), stdin=json.dumps(asked)))
    places = {query: [place.partition(".html")[0] for place in found[query]] for query in wanted}
    missed = {query: places[query] for query, pages in wanted.items() if not set(pages) & set(places[query])}
    assert missed == {}
