# The commands of the house. `make` alone prints them.
#
# Needs: make, and Python 3.11 or later with its venv module. Everything else comes from requirements.lock.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
# What mypy reads: every room that is there.
ROOMS := $(wildcard ledger api wallet_cli loadtests tests)

# make test
WORKERS ?= 3

# make load
SCENARIO ?= spread
RATE ?=
SECONDS ?=
PEOPLE ?=
HOST ?=
BASELINE ?=

# make simulate
SEED ?= 1
STEPS ?= 500
SEEDS ?= 1

# make check-long
MINUTES ?= 10

.PHONY: help setup run demo test check check-long lint simulate defects load bench lock clean

help: ## Print this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(STAMP) ## Make .venv from the lock file (again only when the lock file has changed)

$(STAMP): requirements.lock pyproject.toml
	@rm -f $(STAMP)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Daftari needs Python 3.11 or later; '$(PYTHON)' is older or missing. Try: make setup PYTHON=python3.12" >&2; \
	  echo "Daftari inahitaji Python 3.11 au mpya zaidi; '$(PYTHON)' ni ya zamani au haipo. Jaribu: make setup PYTHON=python3.12" >&2; \
	  exit 1; }
	@if ! $(BIN)/python -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	  rm -rf $(VENV); \
	  $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	    echo "Python has no venv module. On Debian or Ubuntu: sudo apt install python3-venv" >&2; \
	    echo "Python haina moduli ya venv. Kwenye Debian au Ubuntu: sudo apt install python3-venv" >&2; \
	    exit 1; }; \
	fi
	@echo "Installing what requirements.lock lists; the first time takes about a minute ..." >&2
	@echo "Inasakinisha vilivyoorodheshwa; mara ya kwanza huchukua kama dakika moja ..." >&2
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $(STAMP)

run: $(STAMP) ## Serve a sandbox ledger on http://127.0.0.1:8470 until Ctrl-C; the data stay in var/
	@exec $(BIN)/python -m ledger.cli run

demo: $(STAMP) ## The whole story in a terminal: bill, payment, proof, and an edit that the audit finds
	@exec $(BIN)/python tests/journeys/demo.py

test: $(STAMP) lint ## Style, types and every test, on SQLite and PostgreSQL (WORKERS=3 at a time)
	$(BIN)/pytest --numprocesses=$(WORKERS) --dist=loadscope --durations=10

check: $(STAMP) lint ## Style, types and the floors of the house: quick, before each commit
	$(BIN)/pytest --quiet tests/architecture

check-long: $(STAMP) ## New seeds for the simulator, kills and laws for MINUTES=10; then commit tests/long/next_seed
	@exec $(BIN)/python -m tests.long.run --minutes '$(MINUTES)'

lint: $(STAMP)
	$(BIN)/ruff check
	$(BIN)/ruff format --check --output-format concise || { echo "Not formatted: run $(BIN)/ruff format" >&2; exit 1; }
	$(BIN)/mypy $(ROOMS)

simulate: $(STAMP) ## A simulated world with faults: SEED= STEPS= (SEEDS= for several); tells what happened or broke
	@exec $(BIN)/python -m tests.simulator.run --seed '$(SEED)' --steps '$(STEPS)' --seeds '$(SEEDS)'

defects: $(STAMP) ## Apply small wrong changes, each to a copy, and show which test catches it
	@exec $(BIN)/python -m tests.defects.run

load: $(STAMP) ## Load test: SCENARIO= (docs/how-to/load-test.md) RATE=per second SECONDS= PEOPLE= HOST=url BASELINE=record
	@exec $(BIN)/python -m loadtests.run --scenario '$(SCENARIO)' $(if $(RATE),--rate '$(RATE)') \
	  $(if $(SECONDS),--seconds '$(SECONDS)') $(if $(PEOPLE),--people '$(PEOPLE)') $(if $(HOST),--host '$(HOST)') \
	  $(if $(filter record,$(BASELINE)),--record-baseline)

bench: $(STAMP) ## How fast the posting path is, each figure beside its yardstick
	@$(BIN)/python -m loadtests.posting_bench
	@$(BIN)/python -m loadtests.settling_bench
	@$(BIN)/python -m loadtests.audit_bench

# A mirror that keeps fewer files gives fewer hashes: then say PIP_CONFIG_FILE=/dev/null make lock.
lock: $(STAMP) ## Choose the newest dependencies again and write requirements.lock
	CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --upgrade --generate-hashes --strip-extras \
	  --allow-unsafe --no-emit-index-url --no-emit-find-links --extra test --extra dev \
	  --output-file requirements.lock pyproject.toml

clean: ## Remove .venv, caches and out/; the ledger in var/ stays
	rm -rf $(VENV) build out *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage .coverage.* htmlcov
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
