"""Documents on their pages: drawn up, filled in row by row or by a file, handed in, posted; who may not; bad input."""

import io
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from apps.accounts.tests.factories import client_of, make_post, sign_in
from apps.codes.tests.factories import make_codes
from apps.ledger import services
from apps.ledger.models import AuthorityDocument, Books, BooksState, DocumentKind, DocumentState
from apps.ledger.services.lines import LineInput
from apps.ledger.tests.factories import SYSTEM, balance, head, issue, make_authority, make_document, make_pool, post
from imbudget.kit.testing import html

pytestmark = pytest.mark.django_db
D = Decimal
HEAD = head() | {"dated": "2027-01-20", "upper_number": ""}


def to(name, *args):
    return reverse(f"ledger:{name}", args=args)


@pytest.fixture
def pool(world):
    return make_pool(world, "1000.00")


@pytest.fixture
def officer(world):
    return client_of("banner_officer", world.tree.banner)


@pytest.fixture
def clerk(world):
    return client_of("unit_clerk", world.unit)


def draft(region, kind=DocumentKind.APPROVAL, lines=(), **values):
    return make_document(region, kind, list(lines), **values)


def sent(document, *rows, **changes):
    """What the form of a document sends."""
    data = HEAD | {"number": document.number, "revision": str(document.revision), "parts": "lines"} | changes
    for at, row in enumerate(rows):
        data |= {f"lines-{at}-{name}": value for name, value in row.items()}
    return data


def fresh(document):
    return AuthorityDocument.objects.get(pk=document.pk)


def test_an_officer_draws_up_fills_in_hands_in_and_it_is_posted(world, pool, officer):
    call_command("load_flows", verbosity=0)
    leader_post = make_post("finance_leader", world.tree.banner)
    begun = officer.post(to("document_new"), {"kind": "approval", "year": "2027", "title": "关于下达预算的通知"})
    document = AuthorityDocument.objects.latest("pk")
    assert begun.url == to("document_edit", document.pk)
    page = officer.get(begun.url)
    assert page.status_code == 200
    row = {
        "origin": f"{pool.pk}-一般公共预算",
        "unit": f"{world.unit.code}-{world.unit.name}",
        "function": "2010102-一般行政管理事务",
        "department_economic": "30201",
        "amount": "１,２００.5",
        "summary": "办公经费",
    }
    number = {"number": HEAD["number"]}
    assert officer.post(begun.url, sent(document, row, **number)).status_code == 302
    submit = to("document_submit", document.pk)
    refused = officer.post(submit, {})
    assert refused.status_code == 422  # more than the pool holds
    assert "1,000.00" in html.text(refused)
    officer.post(begun.url, sent(fresh(document), row | {"amount": "0.06万元"}, **number))  # as the page adds it up
    assert officer.post(submit, {}).status_code == 302
    assert fresh(document).state == DocumentState.SUBMITTED
    leader = sign_in(officer.__class__(), leader_post.user)
    task = next(link for link in html.links(leader.get(reverse("lowcode:inbox"))) if "/tasks/" in link)
    shown = leader.get(task)
    assert to("document_lines", document.pk) in html.links(shown)
    assert (shown.context["count"], shown.context["total"]) == (1, D("600.00"))
    assert all(word in html.text(shown) for word in ("600.00", "办公经费", world.unit.name, HEAD["number"]))
    post(document)
    detail = officer.get(document.get_absolute_url(), {"tab": "postings"})
    assert any(link.startswith(to("postings")) and link != to("postings") for link in html.links(detail))
    assert balance(pool)["available"] == D("400.00")
    made = fresh(document).authorities.get()
    assert (made.unit_id, made.function.code, made.department_economic.code) == (world.unit.pk, "2010102", "30201")


def test_a_new_document_begins_with_the_year_in_execution(world, pool, officer, monkeypatch):
    """Also once next year's books stand open beside this year's; the other year can be chosen."""
    make_codes(2028)
    services.open_books(SYSTEM, pool.region, 2028)
    for today, first in ((date(2027, 11, 28), 2027), (date(2028, 1, 2), 2028), (date(2030, 1, 2), 2028)):
        monkeypatch.setattr("apps.ledger.selectors.years.timezone.localdate", lambda day=today: day)
        form = officer.get(to("document_new")).context["form"]
        assert form["year"].value() == first
        assert [year for year, _label in form.fields["year"].choices] == [2028, 2027]


BAD_CELLS = [
    ("amount", "zwölf", {}),
    ("amount", "0", {}),
    ("amount", "-5", {}),
    ("amount", "", {}),
    ("amount", "1.005", {}),
    ("amount", "1.0000001万", {}),
    ("amount", "9" * 20, {}),
    ("origin", "", {}),
    ("origin", "999999999", {}),
    ("origin", "9" * 30, {}),
    ("origin", "\x00", {}),
    ("unit", "123456", {}),
    ("function", "9999999", {}),
    ("department_economic", "2010102", {}),
    ("project", "x", {}),
    ("summary", "字" * 501, {}),
]


@pytest.mark.parametrize(("name", "text", "_more"), BAD_CELLS)
def test_a_cell_that_cannot_be_read_is_named_beside_its_row(world, pool, officer, name, text, _more):
    document = draft(pool.region)
    good = {"origin": str(pool.pk), "unit": world.unit.code, "function": "2010101", "amount": "10.00"}
    response = officer.post(to("document_edit", document.pk), sent(document, good, good | {name: text}))
    assert response.status_code == 422
    view = response.context_data["view"]
    assert [cell.column.name for cell in view.rows[1].cells if cell.error] == [name]
    assert not any(cell.error for cell in view.rows[0].cells)
    assert fresh(document).lines.count() == 0


def test_an_authority_of_another_region_or_year_is_no_origin(world, pool, officer):
    far = make_pool(world, region=world.tree.neighbour)
    document = draft(pool.region)
    row = {"origin": str(far.pk), "unit": world.unit.code, "function": "2010101", "amount": "1.00"}
    assert officer.post(to("document_edit", document.pk), sent(document, row)).status_code == 422
    row |= {"origin": str(pool.pk), "unit": world.neighbour_unit.code}
    if world.neighbour_unit.code != world.unit.code:
        assert officer.post(to("document_edit", document.pk), sent(document, row)).status_code == 422


def test_a_target_keeps_its_elements(world, pool, officer):
    target = issue(world, pool, "10.00")
    document = draft(pool.region)
    row = {"origin": str(pool.pk), "target": str(target.pk), "amount": "5.00"}
    address = to("document_edit", document.pk)
    assert officer.post(address, sent(document, row | {"function": "2010102"})).status_code == 422
    assert officer.post(address, sent(document, row)).status_code == 302
    line = fresh(document).lines.get()
    assert (line.target_id, line.function_id) == (target.pk, target.function_id)


def test_a_form_kept_open_too_long_overwrites_nothing(world, pool, officer):
    document = draft(pool.region)
    row = {"origin": str(pool.pk), "unit": world.unit.code, "function": "2010101", "amount": "1.00"}
    old = sent(document, row)
    assert officer.post(to("document_edit", document.pk), old).status_code == 302
    assert officer.post(to("document_edit", document.pk), old | {"title": "另一个"}).status_code == 422
    assert fresh(document).title != "另一个"


def test_a_number_that_another_document_has_keeps_the_form_as_it_was_written(world, pool, officer):
    document = draft(pool.region)
    page = officer.post(
        to("document_edit", document.pk), sent(document, number=pool.document.number, title="改过的标题")
    )
    assert page.status_code == 422
    assert "改过的标题" in page.content.decode()
    assert "已有此文号" in page.content.decode()
    assert fresh(document).title != "改过的标题"


def test_what_was_kept_comes_back_as_it_was_written(world, pool, officer):
    target = issue(world, pool, "10.00")
    document = draft(pool.region)
    rows = [
        {"origin": str(pool.pk), "unit": world.unit.code, "function": "2010101", "amount": "1.00", "summary": "甲"},
        {"origin": str(pool.pk), "target": str(target.pk), "amount": "2.00"},
    ]
    officer.post(to("document_edit", document.pk), sent(document, *rows))
    before = list(document.lines.order_by("number").values("origin", "target", "unit", "function", "amount", "fund"))
    page = officer.get(to("document_edit", document.pk))
    shown = [{cell.column.name: cell.value for cell in row.cells} for row in page.context_data["view"].rows[:2]]
    assert officer.post(to("document_edit", document.pk), sent(fresh(document), *shown)).status_code == 302
    after = list(document.lines.order_by("number").values("origin", "target", "unit", "function", "amount", "fund"))
    assert after == before


def test_elements_that_few_lines_need_are_shown_when_asked_and_kept(world, pool, officer):
    document = draft(pool.region)
    address = to("document_edit", document.pk)
    short = officer.get(address)
    assert "managing_division" not in names_shown(short)
    assert "managing_division" in names_shown(officer.get(address, {"full": "1"}))
    row = {"origin": str(pool.pk), "unit": world.unit.code, "function": "2010101", "amount": "1.00"}
    more = {"managing_division": "预算处", "is_debt": "1", "is_payroll": "1"}
    assert officer.post(address, sent(document, row | more, full="1")).status_code == 302
    assert "managing_division" in names_shown(officer.get(address))  # a line has it: it is never lost unseen
    officer.post(address, sent(fresh(document), row | more | {"amount": "2.00"}))
    line = document.lines.get()
    assert (line.managing_division, line.is_debt, line.is_payroll, line.is_research) == ("预算处", True, True, False)


def names_shown(page):
    return {cell.column.name for cell in page.context_data["view"].pattern.cells}


def test_direct_funds_are_marked_where_they_come_in_and_go_on_with_what_is_made_of_them(world, pool, officer):
    revenue = draft(pool.region, DocumentKind.REVENUE)
    row = {"fund": "111", "amount": "50.00", "direct_flag": "1", "is_advance": "1", "tracking_code": "T1"}
    assert officer.post(to("document_edit", revenue.pk), sent(revenue, row)).status_code == 302
    made = post(fresh(revenue)).authorities.get()
    assert (made.direct_flag, made.is_advance, made.tracking_code) == ("01", True, "T1")
    below = issue(world, made, "10.00")
    assert (below.direct_flag, below.tracking_code) == ("01", "T1")


@pytest.mark.parametrize("kind", DocumentKind.values)
def test_every_kind_has_its_form(world, pool, officer, kind):
    document = draft(pool.region, kind)
    page = officer.get(to("document_edit", document.pk))
    assert page.status_code == 200
    assert page.context_data["view"].rows
    assert officer.get(to("document_origins", document.pk)).status_code == 200
    assert officer.get(to("document_targets", document.pk), {"q": "一般"}).status_code == 200
    assert load_workbook(io.BytesIO(officer.get(to("document_template", document.pk)).content)).worksheets


def test_a_unit_asks_to_move_its_own_authority_only(world, pool, clerk):
    own = issue(world, pool, "100.00")
    begun = clerk.post(
        to("document_new"), {"kind": "reallocation", "year": "2027", "title": "调剂", "unit": str(world.unit.pk)}
    )
    document = AuthorityDocument.objects.latest("pk")
    assert begun.status_code == 302
    assert document.unit_id == world.unit.pk
    row = {"origin": str(own.pk), "function": "2010102", "amount": "40.00"}
    assert clerk.post(to("document_edit", document.pk), sent(document, row, number="")).status_code == 302
    line = document.lines.get()
    assert (line.unit_id, line.amount) == (world.unit.pk, D("40.00"))
    foreign = row | {"origin": str(pool.pk)}
    assert clerk.post(to("document_edit", document.pk), sent(fresh(document), foreign)).status_code == 422
    named = [found["id"] for found in clerk.get(to("document_origins", document.pk)).json()["rows"]]
    assert named == [own.pk]


def test_the_office_numbers_a_request_on_its_page(world, pool, clerk, officer):
    document = draft(pool.region, DocumentKind.REALLOCATION, number="", dated=None)
    AuthorityDocument.objects.filter(pk=document.pk).update(unit=world.unit)
    assert {"number", "dated"}.isdisjoint(clerk.get(to("document_edit", document.pk)).context_data["form"].fields)
    assert clerk.post(to("document_edit", document.pk), sent(document, number="自编1号")).status_code == 302
    AuthorityDocument.objects.filter(pk=document.pk).update(state=DocumentState.SUBMITTED)
    draft(pool.region, number="内财〔2027〕7号")
    address = to("document_number", document.pk)
    assert address in officer.get(document.get_absolute_url()).content.decode()
    assert clerk.get(address).status_code == 403
    for bad in ({"number": "", "dated": "2027-05-01"}, {"number": "内财〔2027〕8号", "dated": "x"}, {"number": "内财〔2027〕7号", "dated": "2027-05-01"}):  # fmt: skip
        assert officer.post(address, bad).status_code == 422, bad
    assert officer.post(address, {"number": "内财〔2027〕8号", "dated": "2027-05-01"}).status_code == 302
    assert (fresh(document).number, str(fresh(document).dated)) == ("内财〔2027〕8号", "2027-05-01")
    page = clerk.get(document.get_absolute_url()).content.decode()
    assert "内财〔2027〕8号" in page
    assert address not in page


@pytest.mark.parametrize("kind", ["approval", "revenue", "transfer"])
def test_a_unit_draws_up_nothing_else(world, pool, clerk, kind):
    data = {"kind": kind, "year": "2027", "title": "x", "unit": str(world.unit.pk)}
    before = AuthorityDocument.objects.count()
    assert clerk.post(to("document_new"), data).status_code == 422
    assert AuthorityDocument.objects.count() == before


ACTS = ("edit", "upload", "template", "origins", "targets", "submit", "withdraw", "abandon", "number")


def test_who_may_not_touch_a_document(world, pool):
    document = draft(pool.region)
    for name in ACTS:
        address = to(f"document_{name}", document.pk)
        for role, node in (("league_officer", world.tree.league), ("auditor", world.tree.banner)):
            assert client_of(role, node).get(address).status_code == 403, (role, name)
        assert client_of("unit_clerk", world.unit).get(address).status_code == 404, name
        assert client_of("banner_officer", world.tree.neighbour).get(address).status_code == 404, name
    assert client_of("auditor", world.tree.banner).get(to("document_new")).status_code == 403


def test_a_document_under_approval_or_posted_is_not_edited(world, pool, officer):
    document = post(draft(pool.region, lines=[LineInput(D("1.00"), origin=pool, elements=unit_of(world))]))
    for name in ("edit", "upload", "submit", "abandon"):
        assert officer.get(to(f"document_{name}", document.pk)).status_code == 403
    assert officer.post(to("document_edit", document.pk), sent(document)).status_code == 403


def unit_of(world):
    return {"unit": world.unit, "function": world.codes.running, "department_economic": world.codes.office}


def test_a_draft_is_given_up(pool, officer):
    document = draft(pool.region)
    assert officer.post(to("document_abandon", document.pk)).status_code == 302
    assert fresh(document).state == DocumentState.WITHDRAWN


def test_without_open_books_no_document_begins(world, officer):
    assert officer.get(to("document_new")).status_code == 403


# --- lines from a file


def book(*rows, head=("来源指标号", "单位代码", "支出功能分类代码", "部门经济分类代码", "金额(元)", "摘要")):
    made = Workbook()
    made.active.append(list(head))
    for row in rows:
        made.active.append(list(row))
    file = io.BytesIO()
    made.save(file)
    file.seek(0)
    file.name = "lines.xlsx"
    return file


def test_lines_come_from_a_file(world, pool, officer):
    document = draft(pool.region)
    row = (pool.pk, world.unit.code, "2010101", "30201", 12.5, "甲")
    file = book(
        row, (str(pool.pk), world.unit.code, 2010102, 30201, "1,000.00", "乙"), ("合计", "", "", "", 1012.5, "")
    )
    sent_ = {"file": file, "revision": document.revision}
    assert officer.post(to("document_upload", document.pk), sent_).status_code == 302
    lines = list(document.lines.order_by("number").values_list("origin", "function__code", "amount", "summary"))
    assert lines == [(pool.pk, "2010101", D("12.50"), "甲"), (pool.pk, "2010102", D("1000.00"), "乙")]
    assert fresh(document).total == D("1012.50")


def test_a_wrong_cell_of_a_file_is_named_by_its_row_and_keeps_the_whole_file_out(world, pool, officer):
    document = draft(pool.region)
    good = (pool.pk, world.unit.code, "2010101", "30201", 1, "")
    file = book(good, (pool.pk, world.unit.code, "2010101", "30201", "=1+1", ""), (999999, "x", "1", "30201", 1, ""))
    response = officer.post(to("document_upload", document.pk), {"file": file, "revision": document.revision})
    assert response.status_code == 422
    named = {(row, column) for row, column, _text in response.context_data["bad"]}
    assert named == {(3, "金额"), (4, "来源指标号"), (4, "单位代码"), (4, "支出功能分类代码")}
    assert document.lines.count() == 0


@pytest.mark.parametrize("head_", [("甲", "乙"), ("单位代码", "金额"), ("来源指标号", "摘要")])
def test_a_file_without_its_columns_is_refused(world, pool, officer, head_):
    document = draft(pool.region)
    file = book(("1", "2"), head=head_)
    response = officer.post(to("document_upload", document.pk), {"file": file, "revision": document.revision})
    assert response.status_code == 422


def test_what_is_no_table_is_refused(pool, officer):
    document = draft(pool.region)
    file = io.BytesIO(b"\x00\x01")
    file.name = "x.xlsx"
    response = officer.post(to("document_upload", document.pk), {"file": file, "revision": document.revision})
    assert response.status_code == 422


def test_the_template_is_taken_as_it_is_filled_in(world, pool, officer):
    document = draft(pool.region)
    workbook = load_workbook(io.BytesIO(officer.get(to("document_template", document.pk)).content))
    heads = [cell.value for cell in workbook.active[1]]
    cells = {"来源指标号": pool.pk, "单位代码": world.unit.code, "支出功能分类代码": "2010101", "金额(元)": "3"}
    workbook.active.append([cells.get(head) for head in heads])
    file = io.BytesIO()
    workbook.save(file)
    file.seek(0)
    file.name = "t.xlsx"
    response = officer.post(to("document_upload", document.pk), {"file": file, "revision": document.revision})
    assert response.status_code == 302
    assert document.lines.get().amount == D("3.00")


def test_a_long_document_keeps_its_lines_when_its_head_is_saved(world, pool, officer, monkeypatch):
    monkeypatch.setattr("apps.ledger.views.documentedit.MOST_ROWS", 1)
    lines = [LineInput(D("1.00"), origin=pool, elements=unit_of(world)) for _ in range(3)]
    document = draft(pool.region, lines=lines)
    address = to("document_edit", document.pk)
    assert officer.get(address).context_data["view"] is None
    data = HEAD | {"revision": document.revision, "number": "内财预〔2027〕999号", "title": "新标题"}
    assert officer.post(address, data).status_code == 302
    assert fresh(document).title == "新标题"
    assert set(document.lines.values_list("document_number", flat=True)) == {"内财预〔2027〕999号"}
    assert fresh(document).total == D("3.00")


# --- transfers and books


def test_a_transfer_shows_what_was_received_below(world):
    call_command("load_ledger_chart", verbosity=0)
    services.open_books(SYSTEM, world.tree.banner, 2027)
    pool = make_pool(world, "500.00", region=world.tree.league)
    elements = {"receiving_region": world.tree.banner}
    sent_ = post(draft(pool.region, DocumentKind.TRANSFER, [LineInput(D("80.00"), origin=pool, elements=elements)]))
    league = client_of("league_officer", world.tree.league)
    page = league.get(sent_.get_absolute_url(), {"tab": "received"})
    received = AuthorityDocument.objects.get(upper=sent_)
    assert received.get_absolute_url() in html.links(page)
    below = client_of("banner_officer", world.tree.banner)
    assert "80.00" in html.text(below.get(received.get_absolute_url()))
    assert below.get(sent_.get_absolute_url()).status_code == 404


def test_books_are_opened_brought_to_their_end_and_closed(world, officer):
    call_command("load_ledger_chart", verbosity=0)
    opened = officer.post(to("books_open"), {"year": "2027"})
    books = Books.objects.get(region=world.tree.banner)
    assert opened.url == to("book", books.pk)
    authority = make_authority(world, "100.00")
    page = officer.get(to("book_close", books.pk))
    assert page.context_data["obstacles"].left == 1
    assert officer.post(to("book_close", books.pk)).status_code == 422
    drawn = officer.post(to("book_write_off", books.pk))
    document = AuthorityDocument.objects.get(kind=DocumentKind.WRITE_OFF)
    assert drawn.url == document.get_absolute_url()
    assert document.state == DocumentState.DRAFT
    assert list(document.lines.values_list("origin", "amount")) == [(authority.pk, D("100.00"))]
    AuthorityDocument.objects.filter(pk=document.pk).update(number="9号", dated="2027-12-31", reason="年终")
    post(fresh(document))
    assert officer.post(to("book_write_off", books.pk)).status_code == 422  # nothing is left
    assert officer.post(to("book_close", books.pk)).status_code == 302
    books.refresh_from_db()
    assert books.state == BooksState.CLOSED
    assert officer.get(to("book_close", books.pk)).status_code == 403


def test_a_carry_over_without_next_years_codes_says_so(world, officer):
    make_authority(world, "100.00")
    books = Books.objects.get(region=world.tree.banner)
    response = officer.post(to("book_carry_over", books.pk))
    assert response.status_code == 422
    assert not AuthorityDocument.objects.filter(kind=DocumentKind.CARRY_OVER).exists()


def test_what_is_left_is_carried_over_into_the_classification_of_next_year(world, officer):
    authority = make_authority(world, "100.00")
    make_codes(2028)
    services.open_books(SYSTEM, world.tree.banner, 2028)
    books = Books.objects.get(region=world.tree.banner, year=2027)
    assert officer.post(to("book_carry_over", books.pk)).status_code == 302
    document = AuthorityDocument.objects.get(kind=DocumentKind.CARRY_OVER)
    line = document.lines.get()
    assert (line.origin_id, line.year_id, line.function.year_id) == (authority.pk, 2028, 2028)
    shown = officer.get(to("document_edit", document.pk)).context_data["view"].rows[0]
    kept = {cell.column.name: cell.value for cell in shown.cells}
    assert officer.post(to("document_edit", document.pk), sent(document, kept)).status_code == 302
    assert document.lines.get().year_id == 2028


def test_books_are_their_region_s_own(world):
    make_pool(world)
    books = Books.objects.get(region=world.tree.banner)
    for name in ("book_close", "book_carry_over", "book_write_off"):
        assert client_of("league_officer", world.tree.league).get(to(name, books.pk)).status_code == 403
        assert client_of("auditor", world.tree.banner).post(to(name, books.pk)).status_code == 403
        assert client_of("banner_officer", world.tree.neighbour).get(to(name, books.pk)).status_code == 404
    assert client_of("unit_clerk", world.unit).get(to("books_open")).status_code == 403


def test_a_unit_s_list_holds_its_own_documents(world, pool, clerk, officer):
    own = issue(world, pool, "100.00")
    finance = draft(pool.region, title="财政文件")
    data = {"kind": "reallocation", "year": "2027", "title": "本单位调剂", "unit": str(world.unit.pk)}
    clerk.post(to("document_new"), data)
    text = html.text(clerk.get(to("documents")))
    assert "本单位调剂" in text
    assert finance.title not in text
    both = html.text(officer.get(to("documents")))
    assert "本单位调剂" in both
    assert finance.title in both
    assert f"№ {own.pk}" in html.text(clerk.get(to("authorities")))
    # The finance office reads what a unit asks for and does not change it.
    asked = AuthorityDocument.objects.get(title="本单位调剂")
    assert officer.get(asked.get_absolute_url()).status_code == 200
    assert officer.get(to("document_edit", asked.pk)).status_code == 403


def test_a_unit_reads_what_hangs_on_its_document_and_no_more(world, pool, clerk):
    """Links on the page of a unit's document lead to pages that the unit may open."""
    own = issue(world, pool, "100.00")
    data = {"kind": "reallocation", "year": "2027", "title": "调剂", "unit": str(world.unit.pk)}
    clerk.post(to("document_new"), data)
    document = AuthorityDocument.objects.latest("pk")
    row = {"origin": str(own.pk), "function": "2010102", "amount": "40.00"}
    clerk.post(to("document_edit", document.pk), sent(document, row, number="单位〔2027〕3号"))
    AuthorityDocument.objects.filter(pk=document.pk).update(number="内财预〔2027〕3号", dated=date(2027, 3, 1))
    post(fresh(document))
    for tab in ("lines", "approval", "postings", "history"):
        page = clerk.get(document.get_absolute_url(), {"tab": tab})
        links = {link.partition("#")[0] for link in html.links(page) if link.startswith("/ledger/")}
        assert {clerk.get(link).status_code for link in links} == {200}


# --- two people at one document


def test_who_saves_second_sees_both_values_and_loses_nothing(world, pool, officer):
    document = draft(pool.region)
    row = {"origin": str(pool.pk), "unit": world.unit.code, "function": "2010101", "department_economic": "30201"}
    other = client_of("banner_officer", world.tree.banner)
    first = sent(document, row | {"amount": "100.00", "summary": "甲"}, title="甲的标题")
    mine = sent(
        document,
        row | {"amount": "100", "summary": "甲"},
        row | {"amount": "250.00", "summary": "乙", "function": "2010102"},
        title="乙的标题",
    )
    assert other.post(to("document_edit", document.pk), first).status_code == 302
    page = officer.post(to("document_edit", document.pk), mine)
    assert (page.status_code, fresh(document).title) == (422, "甲的标题")
    assert [(one.sent, one.stored) for one in page.context["meanwhile"] if "标题" in one.sent] == [
        ("乙的标题", "甲的标题")
    ]
    (line,) = [one for one in page.context["meanwhile"] if "标题" not in one.sent]
    assert ("250.00" in line.sent, line.stored) == (True, "")
    shown = html.text(page)
    assert "甲的标题" in shown
    assert "他人已保存" in shown
    assert page.context["form"]["revision"].value() == str(fresh(document).revision)
    again = mine | {"revision": page.context["form"]["revision"].value(), "title": "两人的标题"}
    assert officer.post(to("document_edit", document.pk), again).status_code == 302
    assert (fresh(document).title, fresh(document).total) == ("两人的标题", D("350.00"))


def test_a_third_save_in_between_is_refused_again(world, pool, officer):
    document = draft(pool.region)
    stale = sent(document, title="乙的标题")
    for title in ("一", "二"):
        other = client_of("banner_officer", world.tree.banner)
        given = sent(document, title=title) | {"revision": str(fresh(document).revision)}
        assert other.post(to("document_edit", document.pk), given).status_code == 302
        assert officer.post(to("document_edit", document.pk), stale).status_code == 422
        assert fresh(document).title == title
