from django.urls import path

from apps.disbursement.models import Business
from apps.disbursement.views import changes, choices, requestforms, requests

app_name = "disbursement"
urlpatterns = [
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
