from django.urls import path

from apps.lowcode.views import inbox

app_name = "lowcode"
urlpatterns = [
    path("inbox/", inbox.Inbox.as_view(), name="inbox"),
    path("inbox/approve/", inbox.InboxApprove.as_view(), name="inbox_approve"),
]
