"""`manage.py selfcheck` passes on a good database and names what was tampered with."""

import json
from contextlib import suppress
from io import StringIO
from typing import Any

import pytest
from celery import current_app
from django.core.management import CommandError, call_command
from django.db import connection

from apps.accounts.tests.factories import make_post
from apps.budget.tests.factories import make_sheet, make_world
from apps.regions.models import Region

pytestmark = pytest.mark.django_db
DATA = ("database", "history", "evidence", "sealing", "tree", "permissions", "separation", "summary", "disk", "clock")


@pytest.fixture(autouse=True)
def good_database() -> None:
    world = make_world()
    # The rows that tests begin with may have been made long ago: nothing of theirs waits to be sealed.
    tamper("DELETE FROM evidence_entry")
    make_sheet(world.codes, world.unit, state="accepted")
    for role in ("system_admin", "security_admin", "audit_admin"):
        make_post(role, world.tree.root)


def tamper(sql: str, *values: Any) -> None:
    """Change rows as someone with the rights of the database's owner would."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, values)
        cursor.execute("SET LOCAL session_replication_role = origin")


def run(*names: str) -> dict[str, dict[str, Any]]:
    """The results by name."""
    out = StringIO()
    with suppress(CommandError):
        call_command("selfcheck", "--json", "--only", *names, stdout=out)
    return {result["name"]: result for result in json.loads(out.getvalue())}


def test_a_good_database_passes() -> None:
    out = StringIO()
    call_command("selfcheck", "--only", *DATA, stdout=out)
    lines = out.getvalue().splitlines()
    assert len(lines) == len(DATA)
    assert all(line.startswith("ok   ") for line in lines)


def test_the_command_fails_when_a_check_does() -> None:
    tamper("UPDATE budget_budgetline SET amount = amount + 1")
    with pytest.raises(CommandError, match="1 of 2"):
        call_command("selfcheck", "--only", "summary", "clock", stdout=StringIO())


@pytest.mark.parametrize(
    ("check", "sql"),
    [
        ("summary", "UPDATE budget_summarydelta SET amount = amount + 1"),
        ("summary", "DELETE FROM budget_summarydelta"),
        ("summary", "UPDATE budget_budgetsheet SET total = total + 1"),
        ("permissions", "DELETE FROM accounts_post WHERE role = 'unit_clerk'"),
        ("permissions", "DELETE FROM guardian_userobjectpermission"),
        ("permissions", "UPDATE accounts_user SET is_superuser = true"),
        ("separation", "UPDATE accounts_post SET user_id = (SELECT min(user_id) FROM accounts_post)"),
        ("separation", "DELETE FROM accounts_post WHERE role = 'audit_admin'"),
        ("tree", "UPDATE regions_region SET lft = lft + 1 WHERE level = 2"),
        ("tree", "UPDATE regions_region SET league_id = id WHERE level = 2"),
        ("tree", "UPDATE regions_unit SET league_id = region_id"),
        ("evidence", "UPDATE evidence_entry SET actor_name = 'nobody'"),
        ("sealing", "UPDATE evidence_entry SET recorded_at = now() - interval '1 day'"),
        ("history", "DROP TRIGGER budget_budgetsheet_history_changed ON budget_budgetsheet"),
        ("database", "DELETE FROM django_migrations WHERE app = 'budget' AND name = '0003_history'"),
    ],
)
def test_what_was_tampered_with_is_found(check: str, sql: str) -> None:
    assert run(check)[check]["ok"]
    tamper(sql)
    result = run(check)[check]
    assert not result["ok"]
    assert result["sentence"]


def test_an_unreachable_broker_is_found_within_seconds() -> None:
    before = current_app.conf.broker_url
    current_app.conf.broker_url = "amqp://127.0.0.1:9"
    try:
        result = run("broker")["broker"]
    finally:
        current_app.conf.broker_url = before
    assert not result["ok"]
    assert result["seconds"] < 15


def test_a_missing_font_is_found(settings: Any, tmp_path: Any) -> None:
    settings.FONT_DIR = tmp_path
    assert "NotoSansMongolian-Regular.ttf" in run("fonts")["fonts"]["sentence"]


def test_an_untranslated_or_uncompiled_message_is_found(settings: Any, tmp_path: Any) -> None:
    settings.LOCALE_PATHS = [tmp_path]
    for language in ("zh_Hans", "mvf"):
        folder = tmp_path / language / "LC_MESSAGES"
        folder.mkdir(parents=True)
        (folder / "django.po").write_text('msgid ""\nmsgstr ""\n\nmsgid "name"\nmsgstr "n"\n')
    assert "not compiled" in run("translations")["translations"]["sentence"]
    for source in tmp_path.rglob("*.po"):
        source.with_suffix(".mo").touch()
    assert run("translations")["translations"]["ok"]
    source.write_text('msgid ""\nmsgstr ""\n\nmsgid "name"\nmsgstr ""\n')
    assert "1 messages" in run("translations")["translations"]["sentence"]


def test_an_unknown_check_is_refused() -> None:
    assert Region.objects.exists()
    with pytest.raises(CommandError, match="unknown"):
        call_command("selfcheck", "--only", "nonsense")
