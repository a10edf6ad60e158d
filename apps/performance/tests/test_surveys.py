"""Surveys: opened for forms that ask for nobody, answered once a device, spam set aside and shown, closed by themselves."""

import time
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from apps.accounts.tests.factories import client_of, make_actor
from apps.evidence.models import Entry
from apps.lowcode.schema.parse import parse_form
from apps.lowcode.services.answers import BadAnswers
from apps.notices.models import Notice
from apps.performance import days
from apps.performance.forms.surveys import PublicSurveyForm
from apps.performance.models import Survey, SurveyAnswer
from apps.performance.selectors.surveys import standing_of
from apps.performance.services import close_due, close_survey, collect_due, open_survey
from apps.performance.services.surveys import CROWDED, MOST_AN_HOUR, digest_of
from apps.performance.surveying import distribution, satisfaction
from apps.performance.tests.collecting import DAY, clerk_of, midyear, target_of
from apps.performance.tests.factories import make_year
from apps.performance.tests.surveys import CONTENT, load_form, make_survey, plan_of, send
from imbudget.kit.errors import NotAllowed, RuleViolation
from imbudget.kit.proofs import new_challenge
from imbudget.kit.testing.proofs import solved

__all__ = ["midyear"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("midyear")]
PHONE = {"key": "phone", "type": "phone", "label": {"zh": "电话", "mn": ""}}
ONLY_TEXT = {"key": "advice", "type": "longtext", "label": {"zh": "意见", "mn": ""}}


def words(text: str) -> dict[str, str]:
    return {"zh": text, "mn": ""}


def test_scores_and_points_make_one_scale():
    fields = [
        {"key": "a", "type": "score", "label": words("服务"), "max": "5", "weight": "1"},
        {"key": "b", "type": "choice", "label": words("总体"),
         "choices": [{"value": "100", **words("满意")}, {"value": "0", **words("不满意")}]},
        {"key": "c", "type": "choice", "label": words("您是"),
         "choices": [{"value": "herder", **words("牧民")}, {"value": "1000", **words("其他")}]},
    ]  # fmt: skip
    schema = parse_form({"format": 1, "fields": fields})
    assert satisfaction(schema, {"a": "4", "b": "100", "c": "herder"}) == 90
    assert satisfaction(schema, {"b": "0"}) == 0
    assert satisfaction(schema, {"c": "1000"}) is None
    asked = distribution(schema, [{"a": "4", "b": "100"}, {"a": "1", "b": "100"}, {"b": "0", "c": "herder"}])
    assert [(one.answered, one.mean) for one in asked] == [(2, 50), (3, Decimal("66.67")), (1, None)]
    assert asked[1].counts == [("满意", 2), ("不满意", 1)]


@pytest.mark.parametrize(
    ("fields", "message"), [([PHONE], "no persons"), ([ONLY_TEXT], "how content")], ids=["persons", "no satisfaction"]
)
def test_forms_that_do_not_fit_are_refused(world, fields, message):
    of = make_year(world)
    version = load_form(of.region.get_root(), fields=fields)
    with pytest.raises(RuleViolation, match=message):
        open_survey(clerk_of(of), target_of(of, kind="satisfaction"), plan_of(version))


def test_only_the_unit_opens_one_and_one_at_a_time(world):
    of = make_year(world)
    survey = make_survey(of)
    target = target_of(of, kind="satisfaction")
    for actor in (make_actor("banner_officer", of.region), make_actor("unit_clerk", world.neighbour_unit)):
        with pytest.raises(NotAllowed):
            open_survey(actor, target, plan_of(survey.version))
    with pytest.raises(RuleViolation, match="open for this target already"):
        open_survey(clerk_of(of), target, plan_of(survey.version))
    with pytest.raises(RuleViolation, match="last day"):
        open_survey(clerk_of(of), target, plan_of(survey.version, closes_on=DAY - timedelta(days=1)))


def test_one_answer_from_a_device_and_none_outside_of_its_days(world, monkeypatch):
    survey = make_survey(make_year(world))
    send(survey, device="same")
    with pytest.raises(RuleViolation, match="already"):
        send(survey, device="same")
    with pytest.raises(BadAnswers):
        send(survey, {"overall": "101"})
    monkeypatch.setattr(days, "today", lambda: survey.closes_on + timedelta(days=1))
    with pytest.raises(RuleViolation, match="no answers today"):
        send(survey)
    assert SurveyAnswer.objects.count() == 1


def test_spam_is_set_aside_counted_and_shown_and_moves_nothing(world):
    survey = make_survey(make_year(world))
    send(survey, {"overall": "100", "quality": "100"})
    send(survey, {"overall": "60", "quality": "60"})
    fast = send(survey, {"overall": "0", "quality": "0"}, seconds=2)
    text = {"overall": "0", "quality": "0", "advice": "这个项目完全没有效果，请立即停止"}
    first, copied = send(survey, text), send(survey, text | {"overall": "30"})
    alike = [send(survey, CONTENT, address="10.1.1.1") for _number in range(2)]
    assert [one.flag for one in (fast, first, copied, *alike)] == ["fast", "", "repeated", "", "repeated"]
    standing = standing_of(survey)
    assert (standing.counted, standing.excluded, standing.score) == (4, 3, Decimal("62.50"))
    close_survey(clerk_of(survey.target.of), survey)
    survey.refresh_from_db()
    assert (survey.score, survey.counted, survey.excluded) == (Decimal("62.50"), 4, 3)


def test_many_from_one_address_are_set_aside_then_refused(world, monkeypatch):
    survey = make_survey(make_year(world))
    monkeypatch.setattr("apps.performance.services.surveys.CROWDED", 2)
    monkeypatch.setattr("apps.performance.services.surveys.MOST_AN_HOUR", 4)
    each = [{"overall": value} | {"quality": "80"} for value in ("100", "80", "60", "30")]
    assert [send(survey, one, address="10.1.1.1").flag for one in each] == ["", "", "crowded", "crowded"]
    with pytest.raises(RuleViolation, match="Too many"):
        send(survey, address="10.1.1.1")
    assert CROWDED < MOST_AN_HOUR


def test_it_closes_by_itself_and_its_result_is_a_value(world, monkeypatch):
    of = make_year(world)
    survey = make_survey(of)
    send(survey)
    send(survey, {"overall": "60", "quality": "60"})
    assert close_due() == 0
    monkeypatch.setattr(days, "today", lambda: survey.closes_on + timedelta(days=1))
    assert (close_due(), close_due()) == (1, 0)
    survey.refresh_from_db()
    target = target_of(of, kind="satisfaction")
    assert (survey.state, survey.score, survey.result) == ("closed", 75, target.latest)
    assert (target.latest.value, target.latest.source, target.latest.subject_id) == (75, "survey", str(survey.pk))
    assert target.values.count() == 1
    collect_due()
    assert target.values.count() == 1  # the source says what is known
    assert Notice.objects.filter(kind="performance.survey_closed", user=survey.author).count() == 1


def test_too_few_answers_are_a_gap_and_no_score(world):
    of = make_year(world)
    survey = make_survey(of, minimum=3)
    send(survey)
    send(survey)
    close_survey(clerk_of(of), survey)
    target = target_of(of, kind="satisfaction")
    survey.refresh_from_db()
    assert (survey.score, survey.counted) == (None, 2)
    assert (target.latest.value, target.latest.gap) == (None, "few_answers")
    assert "fewer answers" in target.latest.said


def test_answers_are_kept_and_say_nothing_about_anybody(world):
    survey = make_survey(make_year(world))
    made = send(survey, device="cookie", address="10.20.30.40")
    assert not any(text in f"{made.device} {made.place} {made.likeness}" for text in ("cookie", "10.20.30.40"))
    other = Survey(code="other")
    assert digest_of(other, "cookie") != made.device
    with pytest.raises(DatabaseError, match="kept"), transaction.atomic():
        SurveyAnswer.objects.update(flag="")


def public_url(survey: Survey, language: str = "zh-hans") -> str:
    return reverse("surveys:answer", args=[language, survey.code])


def filled(survey: Survey, monkeypatch, seconds: int = 60, **values) -> dict[str, str]:
    """What a phone sends after so many seconds."""
    begun = PublicSurveyForm(survey=survey).now()
    now = time.time()
    monkeypatch.setattr("apps.performance.forms.surveys.time.time", lambda: now + seconds)
    return {"a-overall": "100", "a-quality": "80", "begun": begun, "altcha": solved(new_challenge())} | values


def test_anybody_answers_without_signing_in(world, monkeypatch):
    survey = make_survey(make_year(world))
    client = Client()
    page = client.get(public_url(survey))
    assert (page.status_code, page["Content-Language"], page["Cache-Control"]) == (200, "zh-Hans-CN", "no-store")
    assert "sessionid" not in page.cookies
    assert page.cookies["survey"]["httponly"]
    assert survey.title in page.content.decode()
    done = client.post(public_url(survey), filled(survey, monkeypatch))
    assert (done.status_code, SurveyAnswer.objects.get().flag) == (200, "")
    again = client.post(public_url(survey), filled(survey, monkeypatch))
    assert (again.status_code, SurveyAnswer.objects.count()) == (422, 1)
    assert Entry.objects.filter(event="performance.survey_answered").count() == 1


@pytest.mark.parametrize(
    ("change", "status"),
    [({"altcha": ""}, 422), ({"begun": "x"}, 422), ({"a-overall": "77"}, 422), ({"a-advice": "长" * 70000}, 413)],
    ids=["no work", "forged time", "no such choice", "too large"],
)
def test_hostile_forms_are_refused_and_come_back(world, monkeypatch, change, status):
    survey = make_survey(make_year(world))
    client = Client()
    client.get(public_url(survey))
    assert client.post(public_url(survey), filled(survey, monkeypatch) | change).status_code == status
    assert not SurveyAnswer.objects.exists()


def test_a_browser_without_cookies_and_one_without_the_token_are_refused(world, monkeypatch):
    survey = make_survey(make_year(world))
    assert Client().post(public_url(survey), filled(survey, monkeypatch)).status_code == 422
    assert Client(enforce_csrf_checks=True).post(public_url(survey), filled(survey, monkeypatch)).status_code == 403
    assert Client().get(reverse("surveys:answer", args=["zh-hans", "nothere"])).status_code == 404
    assert Client().get(reverse("surveys:answer", args=["en", survey.code])).status_code == 404


def test_the_page_shows_what_counts_and_what_was_set_aside(world, django_assert_max_num_queries):
    survey = make_survey(make_year(world))
    for seconds in (60, 60, 2):
        send(survey, seconds=seconds)
    client = client_of("unit_clerk", survey.target.of.unit)
    with django_assert_max_num_queries(16):
        text = client.get(survey.get_absolute_url()).content.decode()
    assert "非常满意" in text
    poster = client.get(reverse("performance:survey_poster", args=[survey.pk])).content.decode()
    assert public_url(survey) in poster
    assert '<path d="M4 4h7v1h-7z' in poster
    stranger = client_of("unit_clerk", world.neighbour_unit)
    assert stranger.get(survey.get_absolute_url()).status_code == 404
    assert stranger.get(reverse("performance:survey_poster", args=[survey.pk])).status_code == 404


def test_a_unit_opens_one_on_the_page(world):
    of = make_year(world)
    version = load_form(of.region.get_root())
    target = target_of(of, kind="satisfaction")
    client, url = client_of("unit_clerk", of.unit), reverse("performance:survey_new", args=[target.pk])
    assert client.get(url).status_code == 200
    sent = {
        "version": version.pk,
        "title": "满意度",
        "opens_on": DAY.isoformat(),
        "closes_on": (DAY + timedelta(days=5)).isoformat(),
        "minimum": "5",
    }
    assert client.post(url, sent).status_code == 302
    survey = Survey.objects.get()
    close = reverse("performance:survey_close", args=[survey.pk])
    assert client.post(close).status_code == 302
    assert client.post(close).status_code == 403
    text = client.get(f"{of.get_absolute_url()}?tab=surveys").content.decode()
    assert "满意度" in text


@pytest.mark.parametrize(("value", "measure"), [("0.9", "%"), ("9", "分"), ("1000", "人")])
def test_a_target_of_another_scale_is_not_reached_by_a_survey(world, value, measure):
    """92 of a hundred points is not ten times nine of ten."""
    of = make_year(world, [("satisfaction", "牧民满意度", "at_least", value, measure, "10", "survey")])
    target = of.targets.get()
    with pytest.raises(RuleViolation, match="another scale"):
        open_survey(clerk_of(of), target, plan_of(load_form(of.region)))
