# Two commands do everything on a machine that has Python 3.11+, pip and make:
#   make demo   sets up, grades the shipped class, and says where to look
#   make test   sets up and runs all the tests but the slow ones
.DEFAULT_GOAL := help
.PHONY: help setup demo test test-slow test-nbgrader lint bench format stubs messages audit clean

PYTHON ?= python3
BIN := .venv/bin
# By file: most files set up one course or one class for all of their tests. In the order of tests/conftest.py, which puts
# the longest files first, and on as many processes as it says.
# With one thread each: OpenMP's threads of several processes keep each other waiting.
test test-slow test-nbgrader: export OMP_NUM_THREADS := 1
SHARED_OUT := -n auto --dist loadfile --no-loadscope-reorder
STAMP := .venv/.ready

help:
	@echo "make demo        set up, grade examples/class, say where to look"
	@echo "make test        set up, run all the tests but the slow ones"
	@echo "make test-slow   set up, run the slow ones: half an hour"
	@echo "make test-nbgrader   the tests behind another nbgrader: NBGRADER=0.9.4 (ten minutes)"
	@echo "make lint        ruff, mypy and the order of rooms"
	@echo "make bench       how fast, against whom: a table of bars (BENCH=--quick for a first look)"
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
	@echo "Look at:  results/index.html            the class: what it did not understand, who may need you"
	@echo "          results/grades.csv            the marks"
	@echo "          results/feedback/*.html       what each student reads"
	@echo "          examples/README.md            what each submission is"
	@echo "Next:     $(BIN)/pytest exercises/      what a student sees"
	@echo "          $(BIN)/antorcha --help        everything else"

test: setup
	$(BIN)/python -m pytest tests -ra -m "not slow" $(SHARED_OUT)

test-slow: setup
	$(BIN)/python -m pytest tests -ra -m slow $(SHARED_OUT)

# Another version of nbgrader lies in a folder of its own, which Python and Jupyter read first.
NBGRADER ?= 0.9.4
OTHER := $(CURDIR)/.venv/nbgrader-$(NBGRADER)
test-nbgrader: export PYTHONPATH := $(OTHER)
test-nbgrader: export JUPYTER_PATH := $(OTHER)/share/jupyter
test-nbgrader: export JUPYTER_CONFIG_PATH := $(OTHER)/etc/jupyter
test-nbgrader: setup
	@test -d $(OTHER) || $(BIN)/python -m pip install --quiet --no-deps --target $(OTHER) nbgrader==$(NBGRADER)
	$(BIN)/python -c "from nbgrader import __version__ as found; assert found == '$(NBGRADER)', found"
	$(BIN)/python -m pytest tests/framework/nbgrader -ra $(SHARED_OUT)

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# With `--otter PYTHON` of an environment that has benchmarks/rivals.txt, otter-grader is measured too: BENCH="--otter ...".
bench: setup
	$(BIN)/python benchmarks/bench.py $(BENCH)

stubs: setup
	$(BIN)/antorcha stubs

messages: setup
	$(BIN)/antorcha messages update

audit: setup
	$(BIN)/antorcha audit

clean:
	rm -rf .venv build dist results .pytest_cache .mypy_cache .ruff_cache
