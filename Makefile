# Xəbərdar: every command a person needs, in the order in which they are met.
# Everything is installed into .venv by itself; nothing else on the machine is changed.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

.PHONY: help demo test soak run check bench format lock clean

help:            ## show this list
	@grep -E '^[a-z]+: .*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

demo: $(VENV)/.runtime   ## everything on this machine, nothing to configure: open the address it prints
	@$(BIN)/xeberdar demo $(DEMO_ARGS)

test: $(VENV)/.dev       ## the whole test suite
	$(BIN)/pytest -n 2 $(PYTEST_ARGS)

soak: $(VENV)/.dev       ## thousands of kills, power cuts and refusals, and what they cost (SOAK_ARGS="--scale 0.03")
	$(BIN)/python -m tests.soak $(SOAK_ARGS)

run: $(VENV)/.runtime    ## the real thing, with config.toml
	$(BIN)/xeberdar run

check: $(VENV)/.dev      ## formatting, lint, types, imports, catalogues, lock files
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m handlers.text.catalogue
	$(BIN)/python deploy/lock.py --check

bench: $(VENV)/.dev      ## ratios against peers and limits
	$(BIN)/python -m benchmarks

format: $(VENV)/.dev     ## put the code into its usual shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: $(VENV)/.dev       ## write the lock files anew from pyproject.toml
	$(BIN)/python deploy/lock.py

clean:           ## remove what was installed and built; keeps config.toml, var/ and secrets/
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache

# --- how .venv comes about: pinned versions, checked hashes, wheels only ------------------------

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2])' || \
	  { echo "Xəbərdar needs Python 3.11 or newer; this is $$($(PYTHON) --version). Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: $(VENV)/bin/python requirements.lock pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --only-binary :all: -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --only-binary :all: -r requirements-dev.lock
	@touch $@
