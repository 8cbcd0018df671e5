"""The settings of a petition: when and how people can sign it, in all its languages."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.blocks import StreamValue

from campaigns.counting.progress import Progress, last_rung, next_rung
from campaigns.petitions.embedding_sites import check_sites

# The maximum number of days for which signers' data is retained after a petition's end.
MOST_DAYS = 365
# The maximum number of further days on which signers who want mailings can receive them.
MOST_MAILING_DAYS = 1095


class Ask(models.TextChoices):
    OFF = "off", _("do not ask")
    OPTIONAL = "optional", pgettext_lazy("what is done with a field", "ask")
    REQUIRED = "required", _("ask and require")


class Forwards(models.TextChoices):
    """Whether confirmed signatures are emailed to the targets while people sign."""

    OFF = "off", _("do not email them")
    EACH = "each", _("one email for each signature, in the signer’s name")
    DIGEST = "digest", _("emails with a list of names")


class PetitionSettings(models.Model):
    """The settings, which are read from the published row of the original only."""

    targets: StreamValue  # of the petition; signatures are emailed to those of the original

    goal = models.PositiveIntegerField(
        _("goal"), null=True, blank=True, help_text=_("If empty, no goal is shown.")
    )
    goal_rises = models.BooleanField(
        _("the goal rises by itself"),
        default=True,
        help_text=_(
            "Once the goal is reached, the next round number is shown: 1,000, 2,000, 5,000 …"
        ),
    )
    count_from = models.PositiveIntegerField(
        _("show the count from"),
        default=0,
        help_text=_(
            "Below this number, the public sees neither the count nor the goal. The page asks "
            "readers instead to be among the first to sign."
        ),
    )
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    closes_at = models.DateTimeField(
        _("closes"),
        null=True,
        blank=True,
        help_text=_("From this time on, nobody can sign. The page stays, with the final count."),
    )
    country_field = models.CharField(_("country"), max_length=8, choices=Ask, default=Ask.OPTIONAL)
    postcode_field = models.CharField(_("postcode"), max_length=8, choices=Ask, default=Ask.OFF)
    affiliation_field = models.CharField(
        _("organisation"),
        max_length=8,
        choices=Ask,
        default=Ask.OFF,
        help_text=_(
            "For open letters. If recent signers are named on the page, the organisations of those "
            "who agreed are listed apart from the people."
        ),
    )
    asks_phone = models.BooleanField(
        _("ask for a phone number"),
        default=False,
        help_text=_(
            "A number is stored only if the signer ticks the box below it. Its text is “Consent to "
            "be called”, under “Button and boxes of the form”."
        ),
    )
    comment_field = models.CharField(_("comment"), max_length=8, choices=Ask, default=Ask.OFF)
    shows_comments = models.BooleanField(
        _("show comments on the page"),
        default=False,
        help_text=_(
            "Under “Why people sign”. Only comments of people who tick a separate box, and only "
            "after a moderator has approved them. The first word of the name is shown beside them. "
            "Everybody can read this, and what has been public may have been copied."
        ),
    )
    offers_updates = models.BooleanField(_("offer “keep me informed”"), default=True)
    shows_signers = models.BooleanField(
        _("name recent signers on the page"),
        default=False,
        help_text=_(
            "Only people who tick a separate box are named: the first word of the name, the "
            "first letter of the last word, and the country, five or more people at a time. "
            "Everybody can read this, and what has been public may have been copied. Leave it "
            "off if a signature can put somebody in danger from a state, an employer or a "
            "family. A first name and a country can be enough to find a person."
        ),
    )
    confirms_by_email = models.BooleanField(
        _("signatures are confirmed by email"),
        default=True,
        help_text=_(
            "Without confirmation, anybody can sign in anybody’s name, and a flood of fake "
            "signatures counts at once. The count then means less to those who receive it."
        ),
    )
    sends_thanks = models.BooleanField(
        _("a thank-you email follows the confirmation"),
        default=True,
        help_text=_(
            "It thanks each signer once and tells them how to pass the petition on. Without "
            "confirmation by email it is always sent, since it also says how to withdraw."
        ),
    )
    shares_email = models.BooleanField(
        _("two people may share one email address"),
        default=False,
        help_text=_(
            "For example a couple with one mailbox: the second person signs under another name."
        ),
    )
    forwards = models.CharField(
        _("email confirmed signatures to the targets"),
        max_length=6,
        choices=Forwards,
        default=Forwards.OFF,
        db_default=Forwards.OFF,
        help_text=_(
            "To those targets whose contact has an email address. The form says so to everybody "
            "who signs, and only signatures of people who have read it are emailed. Nothing is "
            "sent before somebody presses “Start emails to the targets”."
        ),
    )
    offers_answers = models.BooleanField(
        _("ask whether the targets may answer"),
        default=False,
        db_default=False,
        help_text=_(
            "Only with one email for each signature. Answers then go to those signers who tick a "
            "separate box; all others go to the address from which this site sends."
        ),
    )
    retention_days = models.PositiveSmallIntegerField(
        _("days until signers’ data is anonymised"),
        default=90,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_DAYS)],
        help_text=_(
            "Counted from the end of the petition, 365 at most. Names, email addresses and all "
            "other personal data are then removed, and the count stays. Once people have signed, "
            "this can be shortened, but not lengthened."
        ),
    )
    mailing_days = models.PositiveSmallIntegerField(
        _("further days for mailings"),
        default=0,
        db_default=0,
        validators=[MaxValueValidator(MOST_MAILING_DAYS)],
        help_text=_(
            "How much longer you can write to signers who tick “keep me informed”, 1095 days at "
            "most. Only their name, email address, country and language are then left, for "
            "mailings and mailing lists alone. The form says so beside the box, and nobody’s data "
            "is kept longer than the form said when they signed."
        ),
    )

    next_campaign = models.ForeignKey(
        "campaigns.CampaignPage",
        verbose_name=_("next campaign"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_(
            "People who have signed are asked to sign this campaign next, while it is open. "
            "If empty, an open campaign on the same topic is used, or else the newest one."
        ),
    )
    share_image = models.ForeignKey(
        "campaigns.CustomImage",
        verbose_name=_("picture for sharing"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_(
            "What Facebook and others show beside a link to the petition or to its campaign "
            "page, unless that page has a picture for sharing of its own. If empty, it is a card "
            "with the title and the count."
        ),
    )
    embed_sites = models.TextField(
        _("sites that may show the petition"),
        blank=True,
        validators=[check_sites],
        help_text=_(
            "One site per line, such as https://www.example.org, or https://*.example.org for "
            "all its subdomains. No other site can show this petition on its own pages."
        ),
    )

    class Meta:
        abstract = True

    def shown_at(self, total: int, *, is_won: bool = False) -> Progress:
        """Return the public numbers for a total."""
        if total < self.count_from:
            return Progress(None, None)
        return Progress(total, self.goal_at(total, is_won=is_won))

    def goal_at(self, total: int, *, is_won: bool) -> int | None:
        """Return the goal for a total. Once the petition is won or closed, it no longer rises.

        After a victory there is no goal that was not reached.
        """
        if self.goal is None or total < self.goal:
            return None if is_won else self.goal
        if is_won or (self.closes_at is not None and self.closes_at <= timezone.now()):
            return self.reached_goal(total)
        return next_rung(total) if self.goal_rises else self.goal

    def reached_goal(self, total: int) -> int | None:
        return max(self.goal, last_rung(total)) if self.goal and self.goal_rises else self.goal

    @property
    def names_organisations(self) -> bool:
        return self.shows_signers and self.affiliation_field != Ask.OFF

    @property
    def asks_to_show_comments(self) -> bool:
        """Whether the form asks for a comment that may be shown."""
        return self.shows_comments and self.comment_field != Ask.OFF

    @property
    def framing_sites(self) -> list[str]:
        return self.embed_sites.split()


SETTING_CONSTRAINTS = [
    models.CheckConstraint(
        condition=Q(opens_at=None) | Q(closes_at=None) | Q(opens_at__lt=F("closes_at")),
        name="petition_opens_before_it_closes",
        violation_error_message=_("The petition must open before it closes."),
    ),
    models.CheckConstraint(
        condition=Q(goal=None) | Q(goal__gt=0),
        name="goal_is_positive",
        violation_error_message=_("The goal must be greater than zero."),
    ),
    models.CheckConstraint(
        condition=Q(forwards="off") | Q(confirms_by_email=True),
        name="mailed_signatures_are_confirmed",
        violation_error_message=_(
            "Signatures can be emailed to the targets only if they are confirmed by email."
        ),
    ),
    models.CheckConstraint(
        condition=Q(offers_answers=False) | Q(forwards="each"),
        name="answers_follow_mails_of_signers",
        violation_error_message=_(
            "The targets can answer signers only where each signature is an email of its own."
        ),
    ),
    models.CheckConstraint(
        condition=Q(retention_days__range=(1, MOST_DAYS)),
        name="data_is_retained_for_1_to_365_days",
        violation_error_message=_("The number of days must be between 1 and 365."),
    ),
    models.CheckConstraint(
        condition=Q(mailing_days__range=(0, MOST_MAILING_DAYS)),
        name="mailings_end_within_1095_further_days",
        violation_error_message=_("The number of further days must be between 0 and 1095."),
    ),
]
