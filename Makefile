# make run    install into .venv, start the app, print its address
# make test   install what the tests need; format, lint, types, layers, tests, browser tests
# make words  bring the catalogues in genlab/locale up to date with the texts in the code
# make train  train again what ships in pretrained/ (needs full MNIST; about twenty minutes)

SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin

.PHONY: run test check unit browser format words train clean

run: .venv/installed
	$(BIN)/streamlit run app.py

test: check unit browser

check: .venv/installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/pyright
	$(BIN)/lint-imports

unit: .venv/installed-dev
	$(BIN)/pytest -m "not browser" -n 2 --dist loadfile

browser: .venv/installed-dev
	PATH="$(CURDIR)/$(BIN):$$PATH" tests/browser/install.sh
	$(BIN)/pytest -m browser

format: .venv/installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

words: .venv/installed
	$(BIN)/python -m genlab.locale.words

train: .venv/installed
	$(BIN)/python -m pretrained.make

clean:
	rm -rf .venv

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/installed: requirements.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet -r requirements.txt
	@touch $@

.venv/installed-dev: requirements.txt requirements-dev.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet -r requirements-dev.txt
	@touch $@
