from django.urls import path

from apps.desk import views

app_name = "desk"
urlpatterns = [
    path("jobs/", views.JobList.as_view(), name="jobs"),
    path("jobs/<int:pk>/", views.JobPage.as_view(), name="job"),
    path("jobs/<int:pk>/cancel/", views.JobCancel.as_view(), name="cancel"),
    path("views/save/", views.SaveView.as_view(), name="save_view"),
    path("views/<int:pk>/drop/", views.DropView.as_view(), name="drop_view"),
    path("views/<int:pk>/first/", views.FirstView.as_view(), name="first_view"),
    path("columns/", views.ChooseColumns.as_view(), name="columns"),
]
