"""Why an account should be looked at (GB/T 22239 8.1.4.2 c: 多余、过期、共享账户)."""

from datetime import timedelta

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.selectors import addresses_of_day, unused_since, without_post
from imbudget.kit.filters import FilterForm

UNUSED, LEFT, SHARED = "unused", "left", "shared"
WHY = (
    (UNUSED, _("not used for long")),
    (LEFT, _("without a post: the person has left or moved")),
    (SHARED, _("many addresses in a day: perhaps shared")),
)


class AccountFilter(FilterForm):
    what = forms.ChoiceField(label=_("why"), choices=WHY)
    lookups = {"what": "what"}

    def narrow(self, rows: QuerySet) -> QuerySet:
        what = self.chosen.get("what", UNUSED)
        if what == SHARED:
            return rows.filter(pk__in=addresses_of_day(timezone.now()))
        if what == LEFT:
            return rows & without_post()
        return rows & unused_since(timezone.now() - timedelta(days=settings.DORMANT_DAYS))
