"""Tables in the administration: import and export of each, evidence of single rows, history, and no query per row."""

from datetime import date
from typing import Any

import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.models import Post, User
from apps.accounts.tests.factories import UserFactory, client_of, make_actor, make_post
from apps.budget.models import RegionSetting
from apps.budget.services import save_setting
from apps.codes import services as codes_services
from apps.codes.models import (
    CalendarDay,
    Catalog,
    Code,
    DayKind,
    EconomicDerivation,
    FiscalYear,
    FundRule,
    WatchedCode,
    YearState,
)
from apps.codes.tests.factories import ACTOR, Codes, code_of, make_codes
from apps.evidence.models import Entry
from apps.regions import services as regions_services
from apps.regions.models import Department, Region, RegionCodeChange, RegionTag, RolloutPhase, Unit, UnitCodeChange
from apps.regions.tests.factories import DepartmentFactory, Tree, UnitFactory, make_tree
from imbudget.kit.errors import NotAllowed, RuleViolation
from imbudget.kit.testing.kept import kept

pytestmark = pytest.mark.django_db
TABLES = (Region, Department, Unit, Code, EconomicDerivation, WatchedCode, FundRule, CalendarDay)


@kept
def make_tables() -> tuple[Tree, Codes]:
    tree, made = make_tree(), make_codes()
    codes_services.put_fund_rule(ACTOR, made.running, made.fund, {"source": "文件"})
    values = {"kind": DayKind.LOCAL_HOLIDAY, "name_zh_hans": "那达慕"}
    codes_services.put_calendar_day(ACTOR, date(2027, 7, 1), tree.banner, values)
    UnitFactory.create_batch(2, region=tree.banner)
    return tree, made


@pytest.fixture
def tables(db: None) -> tuple[Tree, Codes]:
    return make_tables()


@pytest.fixture
def tree(request: pytest.FixtureRequest, db: None) -> Tree:
    """The tree of the tables, where a test has them: they are made together."""
    return request.getfixturevalue("tables")[0] if "codes" in request.fixturenames else make_tree()


@pytest.fixture
def codes(tables: tuple[Tree, Codes]) -> Codes:
    return tables[1]


@pytest.fixture
def system(tree: Tree) -> Client:
    return client_of("system_admin", tree.root)


def page(model: type[Model], name: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)


def upload(client: Client, model: type[Model], content: bytes) -> Any:
    """Upload a CSV and confirm it; the last answer."""
    file = SimpleUploadedFile("table.csv", content)
    shown = client.post(page(model, "import"), {"import_file": file, "format": 1, "resource": 0})
    confirm = shown.context.get("confirm_form")
    return shown if confirm is None else client.post(page(model, "process_import"), confirm.initial, follow=True)


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__name__)
def test_a_table_comes_back_as_it_went_out(system: Client, codes: Codes, model: type[Model]) -> None:
    sent = system.post(page(model, "export"), {"format": 1, "resource": 0})
    assert len(sent.content.decode("utf-8-sig").splitlines()) == model._default_manager.count() + 1
    upload(system, model, sent.content)
    imported = Entry.objects.filter(event__endswith=".imported").order_by("pk").last()
    assert imported.facts["file"] == "table.csv"
    assert (imported.facts["created"], imported.facts["changed"]) == (0, 0)
    assert imported.facts["same"] == model._default_manager.count()


CODES = "catalog,year,code,name_zh,name_mvf,parent_code\n"
DAYS = "day,region_code,kind,name_zh\n"
BAD_ROWS = (
    (Code, f"{CODES}function,2027,207,文化,,\nfunction,2027,20701,文化和旅游,,999\n", "999"),
    (Code, f"{CODES}fun,2027,207,文化,,\n", "fun"),
    (Code, f"{CODES}function,1999,207,文化,,\n", "1999"),
    (Code, f"{CODES}function,2027,208,社会保障,,207\nfunction,2027,207,文化,,\n", "207"),
    (Code, f"{CODES}function,2027,2x7,文化,,\n", ""),
    (Code, "catalog,year,code,name_zh\nfunction,2027,207,文化\n", "parent_code"),
    (EconomicDerivation, "year,dept_code,nature,gov_code\n2027,30101,soldier,50101\n", "soldier"),
    (EconomicDerivation, "year,dept_code,nature,gov_code\n2027,2010101,administrative,50101\n", "2010101"),
    (WatchedCode, "year,code,item\n2027,30101,banquet\n", "banquet"),
    (WatchedCode, "year,code,item\n2027,50101,meeting\n", "50101"),
    (FundRule, "year,function_code,fund_code\n2027,205,30101\n", "30101"),
    (CalendarDay, f"{DAYS}2027-02-30,,holiday,春节\n", "2027-02-30"),
    (CalendarDay, f"{DAYS},,holiday,春节\n", ""),
    (CalendarDay, f"{DAYS}2027-02-05,,feast,春节\n", "feast"),
    (CalendarDay, f"{DAYS}2027-02-05,999999,holiday,春节\n", "999999"),
    (CalendarDay, f"{DAYS}2027-02-05,,local_holiday,春节\n", ""),
    (CalendarDay, f"{DAYS}2027-02-05,,holiday,\n", ""),
)


@pytest.mark.parametrize(("model", "text", "named"), BAD_ROWS)
def test_a_bad_row_is_named_and_keeps_the_whole_file_out(system, codes: Codes, model, text: str, named: str) -> None:
    before = model._default_manager.count()
    shown = upload(system, model, text.encode())
    assert shown.context["result"].has_errors()
    assert named in shown.content.decode()
    assert model._default_manager.count() == before
    assert not Entry.objects.filter(event="codes.imported").exists()


def test_a_file_that_cannot_be_read_is_called_as_its_sender_calls_it(system: Client, codes: Codes) -> None:
    shown = upload(system, Unit, b"%PDF-1.4\n1 0 obj\n")
    assert "文件table.csv既不是Excel工作簿" in shown.content.decode()


def test_a_closed_year_takes_no_import(system: Client, codes: Codes) -> None:
    FiscalYear.objects.filter(pk=2027).update(state=YearState.CLOSED)
    shown = upload(system, WatchedCode, b"year,code,item\n2027,30101,meeting\n")
    assert shown.context["result"].has_errors()


@pytest.mark.parametrize("role", ["security_admin", "audit_admin"])
def test_other_administrators_change_no_table(tree: Tree, codes: Codes, role: str) -> None:
    """The audit administrator sees all of them, the security administrator those at which posts are given."""
    client = client_of(role, tree.root)
    seen = {True: 200, False: 403}
    for model in (*TABLES, FiscalYear, RegionSetting, RegionTag):
        may_see = role == "audit_admin" or model._meta.model_name in {"region", "department", "unit"}
        assert client.get(page(model, "changelist")).status_code == seen[may_see], model
        assert client.get(page(model, "add")).status_code == 403
    for model in TABLES:
        may_see = role == "audit_admin" or model._meta.model_name in {"region", "department", "unit"}
        row = model._default_manager.first()
        assert client.post(page(model, "change", row.pk), {}).status_code == 403
        assert client.get(page(model, "import")).status_code == 403
        assert client.get(page(model, "history", row.pk)).status_code == seen[may_see], model
    assert client.post(page(WatchedCode, "delete", WatchedCode.objects.get().pk), {"post": "yes"}).status_code == 403


def test_services_ask_who_acts(tree: Tree, codes: Codes) -> None:
    officer = make_actor("region_officer", tree.root)
    for act in (
        lambda: regions_services.put_region(officer, "150122", {}, []),
        lambda: regions_services.put_department(officer, tree.banner, "9", {}),
        lambda: regions_services.put_unit(officer, "", {}),
        lambda: regions_services.save_region(officer, tree.banner),
        lambda: codes_services.put_year(officer, 2031, {"state": "open"}),
        lambda: codes_services.put_code(officer, Catalog.FUNCTION, 2027, "207", {}),
        lambda: codes_services.put_watched(officer, codes.office, "meeting", {}),
        lambda: codes_services.copy_classification(officer, 2027, 2027),
        lambda: codes_services.put_calendar_day(officer, date(2027, 1, 1), None, {}),
        lambda: codes_services.save_calendar_day(officer, CalendarDay.objects.get()),
        lambda: codes_services.delete_calendar_day(officer, CalendarDay.objects.get()),
        lambda: save_setting(officer, RegionSetting(region=tree.banner)),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_single_row_leaves_evidence_of_what_changed(system: Client, codes: Codes) -> None:
    watched = WatchedCode.objects.get()
    form = {"item": "meeting", "source": "文号1", "is_verified": "on"}
    assert system.post(page(WatchedCode, "change", watched.pk), form).status_code == 302
    entry = Entry.objects.get(event="codes.saved", subject_type="codes.WatchedCode")
    assert entry.facts["changes"]["item"] == ["reception", "meeting"]
    assert entry.facts["changes"]["source"] == ["", "文号1"]
    assert WatchedCode.history.filter(id=watched.pk).count() == 2
    system.post(page(WatchedCode, "delete", watched.pk), {"post": "yes"})
    assert not WatchedCode.objects.exists()
    assert Entry.objects.filter(event="codes.deleted").count() == 1
    assert WatchedCode.history.filter(id=watched.pk, history_type="-").exists()


@pytest.mark.covers("E2")
def test_a_telephone_is_changed_without_standing_in_the_evidence(system: Client, tree: Tree) -> None:
    unit = UnitFactory(region=tree.banner)
    names = ("region_id", "department_id", "code", "credit_code", "name_zh_hans", "nature")
    form = {name.removesuffix("_id"): getattr(unit, name) for name in names}
    form |= {"name_mvf": "", "phone": "0471-1234567", "valid_from": "", "valid_to": ""}
    assert system.post(page(Unit, "change", unit.pk), form).status_code == 302
    entry = Entry.objects.get(event="regions.saved")
    assert (list(entry.facts["changes"]), entry.region_code) == (["phone"], "150102")
    assert "1234567" not in str(entry.facts)


def test_old_codes_and_tags_leave_evidence_too(system: Client, tree: Tree) -> None:
    form = {"region": tree.banner.pk, "old_code": "150101", "old_name": "旧名", "valid_to": "", "document": ""}
    assert system.post(page(RegionCodeChange, "add"), form).status_code == 302
    row = RegionCodeChange.objects.get()
    system.post(page(RegionCodeChange, "delete", row.pk), {"post": "yes"})
    assert list(Entry.objects.filter(event__startswith="regions.").order_by("pk").values_list("event", flat=True)) == [
        "regions.saved",
        "regions.deleted",
    ]


def test_a_new_year_begins_with_the_classification_of_another(system: Client, codes: Codes) -> None:
    form = {"year": 2028, "state": "preparing", "begin_with": 2027}
    assert system.post(page(FiscalYear, "add"), form).status_code == 302
    for model in (Code, EconomicDerivation, WatchedCode, FundRule):
        assert model.objects.filter(year=2028).count() == model.objects.filter(year=2027).count() > 0
    assert code_of(Catalog.FUNCTION, "2010101", 2028) == FundRule.objects.get(year=2028).function


def test_a_rule_between_codes_of_different_years_is_refused_in_the_form(system: Client, codes: Codes) -> None:
    other = make_codes(2026)
    form = {"year": 2027, "code": other.office.pk, "item": "meeting", "source": ""}
    shown = system.post(page(WatchedCode, "add"), form)
    assert str(other.office) in str(shown.context["adminform"].form.non_field_errors())
    assert WatchedCode.objects.filter(code=other.office).count() == 0


def test_an_upper_code_of_another_tree_is_refused_in_the_form(system: Client, codes: Codes) -> None:
    form = {"name_zh_hans": "工资", "name_mvf": "", "parent": codes.running.pk, "is_leaf": "on", "source": ""}
    shown = system.post(page(Code, "change", codes.wages.pk), form)
    assert shown.context["adminform"].form.non_field_errors()


def test_settings_are_kept_with_evidence_and_a_fund_of_the_year(system: Client, tree: Tree, codes: Codes) -> None:
    form = {"region": tree.banner.pk, "function_level_lines": "on", "default_fund": "111", "source": "文件"}
    assert system.post(page(RegionSetting, "add"), form).status_code == 302
    setting = RegionSetting.objects.get()
    assert Entry.objects.get(event="budget.setting_saved").facts["changes"]["default_fund"] == ["", "111"]
    for wrong in ("11", "999"):  # not of the last level; not there
        setting.default_fund = wrong
        with pytest.raises(RuleViolation, match=wrong):
            save_setting(ACTOR, setting)


def make_rows(tree: Tree, number: int) -> None:
    """One more row of each table that the lists are counted over."""
    year = codes_services.put_year(ACTOR, 2030 + number, {"state": "preparing"}).year
    codes_services.copy_classification(ACTOR, 2027, year)
    unit = UnitFactory(region=tree.banner, department=DepartmentFactory(region=tree.banner, code=f"2{number:02d}"))
    RegionCodeChange.objects.create(region=tree.banner, old_code=f"15{number:04d}")
    UnitCodeChange.objects.create(unit=unit, old_code=str(number))
    region = Region.objects.create(code=f"1599{number:02d}", finance_code=f"1599{number:02d}000", name=f"区{number}")
    RegionSetting.objects.create(region=region)
    CalendarDay.objects.create(day=date(2027, 3, 1), region=region, kind=DayKind.HOLIDAY, name="节")
    make_post("unit_clerk", unit, UserFactory(name=f"人{number}"))


LISTS = (*TABLES, FiscalYear, RegionCodeChange, UnitCodeChange, RegionSetting, User)


def queries_of(client: Client, model: type[Model]) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(page(model, "changelist"), {"q": "1"} if model is Unit else {}).status_code == 200
    return len(queries)


def test_no_list_needs_a_query_per_row(system: Client, tree: Tree, codes: Codes) -> None:
    security = client_of("security_admin", tree.root)
    make_rows(tree, 0)
    queries_of(system, Unit)  # what is read once for the process
    few = [queries_of(system, model) for model in LISTS] + [queries_of(security, Post)]
    for number in range(1, 9):
        make_rows(tree, number)
    many = [queries_of(system, model) for model in LISTS] + [queries_of(security, Post)]
    assert many == few
    assert max(few) <= 14


def test_a_long_history_needs_no_query_per_change(system: Client, tree: Tree, codes: Codes) -> None:
    counts = []
    for _round in range(2):
        for number in range(5):
            setting = WatchedCode.objects.get()
            setting.item = ("meeting", "training")[number % 2]
            codes_services.save_rule(ACTOR, setting)
        with CaptureQueriesContext(connection) as queries:
            assert system.get(page(WatchedCode, "history", WatchedCode.objects.get().pk)).status_code == 200
        counts.append(len(queries))
    assert counts[1] <= counts[0] <= 12


def test_fields_find_as_you_type_with_codes_and_regions(system: Client, tree: Tree) -> None:
    for region in (tree.banner, tree.neighbour):
        DepartmentFactory(region=region)
    asked = {"app_label": "regions", "model_name": "unit", "field_name": "department", "term": "118"}
    with CaptureQueriesContext(connection) as queries:
        found = system.get(reverse("admin:autocomplete"), asked).json()["results"]
    assert {row["text"] for row in found} == {"118 财政局 · 新城区", "118 财政局 · 土默特左旗"}
    assert len(queries) <= 8
    asked = {"app_label": "codes", "model_name": "watchedcode", "field_name": "code", "term": "201"}
    make_codes()
    texts = [row["text"] for row in system.get(reverse("admin:autocomplete"), asked).json()["results"]]
    assert texts == ["30201 办公费 (2027)"], "codes of other trees are not offered"


def test_no_field_offers_thousands_of_rows(system: Client, tree: Tree, codes: Codes) -> None:
    """Whatever points at a table that grows is found as one types."""
    small = {FiscalYear, RegionTag, RolloutPhase}
    for model, model_admin in admin.site._registry.items():
        if model._meta.app_label not in {"regions", "codes", "budget", "accounts"} or not model_admin.change_grant:
            continue
        for field in model._meta.concrete_fields:
            shown = field.is_relation and field.editable and field.name in flat(model_admin)
            if shown and field.related_model not in small and model is not Region:
                assert field.name in model_admin.autocomplete_fields, field


def flat(model_admin: Any) -> set[str]:
    sets = model_admin.fieldsets or [(None, {"fields": model_admin.fields or ()})]
    named = {name for _title, group in sets for name in group["fields"]}
    return named or {field.name for field in model_admin.model._meta.concrete_fields}
