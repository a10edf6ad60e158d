"""Lists of the inbox: what to do, what was done, what was sent off, what was copied; and the list of flows."""

from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.lowcode.models import TaskKind
from apps.lowcode.subjects import label_of
from imbudget.kit.tables import Column, Table


def _step(names: dict[str, str] | None, key: str, kind: str) -> str:
    """The step's name in the reader's language, with the reason of a task that is not the step's own."""
    language = "mn" if get_language() == "mvf" else "zh"
    name = (names or {}).get(language) or (names or {}).get("zh") or key
    return name if kind == str(TaskKind.MAIN.label) else f"{name} · {kind}"  # a list reads the label of a choice


def _due(due: date | None, _region: int) -> date | None:
    return due


DOCUMENT = Column("document", _("document"), path="case.label", link=True)
SUBJECT = Column("subject", _("type of document"), reads=("case__subject",), of=label_of)
STEP = Column("step", _("step"), reads=("step_name", "step", "kind"), of=_step)
APPLICANT = Column("applicant", _("applicant"), path="case.applicant.name")
REGION = Column("region", _("region"), path="case.region.name")
UNIT = Column("unit", _("budget unit"), path="case.unit.name")
AMOUNT = Column("amount", _("amount"), path="case.amount", kind="money")
ARRIVED = Column("arrived", _("arrived at"), path="created_at", kind="date", sort="pk")
CASE_STATE = Column("state", _("state of the document"), path="case.state", kind="state")
# The page turns the day into working days left; a file keeps the day.
LEFT = Column("left", _("days left"), kind="state", reads=("due", "case__region_id"), of=_due)


class TodoTable(Table):
    columns = (DOCUMENT, LEFT, STEP, SUBJECT, APPLICANT, REGION, UNIT, AMOUNT, ARRIVED)
    search = ("case__label",)


class DoneTable(Table):
    columns = (
        DOCUMENT,
        SUBJECT,
        STEP,
        APPLICANT,
        REGION,
        UNIT,
        AMOUNT,
        CASE_STATE,
        Column("done_at", _("done at"), kind="date"),
    )
    search = ("case__label",)


class CopiedTable(Table):
    columns = (DOCUMENT, SUBJECT, STEP, APPLICANT, REGION, UNIT, AMOUNT, CASE_STATE, ARRIVED)
    search = ("case__label",)


def _nobody(_step: str, _number: int) -> str:
    return ""


class MineTable(Table):
    """Cases of the person's own; the page fills in who has each of them now."""

    columns = (
        Column("document", _("document"), path="label", link=True),
        Column("subject", _("type of document"), reads=("subject",), of=label_of),
        Column("state", _("state"), kind="state"),
        Column("holder", _("who has it now"), reads=("step", "pk"), of=_nobody),
        Column("region", _("region"), path="region.name"),
        Column("unit", _("budget unit"), path="unit.name"),
        Column("amount", _("amount"), kind="money"),
        Column("arrived", _("sent off at"), path="started_at", kind="date", sort="pk"),
        Column("ended_at", _("ended at"), kind="date", optional=True),
    )
    search = ("label",)


class FlowTable(Table):
    columns = (
        Column("name", _("name"), link=True),
        Column("subject", _("type of document"), reads=("subject",), of=label_of),
        Column("region", _("region"), path="region.name"),
        Column("code", _("code"), kind="code"),
        Column("updated_at", _("updated at"), kind="date", sort="updated_at"),
    )
    default_sort = "-updated_at"
    search = ("name_zh_hans", "name_mvf")
