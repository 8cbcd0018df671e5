"""Delete no user who has done something: receipts, decisions and the log say who did it."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db.models import ForeignObjectRel, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail.admin.views.bulk_action import BulkAction
from wagtail.models import ModelLogEntry

from campaigns.cms import screens
from campaigns.paragraphs import with_commas

# The models with a user's settings, keys and permissions, which are deleted with the user. The rows
# of all other models that refer to users are what they have done.
OWN = frozenset(
    {
        *("auth.User_groups", "auth.User_user_permissions", "wagtailusers.UserProfile"),
        *("otp_static.StaticDevice", "otp_totp.TOTPDevice", "wagtailcore.APIToken"),
        *("django_otp_webauthn.WebAuthnCredential", "django_otp_webauthn.WebAuthnUserHandle"),
        *("account.EmailAddress", "socialaccount.SocialAccount", "operations.Job"),
        *("campaigns.TypedSearch", "campaigns.MailChoice", "campaigns.StaffNotice_readers"),
        *("wagtailcore.PageSubscription", "wagtailadmin.EditingSession", "wagtailadmin.FormState"),
    }
)
# The models of which a user's rows are settings too, unless they are shared with a collection:
# colleagues use those, and would lose them.
SHAREABLE = frozenset({"campaigns.ExportPreset", "campaigns.SavedView"})


def relations() -> Iterator[ForeignObjectRel]:
    """Yield all foreign keys to users, and those in the tables of many-to-many relations."""
    for field in User._meta.get_fields(include_hidden=True):
        if isinstance(field, ForeignObjectRel) and not field.many_to_many:
            yield field


def has_done_something(user: User) -> bool:
    """Return whether anything but the user's own settings, shared with nobody, refers to the user.

    Log entries of users about themselves do not count.
    """
    kind = ContentType.objects.get_for_model(User)
    for relation in relations():
        model = relation.related_model
        if model._meta.label in OWN:
            continue
        rows: QuerySet[Any] = QuerySet(model).filter(**{relation.field.name: user.pk})
        if model._meta.label in SHAREABLE:
            rows = rows.exclude(collection=None)
        if model is ModelLogEntry:
            rows = rows.exclude(content_type=kind, object_id=str(user.pk))
        if rows.exists():
            return True
    return False


def refused(request: HttpRequest, users: Iterable[User]) -> bool:
    """Return whether one of the users may not be deleted, and say so in a message."""
    names = [user.get_username() for user in users if has_done_something(user)]
    if names:
        text = _(
            "Nothing was deleted. Accounts under which something was done can only be deactivated, "
            "so that the site can still say who did it: %(names)s"
        )
        messages.error(request, text % {"names": with_commas(sorted(names))})
    return bool(names)


def refuse(request: HttpRequest, user: User) -> HttpResponse | None:
    """Return to the form of a user who may not be deleted, also before it asks for confirmation."""
    if refused(request, [user]):
        return screens.refused(redirect("wagtailusers_users:edit", user.pk))
    return None


def refuse_bulk(
    request: HttpRequest, kind: str, chosen: list[Any], action: BulkAction
) -> HttpResponse | None:
    """Return to the list of users if one of those chosen may not be deleted."""
    if action.model is User and kind == "delete" and refused(request, chosen):
        return redirect(action.next_url)
    return None
