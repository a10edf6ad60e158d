"""The public application: for work done, in both languages, no flood, and nobody learns who is an expert."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.evidence.models import Entry
from apps.review.models import Expert, ExpertSource, ExpertState
from apps.review.services import experts
from apps.review.tests import factories as make
from apps.review.tests import pool
from imbudget.kit.proofs import new_challenge
from imbudget.kit.testing.proofs import solved

pytestmark = pytest.mark.django_db
LANGUAGES = ["zh-hans", "mvf"]


@pytest.fixture(autouse=True)
def short_work(settings: Any) -> None:
    settings.PROOF_OF_WORK = 50


@pytest.fixture
def region(world):
    make.ExpertFieldFactory(code="grassland")
    return world.tree.banner


def where(region, language="zh-hans"):
    return reverse("public:apply", args=[language, region.code])


def form(number=1, **values):
    given = {
        "name": "乌兰", "id_number": pool.id_number(number), "phone": "13900000000", "title_rank": "associate",
        "employer": "内蒙古草原研究所", "languages": ["mn"], "specialities": ["grassland"], "agrees": "on",
        "employments-TOTAL_FORMS": "0", "employments-INITIAL_FORMS": "0",
        "kin-TOTAL_FORMS": "0", "kin-INITIAL_FORMS": "0", "altcha": solved(new_challenge()),
    }  # fmt: skip
    return given | values


@pytest.mark.parametrize("language", LANGUAGES)
def test_anybody_applies_in_either_language(region, language):
    client = Client()
    page = client.get(where(region, language))
    assert (page.status_code, page["Cache-Control"]) == (200, "no-store")
    answer = client.post(where(region, language), form())
    assert answer.status_code == 200
    expert = Expert.objects.get()
    assert (expert.source, expert.state, expert.level) == (ExpertSource.APPLICATION, ExpertState.APPLIED, region.level)
    assert expert.name not in answer.content.decode()


def test_the_page_of_a_region_leads_to_it(region):
    assert where(region) in Client().get(reverse("public:notices", args=["zh-hans", region.code])).content.decode()


@pytest.mark.parametrize(
    "values",
    [
        {"agrees": ""},
        {"altcha": ""},
        {"altcha": "eyJ9"},
        {"id_number": "1"},
        {"specialities": ["sorcery"]},
        {"employments-TOTAL_FORMS": "x"},
    ],
)
def test_what_is_not_in_order_is_not_kept(region, values):
    answer = Client().post(where(region), form(**values))
    assert answer.status_code == 422
    assert not Expert.objects.exists()


def test_neither_level_nor_unit_is_theirs_to_say(region, world):
    Client().post(where(region), form(level="0", employer_unit=world.unit.pk, state="admitted"))
    expert = Expert.objects.get()
    assert (expert.level, expert.employer_unit, expert.state) == (region.level, None, ExpertState.APPLIED)


def test_the_answer_to_a_known_person_is_the_same(region):
    first, second = (Client().post(where(region), form()) for _time in range(2))
    assert first.content == second.content
    assert Expert.objects.count() == 1
    assert Entry.objects.filter(event="review.expert_applied").count() == 1


def test_work_is_good_for_one_application(region):
    work = solved(new_challenge())
    assert Client().post(where(region), form(1, altcha=work)).status_code == 200
    assert Client().post(where(region), form(2, altcha=work)).status_code == 422
    assert Expert.objects.count() == 1


def test_one_address_does_not_flood_the_pool(region):
    for number in range(experts.HOURLY):
        assert Client().post(where(region), form(number + 1)).status_code == 200
    assert Client().post(where(region), form(90)).status_code == 422
    assert Client(REMOTE_ADDR="203.0.113.7").post(where(region), form(91)).status_code == 200


def test_a_large_form_is_refused_unread_and_a_strange_one_without_its_token(region):
    assert Client().post(where(region), form(introduction="长" * 300_000)).status_code == 413
    assert Client(enforce_csrf_checks=True).post(where(region), form()).status_code == 403
    assert Client().get(reverse("public:apply", args=["zh-hans", "999999999"])).status_code == 404
    assert not Expert.objects.exists()
