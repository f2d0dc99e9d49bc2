# Two commands matter: `make lab` shows mail working, `make test` proves it.
.PHONY: help install lab check test bench bench-peer lock clean system-packages corpora

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
DEV    := $(VENV)/.installed-dev

help:            ## what there is to run
	@grep -hE '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 22

$(BIN)/python:
	@$(PYTHON) tools/make_venv.py $(VENV)

$(STAMP): $(BIN)/python requirements.txt pyproject.toml
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(DEV): $(STAMP) requirements-dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

install: $(STAMP) ## a .venv with pinned requirements and .venv/bin/postroad; nothing outside this folder

lab: install     ## a miniature Internet on loopback, in the foreground; Ctrl-C stops it
	@exec $(BIN)/postroad lab

system-packages:
	@$(PYTHON) tools/system_packages.py tests/debian-packages.txt

check: $(DEV)    ## format, lint, types, import contracts, size budget, docs: under 60 s
	@$(BIN)/python tools/check.py

corpora: $(DEV)
	@$(BIN)/python tools/corpora.py $(VENV)/corpora

test: $(DEV) system-packages corpora ## everything, after installing the Debian packages the tests need
	@$(BIN)/python -m pytest

bench: $(DEV)    ## measure receive-and-store; prints a table, writes bench/results/*.json
	@$(BIN)/python -m bench

bench-peer: $(DEV) ## the same against Postfix + Dovecot on loopback (root), with the ratio
	@$(PYTHON) tools/system_packages.py bench/debian-packages.txt
	@$(BIN)/python -m bench --peer

lock: $(BIN)/python ## pin the requirements again, with hashes and no registry address
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/python tools/lock.py

clean:           ## remove everything that install, check and test made
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis bench/results
