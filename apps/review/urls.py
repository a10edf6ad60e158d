from django.urls import URLPattern, path

from apps.review.views import conclusions, reviews, statistics

app_name = "review"

# --- expert pool
POOL: list[URLPattern] = []

# --- reviews, conclusions, statistics
REVIEWS: list[URLPattern] = [
    path("", reviews.ReviewList.as_view(), name="reviews"),
    path("waiting/", reviews.WaitingList.as_view(), name="waiting"),
    path("new/", reviews.ReviewNew.as_view(), name="review_new"),
    path("statistics/", statistics.Statistics.as_view(), name="statistics"),
    path("<int:pk>/", reviews.ReviewDetail.as_view(), name="review"),
    path("<int:pk>/compute/", reviews.ReviewCompute.as_view(), name="review_compute"),
    path("<int:pk>/cancel/", reviews.ReviewCancel.as_view(), name="review_cancel"),
    path("conclusions/<int:pk>/", conclusions.ConclusionDetail.as_view(), name="conclusion"),
    path("conclusions/<int:pk>/edit/", conclusions.ConclusionEdit.as_view(), name="conclusion_edit"),
    path("conclusions/<int:pk>/submit/", conclusions.ConclusionSubmit.as_view(), name="conclusion_submit"),
]

# --- draws
DRAWS: list[URLPattern] = []

# --- panels, and the desk of an expert
PANELS: list[URLPattern] = []

# --- publicity and objections, inside
PUBLICITY: list[URLPattern] = []

urlpatterns = [*POOL, *REVIEWS, *DRAWS, *PANELS, *PUBLICITY]
