"""The addresses where staff set up and show their second factor."""

from django.urls import path
from wagtail.admin.auth import require_admin_access

from staff import views
from staff.account import AccountView

# Under the CMS's address, before its own.
urlpatterns = [
    path("second-factor/", views.overview, name="second_factor"),
    path("second-factor/set-up/", views.set_up, name="set_up_second_factor"),
    path("leave/", views.leave, name="leave"),
    path("account/", require_admin_access(AccountView.as_view()), name="account"),
]
