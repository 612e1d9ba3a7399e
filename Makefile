# An Tâm: `make help` tells what there is. Everything is set up on first use.

PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$p && break; done)
INSTALL = $(PYTHON) backend/ops/install.py
BIN = .venv/bin
RASA = nlu/.venv/bin/python

# Three rows side by side: the rooms' own tests, two files at a time; the supervisor's and the canary; the pages in a
# browser, Rasa's own, the actions' and the stories. Rooms and pages need no model, which is trained meanwhile. Whatever runs
# a whole house waits for much of its time, so there are more at once than cores; with still more, two cores spend a quarter
# of their time on changing between them.
IN_CHROMIUM = *_in_chromium.py
ROOMS = -n 2 --dist loadfile --ignore-glob='$(IN_CHROMIUM)' tests/backend tests/bot
PAGES = $(shell find tests/backend tests/bot -name '$(IN_CHROMIUM)')
HOUSE = tests/ops
CANARY = tests/canary
STORIES = tests/actions tests/e2e
NLU_TESTS = $(RASA) -m pytest -c nlu/pyproject.toml --rootdir . --confcutdir tests/nlu tests/nlu
PYTEST = $(BIN)/python -m pytest
# Every command runs, whatever becomes of those before it; what they say is shown together at their end.
row = (failed=0; $(2) || failed=1; $(if $(3),$(3) || failed=1;) $(if $(4),$(4) || failed=1;) exit $$failed) >test-output/$(1).log 2>&1; \
	failed=$$?; cat test-output/$(1).log; exit $$failed

# Compiled once, not in each of the processes that the tests start.
export PYTHONDONTWRITEBYTECODE =

.DEFAULT_GOAL := help
.PHONY: help python install run train test test-rooms test-pages test-model test-house test-stories test-long lint format bench nlu-report nlu-phoatis contracts lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/\t/' | expand -t 12

python:
	@test -n "$(PYTHON)" || { echo "An Tâm needs Python 3.11 or newer. Debian: apt-get install python3 python3-venv"; exit 1; }

install: python ## both environments and the trained model, without starting anything
	@$(INSTALL) run rasa model

run: install ## set up what is missing, then run everything with demo accounts until Ctrl-C
	@ANTAM_DEMO=true exec $(BIN)/antam up

train: python ## train the NLU model, whether its sources changed or not
	@$(INSTALL) run rasa
	@rm -f nlu/models/.made-from
	@$(INSTALL) model

test: python ## set up what is missing, then run every test
	@$(INSTALL) dev browser
	@mkdir -p test-output
	@$(MAKE) --no-print-directory --jobs=3 --keep-going test-rooms test-house test-stories

test-rooms:
	@$(PYTEST) -m "not slow" $(ROOMS)

# What fails here is told at the end of the stories, which are told all the same.
test-pages:
	@rm -f test-output/pages.failed
	@($(call row,pages,$(PYTEST) -m "not slow" $(PAGES))) || touch test-output/pages.failed

test-model:
	@$(INSTALL) rasa model

test-house: test-model
	@$(call row,house,$(PYTEST) -m "not slow" $(HOUSE),$(PYTEST) -m "not slow" $(CANARY))

test-stories: test-pages test-model
	@$(call row,stories,$(NLU_TESTS),$(PYTEST) -m "not slow" $(STORIES),test ! -e test-output/pages.failed)

test-long: python ## every test, and those that take long
	@$(INSTALL) dev rasa model browser
	@failed=0; \
	$(NLU_TESTS) || failed=1; \
	ANTAM_PROPERTIES=looking $(PYTEST) $(ROOMS) || failed=1; \
	$(PYTEST) $(PAGES) || failed=1; \
	$(PYTEST) $(HOUSE) || failed=1; \
	$(PYTEST) $(CANARY) || failed=1; \
	$(PYTEST) $(STORIES) || failed=1; \
	exit $$failed

lint: python ## format, lint, types, and who may import whom
	@$(INSTALL) dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: python ## put every file into the house's format
	@$(INSTALL) dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: install ## measure the running parts and write docs/reports/bench-<date>.md
	@$(BIN)/antam bench

nlu-report: python ## measure how well workers are understood and write docs/reports/nlu-<date>.md
	@$(INSTALL) rasa model
	@$(RASA) -m nlu.report $(OPTIONS)

nlu-phoatis: python ## ask the recipe the public travel questions in DIR=, which you must have
	@test -n "$(DIR)" || { echo "Name the folder of the set: make nlu-phoatis DIR=its/path"; exit 1; }
	@$(INSTALL) rasa
	@$(RASA) -m nlu.phoatis "$(DIR)" $(OPTIONS)

contracts: python ## write the contracts of the endpoints to docs/openapi/
	@$(INSTALL) run
	@$(BIN)/antam openapi > docs/openapi/internal.json
	@$(BIN)/python -m bot.contract > docs/openapi/bot.json

lock: python ## pin the newest versions that fit, by hash (then run the tests)
	@$(INSTALL) dev
	.venv-tools/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet \
		pyproject.toml --output-file requirements.txt
	.venv-tools/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet \
		--constraint requirements.txt pyproject.toml --group dev --output-file requirements-dev.txt
	cd nlu && ../.venv-tools/bin/uv pip compile --python-version 3.10 --generate-hashes --no-header --quiet \
		pyproject.toml --group dev --output-file requirements.txt

clean: ## remove both environments and the model (never var/)
	rm -rf .venv .venv-tools nlu/.venv nlu/models nlu/build
