from django.urls import URLPattern, path

from apps.review.views import draws

app_name = "review"

# --- expert pool
POOL: list[URLPattern] = []

# --- reviews, conclusions, statistics
REVIEWS: list[URLPattern] = []

# --- draws
DRAWS: list[URLPattern] = [
    path("reviews/<int:pk>/draw/", draws.DrawNew.as_view(), name="draw_new"),
    path("reviews/<int:pk>/replace/", draws.DrawReplace.as_view(), name="draw_replace"),
    path("reviews/<int:pk>/redraw/", draws.RedrawRequest.as_view(), name="draw_redraw"),
    path("draws/<int:pk>/", draws.DrawDetail.as_view(), name="draw"),
    path("draws/<int:pk>/make/", draws.DrawMake.as_view(), name="draw_make"),
    path("draws/<int:pk>/allow/", draws.DrawAllow.as_view(), name="draw_allow"),
    path("draws/<int:pk>/refuse/", draws.DrawRefuse.as_view(), name="draw_refuse"),
]

# --- panels, and the desk of an expert
PANELS: list[URLPattern] = []

# --- publicity and objections, inside
PUBLICITY: list[URLPattern] = []

urlpatterns = [*POOL, *REVIEWS, *DRAWS, *PANELS, *PUBLICITY]
