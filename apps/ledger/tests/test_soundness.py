"""What a document may not say: one refusal after the other, at handing in and again at posting."""

from decimal import Decimal

import pytest

from apps.codes.models import Catalog
from apps.codes.tests.factories import code_of, make_codes
from apps.ledger import services
from apps.ledger.models import AuthorityDocument, DocumentKind, Posting
from apps.ledger.services.lines import LineInput
from apps.ledger.services.soundness import refuse_unsound
from apps.ledger.tests.factories import (
    SYSTEM,
    broken,
    clerk_of,
    fresh,
    head,
    issue,
    make_document,
    make_pool,
    make_story,
    post,
)
from apps.projects.models import Project, ProjectState
from apps.projects.tests.factories import ProjectFactory
from imbudget.kit.errors import RuleViolation

D = Decimal
K = DocumentKind


@pytest.fixture
def pool(world):
    return make_pool(world, "1000.00")


@pytest.fixture
def authority(world, pool):
    return issue(world, pool, "300.00")


@pytest.fixture
def refused(world):
    """The words by which a document of the banner with these lines is refused."""

    def words(kind, *lines, **values):
        document = make_document(world.tree.banner, kind, list(lines), **values)
        with pytest.raises(RuleViolation) as refusal:
            post(document)
        with pytest.raises(RuleViolation, match="."):
            refuse_unsound(document)
        assert not Posting.objects.filter(document=document).exists()
        return str(refusal.value)

    return words


def elements(world, **values):
    return {"unit": world.unit, "function": world.codes.running, "department_economic": world.codes.office} | values


@pytest.mark.parametrize(
    ("kind", "missing", "words"),
    [
        (K.REVENUE, "number", "no number yet"),
        (K.REVENUE, "dated", "no date"),
        (K.REVENUE, "basis", "decision or document"),
        (K.ADJUSTMENT, "basis", "decision or document"),
        (K.CUT, "reason", "Give the reason"),
        (K.RECOVERY, "reason", "Give the reason"),
        (K.REALLOCATION, "reason", "Give the reason"),
        (K.WRITE_OFF, "reason", "Give the reason"),
    ],
)
def test_the_head_is_complete(refused, world, authority, kind, missing, words):
    line = LineInput(D(1), elements={"fund": world.codes.fund}) if kind in {K.REVENUE, K.ADJUSTMENT} else None
    line = line or LineInput(
        D(1), origin=authority, elements={} if kind == K.WRITE_OFF else {"function": world.codes.managing}
    )
    assert words in refused(kind, line, **{missing: None if missing == "dated" else ""})


def test_there_is_a_line_and_open_books(refused, world):
    assert "no line" in refused(K.REVENUE)
    line = LineInput(D(1), elements={"fund": world.codes.fund})
    assert "books of 2027 are not open" in refused(K.REVENUE, line)


@pytest.mark.parametrize(
    "kind",
    [kind for kind in K if kind not in {K.CUT, K.RECOVERY, K.REALLOCATION, K.WRITE_OFF, K.CARRY_OVER, K.ADJUSTMENT}],
)
def test_executable_authority_is_moved_by_few_kinds_only(refused, authority, kind):
    assert "does not move authority this way" in refused(kind, LineInput(D(1), origin=authority))


def test_revenue_comes_from_nowhere_and_units_are_not_given_money_out_of_nothing(refused, world, pool):
    assert "this way" in refused(K.REVENUE, LineInput(D(1), origin=pool))
    made = LineInput(D(1), elements=elements(world, fund=world.codes.fund))
    for kind in (K.SUPPLEMENT, K.ALLOCATION, K.REALLOCATION):
        assert "this way" in refused(kind, made)


def test_the_revenue_of_a_year_is_approved_once(refused, world, pool):
    approved = LineInput(D(1), elements=elements(world, fund=world.codes.fund))
    assert "rests on" in refused(K.APPROVAL, approved, basis="")
    post(make_document(world.tree.banner, K.APPROVAL, [approved]))
    assert "approval already" in refused(K.APPROVAL, approved)
    post(make_document(world.tree.banner, K.APPROVAL, [LineInput(D(1), origin=pool, elements=elements(world))]))


def test_money_does_not_come_back_to_where_it_is_taken_from(refused, authority, pool):
    assert "would come back" in refused(K.REALLOCATION, LineInput(D(1), origin=authority, target=authority))
    assert "would come back" in refused(K.ALLOCATION, LineInput(D(1), origin=pool, target=pool))


def test_other_regions_and_other_units_money_is_left_alone(refused, world, pool):
    theirs = make_pool(world, "100.00", world.tree.neighbour)
    assert "belongs to another region" in refused(K.APPROVAL, LineInput(D(1), origin=theirs, elements=elements(world)))
    assert "belongs to another region" in refused(K.ALLOCATION, LineInput(D(1), origin=pool, target=theirs))
    foreign = elements(world, unit=world.neighbour_unit)
    assert "belongs to another region" in refused(K.APPROVAL, LineInput(D(1), origin=pool, elements=foreign))


def test_money_of_another_year_is_left_alone(refused, world, authority):
    make_codes(2028)
    services.open_books(SYSTEM, world.tree.banner, 2028)
    assert "another year" in refused(
        K.REALLOCATION, LineInput(D(1), origin=authority, elements={"function": world.codes.managing}), year=2028
    )


def test_what_is_carried_over_goes_to_the_same_unit_in_the_next_year(refused, world, pool, authority):
    for year in (2028, 2029):
        make_codes(year)
        services.open_books(SYSTEM, world.tree.banner, year)
    neighbour = {"unit": issue(world, pool, "10.00").unit, "project_code": "150102273000000000001"}
    assert "this way" in refused(K.CARRY_OVER, LineInput(D(1), origin=authority, elements=neighbour))
    assert "this way" in refused(K.CARRY_OVER, LineInput(D(1), origin=authority, target=issue(world, pool, "5.00")))
    first = post(make_document(world.tree.banner, K.CARRY_OVER, [LineInput(D(10), origin=authority)])).authorities.get()
    again = post(
        make_document(world.tree.banner, K.CARRY_OVER, [LineInput(D(5), origin=first)], year=2028)
    ).authorities.get()
    assert "another year" in refused(K.CARRY_OVER, LineInput(D(1), origin=fresh(authority), target=fresh(again)))
    post(
        make_document(world.tree.banner, K.CARRY_OVER, [LineInput(D(7), origin=fresh(authority), target=fresh(first))])
    )
    assert broken() == set()


def test_the_fund_type_stays(refused, world, authority):
    other = code_of(Catalog.FUND, "11")
    assert "fund type stays" in refused(K.REALLOCATION, LineInput(D(1), origin=authority, elements={"fund": other}))


def test_codes_are_leaves_of_the_year_and_fit_the_unit(refused, world, pool):
    inner = code_of(Catalog.FUNCTION, "20101")
    next_year = make_codes(2028).running
    for function in (inner, next_year):
        assert "no code of the last level" in refused(
            K.APPROVAL, LineInput(D(1), origin=pool, elements=elements(world, function=function))
        )
    unused = elements(world, department_economic=world.codes.unused)
    assert "not used by a unit of this nature" in refused(K.APPROVAL, LineInput(D(1), origin=pool, elements=unused))
    assert "names the unit and the function" in refused(
        K.APPROVAL, LineInput(D(1), origin=pool, elements={"unit": world.unit})
    )


def test_no_more_is_taken_than_is_left(refused, world, pool, authority):
    assert "Only 700.00 is left" in refused(K.APPROVAL, LineInput(D("700.01"), origin=pool, elements=elements(world)))
    halves = [LineInput(D(400), origin=pool, elements=elements(world)) for _time in range(2)]
    assert "takes 800.00" in refused(K.APPROVAL, *halves)
    services.reserve(SYSTEM, authority, D("250.00"), "held")
    assert "Only 50.00 is left" in refused(K.CUT, LineInput(D("50.01"), origin=fresh(authority)))


def test_a_line_is_issued_as_a_whole_and_once(refused, world, pool):
    pending = post(
        make_document(world.tree.banner, K.ALLOCATION, [LineInput(D(100), origin=pool, elements=elements(world))])
    ).authorities.get()
    whole = LineInput(D(100), origin=pending, target=pending)
    assert "issued as a whole: 100.00" in refused(K.ISSUE, LineInput(D(99), origin=pending, target=pending))
    assert "issued as a whole: 100.00" in refused(K.ISSUE, whole, whole)
    assert "issued as a whole: 100.00" in refused(K.ISSUE, whole, LineInput(D(1), origin=pending, state="executable"))
    post(make_document(world.tree.banner, K.ISSUE, [LineInput(D(40), origin=pending, state="executable")]))
    assert "issued as a whole: 60.00" in refused(
        K.ISSUE, LineInput(D(100), origin=fresh(pending), target=fresh(pending))
    )
    assert broken() == set()


def test_a_transfer_goes_right_below(refused, world, pool):
    for receiver in (world.tree.neighbour, world.tree.league, None):
        assert "region right below" in refused(
            K.TRANSFER, LineInput(D(1), origin=pool, elements={"receiving_region": receiver})
        )


@pytest.fixture
def project(world):
    made = ProjectFactory(unit=world.unit, stored=True)
    Project.objects.filter(pk=made.pk).update(total=D("500.00"), reviewed=D("400.00"))
    made.refresh_from_db()
    return made


def test_a_project_gets_what_was_reviewed_and_no_more(refused, world, pool, project):
    of_project = elements(world, project=project)
    assert "may get 400.00 more, not 400.01" in refused(
        K.APPROVAL, LineInput(D("400.01"), origin=pool, elements=of_project)
    )
    made = issue(world, pool, "300.00", project=project)
    assert made.project_code == project.code
    for kind in (K.APPROVAL, K.SUPPLEMENT):
        assert "may get 100.00 more" in refused(kind, LineInput(D("100.01"), origin=fresh(pool), elements=of_project))
    assert "may get 100.00 more" in refused(K.SUPPLEMENT, LineInput(D("100.01"), origin=fresh(pool), target=made))
    other = issue(world, fresh(pool), "200.00")
    assert "may get 100.00 more" in refused(K.REALLOCATION, LineInput(D("100.01"), origin=other, target=made))
    post(
        make_document(
            world.tree.banner,
            K.REALLOCATION,
            [LineInput(D(300), origin=made, elements={"function": world.codes.managing})],
        )
    )
    assert broken() == set()


def test_nor_by_way_of_pending_authority(refused, world, pool, project):
    of_project = elements(world, project=project)
    pending = post(
        make_document(world.tree.banner, K.ALLOCATION, [LineInput(D(500), origin=pool, elements=of_project)])
    ).authorities.get()
    assert "may get 400.00 more" in refused(K.ISSUE, LineInput(D(500), origin=pending, target=pending))
    assert "may get 400.00 more" in refused(K.ISSUE, LineInput(D(401), origin=pending, state="executable"))
    post(make_document(world.tree.banner, K.ISSUE, [LineInput(D(400), origin=pending, state="executable")]))
    assert broken() == set()


@pytest.mark.parametrize("change", [{"state": ProjectState.FINANCE_REVIEW}, {"start_year": 2028, "end_year": 2029}])
def test_only_a_project_in_the_store_within_its_term_gets_money(refused, world, pool, project, change):
    Project.objects.filter(pk=project.pk).update(**change)
    assert "is not in the store for 2027" in refused(
        K.APPROVAL, LineInput(D(1), origin=pool, elements=elements(world, project=project))
    )


def test_a_unit_moves_its_own_authority_only(world, pool, authority):
    other = issue(world, fresh(pool), "50.00")
    stranger = clerk_of(world.neighbour_unit)
    document = services.draw_up(stranger, world.tree.banner, 2027, K.REALLOCATION, head(), world.neighbour_unit.pk)
    services.save_document(stranger, document, document.revision, {}, [LineInput(D(1), origin=authority, target=other)])
    with pytest.raises(RuleViolation, match="a unit moves its own authority only"):
        refuse_unsound(document)


def test_many_errors_are_told_as_a_few(refused, authority):
    words = refused(K.REVENUE, *[LineInput(D(1), origin=authority) for _number in range(8)])
    assert words.count("this way") == 5
    assert "and 3 more" in words


@pytest.mark.parametrize("amount", ["0", "-1", "0.001", "NaN", "Infinity", "1e30"])
def test_odd_amounts_are_refused(world, pool, amount):
    with pytest.raises(RuleViolation):
        make_document(world.tree.banner, K.REVENUE, [LineInput(D(amount), elements={"fund": world.codes.fund})])
    assert AuthorityDocument.objects.filter(total=0, state="draft").count() == 1


def test_a_number_stands_once_in_a_year(world, pool):
    with pytest.raises(RuleViolation, match="a document with this number already"):
        make_document(world.tree.banner, K.REVENUE, [], number=pool.document.number)


def test_what_was_right_when_handed_in_is_looked_at_again_when_posted(world, pool):
    document = make_document(world.tree.banner, K.APPROVAL, [LineInput(D(800), origin=pool, elements=elements(world))])
    refuse_unsound(document)
    issue(world, pool, "300.00")
    with pytest.raises(RuleViolation, match="Only 700.00 is left"):
        post(document)


def test_nobody_saves_over_what_another_saved(world, pool):
    document = make_document(world.tree.banner, K.APPROVAL, [])
    services.save_document(SYSTEM, document, document.revision, {"title": "甲"}, [])
    with pytest.raises(RuleViolation, match="Someone else saved"):
        services.save_document(SYSTEM, AuthorityDocument.objects.get(pk=document.pk), 1, {"title": "乙"}, [])


def test_closed_books_take_no_document(world):
    story = make_story(world)
    document = make_document(
        world.tree.banner, K.APPROVAL, [LineInput(D(1), origin=fresh(story.received), elements=elements(world))]
    )
    with pytest.raises(RuleViolation, match="books of 2027 are not open"):
        post(document)
