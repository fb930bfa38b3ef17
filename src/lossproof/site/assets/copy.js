/* Copying a formula gives its TeX; the buttons below a line give it in other forms. */
(() => {
  const texOf = katex => katex.querySelector("annotation")?.textContent.replace(/\\htmlClass\{chg\}/g, "").trim()

  addEventListener("copy", event => {
    const selection = getSelection()
    if (!selection?.rangeCount || selection.isCollapsed) return
    const range = selection.getRangeAt(0)
    const around = node => (node.nodeType === 1 ? node : node.parentElement)?.closest(".katex")
    const first = around(range.startContainer), last = around(range.endContainer)
    if (first) range.setStartBefore(first)
    if (last) range.setEndAfter(last)
    const copied = range.cloneContents()
    const formulas = [...copied.querySelectorAll(".katex")]
    if (!formulas.length) return
    for (const katex of formulas) {
      const tex = texOf(katex)
      if (tex !== undefined) katex.replaceWith(katex.closest(".katex-display") ? `$$${tex}$$` : `$${tex}$`)
    }
    event.clipboardData.setData("text/plain", copied.textContent)
    event.preventDefault()
  })

  /* The theme makes a landmark without a name of every block of code's buttons; they are none. */
  const unmark = () => {
    for (const each of document.querySelectorAll("nav.md-code__nav:not([role])")) each.setAttribute("role", "none")
  }
  unmark()
  new MutationObserver(unmark).observe(document.body, { childList: true, subtree: true })

  /* On paper everything is open that a chapter folds. */
  const folded = () => [...document.querySelectorAll(".lp-link details.lp-folded:not([open])")]
  let opened = []
  addEventListener("beforeprint", () => { opened = folded(); for (const each of opened) each.open = true })
  addEventListener("afterprint", () => { for (const each of opened) each.open = false })

  for (const button of document.querySelectorAll("button[data-print]")) button.addEventListener("click", () => print())

  for (const button of document.querySelectorAll(".lp-take button[data-copy]"))
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy)
      const said = button.parentElement.querySelector("output")
      said.textContent = said.dataset.said
      setTimeout(() => { said.textContent = "" }, 2000)
    })
})()
