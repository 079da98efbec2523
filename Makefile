# Two commands do all: `make run` and `make test`. Each sets up what it needs, once.
PYTHON ?= python3
VENV := .venv
READY := $(VENV)/.ready
BIN := $(VENV)/bin
MINUTES ?= 5

.PHONY: help run test lint types check golden bench soak simulate mutation clean

help: ## say what each target does
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "predtrack needs Python 3.11 or later, and $(PYTHON) is not: name one with 'make PYTHON=python3.12 $(MAKECMDGOALS)'." >&2; exit 1; }
	@echo "Setting up $(VENV) (once; it needs a package registry) ..."
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

run: $(READY) ## list the open predictions in predictions/ and print the report on them
	@echo "The open predictions in predictions/ (predtrack list):"
	@$(BIN)/predtrack --folder predictions list
	@echo
	@echo "The calibration report on them (predtrack report):"
	@$(BIN)/predtrack --folder predictions report

test: $(READY) ## run the tests
	@echo "Running the tests ..."
	@$(BIN)/python -m pytest --numprocesses auto

lint: $(READY) ## check style
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: $(READY) ## check types
	@$(BIN)/mypy

check: lint types ## lint, types, and the tests with coverage: what must be green
	@rm -f .coverage .coverage.*
	@$(BIN)/python -m pytest --numprocesses auto --cov --cov-report=term

golden: $(READY) ## write the golden files anew; look at the difference before you commit it
	@PREDTRACK_GOLDEN=write $(BIN)/python -m pytest tests/test_golden.py tests/test_readme.py

bench: $(READY) ## measure every goal side by side with others: ten minutes
	@$(BIN)/python tests/benchmarks/bench.py

soak: $(READY) ## try every fault, 100,000 records, 2,000 merges, and MINUTES=5 of words at random
	@$(BIN)/python tests/soak.py --minutes $(MINUTES)

simulate: $(READY) ## how often each sentence of a report is false of simulated forecasters: ten minutes
	@$(BIN)/python tests/simulate.py --processes 2

mutation: $(READY) ## put small mistakes into the code, and say which no test finds: half an hour
	@$(BIN)/python tests/mutation.py

clean: ## remove what the other targets made
	@rm -rf $(VENV) .bench .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis
