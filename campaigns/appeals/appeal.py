"""Appeals: what readers are asked to write to a representative, and the representatives."""

from typing import Any
from urllib.parse import quote

from django.contrib.contenttypes.fields import GenericRelation
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.models import (
    DraftStateMixin,
    Locale,
    PreviewableMixin,
    Revision,
    RevisionMixin,
    WorkflowMixin,
)

from campaigns import scheduling, slugs
from campaigns.paragraphs import LinesTextField
from campaigns.petitions.texts import front_url
from campaigns.signing.fields import plain
from operations import locks

# Placeholder for the representative's name in the proposed text.
NAME = "{representative}"
MOST_OF_SUBJECT = 120
# The most representatives of one area that a preview shows.
MOST_SHOWN = 20
# Characters that come with text pasted from word processors, which use private characters for
# bullets and for some of the marks at the end of a line or a page.
PASTED = str.maketrans(
    {
        **{"\uf0b7": "•", "\uf0a7": "▪", "\uf0d8": "➢", "\uf0fc": "✓"},
        **dict.fromkeys("\x0b\x0c\u2028\u2029", "\n"),
    }
)


def with_name(text: str, name: str) -> str:
    return text.replace(NAME, name)


def default_language() -> int:
    return int(Locale.get_default().pk)


class Appeal(WorkflowMixin, PreviewableMixin, DraftStateMixin, RevisionMixin, models.Model):
    """The text of an email to a representative, in one language. Pages show it beside the petition.

    The list of representatives is not part of the drafts: an uploaded list takes effect at once.
    """

    title = models.CharField(
        _("title"),
        max_length=120,
        help_text=_("What readers are asked to do: “Write to your member of parliament”."),
    )
    slug = models.SlugField(
        _("web address"),
        max_length=80,
        blank=True,
        help_text=_("The last part of the web address. If empty, it is made from the title."),
    )
    language = models.ForeignKey(
        Locale,
        verbose_name=_("language"),
        on_delete=models.PROTECT,
        related_name="+",
        default=default_language,
    )
    lead = LinesTextField(
        _("explanation"),
        max_length=600,
        blank=True,
        help_text=_("Why it helps, in two or three sentences."),
    )
    area_label = models.CharField(
        _("what the areas are"),
        max_length=60,
        blank=True,
        help_text=_("What readers choose from the list: “Constituency”, for example."),
    )
    subject = models.CharField(_("subject"), max_length=MOST_OF_SUBJECT)
    text = LinesTextField(
        _("text"),
        max_length=3000,
        help_text=_(
            "What readers can send as it is, or change. {representative} is replaced with the name "
            "from the list."
        ),
    )

    sends = models.BooleanField(
        _("send through this site, too"),
        default=True,
        db_default=True,
        help_text=_(
            "Readers can send the message here, after they have confirmed their email address. "
            "Otherwise there is only their own mail program."
        ),
    )

    revisions = GenericRelation("wagtailcore.Revision", related_query_name="appeal")
    workflow_states = GenericRelation(
        "wagtailcore.WorkflowState",
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="appeal",
        for_concrete_model=False,
    )

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        ordering = ["title", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["language", "slug"], name="one_appeal_an_address")
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        with translation.override(self.language.language_code):
            return reverse("appeal", args=[self.slug])

    @property
    def full_url(self) -> str:
        """Where it is previewed, in its language; a draft may have no address of its own yet."""
        return front_url(self.language.language_code)

    def clean(self) -> None:
        """Normalise pasted text, or reject it; generate a free slug, or check the one typed.

        The check waits for the requests of others that have checked theirs and are about to save.
        """
        super().clean()
        errors = {}
        for name, text in (("subject", " ".join(self.subject.split())), ("text", self.text)):
            try:
                setattr(self, name, plain(text.translate(PASTED), lines=name == "text"))
            except ValidationError as error:
                errors[name] = error
        if errors:
            raise ValidationError(errors)
        locks.wait("web addresses of appeals")
        others = Appeal.objects.exclude(pk=self.pk).filter(language=self.language_id)
        if not self.slug:
            self.slug = slugs.free_slug(self.title, among=others, fallback="appeal")
        elif others.filter(slug=self.slug).exists():
            raise ValidationError({"slug": _("Another appeal has this web address.")})

    def publish(self, revision: Revision, *args: Any, **options: Any) -> None:
        """Publish, or raise IntegrityError; a scheduled revision that fails is unscheduled."""
        with scheduling.or_take_off(self, revision, options, action="appeal.unscheduled"):
            super().publish(revision, *args, **options)

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "campaigns/appeal_preview.html"

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        context = super().get_preview_context(request, mode_name)
        return {
            **context,
            "appeal": self,
            "representatives": self.first_area() or [self.invented()],
        }

    def first_area(self) -> "list[Representative]":
        """Return the representatives of the first area in the list; [] if there is no list."""
        if not self.pk:
            return []
        rows = list(self.representatives.order_by("area", "name", "pk")[:MOST_SHOWN])
        return [each for each in rows if each.area == rows[0].area]

    def invented(self) -> "Representative":
        """Return an invented representative for the preview of an appeal without a list."""
        return Representative(
            appeal=self,
            area=self.area_label or gettext("Area"),
            name=capfirst(gettext("representative")),
            email="representative@example.org",
        )


class Representative(models.Model):
    """A person to whom the readers of one area write. Their email address is public, too."""

    appeal = models.ForeignKey(Appeal, on_delete=models.CASCADE, related_name="representatives")
    area = models.CharField(_("area"), max_length=120)
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("email"))

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("representative")
        verbose_name_plural = _("representatives")
        constraints = [
            models.UniqueConstraint(
                fields=["appeal", "area", "email"], name="one_representative_an_email"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        """The proposed subject with the representative's name, cut to the maximum length."""
        return with_name(self.appeal.subject, self.name)[:MOST_OF_SUBJECT]

    @property
    def proposed(self) -> str:
        """The proposed text with the representative's name filled in."""
        return with_name(self.appeal.text, self.name)

    @property
    def mail_program_url(self) -> str:
        """A link that opens the reader's own mail program (RFC 6068)."""
        text = self.proposed.replace("\r\n", "\n").replace("\n", "\r\n")
        return (
            f"mailto:{quote(self.email, safe='@')}?subject={quote(self.subject)}&body={quote(text)}"
        )
