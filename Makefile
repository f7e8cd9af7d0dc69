# Tasks of parlib. `make help` lists them. After `make setup` only lock, audit and lowest need a network.

PROVINCE = thua-thien-hue
YEAR = 2017
LANG_REPORT = vi
LANGS = vi,en

PYTHON = python3
BIN = .venv/bin
# Compiled bytecode halves the start of every notebook; the system's certificates are those that pip trusts.
RUN = env -u PYTHONDONTWRITEBYTECODE UV_COMPILE_BYTECODE=1 UV_SYSTEM_CERTS=1

COMPILE = $(RUN) UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile --quiet --no-config --extra dev \
	--python-version 3.11 --fork-strategy fewest --generate-hashes --no-annotate --no-emit-index-url --no-emit-find-links

help: ## list the tasks
	@awk 'BEGIN { FS = ":.*## " } /^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

setup: .venv/installed ## install everything into .venv, as pinned in requirements.lock

report: setup ## write one province's report: PROVINCE=thua-thien-hue YEAR=2017 LANG_REPORT=vi
	@$(RUN) $(BIN)/parlib report $(PROVINCE) --year $(YEAR) --lang $(LANG_REPORT) --format html,pdf

reports: setup ## make all reports of a year that are not up to date: YEAR=2017 LANGS=vi,en
	@$(RUN) $(BIN)/parlib batch --year $(YEAR) --all --national --lang $(LANGS) --format html,pdf

test: setup ## check style, types and rooms, and run every test
	@$(MAKE) lint && lint=0 || lint=1; \
		$(RUN) $(BIN)/python -m pytest -n 2 --dist worksteal && \
		{ test $$lint = 0 || { echo "The tests passed, but make lint failed: see above." >&2; exit 1; }; }

quick: setup ## run the tests that start no kernel, browser or build
	@$(RUN) $(BIN)/python -m pytest -n 2 --dist worksteal -m "not slow"

coverage: setup ## say which lines and branches the tests of `make quick` never reach
	@$(RUN) $(BIN)/coverage run -m pytest -m "not slow"
	@$(BIN)/coverage report

lint: setup ## check style (ruff), types (mypy) and who may import whom (import-linter)
	@$(RUN) $(BIN)/ruff check .
	@$(RUN) $(BIN)/ruff format --check .
	@$(RUN) $(BIN)/mypy
	@$(RUN) $(BIN)/lint-imports

format: setup ## put the code into the project's format
	@$(RUN) $(BIN)/ruff check --fix-only .
	@$(RUN) $(BIN)/ruff format .

bench: setup ## measure the main jobs
	@$(RUN) $(BIN)/python benchmarks/bench.py
	@$(RUN) $(BIN)/python benchmarks/answers.py

lab: setup ## open the notebooks in JupyterLab
	@$(RUN) $(BIN)/jupyter lab --notebook-dir=notebooks notebooks/explore/00-start-here.ipynb

docs: setup ## build the documentation as a site, in site/
	@$(RUN) NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --quiet

pictures: setup ## make the pictures of the README again (needs chromium)
	@$(RUN) $(BIN)/python tools/make_pictures.py

lock: setup ## refresh both locks from pyproject.toml (UPGRADE=--upgrade for newer versions)
	@$(COMPILE) --universal $(UPGRADE) --output-file requirements.lock pyproject.toml
	@$(COMPILE) --resolution lowest-direct $(UPGRADE) --output-file requirements-lowest.lock pyproject.toml

licences: setup ## list the licences of all dependencies in docs/reference/licences.md, if they are allowed
	@$(RUN) $(BIN)/python tools/licences.py

audit: setup ## ask whether a vulnerability is known of any pinned version (needs the network)
	@$(RUN) $(BIN)/python tools/audit_lock.py

lowest: .venv-lowest/installed ## try the lowest versions that pyproject.toml allows: quick tests, all notebooks, a report
	@$(RUN) .venv-lowest/bin/python -m pytest -m "not slow" -W default --ignore tests/test_licences.py
	@$(RUN) .venv-lowest/bin/python -m pytest -W default tests/notebooks
	@$(RUN) .venv-lowest/bin/parlib report $(PROVINCE) --year $(YEAR) --lang $(LANG_REPORT) --format html,pdf,xlsx \
		--out .venv-lowest/reports

clean: ## remove .venv, the reports and every cache
	@rm -rf .venv .venv-lowest build dist site .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .parlib-cache
	@find src tests notebooks reports -name __pycache__ -type d -prune -exec rm -rf {} +
	@find reports -mindepth 1 ! -name README.md -delete

.venv/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "parlib needs Python 3.11 or newer; name one with: make setup PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "Python cannot make a virtual environment here. On Debian, run: apt install python3-venv" >&2; exit 1; }
	@echo "Setting up .venv (once; 1.4 GB, a few minutes, and silent until it is done)"
	@test -x $(BIN)/pip || $(PYTHON) -m venv --clear .venv
	@sed -n '/^uv==/,/[^\\]$$/p' requirements.lock > .venv/uv.txt
	@{ $(RUN) $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r .venv/uv.txt && \
		$(RUN) $(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock; } || \
		{ echo "uv could not install; going on with pip (slower)" >&2; \
		$(RUN) $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock; }
	@$(RUN) $(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
	@touch $@

# An environment of its own, for the oldest Python that parlib runs on.
.venv-lowest/installed: .venv/installed requirements-lowest.lock
	@$(PYTHON) -m venv --clear .venv-lowest
	@$(RUN) $(BIN)/uv pip sync --quiet --python .venv-lowest/bin/python --require-hashes requirements-lowest.lock
	@$(RUN) .venv-lowest/bin/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation \
		--no-index -e .
	@touch $@

.PHONY: help setup report reports test quick coverage lint format bench lab docs pictures lock licences audit lowest clean
