"""Writes docs/security-matrix.md: which tests and settings show each item of 等保三级 and 密评, and what the operator does.

Items stand in docs/security-items.toml; a test names those that it shows by `@pytest.mark.covers("A2")`, on itself or on
its whole file (`pytestmark`). `python -m tools.security_matrix` writes the page; with `check` it only tells what is wrong:
an item that nothing shows any more, a mark that names no item, a setting that is gone, or a page that is not up to date.
"""

import ast
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tools.places import ROOT

ITEMS = ROOT / "docs" / "security-items.toml"
PAGE = ROOT / "docs" / "security-matrix.md"
FOLDERS = ("apps", "imbudget", "tools")
HEAD = """# Security matrix

Made by `python -m tools.security_matrix` from `docs/security-items.toml` and the marks `covers(…)` of the tests; do not edit.
`make check` and a test fail when an item loses its last test, or this page is not what the marks say.

A test shows that the software does what the item asks of it. It does not show that a place is run so: what falls to the
operator stands beside each item, and the assessments (等保测评, 密评) are made on the place.
"""


@dataclass(frozen=True, slots=True)
class Item:
    """One requirement. `untested` is the reason why no test of the product shows it; it is printed while none does."""

    key: str
    title: str
    asks: str
    settings: tuple[str, ...] = ()
    operator: str = ""
    untested: str = ""


@dataclass(slots=True)
class Shown:
    """Tests of one file: all of them, or those that are named."""

    whole: bool = False
    names: list[str] = field(default_factory=list)


Marks = dict[str, dict[str, Shown]]  # item -> file -> tests


def read_items() -> dict[str, list[Item]]:
    """Items by the title of their part, in the order of the file."""
    found: dict[str, list[Item]] = {}
    for part in tomllib.loads(ITEMS.read_text("utf-8"))["part"]:
        found[part["title"]] = [Item(**(item | {"settings": tuple(item.get("settings", ()))})) for item in part["item"]]
    return found


def read_marks(folders: tuple[str, ...] = FOLDERS, root: Path = ROOT) -> Marks:
    """What the tests say they show."""
    marks: Marks = {}
    for path in sorted(path for folder in folders for path in (root / folder).rglob("test_*.py")):
        source = path.read_text("utf-8")
        if "covers(" not in source:
            continue
        for name, keys in marked(ast.parse(source)):
            for key in keys:
                shown = marks.setdefault(key, {}).setdefault(str(path.relative_to(root)), Shown())
                if name:
                    shown.names.append(name)
                else:
                    shown.whole = True
    return marks


def marked(tree: ast.Module) -> Iterator[tuple[str, list[str]]]:
    """(name of the test, or nothing for the whole file; items)."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(
            isinstance(at, ast.Name) and at.id == "pytestmark" for at in node.targets
        ):
            yield "", items_in(node.value)
        elif isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            keys = [key for decorator in node.decorator_list for key in items_in(decorator)]
            if keys:
                yield node.name, keys


def items_in(node: ast.AST) -> list[str]:
    calls = [at for at in ast.walk(node) if isinstance(at, ast.Call) and isinstance(at.func, ast.Attribute)]
    return [
        argument.value
        for call in calls
        if isinstance(call.func, ast.Attribute) and call.func.attr == "covers"
        for argument in call.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]


def setting_names() -> set[str]:
    tree = ast.parse((ROOT / "imbudget" / "settings.py").read_text("utf-8"))
    assigned = [at for node in ast.walk(tree) if isinstance(node, ast.Assign) for at in node.targets]
    return {at.id for at in assigned if isinstance(at, ast.Name)}


def page(items: dict[str, list[Item]], marks: Marks) -> str:
    """The page as it has to be."""
    every = [item for part in items.values() for item in part]
    bare = [item.key for item in every if item.key not in marks]
    lines = [HEAD, f"{len(every) - len(bare)} of {len(every)} items are shown by tests."]
    lines += [f"Not shown by a test of the product, with the reason below: {', '.join(bare)}.", ""] if bare else [""]
    for title, part in items.items():
        lines += [f"## {title}", ""]
        for item in part:
            lines += about(item, marks.get(item.key, {}))
    return "\n".join(lines).rstrip() + "\n"


def about(item: Item, shown: dict[str, Shown]) -> list[str]:
    lines = [f"### {item.key} {item.title}".rstrip(), "", item.asks, ""]
    for path, tests in sorted(shown.items()):
        names = "all tests" if tests.whole else ", ".join(f"`{name}`" for name in sorted(tests.names))
        lines.append(f"- [{path}](../{path}): {names}")
    if not shown:
        lines.append(f"- **No test:** {item.untested}")
    if item.settings:
        lines.append(f"- Settings: {', '.join(f'`{name}`' for name in item.settings)}")
    if item.operator:
        lines.append(f"- Operator: {item.operator}")
    return [*lines, ""]


def problems(items: dict[str, list[Item]], marks: Marks, written: str) -> list[str]:
    """What is wrong, in words; nothing when all is well."""
    every = {item.key: item for part in items.values() for item in part}
    known = setting_names()
    found = [f"{key}: no test shows it any more" for key, item in every.items() if not (key in marks or item.untested)]
    found += [
        f"{key} is no item, but {path} says that it shows it" for key in marks.keys() - every for path in marks[key]
    ]
    found += [
        f"{item.key}: there is no setting {name}"
        for item in every.values()
        for name in item.settings
        if name not in known
    ]
    if not found and written != page(items, marks):
        found.append("docs/security-matrix.md is not up to date: python -m tools.security_matrix")
    return found


def main() -> int:
    """0 when all is well; writes the page unless it is only to be checked."""
    items, marks = read_items(), read_marks()
    if "check" not in sys.argv[1:]:
        PAGE.write_text(page(items, marks), "utf-8")
    found = problems(items, marks, PAGE.read_text("utf-8") if PAGE.exists() else "")
    for problem in found:
        sys.stderr.write(f"{problem}\n")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
