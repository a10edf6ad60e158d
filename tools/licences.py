"""Writes docs/licences.md: every package with its version, its licence and why it is there.

`python -m tools.licences` writes the page; with `check` it only tells what is wrong: a package without a fixed version or a
reason, a licence that is not allowed in the product or is not known, or a page that is not up to date.
"""

import re
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, metadata
from typing import Any

from tools.places import ROOT

PAGE = ROOT / "docs" / "licences.md"
LINE = re.compile(r"(?P<name>[A-Za-z0-9._-]+)(\[[\w,-]+\])?==(?P<version>[^\s;]+)(\s*;[^#]*)?\s*(#\s*(?P<reason>.*))?$")
# Copyleft that reaches the product, or a licence that is not one of free software. LGPL and MPL bind their own files only.
REFUSED = re.compile(
    r"(?<!L)(?<!Lesser )\bA?GPL|(?<!Lesser )General Public|Affero|BUSL|Business Source|SSPL|Commons Clause", re.I
)
# Packages that do not say it where others do; read in the licence that each carries.
READ = {"resvg-py": "MIT", "axe-playwright-python": "MIT"}
HEAD = """# Packages and their licences

Made by `python -m tools.licences` from requirements.txt, constraints.txt and requirements-dev.txt; do not edit. Versions are
fixed. `make check` and a test fail on a package without reason, and on a licence that does not belong in the product.
Advisories are compared by `make audit` (docs/operations.md): the service where it can be reached, or its published file.
"""


@dataclass(frozen=True, slots=True)
class Package:
    name: str
    version: str
    reason: str
    licence: str


def read(file: str) -> tuple[list[Package], list[str]]:
    """Packages of a list, and its lines that fix no version."""
    found, loose = [], []
    for line in (ROOT / file).read_text("utf-8").splitlines():
        if not line.strip() or line.startswith(("#", "-")):
            continue
        match = LINE.match(line.strip())
        if match:
            found.append(Package(match["name"], match["version"], match["reason"] or "", licence_of(match["name"])))
        else:
            loose.append(f"{file}: no fixed version in “{line}”")
    return found, loose


def licence_of(name: str) -> str:
    """What a package says of itself, shortly; nothing where it is not installed or does not say."""
    try:
        told: Any = metadata(name)
    except PackageNotFoundError:
        return ""
    classifiers = [line.rsplit(" :: ", 1)[1] for line in told.get_all("Classifier") or [] if line.startswith("License")]
    classifiers = [line for line in classifiers if line != "OSI Approved"]
    text = told.get("License-Expression") or ", ".join(classifiers) or told.get("License") or ""
    return text.strip().splitlines()[0][:80] if text.strip() else READ.get(name, "")


def table(packages: list[Package]) -> list[str]:
    rows = [f"| {at.name} | {at.version} | {at.licence or '–'} | {at.reason} |" for at in packages]
    return ["| package | version | licence | why |", "| --- | --- | --- | --- |", *rows, ""]


def build() -> tuple[str, list[str]]:
    """The page as it has to be, and what is wrong."""
    parts = {file: read(file) for file in ("requirements.txt", "constraints.txt", "requirements-dev.txt")}
    wrong = [problem for _packages, loose in parts.values() for problem in loose]
    for file in ("requirements.txt", "requirements-dev.txt"):
        wrong += [f"{at.name}: no reason in {file}" for at in parts[file][0] if not at.reason]
    chosen = parts["requirements.txt"][0]
    wrong += [
        f"{at.name}: {at.licence or 'no licence known'}"
        for at in chosen
        if not at.licence or REFUSED.search(at.licence)
    ]
    tools = {at.name for at in parts["requirements-dev.txt"][0]}  # they stay outside of the product
    brought = [at for at in parts["constraints.txt"][0] if at.name not in tools]
    wrong += [f"{at.name}: {at.licence}" for at in brought if REFUSED.search(at.licence)]
    lines = [HEAD, "## Chosen for the product", "", *table(chosen)]
    lines += ["## What these bring along, and what tests and checks do", "", *table(parts["constraints.txt"][0])]
    lines += ["## For tests and checks alone", "", *table(parts["requirements-dev.txt"][0])]
    return "\n".join(lines).rstrip() + "\n", wrong


def main() -> int:
    page, wrong = build()
    if "check" not in sys.argv[1:]:
        PAGE.write_text(page, "utf-8")
    elif not PAGE.exists() or PAGE.read_text("utf-8") != page:
        wrong.append("docs/licences.md is not up to date: python -m tools.licences")
    for problem in wrong:
        sys.stderr.write(f"{problem}\n")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
