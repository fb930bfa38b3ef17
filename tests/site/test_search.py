"""What people type finds what they mean: for each query a page that is among the first three results."""

from __future__ import annotations

import json
from pathlib import Path

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


def test_what_people_type_finds_what_they_mean(built: Path, tmp_path: Path) -> None:
    (worker,) = (built / "assets" / "javascripts" / "workers").glob("search.*.min.js")
    asked = {"worker": str(worker), "index": str(built / "search" / "search_index.json"), "queries": list(WANTED)}
    script = tmp_path / "ask.mjs"
    script.write_text(ASK, encoding="utf-8")
    found = json.loads(run_node(str(script), stdin=json.dumps(asked)))
    places = {query: [place.partition(".html")[0] for place in found[query]] for query in WANTED}
    missed = {query: places[query] for query, wanted in WANTED.items() if not set(wanted) & set(places[query])}
    assert missed == {}
