"""Activate no user whose email address another active user has, also not in a bulk action."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail.admin.views.bulk_action import BulkAction

from campaigns.paragraphs import with_commas


def refuse_bulk(
    request: HttpRequest, kind: str, chosen: list[Any], action: BulkAction
) -> HttpResponse | None:
    """Return to the list of users if two active users would then have one email address.

    The form of a single user refuses this too (`forms.UniqueEmail`).
    """
    if action.model is not User or kind != "set_active_state" or action.cleaned_form is None:
        return None
    if not action.cleaned_form.cleaned_data["mark_as_active"]:
        return None
    activated = [user for user in chosen if not user.is_active and user.email]
    addresses = Counter(user.email.lower() for user in activated)
    active = User.objects.filter(is_active=True).annotate(address=Lower("email"))
    addresses.update(active.filter(address__in=list(addresses)).values_list("address", flat=True))
    names = [user.get_username() for user in activated if addresses[user.email.lower()] > 1]
    if not names:
        return None
    text = _(
        "Nobody was activated, since these accounts would share an email address with another "
        "active account: %(names)s"
    )
    messages.error(request, text % {"names": with_commas(sorted(names))})
    return redirect(action.next_url)
