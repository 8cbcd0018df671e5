"""The list of mailings, and the form in which a mailing is written."""

from datetime import date, datetime
from email.utils import parseaddr
from typing import Any

from django import forms
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, HelpPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn, TitleColumn
from wagtail.admin.views.generic import CreateView, DeleteView, EditView, IndexView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import Button, HeaderButton

from campaigns.blocks.own_files import OwnFiles
from campaigns.cms.fields import PetitionsField
from campaigns.cms.mailings.rights import mailings_for
from campaigns.cms.permissions import StaffRequest, tallies_for
from campaigns.dates import site_day
from campaigns.mailings import checking
from campaigns.mailings.mailing import Mailing, State
from campaigns.petitions.tally import Tally

URL = "mailing"
NAME = "mailings"
NOT_A_DRAFT = _("Somebody has submitted this mailing in the meantime, so nothing was saved.")
NOT_DELETED = _("Somebody has submitted this mailing in the meantime, so it was not deleted.")
CHANGED = _(
    "The mailing was changed after you opened this form. Save again to replace that with what is "
    "entered here, or reload the page to see it."
)
ANSWERS = format_lazy(
    _("Answers go to {email}. If nobody reads them there, say in the text where to write."),
    email=parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
)
NO_PETITION = _("There is no petition yet to whose signers you may write.")


def address(mailing: Mailing) -> str:
    return reverse(URL, args=[mailing.pk])


class MailingForm(OwnFiles, WagtailAdminModelForm):
    """The form of a draft: it offers the petitions to whose signers its user may write."""

    tallies = PetitionsField(
        queryset=Tally.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        label=_("Signers of"),
        help_text=_(
            "It reaches those who have ticked “keep me informed” and confirmed their email "
            "address, and those of whom an imported list says that they want to be informed. "
            "Whoever has signed several of these petitions gets one email."
        ),
    )

    language = forms.ChoiceField(
        choices=settings.WAGTAIL_CONTENT_LANGUAGES,
        label=_("Language"),
        help_text=_("The email reaches those who signed in this language."),
    )

    # The stamp of the draft that the form shows.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user = self.for_user
        assert user  # Wagtail's views always set the user
        allowed = tallies_for(user, "mail").select_related("petition")
        field = self.fields["tallies"]
        assert isinstance(field, PetitionsField)
        field.queryset = allowed.order_by("petition__title", "pk")
        if not allowed.exists():
            field.help_text = NO_PETITION
        if self.instance.pk:
            self.fields["seen"].initial = self.instance.stamp

    def is_stale(self, newest: Mailing) -> bool:
        """Return whether saving would overwrite changes that the form has not shown.

        The form is then updated, so that submitting it again is accepted.
        """
        if self.data.get("seen") == newest.stamp:
            return False
        assert isinstance(self.data, QueryDict)  # only submitted forms are validated
        self.data = data = self.data.copy()
        data["seen"] = newest.stamp
        return True

    def clean(self) -> dict[str, Any]:
        """Refuse placeholders in the wrong place, or that every reader would see unreplaced."""
        data: dict[str, Any] = super().clean()
        for name, found in checking.misplaced(data).items():
            if found:
                self.add_error(name, found[0])
        return data

    def clean_send_at(self) -> datetime | None:
        """Refuse a time in the past: a mistyped year would send the mailing once it is approved."""
        send_at: datetime | None = self.cleaned_data["send_at"]
        if send_at and send_at < timezone.now():
            raise forms.ValidationError(_("This time is in the past."))
        return send_at

    def clean_signed_since(self) -> date | None:
        """Refuse a day in the future: nobody can have signed since then."""
        since: date | None = self.cleaned_data["signed_since"]
        if since and since > site_day():
            raise forms.ValidationError(_("This day is in the future."))
        return since


class MailingIndexView(IndexView):
    """Wagtail's list; only drafts can be edited."""

    request: StaffRequest

    def get_base_queryset(self) -> QuerySet[Mailing]:
        """Return the rows of the list, for Wagtail's view."""
        return mailings_for(self.request.user).order_by("-pk")

    @cached_property
    def header_buttons(self) -> list[Button]:
        """The buttons above Wagtail's list."""
        url = reverse("mail_update")
        update = HeaderButton(_("Begin with an update"), url=url, icon_name="mail")
        return [*super().header_buttons, update]

    def get_edit_url(self, instance: Mailing) -> str | None:
        """Return the URL of the form, for the buttons of a row; None unless it is a draft."""
        url: str | None = super().get_edit_url(instance) if instance.is_draft else None
        return url

    def get_delete_url(self, instance: Mailing) -> str | None:
        """Return the URL for deleting a row; None unless it is a draft."""
        url: str | None = super().get_delete_url(instance) if instance.is_draft else None
        return url


class Written:
    """A mixin for Wagtail's views that save a mailing: its writer is remembered, and sees it."""

    request: StaffRequest
    object: Mailing

    def save_instance(self) -> Mailing:
        mailing: Mailing = super().save_instance()
        mailing.writers.add(self.request.user)
        return mailing

    def get_success_url(self) -> str:
        return address(self.object)


class MailingCreateView(Written, CreateView):
    pass


class MailingEditView(Written, EditView):
    """Wagtail's edit view, for drafts only: a submitted mailing cannot be changed."""

    def get_queryset(self) -> QuerySet[Mailing]:
        return mailings_for(self.request.user)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.get_object().is_draft:
            return redirect(address(self.get_object()))
        response: HttpResponseBase = super().get(request, *args, **kwargs)
        return response

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save the mailing in a transaction, so that it cannot be submitted in between."""
        with transaction.atomic():
            response: HttpResponse = super().post(request, *args, **kwargs)
            return response

    def is_valid(self, form: MailingForm) -> bool:
        """Return whether Wagtail's view may save the form."""
        drafts = Mailing.objects.select_for_update().filter(state=State.DRAFT)
        newest = drafts.filter(pk=self.object.pk).first()
        is_valid: bool = super().is_valid(form)
        text = NOT_A_DRAFT if newest is None else CHANGED if form.is_stale(newest) else ""
        if text:
            form.add_error(None, text)
            self.produced_error_message = text
        return is_valid and not text


class MailingDeleteView(DeleteView):
    """Wagtail's view, for drafts only; nobody can submit the mailing while it is deleted."""

    request: StaffRequest
    object: Mailing

    def get_queryset(self) -> QuerySet[Mailing]:
        return mailings_for(self.request.user)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        drafts = Mailing.objects.select_for_update().filter(state=State.DRAFT)
        with transaction.atomic():
            if drafts.filter(pk=self.object.pk).first():
                response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
                return response
        messages.error(request, NOT_DELETED)
        return redirect(address(self.object))


class MailingViewSet(ModelViewSet):
    """The mailings in the CMS."""

    model = Mailing
    name = NAME
    icon = "mail"
    menu_label = _("Mailings")
    menu_order = 223
    add_to_admin_menu = True
    copy_view_enabled = False
    index_view_class = MailingIndexView
    add_view_class = MailingCreateView
    edit_view_class = MailingEditView
    delete_view_class = MailingDeleteView
    edit_handler = ObjectList(
        [
            FieldPanel("subject"),
            FieldPanel("preheader"),
            FieldPanel("body"),
            FieldPanel("fallback"),
            HelpPanel(content=ANSWERS),
            MultiFieldPanel(
                [
                    FieldPanel("tallies"),
                    FieldPanel("language"),
                    FieldPanel("reaches_all_languages"),
                    FieldPanel("countries", widget=forms.SelectMultiple(attrs={"size": 8})),
                    FieldPanel("signed_since"),
                ],
                heading=_("Who gets it"),
            ),
            FieldPanel("send_at"),
        ],
        base_form_class=MailingForm,
    )

    @cached_property
    def list_display(self) -> list[Column]:
        """The columns of Wagtail's list."""
        return [
            TitleColumn("subject", label=_("Subject"), get_url=address),
            StatusTagColumn(
                "state",
                label=_("State"),
                accessor="get_state_display",
                primary=lambda mailing: mailing.state == State.SENDING,
            ),
            Column("language_name", label=_("Language")),
            Column("addressed", label=_("People addressed")),
            DateColumn("made_at", label=_("Written")),
            DateColumn("began_at", label=_("Sending began")),
        ]

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Leave out history and usage: Wagtail's own log and usage have no pages here."""
        nothing = {"history_url_name": None, "usage_url_name": None}
        common: dict[str, Any] = super().get_common_view_kwargs(**nothing, **kwargs)
        return common

    def get_urlpatterns(self) -> list[URLPattern]:
        """Return the URL patterns that are in use, for Wagtail."""
        ours = ("index", "index_results", "add", "edit", "delete")
        return [pattern for pattern in super().get_urlpatterns() if pattern.name in ours]
