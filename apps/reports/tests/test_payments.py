"""Papers of payments: what they say, what they hide, and who gets them."""

import io
from typing import Any

import pypdf
import pytest
from django.urls import reverse
from django.utils import translation

from apps.accounts.tests.factories import client_of
from apps.budget.tests.factories import World
from apps.disbursement.models import Outcome, RequestState
from apps.disbursement.tests.factories import Treasury, make_treasury, row
from apps.evidence.models import Entry
from apps.projects.models import ProjectSetting
from apps.reports import payments
from apps.reports import services as reports_services
from apps.reports.document import Mark, Table
from apps.reports.marks import SquareCode
from apps.reports.payments import notice_document, order_document, voucher_document

pytestmark = pytest.mark.django_db
NUMBER = "6228480100000000001"  # of the first row of the factories


def address(path: str) -> str:
    return f"https://ys.example{path}"


@pytest.fixture
def treasury(world: World, settings: Any) -> Treasury:
    settings.SIGNING_KEY = bytes.fromhex("01" * 32)
    made = make_treasury(world)
    made.connect()
    return made


def text_of(content: bytes) -> str:
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages).replace("\n", "")


def test_a_request_on_paper_says_the_amount_in_capitals_and_hides_accounts(treasury):
    request = treasury.submitted(row("100.05"), row("20.00", number=2))
    document = order_document(request, address)
    facts = dict(document.sections[0].rows)
    assert (facts["合计（大写）"], facts["合计（小写）"]) == ("壹佰贰拾元零伍分", "120.05元")
    payees, signers = (section for section in document.sections if isinstance(section, Table))
    assert payees.rows[0].cells[2] == "***************0001"
    assert payees.rows[-1].cells[3] == request.total
    assert [line.cells[2] for line in signers.rows] == [treasury.clerk.name]
    assert not [section for section in document.sections if isinstance(section, Mark)]


def test_the_voucher_names_accounts_in_full_and_leads_to_its_record(treasury):
    voucher = treasury.approved().voucher
    document = voucher_document(voucher, address)
    payees = next(section for section in document.sections if isinstance(section, Table))
    assert payees.rows[0].cells[2].startswith(NUMBER)
    assert dict(document.sections[0].rows)["签名摘要（SM3）"] == voucher.digest
    entry = Entry.objects.get(event="disbursement.voucher_made")
    (mark,) = [section for section in document.sections if isinstance(section, Mark)]
    assert mark.content == f"https://ys.example/evidence/{entry.pk}/#{bytes(entry.leaf).hex()}"
    assert bytes(entry.leaf).hex() in mark.words


def test_a_notice_counts_what_was_paid_and_what_was_not(treasury):
    request = treasury.approved(row("100.00"), row("20.00", number=2), row("3.00", number=3))
    request.rows.filter(number__lte=2).update(outcome=Outcome.PAID)
    request.rows.filter(number=3).update(outcome=Outcome.FAILED, reason="户名不符")
    document = notice_document(request, address)
    counts, payees = [section for section in document.sections if isinstance(section, Table)][:2]
    assert [line.cells[1:] for line in counts.rows] == [("2", 120), ("1", 3), ("3", request.total)]
    assert payees.rows[2].cells[4].endswith("户名不符")


def test_a_notice_of_very_many_counts_all_and_names_the_first(treasury, monkeypatch):
    monkeypatch.setattr(payments, "MOST_ROWS", 2)
    request = treasury.approved(row("100.00"), row("20.00", number=2), row("3.00", number=3))
    request.rows.update(outcome=Outcome.PAID)
    counts, payees = [part for part in notice_document(request, address).sections if isinstance(part, Table)][:2]
    assert counts.rows[-1].cells[1:] == ("3", request.total)
    assert [line.cells[0] for line in payees.rows] == ["1", "2", "", ""]
    monkeypatch.setattr(payments, "MOST_ROWS", 3)
    payees = [part for part in notice_document(request, address).sections if isinstance(part, Table)][1]
    assert [line.cells[0] for line in payees.rows] == ["1", "2", "3", ""]


def test_a_voucher_in_two_languages_is_a_file_with_the_mark_in_both(treasury):
    ProjectSetting.objects.create(region=treasury.region, mongolian_documents=True)
    voucher = treasury.approved().voucher
    client = client_of("unit_clerk", treasury.unit)
    response = client.get(reverse("reports:payment_voucher", args=[voucher.pk]))
    assert response.status_code == 200
    assert response["Content-Language"] == "zh-Hans-CN"
    pages = pypdf.PdfReader(io.BytesIO(response.content)).pages
    assert len(pages) >= 2
    assert "壹佰元整" in text_of(response.content)
    assert Entry.objects.filter(event="reports.made", subject_id=str(voucher.pk)).count() == 1


@pytest.mark.parametrize("name", ["payment_order", "payment_notice", "payment_voucher"])
def test_papers_are_for_those_who_see_the_payment(treasury, name):
    request = treasury.approved()
    request.state = RequestState.PAID
    request.save(update_fields=["state"])
    pk = request.voucher.pk if name == "payment_voucher" else request.pk
    url = reverse(f"reports:{name}", args=[pk])
    assert client_of("unit_clerk", treasury.world.neighbour_unit).get(url).status_code == 404
    assert client_of("banner_officer", treasury.region).get(url).status_code == 200
    assert client_of("expert", treasury.region).get(url).status_code == 403


def test_there_is_no_notice_before_the_bank_has_answered(treasury):
    url = reverse("reports:payment_notice", args=[treasury.approved().pk])
    assert client_of("unit_clerk", treasury.unit).get(url).status_code == 404


def test_the_page_of_a_request_offers_its_papers(treasury):
    request = treasury.approved()
    with translation.override("zh-hans"):
        page = client_of("unit_clerk", treasury.unit).get(f"{request.get_absolute_url()}?tab=papers")
    assert reverse("reports:payment_voucher", args=[request.voucher.pk]).encode() in page.content
    assert reverse("reports:payment_notice", args=[request.pk]).encode() not in page.content


class Recorder:
    """A canvas that notes where rectangles stand."""

    def __init__(self) -> None:
        self.places: set[tuple[int, int]] = set()

    def setFillGray(self, _grey: float) -> None:  # noqa: N802
        pass

    def rect(self, x: float, y: float, wide: float, _high: float, **_how: int) -> None:
        self.places.add((round(x / wide * 1.02), round(y / wide * 1.02)))


def test_a_square_code_is_drawn_as_its_standard_says():
    code, canvas = SquareCode("https://ys.example/evidence/1/"), Recorder()
    code.canv = canvas
    code.draw()
    last = code.size + 7 - 4
    corners = {(4, last), (last, last), (4, 4), (last, 4)}
    assert corners - canvas.places == {(last, 4)}  # three finders; the fourth corner has none


@pytest.mark.covers("H2")
def test_who_does_not_work_with_a_voucher_gets_it_with_masked_accounts(treasury, world, monkeypatch):
    """Leaders, auditors and those above take the paper away too, but no account; who gets whole ones stands at its foot."""
    voucher = treasury.approved().voucher
    made = []
    kept = reports_services.make_document
    monkeypatch.setattr(reports_services, "make_document", lambda *given: made.append(kept(*given)) or made[-1])
    file = reverse("reports:payment_voucher", args=[voucher.pk])
    for role, node, whole in (
        ("auditor", world.tree.banner, False),
        ("unit_head", world.unit, False),
        ("league_officer", world.tree.league, False),
        ("treasury_clerk", world.tree.banner, True),
    ):
        assert client_of(role, node).get(file).status_code == 200
        document = made[-1][0]
        payees = next(section for section in document.sections if isinstance(section, Table))
        assert payees.rows[0].cells[2].startswith(NUMBER) is whole, role
        assert bool(document.footer) is whole, role
