"""Books, pools and executable authority, brought about by the ledger's own services."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction

from apps.accounts.tests.factories import make_actor
from apps.budget.tests.factories import World, make_world
from apps.codes.tests.factories import make_codes
from apps.ledger import services
from apps.ledger.models import Authority, AuthorityDocument, Books, DocumentKind
from apps.ledger.services import documents
from apps.ledger.services.lines import LineInput
from apps.ledger.verification import verify
from apps.projects.models import ProjectState
from apps.projects.tests.factories import make_project
from apps.regions.models import Region, Unit
from imbudget.kit.actor import Actor, system_actor
from imbudget.kit.testing.kept import kept
from imbudget.kit.testing.upon import kept_upon

SYSTEM = system_actor("tests")
numbers = iter(range(1, 10**9))


@kept
def load_chart() -> None:
    """The shipped chart of accounts and posting rules."""
    call_command("load_ledger_chart", verbosity=0)


def head(**values: Any) -> dict[str, Any]:
    """The head of a document that may be handed in."""
    given = {
        "number": f"内财预〔2027〕{next(numbers)}号",
        "title": "关于下达预算指标的通知",
        "dated": date(2027, 1, 20),
        "basis": "内人大发〔2027〕1号",
        "reason": "年度预算安排",
    }
    return given | values


def make_document(
    region: Region, kind: str, lines: list[LineInput], year: int = 2027, **values: Any
) -> AuthorityDocument:
    """A draft of the region's finance office with these lines."""
    document = services.draw_up(SYSTEM, region, year, kind, head(**values))
    services.save_document(SYSTEM, document, document.revision, {}, lines)
    return AuthorityDocument.objects.get(pk=document.pk)


def post(document: AuthorityDocument, actor: Actor = SYSTEM) -> AuthorityDocument:
    """Posted as the flow's last approval does it."""
    AuthorityDocument.objects.filter(pk=document.pk).update(state="submitted")
    document.refresh_from_db()
    with transaction.atomic():
        documents.approve_document(actor, document)
    document.refresh_from_db()
    return document


@kept_upon(make_world)
def make_pool(world: World, amount: str = "1000000.00", region: Region | None = None, **elements: Any) -> Authority:
    """Money of the revenue budget, not yet allocated."""
    load_chart()
    region = region or world.unit.region
    services.open_books(SYSTEM, region, world.codes.year)
    line = LineInput(Decimal(amount), elements={"fund": world.codes.fund} | elements)
    document = post(make_document(region, DocumentKind.REVENUE, [line]))
    return document.authorities.select_related("balance").get()


def issue(
    world: World, pool: Authority, amount: str = "100000.00", unit: Unit | None = None, **elements: Any
) -> Authority:
    """Executable authority of a unit out of a pool."""
    values = {
        "unit": unit or world.unit,
        "function": world.codes.running,
        "department_economic": world.codes.office,
    } | elements
    line = LineInput(Decimal(amount), origin=pool, elements=values)
    document = post(make_document(pool.region, DocumentKind.APPROVAL, [line]))
    return document.authorities.select_related("balance", "unit", "region").get()


@kept_upon(make_world)
def make_authority(world: World, amount: str = "100000.00") -> Authority:
    """Executable authority of the world's unit."""
    return issue(world, make_pool(world, amount), amount)


@kept_upon(make_world)
def make_project_authority(world: World, amount: str = "700.00") -> Authority:
    """Executable authority of a project in the store."""
    project = make_project(world.codes, world.unit, state=ProjectState.STORED)
    authority = issue(world, make_pool(world), amount, project=project, function=world.codes.managing)
    return Authority.objects.select_related("balance", "project", "unit", "region").get(pk=authority.pk)


def balance(authority: Authority) -> dict[str, Decimal]:
    """What the authority has now."""
    row = Authority.objects.select_related("balance").get(pk=authority.pk).balance
    names = ("amount", "increased", "decreased", "reserved", "spent", "available")
    return {name: getattr(row, name) for name in names}


def clerk_of(unit: Unit) -> Actor:
    return make_actor("unit_clerk", unit)


def fresh(authority: Authority) -> Authority:
    """The authority as the database has it now."""
    return Authority.objects.select_related("balance", "unit", "region", "fund").get(pk=authority.pk)


def transfer(world: World, pool: Authority, amount: str, region: Region) -> Authority:
    """What a region right below receives out of a pool."""
    services.open_books(SYSTEM, region, pool.year_id)
    line = LineInput(Decimal(amount), origin=pool, elements={"receiving_region": region})
    document = post(make_document(pool.region, DocumentKind.TRANSFER, [line]))
    return Authority.objects.select_related("balance", "region").get(document__upper=document)


def carry_over(region: Region, *authorities: Authority, kind: str = DocumentKind.CARRY_OVER) -> AuthorityDocument:
    """Everything left of these goes into the next year (or out of the books, by a write-off)."""
    lines = [LineInput(fresh(authority).balance.available, origin=authority) for authority in authorities]
    return post(make_document(region, kind, lines))


@dataclass(frozen=True, slots=True)
class Story:
    """A league that sent money to a banner, which issued it, used it, carried the rest over and closed its books."""

    world: World
    pool: Authority
    received: Authority
    used: Authority
    forward: AuthorityDocument


def make_story(world: World) -> Story:
    """Every event of the ledger in two regions and two years."""
    make_codes(world.codes.year + 1)
    banner = world.tree.banner
    pool = make_pool(world, "1000.00", world.tree.league)
    received = transfer(world, pool, "600.00", banner)
    used = issue(world, received, "500.00")
    use(used)
    services.open_books(SYSTEM, banner, world.codes.year + 1)
    forward = carry_over(banner, used, received)
    services.close_books(SYSTEM, Books.objects.get(region=banner, year=world.codes.year))
    return Story(world, pool, received, used, forward)


@kept
def make_kept_story() -> Story:
    """The story in a world of its own."""
    return make_story(make_world())


def use(authority: Authority) -> None:
    """130 yuan paid, nothing applied for any more."""
    services.reserve(SYSTEM, authority, Decimal("200.00"), f"{authority.pk}:held")
    services.spend(SYSTEM, authority, Decimal("150.00"), f"{authority.pk}:paid", f"{authority.pk}:held")
    services.release(SYSTEM, authority, Decimal("50.00"), f"{authority.pk}:rest", f"{authority.pk}:held")
    services.refund(SYSTEM, authority, Decimal("20.00"), f"{authority.pk}:back", f"{authority.pk}:held")


@contextmanager
def tampering() -> Iterator[Any]:
    """A cursor to which no trigger and no foreign key objects; nothing of it stays."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL session_replication_role = replica")
        yield cursor
        transaction.set_rollback(True)


def broken() -> set[str]:
    """The names of the invariants that do not hold."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = origin")
    return {finding.invariant.name for finding in verify() if finding.count}
