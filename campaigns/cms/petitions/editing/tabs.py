"""The tabs of the petition form: its letter, laid out like the public page, then the rest."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    MultiFieldPanel,
    ObjectList,
    TabbedInterface,
    TitleFieldPanel,
)
from wagtail.admin.widgets import AdminAutoHeightTextInput

from campaigns.blocks.choosers import CampaignChooser
from campaigns.cms.petitions.editing.embed_panel import EmbedPanel
from campaigns.cms.petitions.editing.ended import EndedPanel
from campaigns.cms.petitions.editing.explanations import (
    CONSENT_HELP,
    EMPTY_MEANS_DEFAULT,
    NAMES_ARE_THEIRS,
    ORIGINAL_DECIDES,
    WHEN_AND_HOW_MANY,
)
from campaigns.cms.petitions.editing.form import PetitionForm
from campaigns.dates import EndOfDayInput
from campaigns.paragraphs import Text
from campaigns.petitions.panels import PetitionStatusPanel, TranslationNote
from guide.help_links import AboutFieldPanel, explained


def step(heading: Text, explanation: Text, **labels: Text) -> MultiFieldPanel:
    """Return the panel for the texts of one step, which says when people read them."""
    panels = [FieldPanel(name, heading=label) for name, label in labels.items()]
    return MultiFieldPanel(panels, heading=heading, help_text=explanation)


letter = ObjectList(
    [
        PetitionStatusPanel(),
        TitleFieldPanel("title", required_on_save=True),
        FieldPanel("ask"),
        FieldPanel("collection"),
        FieldPanel(
            "targets",
            help_text=_(
                "The name and the office of each, the most important first, and the contact to "
                "which the letter goes."
            ),
        ),
        MultiFieldPanel(
            [
                FieldPanel("salutation"),
                FieldPanel(
                    "opening",
                    widget=AdminAutoHeightTextInput(attrs={"rows": 6}),
                    help_text=_(
                        "What is wrong and who is hurt by it, in two or three short paragraphs. "
                        "The last sentence leads to the demands: “I ask you to”."
                    ),
                ),
                FieldPanel(
                    "demands",
                    help_text=_(
                        "One demand in each box, the strongest first. Enter begins the next one; "
                        "a list that you paste becomes one demand a line. Drag them into order."
                    ),
                ),
                FieldPanel(
                    "close",
                    widget=AdminAutoHeightTextInput(attrs={"rows": 3}),
                    help_text=_("A last sentence after the demands."),
                ),
            ],
            heading=_("The letter"),
            help_text=explained(CONSENT_HELP, "letter"),
            classname="petition-letter",
        ),
    ],
    heading=_("Letter"),
)
settings = ObjectList(
    [
        TranslationNote(content=ORIGINAL_DECIDES, heading=_("Settings")),
        TranslationNote(content=NAMES_ARE_THEIRS, heading=_("Who is named")),
        MultiFieldPanel(
            [
                FieldPanel("goal"),
                FieldPanel("goal_rises"),
                FieldPanel("count_from"),
                FieldRowPanel(
                    [FieldPanel("opens_at"), FieldPanel("closes_at", widget=EndOfDayInput)]
                ),
                EndedPanel("has_ended"),
            ],
            heading=_("Goal and times"),
            help_text=explained(WHEN_AND_HOW_MANY, "settings"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("country_field"),
                FieldPanel("postcode_field"),
                FieldPanel("affiliation_field"),
                FieldPanel("asks_phone"),
                FieldPanel("comment_field"),
                FieldPanel("shows_comments"),
                FieldPanel("offers_updates"),
            ],
            heading=_("What signers are asked for besides their name and email address"),
        ),
        FieldPanel("questions"),
        # Grouped, since pressing the heading of a collapsed panel would tick its checkbox.
        MultiFieldPanel(
            [
                FieldPanel("shows_signers"),
                FieldPanel("confirms_by_email"),
                FieldPanel("sends_thanks"),
                FieldPanel("shares_email"),
            ],
            heading=_("Naming, confirming and thanking"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("consent", widget=AdminAutoHeightTextInput(attrs={"rows": 4})),
                FieldPanel("retention_days"),
                FieldPanel("mailing_days"),
            ],
            heading=_("Consent and data"),
        ),
        MultiFieldPanel(
            [FieldPanel("forwards"), FieldPanel("offers_answers")],
            heading=_("Emails to the targets"),
        ),
        FieldPanel("next_campaign", widget=CampaignChooser),
        FieldPanel("share_image"),
    ],
    heading=_("Settings"),
)
HEADING, TEXT, SUBJECT = _("Heading"), _("Text"), _("Subject")
texts = ObjectList(
    [
        HelpPanel(content=explained(EMPTY_MEANS_DEFAULT, "texts")),
        step(
            _("Button and boxes of the form"),
            _("The button, and the boxes that people may tick."),
            button=_("Text on the button"),
            updates_label=_("“Keep me informed”"),
            phone_label=_("Consent to be called"),
        ),
        step(
            _("After signing"),
            _("Shown right after the form is sent, while the signature does not count yet."),
            check_email_heading=HEADING,
            check_email_text=TEXT,
        ),
        step(
            _("Email that asks for confirmation"),
            _(
                "Sent at once. The title of the letter, the button, and the links to correct and "
                "withdraw the signature are added."
            ),
            confirm_subject=SUBJECT,
            confirm_text=TEXT,
        ),
        step(
            _("Reminder"),
            _(
                "Sent once, after two days, to people who have not confirmed. {day} stands for the "
                "day on which they signed. The button, what happens without it, and the links to "
                "correct and withdraw the signature are added."
            ),
            reminder_subject=SUBJECT,
            reminder_text=TEXT,
        ),
        step(
            _("Email to people who have already signed"),
            _(
                "Sent to people who sign a second time. The links to correct and withdraw the "
                "signature are added."
            ),
            already_subject=SUBJECT,
            already_text=TEXT,
        ),
        step(
            _("Thanks"),
            _("Shown after confirmation, above the buttons for sharing. Say what happens next."),
            thanks_heading=HEADING,
            thanks_text=TEXT,
        ),
        FieldPanel("thanks_blocks"),
        step(
            _("Sharing"),
            _(
                "What is proposed to people who pass the petition on; they can change it before "
                "they send it. {title} stands for the title, and the link is added at the end. "
                "They share the campaign page, or the petition alone where it has no page."
            ),
            share_subject=_("Subject of an email"),
            share_mail=_("Text of an email"),
            share_message=_("Message: WhatsApp, Telegram, the phone’s own sharing"),
            share_post=_("Public post: Bluesky, Mastodon, X"),
        ),
        step(
            _("Thank-you email"),
            _(
                "Sent once to each signer, after the confirmation or, without one, after signing. "
                "The ways to share, the next campaign, and the links to correct and withdraw the "
                "signature are added."
            ),
            thanks_subject=SUBJECT,
            thanks_mail_text=TEXT,
        ),
        step(
            _("In place of the form"),
            _("Shown when nobody can sign."),
            scheduled_notice=_("Not open yet"),
            paused_notice=_("Paused"),
            closed_notice=_("Closed, below the heading “This petition has closed”"),
            won_notice=_("Won"),
        ),
        step(_("Web address"), "", slug=_("Web address")),
    ],
    heading=_("Texts of each step"),
)

elsewhere = ObjectList(
    [
        TranslationNote(content=ORIGINAL_DECIDES, heading=_("Sites that may show the petition")),
        AboutFieldPanel("embed_sites", "elsewhere"),
        EmbedPanel(),
    ],
    heading=_("On other sites"),
)

editor = TabbedInterface([letter, settings, texts, elsewhere], base_form_class=PetitionForm)
