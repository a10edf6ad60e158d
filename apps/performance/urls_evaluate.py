"""Addresses of monitoring, rectification, evaluation, spot checks and the use of results."""

from django.urls import path

from apps.performance.views import checking, evaluating, mending, watching

urlpatterns = [
    path("calls/", watching.CallList.as_view(), name="calls"),
    path("calls/new/", watching.CallNew.as_view(), name="call_new"),
    path("calls/<int:pk>/", watching.CallDetail.as_view(), name="call"),
    path("calls/<int:pk>/urge/", watching.CallUrge.as_view(), name="call_urge"),
    path("forms/", watching.FormList.as_view(), name="forms"),
    path("forms/<int:pk>/", watching.FormDetail.as_view(), name="form"),
    path("forms/<int:pk>/fill/", watching.FormFill.as_view(), name="form_fill"),
    path("forms/<int:pk>/accept/", watching.FormAccept.as_view(), name="form_accept"),
    path("forms/<int:pk>/return/", watching.FormReturn.as_view(), name="form_return"),
    path("years/<int:pk>/schedule/", mending.ScheduleSet.as_view(), name="schedule"),
    path("years/<int:pk>/rectify/", mending.RectificationNew.as_view(), name="rectification_new"),
    path("rectifications/", mending.RectificationList.as_view(), name="rectifications"),
    path("rectifications/<int:pk>/", mending.RectificationDetail.as_view(), name="rectification"),
    path("rectifications/<int:pk>/answer/", mending.RectificationAnswer.as_view(), name="rectification_answer"),
    path("rectifications/<int:pk>/send-back/", mending.RectificationSendBack.as_view(), name="rectification_send_back"),
    path("rectifications/<int:pk>/close/", mending.RectificationClose.as_view(), name="rectification_close"),
    path("rectifications/<int:pk>/hold/", mending.RectificationHold.as_view(), name="rectification_hold"),
    path("evaluations/", evaluating.EvaluationList.as_view(), name="evaluations"),
    path("evaluations/open/", evaluating.EvaluationsOpen.as_view(), name="evaluations_open"),
    path("years/<int:pk>/evaluate/<str:kind>/", evaluating.EvaluationBegin.as_view(), name="evaluation_begin"),
    path("evaluations/<int:pk>/", evaluating.EvaluationDetail.as_view(), name="evaluation"),
    path("evaluations/<int:pk>/fill/", evaluating.EvaluationFill.as_view(), name="evaluation_fill"),
    path("evaluations/<int:pk>/withdraw/", evaluating.EvaluationWithdraw.as_view(), name="evaluation_withdraw"),
    path("evaluations/<int:pk>/check/", checking.SpotChoose.as_view(), name="spot_choose"),
    path("spots/", checking.SpotList.as_view(), name="spots"),
    path("spots/draw/", checking.SpotDrawNew.as_view(), name="spot_draw"),
    path("spots/<int:pk>/", checking.SpotDetail.as_view(), name="spot"),
    path("spots/<int:pk>/lower/", checking.SpotLower.as_view(), name="spot_lower"),
    path("spots/<int:pk>/view/", checking.SpotView.as_view(), name="spot_view"),
    path("spots/<int:pk>/close/", checking.SpotClose.as_view(), name="spot_close"),
    path("results/", checking.ResultList.as_view(), name="results"),
    path("results/<int:pk>/", checking.ResultDetail.as_view(), name="result"),
    path("results/<int:pk>/decide/", checking.ResultDecide.as_view(), name="result_decide"),
    path("results/<int:pk>/tell/", checking.ResultTell.as_view(), name="result_tell"),
]
