"""The house rules that no linter knows: floors of foreign keys, states, file sizes, templates, sheets, messages."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import Model
from django.template.loader import get_template

from imbudget.kit.history import missing_triggers
from tools import messages

ROOT = Path(settings.BASE_DIR)
FLOORS = [
    "evidence",
    "audit",
    "vault",
    "regions",
    "codes",
    "accounts",
    "desk",
    "files",
    "notices",
    "persons",
    "lowcode",
    "projects",
    "review",
    "ledger",
    "budget",
    "disbursement",
    "subsidy",
    "monitoring",
    "performance",
    "dashboard",
    "reports",
]
MODELS = [model for model in apps.get_models() if model._meta.app_label in FLOORS]
SOURCES = [
    path
    for folder in ("apps", "imbudget")
    for path in (ROOT / folder).rglob("*.py")
    if not {"tests", "migrations"} & set(path.parts)
]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SHEETS = sorted((ROOT / "static" / "css").glob("*.css"))
PHYSICAL = re.compile(
    r"(?:^|[^-a-z])(left|right|top|bottom|width|height|(?:margin|padding)-(?:left|right|top|bottom))\s*:"
)
OUTSIDE = re.compile(r"""(?:src|href|action|url)\s*[=(]\s*["']?(?:https?:)?//""")


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def text_of(path: Path) -> str:
    return path.read_text()


def test_every_app_of_ours_has_its_floor():
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("apps.")}
    assert ours == set(FLOORS)


def pointing_up(model: type[Model]) -> Iterator[str]:
    floor = FLOORS.index(model._meta.app_label)
    for field in model._meta.get_fields():
        is_ours = field.concrete and field.is_relation and field.related_model._meta.app_label in FLOORS
        if is_ours and FLOORS.index(field.related_model._meta.app_label) > floor:
            yield str(field)


def test_foreign_keys_point_down():
    assert len(MODELS) > 200
    assert [field for model in MODELS for field in pointing_up(model)] == []


def moves_a_state(text: str) -> bool:
    """Whether a statement of it gives a state to a row or to many."""
    return any(gives_a_state(node) for node in ast.walk(ast.parse(text)))


def gives_a_state(node: ast.AST) -> bool:
    if isinstance(node, ast.Assign):
        return any(isinstance(target, ast.Attribute) and target.attr == "state" for target in node.targets)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "update":
        return any(keyword.arg == "state" for keyword in node.keywords)
    return False


def test_states_move_only_through_advance():
    # Either statement has the word in it, so what has not need not be read closely.
    spoken = [path for path in SOURCES if path.name != "transitions.py" and "state" in text_of(path)]
    assert len(spoken) > 100
    assert [short(path) for path in spoken if moves_a_state(text_of(path))] == []


@pytest.mark.parametrize("text", ["case.state = 'open'", "a = b.state = c", "rows.filter(x=1).update(a=1, state='x')"])
def test_a_state_that_moves_otherwise_is_found(text):
    assert moves_a_state(f"def act(case, rows):\n    {text}\n")
    assert not moves_a_state(
        f"def act(case, rows):\n    advance(case, state='open')\n    {text.replace('state', 'stage')}\n"
    )


LOCK = re.compile(r"advisory_(?:xact_)?lock\((\d+)")


def test_each_lock_of_the_clock_has_a_number_of_its_own():
    holders = [(number, short(path)) for path in SOURCES for number in set(LOCK.findall(text_of(path)))]
    assert len(holders) > 8
    numbers = [number for number, _path in holders]
    assert sorted({number for number in numbers if numbers.count(number) > 1}) == []


def test_files_stay_readable():
    assert len(SOURCES) > 900
    assert [short(path) for path in SOURCES if len(text_of(path).splitlines()) > 400] == []


@pytest.mark.parametrize("name", FLOORS)
def test_every_app_says_what_it_owns_and_never_does(name):
    text = ast.get_docstring(ast.parse((ROOT / "apps" / name / "__init__.py").read_text()))
    assert text
    assert re.search(r"[\u4e00-\u9fff]", text), "the first line carries the app's Chinese name"


LOOKED_UP_BY_NAME = ("django/", "admin/", "import_export/")  # Django does


def test_every_template_compiles():
    assert len(TEMPLATES) > 300
    failures = {}
    for path in TEMPLATES:
        try:
            get_template(str(path.relative_to(ROOT / "templates")))
        except Exception as error:  # noqa: BLE001 - each one is named
            failures[short(path)] = error
    assert failures == {}


def is_used(path: Path) -> bool:
    """Whether another source or template names it."""
    name = str(path.relative_to(ROOT / "templates"))
    return any(name in text_of(other) for other in [*TEMPLATES, *SOURCES] if other != path)


def test_every_template_is_used():
    names = {path: str(path.relative_to(ROOT / "templates")) for path in TEMPLATES}
    own = [path for path, name in names.items() if not name.startswith(LOOKED_UP_BY_NAME)]
    assert len(own) > 250
    assert [short(path) for path in own if not is_used(path)] == []


@pytest.mark.covers("D1")
def test_templates_hold_no_inline_code_and_no_address_outside():
    script, inline = re.compile(r"<script(?![^>]*\bsrc=)"), re.compile(r"\sstyle=|\son[a-z]+=")
    faults = [
        (short(path), rule.pattern)
        for path in TEMPLATES
        for rule in (script, inline, OUTSIDE)
        if rule.search(text_of(path))
    ]
    assert faults == []


@pytest.mark.parametrize("path", SHEETS, ids=short)
def test_sheets_know_no_physical_direction_and_no_address_outside(path):
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    found = [line.strip() for line in text.splitlines() if PHYSICAL.search(line) and "@media" not in line]
    assert found == []
    assert not OUTSIDE.search(text)


@pytest.mark.django_db
def test_every_history_is_written_by_its_triggers():
    assert missing_triggers() == []


def test_both_catalogues_are_complete():
    assert messages.problems(messages.ROOT) == []


def test_the_mongolian_catalogue_is_in_traditional_script():
    text = (ROOT / "locale" / "mvf" / "LC_MESSAGES" / "django.po").read_text()
    assert not re.search(r"[\u0400-\u04ff]", text), "Cyrillic has leaked in"
    entries = messages.entries(messages.load(messages.catalogue_path(messages.ROOT, "mvf")))
    bare = [
        key[0] for key, entry in entries.items() if not re.search(r"[\u1800-\u18af]", "".join(messages.texts(entry)))
    ]
    assert [msgid for msgid in bare if re.search("[A-Za-z]{4}", re.sub(r"%\(\w+\)s", "", msgid))] == []
