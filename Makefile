# `make` alone lists what there is. Everything is installed into .venv; what is built goes to var/.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip install -qq --disable-pip-version-check
TESTS ?=
KEY := $(shell printf '%064d' 0)
# The type checker reads the settings, which insist on these; it opens no connection.
TYPES_ENV := DATABASE_URL=postgresql:///none SECRET_KEY=none FIELD_KEYS=none:$(KEY) INDEX_KEY=$(KEY)

.PHONY: help demo test check audit assets messages clean

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 12

demo: $(VENV)/.installed ## start everything with sample data and print the address (Ctrl-C ends it)
	@exec $(PY) -m tools.demo

test: export PYTHONDONTWRITEBYTECODE :=
test: $(VENV)/.installed-dev ## run all tests; TESTS=path runs some
	@$(PY) -m tools.browser
	@$(PY) -m tools.assets
	@$(PY) -m tools.messages compile
	$(PY) -m pytest -n auto $(TESTS)

check: $(VENV)/.installed-dev ## format, lint, layers, types, templates, migrations, deployment, messages
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/lint-imports
	$(TYPES_ENV) $(VENV)/bin/mypy
	$(VENV)/bin/djlint templates --lint --quiet
	find templates apps -name '*.html' -print0 | xargs -0 -r $(VENV)/bin/djade --check --target-version 5.2
	@$(PY) -m tools.assets
	$(PY) -m tools.messages compile
	$(PY) -m tools.production_check
	$(PY) -m tools.messages check
	$(PY) -m tools.security_matrix check
	$(PY) -m tools.licences check
	$(PY) -m tools.advisories --unless-unreachable
	$(PY) -m pip check

audit: $(VENV)/.installed-dev ## compare all packages with the published advisories; fails where that cannot be done
	@$(PY) -m tools.advisories $(if $(FILE),--file $(FILE))

assets: $(VENV)/.installed ## build the fonts
	@$(PY) -m tools.assets

messages: $(VENV)/.installed ## collect the messages of the code into locale/ and compile them
	@$(PY) -m tools.messages extract
	@$(PY) -m tools.messages compile

clean: ## remove everything made here, the demo's data too
	rm -rf $(VENV) var .pytest_cache .ruff_cache .mypy_cache .import_linter_cache
	find . -name '*.mo' -not -path './.git/*' -delete
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON=...")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.txt constraints.txt | $(PY)
	@echo "installing packages into $(VENV)"
	@$(PIP) -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	@echo "installing packages for tests and checks"
	@$(PIP) -r requirements-dev.txt
	@touch $@
