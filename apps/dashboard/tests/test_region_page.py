"""The map of a region: what a post sees of it, that its tiles and its table say the same, and its files."""

import io
import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from apps.accounts.tests.factories import client_of, make_actor
from apps.dashboard.models import Figure, MeasureRun
from apps.dashboard.selectors.layout import known_places, places_on
from apps.dashboard.selectors.region import Question, RegionMap
from apps.evidence.models import Entry
from apps.regions.models import Region
from apps.regions.tests.factories import make_region
from imbudget.kit import registry
from imbudget.kit.testing import html

pytestmark = pytest.mark.django_db
D = Decimal
PAGE = "/map/"


def give(year: int, measure: str, region: Region, value: str, month: int = 0, count: int | None = None) -> None:
    Figure.objects.create(
        measure=measure, year_id=year, region=region, league=region.league, month=month, value=D(value), count=count
    )


@pytest.fixture
def figures(world):
    """Money issued and paid in five places of the tree, as a refresh leaves it."""
    tree, year = world.tree, world.codes.year
    for region, issued, paid in (
        (tree.root, "1000", "10"),
        (tree.league, "200", "100"),
        (tree.banner, "400", "100"),
        (tree.neighbour, "100", "90"),
        (tree.far_banner, "50", "0"),
    ):
        give(year, "issued", region, issued)
        give(year, "paid", region, paid)
    MeasureRun.objects.bulk_create(
        MeasureRun(measure=name, at=timezone.now()) for name, one in registry.measures.items() if one.statement
    )
    return world


def page_of(client, world, **asked):
    return client.get(PAGE, {"year": world.codes.year, **asked})


def tiles(page) -> dict[str, str]:
    """The name of each tile with its figure, as they are read out."""
    spoken = re.findall(r'<svg class="tile[^>]*>\s*<a href="[^"]*" aria-label="([^"]+)">', page)
    return dict(re.match(r"(.+?)[:：] ?([^ ]+)", pair).groups() for pair in spoken)


def rows(response) -> dict[str, str]:
    return {row["place"].code: row["text"] for row in response.context["rows"]}


def test_the_region_sees_its_leagues_and_its_own_level(figures):
    response = page_of(client_of("region_officer", figures.tree.root), figures, measure="paid")
    assert rows(response) == {"150000": "10.00", "150100": "290.00", "152200": "0.00"}
    assert response.context["total"]["text"] == "300.00"
    shown = tiles(response.content.decode())
    assert list(shown.values()) == ["10.00", "290.00", "0.00"]
    assert set(shown) > {"呼和浩特市", "兴安盟"}


def test_ratios_are_of_sums_and_say_what_they_are_made_of(figures):
    response = page_of(client_of("region_officer", figures.tree.root), figures, measure="execution")
    assert rows(response) == {"150000": "1.0%", "150100": "41.4%", "152200": "0.0%"}
    assert response.context["total"]["text"] == "17.1%"
    assert len(response.context["parts"]) == 2
    assert "700.00" in html.text(response)


def test_a_share_of_red_lamps_says_of_how_many(figures):
    """What it is made of are projects and no yuan."""
    tree, year = figures.tree, figures.codes.year
    for name, value in (("red", "1"), ("lit", "1000"), ("watched", "1500")):
        give(year, f"performance_{name}", tree.banner, value, count=int(value))
    asked = {"measure": "performance_red_share", "region": tree.league.pk}
    response = page_of(client_of("region_officer", tree.root), figures, **asked)
    assert rows(response)["150102"] == "0.10%"
    note = next(card["note"] for card in response.context["cards"] if card["text"] == "0.10%")
    assert set(re.findall(r"[\d,]*\d", note)) == {"1", "1,000", "1,500"}
    assert note in html.text(response)
    assert all(label and unit for label, unit in response.context["parts"])
    assert response.context["total"]["parts"] == ["1", "1,000"]


def test_what_a_ratio_is_made_of_has_a_name_and_a_unit():
    for measure in registry.measures.items():
        for name in measure[1].part_of or ():
            part = registry.measures.get(name)
            assert str(part.label), name
            assert part.kind == "money" or str(part.unit), name


def test_a_league_sees_its_banners_and_a_place_without_figures_is_no_zero(figures):
    empty = make_region("150122", "托克托县", parent=Region.objects.get(pk=figures.tree.league.pk))
    response = page_of(client_of("league_officer", figures.tree.league), figures, measure="paid")
    assert rows(response) == {"150100": "100.00", "150102": "100.00", "150121": "90.00", "150122": "–"}
    assert response.context["total"]["text"] == "290.00"
    assert str(empty) in tiles(response.content.decode())


def test_every_figure_leads_to_its_rows_and_every_name_further_down(figures):
    client = client_of("league_officer", figures.tree.league)
    response = page_of(client, figures, measure="paid")
    links = html.links(response)
    banner = figures.tree.banner
    wanted = registry.measures.get("paid").rows(year=figures.codes.year, region=banner.pk)
    assert wanted in links
    assert client.get(wanted).status_code == 200
    below = next(link for link in links if link.startswith(f"{PAGE}?region={banner.pk}"))
    assert "measure=paid" in below
    assert client.get(below).context["asked"].is_of_units


def test_every_measure_of_every_office_is_drawn_and_linked(figures):
    client = client_of("region_officer", figures.tree.root)
    for name, measure in registry.measures.items():
        if not measure.listed:
            continue
        Figure.objects.filter(measure=name).delete()
        for region in (figures.tree.root, figures.tree.league, figures.tree.banner):
            if measure.statement:
                give(figures.codes.year, name, region, "5", count=2)
        response = page_of(client, figures, measure=name)
        assert response.context["asked"].measure == name
        for row in response.context["rows"]:
            if row["place"].rows_href:
                assert client.get(row["place"].rows_href).status_code == 200, (name, row["place"].rows_href)
        assert page_of(client, figures, measure=name, own=1).status_code == 200


def test_units_of_an_own_level_come_from_their_rows(figures):
    from apps.budget.tests.factories import line, make_sheet

    codes, unit = figures.codes, figures.unit
    make_sheet(codes, unit, [line(codes, "100.00")])
    client = client_of("banner_officer", figures.tree.banner)
    response = page_of(client, figures, measure="budget_first_up")
    assert rows(response) == {unit.code: "100.00"}
    [row] = response.context["rows"]
    assert row["place"].href == f"{reverse('projects:projects')}?unit={unit.pk}"
    assert response.context["map"] is None


@pytest.mark.parametrize(
    ("role", "place", "asked", "status"),
    [
        ("league_officer", "league", "root", 404),
        ("league_officer", "league", "other_league", 404),
        ("league_officer", "league", "far_banner", 404),
        ("league_officer", "league", "neighbour", 200),
        ("banner_officer", "banner", "neighbour", 404),
        ("banner_officer", "banner", "league", 404),
        ("banner_officer", "banner", "banner", 200),
        ("auditor", "root", "far_banner", 200),
        ("expert", "root", "root", 403),
        ("system_admin", "root", "root", 403),
    ],
)
def test_a_post_sees_its_own_region_and_below(figures, role, place, asked, status):
    client = client_of(role, getattr(figures.tree, place))
    region = getattr(figures.tree, asked).pk
    assert page_of(client, figures, region=region).status_code == status
    answer = client.get("/documents/regions.xlsx", {"region": region, "year": figures.codes.year})
    assert answer.status_code == status


def test_units_and_departments_are_refused(figures):
    assert page_of(client_of("unit_head", figures.unit), figures).status_code == 403
    assert page_of(client_of("department_reviewer", figures.unit.department), figures).status_code == 403


def test_figures_outside_the_scope_are_in_no_sum(figures):
    actor = make_actor("league_officer", figures.tree.league)
    found = RegionMap(actor, Question(figures.tree.root, figures.codes.year, "paid"))
    assert found.totals["paid"].value == 290


@pytest.mark.parametrize("region", ["x", "-1", "99999999999999999999", "0", "%00", "１"])
def test_a_region_that_is_none_is_not_found(figures, region):
    client = client_of("region_officer", figures.tree.root)
    assert client.get(f"{PAGE}?region={region}").status_code == 404


@pytest.mark.parametrize("query", ["year=x", "year=99999999999", "measure=nothing", "measure=%00", "own=2", "year=１"])
def test_nonsense_in_the_address_falls_back(figures, query):
    assert client_of("region_officer", figures.tree.root).get(f"{PAGE}?{query}").status_code == 200


def test_the_page_asks_as_much_of_many_regions_as_of_few(figures):
    client, counts = client_of("region_officer", figures.tree.root), []
    for number in range(2):
        page_of(client, figures, measure="execution")
        with CaptureQueriesContext(connection) as queries:
            assert page_of(client, figures, measure="execution").status_code == 200
        counts.append(len(queries))
        sources = [
            query["sql"] for query in queries if "disbursement_" in query["sql"] or "ledger_authority" in query["sql"]
        ]
        assert sources == []
        if not number:
            for more in range(6):
                region = make_region(
                    f"1503{more:02}", f"旗{more}", parent=Region.objects.get(pk=figures.tree.league.pk)
                )
                give(figures.codes.year, "issued", region, "10")
                give(figures.codes.year, "paid", region, "1", month=3)
    assert counts[0] == counts[1]


def test_months_that_nobody_looked_at_are_gaps(figures):
    year, banner = figures.codes.year, figures.tree.banner
    for month, value in ((1, "10"), (2, "30"), (4, "50"), (5, "45")):
        give(year, "paid", banner, value, month)
    give(year - 1, "paid", banner, "7", 12)
    found = RegionMap(make_actor("banner_officer", banner), Question(banner, year, "paid"))
    assert found.month_ends(year)[:6] == [10, 30, None, 50, 45, None]
    assert found.month_steps(year)[:6] == [10, 20, None, None, -5, None]
    assert found.month_ends(year - 1)[11] == 7
    page = page_of(client_of("banner_officer", banner), figures, measure="paid").content.decode()
    assert page.count('class="point') == 5
    assert found.months == {(year, 1): 10, (year, 2): 30, (year, 4): 50, (year, 5): 45, (year - 1, 12): 7}


def test_before_the_first_computation_the_page_says_so(world):
    client = client_of("region_officer", world.tree.root)
    response = client.get(PAGE)
    assert (response.status_code, response.context["at"]) == (200, None)
    assert "cards" not in response.context
    assert client.get("/documents/regions.xlsx").status_code == 403
    assert client.get("/documents/regions.png").status_code == 404


def test_figures_that_have_grown_old_are_marked(figures):
    MeasureRun.objects.filter(measure="paid").update(at=timezone.now() - timezone.timedelta(minutes=10))
    client = client_of("region_officer", figures.tree.root)
    assert page_of(client, figures, measure="execution").context["is_late"]
    assert not page_of(client, figures, measure="issued").context["is_late"]


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "区划地图"), ("mvf", "ᠭᠠᠵᠠᠷ")])
def test_the_page_speaks_both_languages(figures, language, words):
    client = client_of("region_officer", figures.tree.root)
    client.cookies["django_language"] = language
    response = page_of(client, figures)
    assert response.status_code == 200
    assert words in response.content.decode()


def test_the_files_say_what_the_page_says(figures):
    client = client_of("region_officer", figures.tree.root)
    asked = {"region": figures.tree.root.pk, "year": figures.codes.year, "measure": "execution"}
    book = load_workbook(io.BytesIO(client.get("/documents/regions.xlsx", asked).content))
    cells = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
    assert ["150100", "呼和浩特市", 290, 700, 41.4] in cells
    assert Entry.objects.filter(event="reports.made").exists()
    pdf = client.get("/documents/regions.pdf", asked)
    assert pdf.content.startswith(b"%PDF")
    assert client.get("/documents/regions.png", asked | {"own": 1}).status_code == 404  # units have no map
    picture = client.get("/documents/regions.png", asked)
    assert (picture["Content-Type"], picture.content[:8]) == ("image/png", b"\x89PNG\r\n\x1a\n")


def test_every_region_of_the_country_has_its_tile():
    import csv

    from apps.dashboard.selectors.layout import FILE

    with (FILE.parent.parent / "regions.csv").open(encoding="utf-8") as file:
        real = [row for row in csv.DictReader(file) if row["kind"] != "development_zone" and row["parent_code"]]
    assert len(real) == 12 + 103
    for row in real:
        assert row["code"] in known_places()[row["parent_code"]], row["name_zh"]
    for places in known_places().values():
        assert len(set(places.values())) == len(places)


def test_regions_without_a_place_stand_below_the_others():
    places = places_on("152900", ["152921", *(f"9{number:05}" for number in range(8))])
    assert len(set(places.values())) == 9
    assert min(row for code, (_column, row) in places.items() if code.startswith("9")) > places["152921"][1]
