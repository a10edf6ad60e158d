"""Addresses that other installations ask, for everybody."""

from django.urls import path

from apps.evidence.witnessing.views import public

app_name = "witness"
urlpatterns = [
    path("witness/checkpoint.json", public.NewestCheckpoint.as_view(), name="checkpoint"),
    path("witness/seen.json", public.SeenCheckpoint.as_view(), name="seen"),
]
