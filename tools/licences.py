"""Every library of requirements.lock must bear a licence that an EUPL-1.2 work may be given away with.

The EUPL's own appendix names its compatible copyleft licences; the permissive ones ask only for their notice; the LGPL
and the MPL stop at the library's own files. The GPL alone would decide for the whole, so it is refused.
"""

import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ALLOWED = {
    *("MIT", "MIT-0", "MIT-CMU", "ISC", "0BSD", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "PSF-2.0", "Python-2.0"),
    *("Unlicense", "CC0-1.0", "Zlib", "PostgreSQL", "HPND", "BlueOak-1.0.0", "EUPL-1.2"),
    *("MPL-2.0", "LGPL-2.1-only", "LGPL-2.1-or-later", "LGPL-3.0-only", "LGPL-3.0-or-later"),
}
# What older metadata says in words.
WORDS = {
    "MIT License": "MIT",
    "The MIT License": "MIT",
    "BSD License": "BSD-3-Clause",
    "BSD": "BSD-3-Clause",
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache Software License": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0-only",
    "GNU Lesser General Public License v3 or later (LGPLv3+)": "LGPL-3.0-or-later",
    "Python Software Foundation License": "PSF-2.0",
    "ISC License (ISCL)": "ISC",
}
MIT_WORDS = "Permission is hereby granted, free of charge, to any person obtaining a copy"


def main() -> int:
    """Print the count of each licence, or the libraries that may not come along."""
    refused, counts = [], dict[str, int]()
    for name in locked_names(ROOT / "requirements.lock"):
        try:
            licence = licence_of(distribution(name))
        except PackageNotFoundError:
            continue  # for another system or another Python
        counts[licence] = counts.get(licence, 0) + 1
        if not is_allowed(licence):
            refused.append(f"{name} : {licence or 'licence inconnue'}")
    print("\n".join(refused) or ", ".join(f"{count} {name}" for name, count in sorted(counts.items())))
    return 1 if refused else 0


def locked_names(lock: Path) -> list[str]:
    """The names in a lock."""
    return re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==", lock.read_text(), re.MULTILINE)


def licence_of(library: Distribution) -> str:
    """The SPDX expression a library declares, else what its older fields mean, else an empty string."""
    metadata = library.metadata.json
    if expression := metadata.get("license_expression"):
        return str(expression)
    classifiers = [str(line).split(" :: ")[-1] for line in metadata.get("classifier", []) if "License ::" in line]
    for words in [*classifiers, str(metadata.get("license") or "").strip()]:
        if words in WORDS or words in ALLOWED:
            return WORDS.get(words, words)
    if any(MIT_WORDS in " ".join(text.split()) for text in licence_texts(library)):
        return "MIT"
    return " ".join(str(metadata.get("license") or ", ".join(classifiers)).split())[:60]


def licence_texts(library: Distribution) -> list[str]:
    """The licence files that come with a library: what remains when its metadata says nothing."""
    files = [file for file in library.files or [] if "LICEN" in file.name.upper()]
    return [file.read_text() for file in files]


def is_allowed(expression: str) -> bool:
    """Whether an SPDX expression can be satisfied with allowed licences: every AND, one of each OR."""
    expression = expression.replace("(", " ").replace(")", " ")
    return all(
        any(choice.split(" WITH ")[0].strip() in ALLOWED for choice in re.split(r"\s+OR\s+", part.strip()))
        for part in re.split(r"\s+AND\s+", expression)
    )


if __name__ == "__main__":
    sys.exit(main())
