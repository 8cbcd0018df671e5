"""The columns of a signature, each declared once with all its uses.

The public form, the signing statement, the export, the CMS, the signer's own page, the access
report and anonymising read these declarations, so a new column appears in all of them.
"""

from functools import partial

import uuid6
from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_countries.fields import CountryField

from campaigns.signatures.column_types import ShownIn, column, columns
from campaigns.signatures.columns_in_words import (
    CommentState,
    confirmed,
    network,
    own_language,
    public_comment,
    public_name,
    public_page,
)
from campaigns.signing import countries, fields, phones


class SignatureColumns(models.Model):
    """The columns of a signature, in the order in which they are shown.

    Fields without `column` are technical; the code that needs them names them explicitly.
    """

    class Moderation(models.TextChoices):
        NONE = "", pgettext_lazy("moderation", "none")
        QUARANTINED = "quarantined", _("quarantined")
        INVALIDATED = "invalidated", _("invalidated")

    class Channel(models.TextChoices):
        FORM = "form", _("form")
        EMBED = "embed", _("embedded form")
        PAPER = "paper", _("paper")
        IMPORT = "import", _("import")

    # UUIDs of version 7 are ordered by time: new rows are added at the end of the index, and lists
    # need no other index.
    id = models.UUIDField(primary_key=True, default=uuid6.uuid7, editable=False)
    tally = models.ForeignKey(
        "campaigns.Tally", on_delete=models.PROTECT, related_name="signatures", db_index=False
    )
    email_key = column(
        models.BinaryField(max_length=32, null=True, editable=False),
        personal=True,
        shown_in=ShownIn.NOWHERE,
    )
    household_slot = models.SmallIntegerField(default=1, editable=False)
    name = column(
        models.CharField(_("name"), max_length=120, null=True),
        personal=True,
        typed=True,
        form_field=fields.NameField,
    )
    email = column(
        models.CharField(_("email"), max_length=254, null=True),
        personal=True,
        typed=True,
        form_field=fields.PlainEmailField,
        shown_in=ShownIn.EVERYWHERE,
    )
    country = column(
        CountryField(_("country"), null=True),
        personal=False,
        typed=True,
        form_field=countries.CountryField,
        setting="country_field",
    )
    postcode = column(
        models.CharField(_("postcode"), max_length=20, null=True),
        personal=True,
        typed=True,
        form_field=fields.PostcodeField,
        setting="postcode_field",
    )
    affiliation = column(
        models.CharField(_("organisation"), max_length=120, null=True),
        personal=True,
        typed=True,
        form_field=fields.AffiliationField,
        setting="affiliation_field",
    )
    # Stored only with the signer's consent to be called, so the number itself records that consent.
    phone = column(
        models.CharField(_("phone"), max_length=phones.LONGEST, null=True),
        personal=True,
        typed=True,
        form_field=phones.PhoneField,
        setting="asks_phone",
    )
    comment = column(
        models.TextField(_("comment"), null=True),
        personal=True,
        typed=True,
        form_field=fields.CommentField,
        setting="comment_field",
    )
    # The first name with which the comment may be shown ("" for none), and the state of the
    # comment. Both are None if the signer has not agreed to show it
    # (`campaigns.signatures.public_comments`).
    comment_as = column(
        models.CharField(_("name that may be shown with the comment"), max_length=40, null=True),
        personal=True,
        typed=True,
        shown_in=ShownIn.EXPORT | ShownIn.CMS,
    )
    comment_state = column(
        models.CharField(_("showing the comment"), max_length=7, choices=CommentState, null=True),
        personal=True,
        typed=True,
        own_label=_("Your comment in public"),
        own_text=public_comment,
    )
    updates = column(
        models.BooleanField(_("keep me informed"), default=False),
        personal=False,
        typed=True,
        form_field=partial(forms.BooleanField, required=False),
        setting="offers_updates",
    )
    # Whether the targets may answer, and so get the signer's email address
    # (`campaigns.forwarding`).
    may_answer = column(
        models.BooleanField(_("the targets may answer"), default=False, db_default=False),
        personal=False,
        typed=True,
        form_field=partial(forms.BooleanField, required=False),
        setting="offers_answers",
        shown_in=ShownIn.CMS,  # the signer's own page has it in a form
    )
    # The answers to the petition's questions, shown as a row or a field each
    # (`question_answers.py`).
    replies = column(
        models.JSONField(_("answers"), null=True),
        personal=False,  # Anonymising removes the personal answers.
        typed=True,
        shown_in=ShownIn.NOWHERE,
    )
    # The public form of the name: None for signers who have not agreed, "" if the name cannot be
    # shortened. `shown_at` is the time since when it is shown
    # (`campaigns.signatures.public_signers`).
    shown_as = column(
        models.CharField(_("shown as"), max_length=40, null=True),
        personal=True,
        typed=True,
        own_label=_("May be shown as"),
        own_text=public_name,
    )
    shown_at = column(
        models.DateTimeField(_("shown since"), null=True), personal=True, shown_in=ShownIn.NOWHERE
    )
    language = column(
        models.CharField(_("language"), max_length=12),
        personal=False,
        typed=True,
        own_text=own_language,
    )
    signed_at = column(models.DateTimeField(_("signed")), personal=False, typed=True)
    confirmed_at = column(
        models.DateTimeField(_("confirmed"), null=True),
        personal=False,
        typed=True,
        own_text=confirmed,
    )
    # When the signer proved by a link or code from an email that they read the mailbox. None if
    # somebody else may have typed the email address, and for signatures that came in without the
    # form.
    proven_at = column(
        models.DateTimeField(null=True, editable=False), personal=False, shown_in=ShownIn.NOWHERE
    )
    # A short HMAC of the typed input, to which the link that confirms it is bound
    # (`campaigns.signing.typed_digest`); None for a signature that came in without the form.
    typed_digest = column(
        models.BinaryField(max_length=8, null=True, editable=False),
        personal=True,
        typed=True,
        shown_in=ShownIn.NOWHERE,
    )
    # Part of every link once the signer has changed the email address: links to the old mailbox
    # lack it.
    link_key = column(
        models.BinaryField(max_length=8, null=True, editable=False),
        personal=True,
        shown_in=ShownIn.NOWHERE,
    )
    # A record of the emails that were sent: three bytes for each (`campaigns.mail.sent`).
    sent_mails = column(
        models.BinaryField(null=True, editable=False), personal=True, shown_in=ShownIn.NOWHERE
    )
    anonymised_at = column(
        models.DateTimeField(_("anonymised"), null=True), personal=False, shown_in=ShownIn.CMS
    )
    # Since then, only the data that mailings need is stored
    # (`campaigns.privacy.kept_for_mailings`).
    for_mailings_since = column(
        models.DateTimeField(_("kept for mailings alone since"), null=True),
        personal=False,
        shown_in=ShownIn.CMS,
    )
    moderation = models.CharField(
        _("moderation"), max_length=12, choices=Moderation, default="", blank=True
    )
    moderation_reason = column(
        models.CharField(_("reason for moderation"), max_length=255, default="", blank=True),
        personal=False,
        shown_in=ShownIn.CMS,
    )
    channel = column(
        models.CharField(_("channel"), max_length=6, choices=Channel, default=Channel.FORM),
        personal=False,
        typed=True,
        own_label=_("How you signed"),
    )
    # The key stays when the page is deleted: to take it out of a million signatures would take a
    # minute. Keys of pages are not used again.
    page = column(
        models.ForeignKey(
            "wagtailcore.Page",
            verbose_name=_("page"),
            on_delete=models.DO_NOTHING,
            db_constraint=False,
            null=True,
            related_name="+",
            db_index=False,
        ),
        personal=False,
        typed=True,
        shown_in=ShownIn.CMS | ShownIn.OWN_PAGE,
        own_label=_("On the page"),
        own_text=public_page,
    )
    source = column(
        models.CharField(_("source"), max_length=81, default="", blank=True),
        personal=False,
        typed=True,
        # Translators: the value is a code in the signer's link, such as “poster”.
        own_label=_("What led you here"),
    )
    # The host of the site around the frame in which the petition was embedded.
    framed_by = column(
        models.CharField(_("embedding site"), max_length=80, default="", db_default="", blank=True),
        personal=False,
        typed=True,
        own_label=_("Site on whose pages you signed"),
    )
    version = column(
        models.ForeignKey(
            "campaigns.Version",
            verbose_name=_("version"),
            on_delete=models.PROTECT,
            null=True,
            related_name="+",
            db_index=False,
        ),
        personal=False,
        typed=True,
        shown_in=ShownIn.EXPORT,  # the pages show the texts themselves
    )
    network_key = column(
        models.BinaryField(max_length=32, null=True, editable=False),
        personal=True,
        shown_in=ShownIn.OWN_PAGE,
        own_label=_("Your network"),
        own_text=network,
    )
    # How often the form was sent with this email address. The index `often_signed` contains hardly
    # any rows, but since its condition reads this column, PostgreSQL updates all indexes when
    # somebody signs again. Otherwise signing again would be a tenth of a millisecond faster if the
    # signature is confirmed, and the response time would reveal that somebody has signed.
    times_signed = models.IntegerField(db_default=1, editable=False)

    class Meta:
        abstract = True


COLUMNS = columns(SignatureColumns)
PERSONAL = tuple(field.name for field, column in COLUMNS if column.personal)
# The personal columns that mailings need: the recipient, and the content of the links.
FOR_MAILINGS = ("email_key", "name", "email", "link_key", "sent_mails")
NOT_FOR_MAILINGS = tuple(name for name in PERSONAL if name not in FOR_MAILINGS)
