/* The search index is fetched when the search is used, and not with every page. */
(() => {
  const send = XMLHttpRequest.prototype.send, open = XMLHttpRequest.prototype.open
  let wanted = false, waiting = []
  const want = () => { wanted = true; waiting.forEach(go => go()); waiting = [] }
  XMLHttpRequest.prototype.open = function (method, url, ...rest) {
    this.lpLater = String(url).endsWith("search/search_index.json")
    return open.call(this, method, url, ...rest)
  }
  XMLHttpRequest.prototype.send = function (...body) {
    if (!this.lpLater || wanted) return send.apply(this, body)
    waiting.push(() => send.apply(this, body))
  }
  const isSearch = target => target.closest?.("[data-md-component^=search], [for=__search]")
  addEventListener("focusin", event => isSearch(event.target) && want(), true)
  addEventListener("pointerover", event => isSearch(event.target) && want(), true)
  addEventListener("keydown", event => ["f", "s", "/"].includes(event.key) && want(), true)
  if (location.search.includes("q=")) want()
})()
