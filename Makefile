# `make` lists what there is. PYTHON may name a Python 3.11 that lies elsewhere.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV ?= .venv
BIN = $(VENV)/bin
CITY ?= .
QUARTER ?= 2025Q3
# the quarter before is audited too, so that the report can tell of a change
BEFORE ?= 2025Q2
STAMP = $(VENV)/.installed
# the lock's environment with torch, a small real model and the peers of the benchmarks on top
PEERS = .venv-peers
PEERS_STAMP = $(PEERS)/.installed

.DEFAULT_GOAL := help
.PHONY: help report test mutations lab docs bench lint lock clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(PEERS_STAMP): $(STAMP) requirements-peers.txt
	$(PYTHON) -m venv $(PEERS)
	$(BIN)/python -c "import sysconfig; print('import site; site.addsitedir(' + repr(sysconfig.get_path('purelib')) + ')')" > $$($(PEERS)/bin/python -c \
	  "import sysconfig; print(sysconfig.get_path('purelib'))")/locked.pth
	$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-peers.txt
	@touch $@

report: $(STAMP) ## build the made-up city, import it, write its quarterly report
	$(BIN)/workbench init $(CITY) --city
	$(BIN)/workbench import $(CITY)/data/raw --study $(CITY)
	$(BIN)/workbench speech rehearse $(BEFORE) --study $(CITY)
	$(BIN)/workbench speech rehearse $(QUARTER) --study $(CITY)
	$(BIN)/workbench report quarterly --period $(QUARTER) --study $(CITY)

test: $(STAMP) $(PEERS_STAMP) lint ## check style, types and architecture, then run every test
	$(BIN)/python -m pytest -n 2 --dist loadscope
	$(PEERS)/bin/python -m pytest tests/topics/test_real_models.py tests/speech/test_real_speech_models.py

mutations: $(STAMP) ## break the code in ways that tests must notice (ROOM=findings for one room); an hour for all
	$(BIN)/python -m mutations $(if $(ROOM),--room $(ROOM))

lab: $(STAMP) ## open JupyterLab on what the study (CITY) holds and what comes next
	$(BIN)/workbench lab --study $(CITY)

docs: $(STAMP) ## make the manual: public names, metrics, gallery, commands; without a network, into build/docs/html
	$(BIN)/python -m manual

bench: $(STAMP) $(PEERS_STAMP) ## measure beside the named peers (NAMES="topics_speed …" for some); hours for all
	COORDINATION_PEER=$(PEERS)/bin/python LOCKED_PYTHON=$(BIN)/python $(PEERS)/bin/python -m benchmarks $(NAMES)

lint: $(STAMP) ## ruff, mypy, import-linter
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

lock: ## make requirements.lock anew (needs uv)
	uv pip compile pyproject.toml --extra topics --extra dev --extra docs --universal --python-version 3.11 --generate-hashes \
	  --excludes requirements.excluded --no-header --no-annotate -q -o requirements.lock

clean: ## remove the environment and what was made of the city
	rm -rf $(VENV) $(PEERS) build/docs data/processed/corpus data/processed/findings reports/lillehavn
