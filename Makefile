# Karussell. The two commands: make keyboard, make test.
PYTHON ?= python3
ifeq ($(origin CXX), default)
CXX := c++
endif
VENV := .venv
BIN := $(VENV)/bin
SOURCES := pyproject.toml constraints.txt CMakeLists.txt $(shell find kernels -type f)

.DEFAULT_GOAL := help
.PHONY: help keyboard test check docs man bench wasm clean

help:
	@echo "make keyboard   set up and open the keyboard in the browser"
	@echo "make test       set up the rest and run every check and test"
	@echo "make check      the checks without the tests"
	@echo "make docs       the book, in build/book"
	@echo "make man        a man page of each command, in build/man/man1"
	@echo "make bench      our engine against its peers"
	@echo "make wasm       the kernels as WebAssembly, which is committed"
	@echo "make clean      remove what the others made"

keyboard: $(VENV)/.run
	$(BIN)/karussell keyboard

test: check $(VENV)/.npm
	$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder

check: $(VENV)/.test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/clang-format --dry-run -Werror $$(find kernels tests/native -name "*.h" -o -name "*.cpp")
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/pytest -q tests/native/test_compilers.py
	$(BIN)/zensical build --clean --strict

docs: $(VENV)/.test
	$(BIN)/zensical build --clean --strict
	@echo "the book begins at build/book/index.html"

man: $(VENV)/.run
	$(BIN)/python -m karussell.cli.manual build/man/man1

bench: $(VENV)/.test
	$(BIN)/karussell bench

wasm: $(VENV)/.test
	$(BIN)/python kernels/wasm/build.py

clean:
	rm -rf $(VENV) tests/node_modules build dist .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/.python:
	@command -v $(PYTHON) >/dev/null || { echo "missing: Python 3.11 or newer ($(PYTHON) not found)"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "missing: Python 3.11 or newer ($(PYTHON) is older)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "missing: Python's venv module (on Debian: python3-venv)"; exit 1; }
	@for file in level_kernels level host/team; do \
	  $(CXX) -std=c++20 -Ikernels -DKARUSSELL_LEVEL=baseline -fsyntax-only kernels/$$file.cpp 2>/dev/null || { echo "missing: a compiler of our C++20, GCC 11, Clang 14 or newer ($(CXX) is none; on Debian: g++)"; exit 1; }; \
	done
	@echo '#include <Python.h>' | $(CXX) $$($(PYTHON) -c 'import sysconfig; print("-I" + sysconfig.get_path("include"))') -x c++ -fsyntax-only - 2>/dev/null || { echo "missing: Python's own headers (on Debian: python3-dev)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run: $(VENV)/.python $(SOURCES)
	@echo "building the kernels with $(CXX), and fetching what the keyboard needs: the first time it takes one to five minutes, without a line in between"
	@CXX="$(CXX)" $(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt --editable .
	@touch $@

$(VENV)/.test: $(VENV)/.python $(SOURCES)
	@echo "building the kernels with $(CXX), and fetching what the tests need, PyTorch among it, some GB: it takes five to twenty minutes the first time"
	@CXX="$(CXX)" $(BIN)/pip install --disable-pip-version-check -c constraints.txt --progress-bar off --editable '.[test]'
	@touch $(VENV)/.run $@

# Some tests run in a browser or in Node with packages of npm; without it they are skipped by name.
$(VENV)/.npm: tests/package.json tests/package-lock.json tests/.npmrc | $(VENV)/.test
	@if ! command -v npm >/dev/null; then echo "npm not found: the tests that need its packages are skipped"; \
	elif cd tests && npm ci --ignore-scripts; then touch ../$@; \
	else echo "npm ci failed: the tests that need its packages are skipped"; fi
