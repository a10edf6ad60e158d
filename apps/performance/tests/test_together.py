"""Acts on very many at once: forms accepted and sent back, evaluations signed; each judged alone, all in a few statements."""

from decimal import Decimal
from functools import partial

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.actors import actor_of
from apps.accounts.models import Post
from apps.accounts.tests.factories import make_actor, make_post, sign_in
from apps.evidence.models import Entry
from apps.lowcode.models import CaseEvent, Task
from apps.lowcode.panels import missing_post
from apps.lowcode.services.deadlines import renew_holders
from apps.lowcode.services.many import start_many
from apps.notices.models import Notice
from apps.performance import services
from apps.performance.models import Evaluation, MonitoringForm, ProjectYear, ResultUse
from apps.performance.services.evaluations import SUBJECT
from apps.performance.tests.evaluating import Office
from apps.performance.tests.factories import make_year
from imbudget.kit.errors import NotAllowed, RuleViolation
from imbudget.kit.testing import html

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def office(world):
    return Office(world)


def forms_of(office, count, month=6):
    """Forms that the unit has handed in, of as many projects."""
    while ProjectYear.objects.count() < count:
        make_year(office.world)
    services.issue_call(office.officer, office.of.region, office.year, month, office.after(month))
    rows = MonitoringForm.objects.filter(month=month)
    rows.update(state="submitted", author=office.clerk.user_id)
    return list(rows.order_by("pk"))


def evaluations_of(office, count):
    """Self-evaluations on their way, of as many projects that have none yet."""
    for _number in range(count - ProjectYear.objects.filter(state="running").count()):
        make_year(office.world)
    services.open_evaluations(office.officer, office.of.region, office.year, office.due)
    rows = Evaluation.objects.filter(state="draft")
    keys = list(rows.values_list("pk", flat=True))
    ProjectYear.objects.filter(evaluations__in=keys).update(state="evaluated")
    values = {"score": D(70), "computed": D(72), "grade": "fair", "author": office.clerk.user_id}
    rows.update(state="submitted", **values)
    found = list(Evaluation.objects.filter(pk__in=keys).select_related("of__project", "region", "unit").order_by("pk"))
    start_many(office.clerk, SUBJECT, found)
    return found


def queries(act):
    with CaptureQueriesContext(connection) as caught:
        assert act() == {}
    return len(caught)


def test_forms_are_accepted_in_as_many_statements_as_two(office):
    services.accept_forms(office.officer, forms_of(office, 1))  # the first call fills caches of the process
    two = forms_of(office, 2, 7)
    few = queries(lambda: services.accept_forms(office.officer, two))
    many = forms_of(office, 8, 8)
    assert queries(lambda: services.accept_forms(office.officer, many)) == few
    assert set(MonitoringForm.objects.values_list("state", "looked_by")) == {("accepted", office.officer.user_id)}
    entries = Entry.objects.filter(event="performance.form_accepted")
    assert {str(form.pk) for form in many} <= set(entries.values_list("subject_id", flat=True))
    assert entries.count() == MonitoringForm.objects.count()
    assert entries.filter(region_code=office.of.region.code).count() == entries.count()


def test_those_that_may_not_be_looked_at_are_said_and_the_rest_is_done(office):
    first, second, own, strange = forms_of(office, 4)
    MonitoringForm.objects.filter(pk=second.pk).update(state="open")
    MonitoringForm.objects.filter(pk=own.pk).update(author=office.officer.user_id)
    MonitoringForm.objects.filter(pk=strange.pk).update(region=office.world.neighbour_unit.region_id)
    refused = services.accept_forms(office.officer, [first, second, own, strange])
    assert "not handed this form in yet" in refused.pop(second.pk)
    assert "Who handed a form in" in refused.pop(own.pk)
    assert "in your sight" in refused.pop(strange.pk)
    assert refused == {}
    assert set(MonitoringForm.objects.filter(state="accepted")) == {first}
    with pytest.raises(NotAllowed, match="Who handed a form in"):
        services.accept_form(office.officer, MonitoringForm.objects.select_related("of").get(pk=own.pk))
    for actor in (office.clerk, office.leader, make_actor("banner_officer", office.world.neighbour_unit.region)):
        assert set(services.accept_forms(actor, [own])) == {own.pk}


def test_forms_are_sent_back_together_and_their_units_told(office):
    forms = forms_of(office, 3)
    with pytest.raises(RuleViolation, match="what is to be changed"):
        services.return_forms(office.officer, forms, "")
    few = queries(lambda: services.return_forms(office.officer, forms[:1], "请补充"))
    assert queries(lambda: services.return_forms(office.officer, forms[1:], "请补充佐证")) == few
    assert set(MonitoringForm.objects.values_list("state", "return_reason")) == {
        ("returned", "请补充"),
        ("returned", "请补充佐证"),
    }
    told = Notice.objects.filter(kind="performance.form_returned")
    assert set(told.values_list("user", flat=True)) == {office.clerk.user_id, office.head.user_id}
    assert set(told.values_list("url", flat=True)) == {form.get_absolute_url() for form in forms}
    entry = Entry.objects.filter(event="performance.form_returned", subject_id=str(forms[2].pk)).get()
    assert entry.facts == {"reason": "请补充佐证"}


def test_evaluations_are_signed_in_as_many_statements_as_two(office):
    evaluations_of(office, 1)
    services.sign_evaluations(office.head, Evaluation.objects.all())
    for person in (office.reviewer, office.officer):
        assert services.sign_evaluations(person, Evaluation.objects.all()) == {}
    two = signing_of(office, evaluations_of(office, 2))
    assert signing_of(office, evaluations_of(office, 8)) == two
    assert set(Evaluation.objects.values_list("state", flat=True)) == {"approved"}
    assert set(ProjectYear.objects.values_list("score", "self_score", "grade")) == {(D(70), D(72), "fair")}
    uses = ResultUse.objects.values_list("computed", "percent", "base", "state")
    assert uses.count() == 11
    assert {use[:2] + use[3:] for use in uses} == {("cut", 10, "suggested")}
    for event in ("performance.evaluation_approved", "lowcode.completed"):
        assert Entry.objects.filter(event=event).count() == 11, event


def signing_of(office, rows):
    """Statements of each of the three signatures, in the order of the steps."""
    people = (office.head, office.reviewer, office.officer)
    return [queries(partial(services.sign_evaluations, person, rows)) for person in people]


def test_each_signature_is_judged_alone(office):
    first, second, third = evaluations_of(office, 3)
    assert set(services.sign_evaluations(office.reviewer, [first])) == {first.pk}  # not its turn
    assert set(services.sign_evaluations(office.clerk, [first, second])) == {first.pk, second.pk}  # their own
    assert services.sign_evaluations(office.head, [first, second]) == {}
    again = services.sign_evaluations(office.head, [first, third])
    assert again == {first.pk: "It does not wait for you."}
    stranger = make_actor("unit_head", office.world.neighbour_unit)
    assert set(services.sign_evaluations(stranger, [first])) == {first.pk}
    # Who has signed as the unit's head signs nowhere else, in another post of theirs either.
    post = make_post("department_reviewer", office.of.department)
    Post.objects.filter(pk=post.pk).update(user=office.head.user_id)
    twice = actor_of(Post.objects.with_nodes().select_related("user").get(pk=post.pk))
    assert set(services.sign_evaluations(twice, [first, second])) == {first.pk, second.pk}
    assert not Evaluation.objects.filter(state="approved").exists()


def test_one_that_was_moved_on_meanwhile_is_refused_and_the_others_are_signed(office):
    first, second = evaluations_of(office, 2)
    for person in (office.head, office.reviewer):
        assert services.sign_evaluations(person, [first, second]) == {}
    Evaluation.objects.filter(pk=first.pk).update(state="draft")
    refused = services.sign_evaluations(office.officer, [first, second])
    assert set(refused) == {first.pk}
    second.refresh_from_db()
    assert second.state == "approved"
    assert Task.objects.filter(case__document_id=first.pk, state="open").exists()


def said(answer):
    """The messages at the head of a page."""
    return [str(message) for message in answer.context["messages"]]


def test_the_lists_ask_once_do_all_and_say_what_was_refused(office):
    forms = forms_of(office, 14)
    page = reverse("performance:forms")
    officer = sign_in(Client(), Post.objects.get(pk=office.officer.post_id).user)
    assert officer.get(page).context["bulk_all"]
    asked = officer.post(page, {"act": "accept", "all": "1"})
    assert (asked.context["count"], asked.context["capped"]) == (14, False)
    sent = {"act": "accept", "rows": asked.context["keys"], "sure": "1"}
    (told,) = said(officer.post(page, sent, follow=True))
    assert "14" in told
    assert set(MonitoringForm.objects.values_list("state", flat=True)) == {"accepted"}
    again = officer.post(page, sent)
    assert (again.context["done"], len(again.context["refused"])) == (0, 14)
    assert all(reason in html.text(again) for _row, reason in again.context["refused"])
    assert len(said(officer.post(page, {"act": "accept", "all": "1"}, follow=True))) == 1  # nothing waits for that
    MonitoringForm.objects.update(state="submitted")
    sent = {"act": "return", "row": [form.pk for form in forms[:3]], "sure": "1"}
    assert officer.post(page, sent).context["form"].errors
    (told,) = said(officer.post(page, sent | {"reason": "请补充"}, follow=True))
    assert "3" in told
    assert MonitoringForm.objects.filter(state="returned", return_reason="请补充").count() == 3
    clerk = sign_in(Client(), Post.objects.get(pk=office.clerk.post_id).user)
    assert clerk.post(page, {"act": "accept", "all": "1"}).status_code == 405


def test_evaluations_are_signed_from_their_list(office):
    evaluations_of(office, 3)
    head = sign_in(Client(), Post.objects.get(pk=office.head.post_id).user)
    page = reverse("performance:evaluations")
    asked = head.post(page, {"act": "sign", "all": "1"})
    sent = {"act": "sign", "rows": asked.context["keys"], "sure": "1", "opinion": "同意"}
    (told,) = said(head.post(page, sent, follow=True))
    assert "3" in told
    assert set(Task.objects.filter(user=office.head.user_id).values_list("state", flat=True)) == {"done"}
    assert set(CaseEvent.objects.filter(kind="approved").values_list("data__opinion", flat=True)) == {"同意"}
    (nothing,) = said(head.post(page, {"act": "sign", "all": "1"}, follow=True))
    assert nothing != told


def finance_evaluation(office, officer):
    """One of the finance office that the officer has filled in and handed in."""
    evaluation = office.evaluation("finance")
    lines = evaluation.lines.all()
    rows = {line.pk: {"ticks": [1], "reason": "佐证不足"} if line.item_id else {"reason": "见自评"} for line in lines}
    services.save_evaluation(officer, evaluation, evaluation.revision, {"actual_goal": "见自评"}, rows)
    services.submit_evaluation(officer, evaluation)
    return evaluation


def signed_by(evaluation):
    """Users whose signatures its present round has, in their order."""
    rows = CaseEvent.objects.filter(case__document_id=evaluation.pk, kind="approved").order_by("seq")
    return list(rows.values_list("user", flat=True))


def test_where_nobody_but_the_maker_holds_the_post_the_leader_signs(office):
    office.reach()
    evaluation = finance_evaluation(office, office.officer)
    assert services.sign_evaluations(office.officer, [evaluation]) == {evaluation.pk: "It does not wait for you."}
    office.sign(evaluation)
    assert (evaluation.state, signed_by(evaluation)) == ("approved", [office.leader.user_id])


def test_with_a_colleague_both_sign(office):
    office.reach()
    other = make_actor("banner_officer", office.of.region)
    evaluation = finance_evaluation(office, office.officer)
    office.sign(evaluation)
    assert signed_by(evaluation) == [other.user_id, office.leader.user_id]


def test_a_colleague_who_has_filled_it_in_too_is_none(office):
    office.reach()
    other = make_actor("banner_officer", office.of.region)
    evaluation = office.evaluation("finance")
    office.explain(evaluation, other)
    rows = {line.pk: {"ticks": [1], "reason": "佐证不足"} for line in evaluation.lines.filter(item__isnull=False)}
    services.save_evaluation(other, evaluation, evaluation.revision, {}, rows)
    services.submit_evaluation(office.officer, evaluation)
    office.sign(evaluation)
    assert signed_by(evaluation) == [office.leader.user_id]


def test_an_officer_alone_reads_who_is_missing_and_it_goes_on_once_there_is_somebody(office):
    office.reach()
    Post.objects.filter(pk=office.leader.post_id).delete()
    evaluation = finance_evaluation(office, office.officer)
    assert not Task.objects.filter(case__document_id=evaluation.pk).exists()
    words = missing_post(SUBJECT, evaluation)
    assert "finance leader" in words
    assert "新城区" in words
    assert "system administrator" in words
    assert Notice.objects.filter(user=office.officer.user_id, kind="lowcode.nobody").exists()
    page = sign_in(Client(), Post.objects.get(pk=office.officer.post_id).user)
    shown = html.text(page.get(f"{evaluation.get_absolute_url()}?tab=approval"))
    assert "新城区" in shown
    leader = make_actor("finance_leader", office.of.region)
    renew_holders()
    assert services.sign_evaluations(leader, [evaluation]) == {}
    evaluation.refresh_from_db()
    assert (evaluation.state, missing_post(SUBJECT, evaluation)) == ("approved", "")
