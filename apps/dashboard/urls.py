from django.urls import path

from apps.dashboard.views import home

app_name = "dashboard"
urlpatterns = [path("", home.Home.as_view(), name="home")]
