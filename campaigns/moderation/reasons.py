"""The reasons for which screening quarantines a signature."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Reason(models.TextChoices):
    """Why a signature is quarantined; stored with it.

    The statement in `signing` decides on the last five, since only the database has the numbers of
    signatures from a network, and the earlier moderation of withdrawn signatures.
    """

    HONEYPOT = "honeypot", _("filled in a field that is hidden from people")
    LISTED = "listed", _("on the block list")
    BURST = "burst", _("many signatures from one network within minutes")
    SUSTAINED = "sustained", _("many signatures from one network within a day")
    WIDE = "wide", _("many signatures from neighbouring networks")
    PROOF = "proof", _("without a proof of work")
    REMEMBERED = "remembered", _("moderated before it was withdrawn")
