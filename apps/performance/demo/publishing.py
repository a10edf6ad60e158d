"""What the pilot cities and their first district put before the public, once everything was paid that is."""

from django.db import transaction

from apps.budget.demo.acting import officer
from apps.budget.selectors.approvals import issued_approval
from apps.codes.models import FiscalYear
from apps.performance.models import Disclosure
from apps.performance.services.disclosures import publish_figures
from apps.performance.services.money import refresh_money
from apps.regions.models import Region

PLACES = ("150100", "150102", "150200", "150700")


@transaction.atomic
def publish() -> None:
    """Each year with an approved budget; a second run adds nothing."""
    refresh_money()
    for region in Region.objects.filter(code__in=PLACES).order_by("code"):
        for year in FiscalYear.objects.order_by("pk"):
            known = Disclosure.objects.filter(region=region, year=year).exists()
            if not known and issued_approval(region.pk, year.pk) is not None:
                publish_figures(officer(region), region, year)
