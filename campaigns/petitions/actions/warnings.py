"""What the question before an action says besides, where the state of the petition asks for it."""

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import ngettext

from campaigns.petitions.tally import Tally


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
