from django.urls import URLPattern, path

from apps.review.views import publicity

app_name = "review"

# --- expert pool
POOL: list[URLPattern] = []

# --- reviews, conclusions, statistics
REVIEWS: list[URLPattern] = []

# --- draws
DRAWS: list[URLPattern] = []

# --- panels, and the desk of an expert
PANELS: list[URLPattern] = []

# --- publicity and objections, inside
PUBLICITY: list[URLPattern] = [
    path("publicity/", publicity.PublicityList.as_view(), name="publicities"),
    path("publicity/<int:pk>/", publicity.PublicityDetail.as_view(), name="publicity"),
    path("publicity/<int:pk>/take-down/", publicity.TakeDown.as_view(), name="take_down"),
    path("conclusions/<int:pk>/publish/", publicity.Publish.as_view(), name="publish"),
    path("objections/", publicity.ObjectionList.as_view(), name="objections"),
    path("objections/<int:pk>/", publicity.ObjectionDetail.as_view(), name="objection"),
    path("objections/<int:pk>/accept/", publicity.ObjectionAccept.as_view(), name="objection_accept"),
    path("objections/<int:pk>/refuse/", publicity.ObjectionRefuse.as_view(), name="objection_refuse"),
    path("objections/<int:pk>/decide/", publicity.ObjectionDecide.as_view(), name="objection_decide"),
]

urlpatterns = [*POOL, *REVIEWS, *DRAWS, *PANELS, *PUBLICITY]
