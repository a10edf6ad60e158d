from django.urls import path

from apps.accounts import views

app_name = "accounts"
urlpatterns = [
    path("login/", views.SignIn.as_view(), name="login"),
    path("logout/", views.sign_out, name="logout"),
    path("logout/everywhere/", views.sign_out_everywhere, name="logout_everywhere"),
    path("post/", views.switch_post, name="switch"),
    path("language/", views.set_language, name="language"),
    path("money-unit/", views.set_money_unit, name="money_unit"),
    path("password/", views.PasswordPage.as_view(), name="password"),
]
