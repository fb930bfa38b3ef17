/* On a map, what a step rests on lights up where the step is pointed at or focused. */
(() => {
  const unlight = graph => {
    graph.classList.remove("lp-pointed")
    for (const each of graph.querySelectorAll(".lp-lit")) each.classList.remove("lp-lit")
  }

  /* Up along the lines; one of class lp-order says what follows what, and nothing of what rests on what. */
  const restsOn = (graph, step) => {
    const found = new Set([step])
    const edges = [...graph.querySelectorAll(".lp-edge:not(.lp-order)")].map(({ dataset }) => dataset)
    for (const each of found) for (const edge of edges) if (edge.to === each) found.add(edge.from)
    return found
  }

  const light = (graph, node) => {
    unlight(graph)
    const lit = restsOn(graph, node.dataset.step)
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
