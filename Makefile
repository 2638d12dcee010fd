# The whole command list, for people and for CI alike. Only git, make and Python 3.11 or newer are needed.

.DEFAULT_GOAL := help
.PHONY: help run reset shots test coverage soak bench check fix migrate draw translations lock
SHELL := /bin/sh

PY := .venv/bin/python
MANAGE := $(PY) manage.py
PIP_LOCK := $(PY) -m uv pip compile --no-config --system-certs --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header --quiet $(if $(UPGRADE),--upgrade)

help: ## This list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: .venv/demo node_modules/installed ## The portal on this machine; HOST and PORT are respected
	@exec $(PY) -m scripts.run_portal

reset: .venv/demo ## Forgets everything `make run` has kept
	@$(PY) -m scripts.reset_portal

shots: .venv/dev node_modules/installed ## Pictures of every page, into var/shots/; SHOTS="--english --elder --only queue"
	@$(PY) -m scripts.shots $(SHOTS)

test: .venv/dev node_modules/installed ## Everything, on PostgreSQL and on SQLite; TESTS="tests/x -k y" for a part
ifdef TESTS
	@$(PY) -m scripts.test_services $(TESTS)
else
	@$(PY) -m scripts.test_all
endif

coverage: .venv/dev node_modules/installed ## The tests on PostgreSQL, and what none of them reaches
	@$(PY) -m scripts.test_services -n 2 --dist worksteal --cov --cov-report=term-missing

soak: .venv/dev node_modules/installed ## The same faults for longer: SOAK_MINUTES, 30 unless given
	@PORTAL_MODE=test SOAK_MINUTES=$${SOAK_MINUTES:-30} $(PY) -m pytest -v -m fault tests/faults

bench: .venv/dev ## How fast the clock is, as ratios, with a million open deadlines, and the freezing of scores; takes some minutes
	@$(PY) -m bench scores
	@$(PY) -m bench clock

check: .venv/dev node_modules/installed ## Everything that can be seen without running it
	@$(PY) -m scripts.check

fix: .venv/dev ## Formats code and templates, mends what the linter can mend
	@$(PY) -m scripts.check mend

migrate: .venv/dev ## Writes migrations for changed models: make migrate NAME=what_changes
	@$(MANAGE) makemigrations $(if $(NAME),--name $(NAME))
	@$(PY) -m ruff format --quiet .

draw: .venv/dev ## Draws the lives of orders, committees and listings from the workflows' tables
	@$(MANAGE) draw_workflow

translations: .venv/dev ## Compiles the translations and says what is missing
	@$(MANAGE) translations compile
	@$(MANAGE) translations check

lock: .venv/dev ## Writes the lock files anew; UPGRADE=1 takes the newest versions
	@$(PIP_LOCK) pyproject.toml -o requirements.lock
	@$(PIP_LOCK) pyproject.toml --group demo -c requirements.lock -o requirements-demo.lock
	@$(PIP_LOCK) pyproject.toml --group dev -c requirements-demo.lock -o requirements-dev.lock
	@$(PIP_LOCK) --group node -o requirements-node.lock
	@$(PY) -m scripts.browser_libraries lock

# The environment. Each stamp is newer than the lock it was made from.

.venv/made:
	@python=$$(sh scripts/find_python.sh) && "$$python" -m venv .venv
	@touch $@

.venv/demo: requirements-demo.lock | .venv/made
	@$(PY) scripts/install.py requirements-demo.lock
	@touch $@

.venv/dev: requirements-dev.lock | .venv/made
	@$(PY) scripts/install.py requirements-dev.lock
	@touch .venv/demo $@

node_modules/installed: package.json package-lock.json .npmrc | .venv/made
	@$(PY) -m scripts.browser_libraries
	@touch $@
