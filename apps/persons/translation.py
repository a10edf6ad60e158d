"""History is registered here, as everywhere."""

from apps.persons.models import Incident, Period, PersonRequest, Processing
from imbudget.kit.historybase import keep_history

keep_history(PersonRequest, "apps.persons", unindexed=("league",))
keep_history(Period, "apps.persons")
keep_history(Incident, "apps.persons", unindexed=("league",))
keep_history(Processing, "apps.persons", unindexed=("league",))
