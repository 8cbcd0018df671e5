"""The public forms for signing a petition, and for correcting a signature."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from campaigns.moderation import proof_of_work
from campaigns.petitions.petition import Petition
from campaigns.petitions.settings import Ask
from campaigns.petitions.signed_versions.parts import shown_help
from campaigns.signatures.signature import Signature
from campaigns.signing import later_boxes, questions, typos
from campaigns.signing.box_labels import CommentShownField, ShownField
from campaigns.signing.countries import need_no_postcode
from campaigns.signing.fields import SharedFields
from campaigns.signing.phones import read_phone, with_phone_consent

# The fields that people do not fill in, and the value of each if its input is malformed.
HIDDEN = {
    "page": None,
    "version": None,
    "aside": "spoilt",
    "source": "",
    "framed_by": "",
    "proof": "",
}
# The fields that are always shown. All other optional fields are folded away.
FIRST = ("name", "email")
SEEN = ("country", "postcode", "updates", "may_answer")


class SignForm(forms.Form):
    """The form for signing, with the fields that the petition asks for.

    It never checks who has signed already, since its errors would reveal that.
    """

    data: dict[str, Any]  # QueryDict is a subclass of dict

    # A script asks this question while the signer types (static/js/meant.js).
    ask_meant = _("Did you mean {email}?")
    domains = mark_safe(" ".join(typos.DOMAINS))

    # A honeypot: people do not see this field, but bots that fill in every field do. Its name says
    # nothing to password managers and contact cards, which fill in a website or a company.
    aside = forms.CharField(
        required=False,
        label=_("Leave this empty"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    is_comment_shown = CommentShownField()
    is_shown = ShownField()
    consent = forms.BooleanField(
        error_messages={
            "required": _("Please tick the box. Without your consent we may not store your name.")
        }
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)
    page = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31 - 1
    )
    # A script fills these in (static/js/source.js), since the page is the same for everybody.
    source = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)
    framed_by = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)
    # Only for petitions that require a proof of work (static/js/proof.js).
    proof = forms.CharField(
        widget=forms.HiddenInput, required=False, max_length=proof_of_work.LONGEST
    )

    def __init__(
        self,
        petition: Petition,
        data: dict[str, Any] | None = None,
        *,
        page: Page | None = None,
        what: questions.Asked | None = None,
    ) -> None:
        """Build the form; `what` is an earlier result of `questions.asked` for this petition."""
        initial = {"version": petition.version and petition.version.pk, "page": page and page.pk}
        super().__init__(
            data,
            initial=initial,
            auto_id=f"sign-{petition.pk}-%s",
            label_suffix="",  # Otherwise Django looks up a translated colon for each form.
            use_required_attribute=True,
        )
        self.petition = petition
        found = what or questions.asked(petition, self.base_fields)
        self.fields, self.questions = dict(found.fields), found.questions

    def _clean_fields(self) -> None:
        """Clean the fields without the bound fields that only templates need.

        Creating bound fields takes as long as cleaning. Overrides the method of Django's forms.
        """
        for name, field in self.fields.items():
            try:
                typed = field.widget.value_from_datadict(self.data, self.files, name)
                self.cleaned_data[name] = field.clean(typed)
            except ValidationError as error:
                self.add_error(name, error)

    def clean(self) -> dict[str, Any]:
        super().clean()
        data = self.cleaned_data
        # People do not fill in these fields, so they could not correct an error in them.
        for name in HIDDEN:
            if self.errors.pop(name, None):
                data[name] = HIDDEN[name]
        need_no_postcode(self)
        read_phone(self)
        if not self.petition.has_version(data["version"]):
            message = _(
                "The letter has changed or did not arrive in full. Please read it again, then sign."
            )
            raise ValidationError(message, code="version")
        if self.has_more:
            raise ValidationError(
                _(
                    "The form has changed since you opened it, and no longer asks for all that you "
                    "typed. What it no longer asks for is not stored. Please look at the form "
                    "again, then sign."
                ),
                code="more",
            )
        return data

    @property
    def has_more(self) -> bool:
        """Whether something was sent that the petition does not ask for, or no longer does."""
        others = self.data.keys() - self.fields.keys() - HIDDEN.keys()
        return any(
            self.data[name] and (name in self.base_fields or name.startswith(questions.PREFIX))
            for name in others
        )

    @property
    def first_step(self) -> list[forms.BoundField]:
        """The fields that the first screen shows with the button, even on the smallest phone."""
        return [self[name] for name in FIRST]

    @property
    def asked(self) -> list[forms.BoundField]:
        """The fields between the first step and the consent that are always shown."""
        return [field for field in self.between() if not self.may_fold(field)]

    @property
    def folded(self) -> list[forms.BoundField]:
        """The optional fields, which are folded away until the signer opens them."""
        return [field for field in self.between() if self.may_fold(field)]

    def may_fold(self, field: forms.BoundField) -> bool:
        """Return whether the field is optional; the box for the comment follows the comment."""
        if field.name == "is_comment_shown":
            field = self["comment"]
        return not field.field.required and field.name not in SEEN

    @property
    def is_unfolded(self) -> bool:
        """Whether a folded field has a value or an error."""
        return self.is_bound and any(field.value() or field.errors for field in self.folded)

    def between(self) -> Iterator[forms.BoundField]:
        besides = (*FIRST, "aside", "consent")
        return (field for field in self.visible_fields() if field.name not in besides)

    @property
    def meant(self) -> SafeString | str:
        """The question whether the email address was mistyped, or ""; for a form with errors."""
        email = typos.meant(self.data.get("email", ""))
        if not email:
            return ""
        return format_html(str(self.ask_meant), email=format_html('<bdi dir="ltr">{}</bdi>', email))

    def renew(self, **values: str) -> None:
        """Set the version to the current one, since the page shows the letter again.

        `values` are the values of other hidden fields.
        """
        self.data = self.data.copy()
        version = self.petition.version
        self.data["version"] = version and version.pk
        self.data["proof"] = ""  # The page computes a new one.
        for name, value in values.items():
            self.data[name] = value

    def cleaned_signature(self) -> dict[str, Any]:
        """Return the keyword arguments for `signing.sign` that the form provides."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "consent"}
        data["replies"] = questions.replies(self.questions, data)
        return data | {"trap": data.pop("aside")}


SignForm.base_fields = SharedFields(
    questions.beside_comment(with_phone_consent(questions.asked_fields()) | SignForm.base_fields)
)


# Browsers do not send a box without a tick.
BOXES = ("updates", "may_answer")
# The fields that a signer may correct without confirming again: all but the email address.
CORRECTABLE = tuple(name for name in questions.asked_fields() if name != "email")
# The fields that can be corrected once a signature is retained for mailings alone.
FOR_MAILINGS = {"name", "country", "updates"}


class CorrectForm(forms.Form):
    """The form in which signers correct their signature, and give or withdraw a consent.

    A consent can be withdrawn whatever the petition asks for now: what was not required when they
    signed is not required here. A value that the petition no longer asks for can be corrected and
    deleted if the signer gave one. A field that was not sent stays as it is.
    """

    def __init__(self, signature: Signature, data: dict[str, Any] | None = None) -> None:
        is_shown = signature.shown_as is not None
        shows_comment = signature.comment_state is not None
        initial = {name: getattr(signature, name) for name in CORRECTABLE}
        initial |= {"is_shown": is_shown, "is_comment_shown": shows_comment}
        initial["country"] = signature.country.code if signature.country else ""
        self.has_phone = initial["phone_consent"] = bool(signature.phone)
        super().__init__(data, initial=initial, use_required_attribute=True)
        petition = signature.petition
        original = petition.original
        for name in set(CORRECTABLE) & questions.SETTINGS.keys():
            asked = getattr(original, questions.SETTINGS[name])
            is_missing = data is not None and name not in data and name not in BOXES
            if is_missing or (asked in questions.NOT_ASKED and not initial[name]):
                del self.fields[name]
            elif asked != Ask.REQUIRED or not initial[name]:
                self.fields[name].required = False
        if not (signature.updates or later_boxes.is_box_read(signature, "updates_label")):
            self.fields.pop("updates", None)
        elif "updates" in self.fields:
            self.fields["updates"].label = later_boxes.updates_label(signature)
            self.fields["updates"].show_hidden_initial = True
            if further := signature.mailing_days:
                days = signature.tally.days_for(signature.promised_days) + further
                self.fields["updates"].help_text = later_boxes.kept_for_mailings(days)
        if not (signature.may_answer or later_boxes.is_box_read(signature, "answer_label")):
            self.fields.pop("may_answer", None)
        elif "may_answer" in self.fields:
            self.fields["may_answer"].label = petition.texts.answer_label
        consent = later_boxes.phone_consent(signature) if "phone" in self.fields else ""
        if consent:
            self.fields["phone_consent"].label = consent
            self.fields["phone_consent"].help_text = _("Without the tick, the number is deleted.")
        else:
            self.fields.pop("phone", None)
            del self.fields["phone_consent"]
        if not (is_shown or later_boxes.is_box_read(signature, "shown_label")):
            del self.fields["is_shown"]
        elif original.names_organisations:
            self.fields["is_shown"].help_text = shown_help(petition)
        asks = shows_comment or later_boxes.is_box_read(signature, "comment_shown_label")
        if "comment" not in self.fields or not asks:
            del self.fields["is_comment_shown"]
        self.replies = None
        if signature.for_mailings_since:
            self.fields = {name: self.fields[name] for name in self.fields if name in FOR_MAILINGS}
        else:
            self.replies = questions.Corrected(signature, data)
            self.fields |= self.replies.fields
        self.order_fields([name for name in self.fields if name not in questions.LAST])

    def corrected(self) -> dict[str, Any]:
        """Return the keyword arguments for `signing.correct` that the form provides."""
        data = dict(self.cleaned_data)
        if "updates" in data and (shown := self["updates"].html_initial_name) in self.data:
            data["was_ticked"] = self.fields["updates"].to_python(self.data[shown])
        return data | {"replies": self.replies.replies(data)} if self.replies else data

    def clean(self) -> dict[str, Any]:
        super().clean()
        need_no_postcode(self)
        read_phone(self, is_withdrawn=self.has_phone)
        return self.cleaned_data


CorrectForm.base_fields = questions.beside_comment(
    with_phone_consent({name: questions.asked_fields()[name] for name in CORRECTABLE})
    | {"is_comment_shown": CommentShownField(), "is_shown": ShownField()}
)
