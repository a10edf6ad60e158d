from django.urls import path

from apps.lowcode.views import cases, flowacts, flows, inbox, tasks

app_name = "lowcode"
urlpatterns = [
    path("inbox/", inbox.Inbox.as_view(), name="inbox"),
    path("inbox/approve/", inbox.InboxApprove.as_view(), name="inbox_approve"),
    path("inbox/tasks/<int:pk>/", tasks.TaskPage.as_view(), name="task"),
    path("inbox/cases/<int:pk>/", cases.CaseDetail.as_view(), name="case"),
    path("inbox/cases/<int:pk>/urge/", cases.CaseUrge.as_view(), name="case_urge"),
    path("inbox/cases/<int:pk>/withdraw/", cases.CaseWithdraw.as_view(), name="case_withdraw"),
    path("inbox/cases/<int:pk>/copy/", cases.CaseCopy.as_view(), name="case_copy"),
    path("inbox/cases/<int:pk>/retry/", cases.CaseRetry.as_view(), name="case_retry"),
    path("lowcode/flows/", flows.FlowList.as_view(), name="flows"),
    path("lowcode/flows/new/", flowacts.FlowNew.as_view(), name="flow_new"),
    path("lowcode/flows/import/", flowacts.FlowImport.as_view(), name="flow_import"),
    path("lowcode/flows/nodes.json", flows.NodeChoices.as_view(), name="flow_nodes"),
    path("lowcode/flows/<int:pk>/", flowacts.FlowDetail.as_view(), name="flow"),
    path("lowcode/flows/<int:pk>/design/", flows.FlowDesign.as_view(), name="flow_design"),
    path("lowcode/flows/<int:pk>/save/", flows.FlowSave.as_view(), name="flow_save"),
    path("lowcode/flows/<int:pk>/publish/", flowacts.FlowPublish.as_view(), name="flow_publish"),
    path("lowcode/flows/<int:pk>/retire/", flowacts.FlowRetire.as_view(), name="flow_retire"),
    path("lowcode/flows/<int:pk>/flow.json", flows.FlowExport.as_view(), name="flow_export"),
]
