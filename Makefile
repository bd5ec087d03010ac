# Every task of users and developers; `make help` lists them.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV ?= .venv
BIN := $(VENV)/bin
WORKERS ?= 2
PYTEST := $(BIN)/python -m pytest -q -n $(WORKERS) --dist loadgroup
SETUP := $(or $(PYTHON),python3) lms/ops/setup.py

.DEFAULT_GOAL := help

.PHONY: help
help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

.PHONY: run
run: ## Set everything up and serve the product with the demo municipality (PORT=8000)
	@$(SETUP) run --venv $(VENV)
	@exec $(BIN)/flask --app wsgi lms start

.PHONY: test
test: ## Set everything up and run every check (what CI runs)
	@$(SETUP) test --venv $(VENV)
	@$(MAKE) --no-print-directory check

.PHONY: setup
setup: ## Only set up the machine and the virtual environment for development
	@$(SETUP) test --venv $(VENV)

.PHONY: check
check: lint types imports templates scripts slices postgres browser ## Every check, fast ones first

.PHONY: lint
lint: ## Style and format of the Python code
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

.PHONY: types
types: ## Types
	$(BIN)/mypy

.PHONY: imports
imports: ## The order of the slices
	$(BIN)/lint-imports

.PHONY: templates
templates: ## The Jinja templates
	$(BIN)/djlint --quiet --lint templates

.PHONY: scripts
scripts: ## The pure parts of the page scripts
	node --test $(wildcard tests/browser/js/*.test.js)

.PHONY: slices
slices: ## Repository, slices, migrations and journeys on SQLite
	$(PYTEST) -m "not browser"

.PHONY: postgres
postgres: ## The same on PostgreSQL
	LMS_TEST_DATABASE=postgresql $(PYTEST) -m "not browser and not office and not sqlite"

.PHONY: browser
browser: ## Pages in Chromium with axe
	$(PYTEST) -m browser

.PHONY: bench
bench: ## Print the benchmarks (takes minutes)
	for script in tests/bench/bench_*.py; do $(BIN)/python -m tests.bench.$$(basename $$script .py) || exit 1; done

.PHONY: format
format: ## Format the Python code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: lock
lock: ## Write the lock files anew from requirements*.in
	$(BIN)/pip-compile $(LOCK_OPTIONS) -o requirements.lock requirements.in
	$(BIN)/pip-compile $(LOCK_OPTIONS) -o requirements-dev.lock requirements-dev.in
	$(BIN)/pip-compile $(LOCK_OPTIONS) -o $(VENV)/speech.lock requirements-speech.in
	awk '/^[a-z]/ { keep = /^pyopenjtalk-plus==/ } keep' $(VENV)/speech.lock > requirements-speech.lock

LOCK_OPTIONS := --quiet --generate-hashes --allow-unsafe --strip-extras --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host
