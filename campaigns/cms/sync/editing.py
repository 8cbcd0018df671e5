"""The list of receivers, and the form in which a receiver is set up."""

import re
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import URLPattern, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn
from wagtail.admin.views.generic import CreateView, EditView, IndexView
from wagtail.admin.viewsets.model import ModelViewSet

from campaigns.cms.fields import PetitionsField
from campaigns.cms.permissions import StaffRequest
from campaigns.cms.sync.deleting import ReceiverDeleteView
from campaigns.cms.sync.rights import receivers_for
from campaigns.paragraphs import Text
from campaigns.petitions.tally import Tally
from campaigns.sync import keys, upkeep
from campaigns.sync.delivery import Delivery, Known, Outcome
from campaigns.sync.receiver import Kind, Receiver, ReceiverField, note_from_now, try_now
from campaigns.sync.services import entries
from campaigns.workflow.seen_forms import SeenForm

URL = "receiver"
NAME = "receivers"
NO_ADDRESS = _(
    "Type a web address that begins with https://, with no user name and no password in it."
)
WHOSE = _("Choose at least one petition, or tick “all petitions”.")
NO_LIST = _("Type the number of the list, as the mailing list shows it.")
NO_USER = _("Type the name with which the site logs in.")
KNOWS_SIGNERS = _(
    "This list holds signers, who are to be deleted there if they withdraw. Set up a new receiver "
    "for another list, and untick “added” and “changed” in this one."
)
SAME_NAME = _("Two fields have the same name in the event.")
NO_KEY = _("Type the key or password with which the site logs in.")
ONLY_OPTED_IN = _("A mailing list gets only those who want to be kept informed: tick this box.")
# The format of a list's identifier, by the kind of receiver.
LISTS = {Kind.LISTMONK: r"\d{1,9}", Kind.MAUTIC: r"\d{1,9}", Kind.MAILCHIMP: r"[0-9A-Za-z]{1,40}"}
WITH_USER = (Kind.LISTMONK, Kind.MAUTIC)
USUAL = ("name", "email", "country", "updates")


def address(receiver: Receiver) -> str:
    return reverse(URL, args=[receiver.pk])


def state_of(receiver: Receiver) -> Text:
    """Return the state of a receiver, in a word."""
    if receiver.gave_up_at:
        return _("switched off, since it failed")
    if not receiver.is_on:
        return _("switched off")
    return _("failing") if receiver.failing_since else _("on")


class ReceiverForm(SeenForm, WagtailAdminModelForm):
    """The form of a receiver.

    Its kind cannot be changed, since each kind of list records in its own way which signers it has.
    """

    key = forms.CharField(
        label=_("Key or password"),
        required=False,
        strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_(
            "For listmonk: the token of the API user. For Mailchimp: an API key. For Mautic: the "
            "password. It is stored encrypted and never shown. If you leave this field empty, the "
            "current key or password stays, unless the web address names another server."
        ),
    )
    tallies = PetitionsField(
        queryset=Tally.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        label=_("Petitions"),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["tallies"]
        assert isinstance(field, PetitionsField)
        found = Tally.objects.select_related("petition")
        field.queryset = found.order_by("petition__title", "pk")
        if self.instance.pk:
            self.fields["kind"].disabled = True

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"].strip()
        if not url and self.data.get("kind", self.instance.kind) == Kind.FEED:
            return url
        schemes = ["https", "http"] if settings.RECEIVERS_ON_LOOPBACK else ["https"]
        try:
            URLValidator(schemes=schemes)(url)
            parts = urlsplit(url)
        except (ValidationError, ValueError):
            raise ValidationError(NO_ADDRESS) from None
        if parts.username or parts.password:
            raise ValidationError(NO_ADDRESS)
        return url

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean()
        if found.get("kind") in LISTS:
            self.clean_list(found)
        if not found.get("all_petitions") and "tallies" in found and not found["tallies"]:
            self.add_error("tallies", WHOSE)
        self.clean_names()
        return found

    def clean_names(self) -> None:
        """Refuse two fields with one name: only the second would be in the events."""
        fields, names = self.formsets["fields_sent"], set[str]()
        if not fields.is_valid():
            return
        for each in fields.forms:
            name = each.cleaned_data.get("called") or each.cleaned_data.get("field", "")
            if each in fields.deleted_forms or not name:
                continue
            if name in names:
                each.add_error("called", SAME_NAME)
            names.add(name)

    def clean_list(self, found: dict[str, Any]) -> None:
        """Validate what a mailing list needs, and a webhook does not."""
        kind = found["kind"]
        if not re.fullmatch(LISTS[kind], found.get("audience", "")):
            self.add_error("audience", NO_LIST)
        if kind in WITH_USER and not found.get("user"):
            self.add_error("user", NO_USER)
        if not found.get("key") and not self.instance.keeps_credential(found.get("url", "")):
            self.add_error("key", NO_KEY)
        moved = [name for name in ("url", "audience") if name in self.changed_data]
        if moved and Known.objects.filter(receiver=self.instance.pk).exists():
            self.add_error(moved[0], KNOWS_SIGNERS)
        if not found.get("only_opted_in"):
            self.add_error("only_opted_in", ONLY_OPTED_IN)

    def save(self, commit: bool = True) -> Receiver:
        if key := self.cleaned_data["key"]:
            self.instance.credential = keys.sealed(key)
        if not self.instance.pk:
            self.instance.secret = keys.make()
        receiver: Receiver = super().save(commit=commit)
        return receiver


class ReceiverIndexView(IndexView):
    """Wagtail's list; a receiver's name links to its page."""

    request: StaffRequest

    def get_base_queryset(self) -> QuerySet[Receiver]:
        """Return the rows of the list, for Wagtail's view."""
        found = receivers_for(self.request.user).annotate(
            waiting=number_of(Outcome.WAITING), failed=number_of(Outcome.FAILED)
        )
        return found.order_by("name", "pk")


def number_of(outcome: Outcome) -> Coalesce:
    """Return the number of a receiver's events, counted in the index of this outcome."""
    found = Delivery.objects.filter(receiver=OuterRef("pk"), outcome=outcome).values("receiver")
    return Coalesce(Subquery(found.annotate(number=Count("*")).values("number")), 0)


class ReceiverCreateView(CreateView):
    def get_initial_form_instance(self) -> Receiver:
        """Return the receiver with which Wagtail fills the form: with the usual fields."""
        receiver = Receiver()
        if self.request.method == "POST":
            return receiver
        receiver.fields_sent = [ReceiverField(field=name) for name in USUAL]
        return receiver

    def get_success_url(self) -> str:
        assert self.object  # Wagtail has just saved it
        return address(self.object)


class ReceiverEditView(EditView):
    def save_instance(self) -> Receiver:
        """Save the receiver for Wagtail's view.

        Notify the receiver of signers that it no longer covers, and try it at once.
        """
        before = upkeep.scope(self.object.pk)
        with transaction.atomic():
            receiver: Receiver = super().save_instance()
            upkeep.remove_others(receiver.pk, before=before)
            entries.remove_others(receiver)
            note_from_now(receiver)
            try_now(receiver)
        return receiver

    def get_success_url(self) -> str:
        return address(self.object)


class ReceiverViewSet(ModelViewSet):
    """The receivers in the CMS."""

    model = Receiver
    name = NAME
    icon = "link-external"
    menu_label = _("Receivers")
    menu_order = 950
    add_to_settings_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    index_view_class = ReceiverIndexView
    add_view_class = ReceiverCreateView
    edit_view_class = ReceiverEditView
    delete_view_class = ReceiverDeleteView
    edit_handler = ObjectList(
        [
            FieldPanel("name"),
            FieldPanel("kind"),
            FieldPanel("url"),
            MultiFieldPanel(
                [
                    FieldPanel("audience"),
                    FieldRowPanel([FieldPanel("user"), FieldPanel("key")]),
                ],
                heading=_("For mailing lists only"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("all_petitions"),
                    FieldPanel("tallies"),
                    FieldPanel("only_opted_in"),
                ],
                heading=_("Petitions and signers that it hears about"),
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("sends_added"), FieldPanel("sends_changed")]),
                ],
                heading=_("Which events it gets"),
                help_text=_(
                    "A signature is added when it begins to count, and changed when its signer "
                    "corrects it. A removal is always sent: because somebody withdrew the "
                    "signature, the data of its signer was deleted or anonymised, or moderators "
                    "took the signature out of the count."
                ),
            ),
            InlinePanel(
                "fields_sent",
                heading=_("Fields"),
                label=_("Field"),
                help_text=_(
                    "Choose only what the receiver needs for its purpose. A mailing list gets the "
                    "email address in any case; the other names must be those of its own fields."
                ),
                panels=[FieldRowPanel([FieldPanel("field"), FieldPanel("called")])],
            ),
        ],
        base_form_class=ReceiverForm,
    )

    @cached_property
    def list_display(self) -> list[Column]:
        """The columns of Wagtail's list."""
        return [
            TitleColumn("name", label=_("Name"), get_url=address),
            Column("kind", label=_("Kind"), accessor="get_kind_display"),
            StatusTagColumn(
                "state",
                label=_("State"),
                accessor=state_of,
                primary=lambda receiver: receiver.is_on and not receiver.failing_since,
            ),
            Column("waiting", label=pgettext_lazy("number of events", "Waiting")),
            Column("failed", label=_("Failed")),
        ]

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Leave out the usage, since Wagtail's own usage has no page here."""
        common: dict[str, Any] = super().get_common_view_kwargs(usage_url_name=None, **kwargs)
        return common

    def get_urlpatterns(self) -> list[URLPattern]:
        """Return the URL patterns that are in use, for Wagtail."""
        ours = ("index", "index_results", "add", "edit", "delete", "history", "history_results")
        return [pattern for pattern in super().get_urlpatterns() if pattern.name in ours]
