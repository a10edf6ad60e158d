"""Registers come in whole or not at all, twice with no double row, and keep what identifies people sealed."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from apps.accounts.tests.factories import make_actor
from apps.disbursement.names import name_key
from apps.disbursement.numbers import is_card, is_id_number
from apps.evidence.models import Entry
from apps.subsidy.importing import cells, columns
from apps.subsidy.importing.cells import prepare, sealers_of
from apps.subsidy.models import (
    CARD,
    ID_NUMBER,
    Household,
    HouseholdState,
    ListedPerson,
    Member,
    Parcel,
    ParcelKind,
    PersonList,
    Place,
    Standard,
    ViolationKind,
)
from apps.subsidy.services import registers
from apps.subsidy.services.catalogue import save_standard, save_subsidy
from apps.subsidy.services.registers import RegisterRefused, import_register
from apps.subsidy.tests.factories import card, household, make_register, parcel, person, places, write
from imbudget.kit.errors import NotAllowed, RuleViolation

pytestmark = pytest.mark.django_db


@pytest.fixture
def register(world):
    return make_register(world)


def test_the_words_of_files_are_those_of_the_models():
    for words, choices in (
        (columns.STATES, HouseholdState),
        (columns.KINDS, ParcelKind),
        (columns.FOUND, ViolationKind),
        (columns.LISTS, PersonList),
    ):
        assert {value for _word, value in words} == set(choices.values)


def test_numbers_have_check_digits():
    assert is_id_number("11010519491231002X")
    assert not is_id_number("110105194912310021")
    assert not is_id_number("11010519491331002X")  # there is no month 13
    assert not is_id_number("１1010519491231002X")
    assert is_card("6228480402564890018")
    assert not is_card("6228480402564890019")
    assert not is_card("62284804025648900１8")
    assert is_id_number(person(7))
    assert is_card(card(7))
    assert (
        name_key("阿拉坦·其木格")
        == name_key("阿拉坦•其木格")
        == name_key("阿拉坦．其木格 ")
        != name_key("阿拉坦其木格")
    )


def test_a_register_is_read_back_as_it_came(register):
    first = register.of(1)
    assert (first.head_name, first.id_number, first.card) == ("阿拉坦·其木格", person(1, "150102"), card(1))
    assert (first.id_sound, first.card_sound, first.people) == (True, True, 3)
    assert (first.league_id, first.place.level) == (register.region.league_id, 2)
    assert Household.objects.get(id_index=person(1, "150102")) == first
    assert Household.objects.get(card_index=card(1)) == first
    with connection.cursor() as cursor:
        cursor.execute("SELECT id_number FROM subsidy_household WHERE id = %s", [first.pk])
        assert person(1, "150102")[6:].encode() not in bytes(cursor.fetchone()[0])
    assert Parcel.objects.filter(household=first).count() == 2
    assert Place.objects.get(level=3).parent.level == 2
    assert Entry.objects.filter(event="subsidy.register_imported").count() == 3
    assert first.history.count() == 1


def test_the_same_file_again_writes_no_row_and_a_changed_one_changes(register, tmp_path):
    rows = [household(register.region, number) for number in range(1, 5)]
    before = list(Household.objects.order_by("pk").values_list("pk", "id_index"))
    assert register.bring(tmp_path, "households", rows).written == 0
    rows[1]["社保卡号"] = card(900)
    assert register.bring(tmp_path, "households", rows).written == 1
    assert list(Household.objects.order_by("pk").values_list("pk", "id_index")) == before
    assert (register.of(2).card, register.of(2).history.count()) == (card(900), 2)


def test_wrong_cells_are_named_and_nothing_is_written(register, tmp_path):
    region = register.region
    rows = [
        household(region, 10, 户主=""),
        household(region, 11, 人口="三"),
        household(region, 12, 状态="不明"),
        household(region, 13, 低保="也许"),
        household(region, 14, 户主="=1+1"),
        household(region, 15, 村组编码="150102999999"),
        household(region, 16),
    ]
    with pytest.raises(RegisterRefused) as refused:
        register.bring(tmp_path, "households", rows)
    report = refused.value.report
    assert {number for number, _text in report.errors} == {2, 3, 4, 5, 6}
    assert Household.objects.count() == 4
    with pytest.raises(RegisterRefused) as refused:  # what only the database knows
        register.bring(tmp_path, "households", [*rows[5:], rows[6]])
    assert {(number, text[:8]) for number, text in refused.value.report.errors} == {(2, "No place"), (4, "This row")}


@pytest.mark.parametrize(
    ("file", "row"),
    [
        ("parcels", lambda region: parcel(region, 99)),
        ("parcels", lambda region: parcel(region, 1, area="0")),
        ("parcels", lambda region: parcel(region, 1, 终止日期="2020-01-01")),
        ("parcels", lambda region: parcel(region, 1, 起始日期="2021-02-30")),
        ("places", lambda region: {"编码": "150103100000", "名称": "别处"}),
        ("places", lambda region: {"编码": f"{region.code}200001", "名称": "无苏木"}),
        ("places", lambda region: {"编码": "15010", "名称": "短"}),
        ("persons", lambda region: {"名单": "失联", "身份证号": person(1), "姓名": "某"}),
    ],
)
def test_rows_that_belong_nowhere_are_refused(register, tmp_path, file, row):
    with pytest.raises(RegisterRefused):
        register.bring(tmp_path, file, [row(register.region)])


def test_persons_are_found_by_the_same_index_in_every_table(register, tmp_path):
    number = person(1, "150102")
    register.bring(
        tmp_path, "members", [{"户编码": "150102000001", "姓名": "巴特尔", "与户主关系": "子", "身份证号": number}]
    )
    register.bring(tmp_path, "persons", [{"名单": "死亡", "身份证号": number.lower(), "姓名": "阿拉坦·其木格"}])
    index = register.of(1).id_index
    assert bytes(Member.objects.get().id_index) == bytes(ListedPerson.objects.get().id_index) == bytes(index)
    assert ListedPerson.objects.get(id_index=number).id_number == number


def test_who_may_bring_registers(register, tmp_path, world):
    path = write(tmp_path, "places", places(register.region))
    for actor, region in (
        (make_actor("unit_clerk", register.unit), register.region),
        (make_actor("banner_officer", world.tree.neighbour), register.region),
        (make_actor("auditor", register.region), register.region),
        (register.officer(), None),
    ):
        with pytest.raises(NotAllowed):
            import_register(actor, "places", path, region)
    assert import_register(register.officer(), "places", path, register.region).rows == 4


def test_a_register_is_seen_by_its_banner(register, world):
    sees = {
        make_actor("unit_clerk", register.unit): 4,
        make_actor("unit_clerk", world.neighbour_unit): 0,
        make_actor("department_reviewer", register.unit.department): 0,
        register.officer(): 4,
        make_actor("league_officer", world.tree.league): 4,
        make_actor("banner_officer", world.tree.neighbour): 0,
        make_actor("expert", register.region): 0,
    }
    assert {actor: Household.objects.visible_to(actor).count() for actor in sees} == sees


def test_batches_sealed_by_other_processes_are_the_same(register, monkeypatch):
    monkeypatch.setattr(cells, "SMALL", 10)
    monkeypatch.setattr(cells, "BATCH", 7)
    heads = [cell.head for cell in columns.FILES["households"]]
    rows = [(n, [household(register.region, n).get(head, "") for head in heads]) for n in range(2, 40)]
    bound = {"person": ID_NUMBER, "card": CARD}
    sealers = sealers_of("households", bound, bound)
    made = list(cells.prepared("households", iter(rows), sealers))
    assert sum(done.size for done in made) == len(rows)
    places_of_indexes = (4, 7)  # the ciphertexts differ each time
    alone = prepare("households", rows, sealers).text.splitlines()
    together = "".join(done.text for done in made).splitlines()
    for one, other in zip(alone, together, strict=True):
        assert [one.split("\t")[at] for at in places_of_indexes] == [other.split("\t")[at] for at in places_of_indexes]


def test_a_long_file_is_written_in_pieces_and_is_whole_all_the_same(register, tmp_path, monkeypatch):
    monkeypatch.setattr(cells, "BATCH", 3)
    monkeypatch.setattr(registers, "PIECE", 6)
    region = register.region
    rows = [household(region, number) for number in range(1, 30)]
    assert register.bring(tmp_path, "households", rows).written == 29 - 4
    assert register.bring(tmp_path, "households", rows).written == 0
    again = [household(region, number, 户主="改名") for number in range(1, 30)]
    for wrong, row in (
        (household(region, 2), 31),  # as in the first piece
        (household(region, 98, 村组编码="150102999999"), 31),
        (household(region, 99, 人口="三"), 31),
    ):
        with pytest.raises(RegisterRefused) as refused:
            register.bring(tmp_path, "households", [*again, wrong])
        assert [number for number, _text in refused.value.report.errors] == [row]
        assert not Household.objects.filter(head_name="改名").exists()


def test_standards_are_data_of_their_region(register, world):
    standard = Standard.objects.get(year=2027)
    assert (standard.ban_rate, standard.balance_rate) == (7.5, 2.5)
    assert "财农〔2021〕82号" in standard.source
    officer = register.officer()
    with pytest.raises(NotAllowed):
        save_standard(officer, standard, {"ban_rate": 8})
    with pytest.raises(NotAllowed):
        save_subsidy(officer, register.subsidy, {"name": "别名"})
    own = Standard(region=register.region)
    values = {
        "subsidy": register.subsidy,
        "year_id": 2027,
        "ban_rate": 9,
        "balance_rate": 3,
        "floor": 100,
        "cap": 50,
        "valid_from": standard.valid_from,
        "valid_to": standard.valid_to,
        "source": "旗政办发〔2027〕1号",
    }
    with pytest.raises(RuleViolation, match="not below the least"):
        save_standard(officer, own, values)
    assert save_standard(officer, own, values | {"cap": None}, {"1": Decimal("1.2")}).coefficients.count() == 1
    with pytest.raises(RuleViolation, match="above zero"):
        save_standard(officer, own, {}, {"1": 0})
    register.subsidy.short_name = "草原生态保护补助"
    with pytest.raises(ValidationError, match="7"):
        register.subsidy.full_clean()
