# The two commands of this project are `make run` and `make test`; both do all the set-up.

PYTHON ?= python3.11
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
TORCH := torch==2.13.0
# PyPI's torch brings 2.7 GB of CUDA along; this index has the small build for processors.
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu
export OMP_NUM_THREADS ?= 1
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: help run test test-all test-sqlite test-pg drills drill-kill drill-rush drill-race drill-order lint format bench bench-peers bench-web bench-growth bench-board translations setup setup-dev browser clean
.DEFAULT_GOAL := help

help: ## Say what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

run: setup ## Set up, load the demo once, and serve at http://127.0.0.1:8000 (PORT changes it)
	@$(BIN)/consult db upgrade
	@$(BIN)/consult demo --if-empty
	@$(BIN)/consult serve --port $(PORT)

test: setup-dev browser ## Set up and run the tests, those where databases differ also on PostgreSQL
	@$(call on_both,not slow and not benchmark,$(MOST_PARTICULAR))

test-all: setup-dev browser ## Run the long tests and the short drills too, all of it on both databases
	@$(call on_both,not benchmark,)

test-sqlite: setup-dev browser ## Run the tests on SQLite alone
	$(BIN)/python -m pytest -n 2

test-pg: setup-dev ## Run what touches the database on PostgreSQL, which comes in a package
	JISI_TEST_DATABASE=postgresql $(BIN)/python -m pytest -n 2

# Where the two databases differ most: what is locked, counted, listed, searched and done by workers.
MOST_PARTICULAR := $(addprefix tests/services/,caseload exchange records suggesting supervising) \
	$(patsubst %,tests/services/grouping/test_%.py,awaiting boards placement similarity stored_index turns two_analysts) \
	tests/jobs tests/running/test_connections.py tests/test_migrations.py tests/test_planning.py \
	tests/test_release_before.py

# Both, even if the first fails.
on_both = failed=0; \
	$(BIN)/python -m pytest -n 2 -m "$(1)" || failed=1; \
	JISI_TEST_DATABASE=postgresql $(BIN)/python -m pytest -n 2 -m "$(1)" $(2) || failed=1; \
	exit $$failed

drills: drill-kill drill-rush drill-race drill-order ## Kill, rush, race and shuffle in earnest (hours; each alone: make drill-kill …)

drill-kill: setup-dev ## kill -9 at random for ten minutes while people write, on each database
	$(BIN)/python -m tests.drills.kill --minutes 10 --database postgresql
	$(BIN)/python -m tests.drills.kill --minutes 10 --database sqlite

drill-rush: setup-dev ## 25 writes and 250 pages a second for ten minutes
	$(BIN)/python -m tests.drills.rush --minutes 10

drill-race: setup-dev ## 500 people press the same button twenty times at once, a hundred times
	$(BIN)/python -m tests.drills.race --times 100

drill-order: setup-dev ## The same suggestions in a hundred orders, with kills, give the same groups
	$(BIN)/python -m tests.drills.order --times 100

lint: setup-dev ## Check style, types and the catalogues
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: setup-dev ## Put the code into the house's form
	$(BIN)/ruff check --fix . || true
	$(BIN)/ruff format .

bench: setup-dev browser ## Measure; prints tables and writes bench/*.json
	$(BIN)/python -m tests.benchmarks

bench-peers: setup-dev ## Install what grouping is compared with, and measure grouping beside it
	$(BIN)/pip install -q -r requirements-bench.txt
	$(BIN)/python -m tests.benchmarks bench_clustering

bench-web: setup-dev ## Measure pages and acts in production mode beside peers (needs wrk)
	@command -v wrk >/dev/null || { echo "wrk sends the requests: install it (Debian: apt-get install wrk), then try again."; exit 1; }
	$(BIN)/python -m tests.benchmarks bench_web

MESSAGES ?= 30000
bench-board: setup-dev ## Measure the message board over a month of a city (MESSAGES=300000: of the country)
	$(BIN)/python -m tests.benchmarks.bench_board $(MESSAGES)

bench-growth: setup-dev ## Measure how pages grow with their topic, and draw it
	$(BIN)/python -m tests.benchmarks.bench_growth --picture

translations: setup-dev ## Take new messages into the catalogues, for translating
	$(BIN)/pybabel -q extract -F babel.cfg -k _l -k N_ --no-location --sort-output -o consult/translations/messages.pot .
	$(BIN)/pybabel -q update -N --no-wrap -i consult/translations/messages.pot -d consult/translations
	$(BIN)/pybabel -q compile -d consult/translations

setup: $(VENV)/.installed consult/translations/.compiled
setup-dev: $(VENV)/.installed-dev consult/translations/.compiled

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is needed: install it, or say where it is with PYTHON=…"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.txt pyproject.toml | $(VENV)/bin/python
	@$(BIN)/python -c 'import torch' 2>/dev/null \
	  || $(BIN)/pip install -q --no-deps --retries 0 --timeout 30 --index-url $(TORCH_INDEX) $(TORCH) 2>/dev/null \
	  || $(BIN)/pip install -q --no-deps $(TORCH)
	$(BIN)/pip install -q -r requirements.txt
	$(BIN)/pip install -q --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.txt
	$(BIN)/pip install -q -r requirements-dev.txt
	@touch $@

consult/translations/.compiled: $(VENV)/.installed $(wildcard consult/translations/*/LC_MESSAGES/messages.po)
	@$(BIN)/pybabel -q compile -d consult/translations
	@touch $@

browser:
	@sh tests/browser/install.sh

clean: ## Remove what was made (not the data in var/)
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache bench build *.egg-info
