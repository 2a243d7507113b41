# Every verb is one line in installers/bootstrap.py, which needs nothing but Python 3.11 or newer.
# On Windows `make.cmd` offers the same verbs.
PYTHON ?= python3

VERBS := setup demo tour test test-all lint format bench clean
.PHONY: help $(VERBS)

help:
	@$(PYTHON) installers/bootstrap.py --help

$(VERBS):
	@$(PYTHON) installers/bootstrap.py $@
