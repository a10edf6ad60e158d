from django.urls import path

from apps.files import views

app_name = "files"
urlpatterns = [
    path("", views.Upload.as_view(), name="upload"),
    path("<uuid:pk>/", views.FileDownload.as_view(), name="file"),
]
