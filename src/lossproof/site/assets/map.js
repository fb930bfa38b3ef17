/* On a map, what a step rests on lights up where the step is pointed at or focused. */
(() => {
  const unlight = graph => {
    graph.classList.remove("lp-pointed")
    for (const each of graph.querySelectorAll(".lp-lit")) each.classList.remove("lp-lit")
  }

  const light = (graph, node) => {
    unlight(graph)
    const lit = new Set([node.dataset.step, ...node.dataset.rests.split(" ")])
    graph.classList.add("lp-pointed")
    for (const each of graph.querySelectorAll(".lp-node")) each.classList.toggle("lp-lit", lit.has(each.dataset.step))
    for (const edge of graph.querySelectorAll(".lp-edge"))
      edge.classList.toggle("lp-lit", lit.has(edge.dataset.from) && lit.has(edge.dataset.to))
  }

  for (const graph of document.querySelectorAll(".lp-graph"))
    for (const node of graph.querySelectorAll(".lp-node")) {
      node.addEventListener("pointerenter", () => light(graph, node))
      node.addEventListener("pointerleave", () => unlight(graph))
      node.addEventListener("focus", () => light(graph, node))
      node.addEventListener("blur", () => unlight(graph))
    }
})()
