from django.urls import path

from apps.disbursement.views import requests

app_name = "disbursement"
urlpatterns = [
    path("requests/", requests.RequestList.as_view(), name="requests"),
    path("requests/new/", requests.RequestNew.as_view(), name="request_new"),
    path("requests/<int:pk>/", requests.RequestDetail.as_view(), name="request"),
    path("requests/<int:pk>/edit/", requests.RequestEdit.as_view(), name="request_edit"),
    path("requests/<int:pk>/submit/", requests.RequestSubmit.as_view(), name="request_submit"),
    path("requests/<int:pk>/withdraw/", requests.RequestWithdraw.as_view(), name="request_withdraw"),
    path("requests/<int:pk>/abandon/", requests.RequestAbandon.as_view(), name="request_abandon"),
]
