from django.urls import path

from apps.dashboard.views import home, kpi, region

app_name = "dashboard"
urlpatterns = [
    path("", home.Home.as_view(), name="home"),
    path("map/", region.RegionPage.as_view(), name="region"),
    path("kpi/", kpi.KpiView.as_view(), name="kpi"),
    path("kpi/rollout/", kpi.RolloutView.as_view(), name="rollout"),
]
