from django.urls import path

from apps.monitoring.views import alarms, ruleforms, rules

app_name = "monitoring"
urlpatterns = [
    path("alarms/", alarms.AlarmList.as_view(), name="alarms"),
    path("alarms/<int:pk>/", alarms.AlarmDetail.as_view(), name="alarm"),
    path("alarms/<int:pk>/normal/", alarms.AlarmNormal.as_view(), name="alarm_normal"),
    path("alarms/<int:pk>/violation/", alarms.AlarmViolation.as_view(), name="alarm_violation"),
    path("alarms/<int:pk>/issue/", alarms.AlarmIssue.as_view(), name="alarm_issue"),
    path("alarms/<int:pk>/answer/", alarms.AlarmAnswer.as_view(), name="alarm_answer"),
    path("alarms/<int:pk>/send-back/", alarms.AlarmSendBack.as_view(), name="alarm_send_back"),
    path("alarms/<int:pk>/close/", alarms.AlarmClose.as_view(), name="alarm_close"),
    path("rules/", rules.RuleList.as_view(), name="rules"),
    path("rules/new/", ruleforms.RuleNew.as_view(), name="rule_new"),
    path("rules/<int:pk>/", rules.RuleDetail.as_view(), name="rule"),
    path("rules/<int:pk>/edit/", ruleforms.RuleEdit.as_view(), name="rule_edit"),
    path("rules/<int:pk>/renew/", rules.RuleRenew.as_view(), name="rule_renew"),
    path("rules/<int:pk>/submit/", rules.RuleSubmit.as_view(), name="rule_submit"),
    path("rules/<int:pk>/withdraw/", rules.RuleWithdraw.as_view(), name="rule_withdraw"),
    path("rules/<int:pk>/try/", ruleforms.RuleTry.as_view(), name="rule_try"),
    path("rules/<int:pk>/exempt/", ruleforms.ExemptionNew.as_view(), name="exemption_new"),
    path("exemptions/<int:pk>/end/", ruleforms.ExemptionEnd.as_view(), name="exemption_end"),
    path("statistics/", rules.Statistics.as_view(), name="statistics"),
]
