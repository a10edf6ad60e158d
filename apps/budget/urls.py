from django.urls import path, re_path

from apps.budget.views import approvals, compilations, entry, files, sheets, summary, template

app_name = "budget"
urlpatterns = [
    path("progress/", compilations.Progress.as_view(), name="progress"),
    path("summary/", summary.SummaryPage.as_view(), name="summary"),
    path("import/", files.ImportPage.as_view(), name="import"),
    path("template.xlsx", template.TemplateFile.as_view(), name="template"),
    path("codes.json", entry.CodeList.as_view(), name="codes"),
    re_path(r"^import/(?P<token>[0-9a-f]{32})\.xlsx$", files.MarkedFile.as_view(), name="import_marked"),
    path("lines/", sheets.LineList.as_view(), name="lines"),
    path("sheets/", sheets.SheetList.as_view(), name="sheets"),
    path("sheets/open/", sheets.SheetOpen.as_view(), name="sheet_open"),
    path("sheets/<int:pk>/", sheets.SheetDetail.as_view(), name="sheet"),
    path("sheets/<int:pk>/edit/", entry.SheetEdit.as_view(), name="sheet_edit"),
    path("sheets/<int:pk>/save/", entry.SheetSave.as_view(), name="sheet_save"),
    path("sheets/<int:pk>/copy/", entry.SheetCopy.as_view(), name="sheet_copy"),
    path("sheets/<int:pk>/template.xlsx", template.SheetTemplate.as_view(), name="sheet_template"),
    path("sheets/<int:pk>/import/", files.SheetImport.as_view(), name="sheet_import"),
    path("sheets/<int:pk>/submit/", sheets.SheetSubmit.as_view(), name="sheet_submit"),
    path("sheets/<int:pk>/recall/", sheets.SheetRecall.as_view(), name="sheet_recall"),
    path("sheets/<int:pk>/accept/", sheets.SheetAccept.as_view(), name="sheet_accept"),
    path("sheets/<int:pk>/return/", sheets.SheetSendBack.as_view(), name="sheet_send_back"),
    path("sheets/<int:pk>/comment/", sheets.SheetRemarkAdd.as_view(), name="sheet_remark"),
    path("compilations/", compilations.CompilationOpen.as_view(), name="compilation_open"),
    path("compilations/<int:pk>/", compilations.CompilationDetail.as_view(), name="compilation"),
    path("compilations/<int:pk>/compile/", compilations.CompilationCompile.as_view(), name="compilation_compile"),
    path("compilations/<int:pk>/reopen/", compilations.CompilationReopen.as_view(), name="compilation_reopen"),
    path("compilations/<int:pk>/report/", compilations.CompilationReport.as_view(), name="compilation_report"),
    path("compilations/<int:pk>/receive/", compilations.CompilationReceive.as_view(), name="compilation_receive"),
    path("compilations/<int:pk>/approve/", approvals.CompilationApprove.as_view(), name="compilation_approve"),
    path("compilations/<int:pk>/return/", compilations.CompilationSendBack.as_view(), name="compilation_send_back"),
]
