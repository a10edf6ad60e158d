"""The house rules that no linter knows: floors of foreign keys, states, file sizes, templates, sheets, messages."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.template.loader import get_template

from imbudget.kit.history import missing_triggers
from tools import messages

ROOT = Path(settings.BASE_DIR)
FLOORS = [
    "evidence",
    "regions",
    "codes",
    "accounts",
    "desk",
    "files",
    "notices",
    "lowcode",
    "projects",
    "review",
    "ledger",
    "budget",
    "disbursement",
    "subsidy",
    "monitoring",
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


def test_every_app_of_ours_has_its_floor():
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("apps.")}
    assert ours == set(FLOORS)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_foreign_keys_point_down(model):
    floor = FLOORS.index(model._meta.app_label)
    for field in model._meta.get_fields():
        if field.concrete and field.is_relation and field.related_model._meta.app_label in FLOORS:
            assert FLOORS.index(field.related_model._meta.app_label) <= floor, field


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_states_move_only_through_advance(path):
    if path.name == "transitions.py":
        return
    for node in ast.walk(ast.parse(path.read_text())):
        targets = node.targets if isinstance(node, ast.Assign) else []
        assert not any(isinstance(target, ast.Attribute) and target.attr == "state" for target in targets)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "update":
            assert not any(keyword.arg == "state" for keyword in node.keywords)


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_files_stay_readable(path):
    assert len(path.read_text().splitlines()) <= 400


@pytest.mark.parametrize("name", FLOORS)
def test_every_app_says_what_it_owns_and_never_does(name):
    text = ast.get_docstring(ast.parse((ROOT / "apps" / name / "__init__.py").read_text()))
    assert text
    assert re.search(r"[\u4e00-\u9fff]", text), "the first line carries the app's Chinese name"


@pytest.mark.parametrize("path", TEMPLATES, ids=short)
def test_every_template_compiles_and_is_used(path):
    name = str(path.relative_to(ROOT / "templates"))
    get_template(name)
    if name.startswith(("django/", "admin/", "import_export/")):
        return  # Django looks these up by their names
    texts = [other.read_text() for other in [*SOURCES, *TEMPLATES] if other != path]
    assert any(name in text for text in texts), f"{name} is used nowhere"


@pytest.mark.parametrize("path", TEMPLATES, ids=short)
def test_templates_hold_no_inline_code_and_no_address_outside(path):
    text = path.read_text()
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"\sstyle=|\son[a-z]+=", text)
    assert not OUTSIDE.search(text)


@pytest.mark.parametrize("path", SHEETS, ids=short)
def test_sheets_know_no_physical_direction_and_no_address_outside(path):
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    found = [line.strip() for line in text.splitlines() if PHYSICAL.search(line) and "@media" not in line]
    assert found == []
    assert not OUTSIDE.search(text)


@pytest.mark.django_db
def test_every_history_is_written_by_its_triggers():
    assert missing_triggers() == []


@pytest.mark.parametrize("language", ["zh_Hans", "mvf"])
def test_both_catalogues_are_complete(language):
    problems = messages.problems(messages.ROOT)
    assert [problem for problem in problems if problem.startswith(language)] == []


def test_the_mongolian_catalogue_is_in_traditional_script():
    text = (ROOT / "locale" / "mvf" / "LC_MESSAGES" / "django.po").read_text()
    assert not re.search(r"[\u0400-\u04ff]", text), "Cyrillic has leaked in"
    entries = messages.entries(messages.load(messages.catalogue_path(messages.ROOT, "mvf")))
    bare = [
        key[0] for key, entry in entries.items() if not re.search(r"[\u1800-\u18af]", "".join(messages.texts(entry)))
    ]
    assert [msgid for msgid in bare if re.search("[A-Za-z]{4}", re.sub(r"%\(\w+\)s", "", msgid))] == []
