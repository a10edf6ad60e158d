from django.urls import path

from apps.performance.views import surveypublic

app_name = "surveys"
urlpatterns = [
    path("<str:language>/surveys/<str:survey>/", surveypublic.Answering.as_view(), name="answer"),
]
