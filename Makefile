# Thin wrappers: everything is in egards.py and tools/bootstrap.py, and works without make.
PYTHON ?= python3
EGARDS = $(PYTHON) egards.py
ARGS ?=
.DEFAULT_GOAL := help
.PHONY: help setup run doctor upgrade test check messages format screenshots town load bench lock test-setup

help setup run doctor upgrade check messages format screenshots town load bench lock test-setup:
	@$(EGARDS) $@ $(ARGS)

test:
	@$(EGARDS) test $(ARGS)

# One part: `make test-intake` runs egards/intake, or tests/test_intake.py.
test-%:
	@$(EGARDS) test $* $(ARGS)

# One bench: `make bench-understanding`.
bench-%:
	@$(EGARDS) bench $* $(ARGS)
