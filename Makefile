.DEFAULT_GOAL := help
PYTHON ?= python3.13
BIN := .venv/bin
# Without compiled bytecode, each of the many Python processes compiles what it imports again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run test test-all lint bench samples compile console requirements clean

help: ## Show what can be done
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/run ## Start everything on this machine, ingest the samples, ask a question
	@$(BIN)/docent demo

test: .venv/dev ## Check everything, and run the tests that need neither the stack nor a browser
	@$(MAKE) --no-print-directory checks SELECTED='-m "not stack and not browser"'

test-all: .venv/dev ## Check everything, and run all tests, as continuous integration does
	@$(MAKE) --no-print-directory checks

.PHONY: checks types template page tests
checks:
	@$(BIN)/ruff format --check --quiet . && $(BIN)/ruff check --quiet .
	@$(MAKE) --no-print-directory -j3 tests types template page

# Side by side. The one that takes longest begins first. Tests in the browser need packages of the page's.
PACKAGES = console/node_modules/.package-lock.json
types:
	@$(BIN)/pyright

template:
	@SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION=us-east-1 $(BIN)/sam validate --lint

page: $(PACKAGES)
	@$(BIN)/python -m compiler.console test

tests: $(PACKAGES)
	@$(BIN)/python -m pytest -n 4 $(SELECTED) $(TESTS)

$(PACKAGES): console/package-lock.json
	@$(BIN)/python -m compiler.console install

bench: .venv/dev ## Measure everything we claim; writes benchmarks/results.json and results.md
	@$(BIN)/python -m benchmarks

samples: .venv/dev ## Make the sample documents again
	@$(BIN)/python samples/make_samples.py
	@$(BIN)/python samples/make_debates.py

compile: .venv/dev ## Write what is derived from the parts: template.yaml, openapi.yaml, state machines, tables in docs/
	@$(BIN)/python -m compiler

console: .venv/dev ## Build the console's page from console/, with the pinned Node; then compile
	@$(BIN)/python -m compiler && $(BIN)/python -m compiler.console && $(BIN)/python -m compiler

lint: .venv/dev ## Format the code and fix what ruff can fix
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

requirements: .venv/dev ## Compile the pinned requirements again, after a change of pyproject.toml or a requirements.in
	@PATH="$(CURDIR)/$(BIN):$$PATH" requirements/compile

clean: ## Delete the environment and all local state
	@-$(BIN)/docent down --wipe
	@rm -rf .venv .aws-sam .docent .pytest_cache .ruff_cache .hypothesis

# `--no-deps`: the lists are complete, and one package declares torch (6 GB) without needing it.
.venv/run: requirements/run.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv 2>/dev/null || python -m venv .venv
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 13) and "Docent needs Python 3.13: make PYTHON=/path/to/python3.13 run, after rm -rf .venv")'
	@echo "Installing into .venv …"
	@requirements/install run.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev: .venv/run requirements/dev.txt
	@requirements/install dev.txt
	@touch $@
