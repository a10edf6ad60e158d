from django.urls import path

from apps.audit import views

app_name = "audit"
urlpatterns = [
    path("", views.Desk.as_view(), name="desk"),
    path("export/", views.TrailExport.as_view(), name="export"),
    path("administrators/", views.Administrators.as_view(), name="administrators"),
    path("<int:pk>/", views.TrailRow.as_view(), name="row"),
    path("object/<str:label>/<str:pk>/", views.ObjectTrail.as_view(), name="object"),
]
