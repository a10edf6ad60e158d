from django.urls import path

from apps.evidence import views
from apps.evidence.receipts.views import pages as receipts

app_name = "evidence"
urlpatterns = [
    path("", views.EntryList.as_view(), name="entries"),
    path("<int:pk>/", views.EntryPage.as_view(), name="entry"),
    path("<int:pk>/receipt/", receipts.ReceiptPage.as_view(), name="receipt"),
    path("<int:pk>/receipt.json", receipts.ReceiptFile.as_view(), name="receipt_file"),
]
