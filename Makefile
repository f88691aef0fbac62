# Two commands do everything: `make run` starts the app, `make test` runs every check. Both may be run again at will.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test lint types unit e2e screenshots clean

run: $(VENV)/.run
	$(BIN)/streamlit run streamlit_app.py

test: $(VENV)/.test chromium
	$(MAKE) --no-print-directory lint types unit e2e

lint: $(VENV)/.test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/.test
	$(BIN)/mypy core

# A file to a process: many small models gain more from a core each than from two cores together.
PYTEST := $(BIN)/python -m pytest --numprocesses=2 --dist=loadfile

unit: $(VENV)/.test
	$(PYTEST) --ignore=tests/e2e

e2e: $(VENV)/.test chromium
	$(PYTEST) tests/e2e

screenshots: $(VENV)/.test chromium
	$(BIN)/python scripts/screenshots.py

$(VENV)/.run: requirements.txt
	test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet -r requirements.txt
	touch $@

$(VENV)/.test: $(VENV)/.run requirements-test.txt
	$(BIN)/pip install --quiet -r requirements-test.txt
	touch $@

# The browser tests drive Debian's Chromium. Where apt is there and Chromium is not, install it.
.PHONY: chromium
chromium:
	@command -v chromium >/dev/null || { command -v apt-get >/dev/null && apt-get update -qq && apt-get install -y -qq chromium >/dev/null; } \
	  || echo "Chromium is not installed and could not be: the browser tests will be skipped."

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache .mypy_cache
