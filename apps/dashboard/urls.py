from django.urls import path

from apps.dashboard.views import home, region

app_name = "dashboard"
urlpatterns = [path("", home.Home.as_view(), name="home"), path("map/", region.RegionPage.as_view(), name="region")]
