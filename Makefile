# Karussell. The two commands: make keyboard, make test.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SOURCES := pyproject.toml constraints.txt CMakeLists.txt $(shell find kernels -type f)

.DEFAULT_GOAL := help
.PHONY: help keyboard test check docs bench clean

help:
	@echo "make keyboard   set up and open the keyboard in the browser"
	@echo "make test       set up the rest and run every check and test"
	@echo "make check      the checks without the tests"
	@echo "make docs       the book, in build/book"
	@echo "make bench      our engine against its peers"
	@echo "make clean      remove what the others made"

keyboard: $(VENV)/.run
	$(BIN)/karussell keyboard

test: check
	$(BIN)/pytest

check: $(VENV)/.test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/zensical build --clean --strict

docs: $(VENV)/.test
	$(BIN)/zensical build --clean --strict
	@echo "the book begins at build/book/index.html"

bench: $(VENV)/.test
	$(BIN)/karussell bench

clean:
	rm -rf $(VENV) build dist .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/.python:
	@command -v $(PYTHON) >/dev/null || { echo "missing: Python 3.11 or newer ($(PYTHON) not found)"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "missing: Python 3.11 or newer ($(PYTHON) is older)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "missing: Python's venv module (on Debian: python3-venv)"; exit 1; }
	@echo 'int main() {}' | $${CXX:-c++} -std=c++20 -x c++ -fsyntax-only - 2>/dev/null || { echo "missing: a C++20 compiler ($${CXX:-c++} is none; on Debian: g++)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run: $(VENV)/.python $(SOURCES)
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt --editable .
	@touch $@

$(VENV)/.test: $(VENV)/.python $(SOURCES)
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt --editable '.[test]'
	@touch $(VENV)/.run $@
