from django.urls import path

from apps.dashboard.views import home, kpi, kpirows, region

app_name = "dashboard"
urlpatterns = [
    path("", home.Home.as_view(), name="home"),
    path("map/", region.RegionPage.as_view(), name="region"),
    path("kpi/", kpi.KpiView.as_view(), name="kpi"),
    path("kpi/rows/", kpirows.KpiRowList.as_view(), name="kpi_rows"),
    path("kpi/rollout/", kpi.RolloutView.as_view(), name="rollout"),
]
