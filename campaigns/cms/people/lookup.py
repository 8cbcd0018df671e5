"""The form for the email address of a person with a data request, and what we hold about them.

The email address is only ever sent by POST: URLs end up in logs and in the history of browsers.
"""

from base64 import b64decode, b64encode
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from django.views.generic import FormView
from wagtail.admin.menu import MenuItem

from campaigns.appeals import message
from campaigns.cms.people.receipts import may_read
from campaigns.cms.people.requests import ANSWERS, PersonForm, RequestForm, scope_of
from campaigns.cms.permissions import StaffRequest, signature_policy
from campaigns.cms.screens import Screen
from campaigns.privacy import access_report, access_report_in_words, people, receipts
from campaigns.signatures.column_types import as_text
from campaigns.signatures.conditions import STATES
from campaigns.signatures.signature import Signature
from operations import encryption

SIGNED = Signature._meta.get_field("signed_at")
# The text where an answer covers fewer signatures than the user may see.
LIMITS = {
    "hand_out": ngettext_lazy(
        "Of %(all)s signature, the file covers %(covered)s.",
        "Of %(all)s signatures, the file covers %(covered)s.",
        "all",
    ),
    "moderate": ngettext_lazy(
        "Of %(all)s signature, you may stop the emails for %(covered)s.",
        "Of %(all)s signatures, you may stop the emails for %(covered)s.",
        "all",
    ),
    "delete": ngettext_lazy(
        "Of %(all)s signature, you may delete %(covered)s.",
        "Of %(all)s signatures, you may delete %(covered)s.",
        "all",
    ),
}


KEPT = "person_looked_up"  # in the session: the typed fields, encrypted


def keep(request: HttpRequest) -> None:
    """Keep what was typed about a person, until the page is opened next.

    `staff.recent_second_factor` calls this where the second factor has to be shown in between. URLs
    end up in logs, so no URL can hold it.
    """
    typed = {name: request.POST.get(name, "")[:254] for name in PersonForm.base_fields}
    request.session[KEPT] = b64encode(encryption.seal(typed, KEPT)).decode()


# FormView is generic in the stubs only.
class PeopleView(Screen, FormView):  # type: ignore[type-arg]
    """The form for an email address, and what is held about the person behind it."""

    http_method_names = ["get", "post", "head", "options"]
    form_class = PersonForm
    template_name = "campaigns/cms/people.html"
    page_title = _("Data requests")
    header_icon = "user"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not signature_policy.user_has_any_permission(self.request.user, ANSWERS):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "scope": scope_of(self.request.user, "view")}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the person who was looked up before the second factor was asked for, if any."""
        if kept := request.session.pop(KEPT, ""):
            typed = encryption.opened(b64decode(kept), KEPT)
            form = self.form_class(typed, scope=scope_of(self.request.user, "view"))
            return self.form_valid(form) if form.is_valid() else self.form_invalid(form)
        return super().get(request, *args, **kwargs)

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Show what is held; Django's FormView calls this for a valid POST."""
        who = {name: form.cleaned_data[name] for name in ("email", "name")}
        user = self.request.user
        scope = scope_of(user, "view")
        signatures = people.find(**who, scope=scope).select_related("tally__petition")
        may = {action: signature_policy.user_has_permission(user, action) for action in ANSWERS}
        others = access_report.known_otherwise(**who, scope=scope)
        others = {key: value for key, value in others.items() if value}
        held = {
            "person": RequestForm(initial=who, scope=scope, auto_id=False),
            "signatures": [
                (each, STATES[each.state], as_text(each, SIGNED))
                for each in signatures.order_by("pk")
            ],
            "entries": people.entries_naming(**who, scope=scope),
            "stops": people.stops(who["email"], scope=scope),
            "contacts": people.contacts_of(**who, scope=scope),
            "representatives": people.representatives_of(**who, scope=scope),
            "messages": len(message.as_data(**who)) if scope.contacts else 0,
            "others": access_report_in_words.tree(others),
            "accounts": people.staff_named(**who, scope=scope),
            "receipts": [each for each in receipts.of(who["email"]) if may_read(user, each)],
            "may": may,
            "limits": [
                text % {"covered": covered, "all": len(signatures)}
                for action, text in LIMITS.items()
                if may[action]
                and (covered := people.find(**who, scope=scope_of(user, action)).count())
                < len(signatures)
            ],
        }
        return self.render_to_response(self.get_context_data(form=form, held=held))

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        """Show the form again (422) after an invalid POST; Django's FormView calls this."""
        return self.render_to_response(self.get_context_data(form=form), status=422)


class PeopleMenuItem(MenuItem):
    """The menu item, for staff who may answer one of the requests."""

    def __init__(self) -> None:
        super().__init__(PeopleView.page_title, reverse_lazy("people"), icon_name="user", order=225)

    def is_shown(self, request: StaffRequest) -> bool:
        """Return whether to show the item; Wagtail calls this for each menu item."""
        return signature_policy.user_has_any_permission(request.user, ANSWERS)


def urls() -> list[URLPattern]:
    """Return the URLs, for the `register_admin_urls` hook."""
    return [path("signatures/people/", PeopleView.as_view(), name="people")]
