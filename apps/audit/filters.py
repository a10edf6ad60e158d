"""What the audit desk is searched by: object, person, time, kind, region, outcome, request."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.audit.models import Trail
from apps.audit.vocabulary import kinds_of_both
from imbudget.kit.actor import Actor
from imbudget.kit.filters import FilterForm
from imbudget.kit.text import printable, strip

DAYS = 31  # looked back where no first day is chosen
PEOPLE = 100  # of one name
FIRST = date(1970, 1, 1)  # nothing was recorded before
DAY = {"placeholder": "2027-01-01"}


class TrailFilter(FilterForm):
    """Without a first day the last 31 days are searched: whoever looks further back says how far."""

    log = forms.ChoiceField(label=pgettext_lazy("audit", "log"))
    kind = forms.ChoiceField(label=_("operation"))
    done = forms.ChoiceField(label=_("outcome"))
    person = forms.CharField(label=_("person or sign-in name"), max_length=100)
    subject = forms.CharField(label=_("subject or its number"), max_length=100)
    region = forms.CharField(label=_("code of the region"), max_length=9)
    since = forms.DateField(label=_("from"), widget=forms.DateInput(attrs={"placeholder": _("the last 31 days")}))
    until = forms.DateField(label=_("until"), widget=forms.DateInput(attrs=DAY))
    trace = forms.CharField(label=_("request"), max_length=32)
    lookups = {
        "log": "log",
        "kind": "kind",
        "done": "succeeded",
        "person": "",
        "subject": "",
        "region": "",
        "since": "",
        "until": "",
        "trace": "trace",
    }

    def setup(self, actor: Actor) -> None:
        self.fields["log"].choices = [("", "—"), *Trail._meta.get_field("log").choices]
        self.fields["kind"].choices = [("", "—"), *kinds_of_both()]
        self.fields["done"].choices = [
            ("", "—"),
            ("1", _("done")),
            ("0", pgettext_lazy("operation", "refused or failed")),
        ]

    def narrow(self, rows: QuerySet) -> QuerySet:
        chosen = self.chosen
        for name in ("log", "kind", "trace"):
            if name in chosen:
                rows = rows.filter(**{name: chosen[name]})
        if "done" in chosen:
            rows = rows.filter(succeeded=chosen["done"] == "1")
        if "region" in chosen:
            code = strip(printable(chosen["region"]))
            rows = rows.filter(region_code=code) if len(code) > 4 else rows.filter(region_code__startswith=code)
        if "person" in chosen:
            rows = rows.filter(actor_id__in=people_called(strip(printable(chosen["person"]))))
        if "subject" in chosen:
            text = strip(printable(chosen["subject"]))
            rows = rows.filter(Q(subject_label__contains=text) | Q(subject_id=text))
        return rows.filter(**self.period(chosen))

    def period(self, chosen: dict[str, Any]) -> dict[str, datetime]:
        """The moments between which is searched."""
        since = chosen.get("since") or first_day()
        found = {"recorded_at__gte": beginning(since)}
        if chosen.get("until", date.max) < date.max:  # nothing follows the last day there is
            found["recorded_at__lt"] = beginning(chosen["until"] + timedelta(days=1))
        return found


def first_day() -> date:
    """The day from which the list begins by itself."""
    return timezone.localdate() - timedelta(days=DAYS)


def beginning(day: date) -> datetime:
    """The first moment of a day."""
    return timezone.make_aware(datetime.combine(max(day, FIRST), time.min))


def people_called(text: str) -> Iterable[str]:
    """The keys of those with this sign-in name, or whose name holds the text."""
    found = get_user_model().objects.filter(Q(username=text) | Q(name__contains=text)).order_by("pk")
    return [str(pk) for pk in found.values_list("pk", flat=True)[:PEOPLE]]
