"""One click reminds who has not handed in."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import ngettext

from apps.budget import services
from apps.budget.questions import region_asked
from apps.budget.rounds import round_of
from apps.regions.models import Unit
from imbudget.kit.errors import NotAllowed, RuleViolation
from imbudget.kit.views import KitView


class UrgeMissing(KitView):
    """Urge a unit, or everybody who is missing in the region and round of the address."""

    grant = "budget.compile"
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        region, now = region_asked(request), round_of(request)
        asked = request.POST.get("unit", "")
        known = asked.isascii() and asked.isdecimal() and len(asked) < 10
        units = Unit.objects.visible_to(self.actor).filter(region=region)
        only = units.filter(pk=int(asked)).first() if known else None
        if asked and only is None:
            return self.back(request)
        try:
            told = services.urge_missing(self.actor, region, now, only)
        except NotAllowed:
            raise
        except RuleViolation as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(
                request, ngettext("%(count)d has been urged.", "%(count)d have been urged.", told) % {"count": told}
            )
        return self.back(request)

    def back(self, request: HttpRequest) -> HttpResponse:
        region, now = region_asked(request), round_of(request)
        return redirect(f"{reverse('budget:progress')}?region={region.pk}&{now.query}#units")
