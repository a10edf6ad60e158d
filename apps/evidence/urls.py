from django.urls import path

from apps.evidence import views

app_name = "evidence"
urlpatterns = [
    path("", views.EntryList.as_view(), name="entries"),
    path("<int:pk>/", views.EntryPage.as_view(), name="entry"),
]
