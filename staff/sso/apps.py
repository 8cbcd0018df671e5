from django.apps import AppConfig


class AccountConfig(AppConfig):
    """django-allauth's app for accounts, whose tables its OpenID Connect client needs.

    Its own configuration requires a middleware, which every request would pass through.
    """

    name = "allauth.account"
    default_auto_field = "django.db.models.AutoField"
