"""A year of performance in a real browser: value → lamp → rectification → self-evaluation → spot check → next year's sheet.

The unit reads Mongolian, the office Chinese.
"""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser

from apps.accounts.models import User
from apps.budget.tests.factories import line, make_sheet, make_world
from apps.codes.tests.factories import YEAR, make_codes
from apps.performance.models import Evaluation, MonitoringForm, Rectification, ResultUse, SpotCheck
from apps.performance.tests.evaluating import Office, money
from imbudget.kit.actor import Actor
from imbudget.tests.test_browser import Desk
from imbudget.tests.test_browser_projects import Play

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "progress"])]
MONGOLIAN, CHINESE = "mvf", "zh-hans"


class Examiners(Play):
    """The unit's people and whoever examines them, at their desks."""

    def __init__(self, browser: Browser, base: str, office: Office, folder: Path) -> None:
        super().__init__(browser, base, office.world, MONGOLIAN, folder)
        self.office = office

    def at(self, actor: Actor) -> Desk:
        username = User.objects.get(pk=actor.user_id).username
        if username not in self.desks:
            language = MONGOLIAN if actor in (self.office.clerk, self.office.head) else CHINESE
            self.desks[username] = Desk(self.browser, self.base, username, language, start="")
        return self.desks[username]

    def act(self, actor: Actor, path: str, button: str = "main form button[type=submit].btn", **fields: str) -> Desk:
        """Open a page, fill it in, press its button."""
        desk = self.at(actor)
        assert desk.open(path) == 200, path
        for name, value in fields.items():
            for field in desk.page.locator(f"main [name={name}], main [name^=line-][name$='-{name}']").all():
                if field.evaluate("e => e.tagName") == "SELECT":
                    field.select_option(value)
                else:
                    field.fill(value)
        self.look(desk, path.strip("/").replace("/", "-"))
        with desk.page.expect_navigation():
            desk.page.locator(button).first.click()
        assert desk.page.locator("main .errors").count() == 0, desk.page.inner_text("main")
        return desk


def watched(play: Examiners) -> None:
    """Asked for, filled in; red opens a rectification."""
    office = play.office
    money(office.of, "1000.00", "100.00")
    office.reach(day=date(YEAR, 6, 20))
    due = office.after(6).isoformat()
    play.act(office.officer, reverse("performance:call_new"), year=str(YEAR), month="6", due=due)
    form = MonitoringForm.objects.get()
    fill = reverse("performance:form_fill", args=[form.pk])
    play.act(office.clerk, fill, expected="1000", reason="funds", words="资金到位较晚", likelihood="sure")
    form.refresh_from_db()
    assert (form.state, form.budget_lamp) == ("submitted", "red")
    desk = play.at(office.clerk)
    assert desk.open(Rectification.objects.get().get_absolute_url()) == 200
    play.look(desk, "rectification")


def evaluated(play: Examiners) -> Evaluation:
    """By the unit, and signed."""
    office = play.office
    money(office.of)
    play.act(office.clerk, reverse("performance:begin_self", args=[office.of.pk]))
    evaluation = Evaluation.objects.get()
    fill = reverse("performance:evaluation_fill", args=[evaluation.pk])
    play.act(office.clerk, fill, actual_goal="完成补播", reason="春季干旱")
    office.sign(evaluation)
    assert evaluation.state == "approved"
    return evaluation


def checked(play: Examiners, evaluation: Evaluation) -> None:
    """Points lowered, and what follows decided."""
    officer = play.office.officer
    play.act(officer, reverse("performance:spot_choose", args=[evaluation.pk]), reason="佐证单薄")
    check = SpotCheck.objects.get()
    first = str(evaluation.lines.get(number=1).pk)
    play.act(officer, reverse("performance:spot_lower", args=[check.pk]), line=first, points="2", reason="不实")
    play.act(officer, reverse("performance:spot_close", args=[check.pk]), opinion="面积不实")
    decide = reverse("performance:result_decide", args=[ResultUse.objects.get().pk])
    play.act(officer, decide, decision="cut", percent="15", reason="面积不实")


def test_from_a_value_to_next_year_s_sheet(chromium: Browser, live_server: Any, tmp_path: Path) -> None:
    office = Office(make_world())
    play = Examiners(chromium, live_server.url, office, tmp_path)
    watched(play)
    checked(play, evaluated(play))
    codes = make_codes(YEAR + 1)
    asked = line(codes, "980.00", function=codes.managing, project_code=office.of.project.code)
    sheet = make_sheet(codes, office.of.unit, [asked], year=YEAR + 1)
    desk = play.at(office.officer)
    for tab in ("lines", "results"):
        assert desk.open(f"{sheet.get_absolute_url()}?tab={tab}") == 200
        play.look(desk, f"sheet-{tab}")
        text = desk.page.inner_text("main")
        assert "82.00" in text
        assert "150.00" in text
