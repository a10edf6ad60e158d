"""Addresses of open data, for everybody."""

from django.urls import path, re_path

from apps.reports.views import open as views

app_name = "open"
YEAR = r"^(?P<language>[a-zA-Z-]{2,10})/(?P<region>[0-9]{6})/(?P<year>[0-9]{4})/"
urlpatterns = [
    path("<str:language>/", views.OpenIndex.as_view(), name="index"),
    path("<str:language>/<str:region>/<int:year>/", views.OpenYear.as_view(), name="year"),
    path("<str:language>/<str:region>/<int:year>/datapackage.json", views.OpenFile.as_view(), name="package"),
    path("<str:language>/<str:region>/<int:year>/projects/", views.OpenProjects.as_view(), name="projects"),
    path("<str:language>/<str:region>/<int:year>/projects/<int:page>/", views.OpenProjects.as_view(), name="projects"),
    re_path(
        YEAR + r"(?P<resource>budget|results|projects)\.(?P<kind>csv|xlsx|json)$", views.OpenFile.as_view(), name="file"
    ),
]
