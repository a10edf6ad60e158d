"""Every field of the database has a class, and what is personal has purpose, basis and period (domain.md 7.1 H1, 7.3)."""

import pytest

from apps.accounts.tests.factories import client_of
from apps.regions.tests.factories import make_tree
from apps.subsidy.models import Household
from imbudget.kit import classification
from imbudget.kit.classification import Level, classes_of, personal_fields, problems


@pytest.mark.covers("H1")
def test_every_field_of_every_model_has_a_class_and_no_row_is_stale():
    assert problems() == []


@pytest.mark.covers("H1")
def test_what_is_personal_says_why_on_which_basis_and_for_how_long():
    household = personal_fields(Household)
    assert household["id_number"].level == household["card"].level == Level.SENSITIVE
    for purpose in classification.purposes().values():
        assert all((*purpose.names, *purpose.bases, *purpose.begins))
        assert purpose.months > 0


def test_a_history_has_the_classes_of_what_it_is_the_history_of():
    history = classes_of(Household.history.model)
    assert history["card"] == classes_of(Household)["card"]
    assert history["history_user_id"].level == Level.PERSONAL


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("subsidy.Household,gone,ordinary,,", "classified and does not exist"),
        ("subsidy.Household,card card,sensitive,subsidy,", "classified twice"),
        ("subsidy.Household,card,ordinary,,", "lies encrypted and is called ordinary"),
        ("subsidy.Household,head_name,personal,,", "is personal and has no purpose"),
        ("subsidy.Household,head_name,sensitive,subsidy,", "lies in clear, and no reason is given"),
        ("subsidy.Household,card,secret,,", "'secret' is not a valid Level"),
        ("subsidy.Household,card,personal,nobody,", "nobody"),
        ("", "subsidy.Household.card has no class"),
    ],
)
def test_each_kind_of_gap_is_named(tmp_path, monkeypatch, rows, said):
    (tmp_path / "classification").mkdir()
    (tmp_path / "classification" / "subsidy.csv").write_text(f"model,fields,class,purpose,clear\n{rows}\n")
    (tmp_path / "purposes.csv").write_text((classification.folder() / "purposes.csv").read_text())
    monkeypatch.setattr(classification, "folder", lambda: tmp_path)
    classification._read.cache_clear()
    try:
        assert any(said in text for text in problems())
    finally:
        classification._read.cache_clear()


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh-hans", "mvf"])
@pytest.mark.covers("H1")
def test_the_security_administrator_reads_the_classes(language):
    root = make_tree().root
    for role, code in (("security_admin", 200), ("audit_admin", 200), ("system_admin", 403)):
        client = client_of(role, root)
        client.cookies["django_language"] = language
        page = client.get("/admin/classes/?level=sensitive")
        assert page.status_code == code
        if code == 200:
            assert "subsidy.Household" in page.content.decode()
            assert "财办〔2020〕37号" in page.content.decode()
            assert client.get("/admin/classes/?level=nonsense").status_code == 200
            assert "/admin/classes/" in client.get("/admin/").content.decode()
