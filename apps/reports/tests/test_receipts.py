"""Receipts for people: who gets them where, on paper and as files; and the pages on which anybody checks one."""

import io
import json
from typing import Any

import pypdf
import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.accounts.tests.factories import client_of
from apps.budget.tests.factories import World
from apps.disbursement.tests.factories import Treasury, make_treasury
from apps.evidence.models import Entry
from apps.evidence.receipts.composing import receipt_of
from apps.evidence.receipts.keys import signing_key
from apps.evidence.receipts.views import public
from apps.evidence.receipts.writing import to_bytes
from apps.evidence.tests.helpers import append as act
from apps.evidence.tests.helpers import prove_here
from apps.evidence.tests.samples import log_of
from apps.evidence.vocabulary import is_known
from apps.projects.models import ProjectSetting
from imbudget.kit import registry
from imbudget.kit.proofs import new_challenge
from imbudget.kit.testing.proofs import solved
from imbudget.kit.testing.queries import asked, writes
from imbudget.kit.views import DetailPage
from tools.tests.test_verify_receipt import alone

pytestmark = pytest.mark.django_db
CHECK = reverse("receipts:check", args=["zh-hans"])


@pytest.fixture(autouse=True)
def outside(settings: Any) -> None:
    settings.PROOF_OF_WORK = 20
    settings.SIGNING_KEY = bytes.fromhex("01" * 32)
    for limit in (public.BY_ADDRESS, public.LOOKS, public.ONCE):
        limit.forget()


@pytest.fixture
def treasury(world: World) -> Treasury:
    made = make_treasury(world)
    made.connect()
    return made


@pytest.fixture
def paid(treasury: Treasury) -> Entry:
    """The record of the voucher of a payment, under a checkpoint."""
    treasury.approved()
    prove_here()
    return Entry.objects.select_related("batch").get(event="disbursement.voucher_made")


def address(entry: Entry, name: str = "evidence:receipt") -> str:
    return reverse(name, args=[entry.pk])


ALL = ("evidence:receipt", "evidence:receipt_file", "reports:receipt")


# --- where people are


def test_a_payment_leads_to_the_receipts_of_its_record(treasury, paid, django_assert_max_num_queries):
    clerk = client_of("unit_clerk", treasury.unit)
    page = reverse("disbursement:request", args=[paid.subject_id])
    clerk.get(page)
    with django_assert_max_num_queries(25):
        said = clerk.get(f"{page}?tab=receipts").content.decode()
    assert "支付凭证" in said
    links = {
        reverse("evidence:receipt", args=[pk])
        for pk in Entry.objects.filter(
            subject_id=paid.subject_id, event__in=("disbursement.request_submitted", "disbursement.voucher_made")
        ).values_list("pk", flat=True)
    }
    assert len(links) == 2
    assert all(link in said for link in links)
    saved = Entry.objects.get(event="disbursement.request_saved", subject_id=paid.subject_id)
    assert address(saved) not in said


def test_what_is_offered_can_be_found():
    pages = {page.model._meta.label_lower for page in _subclasses(DetailPage) if page.model is not None}
    for label, source in registry.receipt_sources.items():
        model = apps.get_model(label)
        assert hasattr(model.objects.none(), "visible_to"), label
        assert label in pages, f"{label} has no page of its own"
        assert all(is_known(event) for event in source.events), label
    offered = {label for label, _source in registry.receipt_sources.items()}
    wanted = "disbursement.paymentrequest review.conclusion review.draw projects.project budget.compilation"
    assert offered >= set(wanted.split())


def _subclasses(page: type) -> set[Any]:
    return {found for sub in page.__subclasses__() for found in {sub, *_subclasses(sub)}}


@pytest.mark.covers("B6")
@pytest.mark.parametrize(
    ("role", "place", "status"),
    [
        ("unit_clerk", "unit", 200),
        ("treasury_clerk", "banner", 200),
        ("auditor", "banner", 200),
        ("auditor", "league", 200),
        ("audit_admin", "root", 200),
        ("unit_clerk", "neighbour_unit", 404),
        ("treasury_clerk", "neighbour", 404),
        ("auditor", "neighbour", 404),
        ("auditor", "other_league", 404),
        ("system_admin", "root", 404),
        ("security_admin", "root", 404),
    ],
)
def test_who_sees_a_payment_takes_its_receipt(world, paid, role, place, status):
    nodes = {"unit": world.unit, "neighbour_unit": world.neighbour_unit}
    browser = client_of(role, nodes.get(place) or getattr(world.tree, place))
    assert [browser.get(address(paid, name)).status_code for name in ALL] == [status] * 3


def test_a_stranger_is_sent_to_the_sign_in_page(paid):
    assert [Client().get(address(paid, name)).status_code for name in ALL] == [302] * 3


def test_whoever_sees_the_row_and_may_not_open_its_page_is_told_so(world, paid, monkeypatch):
    monkeypatch.setattr("apps.evidence.receipts.access._source_of", lambda _label: registry.ReceiptSource("x.see", ()))
    monkeypatch.setattr("apps.evidence.receipts.access.is_offered", lambda _entry: True)
    clerk = client_of("unit_clerk", world.unit)
    for name in ALL:
        response = clerk.get(address(paid, name))
        assert response.status_code == 403
        assert "岗位" in response.content.decode()


def test_operations_that_are_not_offered_are_for_those_who_see_records(world, paid):
    saved = Entry.objects.get(event="disbursement.request_saved", subject_id=paid.subject_id)
    assert client_of("unit_clerk", world.unit).get(address(saved)).status_code == 404
    assert client_of("auditor", world.tree.banner).get(address(saved)).status_code == 200


# --- files


@pytest.mark.covers("C1")
def test_the_file_is_what_proves_and_taking_it_is_recorded(world, paid):
    browser = client_of("unit_clerk", world.unit)
    response = browser.get(address(paid, "evidence:receipt_file"))
    assert response.headers["Content-Type"] == "application/json; charset=utf-8"
    assert "attachment" in response.headers["Content-Disposition"]
    assert response.content == receipt_of(paid).content
    assert alone(response.content, signing_key().content) == 0
    taken = Entry.objects.filter(event="evidence.downloaded").latest("pk")
    assert (taken.facts["what"], taken.facts["entry"]) == ("evidence.receipt", paid.pk)


def test_the_paper_carries_the_same_file_and_a_code(world, paid):
    browser = client_of("unit_clerk", world.unit)
    content = browser.get(address(paid, "reports:receipt")).content
    found = pypdf.PdfReader(io.BytesIO(content))
    assert dict(found.attachments) == {"receipt.json": [receipt_of(paid).content]}
    said = "".join(page.extract_text() for page in found.pages).replace("\n", "")
    assert "存证回执" in said
    assert bytes(paid.leaf).hex() in said
    assert alone(content, signing_key().content) == 0
    made = Entry.objects.filter(event="reports.made").latest("pk")
    assert (made.subject_type, made.subject_id) == ("evidence.Entry", str(paid.pk))


def test_the_paper_is_mongolian_too_where_the_region_wants_it(world, paid):
    browser = client_of("unit_clerk", world.unit)
    before = len(pypdf.PdfReader(io.BytesIO(browser.get(address(paid, "reports:receipt")).content)).pages)
    ProjectSetting.objects.create(region=world.tree.banner, mongolian_documents=True)
    both = pypdf.PdfReader(io.BytesIO(browser.get(address(paid, "reports:receipt")).content))
    assert len(both.pages) > before
    assert dict(both.attachments) == {"receipt.json": [receipt_of(paid).content]}


def test_before_a_checkpoint_the_page_says_when_and_there_is_no_paper(world, treasury):
    treasury.approved()
    entry = Entry.objects.get(event="disbursement.voucher_made")
    browser = client_of("unit_clerk", world.unit)
    page = browser.get(address(entry)).content.decode()
    assert "下一个检查点" in page
    assert address(entry, "reports:receipt") not in page
    assert json.loads(browser.get(address(entry, "evidence:receipt_file")).content)["checkpoint"] is None
    refused = browser.get(address(entry, "reports:receipt"))
    assert refused.status_code == 403
    assert "检查点" in refused.content.decode()


# --- the pages for everybody


def send(content: bytes | None = None, text: str = "", name: str = "receipt.json", **more: Any) -> Any:
    given = {"altcha": solved(new_challenge()), "text": text} | more
    if content is not None:
        given["file"] = SimpleUploadedFile(name, content)
    return Client().post(CHECK, given)


def test_anybody_has_a_receipt_checked_and_nothing_is_kept(world, paid):
    content = receipt_of(paid).content
    paper = client_of("unit_clerk", world.unit).get(address(paid, "reports:receipt")).content
    with asked() as statements:
        answers = [send(content), send(text=content.decode()), send(paper, name="回执.pdf")]
    assert writes(statements) == []
    for answer in answers:
        said = answer.content.decode()
        assert answer.status_code == 200
        assert "回执成立" in said
        assert paid.subject_label in said
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_forged_receipt_is_told_from_a_true_one(paid):
    content = receipt_of(paid).content.decode()
    forged = json.loads(content)
    forged["record"]["text"] = forged["record"]["text"].replace(paid.actor_name, "别人")
    said = send(text=json.dumps(forged)).content.decode()
    assert "回执不成立" in said
    assert "别人" not in said, "what is not proved is not repeated as if it were"
    assert "回执成立" not in send(to_bytes(log_of().receipts[2])).content.decode(), "signed by a key that is not ours"


def test_a_record_cannot_put_markup_into_the_page(treasury, settings):
    entry = act(treasury.officer, what="<script>alert(1)</script>")
    prove_here()
    said = send(receipt_of(Entry.objects.select_related("batch").get(pk=entry.pk)).content).content.decode()
    assert "&lt;script&gt;" in said
    assert "<script>alert" not in said


@pytest.mark.covers("D1")
@pytest.mark.parametrize(
    ("content", "text", "status"),
    [
        (None, "", 422),
        (None, "不是回执", 422),
        (b"", "", 422),
        (b"\x00\xff", "", 422),
        (b"%PDF-1.7 stream\nx\nendstream", "", 422),
        (b"[" * 200_000, "", 422),
        (b" " * (2 * 1024 * 1024 + 1), "", 422),
        (b" " * (4 * 1024 * 1024), "", 413),
        (None, "x" * 300_000, 422),
    ],
)
def test_what_is_no_receipt_gets_a_sentence(content, text, status):
    answer = send(content, text)
    assert answer.status_code == status
    assert "回执成立" not in answer.content.decode()


def test_a_form_counts_once_and_an_address_for_so_many():
    proof = solved(new_challenge())
    content = to_bytes(log_of().receipts[2])
    assert send(content, altcha=proof).status_code == 200
    again = send(content, altcha=proof)
    assert again.status_code == 422
    assert "此表单已提交" in again.content.decode()
    assert send(content, altcha="").status_code == 422
    for _number in range(60):
        public.BY_ADDRESS.take("127.0.0.1")
    assert send(content).status_code == 422


def test_the_code_of_a_paper_says_where_its_record_stands_and_not_what_it_says(paid):
    said = Client().get(CHECK, {"c": receipt_of(paid).code}).content.decode()
    assert bytes(paid.leaf).hex() in said
    assert paid.subject_label not in said
    assert paid.actor_name not in said
    for code in ("0." + "A" * 43, "x", "\x00", "1" * 5000):
        said = Client().get(CHECK, {"c": code}).content.decode()
        assert "没有" in said
    for _number in range(60):
        public.LOOKS.take("127.0.0.1")
    assert bytes(paid.leaf).hex() not in Client().get(CHECK, {"c": receipt_of(paid).code}).content.decode()


def test_anybody_gets_the_public_keys(paid, settings):
    page = Client().get(reverse("receipts:keys", args=["mvf"]))
    key = signing_key()
    said = page.content.decode()
    assert all(word in said for word in (key.key_id, key.sm3, key.sha256, key.hexadecimal))
    again = Client().get(reverse("receipts:keys", args=["mvf"]), headers={"If-None-Match": page.headers["ETag"]})
    assert again.status_code == 304
    pem = Client().get(reverse("receipts:key", args=["zh-hans", key.key_id]))
    assert pem.content.decode() == key.pem
    assert Client().get(reverse("receipts:key", args=["zh-hans", "0" * 16])).status_code == 404
    assert Client().get("/public/xx/receipt/").status_code == 404
