from django.apps import AppConfig


class AccountConfig(AppConfig):
    """django-allauth's accounts, of which its client of OpenID Connect needs the tables.

    Its own configuration asks for a middleware, which every request would pass.
    """

    name = "allauth.account"
    default_auto_field = "django.db.models.AutoField"
