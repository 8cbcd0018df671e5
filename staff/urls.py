"""The URLs at which staff set up and look after their second factor."""

from django.urls import path
from wagtail.admin.auth import require_admin_access

from staff import views
from staff.account import AccountView

# Below /admin/, before Wagtail's own URLs.
urlpatterns = [
    path("second-factor/", views.overview, name="second_factor"),
    path("second-factor/set-up/", views.set_up, name="set_up_second_factor"),
    path("second-factor/again/", views.again, name="second_factor_again"),
    path("leave/", views.leave, name="leave"),
    path("account/", require_admin_access(AccountView.as_view()), name="account"),
]
