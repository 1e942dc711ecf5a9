# `make` lists what there is. PYTHON may name a Python 3.11 that lies elsewhere.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV ?= .venv
BIN = $(VENV)/bin
CITY ?= .
QUARTER ?= 2025Q3
STAMP = $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help report test lab bench lint lock clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

report: $(STAMP) ## build the made-up city, import it, write its quarterly report
	$(BIN)/workbench init $(CITY) --city
	$(BIN)/workbench import $(CITY)/data/raw --study $(CITY)
	$(BIN)/workbench report quarterly --quarter $(QUARTER) --study $(CITY)

test: $(STAMP) lint ## check style, types and architecture, then run every test
	$(BIN)/python -m pytest -n 2 --dist loadscope

lab: $(STAMP) ## open JupyterLab on the notebooks
	$(BIN)/jupyter lab notebooks

bench: $(STAMP) ## measure, beside the named peers; prints a table and writes JSON
	$(BIN)/python -m benchmarks

lint: $(STAMP) ## ruff, mypy, import-linter
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

lock: ## make requirements.lock anew (needs uv)
	uv pip compile pyproject.toml --extra topics --extra dev --universal --python-version 3.11 --generate-hashes \
	  --excludes requirements.excluded --no-header --no-annotate -q -o requirements.lock

clean: ## remove the environment and what was made of the city
	rm -rf $(VENV) data/processed/corpus data/processed/findings reports/lillehavn
