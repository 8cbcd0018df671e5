"""Explanations beside the fields in the form of a petition."""

from django.utils.translation import gettext_lazy as _

ORIGINAL_DECIDES = _(
    "The goal, the times and all other settings are the same in every language. Change them "
    "in the original."
)
NAMES_ARE_THEIRS = _(
    "If the original names recent signers, people who sign in your language are named too, if "
    "they agree. Tell the editors of the original if that can put people in danger."
)
EMPTY_MEANS_DEFAULT = _(
    "Every field here may stay empty. The default text, shown in grey, is then used. Moderators "
    "change the default texts, under Snippets › Default texts."
)
WHEN_AND_HOW_MANY = _("When people can sign, and how many of them you want.")
CONSENT_HELP = _(
    "When you publish a change, the earlier version stays with the people who signed it. Once "
    "people have signed, you are asked for the reason for a change, which everybody can read."
)
