from django.urls import path, re_path

from apps.reports import views

app_name = "reports"
urlpatterns = [
    re_path(r"^summary\.(?P<kind>pdf|xlsx|csv)$", views.SummaryFile.as_view(), name="summary"),
    re_path(r"^sheets/(?P<pk>\d+)\.(?P<kind>pdf|xlsx|csv)$", views.SheetFile.as_view(), name="sheet"),
    path("projects/<int:pk>.pdf", views.ProjectFile.as_view(), name="project"),
    path("reviews/<int:pk>.pdf", views.ReviewFile.as_view(), name="review"),
    path("notices/<int:pk>.pdf", views.NoticeFile.as_view(), name="notice"),
    path("draws/<int:pk>.pdf", views.DrawFile.as_view(), name="draw"),
    path("batch/", views.BatchStart.as_view(), name="batch"),
    re_path(r"^batch/(?P<token>[0-9a-f]{32})\.zip$", views.BatchFile.as_view(), name="batch_file"),
]
