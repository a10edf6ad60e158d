from django.urls import path

from apps.persons.views import public

app_name = "privacy"
urlpatterns = [path("<str:language>/", public.Notice.as_view(), name="notice")]
