# What there is to do here; `make help` lists it. Paths are relative, so that blanks in the folder's name do no harm.
SHELL := /bin/sh
.DEFAULT_GOAL := help

PYTHON ?= python3
PORT ?= 8000
DATA ?= data
COMPOSE ?= docker compose

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
	rm -rf .venv frontend/node_modules frontend/dist frontend/src/paraglide
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
