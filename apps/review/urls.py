from django.urls import URLPattern

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
PUBLICITY: list[URLPattern] = []

urlpatterns = [*POOL, *REVIEWS, *DRAWS, *PANELS, *PUBLICITY]
