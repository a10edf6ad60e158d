"""Imports that are cut off, killed, run at once, or fed with half a file: nothing half done, and it can be repeated."""

import os
import signal
import subprocess
import sys
import zipfile
from decimal import Decimal
from urllib.parse import quote

import pytest
from django.db import connection
from django.urls import reverse
from openpyxl import Workbook

from apps.accounts.tests.factories import client_of
from apps.budget import services
from apps.budget.importreport import ImportOrder
from apps.budget.models import BudgetLine, BudgetSheet, Summary
from apps.budget.tests.factories import SYSTEM, UP, World, clerk_of, fresh, line, make_sheet, make_world
from apps.budget.tests.test_import import HEADS, good, run, table, xlsx
from apps.budget.workbook import reading
from apps.desk.models import Job
from apps.evidence.models import Entry
from imbudget.kit.crypto import sm3_hex
from imbudget.kit.errors import RuleViolation
from imbudget.kit.testing.threads import at_once

CHILD = """
import sys, time, django
django.setup()
from pathlib import Path
from django.core.management import call_command
from apps.budget.services import imports, staging
module, name = sys.argv[1].split(".")
module = {"imports": imports, "staging": staging}[module]
real = getattr(module, name)
def stop(*args, **kwargs):
    result = real(*args, **kwargs)
    print("here", flush=True)
    time.sleep(120)
    return result
setattr(module, name, stop)
call_command("import_budget", sys.argv[2], region=sys.argv[3], year=int(sys.argv[4]))
"""


def database_url() -> str:
    """The test's own database, as another process names it."""
    values = connection.settings_dict
    return f"postgresql://{values['USER']}@{quote(values['HOST'], safe='')}/{values['NAME']}"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "step", ["staging.stage", "staging.take_clean", "imports._sheets", "imports._write", "imports._record"]
)
def test_a_killed_import_leaves_nothing_and_can_be_repeated(tmp_path, step):
    world = make_world()
    before = make_sheet(world.codes, world.unit)
    path = table(tmp_path / "a.csv", good(world), good(world, economic="30201"))
    kept = (BudgetSheet.objects.count(), BudgetLine.objects.count(), Entry.objects.count())
    command = [sys.executable, "-c", CHILD, step, str(path), world.tree.banner.code, str(world.codes.year)]
    env = os.environ | {"DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "imbudget.settings_test"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=env, text=True) as child:
        assert child.stdout.readline().strip() == "here"
        child.send_signal(signal.SIGKILL)
    assert (BudgetSheet.objects.count(), BudgetLine.objects.count(), Entry.objects.count()) == kept
    assert fresh(before).version == before.version
    report = run(world, path)
    assert (report.units, fresh(before).state, fresh(before).total) == (1, "submitted", Decimal("2001.00"))
    assert sum(row.amount for row in Summary.objects.all()) == Decimal("2001.00")


@pytest.mark.django_db(transaction=True)
def test_of_two_imports_of_one_file_at_once_one_goes_in(tmp_path):
    world = make_world()
    path = table(tmp_path / "a.csv", good(world), good(world, economic="30201"))
    results = at_once([lambda: run(world, path)] * 3)
    refused = [result for result in results if isinstance(result, RuleViolation)]
    assert [result for result in results if isinstance(result, Exception) and result not in refused] == []
    assert len(refused) == 2
    assert BudgetSheet.objects.get().total == Decimal("2001.00")
    assert Entry.objects.filter(event="budget.imported").count() == 1


@pytest.mark.django_db(transaction=True)
def test_who_saves_while_an_import_runs_is_told_and_no_line_is_mixed(tmp_path, monkeypatch):
    world = make_world()
    sheet = make_sheet(world.codes, world.unit)
    path = table(tmp_path / "a.csv", good(world, economic="30299"))  # a check keeps it with its unit
    clerk = clerk_of(world.unit)
    works = [
        lambda: run(world, path),
        lambda: services.save_lines(clerk, sheet, sheet.version, [line(world.codes, "7.00")], None),
    ]
    results = at_once(works)
    assert not [result for result in results if isinstance(result, Exception) and not isinstance(result, RuleViolation)]
    assert fresh(sheet).lines.count() == 1
    assert fresh(sheet).total == sum(row.amount for row in fresh(sheet).lines.all())
    assert fresh(sheet).total in {Decimal("1000.50"), Decimal("7.00")}


@pytest.mark.django_db
def test_a_file_that_breaks_off_while_it_is_read_leaves_nothing(world: World, tmp_path):
    rows = [good(world, project=f"项目{number}") for number in range(3000)]
    path = xlsx(tmp_path / "a.xlsx", *rows)
    whole = path.read_bytes()
    for size in (len(whole) // 2, len(whole) - 30, 2):
        path.write_bytes(whole[:size])
        with pytest.raises(RuleViolation):
            run(world, path)
    assert not BudgetSheet.objects.exists()


@pytest.mark.django_db
def test_a_sheet_whose_xml_breaks_off_is_refused(world: World, tmp_path):
    path = xlsx(tmp_path / "a.xlsx", *[good(world, project=f"项目{number}") for number in range(50)])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content[: len(content) // 2] if name.endswith("sheet1.xml") else content)
    with pytest.raises(RuleViolation):
        run(world, path)
    assert not BudgetSheet.objects.exists()


@pytest.mark.django_db
def test_an_upload_cut_off_in_the_middle_starts_no_job(world: World, tmp_path):
    browser = client_of("banner_officer", world.tree.banner)
    content = xlsx(tmp_path / "a.xlsx", good(world)).read_bytes()
    head = b'--X\r\nContent-Disposition: form-data; name="file"; filename="a.xlsx"\r\n\r\n'
    for body in (head + content[: len(content) // 2], head[:40], b""):
        response = browser.generic(
            "POST", reverse("budget:import"), body, content_type="multipart/form-data; boundary=X"
        )
        assert response.status_code in {400, 422} or Job.objects.exists()
    for job in Job.objects.all():  # what did arrive is no workbook, and its job says so
        assert job.state != "done"
    assert not BudgetSheet.objects.exists()


@pytest.mark.django_db
def test_two_hundred_thousand_rows_and_one_are_too_many_for_a_workbook(world: World, monkeypatch, tmp_path):
    monkeypatch.setattr(reading, "MAX_ROWS", 20)
    rows = [good(world, project=f"项目{number}") for number in range(21)]
    with pytest.raises(RuleViolation):
        run(world, xlsx(tmp_path / "a.xlsx", *rows))
    assert run(world, xlsx(tmp_path / "b.xlsx", *rows[:20])).lines == 20


@pytest.mark.django_db
def test_macros_are_not_run_and_said(world: World, tmp_path):
    path = xlsx(tmp_path / "a.xlsm", good(world))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"Sub Auto_Open()")
    report = run(world, path)
    assert report.lines == 1
    assert any("macro" in note.text.lower() for note in report.notes)


@pytest.mark.django_db
def test_what_the_reader_converted_is_in_the_report(world: World, tmp_path):
    heads = (*HEADS[:7], "金额(万元)", *HEADS[8:])
    report = run(world, xlsx(tmp_path / "a.xlsx", good(world, amount="1.5", approved=""), heads=heads))
    assert report.total == Decimal("15000.00")
    assert any(note.column == "amount" for note in report.notes)
    assert report.as_json()["notes"]


@pytest.mark.django_db
def test_an_import_is_told_by_its_digest(world: World, tmp_path):
    path = table(tmp_path / "a.csv", good(world))
    order = ImportOrder(path, world.tree.banner, world.codes.year, UP)
    services.import_workbook(SYSTEM, order)
    assert Entry.objects.get(event="budget.imported").facts["digest"] == sm3_hex(path.read_bytes())


@pytest.mark.django_db
def test_a_title_of_another_year_is_refused(world: World, tmp_path):
    book = Workbook()
    for row in (["第一单位2026年部门预算表"], ["单位：元"], HEADS, good(world)):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(RuleViolation, match="names 2026, not 2027"):
        run(world, tmp_path / "a.xlsx")
    book.active["A1"] = "第一单位2026年执行情况和2027年部门预算表"
    book.save(tmp_path / "a.xlsx")
    assert run(world, tmp_path / "a.xlsx").lines == 1
