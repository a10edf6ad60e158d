"""Answers in the database: checked, sealed, searchable, and readable with the version they were given to."""

import json
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection

from apps.budget.tests.factories import SYSTEM, clerk_of, officer_of
from apps.evidence.models import Entry
from apps.files.holders import is_held
from apps.files.models import StoredFile
from apps.files.services import store_file
from apps.lowcode.models import Answer, FormPurpose
from apps.lowcode.schema.display import differences, display
from apps.lowcode.sealing import masked
from apps.lowcode.selectors.forms import answer_of, fact_values, published_of, schema_of, values_of, values_shown
from apps.lowcode.services import forms
from apps.lowcode.services.answers import BadAnswers, save_answer
from apps.lowcode.services.forms import Place
from apps.lowcode.tests.forms import definition, field
from apps.lowcode.tests.test_forms import make_form
from imbudget.kit.crypto import DecryptionError
from imbudget.kit.errors import NotAllowed, RuleViolation
from imbudget.kit.text import search_key

pytestmark = pytest.mark.django_db
BODY = definition(
    field("title", required=True),
    field("herder", "person"),
    field("card", data_class="sensitive"),
    field("place", "region"),
    field("body", "unit"),
    field("subject", "code", catalog="function"),
    field("items", "table", columns=[field("name"), field("price", "amount"), field("tel", "phone")]),
    field("total", "computed", expression="sum(items.price)"),
)
RAW = {
    "title": "草原围栏",
    "herder": "巴特尔",
    "card": "150102199001011234",
    "subject": "2010101-行政运行",
    "items": [{"name": "围栏", "price": "1.2万元", "tel": "13800005678"}, {"name": "草籽", "price": "5"}],
}


@pytest.fixture
def version(world):
    place = Place(world.tree.banner)
    return published_of(make_form(officer_of(world.tree.banner), place, BODY, purpose=FormPurpose.SURVEY))


def keep(world, version, raw=None, **values):
    raw = {**RAW, "place": world.tree.banner.code, "body": {"id": world.unit.pk}} if raw is None else raw
    given = {"region": world.tree.banner, "unit": world.unit} | values
    return save_answer(given.pop("actor", None) or clerk_of(world.unit), version=version, raw=raw, **given)


def test_answers_are_kept_typed_with_their_version(world, version):
    answer = keep(world, version, subject_label="projects.project", subject_id=7)
    assert answer.version == version
    assert answer.is_complete
    assert answer.league_id is None or answer.league_id == world.tree.league.pk
    values = values_of(Answer.objects.get(pk=answer.pk))
    assert values["total"] == "12005.00"
    assert values["card"] == "150102199001011234"
    assert values["subject"] == {
        "id": world.codes.running.pk, "code": "2010101", "year": world.codes.year, "zh": "行政运行", "mn": ""
    }  # fmt: skip
    assert values["body"]["code"] == f"{world.tree.banner.code}/{world.unit.code}"
    assert answer_of("projects.project", 7) == answer
    assert Entry.objects.filter(event="lowcode.answer_saved").count() == 1


def test_personal_data_are_not_readable_in_the_database(world, version):
    keep(world, version)
    with connection.cursor() as cursor:
        cursor.execute("SELECT a.*::text FROM lowcode_answer a")
        row = cursor.fetchone()
        cursor.execute("SELECT a.*::text FROM lowcode_historicalanswer a")
        history = cursor.fetchone()
        cursor.execute("SELECT facts::text FROM evidence_entry")
        facts = cursor.fetchall()
    for text in (str(row), str(history), str(facts)):
        for secret in ("150102199001011234", "13800005678", "巴特尔"):
            assert secret not in text
            assert json.dumps(secret) not in text
    assert "草原围栏" in str(row)


def test_a_sealed_value_does_not_open_in_another_field(world, version):
    answer = keep(world, version)
    answer.values["herder"], answer.values["card"] = answer.values["card"], answer.values["herder"]
    with pytest.raises(DecryptionError):
        values_of(answer)


def test_sealed_values_move_to_a_new_key(world, version, settings):
    answer = keep(world, version)
    new = {"t2": b"\x33" * 32}
    settings.FIELD_KEYS = new | settings.FIELD_KEYS
    out = StringIO()
    call_command("rotate_keys", stdout=out)
    assert "lowcode.answers: 2 rows" in out.getvalue(), "the answer and its history"
    settings.FIELD_KEYS = new
    assert values_of(Answer.objects.get(pk=answer.pk))["card"] == "150102199001011234"


def test_lists_and_exports_show_protected_answers_masked(world, version):
    schema = schema_of(version)
    lines = {line.field.key: line for line in display(schema, masked(schema, values_of(keep(world, version))))}
    assert lines["herder"].text == "巴**"
    assert lines["card"].text == "1**"
    assert lines["items"].rows[0] == ("围栏", "12,000.00", "138****5678")
    assert lines["items"].foot == ("", "12,005.00", "")
    assert lines["subject"].text == "2010101 行政运行"


def test_flows_compare_ordinary_answers_and_codes_of_rows(world, version):
    facts = fact_values(keep(world, version))
    assert facts["place"] == world.tree.banner.code
    assert facts["subject"] == "2010101"
    assert facts["total"] == "12005.00"
    assert not {"herder", "card", "items"} & set(facts)


def test_levels_above_read_sensitive_answers_masked(world, version):
    answer = keep(world, version)
    for actor in (clerk_of(world.unit), officer_of(world.tree.banner)):
        assert values_shown(actor, answer)["card"] == "150102199001011234"
    for actor in (officer_of(world.tree.league), officer_of(world.tree.root), clerk_of(world.neighbour_unit)):
        shown = values_shown(actor, answer)
        assert (shown["card"], shown["herder"]) == ("1**", "巴特尔")


def test_the_search_finds_ordinary_answers_only(world, version):
    answer = keep(world, version)
    assert search_key("草籽") in answer.search_key
    assert search_key("行政运行") in answer.search_key
    assert "13800005678" not in answer.search_key
    assert search_key("巴特尔") not in answer.search_key


def test_wrong_answers_keep_nothing(world, version):
    with pytest.raises(BadAnswers) as caught:
        keep(world, version, {"items": [{"price": "x"}], "subject": "205"})
    assert set(caught.value.errors) == {"title", "items[0].price", "subject"}
    assert Answer.objects.count() == 0


def test_a_draft_keeps_what_is_right(world, version):
    answer = keep(world, version, {"herder": "巴特尔", "subject": "x"}, draft=True)
    assert not answer.is_complete
    assert values_of(answer) == {"herder": "巴特尔"}
    done = keep(world, version, answer=answer, revision=answer.revision)
    assert (done.pk, done.is_complete, done.revision) == (answer.pk, True, 2)


def test_two_people_do_not_overwrite_each_others_answers(world, version):
    answer = keep(world, version)
    keep(world, version, answer=answer, revision=1)
    with pytest.raises(RuleViolation, match="meanwhile"):
        keep(world, version, answer=Answer.objects.get(pk=answer.pk), revision=1)
    with pytest.raises(RuleViolation, match="meanwhile"):
        keep(world, version, answer=answer)


def test_who_fills_in_for_whom(world, version):
    for actor in (clerk_of(world.neighbour_unit), officer_of(world.tree.banner), officer_of(world.tree.league)):
        with pytest.raises(NotAllowed):
            keep(world, version, actor=actor)
    assert keep(world, version, actor=SYSTEM).author_id is None
    own = keep(world, version, {"title": "x"}, actor=officer_of(world.tree.banner), unit=None)
    assert own.unit is None


def test_a_form_of_another_place_is_not_filled_in(world, version):
    with pytest.raises(RuleViolation, match="another place"):
        keep(
            world, version, {"title": "x"}, actor=clerk_of(world.neighbour_unit),
            region=world.tree.neighbour, unit=world.neighbour_unit,
        )  # fmt: skip
    answer = keep(world, version)
    with pytest.raises(RuleViolation, match="another place"):
        keep(world, version, {"title": "x"}, actor=officer_of(world.tree.banner), unit=None, answer=answer)


def test_old_answers_stay_readable_and_keep_their_version(world, version):
    officer = officer_of(world.tree.banner)
    answer = keep(world, version)
    made = version.definition
    forms.save_form(officer, made, body=definition(field("title", "integer", required=True), field("new")))
    forms.publish_form(officer, made)
    assert [line.text for line in display(schema_of(answer.version), values_of(answer))][0] == "草原围栏"
    changed = keep(world, published_of(made), answer=Answer.objects.get(pk=answer.pk))
    assert changed.version == version
    version.refresh_from_db()
    with pytest.raises(RuleViolation, match="not in use"):
        keep(world, version)
    forms.retire_form(officer, made)
    keep(world, version, answer=Answer.objects.get(pk=answer.pk))


def test_more_than_a_form_holds_is_refused(world, version):
    with pytest.raises(RuleViolation, match="1000 kB"):
        keep(world, version, {"title": "x" * 1_000_001})
    deep = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(RuleViolation, match="damaged"):
        keep(world, version, {"title": deep})
    assert Answer.objects.count() == 0


def test_only_rows_in_sight_can_be_pointed_to(world, version):
    with pytest.raises(BadAnswers) as caught:
        keep(
            world,
            version,
            {"title": "x", "place": "152221", "body": {"id": world.neighbour_unit.pk}, "subject": "\x00"},
        )
    assert set(caught.value.errors) == {"place", "body", "subject"}


def test_what_changed_between_two_fillings(world, version):
    schema = schema_of(version)
    before, after = {"title": "一", "total": "1.00"}, {"title": "二", "total": "1.00", "herder": "巴"}
    assert [(row.field.key, row.before, row.after) for row in differences(schema, before, schema, after)] == [
        ("title", "一", "二"),
        ("herder", "", "巴"),
    ]


PAPER = definition(field("title", required=True), field("paper", "file"))
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


@pytest.fixture
def paper(world, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    place = Place(world.tree.banner)
    return published_of(make_form(officer_of(world.tree.banner), place, PAPER, purpose=FormPurpose.SURVEY))


def test_a_file_belongs_to_its_answer(world, paper):
    clerk = clerk_of(world.unit)
    upload = SimpleUploadedFile("批复.pdf", PDF)
    answer = keep(world, paper, {"title": "x", "paper": upload}, actor=clerk)
    stored = StoredFile.objects.get()
    assert values_of(answer)["paper"] == {"id": str(stored.pk), "name": "批复.pdf"}
    assert (stored.subject_label, stored.subject_id, stored.unit) == ("lowcode.answer", str(answer.pk), world.unit)
    assert is_held(stored)
    again = keep(world, paper, {"title": "y", "paper": str(stored.pk)}, actor=clerk, answer=answer)
    assert values_of(again)["paper"]["id"] == str(stored.pk)
    keep(world, paper, {"title": "y"}, actor=clerk, answer=again)
    assert not is_held(stored)


def test_a_renamed_program_is_refused_and_nothing_is_kept(world, paper):
    with pytest.raises(RuleViolation, match=r"批复\.pdf"):
        keep(world, paper, {"title": "x", "paper": SimpleUploadedFile("批复.pdf", b"MZ\x90\x00" + b"\0" * 200)})
    assert (Answer.objects.count(), StoredFile.objects.count()) == (0, 0)


def test_wrong_answers_store_no_file(world, paper):
    with pytest.raises(BadAnswers):
        keep(world, paper, {"paper": SimpleUploadedFile("批复.pdf", PDF)})
    assert StoredFile.objects.count() == 0


def test_files_that_are_not_there_are_refused(world, paper):
    clerk = clerk_of(world.unit)
    for raw in ("x", "00000000-0000-0000-0000-000000000000", {"id": 7}, {"id": "upload 0"}, ["a"], 7):
        with pytest.raises(BadAnswers) as caught:
            keep(world, paper, {"title": "x", "paper": raw}, actor=clerk)
        assert set(caught.value.errors) == {"paper"}


def test_a_file_of_another_unit_cannot_be_taken(world, paper):
    other = clerk_of(world.neighbour_unit)
    stored = store_file(
        other, upload=SimpleUploadedFile("a.pdf", PDF), region=world.tree.neighbour, unit=world.neighbour_unit
    )
    with pytest.raises(BadAnswers):
        keep(world, paper, {"title": "x", "paper": str(stored.pk)})
