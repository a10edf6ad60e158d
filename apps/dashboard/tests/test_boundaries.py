"""Maps of boundaries: never without their number, nothing of a hostile file, drawn as the file says."""

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.utils import timezone

from apps.accounts.tests.factories import client_of, make_actor
from apps.dashboard.geojson import draw, features_of
from apps.dashboard.models import BoundaryMap, Figure, MeasureRun
from apps.dashboard.services import load_boundaries
from apps.dashboard.services.boundaries import approval_number
from apps.evidence.models import Entry
from imbudget.kit.actor import system_actor
from imbudget.kit.errors import NotAllowed, RuleViolation

NUMBER, SOURCE = "蒙S(2023)026号", "内蒙古自治区自然资源厅 2023"
ACTOR = system_actor("tests")


def square(west: float, south: float, side: float = 1.0) -> list:
    return [[[west, south], [west + side, south], [west + side, south + side], [west, south + side], [west, south]]]


def feature(code, coordinates, kind="Polygon", **properties):
    return {
        "type": "Feature",
        "properties": {"adcode": code, **properties},
        "geometry": {"type": kind, "coordinates": coordinates},
    }


def collection(*features) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()


GOOD = collection(feature(150100, square(111, 40)), feature("152200", square(120, 45)))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("蒙S(2023)026号", "蒙S(2023)026号"),
        (" 审图号：蒙S（2023）026号 ", "蒙S（2023）026号"),
        ("GS(2019)1822号", "GS(2019)1822号"),
        ("GS京(2022)1061号", "GS京(2022)1061号"),
    ],
)
def test_numbers_as_surveying_offices_give_them(text, number):
    assert approval_number(text) == number


@pytest.mark.parametrize("text", ["", "  ", "026", "蒙S2023-026", "蒙S(2023)号", "x" * 500, "<script>"])
def test_without_its_number_a_map_is_refused(text):
    with pytest.raises(RuleViolation):
        approval_number(text)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "JSON"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"[]", "GeoJSON"),
        (b'{"type": "FeatureCollection", "features": []}', "between 1 and"),
        (b'{"type": "FeatureCollection", "features": "x"}', "GeoJSON"),
        (b'{"type": "FeatureCollection", "features": [1]}', "no division code"),
        (b'{"type": "FeatureCollection", "features": [{}]}', "no division code"),
        (b"[" * 100_000, "nested"),
        (collection(*[feature("150100", square(111, 40))] * 2), "twice"),
        (collection(*[feature(150100 + n, square(111, 40)) for n in range(201)]), "between 1 and"),
        (collection(feature("15010", square(111, 40))), "no division code"),
        (collection(feature("150100", [], "Point")), "neither a polygon"),
        (collection(feature("150100", square(40, 111))), "outside Inner Mongolia"),
        (collection(feature("150100", square(12_000_000, 4_500_000))), "outside Inner Mongolia"),
        (collection(feature("150100", [])), "outside Inner Mongolia"),
        (collection(feature("150100", [[[111, 40], [112, 41]]])), "no coordinates"),
        (collection(feature("150100", [[["111", "40"]] * 4])), "no coordinates"),
        (collection(feature("150100", [[[True, False]] * 4])), "no coordinates"),
        (collection(feature("150100", [[[111]] * 4])), "no coordinates"),
        (collection(feature("150100", "x")), "no coordinates"),
        (collection(feature("150100", [[[float("nan"), 40]] * 4])), "outside Inner Mongolia"),
        (collection(feature("150100", [[[float("inf"), 40]] * 4])), "outside Inner Mongolia"),
        (GOOD.replace(b"111", b"1e999"), "outside Inner Mongolia"),
        (GOOD.replace(b"[111,", b"[" + b"1" * 400 + b","), "no coordinates"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_the_reason(world, content, reason):
    with pytest.raises(RuleViolation, match=reason):
        load_boundaries(ACTOR, world.tree.root, content, NUMBER, SOURCE)
    assert not BoundaryMap.objects.exists()


def test_a_file_holds_exactly_the_regions_below(world):
    stranger = collection(feature("150100", square(111, 40)), feature("150102", square(120, 45)))
    with pytest.raises(RuleViolation, match="150102"):
        load_boundaries(ACTOR, world.tree.root, stranger, NUMBER, SOURCE)
    with pytest.raises(RuleViolation, match="兴安盟"):
        load_boundaries(ACTOR, world.tree.root, collection(feature("150100", square(111, 40))), NUMBER, SOURCE)
    with pytest.raises(RuleViolation, match="no regions below"):
        load_boundaries(ACTOR, world.tree.banner, GOOD, NUMBER, SOURCE)
    with pytest.raises(RuleViolation, match="20 MB"):
        load_boundaries(ACTOR, world.tree.root, b" " * (20 * 1024 * 1024 + 1), NUMBER, SOURCE)
    with pytest.raises(RuleViolation, match="comes from"):
        load_boundaries(ACTOR, world.tree.root, GOOD, NUMBER, " ")


@pytest.mark.parametrize(("role", "place"), [("region_officer", "root"), ("auditor", "root"), ("unit_head", "")])
def test_only_the_system_administrator_loads_maps(world, role, place):
    actor = make_actor(role, getattr(world.tree, place) if place else world.unit)
    with pytest.raises(NotAllowed):
        load_boundaries(actor, world.tree.root, GOOD, NUMBER, SOURCE)


def test_the_last_map_is_shown_with_its_number(world):
    tree, year = world.tree, world.codes.year
    load_boundaries(ACTOR, tree.root, GOOD, "GS(2019)1822号", SOURCE)
    made = load_boundaries(ACTOR, tree.root, GOOD, NUMBER, SOURCE)
    assert list(BoundaryMap.objects.filter(is_current=True)) == [made]
    assert BoundaryMap.objects.count() == 2
    assert Entry.objects.filter(event="dashboard.boundaries_loaded").count() == 2
    MeasureRun.objects.create(measure="paid", at=timezone.now())
    Figure.objects.create(measure="paid", year_id=year, region=tree.league, league=tree.league, value=5)
    client = client_of("region_officer", tree.root)
    page = client.get("/map/", {"year": year, "measure": "paid"}).content.decode()
    assert NUMBER in page
    assert page.count('<path class="k') == 2
    assert re.search(f'aria-label="{tree.league}[:：] ?5.00', page)
    assert "own=1" in page  # the own level has no outline, and stands in the table
    assert client.get("/documents/regions.png", {"year": year, "measure": "paid"}).status_code == 200


def test_neighbours_keep_the_same_border_and_straight_lines_are_thinned():
    west = [[[110, 40], [111, 40], [111, 40.5], [111, 41], [110, 41], [110, 40]]]
    features = features_of(json.loads(collection(feature("150100", west), feature("150200", square(111, 40)))))
    (width, height), drawn = draw(features)
    assert width <= 1000
    assert height <= 760
    first, second = drawn["150100"], drawn["150200"]
    assert first.points == 4
    border = set(first.path.strip("MZ").split("L")) & set(second.path.strip("MZ").split("L"))
    assert len(border) == 2
    assert 0 < first.x < second.x < width


def test_holes_and_islands_are_drawn_and_what_is_tiny_is_seen():
    parts = [square(110, 40, 3) + square(111, 41, 1), square(115, 40, 0.00001)]
    _size, drawn = draw(features_of(json.loads(collection(feature("150100", parts, "MultiPolygon")))))
    assert drawn["150100"].path.count("M") == 2
    _size, tiny = draw(
        features_of(
            json.loads(collection(feature("150100", square(110, 40, 5)), feature("150200", square(112, 42, 1e-6))))
        )
    )
    assert tiny["150200"].path.endswith("Z")


def test_outlines_too_fine_for_a_page_are_refused(monkeypatch):
    monkeypatch.setattr("apps.dashboard.geojson.MOST_DRAWN", 3)
    with pytest.raises(RuleViolation, match="too many points"):
        draw(features_of(json.loads(GOOD)))
    monkeypatch.setattr("apps.dashboard.geojson.MOST_POINTS", 3)
    with pytest.raises(RuleViolation, match="too many points"):
        features_of(json.loads(GOOD))


def test_the_operator_loads_a_map_by_command(world, tmp_path):
    file = tmp_path / "map.json"
    file.write_bytes(GOOD)
    asked = {"region": "150000", "number": NUMBER, "source": SOURCE}
    call_command("load_boundaries", file, **asked)
    assert BoundaryMap.objects.get().outlines.count() == 2
    for wrong in ({"region": "999999"}, {"number": "x"}):
        with pytest.raises(CommandError):
            call_command("load_boundaries", file, **(asked | wrong))
    with pytest.raises(CommandError):
        call_command("load_boundaries", tmp_path / "none.json", **asked)


def test_the_administration_loads_and_never_changes_a_map(world):
    client, root = client_of("system_admin", world.tree.root), world.tree.root
    address = "/admin/dashboard/boundarymap/"

    def send(number: str, content: bytes = GOOD):
        file = SimpleUploadedFile("map.json", content)
        return client.post(f"{address}add/", {"region": root.pk, "approval": number, "source": SOURCE, "file": file})

    refused = send("", GOOD)
    assert refused.status_code == 200
    assert "蒙S(2023)026号" in send("12").content.decode()
    assert not BoundaryMap.objects.exists()
    assert send(NUMBER).status_code == 302
    made = BoundaryMap.objects.get()
    assert (made.region, made.outlines.count()) == (root, 2)
    assert client.get(address).status_code == 200
    shown = client.get(f"{address}{made.pk}/change/")
    assert shown.status_code == 200
    assert 'name="approval"' not in shown.content.decode()
    assert client_of("auditor", root).get(address).status_code == 302  # to the sign-in of administrators
