from django.urls import URLPattern, path

from apps.disbursement.views import days, messages, requests, tracking

app_name = "disbursement"
urlpatterns: list[URLPattern] = [
    path("requests/", requests.RequestList.as_view(), name="requests"),
    path("requests/new/", requests.RequestNew.as_view(), name="request_new"),
    path("requests/<int:pk>/", requests.RequestDetail.as_view(), name="request"),
    path("requests/<int:pk>/edit/", requests.RequestEdit.as_view(), name="request_edit"),
    path("requests/<int:pk>/submit/", requests.RequestSubmit.as_view(), name="request_submit"),
    path("requests/<int:pk>/withdraw/", requests.RequestWithdraw.as_view(), name="request_withdraw"),
    path("requests/<int:pk>/abandon/", requests.RequestAbandon.as_view(), name="request_abandon"),
]
DESK: list[URLPattern] = [
    path("days/", days.DayList.as_view(), name="days"),
    path("days/<int:pk>/", days.DayDetail.as_view(), name="day"),
    path("days/<int:pk>/close/", days.DayClose.as_view(), name="day_close"),
    path("days/<int:pk>/reopen/", days.DayReopen.as_view(), name="day_reopen"),
    path("differences/<int:pk>/explain/", days.DifferenceExplain.as_view(), name="difference_explain"),
    path("differences/<int:pk>/accept/", days.DifferenceAccept.as_view(), name="difference_accept"),
    path("differences/<int:pk>/reject/", days.DifferenceReject.as_view(), name="difference_reject"),
    path("sent/", messages.SentList.as_view(), name="sent_messages"),
    path("sent/<int:pk>/", messages.SentDetail.as_view(), name="sent_message"),
    path("sent/<int:pk>/text/", messages.SentRaw.as_view(), name="sent_raw"),
    path("sent/<int:pk>/again/", messages.SentAgain.as_view(), name="sent_again"),
    path("received/", messages.ReceivedList.as_view(), name="received_messages"),
    path("received/<int:pk>/", messages.ReceivedDetail.as_view(), name="received_message"),
    path("received/<int:pk>/text/", messages.ReceivedRaw.as_view(), name="received_raw"),
    path("received/<int:pk>/again/", messages.ReceivedAgain.as_view(), name="received_again"),
    path("vouchers/<int:pk>/ask/", messages.VoucherAsk.as_view(), name="voucher_ask"),
    path("vouchers/<int:pk>/give-up/", messages.VoucherGiveUp.as_view(), name="voucher_give_up"),
]
FOLLOWED: list[URLPattern] = [
    path("flows/", tracking.FlowsPage.as_view(), name="flows"),
    path("payees/<int:pk>/", tracking.PaymentTrack.as_view(), name="track"),
]
urlpatterns += DESK + FOLLOWED
