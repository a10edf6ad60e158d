from django.urls import path, re_path

from apps.projects.views import acts, attachments, changes, choices, detail, imports, lists, overview, wizard

app_name = "projects"
urlpatterns = [
    path("", lists.ProjectList.as_view(), name="projects"),
    path("drafts/", lists.DraftList.as_view(), name="drafts"),
    path("overview/", overview.Overview.as_view(), name="overview"),
    path("import/", imports.ImportPage.as_view(), name="import"),
    path("import/template.xlsx", imports.TemplateFile.as_view(), name="import_template"),
    re_path(r"^import/(?P<token>[0-9a-f]{32})/$", imports.ImportResult.as_view(), name="import_result"),
    re_path(r"^import/(?P<token>[0-9a-f]{32})\.xlsx$", imports.MarkedFile.as_view(), name="import_marked"),
    path("new/", wizard.ProjectStart.as_view(), name="start"),
    path("categories/choices/", choices.CategoryChoices.as_view(), name="category_choices"),
    path("choices/", choices.ProjectChoices.as_view(), name="project_choices"),
    path("first-level/choices/", choices.FirstLevelChoices.as_view(), name="first_level_choices"),
    path("codes.json", choices.CodeChoices.as_view(), name="code_choices"),
    path("<int:pk>/", detail.ProjectDetail.as_view(), name="project"),
    path("<int:pk>/edit/", wizard.ProjectEdit.as_view(), name="edit"),
    path("<int:pk>/attachments/", attachments.AttachmentAdd.as_view(), name="attach"),
    path("attachments/<int:pk>/drop/", attachments.AttachmentDrop.as_view(), name="detach"),
    path("<int:pk>/compare/", detail.VersionCompare.as_view(), name="compare"),
    path("<int:pk>/submit/", acts.ProjectSubmit.as_view(), name="submit"),
    path("<int:pk>/withdraw/", acts.ProjectWithdraw.as_view(), name="withdraw"),
    path("<int:pk>/abandon/", acts.ProjectAbandon.as_view(), name="abandon"),
    path("<int:pk>/copy/", acts.ProjectCopy.as_view(), name="copy"),
    path("<int:pk>/change/", changes.ChangeNew.as_view(), name="change_new"),
    path("<int:pk>/terminate/", changes.ProjectTerminate.as_view(), name="terminate"),
    path("changes/<int:pk>/", changes.ChangeDetail.as_view(), name="change"),
    path("changes/<int:pk>/edit/", changes.ChangeEdit.as_view(), name="change_edit"),
    path("changes/<int:pk>/submit/", changes.ChangeSubmit.as_view(), name="change_submit"),
    path("changes/<int:pk>/withdraw/", changes.ChangeWithdraw.as_view(), name="change_withdraw"),
]
