// node compile.mjs PYODIDE SOURCES.zip COMPILED.zip: every module of the one as a .pyc of that Python in the other.
import { readFileSync, writeFileSync } from "node:fs"
import { pathToFileURL } from "node:url"

const [, , pyodideFile, sources, compiled] = process.argv
const { loadPyodide } = await import(pathToFileURL(pyodideFile).href)
const pyodide = await loadPyodide()
pyodide.FS.writeFile("/sources.zip", new Uint8Array(readFileSync(sources)))
pyodide.runPython(`
import importlib.util, marshal, zipfile

# by the hash of the source, unchecked: there is no source, and no clock in the file
HEAD = importlib.util.MAGIC_NUMBER + (1).to_bytes(4, "little") + bytes(8)
with zipfile.ZipFile("/sources.zip") as given, zipfile.ZipFile("/compiled.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as made:
    for name in given.namelist():
        code = compile(given.read(name), name, "exec", dont_inherit=True, optimize=0)
        entry = zipfile.ZipInfo(name + "c", (1980, 1, 1, 0, 0, 0))
        made.writestr(entry, HEAD + marshal.dumps(code), zipfile.ZIP_DEFLATED, 9)
`)
writeFileSync(compiled, pyodide.FS.readFile("/compiled.zip"))
