from django.urls import path

from apps.performance.views import progress, surveys, values

urlpatterns = [
    path("years/<int:pk>/collect/", values.YearCollect.as_view(), name="year_collect"),
    path("years/<int:pk>/progress/", progress.ReportNew.as_view(), name="progress_new"),
    path("targets/<int:pk>/", values.TargetDetail.as_view(), name="target"),
    path("targets/<int:pk>/value/", values.ValueNew.as_view(), name="value_new"),
    path("targets/<int:pk>/survey/", surveys.SurveyNew.as_view(), name="survey_new"),
    path("progress/", progress.ReportList.as_view(), name="progress_reports"),
    path("progress/<int:pk>/", progress.ReportDetail.as_view(), name="progress"),
    path("progress/<int:pk>/edit/", progress.ReportEdit.as_view(), name="progress_edit"),
    path("progress/<int:pk>/form/", progress.ReportRegionForm.as_view(), name="progress_form"),
    path("progress/<int:pk>/submit/", progress.ReportSubmit.as_view(), name="progress_submit"),
    path("progress/<int:pk>/return/", progress.ReportReturn.as_view(), name="progress_return"),
    path("progress/<int:pk>/correct/", progress.ReportCorrect.as_view(), name="progress_correct"),
    path("surveys/", surveys.SurveyList.as_view(), name="surveys"),
    path("surveys/<int:pk>/", surveys.SurveyDetail.as_view(), name="survey"),
    path("surveys/<int:pk>/poster/", surveys.SurveyPoster.as_view(), name="survey_poster"),
    path("surveys/<int:pk>/close/", surveys.SurveyClose.as_view(), name="survey_close"),
]
