"""Categories, tags and settings: imported from files, kept by the administrator, never broken."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.tests.factories import client_of, make_actor
from apps.evidence.models import Entry
from apps.projects.models import PolicyTag, ProjectCategory, ProjectSetting
from apps.projects.selectors.settings import setting_of
from apps.projects.services import catalogues
from apps.regions.tests.factories import Tree, make_region, make_tree
from imbudget.kit.actor import system_actor
from imbudget.kit.errors import NotAllowed, RuleViolation

pytestmark = pytest.mark.django_db
FILES = Path(settings.BASE_DIR) / "fixtures" / "projects"
ACTOR = system_actor("tests")


@pytest.fixture
def tree() -> Tree:
    return make_tree()


def load(table: str, path: Path) -> None:
    call_command("import_project_catalogue", path, table=table, verbosity=0)


def test_the_shipped_files_load_twice_and_change_nothing(tree, capsys):
    make_region("150700", "呼伦贝尔市", parent=tree.root)
    for table in ("categories", "tags", "settings"):
        load(table, FILES / f"{table}.csv")
    capsys.readouterr()
    for table in ("categories", "tags", "settings"):
        load(table, FILES / f"{table}.csv")
    assert "changed" not in capsys.readouterr().out
    grassland = ProjectCategory.objects.get(code="grassland")
    assert (grassland.parent.code, grassland.is_leaf_node()) == ("ecology", True)
    assert not PolicyTag.objects.get(code="poverty").is_valid_in(2027)
    assert setting_of(tree.banner).region == tree.root
    assert Entry.objects.filter(event="projects.catalogue_imported").count() == 6


@pytest.mark.parametrize(
    ("table", "text", "reason"),
    [
        ("categories", "code,name_zh,parent_code\na,甲,none\n", "no category none"),
        ("categories", "code,name_zh,parent_code\na b,甲,\n", "slug"),
        ("tags", "code,name_zh,valid_from,valid_to\na,甲,2027,2026\n", "tag_years_in_order"),
        ("tags", "code,name_zh,valid_from,valid_to\na,甲,27,\n", "four digits"),
        (
            "settings",
            "region_code,code_pattern,review_threshold,evaluation_threshold\n150102,{year:2},0,0\n",
            "sequence",
        ),
        (
            "settings",
            "region_code,code_pattern,review_threshold,evaluation_threshold\n150102,{division:6}{year:2}{kind:1}{sequence:12},百万,0\n",
            "not a number",
        ),
        ("settings", "region_code,code_pattern,review_threshold,evaluation_threshold\n1,x,0,0\n", "no region 1"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_kept(tree, tmp_path, capsys, table, text, reason):
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError):
        load(table, path)
    assert reason in capsys.readouterr().err
    assert not ProjectCategory.objects.exists()
    assert not ProjectSetting.objects.exists()
    assert not PolicyTag.objects.exists()


def test_a_category_never_stands_below_itself(tree):
    catalogues.put_category(ACTOR, "a", {"name_zh_hans": "甲"})
    top = ProjectCategory.objects.get()
    catalogues.put_category(ACTOR, "b", {"name_zh_hans": "乙", "parent": top})
    with pytest.raises((RuleViolation, ValidationError)):
        catalogues.put_category(ACTOR, "a", {"parent": ProjectCategory.objects.get(code="b")})


def test_who_keeps_catalogues_and_settings(tree):
    officer, other = make_actor("banner_officer", tree.banner), make_actor("banner_officer", tree.neighbour)
    setting = ProjectSetting(region=tree.banner, review_threshold=5)
    for actor in (other, make_actor("league_officer", tree.league), make_actor("auditor", tree.root)):
        with pytest.raises(NotAllowed):
            catalogues.save_setting(actor, setting)
        with pytest.raises(NotAllowed):
            catalogues.put_category(actor, "a", {"name_zh_hans": "甲"})
    catalogues.save_setting(officer, setting)
    with pytest.raises(NotAllowed):
        catalogues.save_catalogue_row(officer, PolicyTag(code="a", name_zh_hans="甲"))
    record = Entry.objects.get(event="projects.setting_saved")
    assert record.facts["changes"]["review_threshold"] == ["", "5"]


def test_the_administration_keeps_categories_and_lists_them_without_a_query_per_row(tree):
    client = client_of("system_admin", tree.root)
    address = reverse("admin:projects_projectcategory_changelist")
    form = {"code": "grass", "name_zh_hans": "草原", "name_mvf": "", "parent": "", "is_active": "on", "source": "文件"}
    shown = client.post(reverse("admin:projects_projectcategory_add"), form)
    assert shown.status_code == 302, shown.context["errors"]
    assert Entry.objects.filter(event="projects.catalogue_saved").count() == 1
    counts = []
    for number in range(2):
        for place in range(4):
            values = {"name_zh_hans": "类", "parent": ProjectCategory.objects.get(code="grass")}
            catalogues.put_category(ACTOR, f"c{number}{place}", values)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        counts.append(len(queries))
    assert counts[1] <= counts[0]


def test_the_administration_says_what_is_wrong_with_a_pattern(tree):
    client = client_of("system_admin", tree.root)
    form = {
        "region": tree.banner.pk,
        "code_pattern": "{division:6}{year:2}{sequence:12}",
        "review_threshold": "0",
        "evaluation_threshold": "0",
        "source": "",
    }
    shown = client.post(reverse("admin:projects_projectsetting_add"), form)
    assert "21" in str(shown.context_data["errors"])
    assert not ProjectSetting.objects.exists()
