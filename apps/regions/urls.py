from django.urls import path

from apps.regions import views

app_name = "regions"
urlpatterns = [
    path("", views.RegionList.as_view(), name="regions"),
    path("choices/", views.RegionChoices.as_view(), name="region_choices"),
    path("units/choices/", views.UnitChoices.as_view(), name="unit_choices"),
    path("<int:pk>/", views.RegionDetail.as_view(), name="region"),
    path("units/", views.UnitList.as_view(), name="units"),
    path("units/<int:pk>/", views.UnitDetail.as_view(), name="unit"),
]
