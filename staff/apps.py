from django.apps import AppConfig
from wagtail.users import apps


class StaffConfig(AppConfig):
    name = "staff"
    default_auto_field = "django.db.models.BigAutoField"


class UsersConfig(apps.WagtailUsersAppConfig):
    """Wagtail's users, with our screens of them."""

    default = False  # of this module
    user_viewset = "staff.account.UserViewSet"
