# Seven words: setup run check test fix docs bench. Each does its own set-up.
PORT ?= 8000
DATA ?= var
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: setup run check test fix docs bench

setup: $(READY)

# uv comes into the environment itself where the machine has none.
$(READY): pyproject.toml uv.lock
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is missing. Debian: apt install python3.11 python3.11-venv"; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "Python cannot make an environment. Debian: apt install python3.11-venv"; exit 2; }
	@test -x $(BIN)/uv || command -v uv >/dev/null || { $(BIN)/python -m ensurepip >/dev/null && $(BIN)/python -m pip install --quiet --disable-pip-version-check uv; }
	@UV=$$(command -v uv || echo $(BIN)/uv); UV_PROJECT_ENVIRONMENT=$(VENV) $$UV sync --quiet --frozen --inexact --no-python-downloads --python $(BIN)/python
	@touch $@

run: setup
	@$(BIN)/learningcity serve --demo --port $(PORT) --data $(DATA)

check: setup
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports
	@LEARNINGCITY_DATA=$$(mktemp -d) $(BIN)/mypy
	@$(BIN)/djlint --lint --quiet learningcity
	@LEARNINGCITY_DATA=$$(mktemp -d) $(BIN)/learningcity makemigrations --check --dry-run
	@LEARNINGCITY_DATA=$$(mktemp -d) $(BIN)/learningcity check --fail-level WARNING

test: setup
	@$(BIN)/python -m tests.suite

fix: setup
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format .

docs: setup
	@UV=$$(command -v uv || echo $(BIN)/uv); $$UV export --quiet --frozen --no-dev --no-emit-project --output-file requirements.txt
	@LEARNINGCITY_DATA=$$(mktemp -d) $(BIN)/learningcity openapi > docs/reference/openapi.json
	@$(BIN)/python -m pytest -q tests/conventions/test_docs.py

bench: setup
	@$(BIN)/learningcity bench all
