"""What is not of one's place is as if it were not there, what is below is never changed, and a refusal changes nothing.

Each asker has all rights that posts at such a node can have: it is the place alone that refuses.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import resolve, reverse

from apps.accounts.roles import ROLES, Role
from apps.accounts.tests.factories import client_of
from apps.regions.tests.factories import DepartmentFactory, UnitFactory
from imbudget.kit import errorpages
from imbudget.kit.testing.kept import NEXT_WRITER
from imbudget.kit.testing.queries import asked, writes
from imbudget.kit.views import KitView, ListPage
from imbudget.tests.sending import body_of, plainly
from imbudget.tests.standing import (
    REFUSED,
    Standing,
    lacks_right,
    rights_at,
    standing_of,
    takes,
    view_of,
    wrong_change,
    wrong_reading,
)
from imbudget.tests.test_sweep import ARGUMENTS, NAMES, OPEN_TO_STRANGERS, PUBLIC, WRITTEN_DOWN, House, make_house

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B1", "B6")]
NOBODYS = 2**31 - 7


def other_unit(house: House) -> Any:
    banner = house.world.tree.banner
    return UnitFactory(region=banner, department=DepartmentFactory(region=banner, code="205"))


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: the role, and where its post stands."""

    role: str
    node: Callable[[House], Any]
    methods: tuple[str, ...] = ("get", "post")
    lifts: bool = False  # the rows are moved to the upper level before


# Who only sends is asked to read in test_sweep, where each role reads every page at its own place.
ASKERS = {
    "another unit": Asker("unit_clerk", other_unit),
    "a neighbour": Asker("banner_officer", lambda house: house.world.tree.neighbour),
    "the upper level": Asker("league_officer", lambda house: house.world.tree.league, methods=("post",)),
    "the lower level": Asker("banner_officer", lambda house: house.world.tree.neighbour, lifts=True),
    "an expert without a task": Asker("expert", lambda house: house.world.tree.banner, methods=("post",)),
    **{
        name: Asker(name, lambda house: house.world.tree.root, methods=("post",))
        for name in ("system_admin", "security_admin", "audit_admin")
    },
}

LIFT = """
SELECT format(
  'UPDATE %%1$I SET region_id = -%%2$s WHERE region_id = %%2$s; UPDATE %%1$I SET region_id = %%2$s WHERE region_id = %%3$s;',
  table_name, %s, %s
) FROM information_schema.columns
WHERE table_schema = 'public' AND column_name = 'region_id' AND is_generated = 'NEVER'
AND table_name IN (SELECT relname FROM pg_class WHERE relkind = 'r' AND relname NOT LIKE 'accounts%%')
"""


def lift(house: House) -> House:
    """The rows of the first banner become the league's, past all triggers, in place of its own: a banner is below them."""
    tree = house.world.tree
    with connection.cursor() as cursor:
        cursor.execute(LIFT, [tree.league.pk, tree.banner.pk])
        moves = "".join(sql for (sql,) in cursor.fetchall())
        cursor.execute(
            f"SET LOCAL session_replication_role = replica; {moves} SET LOCAL session_replication_role = origin"
        )
    for row in [*house.rows.values(), *house.by_space.values()]:
        row.refresh_from_db()
    return replace(house, rows=house.rows | {"regions:region": tree.league})


POINT = re.compile(r'(SAVEPOINT|ROLLBACK TO SAVEPOINT) "?(\w+)')


def kept(statements: list[str]) -> list[str]:
    """The statements that changed rows and were not taken back; a refusal is written down, which is no change."""
    found: list[str] = []
    points: dict[str, int] = {}
    for sql in statements:
        point = POINT.match(sql)
        if point and point[1] == "SAVEPOINT":
            points[point[2]] = len(found)
        elif point:
            del found[points[point[2]] :]
        elif not WRITTEN_DOWN.search(sql):
            found += writes([sql])
    return found


def of_nobody(address: str) -> str:
    """The same address with the key of no row."""
    found = resolve(address)
    is_uuid = isinstance(found.kwargs["pk"], UUID)
    return reverse(found.view_name, kwargs=found.kwargs | {"pk": UUID(int=7) if is_uuid else NOBODYS})


def looked_up(role: Role, address: str) -> bool:
    """Whether the row may have been looked for before the refusal: not where the page's right is asked for first."""
    view = view_of(address)
    return not lacks_right(role, address) or getattr(view, "dispatch", None) is not KitView.dispatch


COUNT = "SELECT '{0}', count(*), count(*) FILTER (WHERE age(xmin) <= age('{1}'::xid)) FROM {0}"
OF_RECORD = re.compile(r"audit_|django_session")


class Still:
    """Says which tables have rows that are new, changed or gone since it was made."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
            self.tables = [name for (name,) in cursor.fetchall() if not OF_RECORD.match(name)]
            cursor.execute(NEXT_WRITER)
            (self.since,) = cursor.fetchone()
        self.before = self.counted()

    def counted(self) -> dict[str, tuple[int, int]]:
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(COUNT.format(table, self.since) for table in self.tables))
            return {name: (many, new) for name, many, new in cursor.fetchall()}

    def moved(self) -> list[str]:
        return [name for name, found in self.counted().items() if found != self.before[name]]


def ask(browser: Client, method: str, address: str) -> tuple[Any, list[str]]:
    """The answer and what it changed; whatever was not refused is taken back."""
    with transaction.atomic():
        with asked() as statements:
            response = browser.post(address, body_of(address)) if method == "post" else browser.get(address)
        if response.status_code not in REFUSED:
            transaction.set_rollback(True)
    return response, kept(statements)


# What may be done to rows that are not of one's own node, and why.
MAY = {
    "budget:sheet_remark": "offices above comment on a budget and change nothing of it",
    "lowcode:answer_create": "who sees a form fills it in: the answer is of their own place",
    "lowcode:form_copy": "the copy of a form is of one's own place",
}


MAY_WHERE = {Standing.ABOVE, Standing.BELOW}


@pytest.mark.parametrize("who", ASKERS)
def test_the_place_decides_who_sees_and_who_changes(who: str, monkeypatch: pytest.MonkeyPatch):
    house, asker = make_house(), ASKERS[who]
    role = ROLES[asker.role]
    if not role.administrator and not role.outsider:
        role = replace(role, grants=rights_at(role.node))
        monkeypatch.setitem(ROLES, asker.role, role)
    house = lift(house) if asker.lifts else house
    node = asker.node(house)
    browser, wrong, asked_for = client_of(asker.role, node), [], 0
    browser.get("/")
    monkeypatch.setattr(errorpages, "render", plainly)
    objects, still = house.objects(), Still()
    for name, (row, place) in objects.items():
        address, standing = house.address(name), standing_of(role, node, row, place)
        if standing is Standing.NOWHERE:
            continue
        for method in [one for one in asker.methods if takes(address, one)]:
            response, changes = ask(browser, method, address)
            found = (
                wrong_reading(role, standing, address, response)
                if method == "get"
                else wrong_change(standing, response, changes)
            )
            if not found and standing is Standing.OUTSIDE and response.status_code == 403 and looked_up(role, address):
                nobodys, _none = ask(browser, method, of_nobody(address))
                found = "" if nobodys.status_code == 403 else "told from a row that is not there"
            if found and not (method == "post" and name in MAY and standing in MAY_WHERE):
                wrong.append((name, method, standing.name, found))
            asked_for += 1
    assert wrong == []
    assert still.moved() == []
    assert asked_for > 100


def body_text(response: Any) -> str:
    parts = response.streaming_content if response.streaming else [response.content]
    return b"".join(parts).decode("utf-8", "replace")


def test_no_list_and_no_file_names_a_neighbour(monkeypatch: pytest.MonkeyPatch):
    """Pages that are about no row are asked for the neighbour's region and unit, lists as a file."""
    house = make_house()
    tree, unit = house.world.tree, house.world.unit
    role = replace(ROLES["banner_officer"], grants=rights_at("region"))
    monkeypatch.setitem(ROLES, role.code, role)
    monkeypatch.setattr(errorpages, "render", plainly)
    browser = client_of(role.code, tree.neighbour)
    secrets, told, seen = {tree.banner.name, unit.name, unit.code}, [], 0
    for name in (name for name in NAMES if not ARGUMENTS[name] and name not in OPEN_TO_STRANGERS):
        address = house.address(name)
        view = view_of(address)
        if view is None or not takes(address, "get") or name.startswith(PUBLIC):
            continue
        asked_for = {"region": tree.banner.pk, "unit": unit.pk}
        asked_for |= {"export": "csv"} if issubclass(view, ListPage) else {}
        with transaction.atomic():
            response = browser.get(address, asked_for)
            found = {word for word in secrets if word in body_text(response)}
            transaction.set_rollback(True)
        seen += response.status_code == 200
        told += [(name, response.status_code, found)] if found else []
    assert told == []
    assert seen > 50
