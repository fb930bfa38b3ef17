// The referee in a worker, or in node: lossproof itself on Pyodide, from the files beside this one.
// Asked {id, lhs, relation, rhs, varying, where, language} it answers {id, status, html, seconds}, and then, where it refuted,
// {id, right}: what would have been right, or "".
const inNode = typeof process !== "undefined" && !!process.versions?.node
const here = new URL("./", import.meta.url)

const fetched = async name => {
  const address = new URL(name, here)
  if (inNode) return new Uint8Array((await import("node:fs")).readFileSync(address))
  const answer = await fetch(address)
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`)
  return new Uint8Array(await answer.arrayBuffer())
}

export const started = async () => {
  const [{ loadPyodide }, { default: katex }, flint, ...modules] = await Promise.all([
    import("./pyodide.mjs"), import("./katex.mjs"), ...["flint.zip", "sympy.zip", "lossproof.zip"].map(fetched),
  ])
  const pyodide = await loadPyodide(inNode ? {} : { indexURL: here.href })
  pyodide.unpackArchive(flint, "zip", { extractDir: pyodide.runPython("import site; site.getsitepackages()[0]") })
  for (const [place, content] of modules.entries()) {
    pyodide.FS.writeFile(`/modules${place}.zip`, content)
    pyodide.runPython(`import sys; sys.path.insert(0, "/modules${place}.zip")`)
  }
  return { answer: pyodide.pyimport("lossproof.site.try_it.answer"), katex }
}

const characters = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#x27;": "'", "&amp;": "&" }
const plain = tex => tex.replace(/&(?:lt|gt|quot|#x27|amp);/g, each => characters[each])
const set = (html, katex) => html.replace(/<span class="arithmatex">\\\(([\s\S]*?)\\\)<\/span>/g, (_, tex) =>
  `<span class="arithmatex">${katex.renderToString(plain(tex), { throwOnError: false })}</span>`)

let referee
export const answers = async function* ({ lhs, relation, rhs, varying, where, language }) {
  referee ??= started()
  const { answer, katex } = await referee
  const begin = performance.now()
  const { status, html } = JSON.parse(answer.answered(lhs, rhs, where, language, relation, varying))
  yield { status, html: set(html, katex), seconds: (performance.now() - begin) / 1000 }
  if (status === "refuted") yield { right: set(answer.right_version(lhs, rhs, where, language, relation, varying), katex) }
}

if (!inNode)
  addEventListener("message", async ({ data }) => {
    try {
      for await (const answer of answers(data)) postMessage({ id: data.id, ...answer })
      postMessage({ id: data.id, done: true })
    } catch (error) {
      postMessage({ id: data.id, broken: String(error) })
    }
  })
