"""The fixed roles: which node they stand at and which grants they hold there."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SEE = frozenset(
    {
        *("budget.see", "budget.export", "projects.see", "projects.export"),
        *("ledger.see", "ledger.export", "disbursement.see", "disbursement.export"),
        *("subsidy.see", "monitoring.see", "performance.see"),
    }
)
ACT = SEE | {"lowcode.act"}
OFFICER = ACT | {
    "budget.import",
    "budget.accept",
    "budget.control",
    "budget.compile",
    "budget.report",
    "budget.remark",
    "projects.import",
    "projects.configure",
    "lowcode.design",
    "ledger.keep",
    "ledger.close",
    "review.see",
    "review.organise",
    "review.experts",
    "subsidy.configure",
    "persons.unmask",
    "persons.export",
    "performance.review",
    "performance.configure",
}
# Who works with single persons: their accounts, cards and numbers; never those who only read, sign or examine.
PERSONS = frozenset({"persons.unmask", "persons.export"})
TREASURY = ACT | PERSONS | {"disbursement.treasury", "monitoring.judge"}
UNIT = frozenset(
    {
        *("budget.submit", "projects.submit", "ledger.request", "disbursement.pay", "subsidy.file"),
        "performance.file",
        "lowcode.design",
    }
)


@dataclass(frozen=True, slots=True)
class Role:
    """A fixed list of grants; `node` is unit, department or region, `levels` the tree levels of a region post."""

    code: str
    label: str | Promise
    node: str
    grants: frozenset[str]
    levels: frozenset[int] = frozenset()
    administrator: bool = False
    two_persons: bool = False  # pays money out: one administrator proposes the post, another one confirms it
    outsider: bool = False  # works for the region and sees nothing of it but what it is given


ROLES = {
    role.code: role
    for role in (
        Role("unit_clerk", _("unit clerk"), "unit", ACT | UNIT | PERSONS | {"budget.enter", "projects.enter"}),
        Role("unit_head", _("unit head"), "unit", ACT | UNIT, two_persons=True),
        Role(
            "department_reviewer",
            _("department reviewer"),
            "department",
            ACT | {"budget.remark", "budget.control", "projects.draft", "performance.review"},
        ),
        Role("banner_officer", _("banner budget officer"), "region", OFFICER, frozenset({2})),
        Role("league_officer", _("league budget officer"), "region", OFFICER | {"budget.receive"}, frozenset({1})),
        Role(
            "region_officer",
            _("region budget officer"),
            "region",
            OFFICER - {"budget.report"} | {"budget.receive"},
            frozenset({0}),
        ),
        Role(
            "finance_leader",
            _("finance leader"),
            "region",
            ACT | {"budget.remark", "review.see", "review.supervise"},
            frozenset({0, 1, 2}),
        ),
        Role(
            "treasury_clerk",
            _("treasury clerk"),
            "region",
            TREASURY,
            frozenset({0, 1, 2}),
            two_persons=True,
        ),
        Role(
            "treasury_officer",
            _("treasury officer"),
            "region",
            TREASURY | {"monitoring.rules", "lowcode.design"},
            frozenset({0, 1, 2}),
            two_persons=True,
        ),
        Role(
            "review_supervisor",
            _("review supervisor"),
            "region",
            ACT | {"review.see", "review.supervise", "review.handle", "persons.unmask"},
            frozenset({0, 1, 2}),
        ),
        Role(
            "auditor",
            _("auditor"),
            "region",
            SEE | {"evidence.see", "review.see", "persons.inspect"},
            frozenset({0, 1, 2}),
        ),
        Role("expert", _("review expert"), "region", frozenset({"review.score"}), frozenset({0, 1, 2}), outsider=True),
        Role(
            "system_admin",
            _("system administrator"),
            "region",
            frozenset({"system.administer"}),
            frozenset({0}),
            administrator=True,
        ),
        Role(
            "security_admin",
            _("security administrator"),
            "region",
            frozenset({"security.administer", "persons.inspect"}),
            frozenset({0}),
            administrator=True,
        ),
        Role(
            "audit_admin",
            _("audit administrator"),
            "region",
            frozenset({"audit.administer", "evidence.see"}),
            frozenset({0}),
            administrator=True,
        ),
    )
}
ROLE_CHOICES = [(role.code, role.label) for role in ROLES.values()]


def codename(grant: str) -> str:
    """The guardian permission of a grant: `budget.see` → `budget_see`."""
    return grant.replace(".", "_", 1)
