"""Addresses of what is published."""

from django.urls import path

from apps.performance.views import disclosures

urlpatterns = [
    path("published/", disclosures.DisclosureList.as_view(), name="disclosures"),
    path("published/new/", disclosures.DisclosureNew.as_view(), name="disclosure_new"),
    path("published/<int:pk>/", disclosures.DisclosureDetail.as_view(), name="disclosure"),
    path("published/<int:pk>/withdraw/", disclosures.DisclosureWithdraw.as_view(), name="disclosure_withdraw"),
]
