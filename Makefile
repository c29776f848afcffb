# make demo: AALL1731 from protocol to report.   make test: is it right?   make check: style, types, layers, docs.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT ?= demo-out
export PYTHONHASHSEED := 0

# Data that outsiders wrote stands beside the repository on some machines; tests that need it skip elsewhere, saying so.
ifeq ($(EQUIPOISE_TEST_DATA),)
ifneq ($(wildcard ../shared/data),)
export EQUIPOISE_TEST_DATA := $(abspath ../shared/data)
endif
endif

.PHONY: help demo test test-long check lint types layers docs core install lock oracle clean

help: ## Show this help
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

install: $(VENV)/.installed ## Install everything into .venv from the hashed lock file

$(VENV)/.installed: requirements.lock pyproject.toml tools/require.sh
	@bash tools/require.sh "$(PYTHON)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the locked dependencies into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: install ## Run AALL1731 from protocol to report into demo-out/
	@$(BIN)/equipoise run examples/aall1731/protocol.toml --out $(OUT)

test: install ## Run the tests (minutes)
	@$(BIN)/python -m pytest -n 2 --dist worksteal -m "not long"

test-long: install ## Run the long simulations too
	@$(BIN)/python -m pytest -n 2 --dist worksteal

check: lint types layers docs ## Style, types, layers, executed docs

lint: install
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: install
	@$(BIN)/mypy

layers: install
	@$(BIN)/lint-imports --no-logo 2>/dev/null || $(BIN)/lint-imports

docs: install
	@$(BIN)/python tools/check_docs.py

core: ## Install the core alone, without extras, and run design and analyze
	@bash tools/core_alone.sh "$(PYTHON)"

oracle: install ## Record R's numbers again (needs R with survival, cmprsk, rpact, coin)
	@bash tools/oracle.sh

lock: ## Resolve the dependencies again into the hashed lock files
	@$(PYTHON) -m pip install --quiet uv
	@$(PYTHON) -m uv pip compile pyproject.toml --all-extras --group test --group check --group build --universal --python-version 3.11 --generate-hashes --quiet --output-file requirements.lock
	@$(PYTHON) -m uv pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes --quiet --output-file requirements-core.lock

clean: ## Remove what make made
	rm -rf $(VENV) .venv-core $(OUT) .mypy_cache .ruff_cache .import_linter_cache .hypothesis
