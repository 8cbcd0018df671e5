"""Labels and help texts of the consent boxes in the form, except the consent to sign itself."""

from django import forms
from django.utils.translation import gettext_lazy as _

# Translators: signers may be persecuted for it. Say exactly what everybody will read:
# the first word of a name, the first letter of its last word, the country.
SHOWN_LABEL = _("Show everybody that I have signed, as in “Amina K., Kenya”.")
SHOWN_HELP = _(
    "We show the first word of your name, the first letter of the last word, and your country if "
    "you give it. Beside them we say whether you signed in the past week or month. You can change "
    "your mind at any time, but copies may remain elsewhere."
)

# Follows the help text above if the petition asks for an organisation.
SHOWN_AFFILIATION = _(
    "If you give an organisation, we list its name apart from the names of people."
)
PHONE_LABEL = _("You may call me, or write to my phone, about this campaign.")
COMMENT_SHOWN_LABEL = _("Show my comment to everybody, with the first word of my name.")
COMMENT_SHOWN_HELP = _(
    "Our team reads it first, and may decide not to show it. Everybody can then read your comment "
    "on the petition’s page, with the first word of your name and nothing else about you. You can "
    "change your mind at any time, but copies may remain elsewhere."
)

# Shown if signatures are sent to the targets by email (`campaigns.forwarding`).
FORWARDED_EACH = _(
    "Once you have confirmed, we send this letter by email to those to whom it is addressed, with "
    "your name, and with your country if you give it. They do not get your email address."
)
FORWARDED_ANSWERED = _(
    "Once you have confirmed, we send this letter by email to those to whom it is addressed, with "
    "your name, and with your country if you give it. They get your email address only if you tick "
    "the box that lets them answer you."
)
FORWARDED_DIGEST = _(
    "Once you have confirmed, we send your name, and your country if you give it, by email to "
    "those to whom the letter is addressed, in a list with others. They do not get your email "
    "address."
)
ANSWER_LABEL = _(
    "Those to whom the letter is addressed may answer me by email. They get my email address."
)


class CommentShownField(forms.BooleanField):
    """A separate consent, never ticked in advance.

    Its text must describe what `campaigns.signatures.public_comments` does.
    """

    def __init__(self) -> None:
        super().__init__(required=False, label=COMMENT_SHOWN_LABEL, help_text=COMMENT_SHOWN_HELP)


class ShownField(forms.BooleanField):
    """A separate consent, never ticked in advance.

    Its text must describe what `campaigns.signatures.public_signers` does.
    """

    def __init__(self) -> None:
        super().__init__(required=False, label=SHOWN_LABEL, help_text=SHOWN_HELP)


# The texts beside the consent boxes, by their names among the texts of the steps.
BOXES = {
    "shown_label": SHOWN_LABEL,
    "shown_help": SHOWN_HELP,
    "shown_affiliation": SHOWN_AFFILIATION,
    "phone_label": PHONE_LABEL,
    "comment_shown_label": COMMENT_SHOWN_LABEL,
    "comment_shown_help": COMMENT_SHOWN_HELP,
    "forwarded_each": FORWARDED_EACH,
    "forwarded_answered": FORWARDED_ANSWERED,
    "forwarded_digest": FORWARDED_DIGEST,
    "answer_label": ANSWER_LABEL,
}
