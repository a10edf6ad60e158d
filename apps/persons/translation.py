"""History is registered here, as everywhere."""

from apps.persons.models import Period, PersonRequest
from imbudget.kit.historybase import keep_history

keep_history(PersonRequest, "apps.persons", unindexed=("league",))
keep_history(Period, "apps.persons")
