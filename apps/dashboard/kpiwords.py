"""What each measure of the roll-out is, in words: its formula, where its figures come from, its unit."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.dashboard.models import Kpi

FEW = 5  # figures of fewer documents, hand-ins or units than this are marked: they say little
DAYS, HOURS, PERCENT = _("working days"), _("hours"), "%"


@dataclass(frozen=True, slots=True)
class Meaning:
    """`unit` is what figures are in, `counted` what is counted behind one, `lower_is_better` the way it shall go."""

    unit: Any
    counted: Any
    formula: Any
    source: Any
    lower_is_better: bool = True


_APPROVED = _("Approval cases that ended with approval in the period, but for those that no step had to sign.")
_DOCUMENTS = _("documents approved")
_WORKED = _(
    "Working days after the day of the hand-in up to and with the day of the last signature, by the calendar of the"
    " region; 0 where both are on one day. Of every two documents one took at most as long as the median, of every ten"
    " nine at most as long as the 90th percentile."
)
_CLOCK = _("Hours by the clock from the hand-in to the last signature, nights and holidays among them.")
MEANINGS = {
    Kpi.APPROVAL_MEDIAN: Meaning(DAYS, _DOCUMENTS, _WORKED, _APPROVED),
    Kpi.APPROVAL_P90: Meaning(DAYS, _DOCUMENTS, _WORKED, _APPROVED),
    Kpi.HOURS_MEDIAN: Meaning(HOURS, _DOCUMENTS, _CLOCK, _APPROVED),
    Kpi.HOURS_P90: Meaning(HOURS, _DOCUMENTS, _CLOCK, _APPROVED),
    Kpi.DEVIATION: Meaning(
        PERCENT,
        _("units with a plan"),
        _(
            "Sum over the units of |paid − planned to date| ÷ sum of planned to date. Planned to date are the months of"
            " the approved plans of use before the present one, and of the present month the part of its days that has"
            " passed; too much and too little do not cancel each other out."
        ),
        _(
            "Approved plans of use and what the authority ledger has paid in the year; units without a plan are left out."
        ),
    ),
    Kpi.RETURNS: Meaning(
        PERCENT,
        _("hand-ins"),
        _("Times a document was returned ÷ times documents went on their way, the hand-ins after a return among them."),
        _("Approval cases begun in the period, but for those that were withdrawn."),
    ),
    Kpi.ON_TIME: Meaning(
        PERCENT,
        _("sheets due"),
        _("Budget sheets first handed in by the day of the timetable ÷ units that had to hand one in by that day."),
        _("Timetables of the regions whose day lies in the period; a sheet that never came counts as late."),
        lower_is_better=False,
    ),
}
