"""A survey on a phone: opened by its address, filled in with a thumb, sent once its work is done, and not a second time."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, expect

from apps.budget.tests.factories import make_world
from apps.performance.models import Flag, Survey, SurveyAnswer
from apps.performance.tests.factories import make_year
from apps.performance.tests.rows_collect import make_open_survey

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def survey(settings: Any) -> Survey:
    settings.PROOF_OF_WORK = 2000
    return make_open_survey(make_year(make_world()))


def test_a_herder_answers_once(chromium: Browser, live_server: Any, survey: Survey) -> None:
    page = chromium.new_context(viewport=PHONE, locale="zh-CN").new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    address = live_server.url + reverse("surveys:answer", args=["zh-hans", survey.code])
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_label("非常满意").first.check()
    page.locator('input[name="a-quality"][value="80"]').check()
    page.locator("[data-send]").click()
    expect(page.get_by_role("status")).to_be_visible()
    answer = SurveyAnswer.objects.get()
    assert (answer.score, answer.flag) == (90, Flag.FAST)  # a machine is quick: set aside, and kept
    page.goto(address)
    page.locator('input[name="a-overall"][value="0"]').check()
    page.locator('input[name="a-quality"][value="0"]').check()
    page.locator("[data-send]").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert SurveyAnswer.objects.count() == 1
    Survey.objects.update(opens_on=timezone.localdate() + timedelta(days=1))
    page.goto(address)
    expect(page.locator("form[data-proof]")).to_have_count(0)
    assert [line for line in errors if not re.search("422", line)] == []
    page.context.close()
