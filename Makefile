# What there is to do here; `make help` lists it. Paths are relative, so that blanks in the folder's name do no harm.
SHELL := /bin/sh
.DEFAULT_GOAL := help

PYTHON ?= python3
PORT ?= 8000
DATA ?= data
COMPOSE ?= docker compose

# Node of the packages, linked there where the machine has none that is new enough.
export PATH := $(CURDIR)/.venv/node:$(PATH)

.PHONY: help
help: ## List the targets
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)$$/\1	\2/p' Makefile | expand -t 16

.PHONY: run
run: ## Serve the forum on this machine (PORT=8000 DATA=data), installing what it needs
	@$(PYTHON) api/launcher/prepare.py --port "$(PORT)" --data "$(DATA)"

.PHONY: up
up: ## Build and start the containers (settings in .env)
	@test -f .env || { echo "parley: copy .env.example to .env and fill it in first" >&2; exit 1; }
	$(COMPOSE) up --build --detach --wait

.PHONY: down
down: ## Stop the containers; their data stays
	$(COMPOSE) down

.PHONY: clean
clean: ## Remove what was installed and built; data stays
	rm -rf .venv tests/clients/node_modules frontend/node_modules frontend/dist frontend/src/paraglide
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- For those who change it ---------------------------------------------------------------------------------------

BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest -q
WORKERS ?= 2

.PHONY: prepare
prepare:
	@$(PYTHON) api/launcher/prepare.py --only-prepare

.PHONY: develop
develop: prepare ## Install what tests and tools need beside what `make run` needs
	@cmp -s requirements/dev.lock .venv/dev.lock || { \
		echo "parley: Installing the tools for tests"; \
		$(BIN)/python -m pip --disable-pip-version-check --no-input install --quiet --require-hashes -r requirements/dev.lock \
		&& cp requirements/dev.lock .venv/dev.lock; }

.PHONY: system
system:
	@sh tests/system-packages.sh

.PHONY: test
test: develop system ## Everything: lint, types, backend, client, servers, browser
	$(MAKE) lint types client test-backend test-servers test-clients e2e

.PHONY: test-fast
test-fast: develop test-backend ## The backend's tests only

.PHONY: test-backend
test-backend:
	$(PYTEST) -n $(WORKERS) -m "not process and not clients and not e2e and not data and not soak"

.PHONY: test-servers
test-servers: develop system ## The tests that start, reload and kill real servers
	$(PYTEST) -m process

.PHONY: test-clients
test-clients: develop system ## Clients generated in four languages, run against real servers
	$(PYTEST) -m clients

.PHONY: soak soak-contract soak-faults
soak: soak-contract soak-faults ## What takes long: the two below; MINUTES=60 for the first, MINUTES=5 for each test of the second
soak-contract: develop system ## Generated requests at the real servers; ends in a table of what was asked and answered
	$(BIN)/python -m tests.contract.soak --minutes "$(or $(MINUTES),60)"
soak-faults: develop system ## Faults under load; ends in a table of figures
	MINUTES="$(or $(MINUTES),5)" $(PYTEST) -m soak tests/faults tests/caches

.PHONY: e2e
e2e: develop system ## The journeys in a real browser against nginx and uWSGI
	$(PYTEST) -m e2e

.PHONY: test-data
test-data: develop ## Run real communities through the importer (SAMPLES=FOLDER)
	@test -d "$(SAMPLES)" || { echo "parley: name the folder of samples with SAMPLES=" >&2; exit 1; }
	PARLEY_SAMPLES="$(SAMPLES)" $(PYTEST) -m data

.PHONY: lint
lint: develop ## Style, floors and rows
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	cd frontend && npm run --silent lint

.PHONY: fix
fix: develop ## Mend what the linters can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	cd frontend && npm run --silent fix

.PHONY: types
types: develop ## Check types on both sides
	$(BIN)/mypy
	cd frontend && npm run --silent check

.PHONY: client
client: develop ## The client's own tests
	cd frontend && npm run --silent test

.PHONY: openapi
openapi: develop ## Write openapi.json, its 3.0 twin, the client's types and docs/permissions.md anew
	$(BIN)/python -m api.cli --data var/openapi openapi
	$(BIN)/python -m api.cli --data var/openapi permissions docs/permissions.md
	cd frontend && npm run --silent schema

.PHONY: docs-answers
docs-answers: develop ## Run the commands of docs/api and write their answers into it anew
	$(BIN)/python -m tests.guide

.PHONY: examples
examples: develop ## Ask the application anew for the document's examples (api/examples.json)
	$(BIN)/python -m tests.examples
	$(MAKE) openapi

.PHONY: baseline
baseline: openapi ## Renew docs/api-baseline.json after additions to the API; refuses what breaks clients
	$(BIN)/python -m tests.compatibility.baseline

.PHONY: lock
lock: develop ## Choose the newest packages that work together and pin them with hashes
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
		--custom-compile-command "make lock" pyproject.toml -o requirements/run.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--custom-compile-command "make lock" pyproject.toml requirements/dev.in -c requirements/run.lock \
		-o requirements/dev.lock

.PHONY: migrate seed doctor
migrate: prepare ## Bring the database to this version's schema
	@$(BIN)/python -m api.cli --data "$(DATA)" migrate
seed: prepare ## Fill an empty forum with the demonstration
	@$(BIN)/python -m api.cli --data "$(DATA)" seed
doctor: prepare ## Say what is wrong with the installation
	@$(BIN)/python -m api.cli --data "$(DATA)" doctor

.PHONY: import
import: prepare ## Import a Stack Exchange dump (FROM=FOLDER)
	@$(BIN)/python -m api.cli --data "$(DATA)" import stackexchange "$(FROM)"

POSTS ?= 100000
ROWS ?=
SECONDS ?= 2
SIZES ?= 1000 10000 100000
.PHONY: bench
bench: develop system ## Measure everything on a corpus (POSTS=100000 ROWS=list,search SECONDS=2), print one table
	@sh bench/system-packages.sh
	@$(BIN)/python -m bench table --posts "$(POSTS)" --rows "$(ROWS)" --seconds "$(SECONDS)"

.PHONY: bench-growth
bench-growth: develop system ## Measure every hot read against the size of the forum (SIZES="1000 10000 100000 1000000")
	@sh bench/system-packages.sh
	@$(BIN)/python -m bench growth --sizes "$(SIZES)" --rows "$(ROWS)" --seconds "$(SECONDS)"

.PHONY: bench-profile
bench-profile: develop ## Show where the time of hot reads goes (POSTS=100000 ROWS=list)
	@$(BIN)/python -m bench profile --posts "$(POSTS)" --rows "$(ROWS)"

.PHONY: bench-report
bench-report: develop ## Write what was measured into docs/performance.md and docs/bench.svg
	@$(BIN)/python -m bench report

.PHONY: screenshots
screenshots: develop system ## Make the pictures in docs/ anew
	$(BIN)/python -m tests.e2e.screenshots
