from django.urls import path

from apps.dashboard.views import home, kpi

app_name = "dashboard"
urlpatterns = [
    path("", home.Home.as_view(), name="home"),
    path("kpi/", kpi.KpiView.as_view(), name="kpi"),
    path("kpi/rollout/", kpi.RolloutView.as_view(), name="rollout"),
]
