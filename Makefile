# make run    install into .venv, start the app, print its address
# make test   install what the tests need; format, lint, types, layers, tests, the browser's modules, browser tests
# make js     the browser's modules alone, in Node; running the app needs no Node
# make words  bring the catalogues in genlab/locale up to date with the texts in the code
# make notebooks  each family's notebook, run where there is torch and torchvision alone (minutes)
# make train  train again what ships in pretrained/ (needs full MNIST; about twenty minutes)

SHELL := /bin/bash
# The first Python that is there and of a version that genlab runs on (one may be named and yet not start).
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$name -c "import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))" 2>/dev/null && echo $$name && break; done)
BIN := .venv/bin

.PHONY: run test check unit js browser format words notebooks train clean

run: .venv/installed
	$(BIN)/streamlit run app.py

test: check unit js browser

check: .venv/installed-dev node_modules/installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/pyright --pythonversion 3.11
	$(BIN)/pyright --pythonversion 3.14
	$(BIN)/lint-imports
	node_modules/.bin/tsc
	node_modules/.bin/biome lint --error-on-warnings

# A file stays whole, for what its tests share; the long ones are met before the many short ones.
unit: .venv/installed-dev
	$(BIN)/pytest tests --ignore tests/browser -n 2 --dist loadfile --no-loadscope-reorder

js: .venv/installed-dev node_modules/installed
	PYTHONPATH=tests $(BIN)/python -m js.cases
	node --test tests/js/*.test.js

# Each of the two has an app and a Chromium of its own; who is done takes tests from the other.
browser: .venv/installed-dev node_modules/installed
	PATH="$(CURDIR)/$(BIN):$$PATH" tests/browser/install.sh
	$(BIN)/pytest tests/browser -n 2 --dist worksteal

format: .venv/installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

words: .venv/installed
	$(BIN)/python -m genlab.locale.words

notebooks: .venv/installed
	PYTHONPATH=. $(BIN)/python tests/scripts/notebooks.py

train: .venv/installed
	$(BIN)/python -m pretrained.make

clean:
	rm -rf .venv node_modules

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "genlab needs Python 3.11 to 3.14: make PYTHON=/path/to/python3.14"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/installed: requirements.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet -r requirements.txt
	@touch $@

.venv/installed-dev: requirements.txt requirements-dev.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet -r requirements-dev.txt
	@touch $@

# What looks after the browser's modules. Nobody who only runs the app comes here.
node_modules/installed: package.json package-lock.json .npmrc
	@command -v npm >/dev/null && node -e "process.exitCode = parseInt(process.versions.node) < 20 ? 1 : 0" || { echo "The checks of the \
	browser's modules need Node 20 or newer with npm, and there is none here: install it (https://nodejs.org, or the \
	system's packages nodejs and npm), then make test again. make run needs none of it." >&2; exit 1; }
	npm ci --no-audit --no-fund
	@touch $@
