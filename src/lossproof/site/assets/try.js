/* Try it: the box below a claim asks the referee, which runs in a worker and is fetched when it is first asked. */
(() => {
  const place = document.querySelector("meta[name=lossproof-referee]")
  if (!place) return
  const folder = new URL(place.content, location.href)
  let worker, asking, number = 0

  const stop = () => { worker?.terminate(); worker = undefined; asking = undefined }

  const grow = field => { field.style.height = "auto"; field.style.height = `${field.scrollHeight + 2}px` }

  const ask = (form, said) => {
    const [button] = form.querySelectorAll("button"), shown = form.querySelector(".lp-answer")
    const id = ++number, late = document.createElement("p")
    const idle = () => { asking = undefined; button.textContent = said.check; form.removeAttribute("aria-busy") }
    const tell = text => { late.textContent = text; shown.append(late) }
    if (location.protocol === "file:") { shown.textContent = said.fromDisk; return }
    shown.replaceChildren()
    tell(worker ? said.checking : said.loading)
    button.textContent = said.stop
    form.setAttribute("aria-busy", "true")
    asking = () => { stop(); idle(); shown.replaceChildren() }
    if (!worker) {
      worker = new Worker(new URL("worker.mjs", folder), { type: "module" })
      worker.addEventListener("error", event => { asking?.(); tell(`${said.broken} ${event.message ?? ""}`) })
    }
    const hear = ({ data }) => {
      if (data.id !== id) return
      if (data.broken !== undefined) { asking?.(); tell(`${said.broken} ${data.broken}`) }
      if (data.html !== undefined) {
        shown.innerHTML = data.html
        form.dataset.status = data.status
        if (data.status === "refuted") tell(said.searching)
        const time = document.createElement("p")
        time.className = "lp-try-note"
        time.textContent = said.seconds.replace("{seconds}", data.seconds.toPrecision(2))
        shown.append(time)
      }
      if (data.right !== undefined) {
        late.innerHTML = data.right || ""
        if (!data.right) late.textContent = said.nothingNear
      }
      if (data.done || data.broken !== undefined) { worker?.removeEventListener("message", hear); idle() }
    }
    worker.addEventListener("message", hear)
    const asked = Object.fromEntries(["lhs", "relation", "rhs", "varying", "where"].map(name => [name, form.elements[name].value]))
    worker.postMessage({ id, ...asked, language: form.lang })
  }

  for (const form of document.querySelectorAll("form.lp-try")) {
    const said = form.dataset, fields = [...form.querySelectorAll("textarea")]
    const note = form.querySelector(".lp-try-note")
    note.textContent = note.dataset.weight.replace("{megabytes}", place.dataset.megabytes)
    form.closest(".lp-try-it[hidden]")?.removeAttribute("hidden")
    const relation = form.elements.relation
    if (form.dataset.from === "address") {
      const given = new URLSearchParams(location.hash.slice(1))
      for (const field of [...fields, relation]) if (given.has(field.name)) field.value = given.get(field.name)
      relation.value ||= "="
    }
    const related = () => {
      const label = name => form.elements[name].parentElement
      label("varying").hidden = !["convex", "same optimum"].includes(relation.value)
      label("rhs").firstElementChild.textContent = relation.value === "convex" ? said.curvature : said.right
    }
    const choose = ({ dataset }) => {
      for (const field of fields) field.value = field.defaultValue = dataset[field.name]
      for (const each of relation.options) each.defaultSelected = each.value === dataset.relation
      relation.value = dataset.relation
      form.querySelector(".lp-answer").replaceChildren()
      related()
      fit()
    }
    relation.addEventListener("change", () => { related(); fit() })
    const claim = form.elements.claim
    claim?.addEventListener("change", () => {
      for (const each of claim.options) each.defaultSelected = each.selected
      asking?.()
      choose(claim.selectedOptions[0])
    })
    const fit = () => fields.forEach(grow)
    form.closest("details")?.addEventListener("toggle", fit)
    fit()
    related()
    form.addEventListener("input", event => event.target.matches("textarea") && grow(event.target))
    form.addEventListener("reset", () => setTimeout(() => { related(); fit(); form.querySelector(".lp-answer").replaceChildren() }))
    form.addEventListener("keydown", event => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); form.requestSubmit() }
    })
    form.addEventListener("submit", event => {
      event.preventDefault()
      if (asking) asking()
      else ask(form, said)
    })
  }
})()
