# Lectern. `make help` lists what there is; README.md shows the commands behind each.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
export PIP_DISABLE_PIP_VERSION_CHECK := 1
.DEFAULT_GOAL := help

help: ## This list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 22

run: $(VENV)/installed ## Install, build once, migrate, fill the demo school, and serve on http://localhost:3000
	@exec $(PY) -m lms_app.serve

dev: $(VENV)/installed-dev ## Serve with reload on change (front end on the port, back end on the next)
	@$(PY) -m lms_app.cli migrate
	@exec env LMS_PROFILE=development $(PY) -m reflex run --env dev

install: $(VENV)/installed ## Create the virtual environment and install the pinned packages

build: $(VENV)/installed ## Build the front end, if anything changed
	@$(PY) -m lms_app.build

test: $(VENV)/installed-dev build ## The whole suite, browser stories included
	@$(PY) -m tests.run all

test-fast: $(VENV)/installed-dev ## The suite without browser
	@$(PY) -m tests.run fast

test-long: $(VENV)/installed-dev build ## Kills, floods and deep fuzz
	@$(PY) -m tests.run long

test-postgres: $(VENV)/installed-dev ## The suite without browser on a throw-away PostgreSQL
	@$(PY) -m tests.run postgres

browser: ## Install Chromium from the system's packages (needs root)
	@command -v chromium >/dev/null || (apt-get update -q && apt-get install -y -q --no-install-recommends chromium)

check: $(VENV)/installed-dev ## Format, lint, types, import contracts, migrations
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/lint-imports
	@$(VENV)/bin/pyright
	@$(PY) -m tests.check_migrations

check-fast: $(VENV)/installed-dev ## Lint and contracts, and the tests without database
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/lint-imports
	@$(PY) -m pytest tests -n 2 -m "not browser and not long" -k "rules or kinds or house or when or text"

words: $(VENV)/installed ## Gather the texts of the interface into the catalogues of all languages
	@$(PY) -m lms_app.cli words

bench: $(VENV)/installed-dev build ## Measure speed as ratios to floors of the same run; writes bench/results.json
	@$(PY) -m bench

bench-kill: $(VENV)/installed-dev build ## Kill the server 200 times under load and count lost answers
	@$(PY) -m bench.kill 200

lock: $(VENV)/installed-dev ## Pin every package again, from requirements.in
	@$(VENV)/bin/pip install -q uv
	@$(VENV)/bin/uv pip compile -q --universal --python-version 3.11 --no-emit-index-url requirements.in -o requirements.txt
	@$(VENV)/bin/uv pip compile -q --universal --python-version 3.11 --no-emit-index-url requirements-dev.in -o requirements-dev.txt

clean: ## Remove what was built, never data
	rm -rf .web .states .pytest_cache .ruff_cache .hypothesis .import_linter_cache

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "Lectern needs Python 3.11, 3.12 or 3.13: $(PYTHON) was not found. Set PYTHON=…"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { echo "Lectern needs Python 3.11, 3.12 or 3.13: $(PYTHON) is another. Set PYTHON=…"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "Python cannot make a virtual environment: install its venv package (python3-venv)."; exit 1; }

$(VENV)/installed: $(VENV)/bin/python requirements.txt
	@echo "Installing packages into $(VENV)."
	@$(VENV)/bin/pip install -q -r requirements.txt
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed requirements-dev.txt
	@$(VENV)/bin/pip install -q -r requirements-dev.txt
	@touch $@

.PHONY: help run dev install build test test-fast test-long test-postgres browser check check-fast words bench bench-kill lock clean
