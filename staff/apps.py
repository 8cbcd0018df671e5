from django.apps import AppConfig
from wagtail.users import apps


class StaffConfig(AppConfig):
    name = "staff"
    default_auto_field = "django.db.models.BigAutoField"


class UsersConfig(apps.WagtailUsersAppConfig):
    """Wagtail's app for users and groups, with our views."""

    default = False  # StaffConfig is the default
    group_viewset = "staff.account.GroupViewSet"
    user_viewset = "staff.account.UserViewSet"
