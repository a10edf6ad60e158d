from django.urls import path

from apps.performance import urls_collect, urls_evaluate, urls_goals, urls_reports
from apps.performance.views import opening, years

app_name = "performance"
urlpatterns = [
    path("years/", years.YearList.as_view(), name="years"),
    path("years/open/", opening.YearsOpen.as_view(), name="years_open"),
    path("years/<int:pk>/", years.YearDetail.as_view(), name="year"),
    *urls_goals.urlpatterns,
    *urls_collect.urlpatterns,
    *urls_evaluate.urlpatterns,
    *urls_reports.urlpatterns,
]
