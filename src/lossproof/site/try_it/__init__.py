"""Try it: the project's own referee in the reader's browser, from the site's own files.

    first_question   what the box on a claim's page asks at first: two sides and the assumptions, as text
    answer           the referee's answer as HTML; the same function runs in the page and natively
    bundle           what a browser needs to run it: Python, python-flint, SymPy, mpmath, lossproof

`answer` and what it imports run in the page: they import nothing that is not in the bundle.
"""
