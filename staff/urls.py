"""The URLs at which staff sign in, and manage their second factor."""

from django.urls import path
from wagtail.admin.auth import require_admin_access

from staff import views
from staff.account import AccountView, PasswordResetConfirmView
from staff.passkeys import views as passkeys
from staff.sso import views as sso

# Below /admin/, before Wagtail's own URLs.
urlpatterns = [
    path("second-factor/", views.overview, name="second_factor"),
    path("second-factor/set-up/", views.set_up, name="set_up_second_factor"),
    path("second-factor/again/", views.again, name="second_factor_again"),
    path(
        "second-factor/phone/remove/",
        require_admin_access(views.remove_phone),
        name="remove_phone",
    ),
    path("second-factor/passkeys/add/", passkeys.add, name="add_passkey"),
    path(
        "second-factor/passkeys/<int:pk>/remove/",
        require_admin_access(passkeys.remove),
        name="remove_passkey",
    ),
    path(
        "second-factor/sign-out-everywhere/", views.sign_out_everywhere, name="sign_out_everywhere"
    ),
    path("sso/", sso.begin, name="sso_begin"),
    path("sso/answer/", sso.answer, name="sso_answer"),
    path("sso/second-step/", sso.second_step, name="sso_second_step"),
    path("leave/", views.leave, name="leave"),
    path(
        "password_reset/confirm/<uidb64>/<token>/",
        PasswordResetConfirmView.as_view(),
        name="reset_password",
    ),
    path("account/", require_admin_access(AccountView.as_view()), name="account"),
]
