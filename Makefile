# The commands of this project. `make site` builds the website and shows it on this machine.
#
# Everything runs in .venv, made by the first command that needs it. Only relative paths below, so
# that a checkout may lie in a folder with spaces or Chinese characters in its name.

PYTHON ?= python3
UV_VERSION := 0.13.9
BIN := .venv/bin

ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
endif

.DEFAULT_GOAL := help
.PHONY: help env book page site dist translate lint quick test cold-site browser all-tests lab bench lock audit clean

# Images of containers forbid compiled modules: then each of the many processes below would compile
# every library again, which takes longer than most of what they do.
unexport PYTHONDONTWRITEBYTECODE

help:
	@echo "make site    build the website and show it on this machine"
	@echo "make book    build the website into _build/html"
	@echo "make page    make one page of it: make page P=book/value-people"
	@echo "make dist    make a zip of the website and a print edition, to take along"
	@echo "make translate  bring the Chinese catalogs up to date, and list what is to be written"
	@echo "make lint    check code, its format and its types"
	@echo "make quick   run the tests that need neither website nor browser nor simulations"
	@echo "make test    lint, build the website and run all tests"
	@echo "make lab     open the notebooks in Jupyter Lab"
	@echo "make bench   compare speed with the libraries one would use instead"
	@echo "make lock    renew the pinned versions from pyproject.toml"
	@echo "make audit   look for known vulnerabilities of the pinned libraries (needs the network)"
	@echo "make clean   remove what the commands above have made, the environment excepted"

# The environment is made again when the pins or the package's own description change.
env: .venv/ready

.venv/ready: requirements.txt pyproject.toml
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" 2>/dev/null || { \
	  echo "gzcounty needs Python 3.11 or newer, and '$(PYTHON)' is not."; \
	  echo "Name another one: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c "import ensurepip, venv" 2>/dev/null || { \
	  echo "Python's venv module is missing. On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }
	@echo "Setting up .venv (about a minute, once)"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -qq --disable-pip-version-check "uv==$(UV_VERSION)"
	@VIRTUAL_ENV="$$PWD/.venv" $(BIN)/python -m uv pip install --system-certs --quiet -r requirements.txt
	@touch $@

book: env
	@$(BIN)/python tools/build.py

page: env
	@$(if $(P),,$(error Name the page: make page P=book/value-people))$(BIN)/python tools/build.py --page "$(P)"

site: book
	@$(BIN)/python tools/serve.py

# The print edition needs a browser, as the tests do.
dist: browser
	@$(BIN)/python tools/dist.py

translate: env
	@$(BIN)/python tools/translate.py

lint: env
	@$(BIN)/python -m ruff check
	@$(BIN)/python -m ruff format --check
	@$(BIN)/python -m mypy

# On every processor; which tests start first says tests/conftest.py.
PYTEST := $(BIN)/python -m pytest -n auto --dist loadgroup --no-loadscope-reorder

quick: env
	@$(PYTEST) -m "not browser and not site and not simulation and not slow"

# While the website is built: code is checked, a browser looked for, tests run that need neither.
test: env
	@$(MAKE) --no-print-directory --jobs=2 cold-site all-tests

cold-site: env
	@$(BIN)/python tools/build.py --cold

browser: env
	@$(BIN)/python tools/browser.py

# Tests that call make have nothing to do with this one's jobs.
all-tests: lint browser
	@MAKEFLAGS= $(PYTEST)

lab: env
	@$(BIN)/python tools/lab.py

bench: env
	@$(BIN)/python -m benchmarks

# The pins of every platform and Python version the project supports, in one file; and of these what
# the notebooks need on Binder's machines, which prefer .binder/ and start sooner with less.
lock: env
	@VIRTUAL_ENV="$$PWD/.venv" $(BIN)/python -m uv pip compile --system-certs pyproject.toml --all-extras \
	  --python-version 3.11 --universal --upgrade --quiet \
	  --no-emit-index-url --no-header --no-annotate --output-file .requirements.new
	@VIRTUAL_ENV="$$PWD/.venv" $(BIN)/python -m uv pip compile --system-certs pyproject.toml \
	  --extra lab --extra did --extra spatial --extra files --constraint .requirements.new \
	  --python-version 3.11 --universal --quiet \
	  --no-emit-index-url --no-header --no-annotate --output-file .binder.new
	@{ echo "-e ."; cat .requirements.new; } > requirements.txt
	@{ echo "-e ."; cat .binder.new; } > .binder/requirements.txt
	@rm .requirements.new .binder.new

# On demand, not in the tests: what is known changes from day to day. Strict: a pin about which the
# list of advisories does not answer is a failure, not good news.
audit: env
	@mkdir -p _build
	@grep -v '^-' requirements.txt > _build/pins.txt
	@$(BIN)/python -m uv tool run --system-certs pip-audit==2.10.1 --strict --no-deps --disable-pip \
	  --progress-spinner off --requirement _build/pins.txt || { \
	  echo "Raise the pins named above (make lock). Others were not audited: that needs the network."; \
	  exit 1; }

clean:
	rm -rf _build .pytest_cache .ruff_cache .mypy_cache .hypothesis
