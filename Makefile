# `make help` says what there is. Everything happens in .venv and build/; nothing else is touched.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:

# The first Python of at least 3.11 that runs; set PYTHON to choose another one.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$python; break; }; done)
ANSIBLE_CORE ?= ansible-core
PORT ?= 8460

export PATH := $(CURDIR)/.venv/bin:$(PATH)
export ANSIBLE_COLLECTIONS_PATH := $(CURDIR)/build/link
export ANSIBLE_LOCALHOST_WARNING := false
export ANSIBLE_INVENTORY_UNPARSED_WARNING := false
export PIP_DISABLE_PIP_VERSION_CHECK := 1

STAGES := lint sanity unit integration conformance docs

.PHONY: help
help: ## Say what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

.venv/.ready: requirements.txt requirements-dev.txt
	@test -n "$(PYTHON)" || { echo "No Python 3.11 or later found; set PYTHON."; exit 1; }
	rm -rf .venv
	$(PYTHON) -m venv .venv
	.venv/bin/pip install --quiet "$(ANSIBLE_CORE)" -r requirements-dev.txt
# A real client of the exam platform; what it needs from Open edX is stood in for by its test.
	.venv/bin/pip install --quiet --no-deps xblock-proctor-exam==1.0.0
	touch $@

.PHONY: setup
setup: .venv/.ready ## Install everything that is needed into .venv
	@scripts/build_tree.sh

.PHONY: demo
demo: setup ## An example on a local sandbox: looked at, done, done again; the sandbox stays
	@scripts/demo.sh $(PORT)

.PHONY: demo-stop
demo-stop: ## Stop the sandbox that make demo left running
	@scripts/demo.sh stop

.PHONY: sandbox
sandbox: setup ## Run the sandbox in the foreground
	python -m tests.sandbox --port $(PORT)

.PHONY: test
test: setup ## Run all stages: lint, sanity, unit, integration, conformance, docs
	@scripts/stages.sh $(STAGES)

.PHONY: awx
awx: setup
	@scripts/awx_collection.sh

.PHONY: lint
lint: awx ## ruff, bandit, ansible-lint (profile production), changelog, generated metadata
	ruff check .
	ruff format --check .
	bandit --quiet --configfile bandit.yaml --recursive plugins
	python scripts/metadata.py --check
	antsibull-changelog lint
	scripts/build_tree.sh tree
	cd build/tree/ansible_collections/edtech/lti && ANSIBLE_COLLECTIONS_PATH=$(CURDIR)/build/tree:$(CURDIR)/build/awx ansible-lint --offline --strict

.PHONY: sanity
sanity: setup ## ansible-test sanity, without an ignore file
	scripts/sanity.sh

.PHONY: unit
unit: awx ## Rules, property tests, the report's page in Chromium, and the sandbox's own tests
	@scripts/chromium.sh
	pytest tests/unit -n 4 --dist worksteal

.PHONY: integration
integration: awx ## Real ansible-playbook runs against the sandbox, in both execution paths
	pytest tests/integration -n 4 --dist worksteal

.PHONY: conformance
conformance: setup ## Real clients of the platforms against the sandbox
	pytest tests/conformance -n 2

.PHONY: bench
bench: setup ## Measure against ansible.builtin.uri and against shipped modules
	python -m tests.benchmarks

.PHONY: soak
soak: setup ## Five hundred randomised runs with faults, kills and two runs at once
	python -m tests.soak

.PHONY: matrix
matrix: awx ## Sanity, unit and integration tests on ansible-core 2.18 to 2.21; takes more than an hour
	nox

.PHONY: release-check
release-check: setup ## What a release must pass besides: galaxy-importer, bandit, pip-audit
	scripts/release_check.sh

.PHONY: metadata
metadata: setup ## Write what follows from the list of modules
	python scripts/metadata.py

.PHONY: format
format: setup ## Let ruff format the code
	ruff format .
	ruff check --fix .

.PHONY: build
build: setup ## Build the collection's tarball into build/
	scripts/build_tree.sh tree
	ansible-galaxy collection build --force --output-path build build/tree/ansible_collections/edtech/lti

.PHONY: docs
docs: setup ## Build the documentation's site into build/docs/html; a warning is an error, a broken link among them
	@scripts/docs.sh

.PHONY: clean
clean: demo-stop ## Remove .venv and build/
	rm -rf .venv build
