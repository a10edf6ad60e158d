from django.urls import path

from apps.evidence import views
from apps.evidence.receipts.views import pages as receipts
from apps.evidence.witnessing.views import pages as witnesses

app_name = "evidence"
urlpatterns = [
    path("", views.EntryList.as_view(), name="entries"),
    path("<int:pk>/", views.EntryPage.as_view(), name="entry"),
    path("<int:pk>/receipt/", receipts.ReceiptPage.as_view(), name="receipt"),
    path("<int:pk>/receipt.json", receipts.ReceiptFile.as_view(), name="receipt_file"),
    path("checkpoints/", views.CheckpointList.as_view(), name="checkpoints"),
    path("checkpoints/<int:pk>/", views.CheckpointPage.as_view(), name="checkpoint"),
    path("anchors/", witnesses.AnchorList.as_view(), name="anchors"),
    path("witnesses/", witnesses.PeerList.as_view(), name="peers"),
    path("witnesses/<int:pk>/", witnesses.PeerPage.as_view(), name="peer"),
    path("api/checkpoint/", views.CheckpointJson.as_view(), name="api_checkpoint"),
    path("api/proof/<int:pk>/", views.ProofJson.as_view(), name="api_proof"),
    path("api/consistency/", views.ConsistencyJson.as_view(), name="api_consistency"),
    path("api/key/", views.KeyJson.as_view(), name="api_key"),
]
