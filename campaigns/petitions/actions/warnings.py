"""What the question before an action says besides, where the state of the petition asks for it."""

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import gettext, ngettext

from campaigns.petitions.tally import Tally


def about_undoing_a_victory(tally: Tally) -> str:
    return " ".join(filter(None, (still_paused(tally), anonymised_since_victory(tally))))


def still_paused(tally: Tally) -> str:
    """Return that a paused petition stays paused once it is reopened; "" if it is not paused."""
    text = gettext(
        "The petition is also paused: even after it is reopened, nobody can sign until it is "
        "resumed."
    )
    return text if tally.paused_at else ""


def reply_is_deleted(tally: Tally) -> str:
    text = gettext("The reply to it is deleted as well, and the page no longer shows it.")
    return text if tally.replied_at else ""


def anonymised_since_victory(tally: Tally) -> str:
    """Return how many signers were anonymised since the victory; "" for none."""
    number = tally.signatures.filter(anonymised_at__gte=tally.won_at).count() if tally.won_at else 0
    text = ngettext(
        "The data of %s signer has been anonymised since the victory was declared, and does not "
        "come back: nobody can write to them or hand over their names, and if they sign again, "
        "they count again.",
        "The data of %s signers has been anonymised since the victory was declared, and does not "
        "come back: nobody can write to them or hand over their names, and if they sign again, "
        "they count again.",
        number,
    )
    return text % intcomma(number) if number else ""
