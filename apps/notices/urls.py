from django.urls import path

from apps.notices import views

app_name = "notices"
urlpatterns = [
    path("", views.NoticeList.as_view(), name="list"),
    path("count/", views.UnreadCount.as_view(), name="count"),
    path("read/", views.ReadAll.as_view(), name="read_all"),
    path("<int:pk>/open/", views.OpenNotice.as_view(), name="open"),
]
