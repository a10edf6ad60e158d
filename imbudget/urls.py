"""All addresses."""

from django.contrib import admin
from django.urls import include, path

from imbudget.kit import errorpages

urlpatterns = [
    path("", include("apps.dashboard.urls")),
    path("accounts/", include("apps.accounts.urls")),
    path("desk/", include("apps.desk.urls")),
    path("files/", include("apps.files.urls")),
    path("notices/", include("apps.notices.urls")),
    path("persons/", include("apps.persons.urls")),
    path("public/persons/", include("apps.persons.urls_public")),
    path("regions/", include("apps.regions.urls")),
    path("projects/", include("apps.projects.urls")),
    path("review/", include("apps.review.urls")),
    path("public/", include("apps.performance.urls_public")),
    path("public/", include("apps.evidence.receipts.urls_public")),
    path("public/", include("apps.evidence.witnessing.urls_public")),
    path("public/open/", include("apps.reports.urls_public")),
    path("public/", include("apps.review.urls_public")),
    path("ledger/", include("apps.ledger.urls")),
    path("payments/", include("apps.disbursement.urls")),
    path("subsidies/", include("apps.subsidy.urls")),
    path("monitoring/", include("apps.monitoring.urls")),
    path("performance/", include("apps.performance.urls")),
    path("", include("apps.lowcode.urls")),
    path("budget/", include("apps.budget.urls")),
    path("documents/", include("apps.reports.urls")),
    path("evidence/", include("apps.evidence.urls")),
    path("audit/", include("apps.audit.urls")),
    path("admin/", admin.site.urls),
]

handler400 = errorpages.refused
handler403 = errorpages.forbidden
handler404 = errorpages.missing
handler500 = errorpages.broken
