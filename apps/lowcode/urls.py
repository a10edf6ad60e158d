from django.urls import path

from apps.lowcode.views import answers, formdesign, forms

app_name = "lowcode"
urlpatterns = [
    path("forms/", forms.FormList.as_view(), name="forms"),
    path("forms/new/", forms.FormCreate.as_view(), name="form_create"),
    path("forms/import/", forms.FormImport.as_view(), name="form_import"),
    path("forms/preview/", formdesign.FormPreview.as_view(), name="form_preview"),
    path("forms/<int:pk>/", forms.FormDetail.as_view(), name="form"),
    path("forms/<int:pk>/design/", formdesign.FormDesign.as_view(), name="form_design"),
    path("forms/<int:pk>/publish/", forms.FormPublish.as_view(), name="form_publish"),
    path("forms/<int:pk>/retire/", forms.FormRetire.as_view(), name="form_retire"),
    path("forms/<int:pk>/copy/", forms.FormCopy.as_view(), name="form_copy"),
    path("forms/<int:pk>/rename/", forms.FormRename.as_view(), name="form_rename"),
    path("forms/<int:pk>/export/", forms.FormExport.as_view(), name="form_export"),
    path("forms/<int:pk>/fill-in/", answers.AnswerCreate.as_view(), name="answer_create"),
    path("forms/versions/<int:pk>/answers/", answers.AnswerList.as_view(), name="answers"),
    path("forms/answers/<int:pk>/", answers.AnswerDetail.as_view(), name="answer"),
    path("forms/answers/<int:pk>/edit/", answers.AnswerEdit.as_view(), name="answer_edit"),
]
