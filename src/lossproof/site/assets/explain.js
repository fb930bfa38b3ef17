/* A table that the theme lets scroll can be scrolled by the keyboard. */
addEventListener("load", () => {
  for (const scrolled of document.querySelectorAll(".md-typeset__scrollwrap")) scrolled.tabIndex = 0
});

/* Words and letters explain themselves where they stand: on hover, on focus, on touch; Escape closes. The text is the
   one of the glossary at the foot of the page, to which the words link without scripts. */
(() => {
  const tip = document.createElement("div")
  tip.className = "lp-tip"
  tip.id = "lp-tip"
  tip.setAttribute("role", "tooltip")
  tip.hidden = true
  let shownFor = null

  const hide = () => {
    if (shownFor) shownFor.removeAttribute("aria-describedby")
    shownFor = null
    tip.hidden = true
  }

  const show = (element, entry) => {
    hide()
    tip.replaceChildren(...[...entry.childNodes].map(node => node.cloneNode(true)))
    for (const link of tip.querySelectorAll("a")) link.tabIndex = -1
    document.body.append(tip)
    tip.hidden = false
    shownFor = element
    if (element.matches("a")) element.setAttribute("aria-describedby", tip.id)
    const at = element.getBoundingClientRect(), size = tip.getBoundingClientRect()
    const left = Math.min(Math.max(8, at.left + at.width / 2 - size.width / 2), innerWidth - size.width - 8)
    const above = at.bottom + size.height + 10 > innerHeight && at.top > size.height + 10
    tip.style.left = `${left + scrollX}px`
    tip.style.top = `${(above ? at.top - size.height - 6 : at.bottom + 6) + scrollY}px`
  }

  const word = target => target.closest?.("a.lp-term")
  const entryOf = link => document.getElementById(link.getAttribute("href").slice(1))

  /* A letter inside a formula: KaTeX sets each name as one piece of text. */
  const letters = new Map()
  for (const entry of document.querySelectorAll("[data-letter]")) letters.set(entry.dataset.letter, entry)
  const letter = target => {
    const sign = target.closest?.(".katex-html .mathnormal, .katex-html .mathit")
    const name = sign && { "μ": "mu", "θ": "theta", "σ": "s" }[sign.textContent] || sign?.textContent
    return letters.has(name) ? [sign, letters.get(name)] : null
  }

  const find = target => {
    const link = word(target)
    if (link) return [link, entryOf(link)]
    return letter(target)
  }

  addEventListener("pointerover", event => {
    if (event.pointerType === "touch") return
    const found = find(event.target)
    if (found?.[1]) show(...found)
    else if (shownFor && !event.target.closest?.(".lp-tip")) hide()
  })
  addEventListener("focusin", event => {
    const link = word(event.target)
    if (link && entryOf(link)) show(link, entryOf(link))
    else hide()
  })
  addEventListener("click", event => {
    const found = find(event.target)
    if (!found?.[1]) {
      if (!event.target.closest?.(".lp-tip")) hide()
      return
    }
    if (word(event.target)) event.preventDefault()
    show(...found)
  })
  addEventListener("keydown", event => { if (event.key === "Escape") hide() })
})()
