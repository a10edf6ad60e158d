"""Papers of payments: the request, the voucher as it was signed, and the notice of a payment to many."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

from django.db.models import Count, Sum
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from apps.disbursement.models import Outcome, PaymentRequest, PaymentRow, Voucher
from apps.disbursement.services.requests import SUBJECT
from apps.evidence.models import Entry
from apps.lowcode.selectors.cases import cases_of, with_flow
from apps.lowcode.selectors.timeline import timeline_of
from apps.reports.definitions import capitals
from apps.reports.document import Column, Document, Facts, Mark, Row, Section, Table
from apps.reports.layers import in_chinese
from imbudget.kit.fields import mask_account
from imbudget.kit.formats import as_text
from imbudget.kit.money import format_yuan

RECORDED = "disbursement.voucher_made"
MOST_ROWS = 2_000  # a paper of more pages is read by nobody: the file of rows is for that
Address = Callable[[str], str]  # the whole address of a page of ours


def order_document(request: PaymentRequest, address: Address) -> Document:
    """The request on paper (支付申请书): what for, out of which authority, to whom, and who has signed so far."""

    def build() -> Document:
        sections: list[Section] = [Facts(_head(request)), _payees(request), _signers(request)]
        return _paper(_("Payment request"), request, request.number, [*sections, *_mark(request, address)])

    return in_chinese(build, request.region)


def voucher_document(voucher: Voucher, address: Address, *, whole: bool = True, mark: str = "") -> Document:
    """The voucher (国库集中支付凭证) on paper: payer and payees in full, as they were signed, and the digest that was signed.

    Whoever does not work with it gets the accounts masked (`whole`); `mark` at its foot says who has taken the whole ones.
    """

    def build() -> Document:
        request, account = voucher.request, voucher.request.account
        facts = [
            (_("voucher number"), voucher.number),
            (_("type of voucher"), voucher.type),
            (_("date of the voucher"), as_text(voucher.dated, "date")),
            (_("payer"), account.name),
            (_("account of the payer"), account.number),
            (_("bank of the payer"), account.bank_name),
            *_head(request),
            (_("digest that was signed (SM3)"), voucher.digest),
            (_("word of the treasury"), f"{voucher.get_state_display()} {voucher.state_word}".strip()),
        ]
        sections: list[Section] = [Facts(facts), _payees(request, whole=whole), _signers(request)]
        paper = _paper(
            _("Payment voucher of the treasury"), request, voucher.number, [*sections, *_mark(request, address)]
        )
        return replace(paper, footer=mark)

    return in_chinese(build, voucher.region)


def notice_document(request: PaymentRequest, address: Address) -> Document:
    """The notice of a payment to many (批量支付通知单): how many were paid, how many were not, and each with the reason."""

    def build() -> Document:
        found = list(request.rows.order_by().values_list("outcome").annotate(Count("pk"), Sum("amount")))
        columns = (
            Column(_("outcome")),
            Column(_("payees"), align="end"),
            Column(_("amount"), align="end", kind="money"),
        )
        told = [Row((str(Outcome(one).label), str(count), amount)) for one, count, amount in sorted(found, key=_place)]
        total = Row((_("total"), str(sum(count for _one, count, _amount in found)), request.total), kind="total")
        sections: list[Section] = [
            Facts(_head(request)),
            Table(columns, [*told, total], title=_("outcome"), derived=True),
            _payees(request),
        ]
        return _paper(_("Notice of a payment to many"), request, request.number, [*sections, *_mark(request, address)])

    return in_chinese(build, request.region)


def _place(counted: tuple[str, int, Decimal]) -> int:
    """Outcomes in the order in which they are declared."""
    return Outcome.values.index(counted[0])


def _paper(title: str, request: PaymentRequest, number: str, sections: Sequence[Section]) -> Document:
    return Document(
        title=title,
        subtitle=request.unit.name,
        unit_note=_("in yuan"),
        sections=sections,
        number=number,
        language=get_language() or "zh-hans",
    )


def _head(request: PaymentRequest) -> list[tuple[str, str]]:
    authority = request.authority
    codes = (
        (_("fund type"), authority.fund),
        (_("function"), authority.function),
        (_("government economic class"), authority.government_economic),
        (_("department economic class"), authority.department_economic),
    )
    return [
        (_("number of the request"), request.number),
        (_("fiscal year"), str(request.year_id)),
        (_("budget unit"), f"{request.unit.code} {request.unit.name}"),
        (_("authority"), f"№ {authority.pk}"),
        *((label, f"{code.code} {code.name}") for label, code in codes if code is not None),
        *([(_("project code"), authority.project_code)] if authority.project_code else []),
        (_("type of business"), str(request.get_business_display())),
        (_("way of settling"), str(request.get_settlement_display())),
        (_("purpose"), request.purpose),
        (_("state"), str(request.get_state_display())),
        (_("total in figures"), _("%(amount)s yuan") % {"amount": format_yuan(request.total)}),
        *capitals(request.total),
    ]


def _payees(request: PaymentRequest, *, whole: bool = False) -> Table:
    """Accounts are masked but on the voucher, which is the bank's own paper."""
    found: list[PaymentRow] = list(request.rows.order_by("number")[: MOST_ROWS + 1])
    shown = found[:MOST_ROWS]
    columns = (
        Column(_("no."), align="end"),
        Column(_("payee")),
        Column(_("account of the payee")),
        Column(_("amount"), align="end", kind="money"),
        Column(_("outcome")),
    )
    lines = [
        Row(
            (
                str(row.number),
                row.payee_name,
                " ".join(
                    filter(None, (row.payee_account if whole else mask_account(row.payee_account), row.payee_bank))
                ),
                row.amount,
                " ".join(filter(None, (str(row.get_outcome_display()), row.reason))),
            )
        )
        for row in shown
    ]
    if len(found) > MOST_ROWS:
        lines.append(Row(("", _("and more, in the file of the request"), "", None, "")))
    if lines:
        lines.append(Row(("", _("total"), "", request.total, ""), kind="total"))
    return Table(columns, lines, title=_("payees"), empty=_("No payee yet."))


def _signers(request: PaymentRequest) -> Table:
    """Who did what on the request's way: the maker, who checked, who signed."""
    case = with_flow(cases_of(SUBJECT, request.pk)).select_related("applicant").first()
    entries = [entry for entry in timeline_of(case).entries if entry.kind in SIGNS] if case else []
    columns = (
        Column(_("step")),
        Column(pgettext("approval", "what was done")),
        Column(pgettext("operation", "person")),
        Column(_("post")),
        Column(_("time")),
    )
    rows = [
        Row(
            (
                entry.step or _("applicant"),
                entry.said,
                entry.name,
                entry.post_label,
                as_text(timezone.localtime(entry.at), "date"),
            )
        )
        for entry in entries
    ]
    return Table(columns, rows, title=_("signatures"), empty=_("Nobody has signed yet."))


SIGNS = frozenset({"started", "resubmitted", "approved"})


def _mark(request: PaymentRequest, address: Address) -> list[Section]:
    """The way from paper to the record of the voucher; none before there is one."""
    entry = Entry.objects.filter(subject_type=request._meta.label, subject_id=str(request.pk), event=RECORDED).order_by(
        "-pk"
    )
    found = entry.first()
    if found is None:
        return []
    leaf = bytes(found.leaf).hex()
    words = _(
        "Record № %(number)s of the making of the voucher, SM3 %(leaf)s. The code leads to it; who may see records compares both."
    )
    return [Mark(f"{address(found.get_absolute_url())}#{leaf}", words % {"number": found.pk, "leaf": leaf})]
