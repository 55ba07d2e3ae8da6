"""Two contracts for import-linter that its own kinds cannot say in one line each (pyproject.toml lists them)."""

from fnmatch import fnmatchcase
from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class PureContract(Contract):
    """No module matching `modules` (nor anything below it) reaches a package of `refused`, even through others."""

    modules = fields.ListField(subfield=fields.StringField())
    refused = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Follow the imports of every pure module."""
        del verbose
        patterns = [str(pattern) for pattern in self.modules]  # type: ignore[attr-defined]
        refused = [str(name) for name in self.refused if str(name) in graph.modules]  # type: ignore[attr-defined]
        chains = [
            chain
            for module in sorted(graph.modules)
            if is_pure(module, patterns)
            for name in refused
            if (chain := graph.find_shortest_chain(importer=module, imported=name))
        ]
        return ContractCheck(kept=not chains, metadata={"chains": chains})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Show one chain of imports per offence."""
        for chain in check.metadata["chains"]:
            output.print_error(" → ".join(chain))


class PrivateContract(Contract):
    """A module whose name has one of `parts` right under its app is imported only from that app.

    The apps of `shared` hold no product word: theirs are mechanisms, open to all.
    """

    parts = fields.ListField(subfield=fields.StringField())
    shared = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Look at who imports each private module."""
        del verbose
        parts = {str(part) for part in self.parts}  # type: ignore[attr-defined]
        shared = {str(app) for app in self.shared}  # type: ignore[attr-defined]
        offences = [
            (importer, module)
            for module in sorted(graph.modules)
            if len(names := module.split(".")) > 2 and names[2] in parts and names[1] not in shared
            for importer in sorted(graph.find_modules_that_directly_import(module))
            if importer.split(".")[:2] != names[:2]
        ]
        return ContractCheck(kept=not offences, metadata={"offences": offences})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Show who imports what."""
        for importer, module in check.metadata["offences"]:
            output.print_error(f"{importer} → {module}")


def is_pure(module: str, patterns: list[str]) -> bool:
    """Whether a module, or a package it is in, matches; tests are not held to it."""
    names = module.split(".")
    parents: list[Any] = [".".join(names[: i + 1]) for i in range(len(names))]
    return "tests" not in names and any(fnmatchcase(parent, pattern) for parent in parents for pattern in patterns)
