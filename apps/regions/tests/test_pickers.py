"""Pickers: found by code, name and initials, within the scope, and on a page where no script runs."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.tests.factories import client_of, make_actor
from apps.regions import services
from apps.regions.models import Region, Unit
from apps.regions.pickers import SHOWN, region_picker
from apps.regions.tests.factories import ACTOR, Tree, UnitFactory, credit_code, make_tree
from apps.regions.tests.test_tree import unit_values
from imbudget.kit.pickers import PickerField

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


@pytest.fixture
def tree(db: None) -> Tree:
    return make_tree()


def names(client: Client, address: str, **query: Any) -> list[str]:
    return [row["name"] for row in client.get(reverse(address), query, headers=JSON).json()["rows"]]


def test_a_region_is_found_by_code_name_and_initials_in_both_languages(tree: Tree):
    Region.objects.filter(code="150102")
    services.put_region(ACTOR, "150102", {"name_mvf": "ᠰᠢᠨ᠎ᠡ ᠬᠣᠲᠠ"}, [])
    client = client_of("region_officer", tree.root)
    for text in ("150102", "１５０１０２", "新城", "xcq", "XCQ", "ᠰᠢᠨ᠎ᠡ", "新城 1501"):
        assert names(client, "regions:region_choices", q=text) == ["新城区"], text
    assert names(client, "regions:region_choices", q="查无此地") == []


def test_a_code_that_begins_with_the_text_comes_first_and_exact_initials_next(tree: Tree):
    client = client_of("region_officer", tree.root)
    assert names(client, "regions:region_choices", q="1522")[0] == "兴安盟"
    assert names(client, "regions:region_choices", q="xam") == ["兴安盟"]


def test_the_tree_opens_level_by_level(tree: Tree):
    client = client_of("region_officer", tree.root)
    assert names(client, "regions:region_choices") == ["内蒙古自治区", "呼和浩特市", "兴安盟"]
    assert names(client, "regions:region_choices", below=tree.league.pk) == ["新城区", "土默特左旗"]
    rows = client.get(reverse("regions:region_choices"), headers=JSON).json()["rows"]
    assert [row["below"] for row in rows] == [False, True, True]


def test_a_unit_is_found_by_code_credit_code_and_initials(tree: Tree):
    services.put_unit(ACTOR, credit_code(7), unit_values(tree))
    UnitFactory(region=tree.neighbour, name_zh_hans="土默特左旗教育局")
    client = client_of("league_officer", tree.league)
    for text in ("118001", credit_code(7), "财政局", "czj", "新城 财政"):
        assert "新城区财政局" in names(client, "regions:unit_choices", q=text), text
    assert names(client, "regions:unit_choices", region=tree.neighbour.pk) == ["土默特左旗教育局"]


def test_pickers_offer_only_what_the_actor_may_see(tree: Tree):
    UnitFactory(region=tree.far_banner, name_zh_hans="远处的单位")
    banner, stranger = client_of("banner_officer", tree.banner), Client()
    assert names(banner, "regions:region_choices") == ["新城区"]
    assert names(banner, "regions:region_choices", q="兴安") == []
    assert names(banner, "regions:region_choices", below=tree.other_league.pk) == []
    assert names(banner, "regions:unit_choices", q="远处") == []
    assert names(banner, "regions:unit_choices", region=tree.far_banner.pk) == []
    assert stranger.get(reverse("regions:unit_choices"), headers=JSON).status_code == 302
    assert client_of("system_admin", tree.root).get(reverse("regions:unit_choices")).status_code == 403


def test_a_long_list_is_cut_and_says_so(tree: Tree):
    UnitFactory.create_batch(SHOWN + 2, region=tree.banner)
    answer = client_of("banner_officer", tree.banner).get(reverse("regions:unit_choices"), headers=JSON).json()
    assert (len(answer["rows"]), answer["more"]) == (SHOWN, True)


def test_nonsense_in_the_address_of_a_picker_is_answered(tree: Tree):
    client = client_of("league_officer", tree.league)
    for query in (
        {"q": "\x00"},
        {"q": "%"},
        {"q": "\u202f"},
        {"q": "x" * 3000},
        {"below": "x"},
        {"below": "9" * 30},
        {"region": "-1"},
        {"name": "a b", "back": "//elsewhere.example"},
        {"name": "<script>", "back": "javascript:alert(1)"},
        {"back": "\x00"},
    ):
        for address in ("regions:region_choices", "regions:unit_choices"):
            assert client.get(reverse(address), query, headers=JSON).status_code == 200, query
            page = client.get(reverse(address), query)
            assert page.status_code == 200, query
            assert page.context["back"].startswith("/")
            assert not page.context["back"].startswith("//")
            assert b"<script>" not in page.content


def test_without_script_a_page_leads_back_with_the_choice(tree: Tree):
    client = client_of("league_officer", tree.league)
    came = "http://testserver/budget/lines/?year=2027&region=1&cursor=x"
    page = client.get(reverse("regions:region_choices"), {"name": "region", "q": "xcq"}, headers={"Referer": came})
    assert [address for _row, address in page.context["rows"]] == [f"/budget/lines/?year=2027&region={tree.banner.pk}"]
    assert page.context["without"] == "/budget/lines/?year=2027&region="
    for strange in ("https://elsewhere.example/x", "http://[x", "//"):
        elsewhere = client.get(reverse("regions:region_choices"), headers={"Referer": strange})
        assert elsewhere.context["back"] == "/"


def test_a_picker_field_takes_only_rows_in_sight_and_shows_their_names(tree: Tree):
    field = PickerField(region_picker, required=False)
    field.scope(make_actor("league_officer", tree.league))
    assert field.clean(str(tree.banner.pk)) == tree.banner.pk
    assert "新城区" in field.widget.render("region", tree.banner.pk)
    assert field.clean("") is None
    for value in (str(tree.far_banner.pk), "x", "-1", "9" * 30, "٣"):
        with pytest.raises(Exception, match="Choose a row"):
            field.clean(value)


def test_keys_of_rows_that_came_by_sql_are_made_anew(tree: Tree):
    services.put_unit(ACTOR, credit_code(7), unit_values(tree))
    Unit.objects.update(search_key="")
    assert services.renew_search_keys(ACTOR) == 1
    assert Unit.objects.get().search_key.endswith(" xcqczj")
    assert services.renew_search_keys(ACTOR) == 0
