// Reads [{"tex", "display"}] from standard input, writes [{"html"} or {"error"}] in the same order.
// Usage: node render.mjs path/to/katex.mjs
import { readFileSync } from "node:fs"
import { pathToFileURL } from "node:url"

const katex = (await import(pathToFileURL(process.argv[2]))).default

// \htmlClass marks the changed terms; any other extension, and any doubtful TeX, is an error.
const strict = code => (code === "htmlExtension" || code === "unicodeTextInMathMode" ? "ignore" : "error")
const trust = ({ command }) => {
  if (command !== "\\htmlClass") throw new Error(`${command} is not allowed in a formula`)
  return true
}

function render({ tex, display }) {
  try {
    return { html: katex.renderToString(tex, { displayMode: display, strict, trust, throwOnError: true }) }
  } catch (error) {
    return { error: String(error.message) }
  }
}

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(render)))
