"""The texts of every step of signing: default texts, which each petition may replace."""

import re
from collections.abc import Collection
from functools import cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, HelpPanel, MultiFieldPanel
from wagtail.blocks import StreamValue
from wagtail.fields import RichTextField
from wagtail.models import PreviewableMixin, Site, TranslatableMixin

from campaigns import caching
from campaigns.blocks.thanks import WithThanksBlocks
from campaigns.original_languages import original_of
from campaigns.paragraphs import ParagraphsField, with_letters
from campaigns.signing import box_labels

DEFAULTS = {
    "actions_taken": _("Actions taken"),
    "total_taken": _("Total Actions taken"),
    "by_people": _("by people like you"),
    "button": _("Add my name"),
    "consent": _(
        "I sign this letter and agree that my signature is stored, counted and handed over to "
        "those to whom the letter is addressed, as the privacy notice says."
    ),
    "updates_label": _("Keep me informed about this campaign by email."),
    **box_labels.BOXES,
    "check_email_heading": _("One click left"),
    "check_email_text": _(
        "We have sent you an email. Open it and confirm: only then does your signature count."
    ),
    "thanks_heading": _("Thank you. Your name is on the letter."),
    "thanks_text": _(
        "The next signature may be the one that tips the scales. Who else do you know?"
    ),
    "paused_notice": _("We are not collecting signatures at the moment. Please come back soon."),
    "scheduled_notice": _("This petition is not open yet. Please come back when it is."),
    "closed_notice": _(
        "This campaign has ended and no longer takes signatures. Thank you for your interest."
    ),
    "won_notice": _("We won. Thank you to everybody who signed."),
    "confirm_subject": _("Please confirm your signature"),
    "confirm_text": _(
        "You are one click away from adding your name. Please open the link below and confirm."
    ),
    "reminder_subject": _("Your signature is waiting for you"),
    "reminder_text": _(
        "On {day}, somebody signed with this email address and has not confirmed the signature "
        "yet. It counts only after that."
    ),
    "already_subject": _("You have already signed"),
    "already_text": _("Your signature is counted, once. There is nothing more to do."),
    "thanks_subject": _("Thank you for signing"),
    "thanks_mail_text": _("Your signature counts. Thank you for standing up."),
    "share_subject": "{title}",
    "share_mail": _("Please read this, and add your name if you agree: “{title}”"),
    "share_message": _("Please read this, and add your name if you agree: “{title}”"),
    "share_post": "{title}",
}
# Placeholders, in braces. Some texts have one placeholder that is replaced.
PLACEHOLDER = re.compile(r"\{\s*\w+\s*\}")
SHARED = ("share_subject", "share_mail", "share_message", "share_post")
FILLED_IN = {"reminder_text": "{day}"} | dict.fromkeys(SHARED, "{title}")
NEVER_FILLED_IN = _("%(placeholder)s is not replaced with anything in this text. Please remove it.")


def never_filled_in(name: str, text: str) -> list[str]:
    """Return the placeholders in this field's text that readers would see unreplaced."""
    return [found for found in PLACEHOLDER.findall(text) if found != FILLED_IN.get(name)]


class StepTexts(models.Model):
    """The texts that a signer reads at each step.

    An empty field of a petition means the default text, and an empty default text means the text
    that comes with the software.
    """

    button = models.CharField(_("button"), max_length=60, blank=True)
    updates_label = models.CharField(_("“keep me informed”"), max_length=255, blank=True)
    phone_label = models.CharField(_("consent to be called"), max_length=255, blank=True)
    check_email_heading = models.CharField(
        _("heading: check your email"), max_length=120, blank=True
    )
    check_email_text = ParagraphsField(_("text: check your email"), blank=True)
    thanks_heading = models.CharField(_("heading: thanks"), max_length=120, blank=True)
    thanks_text = ParagraphsField(_("text: thanks"), blank=True)
    scheduled_notice = ParagraphsField(_("notice: not open yet"), blank=True)
    paused_notice = ParagraphsField(_("notice: paused"), blank=True)
    closed_notice = ParagraphsField(_("notice: closed"), blank=True)
    won_notice = ParagraphsField(_("notice: won"), blank=True)
    confirm_subject = models.CharField(_("subject: confirm"), max_length=120, blank=True)
    confirm_text = ParagraphsField(_("email: confirm"), blank=True)
    reminder_subject = models.CharField(_("subject: reminder"), max_length=120, blank=True)
    reminder_text = ParagraphsField(_("email: reminder"), blank=True)
    already_subject = models.CharField(_("subject: already signed"), max_length=120, blank=True)
    already_text = ParagraphsField(_("email: already signed"), blank=True)
    thanks_subject = models.CharField(_("subject: thanks"), max_length=120, blank=True)
    thanks_mail_text = ParagraphsField(_("email: thanks"), blank=True)
    share_subject = models.CharField(_("sharing: subject of an email"), max_length=160, blank=True)
    share_mail = ParagraphsField(_("sharing: text of an email"), blank=True)
    share_message = models.CharField(_("sharing: message"), max_length=400, blank=True)
    share_post = models.CharField(_("sharing: public post"), max_length=240, blank=True)

    class Meta:
        abstract = True

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Reject placeholders that a signer would see unreplaced, such as a mailing's {name}."""
        super().clean_fields(exclude)
        errors = {
            name: ValidationError(NEVER_FILLED_IN, params={"placeholder": found[0]})
            for name in STEPS
            if name not in (exclude or ()) and (found := never_filled_in(name, getattr(self, name)))
        }
        if errors:
            raise ValidationError(errors)


STEPS = [field.name for field in StepTexts._meta.fields]
IN_THE_FORM = ["button", "consent", "updates_label", "phone_label"]
ON_EVERY_PAGE = ["actions_taken", "total_taken", "by_people", "footer"]


class DefaultTexts(PreviewableMixin, TranslatableMixin, StepTexts, WithThanksBlocks):
    """The organisation's default texts in one language."""

    actions_taken = models.CharField(_("“Actions taken”"), max_length=60, blank=True)
    total_taken = models.CharField(_("“Total Actions taken”"), max_length=60, blank=True)
    by_people = models.CharField(_("“by people like you”"), max_length=60, blank=True)
    consent = ParagraphsField(
        _("consent"),
        blank=True,
        help_text=_("The text that new petitions start with. Existing petitions keep their own."),
    )
    footer = RichTextField(_("footer"), blank=True, features=["bold", "italic", "link", "ul"])

    panels = [
        HelpPanel(content=_("If a field is empty, the text that it shows in grey is used.")),
        MultiFieldPanel([FieldPanel(name) for name in ON_EVERY_PAGE], heading=_("On every page")),
        MultiFieldPanel(
            [FieldPanel(name) for name in IN_THE_FORM], heading=_("Button and boxes of the form")
        ),
        MultiFieldPanel(
            [FieldPanel(name) for name in STEPS if name not in IN_THE_FORM],
            heading=_("Each step"),
            help_text=_(
                "In the texts for sharing, {title} stands for the title of the petition; in the "
                "reminder, {day} stands for the day on which somebody signed."
            ),
        ),
        FieldPanel("thanks_blocks"),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("default texts")
        verbose_name_plural = _("default texts")
        constraints = [
            models.UniqueConstraint(fields=["locale"], name="one_set_of_default_texts_a_language")
        ]

    def __str__(self) -> str:
        return str(_("Default texts: %(language)s") % {"language": self.locale})

    @property
    def full_url(self) -> str:
        return front_url(self.locale.language_code)

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "home/default_texts_preview.html"

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        # The template tag `default_texts` reads this attribute first.
        texts = Texts(self.locale.language_code, self)
        request.default_texts = texts  # type: ignore[attr-defined]
        context: dict[str, Any] = super().get_preview_context(request, mode_name)
        return context

    def clean(self) -> None:
        """Empty the texts that are not fully translated, so that the software's texts are used.

        wagtail-localize fills them with the texts of the original, paragraph by paragraph.
        """
        super().clean()
        original = original_of(self)
        if original is None:
            return
        for name in EVERY_TEXT:
            ours, theirs = (with_letters(getattr(each, name)) for each in (self, original))
            # A footer contains names and addresses, which are the same in every language.
            if ours <= theirs if name == "footer" else ours & theirs:
                setattr(self, name, "")
        ours, theirs = (
            set(each.thanks_blocks.stream_block.get_searchable_content(each.thanks_blocks))
            for each in (self, original)
        )
        if ours & theirs:
            self.thanks_blocks = []


def front_url(language: str) -> str:
    """Return the home page's URL in a language, where snippets without a page are previewed."""
    with translation.override(language):
        return settings.BASE_URL + reverse("wagtail_serve", args=[""])


EVERY_TEXT = [*ON_EVERY_PAGE, "consent", *STEPS]


class Texts:
    """Looks up texts in order: in the petition, in the default texts, in the software."""

    def __init__(self, language: str, *sources: StepTexts | None) -> None:
        self.language = language
        self.sources = [source for source in sources if source]

    @property
    def blocks(self) -> StreamValue | None:
        """The blocks that follow the thanks; None where there are none."""
        found = (getattr(source, "thanks_blocks", None) for source in self.sources)
        return next(filter(None, found), None)

    def __getattr__(self, name: str) -> str:
        for source in vars(self).get("sources", ()):  # a copy has none while it is being made
            if text := getattr(source, name, ""):
                return text
        if name == "footer":
            return ""
        if name not in DEFAULTS:
            raise AttributeError(name)
        return default_text(name, self.language)


@cache
def default_text(name: str, language: str) -> str:
    with translation.override(language):
        return str(DEFAULTS[name])


def default_texts(language: str | None = None) -> Texts:
    """Return the default texts in this or the active language; cached for a few seconds."""
    code = language or translation.get_language()

    def read() -> DefaultTexts | None:
        return DefaultTexts.objects.filter(locale__language_code=code).first()

    return Texts(code, caching.cached(f"default-texts-{code}", read))


def organisation_name() -> str:
    """Return the name of the organisation; cached.

    `home.Identity` copies it to Wagtail's Site, since this layer may not import from `home`.
    """
    return caching.cached("organisation-name", stored_name)


def stored_name() -> str:
    names = Site.objects.filter(is_default_site=True).values_list("site_name", flat=True)
    return names.first() or settings.WAGTAIL_SITE_NAME


def default_consent(language: str | None = None) -> str:
    """Return the consent for a new petition, in its language if it is known, or the active one."""
    return default_texts(language).consent
