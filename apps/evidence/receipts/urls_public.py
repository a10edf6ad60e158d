"""Addresses of receipts, for everybody."""

from django.urls import path, re_path

from apps.evidence.receipts.views import public

app_name = "receipts"
urlpatterns = [
    path("<str:language>/receipt/", public.CheckPage.as_view(), name="check"),
    path("<str:language>/receipt/keys/", public.KeyPage.as_view(), name="keys"),
    re_path(
        r"^(?P<language>[a-zA-Z-]{2,10})/receipt/keys/(?P<key_id>[0-9a-f]{16})\.pem$",
        public.KeyFile.as_view(),
        name="key",
    ),
]
