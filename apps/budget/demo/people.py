"""Users of the demonstration: one for each role, with posts given by the service that gives them all."""

from collections.abc import Sequence

from django.conf import settings
from django.db.models import Count
from django.utils import timezone

from apps.accounts.models import Post, User
from apps.accounts.roles import ROLES
from apps.accounts.services import appoint
from apps.regions.models import Department, Region, Unit
from imbudget.kit.actor import system_actor

ACTOR = system_actor("load_demo")
PASSWORD = "Nmg#Yusuan27"  # noqa: S105 - known to everybody, refused outside a demonstration
LEVEL_ROLES = {0: "region_officer", 1: "league_officer", 2: "banner_officer"}
Wanted = tuple[str, str, Region | Department | Unit]  # username, role and where
CLERK_AND_HEAD = (("dw", "unit_clerk"), ("fz", "unit_head"))
REGION, HOHHOT, BANNER = "150000", "150100", "150102"
TREASURY_POSTS = (("gj", "treasury_clerk"), ("gk", "treasury_officer"))
PILOTS = ("150200", "150700")  # cities beside Hohhot whose authority is shown


def make_people(everywhere: bool = False) -> None:
    """Officers of every region that has units, clerks of two units, a head and a department reviewer of the first one;
    administrators; and one of each other role, or with `everywhere` one in every region. Experts come with the reviews."""
    busy = Region.objects.annotate(n=Count("units")).filter(n__gt=0).order_by("code")
    units = Unit.objects.select_related("department")
    for region in busy:
        role = LEVEL_ROLES[min(region.level, 2)]
        _person(f"ys{region.code}", role, region)
        for number, unit in enumerate(units.filter(region=region).order_by("code")[:2], 1):
            _person(f"dw{region.code}{number}", "unit_clerk", unit)
            if number == 1:
                _person(f"fz{region.code}", "unit_head", unit)
                _reviewers(region, unit.department)
    for region in busy if everywhere else busy.filter(code__in=(REGION, HOHHOT, BANNER)):
        _office(region, everywhere)
    _leaders_of_pilots(everywhere)
    root = Region.objects.get(code=REGION)
    for role in ("system_admin", "security_admin", "audit_admin"):
        _person(role, role, root)
    both = User.objects.get(username=f"ys{HOHHOT}")
    appoint(ACTOR, both, "finance_leader", Region.objects.get(code=HOHHOT))


def _office(region: Region, everywhere: bool) -> None:
    """Whoever works in a region's finance office beside its budget officer; not every role in each of them."""
    if everywhere or region.code != BANNER:
        _person(f"sj{region.code}", "auditor", region)
    for sign, role in TREASURY_POSTS:
        _person(f"{sign}{region.code}", role, region)
    if everywhere or region.code != REGION:
        _person(f"ld{region.code}", "finance_leader", region)
        _person(f"ps{region.code}", "review_supervisor", region)


def fill_offices(region: Region) -> int:
    """Give the posts of a region's finance office to somebody, where nobody holds them; returns how many."""
    officer = (f"ys{region.code}", LEVEL_ROLES[min(region.level, 2)], region)
    treasury: list[Wanted] = [(f"{sign}{region.code}", role, region) for sign, role in TREASURY_POSTS]
    return _fill([officer, (f"ld{region.code}", "finance_leader", region), *treasury])


def fill_posts(region: Region) -> int:
    """The same for everybody whom a whole year of this region needs, in its departments and units too."""
    units = Unit.objects.filter(region=region).order_by("code")
    wanted: list[Wanted] = [
        (f"{sign}{region.code}{unit.code}", role, unit) for unit in units for sign, role in CLERK_AND_HEAD
    ]
    for department in Department.objects.filter(region=region, parent=None).order_by("code"):
        wanted.append((f"zg{region.code}{department.code}", "department_reviewer", department))
    return fill_offices(region) + _fill(wanted)


def _fill(wanted: list[Wanted]) -> int:
    vacant = [post for post in wanted if not _is_held(post[1], post[2])]
    for username, role, node in vacant:
        _person(username, role, node)
    return len(vacant)


def _is_held(role: str, node: Region | Department | Unit) -> bool:
    field = type(node).__name__.lower()
    return Post.objects.filter(role=role, **{field: node}).exists()


def _leaders_of_pilots(everywhere: bool) -> None:
    for region in Region.objects.filter(code__in=() if everywhere else PILOTS):
        _person(f"ld{region.code}", "finance_leader", region)


def _reviewers(region: Region, first: Department) -> None:
    """Whoever reviews the projects of the region's first unit; in Hohhot another one sees a department of its own."""
    name = f"zg{region.code}"
    if region.code == HOHHOT:
        _person(name, "department_reviewer", _second_department(region))
        name = f"zm{region.code}"
    _person(name, "department_reviewer", first)


def _second_department(region: Region) -> Department:
    """The first one where there is no second."""
    return list(Department.objects.filter(region=region).order_by("code")[:2])[-1]


def _person(username: str, role: str, node: Region | Department | Unit) -> None:
    user = User(
        username=username,
        name=f"示例人员 {username}",
        must_change_password=False,
        password_changed_at=timezone.now(),
        is_staff=ROLES[role].administrator,
    )
    user.password = hashed()
    user.save(force_insert=True)
    appoint(ACTOR, user, role, node)


_cache: list[str] = []


def hashed() -> str:
    """The demo password hashed once: hashing it 200 times would take a minute."""
    if not _cache:
        probe = User()
        probe.set_password(PASSWORD)
        _cache.append(probe.password)
    return _cache[0]


def account_lines(more: Sequence[str] = ()) -> list[str]:
    """What a visitor of the demonstration needs to sign in; `more` are names of other rooms."""
    shown = [
        "dw1501021",
        "fz150102",
        "zg150102",
        "ys150102",
        "ys150100",
        "ys150000",
        "zg150100",
        "ld150100",
        "ld150102",
        "gj150102",
        "gk150102",
        "ps150102",
        *more,
        "sj150000",
        "system_admin",
        "security_admin",
        "audit_admin",
    ]
    posts = Post.objects.with_nodes().select_related("user").filter(user__username__in=shown)
    held = {post.user.username: str(post) for post in posts.order_by("-pk")}
    lines = [f"{name:<16}{held[name]}" for name in shown if name in held]
    return [*lines, f"password: {PASSWORD}"] if lines else []


def is_allowed() -> bool:
    """Only a demonstration (DEMO=1) may hold users whose password everybody knows."""
    return bool(settings.DEMO)
