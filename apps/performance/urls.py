from django.urls import path

from apps.performance import urls_evaluate, urls_reports
from apps.performance.views import years

app_name = "performance"
urlpatterns = [
    path("years/", years.YearList.as_view(), name="years"),
    path("years/<int:pk>/", years.YearDetail.as_view(), name="year"),
    *urls_evaluate.urlpatterns,
    *urls_reports.urlpatterns,
]
