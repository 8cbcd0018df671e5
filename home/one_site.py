"""Refuse a second site in one installation (docs/adr/0033-one-site-an-installation.md)."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import Error, Tags, register
from django.db import connections
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.models import Site
from wagtail.sites.views import CreateView


class FirstSite(CreateView):
    """Wagtail's view, which adds only the first site; for a second one it shows an error."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not (Site.objects.exists() and self.user_has_permission(self.permission_required)):
            answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
            return answer
        text = _(
            "There can be only one site here, since all campaigns share one address, one name and "
            "one total; a second site needs an installation of its own."
        )
        messages.error(request, text)
        return redirect("wagtailsites:index")


@register(Tags.database)
def has_one_site(databases: Sequence[str] | None = None, **kwargs: Any) -> list[Error]:
    """Return an error if the database has a second site, which was added in another way."""
    return [
        Error(
            "There are several sites in this database, and Lastdrop serves one: delete all others, "
            "for example under Settings › Sites, and give each an installation of its own.",
            id="lastdrop.E002",
        )
        for alias in databases or []
        if Site._meta.db_table in connections[alias].introspection.table_names()
        and Site.objects.using(alias).count() > 1
    ]
