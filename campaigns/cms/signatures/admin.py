"""Signatures in the CMS: the list, one signature, its history, and deleting, but no editing."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib.admin.utils import unquote
from django.contrib.auth.models import Permission
from django.db.models import Field, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, re_path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import Button, HeaderButton
from wagtail.log_actions import log
from wagtail_modeladmin.helpers import PermissionHelper
from wagtail_modeladmin.options import ModelAdmin
from wagtail_modeladmin.views import DeleteView, HistoryView, InspectView

from campaigns.cms.finding import signature_page
from campaigns.cms.permissions import AnyUser, StaffRequest, signature_policy, signatures_for
from campaigns.cms.signatures import assisting, history
from campaigns.cms.signatures.listing import SignatureIndexView, reason_of
from campaigns.signatures.column_types import ShownIn, as_text
from campaigns.signatures.columns import COLUMNS
from campaigns.signatures.conditions import STATES
from campaigns.signatures.question_answers import readable
from campaigns.signatures.signature import Signature
from campaigns.signing import withdrawing


class SignaturePermissions(PermissionHelper):
    """Answer modeladmin's permission checks from the policy of signatures."""

    def user_can_list(self, user: AnyUser) -> bool:
        return signature_policy.user_has_permission(user, "view")

    def user_can_create(self, user: AnyUser) -> bool:
        return False

    def user_can_inspect_obj(self, user: AnyUser, obj: Signature) -> bool:
        return signature_policy.user_has_permission_for_instance(user, "inspect", obj)

    def user_can_edit_obj(self, user: AnyUser, obj: Signature) -> bool:
        return False

    def user_can_delete_obj(self, user: AnyUser, obj: Signature) -> bool:
        return signature_policy.user_has_permission_for_instance(user, "delete", obj)


class NativeLook(WagtailAdminTemplateMixin):
    """A mixin that gives modeladmin's views the breadcrumbs and slim header of Wagtail's own."""

    request: StaffRequest
    instance: Signature
    model_admin: ModelAdmin
    menu_icon: str
    index_url: str

    def get_header_icon(self) -> str:
        return self.menu_icon

    def get_page_subtitle(self) -> str:
        return self.instance.name or str(self.instance)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        index = {"url": self.index_url, "label": self.model_admin.get_menu_label()}
        here = {"url": "", "label": self.page_title, "sublabel": self.get_page_subtitle()}
        return [*self.breadcrumbs_items, index, here]


class SignatureInspectView(NativeLook, InspectView):
    """Everything about one signature, with links to its history and to moderating it."""

    page_title = _("Signature")

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        history_url = self.url_helper.get_action_url("history", self.pk_quoted)
        buttons = [HeaderButton(_("History"), url=history_url, icon_name="history")]
        user = self.request.user
        if signature_policy.user_has_permission_for_instance(user, "moderate", self.instance):
            url = f"{reverse('moderate_signatures')}?signature={self.instance.pk}"
            buttons.append(
                HeaderButton(_("Release, quarantine or invalidate"), url=url, icon_name="check")
            )
        if self.permission_helper.user_can_delete_obj(user, self.instance):
            buttons.append(HeaderButton(_("Delete"), url=self.delete_url, icon_name="bin"))
        return buttons

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        return assisting.buttons(self.request.user, self.instance)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        more = signature_page.context(self.instance, self.request.user)
        return {**super().get_context_data(**kwargs), **more}

    def get_fields_dict(self) -> list[dict[str, Any]]:
        return [{"label": label, "value": value} for label, value in details(self.instance)]


class SignatureHistoryView(NativeLook, HistoryView):
    """Everything that staff did to the signature, alone or together with others."""

    def get_queryset(self) -> list[history.Entry]:
        """Return the rows of the table; modeladmin's view would read only Wagtail's log."""
        return history.entries(self.instance, self.request.user)


class SignatureDeleteView(NativeLook, DeleteView):
    """Ask before a signature is deleted, and delete the rows that depend on it as well."""

    page_title = _("Delete")

    def confirmation_message(self) -> str:
        text = self.what_is_deleted()
        if self.instance.email_key is None:
            return text
        more = gettext(
            "A key made from the email address stays, so that no imported list brings the "
            "signature back. It is deleted together with the data of all signers at the latest."
        )
        return f"{text} {more}"

    def what_is_deleted(self) -> str:
        if Signature.objects.counted().filter(pk=self.instance.pk).exists():
            return gettext(
                "Delete this signature? The person’s name and email address are deleted for good, "
                "and the petition’s count falls by one. The log records only the number of the "
                "signature."
            )
        return gettext(
            "Delete this signature? The person’s name and email address are deleted for good. It "
            "does not count now, so the petition’s count stays as it is. The log records only the "
            "number of the signature."
        )

    def delete_instance(self) -> None:
        if withdrawing.delete(self.instance.pk, by_staff=True):
            # Log with the petition, since the signature's own history is deleted with it.
            log(self.instance.tally.petition, "petition.delete_signature", user=self.request.user)

    # Wagtail's own template for deleting calls these methods of its view.
    def get_delete_url(self) -> str:
        return self.delete_url

    def get_success_url(self) -> str:
        return self.index_url


def details(signature: Signature) -> list[tuple[str, Any]]:
    """Return (label, value) for all data of a signature, including everything its signer read."""
    rows = [
        (_("number"), signature.pk),
        (_("petition"), signature.tally.petition.title),
        (_("state"), STATES[signature.state]),
        *(
            (field.verbose_name, text_of(signature, field))
            for field, column in COLUMNS
            if ShownIn.CMS in column.shown_in
        ),
        *readable(signature, signature.tally.petition),
        *assisting.facts(signature),
    ]
    if version := signature.version:
        rows += [
            (_("version"), version.pk),
            (_("published"), timezone.localtime(version.published_at)),
            *((part.heading, as_read(text)) for part, text in version.readable),
        ]
    if row := getattr(signature, "imported", None):
        rows += [
            (_("list"), row.made_in.file_name),
            (_("row of the list"), row.row),
            (_("sheet"), row.sheet or "—"),
            (_("agreed to, elsewhere"), as_read(row.made_in.consent)),
        ]
    return [(capfirst(str(label)), value) for label, value in rows]


def as_read(text: str) -> SafeString:
    """Return a part of a version as its signer read it: as paragraphs and lines, without markup."""
    return mark_safe(linebreaks(text, autoescape=True))  # the text is escaped


def text_of(signature: Signature, field: "Field[Any, Any]") -> str:
    if field.name == "moderation_reason":
        return reason_of(signature)
    text = as_text(signature, field)
    if field.name == "page" and signature.page_id and not text:
        return gettext("A page that was deleted")
    return text or "—"


class SignatureAdmin(ModelAdmin):
    """The menu item and the views. In all of them, a signature of another team is a 404."""

    model = Signature
    base_url_path = "signatures"
    menu_label = _("Signatures")
    menu_icon = "group"
    menu_order = 220
    menu_item_name = "signatures"
    inspect_view_enabled = True
    permission_helper_class = SignaturePermissions
    index_view_class = SignatureIndexView
    inspect_view_class = SignatureInspectView
    history_view_class = SignatureHistoryView
    delete_view_class = SignatureDeleteView
    inspect_template_name = "campaigns/cms/signature.html"
    history_template_name = "campaigns/cms/signature_history.html"
    delete_template_name = "wagtailadmin/generic/confirm_delete.html"

    def results_view(self, request: HttpRequest) -> HttpResponseBase:
        return self.index_view_class.as_view(model_admin=self, results_only=True)(request)

    def inspect_view(self, request: StaffRequest, instance_pk: str) -> HttpResponse:
        return super().inspect_view(request, own(request, instance_pk, "view"))

    def history_view(self, request: StaffRequest, instance_pk: str) -> HttpResponse:
        return super().history_view(request, own(request, instance_pk, "view"))

    def delete_view(self, request: StaffRequest, instance_pk: str) -> HttpResponse:
        return super().delete_view(request, own(request, instance_pk, "delete"))

    def get_admin_urls_for_registration(self) -> tuple[URLPattern, ...]:
        """Return the URLs, without those for adding and editing, which nobody may do."""
        url = self.url_helper  # type: ignore[has-type]  # its class is chosen at run time
        views: dict[str, Callable[..., HttpResponseBase]] = {
            "index": self.index_view,
            "inspect": self.inspect_view,
            "history": self.history_view,
            "delete": self.delete_view,
        }
        return (
            re_path(
                rf"^{url.base_url_path}/results/$",
                self.results_view,
                name=url.get_action_url_name("results"),
            ),
            *(
                re_path(url.get_action_url_pattern(name), view, name=url.get_action_url_name(name))
                for name, view in views.items()
            ),
        )

    def get_permissions_for_registration(self) -> QuerySet[Permission]:
        """Register no permissions: they are granted on the petition's collection instead."""
        return Permission.objects.none()

    def register_admin_url_finders(self) -> None:
        """Register nothing, since there is no view for editing."""


def own(request: StaffRequest, instance_pk: str, action: str) -> str:
    """Return the key of a signature on which the user may act. Raise Http404 for others."""
    try:
        key = UUID(unquote(instance_pk))
    except ValueError:
        raise Http404 from None
    return str(get_object_or_404(signatures_for(request.user, action), pk=key).pk)
