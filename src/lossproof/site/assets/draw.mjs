// The static drawing of a picture: its specification as JavaScript on stdin, the drawing as JSON on stdout.
import { readFileSync } from "node:fs"
import vm from "node:vm"

vm.runInThisContext(readFileSync(new URL("pictures.js", import.meta.url), "utf8"))
const { draw, starting, f } = globalThis.lossproofPictures
const spec = vm.runInThisContext(`(${readFileSync(0, "utf8")})`)(f)
process.stdout.write(JSON.stringify(draw(spec, starting(spec))))
