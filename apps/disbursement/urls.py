from django.urls import URLPattern, path

from apps.disbursement.models import Business
from apps.disbursement.views import changes, choices, days, messages, requestforms, requests

app_name = "disbursement"
urlpatterns: list[URLPattern] = [
    path("requests/", requests.RequestList.as_view(), name="requests"),
    path("requests/new/", requestforms.RequestNew.as_view(), name="request_new"),
    path(
        "requests/new/batch/",
        requestforms.RequestNewMany.as_view(business=Business.BATCH),
        name="request_new_batch",
    ),
    path(
        "requests/new/salary/",
        requestforms.RequestNewMany.as_view(business=Business.SALARY),
        name="request_new_salary",
    ),
    path(
        "requests/new/card/",
        requestforms.RequestNewMany.as_view(business=Business.CARD),
        name="request_new_card",
    ),
    path("requests/<int:pk>/", requests.RequestDetail.as_view(), name="request"),
    path("requests/<int:pk>/edit/", requestforms.RequestEdit.as_view(), name="request_edit"),
    path("requests/<int:pk>/submit/", requests.RequestSubmit.as_view(), name="request_submit"),
    path("requests/<int:pk>/withdraw/", requests.RequestWithdraw.as_view(), name="request_withdraw"),
    path("requests/<int:pk>/abandon/", requests.RequestAbandon.as_view(), name="request_abandon"),
    path("requests/<int:pk>/payees/", requestforms.RowsUpload.as_view(), name="request_rows"),
    path("requests/<int:pk>/payees/template/", requestforms.RowsTemplate.as_view(), name="request_template"),
    path("requests/<int:pk>/again/", changes.RequestAgain.as_view(), name="request_again"),
    path("requests/<int:pk>/received/", changes.RefundReceived.as_view(), name="request_refunded"),
    path("rows/<int:pk>/refund/", changes.RefundNew.as_view(), name="row_refund"),
    path("rows/<int:pk>/correct/", changes.CorrectionNew.as_view(), name="row_correct"),
    path("authorities/choices/", choices.AuthorityChoices.as_view(), name="authority_choices"),
    path("payees/choices/", choices.PayeeChoices.as_view(), name="payee_choices"),
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
urlpatterns += DESK
