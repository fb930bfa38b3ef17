"""The site: a page a step, made from the derivations and their verdicts.

pages/     pure functions: step + verdict -> Markdown
book       the chapters in order, where each page lies
changes    which terms of a formula a step made new
katex      formulas -> HTML at build, one node process for the whole site
notebooks  what mkdocs-jupyter writes, in the site's own look
plugin     the thin MkDocs plugin around all this
"""
