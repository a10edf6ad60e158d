"""The roll-out of the demonstration: three pilot cities switched on, the other leagues a month ahead, invented baselines."""

import json
from datetime import date, timedelta
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from apps.dashboard.models import KpiBaseline
from apps.dashboard.services import baselines
from apps.dashboard.services.kpi import refresh_kpis
from apps.regions.models import Region, RolloutPhase
from apps.regions.services import switch_on
from imbudget.kit.actor import system_actor

ACTOR = system_actor("load_demo")
FILE = Path(settings.BASE_DIR) / "fixtures" / "dashboard" / "rollout_demo.json"


def load_rollout() -> None:
    """Phases, switches and baselines; then the measures are worked out over what the demonstration has played."""
    call_command("load_rollout", verbosity=0)
    given, today = json.loads(FILE.read_text(encoding="utf-8")), timezone.localdate()
    for row in given["switched"]:
        regions = list(Region.objects.filter(code__in=row["codes"]))
        phase = RolloutPhase.objects.get(number=row["phase"])
        switch_on(ACTOR, regions, phase, today + timedelta(days=row["days"]), row["basis"])
    days = {"first_day": date(today.year - 1, 1, 1), "last_day": date(today.year - 1, 12, 31)}
    for row in given["baselines"]:
        region = Region.objects.get(code=row["code"])
        baseline = KpiBaseline(region=region, kpi=row["kpi"], value=row["value"], source=row["source"], **days)
        baselines.save_row(ACTOR, baseline)
    refresh_kpis(whole=True)
