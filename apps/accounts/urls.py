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
    path("second-factor/", views.SecondFactor.as_view(), name="second_factor"),
    path("accounts/", views.AccountsToLookAt.as_view(), name="accounts"),
    path("signatures/", views.Signatures.as_view(), name="signatures"),
    path("clearances/", views.Clearances.as_view(), name="clearances"),
    path("security/", views.Security.as_view(), name="security"),
    path("security/app/", views.AppAdd.as_view(), name="app_add"),
    path("security/passkey/", views.PasskeyAdd.as_view(), name="passkey_add"),
    path("security/recovery-codes/", views.RecoveryCodes.as_view(), name="recovery_codes"),
    path("security/<int:pk>/remove/", views.FactorDrop.as_view(), name="factor_drop"),
]
