from django.urls import path, re_path

from apps.reports.views import documents, letters, payments, performance, published, receipts, regions, visual

app_name = "reports"
urlpatterns = [
    re_path(r"^summary\.(?P<kind>pdf|xlsx|csv)$", documents.SummaryFile.as_view(), name="summary"),
    re_path(r"^sheets/(?P<pk>\d+)\.(?P<kind>pdf|xlsx|csv)$", documents.SheetFile.as_view(), name="sheet"),
    path("projects/<int:pk>.pdf", documents.ProjectFile.as_view(), name="project"),
    path("reviews/<int:pk>.pdf", documents.ReviewFile.as_view(), name="review"),
    path("notices/<int:pk>.pdf", documents.NoticeFile.as_view(), name="notice"),
    path("draws/<int:pk>.pdf", documents.DrawFile.as_view(), name="draw"),
    path("payments/<int:pk>/request.pdf", payments.OrderFile.as_view(), name="payment_order"),
    path("payments/<int:pk>/notice.pdf", payments.NoticeFile.as_view(), name="payment_notice"),
    path("vouchers/<int:pk>.pdf", payments.VoucherFile.as_view(), name="payment_voucher"),
    path("receipts/<int:pk>.pdf", receipts.ReceiptFile.as_view(), name="receipt"),
    re_path(r"^regions\.(?P<kind>pdf|xlsx|csv|png)$", regions.RegionFile.as_view(), name="region"),
    path("performance/visual/", visual.VisualPage.as_view(), name="visual"),
    path("performance/visual.pdf", visual.VisualFile.as_view(), name="visual_file"),
    path("performance/<int:pk>/visual/", visual.YearVisual.as_view(), name="visual_year"),
    path("performance/<int:pk>/visual.pdf", visual.YearVisualFile.as_view(), name="visual_year_file"),
    re_path(
        r"^performance/(?P<pk>\d+)/(?P<paper>[a-z]+)\.(?P<suffix>pdf|xlsx)$",
        performance.YearPaper.as_view(),
        name="performance_paper",
    ),
    path("performance/papers/", performance.PapersStart.as_view(), name="performance_start"),
    re_path(
        r"^performance/papers/(?P<token>[0-9a-f]{32})\.zip$",
        performance.PapersFile.as_view(),
        name="performance_papers",
    ),
    path("batch/", documents.BatchStart.as_view(), name="batch"),
    re_path(r"^batch/(?P<token>[0-9a-f]{32})\.zip$", documents.BatchFile.as_view(), name="batch_file"),
    path("letters/<int:pk>/", letters.LettersStart.as_view(), name="letters"),
    path("letters/<int:pk>/<int:unit>.pdf", letters.LetterFile.as_view(), name="letter"),
    path("published/", published.PublishedPage.as_view(), name="published"),
    re_path(r"^published\.(?P<kind>pdf|xlsx|csv)$", published.PublishedFile.as_view(), name="published_file"),
    path("published/start/", published.PublishedStart.as_view(), name="published_start"),
    re_path(r"^published/(?P<token>[0-9a-f]{32})\.pdf$", published.PublishedDone.as_view(), name="published_done"),
    re_path(r"^letters/(?P<token>[0-9a-f]{32})\.zip$", letters.LettersFile.as_view(), name="letters_file"),
]
