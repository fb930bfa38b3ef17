"""What people type finds what they mean: for each query a page that is among the first three results."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.browser

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
    "standard errors": ("train",),
    "xgboost": ("export",),
    "ball arithmetic": ("trust",),
}

ASK = """
async ([index, worker, queries]) => {
  const { config, docs } = await (await fetch(index)).json()
  const search = new Worker(worker), heard = []
  let wake = () => {}
  search.onmessage = event => { heard.push(event.data); wake() }
  const next = async type => {
    for (;;) {
      const found = heard.findIndex(each => each.type === type)
      if (found >= 0) return heard.splice(found, 1)[0].data
      await new Promise(resolve => { wake = resolve })
    }
  }
  search.postMessage({ type: 0, data: { config, docs, options: { suggest: false } } })
  await next(1)
  const found = {}
  for (const query of queries) {
    search.postMessage({ type: 2, data: query })
    found[query] = (await next(3)).items.slice(0, 3).map(each => (each[0] ?? each).location)
  }
  return found
}
"""


def test_what_people_type_finds_what_they_mean(site: Any, chromium: Any) -> None:
    worker = next((site.folder / "assets" / "javascripts" / "workers").glob("search.*.min.js")).name
    page = chromium.new_page()
    try:
        page.goto(site.address + "index.html")
        arguments = ["search/search_index.json", f"assets/javascripts/workers/{worker}", list(WANTED)]
        found = page.evaluate(ASK, arguments)
    finally:
        page.close()
    places = {query: [place.partition(".html")[0] for place in found[query]] for query in WANTED}
    missed = {query: places[query] for query, wanted in WANTED.items() if not set(wanted) & set(places[query])}
    assert missed == {}
