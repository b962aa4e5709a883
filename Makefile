# The portal's two commands are `make run` and `make test`; `make help` lists the others.
PYTHON ?= python3.11
ENV := .venv
PY := $(ENV)/bin/python
# Twice quiet: errors only. The lock files name everything, so there is nothing to resolve: with dependencies, pip takes
# an extra such as coverage[toml] for a package of its own that nobody pinned, as soon as a newer one is out.
PIP := $(PY) -m pip install -qq --disable-pip-version-check --no-deps --require-hashes
# Settings that let the code be read without starting a database.
NO_SERVERS := DATABASE_URL=postgresql://nobody@127.0.0.1:1/none REDIS_URL=redis://127.0.0.1:1/0
TEMPLATES := $(shell find templates -name '*.html' 2>/dev/null)

.PHONY: help run test lint bench audit lock assets clean
.DEFAULT_GOAL := help

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile

$(ENV)/bin/pip:
	@$(PYTHON) -m venv $(ENV)

$(ENV)/run.stamp: requirements/run.txt | $(ENV)/bin/pip
	@echo "Installing the portal's packages …"
	@$(PIP) -r requirements/run.txt
	@touch $@

$(ENV)/test.stamp: requirements/test.txt | $(ENV)/bin/pip
	@echo "Installing the packages of the tests …"
	@$(PIP) -r requirements/test.txt
	@touch $@

run: $(ENV)/run.stamp  ## the portal with everything it needs, until Ctrl-C (PORT, BIND, PORTAL_DATA)
	@$(PY) -m portal.assets
	@exec $(PY) -m portal.supervisor $(OPTIONS)

assets: $(ENV)/run.stamp  ## front-end assets, also those of the tests
	@$(PY) -m portal.assets --test

test: lint  ## linters, types, contracts, then all tests
	@CHROMIUM="$$($(PY) -m portal.chromium)" && export CHROMIUM && exec $(PY) -m pytest -n 2 $(OPTIONS)

lint: $(ENV)/test.stamp assets  ## linters, types, import contracts, migrations
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(NO_SERVERS) $(PY) -m mypy
	@$(ENV)/bin/lint-imports
	@$(if $(TEMPLATES),$(ENV)/bin/djade --check --target-version 5.2 $(TEMPLATES))
	@$(if $(TEMPLATES),$(ENV)/bin/djhtml --check $(TEMPLATES))
	@$(if $(TEMPLATES),$(ENV)/bin/djlint --lint --quiet $(TEMPLATES))
	@PORTAL_DATA=var/test PORTAL_DATABASE_ROLE=owner $(PY) manage.py makemigrations --check --dry-run

bench: $(ENV)/test.stamp assets  ## the measurements of benchmarks/, one table each
	@for each in benchmarks/[a-z]*.py; do echo "── $$each"; $(PY) "$$each" || exit 1; done

audit: $(ENV)/run.stamp  ## licences of all packages, and known vulnerabilities where the network allows
	@$(PY) -m portal.licences
	@$(PYTHON) -m venv $(ENV)/audit && $(ENV)/audit/bin/python -m pip install --quiet pip-audit
	@$(ENV)/audit/bin/pip-audit --require-hashes --disable-pip --requirement requirements/run.txt

lock:  ## new lock files, with the newest versions that the .in files allow
	@$(PYTHON) -m venv $(ENV)/lock && $(ENV)/lock/bin/python -m pip install --quiet pip-tools
	@for each in run test; do $(ENV)/lock/bin/pip-compile --quiet --upgrade --generate-hashes --allow-unsafe \
		--strip-extras --no-header --no-annotate --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
		--output-file requirements/$$each.txt requirements/$$each.in || exit 1; done
	@$(PYTHON) -m portal.assets --lock

clean:  ## everything this file has made, except the data in var/
	@rm -rf $(ENV) static/vendor tests/vendor .mypy_cache .ruff_cache .pytest_cache .coverage htmlcov test-results
