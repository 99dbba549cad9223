# Two commands do everything on a machine that has Python 3.11+, pip and make:
#   make demo   sets up, grades the shipped class, and says where to look
#   make test   sets up and runs all the tests
.DEFAULT_GOAL := help
.PHONY: help setup demo test test-quick lint format stubs messages audit bench clean

PYTHON ?= python3
BIN := .venv/bin
# By file: most files set up one course or one class for all of their tests. Each process holds torch, so not too many.
# In the order of tests/conftest.py, which puts the longest files first.
# With one thread each: OpenMP's threads of several processes keep each other waiting.
test test-quick: export OMP_NUM_THREADS := 1
SHARED_OUT := -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder
STAMP := .venv/.ready

help:
	@echo "make demo        set up, grade examples/class, say where to look"
	@echo "make test        set up, run all the tests"
	@echo "make test-quick  the tests without the slow ones"
	@echo "make lint        ruff and mypy"
	@echo "make stubs       write exercises/ anew from reference/"
	@echo "make messages    bring the translation catalogs up to date"
	@echo "make audit       prove the hidden tests: stubs, variants, mutants"

setup: $(STAMP)

# torch comes first and by its exact version, so that no other package's wish decides which build is fetched.
$(STAMP): pyproject.toml constraints.txt hatch_build.py
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv \
		|| { echo "python3 -m venv does not work here; on Debian: apt install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt torch
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $(STAMP)

demo: setup
	$(BIN)/antorcha doctor
	$(BIN)/antorcha grade examples/class --out results
	@echo
	@echo "Look at:  results/grades.csv            the marks"
	@echo "          results/feedback/*.html       what each student reads"
	@echo "          examples/README.md            what each hand-in is"
	@echo "Next:     $(BIN)/pytest exercises/      what a student sees"
	@echo "          $(BIN)/antorcha --help        everything else"

test: setup
	$(BIN)/python -m pytest tests $(SHARED_OUT)

test-quick: setup
	$(BIN)/python -m pytest tests -m "not slow and not gpu" $(SHARED_OUT)

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

stubs: setup
	$(BIN)/antorcha stubs

messages: setup
	$(BIN)/antorcha messages update

audit: setup
	$(BIN)/antorcha audit

clean:
	rm -rf .venv build dist results .pytest_cache .mypy_cache .ruff_cache
