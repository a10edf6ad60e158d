"""What an import may not do to the library: use up a region's numbers, or bring drafts where nobody goes on with them."""

import pytest

from apps.budget.tests.factories import World
from apps.codes.models import YearState
from apps.codes.services import put_year
from apps.projects.importing.report import ImportRefused
from apps.projects.models import Project, ProjectCodeCounter, ProjectSetting
from apps.projects.services.codes import next_code, next_codes
from apps.projects.tests.applications import category
from apps.projects.tests.factories import ProjectFactory
from apps.projects.tests.test_import import bring, row, write
from imbudget.kit.actor import system_actor

pytestmark = pytest.mark.django_db
SHORT = "{division:6}{year:2}T00000000{sequence:4}"


def short(number: int) -> str:
    return f"15010227T00000000{number:04d}"


@pytest.fixture(autouse=True)
def catalogue(world: World) -> None:
    category()


def close(year: int) -> None:
    put_year(system_actor(), year, {"state": YearState.CLOSED, "compiling": False})


def test_a_code_of_nines_is_brought_and_uses_up_nothing(world, tmp_path):
    path = write(tmp_path / "a.csv", [row(world, "15010227T999999999999"), row(world, "15010227T000000000004")])
    report = bring(world, path)
    assert report.created == 2
    assert any("so high" in note.text for note in report.notes)
    assert ProjectCodeCounter.objects.get().last == 4
    assert next_code(world.tree.banner, 2027, "3") == "15010227T000000000005"


def test_the_highest_code_that_a_counter_follows_leaves_half_of_the_numbers(world, tmp_path):
    ProjectSetting.objects.create(region=world.tree.banner, code_pattern=SHORT)
    bring(world, write(tmp_path / "a.csv", [row(world, short(5000)), row(world, short(5001))]))
    assert ProjectCodeCounter.objects.get().last == 5000
    assert next_code(world.tree.banner, 2027, "3") == short(5002)


def test_numbers_of_elsewhere_are_not_given_and_one_near_the_end_is_not_followed(world):
    ProjectSetting.objects.create(region=world.tree.banner, code_pattern=SHORT)
    for number in (2, 3, 7, 9999):
        ProjectFactory(unit=world.unit, code=short(number))
    assert next_code(world.tree.banner, 2027, "3") == short(1)
    assert next_code(world.tree.banner, 2027, "3") == short(8)
    assert next_codes(world.tree.banner, 2027, "3", 3) == [short(9), short(10), short(11)]


def test_single_numbers_behind_the_followed_ones_are_passed(world):
    ProjectSetting.objects.create(region=world.tree.banner, code_pattern=SHORT)
    ProjectCodeCounter.objects.create(prefix="15010227T00000000", last=5000)
    for number in (5001, 5002, 5004, 5006, 5007):
        ProjectFactory(unit=world.unit, code=short(number))
    assert next_codes(world.tree.banner, 2027, "3", 3) == [short(5003), short(5005), short(5008)]
    assert next_code(world.tree.banner, 2027, "3") == short(5009)


def test_a_draft_gets_no_code_that_another_row_of_the_file_brings(world, tmp_path):
    ProjectSetting.objects.create(region=world.tree.banner, code_pattern=SHORT)
    ProjectCodeCounter.objects.create(prefix="15010227T00000000", last=5000)
    rows = [row(world, short(5001)), row(world, short(5002)), row(world, "", 储备状态="草稿", 项目名称="围栏")]
    bring(world, write(tmp_path / "a.csv", rows))
    assert Project.objects.get(name="围栏").code == short(5003)


def test_a_closed_year_takes_no_drafts_but_what_stood_in_its_store(world, tmp_path):
    close(2027)
    draft = row(world, "", 储备状态="草稿")
    with pytest.raises(ImportRefused, match="2027 is closed") as refused:
        bring(world, write(tmp_path / "a.csv", [row(world), draft]))
    assert [(error.row, error.column) for error in refused.value.report.errors] == [(3, "setup_year")]
    assert not Project.objects.exists()
    report = bring(world, write(tmp_path / "a.csv", [row(world), draft]), partial=True)
    assert (report.created, report.bad_rows) == (1, 1)


def test_a_draft_brought_before_its_year_closed_is_still_known(world, tmp_path):
    path = write(tmp_path / "a.csv", [row(world, "", 储备状态="草稿")])
    bring(world, path)
    close(2027)
    assert bring(world, path).same == 1
