"""Progress reports: once by their key, proved, giving values; returned ones keep theirs until another puts them right."""

import uuid
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from apps.accounts.tests.factories import client_of, make_actor
from apps.notices.models import Notice
from apps.performance.models import ProgressQuantity, ProgressReport, ProjectYear
from apps.performance.plausible import Doubtful
from apps.performance.selectors.progress import missing_months
from apps.performance.selectors.provenance import traced
from apps.performance.services import Written, collect_due, return_report, save_report, submit_report
from apps.performance.tests.collecting import DAY, clerk_of, midyear, proof, target_of
from apps.performance.tests.factories import make_year
from imbudget.kit.errors import NotAllowed, RuleViolation

__all__ = ["midyear"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("midyear")]
FINISHED = [
    ("quantity", "补播面积", "at_least", "2000", "亩", "50", "progress"),
    ("timeliness", "完成天数", "at_most", "180", "天", "40", "finished"),
]


def written(of: ProjectYear, day: date = DAY, percent: str = "60", area: str | None = "1200", **changes) -> Written:
    quantities = {target_of(of, content="补播面积").pk: Decimal(area)} if area else {}
    values = {"quantities": quantities, "uploads": [proof()] if area else []} | changes
    return Written(day, Decimal(percent), "完成补播和围栏", **values)


def filed(of: ProjectYear, *args, corrects: ProgressReport | None = None, **changes) -> ProgressReport:
    clerk = clerk_of(of)
    report = save_report(clerk, of, written(of, *args, **changes), client_key=uuid.uuid4(), corrects=corrects)
    submit_report(clerk, report)
    report.refresh_from_db()
    return report


def test_a_report_gives_values_that_say_where_they_are_from(world):
    of = make_year(world)
    report = filed(of)
    target = target_of(of, content="补播面积")
    value = target.latest
    assert (value.value, value.as_of, value.source) == (1200, DAY, "progress")
    [one] = traced(clerk_of(of), target)
    assert (one.origins[0].href, one.counts) == (report.get_absolute_url(), True)
    assert (report.state, report.number, report.region_id, report.league_id) == (
        "submitted",
        1,
        of.region_id,
        of.league_id,
    )


def test_a_report_filed_twice_is_one(world):
    of = make_year(world)
    clerk, key = clerk_of(of), uuid.uuid4()
    first = save_report(clerk, of, written(of), client_key=key)
    assert save_report(clerk, of, written(of, percent="61", uploads=[]), client_key=key) == first
    submit_report(clerk, first)
    submit_report(clerk, first)
    late = save_report(clerk, of, written(of, percent="99", uploads=[]), client_key=key)
    assert (late.pk, late.percent, ProgressReport.objects.count()) == (first.pk, 61, 1)
    assert target_of(of, content="补播面积").values.count() == 1


def test_quantities_are_proved_by_a_file_and_slips_are_asked_about(world):
    of = make_year(world)
    clerk = clerk_of(of)
    bare = save_report(clerk, of, written(of, uploads=[]), client_key=uuid.uuid4())
    with pytest.raises(RuleViolation, match="photograph"):
        submit_report(clerk, bare)
    far = save_report(clerk, of, written(of, area="120000"), client_key=uuid.uuid4())
    with pytest.raises(Doubtful, match="ten times"):
        submit_report(clerk, far)
    share = save_report(clerk, of, written(of, percent="0.6"), client_key=uuid.uuid4())
    with pytest.raises(Doubtful, match="or is 60 % meant"):
        submit_report(clerk, share)
    submit_report(clerk, far, confirmed=True)
    assert target_of(of, content="补播面积").latest.value == 120000


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"day": DAY + timedelta(days=1)}, "future"),
        ({"day": date(2026, 12, 1)}, "outside"),
        ({"area": "-5"}, "below zero"),
        ({"percent": "101"}, "100"),
        ({"started_on": DAY, "finished_on": DAY - timedelta(days=3)}, "before they began"),
        ({"quantities": {10**9: Decimal(1)}}, "takes no values"),
    ],
)
def test_what_cannot_be_is_refused(world, changes, message):
    of = make_year(world)
    with pytest.raises(RuleViolation, match=message):
        save_report(clerk_of(of), of, written(of, **changes), client_key=uuid.uuid4())
    assert not ProgressReport.objects.exists()


def test_progress_that_goes_back_is_refused(world):
    of = make_year(world)
    filed(of, DAY - timedelta(days=30), "70")
    with pytest.raises(RuleViolation, match="70.00 % already"):
        filed(of, DAY, "60")


def test_a_returned_report_keeps_its_values_until_another_puts_it_right(world):
    of = make_year(world)
    report, officer = filed(of), make_actor("banner_officer", of.region)
    with pytest.raises(NotAllowed):
        return_report(clerk_of(of), report, "面积与影像不符")
    with pytest.raises(RuleViolation, match="what is wrong"):
        return_report(officer, report, " ")
    return_report(officer, report, "面积与影像不符")
    target = target_of(of, content="补播面积")
    [one] = traced(officer, target)
    assert (one.counts, one.note) == (True, "returned: 面积与影像不符")
    assert Notice.objects.filter(kind="performance.report_returned", user=report.author).count() == 1
    with pytest.raises(RuleViolation, match="same day"):
        filed(of, DAY - timedelta(days=1), corrects=report)
    right = filed(of, DAY, "50", "1000", corrects=report)
    target.refresh_from_db()
    assert (target.latest.value, target.latest.subject_id) == (1000, str(right.pk))
    assert [(one.counts, one.note) for one in traced(officer, target)] == [
        (True, ""),
        (False, "returned, and put right by report 2"),
    ]
    with pytest.raises(RuleViolation, match="already"):
        filed(of, corrects=report)


def test_what_was_handed_in_is_kept(world):
    report = filed(make_year(world))
    for change in (
        lambda: ProgressQuantity.objects.update(value=1),
        lambda: ProgressQuantity.objects.all().delete(),
        lambda: ProgressReport.objects.update(percent=1),
        lambda: ProgressReport.objects.filter(pk=report.pk).delete(),
    ):
        with pytest.raises(DatabaseError, match="kept"), transaction.atomic():
            change()


def test_months_without_a_report_are_listed(world):
    of = make_year(world)
    assert missing_months(of) == [1, 2, 3, 4, 5, 6]
    filed(of, date(2027, 2, 28), "10", None)
    report = filed(of, date(2027, 5, 31), "50", None)
    assert missing_months(of) == [1, 3, 4, 6]
    return_report(make_actor("banner_officer", of.region), report, "缺影像")
    assert missing_months(of) == [1, 3, 4, 5, 6]


def test_timeliness_is_read_from_the_day_of_completion(world):
    of = make_year(world, FINISHED)
    filed(of, date(2027, 5, 31), "50", started_on=date(2027, 3, 1))
    collect_due()
    target = target_of(of, content="完成天数")
    assert target.latest.gap == "not_finished"
    filed(of, DAY, "100", finished_on=date(2027, 7, 8))
    collect_due()
    target.refresh_from_db()
    assert target.latest.value == 130


def test_others_file_nothing_and_see_nothing(world):
    of = make_year(world)
    report = filed(of)
    for actor in (make_actor("banner_officer", of.region), make_actor("unit_clerk", world.neighbour_unit)):
        with pytest.raises(NotAllowed):
            save_report(actor, of, written(of), client_key=uuid.uuid4())
    ProjectYear.objects.update(state="evaluated")
    with pytest.raises(NotAllowed, match="handed in"):
        save_report(clerk_of(of), of, written(of), client_key=uuid.uuid4())
    stranger = client_of("unit_clerk", world.neighbour_unit)
    assert stranger.get(report.get_absolute_url()).status_code == 404


def test_a_clerk_files_one_on_the_page(world, django_assert_max_num_queries):
    of = make_year(world)
    client = client_of("unit_clerk", of.unit)
    url = reverse("performance:progress_new", args=[of.pk])
    page = client.get(url).content.decode()
    assert "补播面积" in page
    target = target_of(of, content="补播面积")
    sent = {
        "as_of": DAY.isoformat(),
        "percent": "６０",
        "words": "完成补播",
        f"q{target.pk}": "1,200",
        "client_key": str(uuid.uuid4()),
    }
    refused = client.post(url, sent)
    assert (refused.status_code, "已存为草稿" in refused.content.decode()) == (422, True)
    assert client.post(url, sent | {"file": proof()}).status_code == 302
    report = ProgressReport.objects.get()
    assert (report.state, report.percent) == ("submitted", 60)
    with django_assert_max_num_queries(16):
        text = client.get(report.get_absolute_url()).content.decode()
    assert "1,200亩" in text
    with django_assert_max_num_queries(16):
        assert "№ 1" in client.get(f"{of.get_absolute_url()}?tab=progress").content.decode()
    with django_assert_max_num_queries(16):
        assert of.project.name in client.get(reverse("performance:progress_reports")).content.decode()


def test_the_office_returns_and_the_unit_corrects_on_the_pages(world):
    of = make_year(world)
    report = filed(of)
    office = client_of("banner_officer", of.region)
    returning = reverse("performance:progress_return", args=[report.pk])
    assert office.post(returning, {"reason": "面积不符"}).status_code == 302
    client = client_of("unit_clerk", of.unit)
    correct = reverse("performance:progress_correct", args=[report.pk])
    page = client.get(correct).content.decode()
    assert ('value="1,200"' in page, "面积不符" in page) == (True, True)
    sent = {"as_of": DAY.isoformat(), "percent": "50", "words": "更正", "client_key": str(uuid.uuid4()), "draft": "1"}
    assert client.post(correct, sent).status_code == 302
    draft = ProgressReport.objects.get(corrects=report)
    assert draft.state == "draft"
    edit = reverse("performance:progress_edit", args=[draft.pk])
    assert client.get(edit).status_code == 200
    ProgressReport.objects.filter(pk=draft.pk).update(percent="0.5")
    submit = reverse("performance:progress_submit", args=[draft.pk])
    assert 'name="confirmed"' in client.post(submit).content.decode()
    assert client.post(submit, {"confirmed": "on"}).status_code == 302
    assert client.get(edit).status_code == 403
