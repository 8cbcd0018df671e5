"""Views for staff, which are no part of the CMS and look like public pages."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe


def for_insiders(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Show the view to staff, and to everybody in development. Raises Http404 for all others."""

    @require_safe
    @wraps(view)
    def wrapper(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not (settings.DEBUG or request.user.has_perm("wagtailadmin.access_admin")):
            raise Http404
        return view(request, *args, **kwargs)

    return wrapper
