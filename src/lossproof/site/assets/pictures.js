/* Pictures drawn by claims: curves, a movable point with its tangent, contours with a path of updates.

   The formulas come from the page: functions of q, the object of all quantities. `draw` needs no document, so that the
   drawing at build and the one in the browser are the same. */
(root => {
  const f = {
    exp: Math.exp, log: Math.log, ln: Math.log, sqrt: Math.sqrt, log1p: Math.log1p, expm1: Math.expm1, sin: Math.sin,
    cos: Math.cos, tanh: Math.tanh, sinh: Math.sinh, cosh: Math.cosh, atan: Math.atan, asin: Math.asin, acos: Math.acos,
    asinh: Math.asinh, atanh: Math.atanh, Abs: Math.abs, Min: Math.min, Max: Math.max, sign: Math.sign, pow: Math.pow,
    expit: x => 1 / (1 + Math.exp(-x)),
    sigmoid: x => 1 / (1 + Math.exp(-x)),
    logit: x => Math.log(x / (1 - x)),
    softplus: x => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
    xlogy: (x, y) => x === 0 ? 0 : x * Math.log(y),
    delta: (i, j) => i === j ? 1 : 0,
    logsumexp: (...x) => { const top = Math.max(...x); return top + Math.log(x.reduce((s, each) => s + Math.exp(each - top), 0)) },
    sum: (low, high, term) => { let s = 0; for (let i = low; i <= high; i++) s += term(i); return s },
    prod: (low, high, factor) => { let p = 1; for (let i = low; i <= high; i++) p *= factor(i); return p },
    logsumexpOver: (low, high, term) => f.logsumexp(...Array.from({ length: high - low + 1 }, (_, i) => term(low + i)))
  }

  const WIDTH = 520, LEFT = 58, RIGHT = 14, TOP = 14, BOTTOM = 34, SAMPLES = 240
  const powerOfTen = power => `10${[...String(power)].map(c => "⁰¹²³⁴⁵⁶⁷⁸⁹"[c] ?? "⁻").join("")}`
  const short = x => {
    if (x === undefined || Number.isNaN(x)) return "NaN"
    if (!Number.isFinite(x)) return x > 0 ? "∞" : "−∞"
    const size = Math.abs(x)
    if (size !== 0 && (size < 1e-4 || size >= 1e5)) {
      const [digits, power] = x.toExponential(2).split("e")
      return `${digits.replace("-", "−")}·${powerOfTen(Number(power))}`
    }
    return String(Number(x.toPrecision(4))).replace("-", "−")
  }
  const fixed = x => String(Math.round(10 * x) / 10)

  const ticks = (low, high, most = 5) => {
    const rough = (high - low) / most, power = 10 ** Math.floor(Math.log10(rough))
    const step = [1, 2, 5, 10].map(each => each * power).find(each => each >= rough)
    const found = []
    for (let x = Math.ceil(low / step - 1e-9) * step; x <= high + 1e-9 * step; x += step) found.push(Math.abs(x) < step / 1e6 ? 0 : x)
    return found
  }

  const quantities = (spec, values) => {
    const q = { ...values }
    for (const [name, make] of Object.entries(spec.data ?? {})) q[name] = make(q)
    return q
  }

  const at = (spec, q, name, x) => quantities(spec, { ...q, [name]: x })

  const sampled = (spec, values, curve, axis) => {
    const found = []
    const whole = spec.x.step >= 1
    const count = whole ? Math.min(SAMPLES, axis[1] - axis[0]) : SAMPLES
    for (let i = 0; i <= count; i++) {
      let x = axis[0] + (axis[1] - axis[0]) * i / count
      if (whole) x = Math.round(x)
      found.push([x, curve.f(at(spec, values, spec.x.name, x))])
    }
    return found
  }

  const range = (panel, samples) => {
    if (panel.low !== undefined && panel.high !== undefined) return [panel.low, panel.high]
    const all = samples.flat().map(([, y]) => y).filter(Number.isFinite).sort((a, b) => a - b)
    if (!all.length) return [0, 1]
    const cut = panel.cut ?? 0.03
    let low = panel.low ?? all[Math.floor(all.length * cut / 2)], high = panel.high ?? all[Math.floor((all.length - 1) * (1 - cut))]
    if (panel.cut === 0) [low, high] = [panel.low ?? all[0], all[all.length - 1]]
    const room = (high - low || Math.abs(high) || 1) * 0.06
    return [panel.low ?? low - room, high + room]
  }

  const path = (points, X, Y) => {
    let d = "", on = false
    for (const [x, y] of points) {
      if (!Number.isFinite(y)) { on = false; continue }
      d += `${on ? "L" : "M"}${fixed(X(x))} ${fixed(Math.max(-4000, Math.min(4000, Y(y))))}`
      on = true
    }
    return d
  }

  const axes = (X, Y, axis, rangeY, top, height, xLabel, last, write = short) => {
    const bottom = top + height
    const across = ticks(...rangeY, height < 150 ? 3 : 5).map(y =>
      `<path class="lp-grid" d="M${LEFT} ${fixed(Y(y))}H${WIDTH - RIGHT}"/><text x="${LEFT - 7}" y="${fixed(Y(y) + 4)}" text-anchor="end">${write(y)}</text>`)
    const down = ticks(...axis).map(x =>
      `<path class="lp-axis" d="M${fixed(X(x))} ${bottom}v4"/>` +
      (last ? `<text x="${fixed(X(x))}" y="${bottom + 18}" text-anchor="middle">${short(x)}</text>` : ""))
    const name = last ? `<text class="lp-name" x="${WIDTH - RIGHT}" y="${bottom + 32}" text-anchor="end">${xLabel}</text>` : ""
    return across.join("") + `<path class="lp-axis" d="M${LEFT} ${bottom}H${WIDTH - RIGHT}"/>` + down.join("") + name
  }

  /* The place of the largest value: the best sample, then the best between its neighbours by thirds. */
  const optimumOf = (spec, values, curve, samples, axis) => {
    const [best] = largest(samples.filter(([, y]) => Number.isFinite(y))), width = (axis[1] - axis[0]) / SAMPLES
    let low = Math.max(axis[0], best - width), high = Math.min(axis[1], best + width)
    const value = x => curve.f(at(spec, values, spec.x.name, x))
    for (let i = 0; i < 40; i++) {
      const a = low + (high - low) / 3, b = high - (high - low) / 3
      if (value(a) < value(b)) low = a
      else high = b
    }
    return (low + high) / 2
  }

  const largest = samples => samples.reduce((best, each) => each[1] > best[1] || Number.isNaN(best[1]) ? each : best)

  const drawCurves = (spec, values) => {
    const axis = [spec.x.low, spec.x.high], panels = spec.panels, count = panels.length
    const height = spec.height ?? (count > 1 ? 150 : 250), gap = 22
    const X = x => LEFT + (x - axis[0]) / (axis[1] - axis[0]) * (WIDTH - LEFT - RIGHT)
    const x0 = values[spec.x.name], q0 = quantities(spec, values)
    let inside = "", best, reading = [`${spec.x.label} = ${short(x0)}`]
    panels.forEach((panel, place) => {
      const top = TOP + place * (height + gap), samples = panel.curves.map(curve => sampled(spec, values, curve, axis))
      const shown = panel.log ? samples.map(s => s.map(([x, y]) => [x, y > 0 ? Math.log10(y) : NaN])) : samples
      const rangeY = range(panel, shown)
      const Y = y => top + height - (y - rangeY[0]) / (rangeY[1] - rangeY[0]) * height
      const clip = `lp-clip-${spec.id}-${place}`
      inside += axes(X, Y, axis, rangeY, top, height, spec.x.label, place === count - 1, panel.log ? powerOfTen : short)
      inside += `<clipPath id="${clip}"><rect x="${LEFT}" y="${top - 3}" width="${WIDTH - LEFT - RIGHT}" height="${height + 6}"/></clipPath>`
      let drawn = panel.curves.map((curve, number) => `<path class="lp-curve ${curve.look}" d="${path(shown[number], X, Y)}"/>`).join("")
      panel.curves.forEach((curve, number) => {
        const y0 = curve.f(q0), y = panel.log ? Math.log10(y0) : y0
        if (curve.read !== false) reading.push(`${curve.label} = ${short(y0)}`)
        if (spec.optimum) {
          best = optimumOf(spec, values, curve, samples[number], axis)
          drawn += `<path class="lp-mark" d="M${fixed(X(best))} ${top}v${height}"/>`
        }
        if (curve.slope) {
          const slope = curve.slope(q0), bend = curve.curvature ? curve.curvature(q0) : 0
          const line = Array.from({ length: 41 }, (_, i) => {
            const x = x0 + (i / 20 - 1) * (axis[1] - axis[0]) * (curve.curvature ? 0.35 : 0.22)
            return [x, y0 + slope * (x - x0) + bend / 2 * (x - x0) ** 2]
          })
          drawn += `<path class="lp-tangent" d="${path(line, X, Y)}"/>`
          reading.push(`${spec.words.slope} = ${short(slope)}`)
          if (curve.curvature) reading.push(`${spec.words.curvature} = ${short(bend)}`)
        }
        if (Number.isFinite(y) && curve.point !== false) drawn += `<circle class="lp-point ${curve.look}" cx="${fixed(X(x0))}" cy="${fixed(Y(y))}" r="6"/>`
      })
      if (spec.optimum) reading.push(`${spec.words.largest} ${spec.x.label} = ${short(best)}`)
      inside += `<g clip-path="url(#${clip})">${drawn}</g>`
      if (panel.title) inside += `<text class="lp-name" x="${LEFT + 8}" y="${top + 12}">${panel.title}</text>`
    })
    const total = TOP + count * height + (count - 1) * gap + BOTTOM
    return { height: total, svg: inside, reading: [...new Set(reading)].join("   ") }
  }

  /* Contours by marching squares: for each level and cell the segments where the value crosses the level. */
  const contours = (grid, xs, ys, level) => {
    let d = ""
    const cross = (a, b, u, v) => u + (v - u) * (level - a) / (b - a)
    for (let i = 0; i + 1 < ys.length; i++) for (let j = 0; j + 1 < xs.length; j++) {
      const [a, b, c, e] = [grid[i][j], grid[i][j + 1], grid[i + 1][j + 1], grid[i + 1][j]]
      const ends = []
      if (a < level !== b < level) ends.push([cross(a, b, xs[j], xs[j + 1]), ys[i]])
      if (b < level !== c < level) ends.push([xs[j + 1], cross(b, c, ys[i], ys[i + 1])])
      if (e < level !== c < level) ends.push([cross(e, c, xs[j], xs[j + 1]), ys[i + 1]])
      if (a < level !== e < level) ends.push([xs[j], cross(a, e, ys[i], ys[i + 1])])
      for (let k = 0; k + 1 < ends.length; k += 2)
        d += `M${fixed(ends[k][0])} ${fixed(ends[k][1])}L${fixed(ends[k + 1][0])} ${fixed(ends[k + 1][1])}`
    }
    return d
  }

  const grids = new Map()
  const drawSurface = (spec, values) => {
    const [u, v] = spec.axes, height = 330, cells = 32
    const X = x => LEFT + (x - u.low) / (u.high - u.low) * (WIDTH - LEFT - RIGHT)
    const Y = y => TOP + height - (y - v.low) / (v.high - v.low) * height
    const value = (x, y) => spec.value(quantities(spec, { ...values, [u.name]: x, [v.name]: y }))
    if (!grids.has(spec.id)) {
      const steps = Array.from({ length: cells + 1 }, (_, i) => i / cells)
      const xs = steps.map(t => u.low + t * (u.high - u.low)), ys = steps.map(t => v.low + t * (v.high - v.low))
      const grid = ys.map(y => xs.map(x => value(x, y)))
      const flat = grid.flat().sort((a, b) => a - b)
      const levels = [0.02, 0.06, 0.12, 0.2, 0.3, 0.42, 0.56, 0.72, 0.88].map(t => flat[Math.floor(t * (flat.length - 1))])
      const lines = levels.map((level, place) => `<path class="lp-contour" style="--lp-level:${place}" d="${contours(grid, xs.map(X), ys.map(Y), level)}"/>`)
      grids.set(spec.id, lines.join(""))
    }
    let x = spec.start[0], y = spec.start[1]
    const way = [[x, y]]
    for (let step = 0; step < values.steps && Number.isFinite(x + y) && Math.abs(x) + Math.abs(y) < 1e4; step++) {
      const q = quantities(spec, { ...values, [u.name]: x, [v.name]: y })
      const [dx, dy] = spec.gradient.map(each => each(q))
      x -= values.rate * dx
      y -= values.rate * dy
      way.push([x, y])
    }
    const d = way.map(([a, b], place) => `${place ? "L" : "M"}${fixed(X(a))} ${fixed(Y(b))}`).join("")
    const dots = way.map(([a, b]) => `<circle class="lp-step" cx="${fixed(X(a))}" cy="${fixed(Y(b))}" r="2.4"/>`).join("")
    const clip = `lp-clip-${spec.id}`
    const svg = axes(X, Y, [u.low, u.high], [v.low, v.high], TOP, height, u.label, true) +
      `<text class="lp-name" x="${LEFT + 6}" y="${TOP + 12}">${v.label}</text>` +
      `<clipPath id="${clip}"><rect x="${LEFT}" y="${TOP}" width="${WIDTH - LEFT - RIGHT}" height="${height}"/></clipPath>` +
      `<g clip-path="url(#${clip})">${grids.get(spec.id)}<path class="lp-way" d="${d}"/>${dots}</g>` +
      `<circle class="lp-point lp-c1" cx="${fixed(X(way[0][0]))}" cy="${fixed(Y(way[0][1]))}" r="6"/>`
    const reading = `${u.label} = ${short(x)}   ${v.label} = ${short(y)}   ${spec.words.value} = ${short(value(x, y))}`
    return { height: TOP + height + BOTTOM, svg, reading }
  }

  const limited = (spec, values) => {
    const kept = { ...values }
    for (const slider of spec.sliders) {
      if (typeof slider.high === "string") kept[slider.name] = Math.min(kept[slider.name], kept[slider.high])
      if (typeof slider.low === "string") kept[slider.name] = Math.max(kept[slider.name], kept[slider.low])
    }
    return kept
  }

  const draw = (spec, values) => {
    const kept = limited(spec, values)
    return { ...(spec.axes ? drawSurface : drawCurves)(spec, kept), values: kept, width: WIDTH }
  }
  const starting = spec => Object.fromEntries(spec.sliders.map(slider => [slider.name, slider.value]))

  if (typeof document === "undefined") {
    root.lossproofPictures = { draw, starting, f }
    return
  }

  const live = (id, make) => {
    const figure = document.getElementById(id)
    if (!figure) return
    const spec = make(f), svg = figure.querySelector("svg"), reading = figure.querySelector(".lp-reading")
    const inputs = [...figure.querySelectorAll("input")]
    let values = starting(spec)
    const show = () => {
      const drawn = draw(spec, values)
      values = drawn.values
      svg.innerHTML = drawn.svg
      reading.textContent = drawn.reading
      for (const input of inputs) {
        input.value = values[input.name]
        input.setAttribute("aria-valuetext", short(values[input.name]))
        input.parentElement.querySelector("output").textContent = short(values[input.name])
      }
    }
    for (const input of inputs)
      input.addEventListener("input", () => { values = { ...values, [input.name]: Number(input.value) }; show() })
    if (spec.x) {
      const move = event => {
        const box = svg.getBoundingClientRect()
        const t = ((event.clientX - box.left) / box.width * WIDTH - LEFT) / (WIDTH - LEFT - RIGHT)
        const input = inputs.find(each => each.name === spec.x.name)
        const raw = spec.x.low + Math.min(1, Math.max(0, t)) * (spec.x.high - spec.x.low)
        input.value = raw
        values = { ...values, [spec.x.name]: Number(input.value) }
        show()
      }
      svg.addEventListener("pointerdown", event => { svg.setPointerCapture(event.pointerId); move(event) })
      svg.addEventListener("pointermove", event => { if (event.buttons) move(event) })
    }
    show()
  }

  const waiting = root.lossproofPictures ?? []
  root.lossproofPictures = { push: ([id, make]) => live(id, make) }
  waiting.forEach(([id, make]) => live(id, make))
})(globalThis)
