"""Background work of monitoring: a rule tried on a year of payments."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.desk.kinds import JobKind, Progress
from apps.monitoring import services
from apps.monitoring.models import RuleVersion
from imbudget.kit.actor import Actor

TRY = "monitoring.try"


def run_trial(actor: Actor, params: dict[str, Any], path: str, progress: Progress) -> dict[str, Any]:
    """Try a version on a year."""
    version = RuleVersion.objects.select_related("rule", "region").get(pk=params["version"])
    trial = services.try_version(actor, version, params["year"], progress)
    words = {"hits": trial.hits, "amount": f"{trial.amount:,.2f}"}
    return {
        "url": f"{version.get_absolute_url()}?tab=trials",
        "summary": _("Would have hit %(hits)s payments for %(amount)s yuan.") % words,
    }


KINDS = {TRY: JobKind(gettext_lazy("trial of a monitoring rule"), run_trial)}
