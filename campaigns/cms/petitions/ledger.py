"""The count of a petition: its parts, the entries of the ledger, and adding entries."""

from typing import Any

from django import forms
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import ModelLogEntry

from campaigns.cms.permissions import BRING_IN, may
from campaigns.cms.petitions.views import address, home_url
from campaigns.cms.screens import Button, QuestionView
from campaigns.counting import ledger, sheet_names, surveying
from campaigns.counting.entries import MOST, Kind, LedgerEntry
from campaigns.imports import already_signed, undoing
from campaigns.imports.imported import Import
from campaigns.paragraphs import LinesField, Text, labelled
from campaigns.petitions.petition import Petition
from campaigns.signatures.signature import Signature
from campaigns.signing.fields import NumberField

TOO_MANY = _("That is more than 10 million. Please check the number.")


class EntryForm(forms.Form):
    """The form for a number of people who signed elsewhere, and its source."""

    kind = forms.ChoiceField(label=_("How did they sign?"), choices=Kind.choices)
    number = NumberField(
        label=_("How many?"),
        help_text=_("In a correction, a minus before the number takes it away."),
    )
    sheets = forms.CharField(
        label=_("Sheets"),
        help_text=_("The numbers of the sheets, if there are any: 1–21, 30"),
        max_length=80,
        required=False,
    )
    collected = forms.CharField(
        label=_("Collected where, and when?"),
        help_text=_("For example: market in Bamako, 3 to 9 March"),
        max_length=160,
        required=False,
    )
    reason = LinesField(
        label=_("Source, or the reason for the correction"),
        help_text=_(
            "Who has counted, and where the sheets or the numbers are. Please write no names of "
            "signers."
        ),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, petition: Petition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.petition = petition

    def clean_number(self) -> int:
        number: int = self.cleaned_data["number"]
        if number == 0:
            raise ValidationError(_("Zero changes nothing. Please enter a number."))
        if abs(number) > MOST:
            raise ValidationError(TOO_MANY)
        if number < 0 and self.cleaned_data.get("kind") != Kind.CORRECTION:
            raise ValidationError(_("Only a correction can take something away."))
        return number

    def clean_sheets(self) -> str:
        """Check that no sheet is counted twice. Must be called in a transaction."""
        typed: str = self.cleaned_data["sheets"]
        if not typed:
            return ""
        if self.cleaned_data.get("kind") != Kind.PAPER:
            raise ValidationError(_("Only signatures on paper have sheets."))
        try:
            read = sheet_names.read(typed)
        except sheet_names.Unreadable:
            raise ValidationError(
                _("Please write the numbers of the sheets like this: 1–21, 30")
            ) from None
        ledger.lock_sheets(self.petition.tally)
        if again := ledger.counted_twice(self.petition.tally, read):
            text = _(
                "Counted already, in an entry below: %(sheets)s. If these are other sheets, put a "
                "name before their numbers, such as “Bamako 1–21”."
            )
            raise ValidationError(text % {"sheets": sheet_names.write(again)})
        again, file = already_signed.imported_sheets(self.petition.tally, read)
        if again:
            text = _(
                "Imported already, with the list “%(list)s”: %(sheets)s. If these are other "
                "sheets, put a name before their numbers, such as “Bamako 1–21”."
            )
            raise ValidationError(text % {"list": file, "sheets": sheet_names.write(again)})
        return typed


class LedgerScreen(QuestionView):
    """Base of both screens: finds the petition.

    OwnCollection has checked that the user sees the petition.
    """

    model = Petition
    header_icon = "list-ol"

    def find(self, *, pk: int, **kwargs: Any) -> None:
        self.petition = get_object_or_404(Petition, pk=pk)
        self.heading = self.page_subtitle = self.petition.title
        self.may_enter = may(self.request.user, BRING_IN, self.petition)
        self.may_delete = may(self.request.user, "delete_signatures", self.petition)

    def refused(self, form: forms.Form, error: ledger.TooFew) -> HttpResponse:
        """Show the form again, if the entry would take away more than there is."""
        text = gettext("This would take away more than was brought in, which is %s at the moment.")
        field = "number" if "number" in form.fields else None
        form.add_error(field, text % intcomma(error.left))
        return self.ask_again(form, status=422)


class LedgerView(LedgerScreen):
    """Show the parts of the count; users who may bring in signatures can add numbers."""

    any_permission_required = ("view_signatures", BRING_IN)
    form_class = EntryForm
    template_name = "campaigns/cms/ledger.html"
    page_title = _("What the count consists of")
    decline = _("Back to the petition")

    def find(self, *, pk: int, **kwargs: Any) -> None:
        super().find(pk=pk)
        if self.request.method == "POST" and not self.may_enter:
            raise PermissionDenied
        self.back_url = home_url(self.petition, self.request.user)
        self.back_label = self.petition.title

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "petition": self.petition}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Check and store the entry in one transaction, until whose end its sheets are locked."""
        with transaction.atomic():
            return super().post(request, *args, **kwargs)

    def buttons(self) -> list[Button]:
        return [Button(_("Add to the count"))]

    def act(self, form: forms.Form) -> HttpResponse:
        try:
            entry = ledger.enter(self.petition, **form.cleaned_data, by=self.request.user)
        except ledger.TooFew as error:
            return self.refused(form, error)
        text = gettext("Entered: %(number)s. The count is now %(count)s.")
        shown = {"number": signed(entry.number), "count": intcomma(self.petition.tally.count)}
        return self.leave(messages.success, text % shown, to=address("ledger", self.petition))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        tally = self.petition.tally
        brought_in = self.brought_in()
        shown = {
            "tally": tally,
            "here": max(tally.total - sum(brought_in.values()), 0),
            "brought_in": brought_in,
            "parts": ledger.parts(tally),
            "imports": self.imports(),
            "entries": ledger.entries(tally),
            "count_from": self.petition.original.count_from,
            "is_published": self.petition.original.live,
            "is_public": self.petition.progress.count is not None,
        }
        return {**super().get_context_data(**kwargs), **shown}

    def brought_in(self) -> dict[str, int]:
        """Return the current number of signatures that came with lists, by channel."""
        tally = self.petition.tally
        if not Import.objects.filter(tally=tally, ended_at__isnull=False).exists():
            return {}
        found = Signature.objects.counted().filter(tally=tally, channel__in=surveying.BROUGHT_IN)
        return dict(found.order_by().values_list("channel").annotate(Count("pk")))

    def imports(self) -> list[Import]:
        """Return the imported lists, the newest first, and the user's own lists that wait."""
        waiting = Q(state__in=(Import.State.DRAFT, Import.State.CHECKED))
        found = Import.objects.filter(tally=self.petition.tally).defer("content")
        found = found.exclude(waiting & ~Q(made_by=self.request.user))
        found = found.annotate(can_be_undone=Exists(undoing.deletable(OuterRef("pk"))))
        return list(found.select_related("made_by").order_by("-pk"))


class CounterForm(forms.Form):
    reason = LinesField(
        label=_("Why was the entry wrong?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CounterView(LedgerScreen):
    """Reverse an entry by another entry with the opposite number."""

    permission_required = BRING_IN
    form_class = CounterForm
    page_title = _("Reverse an entry")
    question = _(
        "The entry stays in the list, with who created it. Another entry with the opposite number "
        "and your reason takes it out of the count."
    )

    def find(self, *, pk: int, entry_pk: int, **kwargs: Any) -> None:
        super().find(pk=pk)
        self.back_url = address("ledger", self.petition)
        self.back_label = LedgerView.page_title
        found = LedgerEntry.objects.filter(tally=self.petition.tally, counters=None)
        self.entry = get_object_or_404(found, pk=entry_pk)
        day = date_format(localtime(self.entry.entered_at), "DATE_FORMAT")
        self.heading = f"{signed(self.entry.number)} {self.entry.get_kind_display()}, {day}"

    def nothing_to_do(self) -> Text:
        taken = LedgerEntry.objects.filter(counters=self.entry).exists()
        return _("This entry has already been reversed.") if taken else ""

    def buttons(self) -> list[Button]:
        return [Button(_("Reverse"), style="serious")]

    def act(self, form: forms.Form) -> HttpResponse:
        reason = form.cleaned_data["reason"]
        try:
            ledger.counter(self.petition, self.entry, reason=reason, by=self.request.user)
        except ledger.TooFew as error:
            return self.refused(form, error)
        text = gettext("The entry has been reversed. The count is now %s.")
        return self.leave(messages.success, text % intcomma(self.petition.tally.count))


def signed(number: int) -> str:
    """Return a number with its sign, as in a sum."""
    return f"{'+' if number > 0 else '−'}{intcomma(abs(number))}"


class LedgerLog(LogFormatter):
    """Write the message about an entry in the history of a petition.

    The reason is only in the ledger: the log is stored without end, and a reason may name somebody.
    """

    label: Text = _("Bring in a number")

    def format_message(self, log_entry: ModelLogEntry) -> str:
        """Return the text of a log entry, for Wagtail's history."""
        kinds = dict(Kind.choices)
        kind = kinds.get(log_entry.data["kind"], log_entry.data["kind"])
        return labelled(self.label, f"{signed(log_entry.data['number'])} ({kind})")


class CounterLog(LedgerLog):
    label: Text = _("Reverse an entry")


def register_log_actions(actions: LogActionRegistry) -> None:
    """Register the texts of the log entries, for the `register_log_actions` hook."""
    actions.register_action("petition.enter_number")(LedgerLog)
    actions.register_action("petition.counter_entry")(CounterLog)
