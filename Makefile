# One short table of tasks, the same at the desk and in continuous integration.
#
#   make          derive, check, train on the book's data, build the site
#   make test     lint, types, every test (browser tests are skipped, and say so, where no Chromium is found)
#   make quick    the inner loop: lint and the fast tests
#   make bench    the tables of figures in benchmarks/results
#   make coq      put the chapters to Coq, and keep what it accepts (where coqc is installed)
#   make oldest   the fast tests with the oldest versions of what it depends on
#   make serve    the site with live preview
#   make clean    forget what was built (not the environment)

# Some machines tell Python to keep no compiled modules. The suite starts hundreds of processes that import SymPy, Numba
# and SciPy: each would compile them again (11 s of a core instead of 3 for the first fit).
unexport PYTHONDONTWRITEBYTECODE

PYTHON ?= python3
BIN := .venv/bin
# Compiling all 17,000 modules at once takes longer than unpacking them; a module is compiled when it is first imported.
PIP_FLAGS := --quiet --no-compile --constraint constraints.txt

.PHONY: all check train site test lint quick bench coq oldest serve clean
.DEFAULT_GOAL := all

all: site check train
	@echo
	@echo "The site is at $(CURDIR)/site/index.html (make serve shows it with search and live checks)"

.venv/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install $(PIP_FLAGS) --editable '.[dev]'
	@touch $@

# The CPU build; newer versions bring gigabytes for graphics cards. Tests of the export need it, nothing else does.
.venv/torch: .venv/installed
	$(BIN)/python -m pip install $(PIP_FLAGS) torch
	@touch $@

check: .venv/installed
	$(BIN)/lossproof check

train: .venv/installed
	$(BIN)/lossproof train logistic_regression

site: .venv/installed
	$(BIN)/lossproof build

lint: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.gitlab-ci --data-transform gitlab-ci .gitlab-ci.yml

test: lint .venv/torch
	$(BIN)/pytest -q --numprocesses=auto --dist=loadfile --no-loadscope-reorder --durations=20

quick: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/pytest -q -x --numprocesses=auto --dist=loadfile -m "not slow and not browser"
	$(BIN)/python benchmarks/sizes.py

bench: .venv/installed
	$(BIN)/python -m pip install $(PIP_FLAGS) --editable '.[bench]'
	$(BIN)/python benchmarks/claims.py
	$(BIN)/python benchmarks/notes.py
	$(BIN)/python benchmarks/kernels.py
	$(BIN)/python benchmarks/training.py

coq: .venv/installed
	$(BIN)/lossproof coq --record || test $$? -eq 1

# The rooms that need nothing but numpy, scipy, sympy, numba and python-flint, away from the other environment.
oldest:
	$(PYTHON) -m venv build/oldest
	build/oldest/bin/python -m pip install --quiet --constraint constraints-oldest.txt --editable . hypothesis mpmath pytest
	build/oldest/bin/python -m pytest -q -m "not slow and not browser" tests/claims tests/derivation tests/lowering \
	  tests/models tests/notation tests/referee_proof tests/referee_sums

serve: .venv/installed
	$(BIN)/lossproof serve

clean:
	rm -rf site build .cache .pytest_cache .mypy_cache .ruff_cache
